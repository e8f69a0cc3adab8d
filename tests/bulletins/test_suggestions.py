"""建议词表行: the same correction three times, in more than one bulletin, becomes a row that a person takes or leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.models import Trail
from shichen.bulletins import services, suggesting, suggestions, tables, wording_effects, wordings
from shichen.bulletins.models import Declined, Wording
from shichen.bulletins.suggesting import Suggestion
from shichen.city import services as accounts
from shichen.journal import services as journal
from shichen.refusal import Refusal
from tests.bulletins.corrected import cars, no_figure, put_right, taken
from tests.bulletins.wordings import OURS, closed, numbers, put, waiting
from tests.conftest import Cast
from tests.intake.doors import signed_in

pytestmark = pytest.mark.django_db


def only() -> Suggestion:
    (one,) = suggestions.waiting()
    return one


def take(one: Suggestion, reason: str = "常见说法") -> list[Wording]:
    return suggestions.take(one.mark, suggestions.seen(one), reason, by=accounts.system())


def hindrance() -> Refusal | None:
    one = only()
    return suggestions.hindrance(one, wording_effects.closed(one.own))


def values(one: Suggestion, at: int = 0) -> dict[str, str]:
    return dict(one.changes[at].after or {})


class TestIndicators:
    def test_three_times_the_same_is_a_row_with_the_words_that_they_share(self, cast: Cast) -> None:
        cars(2)
        assert not suggestions.waiting()
        cars(1)
        one = only()
        row = values(one)
        assert (row["id"], row["row"], row["measures"], row["all_of"]) == (OURS, "2", "台", "查看；小车")
        assert one.times == 3

    def test_taken_it_is_read_so_in_words_never_seen(self, cast: Cast) -> None:
        cars(3)
        (row,) = take(only())
        assert row.origin == Wording.Origin.SUGGESTED
        assert [one.indicator for one in numbers(waiting("芦淞区共查看外地小车7台。"))] == [OURS]
        assert not suggestions.waiting()

    def test_numbers_that_memory_filled_in_count_as_corrections(self, cast: Cast) -> None:
        cars(2)
        for n in (70, 71):
            taken(waiting(f"荷塘区今天查看往来小车{n}台。"))
        assert only().times == 4

    def test_not_from_one_bulletin_alone(self, cast: Cast) -> None:
        text = "天元区查看往来小车12台。芦淞区查看往来小车13台。荷塘区查看往来小车14台。"
        made = waiting(text)
        for one in numbers(made):
            services.decide(one, "edited", version=one.version, values={"indicator": OURS}, by=accounts.system())
        taken(made)
        assert not list(suggesting.found())

    def test_words_that_other_decided_subjects_have_do_not_separate(self, cast: Cast) -> None:
        for n in range(3):
            put_right(f"天元区登记返株人员{20 + n}人。", indicator="resumption.workers")
        for n in range(2):
            put_right(f"石峰区登记上路人员{50 + n}人。", indicator="police.persons_checked")
        words = {values(one)["id"]: values(one)["all_of"] for one in suggestions.waiting()}
        assert words == {"resumption.workers": "登记；返株人员"}

    def test_a_row_that_was_wrong_is_asked_to_leave_a_word_out(self, cast: Cast) -> None:
        put(
            "catalogue",
            id="police.vehicles_checked",
            row="2",
            measures="台",
            all_of="小车、往来；查看、今天；台账、查看往来小车",
        )
        cars(3)
        first, second = only().changes
        assert (first.after or {})["id"] == OURS
        assert second.key == "police.vehicles_checked#2"
        assert (second.after or {})["none_of"]
        take(only())
        assert [one.indicator for one in numbers(waiting("芦淞区今天查看往来小车7台。"))] == [OURS]

    def test_what_was_struck_from_the_log_is_no_correction(self, cast: Cast) -> None:
        cars(2)
        last = put_right("荷塘区今天查看往来小车70台。", indicator=OURS)
        entry = last.entries.get().entry
        assert suggestions.waiting()
        journal.strike(entry, "记错", by=accounts.system())
        assert not suggestions.waiting()

    def test_how_often_is_a_setting(self, cast: Cast, settings: Any) -> None:
        settings.CONFIG.values["bulletins.suggest_after"] = 2
        try:
            cars(2)
            assert suggestions.waiting()
        finally:
            settings.CONFIG.values["bulletins.suggest_after"] = 3


class TestOtherTables:
    def test_a_name_of_a_unit_becomes_another_name_of_the_body(self, cast: Cast) -> None:
        for n in range(3):
            made = waiting(f"市交运局派出运力{30 + n}台。")
            taken(made, unit="transport-bureau")
        one = only()
        assert one.changes[0].table.key == "body"
        take(one)
        assert waiting("市交运局派出运力40台。").entries.get().body_id == "transport-bureau"
        assert not suggestions.waiting()

    def test_words_that_are_never_a_number_become_an_idiom(self, cast: Cast) -> None:
        for n in range(3):
            no_figure(f"各组落实三个到位，发放手册{50 + n}份。")
        one = only()
        assert (one.changes[0].table.key, one.changes[0].key) == ("idiom", "三个到位")
        take(one)
        assert [n.raw for n in numbers(waiting("今天推行三个到位，发放手册9份。"))] == ["9份"]

    def test_a_measure_put_right_for_one_thing_is_flagged_from_then_on(self, cast: Cast) -> None:
        for n in range(3):
            made = waiting(f"市商务局购买雾化器{4 + n}瓶。")
            services.decide(numbers(made)[0], "edited", version=1, values={"unit": "台"}, by=accounts.system())
            taken(made)
        one = only()
        assert (one.changes[0].key, values(one)["measures"]) == ("雾化器", "台")
        take(one)
        checks = numbers(waiting("市商务局购买雾化器9瓶。"))[0].checks
        assert [check["id"] for check in checks if not check["ok"]] == ["measure", "measure_failed"]
        assert not suggestions.waiting()


class TestTaking:
    def test_what_closed_bulletins_say_rightly_may_not_be_lost(self, cast: Cast) -> None:
        for n in range(3):
            no_figure(f"各组落实三个到位，发放手册{50 + n}份。")
        assert hindrance() is None
        closed("天元区落实三个到位，发放手册8份。")
        before, refusal = tables.of_the_city().hash, hindrance()
        assert refusal is not None
        assert "不能这样改" in refusal.sentence
        with pytest.raises(Refusal, match="读不出来"):
            take(only())
        assert tables.of_the_city().hash == before

    def test_nor_become_another_indicator(self, cast: Cast) -> None:
        made = closed("天元区核定床位8张。")
        assert [one.indicator for one in numbers(made)] == ["hospital.beds"]
        row = {"id": "hospital.beds_used", "row": "2", "measures": "张", "all_of": "核定；床位"}
        one = Suggestion("试", (wordings.proposed("catalogue", row),), ())
        with pytest.raises(Refusal, match="读成别的"):
            suggestions.must_not_mislead(one)

    def test_with_a_reason_and_as_it_was_seen(self, cast: Cast) -> None:
        cars(3)
        one = only()
        with pytest.raises(Refusal, match="理由"):
            take(one, " ")
        cars(1)
        with pytest.raises(Refusal, match="变了"):
            take(one)


class TestDeclining:
    def test_it_is_kept_with_who_and_why_and_not_raised_again(self, cast: Cast) -> None:
        cars(3)
        one = only()
        kept = suggestions.decline(one.mark, suggestions.seen(one), "只是那几天的说法", by=cast.office)
        assert (kept.times, kept.by) == (3, cast.office)
        assert Trail.objects.filter(action="decline suggestion").exists()
        assert not suggestions.waiting()
        cars(2)
        assert not suggestions.waiting()
        cars(1)
        assert only().times == 6

    def test_not_without_a_reason_nor_twice(self, cast: Cast) -> None:
        cars(3)
        one = only()
        with pytest.raises(Refusal, match="理由"):
            suggestions.decline(one.mark, suggestions.seen(one), " ", by=cast.office)
        suggestions.decline(one.mark, suggestions.seen(one), "不要", by=cast.office)
        with pytest.raises(Refusal, match="变了"):
            suggestions.decline(one.mark, suggestions.seen(one), "不要", by=cast.office)

    def test_it_is_never_changed(self, cast: Cast) -> None:
        cars(3)
        one = only()
        suggestions.decline(one.mark, suggestions.seen(one), "不要", by=cast.office)
        with pytest.raises(DatabaseError), transaction.atomic():
            Declined.objects.update(reason="x")


class TestPage:
    @pytest.fixture
    def office(self, cast: Cast) -> Client:
        return signed_in(cast, "office")

    def test_what_it_would_be_where_it_comes_from_and_what_it_would_do(self, office: Client) -> None:
        cars(3)
        waiting("芦淞区共查看外地小车7台。")
        page = office.get("/bulletins/suggestions/").content.decode()
        assert "查看；小车" in page
        assert "天元区今天查看往来小车<mark>12台</mark>。" in page
        assert "1 份会变：1 个数字换指标或量词" in page
        assert "有 3 个采过的数，改后会和采的一样读出" in page
        assert re.search(r"建议\s*1", office.get("/bulletins/").content.decode())
        assert re.search(r"建议的词表行\s*1", office.get("/bulletins/tables/").content.decode())

    def test_taking_and_leaving(self, office: Client) -> None:
        cars(3)
        one = only()
        given = {"mark": one.mark, "seen": suggestions.seen(one)}
        address = "/bulletins/suggestions/settle/"
        assert office.post(address, {**given, "act": "take", "reason": ""}).status_code == 422
        assert office.post(address, {**given, "act": "", "reason": "试"}).status_code == 422
        assert office.post(address, {**given, "act": "decline", "reason": "只是那几天"}).status_code == 302
        assert "只是那几天" in office.get("/bulletins/suggestions/").content.decode()
        assert office.post(address, {**given, "act": "take", "reason": "试"}).status_code == 409
        cars(3)
        one = only()
        given = {"mark": one.mark, "seen": suggestions.seen(one), "act": "take", "reason": "常见说法"}
        assert office.post(address, given).status_code == 302
        assert "没有建议" in office.get("/bulletins/suggestions/").content.decode()
        assert (
            "采纳建议" in office.get("/bulletins/tables/catalogue/row/", {"key": one.changes[0].key}).content.decode()
        )

    def test_texts_out_of_reach_are_counted_and_not_shown(self, cast: Cast) -> None:
        cars(3)
        page = signed_in(cast, "police").get("/bulletins/suggestions/").content.decode()
        assert "查看；小车" in page
        assert 'name="reason"' not in page

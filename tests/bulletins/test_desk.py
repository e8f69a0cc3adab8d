"""复核台：不换页的处理，撤销，两人同时改一个数，核完一份到下一份。"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.bulletins import services, undoing
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city import services as accounts
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import bulletin

pytestmark = pytest.mark.django_db

TEXT = "交通运输安全组报告，全市共检查车辆149461台次，排查人员361122人次。\n市教育局报告，开设线上课程12门。"
SCRIPT = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


@pytest.fixture
def made(cast: Cast) -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(TEXT).envelope)


def number(made: Bulletin, raw: str) -> Proposal:
    return Proposal.objects.get(entry__bulletin=made, raw=raw)


def act(client: Client, one: Proposal, act: str, **more: Any) -> Any:
    sent = {"act": act, "version": str(one.version), **more}
    return client.post(f"/bulletins/{one.entry.bulletin_id}/figures/{one.pk}/", sent, **SCRIPT)


def words(answer: Any) -> str:
    """What an answer says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def entry_act(client: Client, entry: ProposedEntry, act: str, **more: Any) -> Any:
    sent = {"version": str(entry.version), **more}
    return client.post(f"/bulletins/{entry.bulletin_id}/entries/{entry.pk}/{act}/", sent, **SCRIPT)


def focus(answer: Any) -> str:
    found = re.search(r'data-focus="([^"]*)"', answer.content.decode())
    assert found
    return found[1]


def boxes(one: Proposal, **more: str) -> dict[str, str]:
    values = {name: str(getattr(one, name)) for name in ("value", "unit", "subject", "indicator", "period")}
    return {**values, **more}


class TestAnswering:
    def test_an_act_answers_with_the_desk_alone_and_where_the_focus_goes(self, office: Client, made: Bulletin) -> None:
        first, second = number(made, "149461台次"), number(made, "361122人次")
        answer = act(office, first, "accept")
        page = answer.content.decode()
        assert (answer.status_code, focus(answer)) == (200, f"p-{second.pk}")
        assert page.lstrip().startswith("<section")
        assert f"{first.pk}:accepted" in page
        assert 'id="left" hx-swap-oob="true"' in page
        assert answer["HX-Replace-Url"] == f"/bulletins/{made.pk}/?entry=1"
        assert "HX-Request" in answer["Vary"]
        assert focus(act(office, second, "not_a_figure")) == "accept"

    def test_after_an_entry_comes_the_first_number_of_the_next(self, office: Client, made: Bulletin) -> None:
        answer = entry_act(office, made.entries.get(ordinal=1), "accept")
        assert focus(answer) == f"p-{number(made, '12门').pk}"
        assert answer["HX-Replace-Url"].endswith("?entry=2")
        assert "1:accepted" in answer.content.decode()
        assert Figure.objects.count() == 2

    def test_after_the_last_entry_comes_the_next_bulletin(self, office: Client, made: Bulletin) -> None:
        other = Bulletin.objects.get(envelope=bulletin("医院收治患者3人。").envelope)
        entry_act(office, made.entries.get(ordinal=1), "accept")
        answer = entry_act(office, made.entries.get(ordinal=2), "accept")
        assert (answer["HX-Retarget"], answer["HX-Push-Url"]) == ("#bulletin", f"/bulletins/{other.pk}/")
        assert "这一份核完了" in words(answer)
        assert answer.content.decode().lstrip().startswith('<div id="bulletin"')

    def test_after_the_last_bulletin_it_says_that_all_is_done(self, office: Client, made: Bulletin) -> None:
        entry_act(office, made.entries.get(ordinal=1), "accept")
        answer = entry_act(office, made.entries.get(ordinal=2), "reject", reason="重复")
        assert focus(answer) == "entry"
        assert "HX-Retarget" not in answer
        assert 'href="/bulletins/"' in answer.content.decode()

    def test_without_a_script_the_next_bulletin_is_a_way_there(self, office: Client, made: Bulletin) -> None:
        other = Bulletin.objects.get(envelope=bulletin("医院收治患者3人。").envelope)
        for entry in made.entries.all():
            sent = {"version": "1"}
            answer = office.post(f"/bulletins/{made.pk}/entries/{entry.pk}/accept/", sent)
        assert answer["Location"] == f"/bulletins/{other.pk}/"
        assert "已记入日志" in words(office.get(answer["Location"]))


class TestUndoing:
    @pytest.mark.parametrize("how", ["accept", "reject", "not_a_figure"])
    def test_a_decision_on_a_number_is_taken_back(self, office: Client, made: Bulletin, how: str) -> None:
        act(office, number(made, "149461台次"), how)
        answer = act(office, number(made, "149461台次"), "undo")
        one = number(made, "149461台次")
        assert (one.state, one.version, one.decided_by, one.decided_at) == ("open", 3, None, None)
        assert focus(answer) == f"p-{one.pk}"
        assert Trail.objects.get(action="undo").subject == str(one.pk)

    def test_what_was_changed_is_as_it_was_proposed(self, office: Client, made: Bulletin) -> None:
        one = number(made, "149461台次")
        before = (one.value, one.indicator, one.subject, one.cumulative)
        act(office, one, "edit", **boxes(one, value="149462", indicator="", cumulative="1", reason="与原件核对"))
        changed = number(made, one.raw)
        assert (changed.value, changed.indicator, changed.cumulative) == (Decimal(149462), "", True)
        act(office, changed, "edit", **boxes(changed, value="149463", reason="再核对"))
        act(office, number(made, one.raw), "undo")
        back = number(made, one.raw)
        assert (back.value, back.indicator, back.subject, back.cumulative) == before
        assert (back.state, back.reason, back.was) == ("open", "", {})

    def test_a_number_added_by_hand_is_left(self, made: Bulletin) -> None:
        entry = made.entries.get(ordinal=2)
        added = services.add(entry, entry.start, entry.start + 2, {"value": Decimal(1)}, by=accounts.system())
        undoing.number(added, version=added.version, by=accounts.system())
        assert (added.state, added.reason) == ("rejected", "撤销补录")

    def test_of_two_the_second_is_told_and_changes_nothing(self, office: Client, made: Bulletin) -> None:
        one = number(made, "149461台次")
        act(office, one, "accept")
        stale = number(made, one.raw)
        act(office, stale, "undo")
        answer = act(office, stale, "undo")
        assert answer.status_code == 409
        assert number(made, one.raw).version == 3

    def test_what_is_open_cannot_be_taken_back(self, office: Client, made: Bulletin) -> None:
        answer = act(office, number(made, "149461台次"), "undo")
        assert answer.status_code == 409
        assert "没有可撤销的" in words(answer)

    def test_a_rejected_entry_opens_again_with_its_numbers(self, office: Client, made: Bulletin) -> None:
        act(office, number(made, "361122人次"), "not_a_figure")
        entry_act(office, made.entries.get(ordinal=1), "reject", reason="重复")
        answer = entry_act(office, made.entries.get(ordinal=1), "undo")
        assert focus(answer) == f"p-{number(made, '149461台次').pk}"
        assert (number(made, "149461台次").state, number(made, "361122人次").state) == ("open", "not_a_figure")
        assert made.entries.get(ordinal=1).state == "open"

    def test_what_stands_in_the_log_is_corrected_there(self, office: Client, made: Bulletin) -> None:
        entry_act(office, made.entries.get(ordinal=1), "accept")
        answer = entry_act(office, made.entries.get(ordinal=1), "undo")
        log = Entry.objects.get(envelope=made.envelope_id)
        assert answer.status_code == 409
        assert f"第 1 条已记入日志 {log.label}" in words(answer)
        assert f'href="/log/{log.id}/"' in answer.content.decode()
        assert number(made, "149461台次").figure is not None

    def test_a_closed_bulletin_stays_closed(self, office: Client, made: Bulletin) -> None:
        for entry in made.entries.all():
            entry_act(office, entry, "reject", reason="重复")
        answer = entry_act(office, made.entries.get(ordinal=1), "undo")
        assert answer.status_code == 409
        assert "已经核完" in words(answer)
        assert made.entries.filter(state="open").count() == 0

    def test_the_desk_offers_the_last_act_to_be_undone(self, office: Client, made: Bulletin, cast: Cast) -> None:
        assert undoing.last(made, cast.office) is None  # type: ignore[arg-type]
        act(office, number(made, "149461台次"), "accept")
        answer = act(office, number(made, "361122人次"), "not_a_figure")
        assert undoing.last(made, cast.office) == number(made, "361122人次")  # type: ignore[arg-type]
        assert "data-last" in answer.content.decode()
        assert undoing.last(made, cast.traffic) is None  # type: ignore[arg-type]

    def test_without_its_row_in_the_trail_nothing_is_undone(
        self, made: Bulletin, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one = number(made, "149461台次")
        services.decide(one, Proposal.State.ACCEPTED, version=1, by=cast.office)  # type: ignore[arg-type]

        def broken(*args: object, **more: object) -> None:
            raise Refusal("no room")

        monkeypatch.setattr("shichen.audit.services.note", broken)
        with pytest.raises(Refusal, match="no room"):
            undoing.number(one, version=2, by=cast.office)  # type: ignore[arg-type]
        assert number(made, one.raw).state == Proposal.State.ACCEPTED


class TestTwoPeople:
    def test_who_comes_second_sees_both_and_loses_nothing(self, office: Client, made: Bulletin, cast: Cast) -> None:
        one = number(made, "149461台次")
        services.decide(one, Proposal.State.NOT_A_FIGURE, version=1, reason="是上月的", by=accounts.system())
        answer = office.post(
            f"/bulletins/{made.pk}/figures/{one.pk}/",
            {"act": "edit", "version": "1", **boxes(one, value="150000", reason="与原件核对")},
            **SCRIPT,
        )
        said = words(answer)
        assert answer.status_code == 409
        assert "先定为“非数字”" in said
        assert "是上月的" in said
        assert "您填的：" in said
        page = answer.content.decode()
        assert 'value="150000"' in page
        assert 'value="与原件核对"' in page
        assert f'<input type="hidden" name="version" value="{one.version}">' in page
        assert number(made, one.raw).value == one.value

    def test_they_may_still_decide_knowing_it(self, office: Client, made: Bulletin) -> None:
        one = number(made, "149461台次")
        services.decide(one, Proposal.State.REJECTED, version=1, by=accounts.system())
        answer = act(office, one, "edit", **boxes(one, value="150000", reason="与原件核对"))
        assert answer.status_code == 200
        assert number(made, one.raw).value == Decimal(150000)

    def test_what_could_not_be_read_stays_in_its_boxes(self, office: Client, made: Bulletin) -> None:
        one = number(made, "149461台次")
        answer = act(office, one, "edit", **boxes(one, value="很多", subject="检查的车"))
        assert answer.status_code == 422
        assert 'value="很多"' in answer.content.decode()
        assert 'value="检查的车"' in answer.content.decode()
        assert "您填的" not in words(answer)

    def test_a_number_of_an_entry_that_was_taken_meanwhile_is_told(self, office: Client, made: Bulletin) -> None:
        one = number(made, "149461台次")
        entry_act(office, made.entries.get(ordinal=1), "accept")
        answer = act(office, one, "edit", **boxes(one, value="150000", reason="与原件核对"))
        assert answer.status_code == 409
        assert "请在日志中更正" in words(answer)
        assert "150000" in words(answer)
        assert number(made, one.raw).value == one.value

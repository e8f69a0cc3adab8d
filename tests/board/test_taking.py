"""采数：日志里划了线的数，有复核权的人采入台账或不采；先到先办，更正过的不采，采了的指到那一句。"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen import watches
from shichen.audit.models import Trail
from shichen.board import sightings, taking
from shichen.board.models import Reading, Sighting
from shichen.city import services as accounts
from shichen.city.queries import the_city, the_event
from shichen.indicators.models import Figure, Statement
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.watches import Day
from tests.board.conftest import AT, DAY, entry, signed_in
from tests.conftest import LONG_AGO, Cast
from tests.made import body
from tests.naughty import ALL

TEXT = "办公室碰头。交通运输安全组检查车辆1200台次，劝返12人次。晚间继续。"


@pytest.fixture
def said(afternoon: Cast) -> Entry:
    found = entry(TEXT)
    sightings.read_new(AT)
    return found


@pytest.fixture
def office(afternoon: Cast) -> Client:
    return signed_in(afternoon.office)


def place(said: Entry, digits: str) -> tuple[int, int]:
    spans = Reading.objects.get(entry=said).spans
    start, end, _ = next(span for span in spans if digits in said.text[span[0] : span[1]])
    return start, end


def address(said: Entry, digits: str = "1200") -> str:
    start, end = place(said, digits)
    return f"/log/{said.id}/numbers/{start}-{end}/"


def boxes(said: Entry, digits: str = "1200", **more: str) -> dict[str, str]:
    """The form as the page draws it, with what somebody changed in it."""
    one = taking.proposed(said, *place(said, digits))
    values = {name: str(getattr(one, name)) for name in ("value", "unit", "subject", "indicator", "period")}
    ticked = {name: "1" for name in ("cumulative", "of_which", "at_least", "at_most", "about") if getattr(one, name)}
    return {**values, **ticked, "area": one.area.name, "on": one.on.isoformat(), "act": "take", **more}


def figure_of() -> Figure:
    """The figure of the one number that was taken."""
    found = Sighting.objects.get().figure
    assert found is not None
    return found


def statement_of() -> Statement:
    found = figure_of().statement
    assert found is not None
    return found


def figures() -> int:
    """How many figures rest on the log alone."""
    return Figure.objects.filter(statement__envelope=None, basis="stated").count()


def encodable(text: str) -> bool:
    """Whether a browser could send it at all."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def underlined(client: Client, said: Entry) -> list[str]:
    page = client.get(f"/log/{said.id}/").content.decode()
    return re.findall(r'<a class="proposed" href="([^"]+)"', page)


class TestThePress:
    def test_a_number_leads_to_its_form_for_who_may_review(self, said: Entry, office: Client) -> None:
        log = office.get("/log/").content.decode()
        assert f'href="{address(said)}"' in log
        page = office.get(address(said)).content.decode()
        assert "<mark>1200台次</mark>" in page
        assert re.search(r'name="value"[^>]*value="1200"', page)
        assert re.search(r'name="indicator"[^>]*value="traffic.vehicles_checked"', page)
        assert 'value="2020-02-02"' in page
        assert the_city().name in page

    def test_others_see_the_line_and_cannot_press_it(self, said: Entry, afternoon: Cast) -> None:
        client = signed_in(afternoon.editor)
        assert '<u class="proposed"' in client.get(f"/log/{said.id}/").content.decode()
        assert client.get(address(said)).status_code == 403
        assert client.post(address(said), boxes(said)).status_code == 403
        assert Sighting.objects.count() == 0
        assert underlined(client, said) == []

    def test_a_reviewer_of_another_area_does_not_reach_it(self, said: Entry) -> None:
        system = accounts.system()
        account = accounts.open_account("elsewhere", "外区复核", by=system)
        part = next(area for area in type(the_city()).objects.all() if the_city().contains(area) and area != the_city())
        accounts.grant(
            account,
            "office",
            unit=body("office"),
            area=part,
            event=the_event(),
            starts_at=LONG_AGO,
            reason="test",
            by=system,
        )
        assert signed_in(account).get(address(said)).status_code == 404
        assert signed_in(account).post(address(said), boxes(said)).status_code == 404

    @pytest.mark.parametrize("where", ["0-1", "3-2", "99999999999999999999999-5", "7-99999999999999999999999"])
    def test_where_nothing_was_seen_there_is_no_page(self, said: Entry, office: Client, where: str) -> None:
        assert office.get(f"/log/{said.id}/numbers/{where}/").status_code == 404
        assert office.post(f"/log/{said.id}/numbers/{where}/", {"act": "take"}).status_code == 404

    def test_an_old_view_of_the_log_offers_nothing(self, said: Entry, office: Client) -> None:
        page = office.get("/log/", {"as_of": AT.isoformat()}).content.decode()
        assert "/numbers/" not in page


class TestTaken:
    def test_it_becomes_a_stated_figure_that_rests_on_its_sentence(self, said: Entry, office: Client) -> None:
        answer = office.post(address(said), boxes(said))
        assert answer.status_code == 302
        assert answer["Location"] == f"/log/?day=2020-02-02#e-{said.id}"
        one = Sighting.objects.get()
        figure = figure_of()
        assert one.state == "accepted"
        assert one.figure == figure
        assert (figure.value, figure.unit, figure.key) == (1200, "台次", "traffic.vehicles_checked")
        assert figure.period_from == watches.whole(DAY, Day.CIVIL).start
        statement = statement_of()
        assert statement.envelope is None
        assert statement.entry == said
        assert said.text[statement.start : statement.end] == statement.raw == "1200台次"
        assert statement.sentence == "交通运输安全组检查车辆1200台次，劝返12人次。"
        use = said.uses.get()
        assert (use.start, use.end) == (statement.start, statement.end)

    def test_the_trace_ends_in_the_entry_with_the_number_apart(self, said: Entry, office: Client) -> None:
        office.post(address(said), boxes(said))
        figure = figure_of()
        page = office.get(f"/figures/{figure.pk}/").content.decode()
        assert "交通运输安全组检查车辆<mark>1200台次</mark>，劝返12人次。" in page
        assert f'href="/log/{said.id}/"' in page
        assert "办公室碰头。" in page
        assert office.get(f"/figures/{figure.pk}.json").json()["statement"]["entry"] == f"/log/{said.id}/"
        sheet = office.get(f"/figures/{figure.pk}.csv").content.decode("utf-8-sig")
        assert f"/log/{said.id}/" in sheet
        assert "None" not in sheet

    def test_the_log_shows_a_figure_and_leaves_the_other_number_underlined(self, said: Entry, office: Client) -> None:
        office.post(address(said), boxes(said))
        figure = figure_of()
        page = office.get(f"/log/{said.id}/").content.decode()
        assert f'<a class="fig" href="/figures/{figure.pk}/" data-fig="{figure.pk}">1200台次</a>' in page
        assert [one.split("?")[0] for one in underlined(office, said)] == [address(said, "12人次")]
        assert "采入台账" in page

    def test_the_trail_says_who(self, said: Entry, office: Client, afternoon: Cast) -> None:
        before = Trail.objects.count()
        office.post(address(said), boxes(said))
        row = Trail.objects.get(action="decide", table="board.sighting")
        assert Trail.objects.count() == before + 1
        assert row.actor == str(afternoon.office.pk)
        assert row.subject == str(Sighting.objects.get().pk)

    def test_nothing_stays_where_the_trail_cannot_be_written(
        self, said: Entry, afternoon: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*given: object, **more: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("shichen.audit.services.note", broken)
        with pytest.raises(RuntimeError):
            taking.decide(taking.proposed(said, *place(said, "1200")), "accepted", by=afternoon.office)
        assert (Sighting.objects.count(), figures(), said.uses.count()) == (0, 0, 0)

    def test_what_is_put_right_is_kept_as_put_right(self, said: Entry, office: Client) -> None:
        part = next(area for area in type(the_city()).objects.all() if the_city().contains(area) and area != the_city())
        given = boxes(said, value="1201", period="page", area=part.name, on="2020-02-01", reason="组里来电改正")
        assert office.post(address(said), given).status_code == 302
        one, figure = Sighting.objects.get(), figure_of()
        assert one.state == "edited"
        assert (figure.value, figure.area, one.reason) == (1201, part, "组里来电改正")
        assert figure.period_from == watches.whole(date(2020, 2, 1), Day.PAGE).start
        assert figure.statement is not None
        assert (figure.statement.decision, figure.statement.raw) == ("edited", "1200台次")

    def test_another_day_alone_is_a_change(self, said: Entry, office: Client) -> None:
        office.post(address(said), boxes(said, on="2020-02-01"))
        assert Sighting.objects.get().state == "edited"

    def test_a_place_named_before_the_number_is_proposed(self, afternoon: Cast) -> None:
        part = next(area for area in type(the_city()).objects.all() if area.level == "county" and area.name != "市区")
        found = entry(f"{part.name}检查车辆300台次。")
        sightings.read_new(AT)
        assert taking.proposed(found, *place(found, "300")).area == part

    def test_a_corrected_value_needs_its_reason(self, said: Entry, office: Client) -> None:
        answer = office.post(address(said), boxes(said, value="9"))
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "改动数值须写明理由" in page
        assert re.search(r'name="value"[^>]*value="9"', page)

    def test_from_the_entry_one_comes_back_to_it(self, said: Entry, office: Client) -> None:
        href = underlined(office, said)[0]
        assert href.endswith("?back=entry")
        assert 'name="back" value="entry"' in office.get(href).content.decode()
        answer = office.post(address(said), boxes(said, back="entry"))
        assert answer["Location"] == f"/log/{said.id}/"
        assert office.post(address(said, "12人次"), boxes(said, "12人次", back="//evil.example"))[
            "Location"
        ].startswith("/log/?day=")


class TestLeft:
    @pytest.mark.parametrize("act", ["reject", "not_a_figure"])
    def test_it_is_underlined_no_more_and_the_entry_says_who(
        self, said: Entry, office: Client, afternoon: Cast, act: str
    ) -> None:
        assert office.post(address(said), {"act": act, "reason": "重复"}).status_code == 302
        one = Sighting.objects.get()
        assert (one.kept, one.figure, one.decided_by, one.decided_at) == (False, None, afternoon.office, AT)
        assert [each.split("?")[0] for each in underlined(office, said)] == [address(said, "12人次")]
        page = office.get(f"/log/{said.id}/").content.decode()
        assert one.get_state_display() in page
        assert "重复" in page
        assert figures() == 0

    def test_a_decision_is_never_changed(self, said: Entry, office: Client) -> None:
        office.post(address(said), {"act": "reject"})
        with pytest.raises(DatabaseError), transaction.atomic():
            Sighting.objects.update(state="accepted")
        with pytest.raises(DatabaseError), transaction.atomic():
            Sighting.objects.all().delete()


class TestTwoAtOnce:
    def test_the_second_is_told_what_happened(self, said: Entry, office: Client, afternoon: Cast) -> None:
        second = Client()
        system = accounts.system()
        account = accounts.open_account("second", "第二人", by=system)
        accounts.grant(
            account,
            "office",
            unit=body("office"),
            area=the_city(),
            event=the_event(),
            starts_at=LONG_AGO,
            reason="test",
            by=system,
        )
        second = signed_in(account)
        assert second.get(address(said)).status_code == 200
        office.post(address(said), boxes(said))
        answer = second.post(address(said), {"act": "reject"})
        page = answer.content.decode()
        assert answer.status_code == 409
        assert f"{afternoon.office.display_name}已先处理这一条" in page
        assert f"/figures/{figure_of().pk}/" in page
        assert "采入台账</button>" not in page
        assert Sighting.objects.count() == 1

    def test_of_two_rows_at_the_same_moment_one_is_refused_whole(
        self, said: Entry, afternoon: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, late = (taking.proposed(said, *place(said, "1200")) for _ in range(2))
        taking.decide(first, "accepted", by=afternoon.office)
        monkeypatch.setattr(taking, "decided", lambda entry, start: None)
        with pytest.raises(Refusal, match="已先处理"):
            taking.decide(late, "accepted", by=afternoon.office)
        assert (Sighting.objects.count(), figures()) == (1, 1)

    def test_an_entry_corrected_meanwhile_is_not_taken_from(self, said: Entry, office: Client) -> None:
        given = boxes(said)
        office.post(f"/log/{said.id}/correct/", {"text": TEXT.replace("1200", "1300"), "reason": "笔误"})
        later = Entry.objects.get(text__contains="1300")
        answer = office.post(address(said), given)
        assert answer.status_code == 409
        assert f"/log/{later.id}/" in answer.content.decode()
        assert figures() == 0
        assert underlined(office, said) == []
        assert "采入台账</button>" not in office.get(address(said)).content.decode()

    def test_an_entry_struck_after_it_was_taken_is_told_on_the_trace(self, said: Entry, office: Client) -> None:
        office.post(address(said), boxes(said))
        journal.strike(said, "误记", by=accounts.system())
        assert "这一条后来划去" in office.get(f"/figures/{figure_of().pk}/").content.decode()


class TestHostile:
    WRONG = (
        {"act": ""},
        {"act": "accept"},
        {"value": ""},
        {"value": "一大堆", "reason": "x"},
        {"value": "1e400", "reason": "x"},
        {"indicator": "no.such"},
        {"period": "since:2020-01-01"},
        {"period": "<script>"},
        {"area": "没有这个地方"},
        {"on": "2020-13-45"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"unit": "台" * 30},
        {"subject": "x" * 300},
    )

    @pytest.mark.parametrize("wrong", WRONG, ids=str)
    def test_what_cannot_be_taken_is_refused_with_a_sentence(
        self, said: Entry, office: Client, wrong: dict[str, str]
    ) -> None:
        answer = office.post(address(said), boxes(said, **wrong))
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert Sighting.objects.count() == 0

    @pytest.mark.parametrize("at", range(10))
    def test_whatever_is_typed_breaks_nothing(self, said: Entry, office: Client, at: int) -> None:
        name = ("value", "unit", "subject", "indicator", "period", "area", "on", "reason", "act", "back")[at]
        for text in filter(encodable, ALL[at::10]):
            answer: Any = office.post(address(said), boxes(said, **{"value": "x", name: text}))
            assert answer.status_code in (302, 409, 422), (name, text)
            assert "<script>alert" not in answer.content.decode()

    def test_a_number_that_is_no_longer_read_has_no_value_of_its_own(
        self, said: Entry, office: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        where = address(said)
        monkeypatch.setattr(taking, "read", lambda entry: ())
        assert re.search(r'name="value"[^>]*value=""', office.get(where).content.decode())
        given = {"act": "take", "value": "1200", "unit": "台次", "subject": "", "indicator": "", "period": "day"}
        assert office.post(where, given).status_code == 422
        assert office.post(where, {**given, "reason": "原文如此"}).status_code == 302
        assert figure_of().value == Decimal(1200)

    def test_identities_are_masked_in_what_is_kept(self, afternoon: Cast) -> None:
        found = entry("联系电话13812345678，检查车辆300台次。")
        sightings.read_new(AT)
        taking.decide(taking.proposed(found, *place(found, "300")), "accepted", by=afternoon.office)
        assert "13812345678" not in statement_of().sentence
        assert "138****5678" in statement_of().sentence

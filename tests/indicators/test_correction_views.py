"""更正的网页: proposed by one, signed by another, numbered for good; everything that printed the figure carries the mark."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import timedelta
from typing import cast as typed

import pytest
from django.test import Client

from shichen.board.snapshot import build
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city import signin
from shichen.city.models import Account
from shichen.indicators import corrected, correcting, releasing, services
from shichen.indicators.declare import Scope
from shichen.indicators.models import Correction, Figure
from shichen.indicators.releasing import Document, Printed
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.registers.cases import services as cases
from shichen.registers.cases.models import DailyCount
from shichen.watches import clock
from tests.conftest import Cast
from tests.made import DAY, NOON, body, count, day_of, stated
from tests.publications.made import EVERYWHERE

pytestmark = pytest.mark.django_db
PAGE = Document(uuid.UUID(int=1), "日版 2020-02-03 第1版", "/days/2020-02-03/editions/1/")
NEXT = DAY + timedelta(days=1)


@pytest.fixture
def leader(cast: Cast) -> Account:
    account = typed(Account, accounts.open_account("leader", "指挥长", by=accounts.system()))
    accounts.grant(
        account,
        "leader",
        unit=body("leading-group"),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=NOON - timedelta(days=30),
        reason="test",
        by=accounts.system(),
    )
    return account


@pytest.fixture
def told(db: None) -> Figure:
    """The total of a day, told in the log and released on a page; then the laboratory takes two cases back."""
    row = count(DAY, confirmed_new=2, confirmed_cum=80)
    figure = Figure.objects.get(key="cases.confirmed_cum")
    releasing.release(PAGE, [Printed(figure, "午/指挥调度", "80")], at=NOON, by=None)
    cases.correct_count(row, {"confirmed_cum": 78, "confirmed_down": 2}, "实验室复核", by=accounts.system())
    figure.refresh_from_db()
    return figure


def make(figure: Figure, by: object) -> Correction:
    asked = correcting.propose(figure, "实验室复核，核减2例", by=accounts.system())
    return correcting.decide(asked, accept=True, by=typed(Account, by))


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.content.decode()[:500]
    return response.content.decode()


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(typed(Account, cast.office))
    return client


class TestFromProposalToNumber:
    def test_one_proposes_another_signs_and_it_has_its_page(
        self, office: Client, told: Figure, leader: Account, cast: Cast
    ) -> None:
        html = page(office, f"/corrections/propose/{told.pk}/?from={uuid.UUID(int=7)}")
        assert "现在的记录算得" in html
        assert "/disagreements/00000000-0000-0000-0000-000000000007/" in html
        answer = office.post(f"/corrections/propose/{told.pk}/", {"reason": "实验室复核，核减2例"})
        assert answer.status_code == 302
        waiting = answer.headers["Location"]
        html = page(office, waiting)
        assert "请由第二人签发" in html
        assert "签发更正" not in html
        assert "待第二人签发" in page(office, "/corrections/")
        assert build(clock(NEXT, 12))["corrections"] == 1
        office.force_login(leader)
        assert "待签更正" in page(office, "/")
        assert "签发更正" in page(office, waiting)
        signed = office.post(waiting + "decide/", {"accept": "yes"})
        assert signed.headers["Location"] == "/corrections/1/"
        html = page(office, "/corrections/1/")
        for words in ("更正第1号", "80", "78", "实验室复核，核减2例", "日版 2020-02-03 第1版", "指挥长", "office"):
            assert words in html
        assert office.get(waiting).headers["Location"] == "/corrections/1/"

    def test_turned_down_it_needs_a_reason_has_no_number_and_the_figure_stands(
        self, office: Client, told: Figure
    ) -> None:
        asked = correcting.propose(told, "复核", by=accounts.system())
        at = f"/corrections/proposed/{asked.pk}/"
        for said in ({"accept": "no"}, {}, {"accept": "maybe"}):
            assert office.post(at + "decide/", said).status_code == 422
        assert office.post(at + "decide/", {"accept": "no", "note": "待县里核实"}).status_code == 302
        assert "待县里核实" in page(office, at)
        told.refresh_from_db()
        assert told.successor_id is None
        assert page(office, "/corrections/").count("<del>") == 0

    def test_who_may_not_sign_or_propose_is_refused(self, client: Client, told: Figure, cast: Cast) -> None:
        asked = correcting.propose(told, "复核", by=accounts.system())
        client.force_login(typed(Account, cast.editor))
        assert client.post(f"/corrections/proposed/{asked.pk}/decide/", {"accept": "yes"}).status_code == 403
        assert client.get(f"/corrections/propose/{told.pk}/").status_code == 403
        client.force_login(typed(Account, cast.police))
        assert client.get(f"/corrections/propose/{told.pk}/").status_code == 404  # another unit's figure

    def test_what_cannot_be_corrected_is_said(self, office: Client) -> None:
        count(DAY, confirmed_cum=80)
        figure = Figure.objects.get(key="cases.confirmed_cum")
        html = page(office, f"/corrections/propose/{figure.pk}/")
        assert "没有对外发布过" in html
        assert "记录没有变" in html
        assert office.post(f"/corrections/propose/{figure.pk}/", {"reason": "x"}).status_code == 422

    def test_a_statement_is_corrected_by_another_that_is_offered(self, office: Client) -> None:
        was = stated(61, "例", key="cases.suspected_cum", cumulative=True)
        other = stated(60, "例", key="cases.suspected_cum", cumulative=True)
        releasing.release(PAGE, [Printed(was, "午", "61")], at=NOON, by=None)
        assert str(other.pk) in page(office, f"/corrections/propose/{was.pk}/")
        answer = office.post(f"/corrections/propose/{was.pk}/", {"reason": "重报", "replacement": str(other.pk)})
        assert answer.status_code == 302
        assert Correction.objects.get().replacement_id == other.pk

    def test_what_was_not_told_is_frozen_anew_from_its_trace(self, office: Client) -> None:
        row = count(DAY, confirmed_cum=80)
        figure = Figure.objects.get(key="cases.confirmed_cum")
        cases.correct_count(row, {"confirmed_cum": 78}, "复核", by=accounts.system())
        assert 'id="refreeze"' in page(office, f"/figures/{figure.pk}/")
        assert office.post(f"/figures/{figure.pk}/refreeze/", {"reason": " "}).status_code == 302
        answer = office.post(f"/figures/{figure.pk}/refreeze/", {"reason": "复核"})
        figure.refresh_from_db()
        assert answer.headers["Location"] == f"/figures/{figure.successor_id}/"
        assert "已重新定稿" in page(office, f"/figures/{figure.pk}/")


class TestTheList:
    def test_it_is_counted_by_month_and_given_as_json_and_csv(self, office: Client, told: Figure, cast: Cast) -> None:
        make(told, cast.office)
        html = page(office, "/corrections/")
        assert "1 件" in html
        assert "第1号" in html
        (one,) = office.get("/corrections.json").json()["corrections"]
        assert (one["number"], one["was"], one["is"], one["used"]) == (1, 80, 78, 2)
        (row,) = csv.DictReader(io.StringIO(office.get("/corrections.csv").content.decode("utf-8-sig")))
        assert (row["号"], row["原数"], row["现数"], row["理由"]) == ("1", "80", "78", "实验室复核，核减2例")
        told_ = office.get("/corrections/1.json").json()
        assert {one.get("title", one.get("text", ""))[:2] for one in told_["used_in"]} == {"日版", "截至"}
        assert office.get("/corrections/2/").status_code == 404

    def test_a_unit_sees_those_of_its_own_figures(self, client: Client, told: Figure, cast: Cast) -> None:
        make(told, cast.office)
        client.force_login(typed(Account, cast.police))
        assert client.get("/corrections/1/").status_code == 404
        assert "第1号" not in page(client, "/corrections/")


class TestMarksEverywhere:
    """Every page and every answer that prints the corrected figure says so; the old words stay."""

    MARK = '<a class="correction" href="/corrections/1/"><sup>更正1：现为78例</sup></a>'

    @pytest.fixture(autouse=True)
    def _made(self, told: Figure, cast: Cast) -> None:
        entry = Entry.objects.get(text__startswith="截至")
        journal.mark(entry, Mark.Kind.SIGNIFICANT, detail="day_page", by=accounts.system(), at=NOON)
        journal.mark(entry, Mark.Kind.SIGNIFICANT, detail="first", key_phrase="", by=accounts.system(), at=NOON)
        make(told, cast.office)

    @property
    def entry(self) -> Entry:
        return Entry.objects.get(text__startswith="截至")

    def test_the_log_and_its_entry(self, office: Client) -> None:
        for address in ("/log/", f"/log/{self.entry.id}/"):
            assert self.MARK in page(office, address)
        rows = office.get("/log.json").json()["entries"]
        marks = [figure.get("correction") for row in rows for figure in row["figures"]]
        assert marks.count(1) == 1

    def test_the_entry_that_tells_it_announces_it_and_carries_no_mark_itself(self, office: Client) -> None:
        tells = Entry.objects.get(act="make_correction")
        shown = page(office, f"/log/{tells.id}/")
        assert self.MARK not in shown
        assert '<a class="correction" href="/corrections/1/"><sup>此条即更正1</sup></a>' in shown
        rows = office.get("/log.json").json()["entries"]
        assert [one.get("announces") for row in rows for one in row["figures"] if "announces" in one] == [1]
        board = build(tells.reported_at + timedelta(minutes=5))
        (line,) = [one for one in board["log"] if one["id"] == str(tells.id)]
        assert [span[3:] for span in line["spans"] if len(span) > 3] == [[1, "78.000000", "例", True]]
        journal.mark(tells, Mark.Kind.SIGNIFICANT, detail="day_page", by=accounts.system(), at=NOON)
        printed = page(office, f"/days/{tells.page_day}/")
        assert "此条即更正1" in printed

    def test_the_log_tells_the_correction_with_both_numbers_bound(self) -> None:
        told_ = Entry.objects.get(act="make_correction")
        assert told_.text == "更正第1号：2月2日株洲市累计确诊病例，原80例，现78例。理由：实验室复核，核减2例"
        assert [int(use.figure.value or 0) for use in told_.uses.order_by("start")] == [80, 78]

    def test_the_day_page_and_the_chronicle_with_their_json(self, office: Client) -> None:
        day = self.entry.page_day
        assert "更正1：现为78例" in page(office, f"/days/{day}/")
        assert "更正1：现为78例" in page(office, f"/chronicle/?from={day}&to={day}")
        for address in (f"/days/{day}.json", f"/chronicle.json?from={day}&to={day}"):
            assert '"number": 1' in page(office, address)

    def test_the_board_its_json_and_its_curve(self, office: Client) -> None:
        board = build(self.entry.reported_at + timedelta(minutes=5))
        (line,) = [one for one in board["log"] if one["text"].startswith("截至")]
        assert [span[3:] for span in line["spans"] if len(span) > 3] == [[1, "78.000000", "例"]]
        curve = build(clock(NEXT, 12))["curve"]
        assert [(one["number"], one["was"], one["is"]) for one in curve["corrected"]] == [(1, "80", "78")]
        assert "更正第1号" not in page(office, "/?as_of=2020-02-03T12:00")  # it was made later than that

    def test_the_record_the_catalogue_and_the_series(self, office: Client) -> None:
        row = DailyCount.objects.order_by("revision").first()
        assert row is not None
        assert self.MARK in page(office, f"/registers/counts/{row.pk}/")
        assert self.MARK in page(office, "/figures/cases.confirmed_cum/")

    def test_the_trace_of_both_and_the_api(self, office: Client, told: Figure, cast: Cast) -> None:
        html = page(office, f"/figures/{told.pk}/")
        assert '<data value="80.000000">80</data>' in html  # the old link still says what was said
        assert "更正第1号" in html
        told.refresh_from_db()
        assert "由此数接替" in page(office, f"/figures/{told.successor_id}/")
        token = signin.token_for(typed(Account, cast.office), "test")
        answer = office.get(f"/api/v1/ledger/{told.pk}", headers={"Authorization": f"Bearer {token}"}).json()
        assert (answer["value"], answer["correction"]["number"], answer["correction"]["is"]) == (80, 1, 78)
        log = office.get("/api/v1/log", headers={"Authorization": f"Bearer {token}"}).json()["entries"]
        assert any(figure["correction"] for row in log for figure in row["figures"])

    def test_all_marks_of_a_page_in_one_question(self, told: Figure, django_assert_num_queries: object) -> None:
        with django_assert_num_queries(1):  # type: ignore[operator]
            marks = releasing.marks([told.pk, uuid.uuid4(), told.pk])
        assert [(mark.number, mark.now, mark.href) for mark in marks.values()] == [(1, 78, "/corrections/1/")]

    def test_where_it_was_used_is_known(self, told: Figure) -> None:
        used = corrected.used(Figure.objects.get(pk=told.pk), EVERYWHERE)
        assert [one.title for one in used.documents] == ["日版 2020-02-03 第1版"]
        assert [use.entry for use in used.entries] == [self.entry]  # not the entry that tells the correction
        assert corrected.used(told, EVERYWHERE, as_of=NOON - timedelta(days=1)).count == 0


class TestTotalsThatFall:
    """A total that falls goes out only after the one told before it was corrected; from there the series goes on."""

    def total(self, value: int, days: int = 0) -> Figure:
        count(DAY + timedelta(days=days), confirmed_cum=value)
        return Figure.objects.get(key="cases.confirmed_cum", period_from=day_of(DAY + timedelta(days=days)).start)

    def release(self, figure: Figure) -> None:
        releasing.release(PAGE, [Printed(figure, f"{figure.pk}"[:30], "x")], at=NOON, by=None)

    def test_only_the_one_last_told_counts(self, cast: Cast) -> None:
        for days, value in ((0, 79), (1, 80)):
            self.release(self.total(value, days))
        row = DailyCount.objects.current().get(as_of=NEXT)
        cases.correct_count(row, {"confirmed_cum": 78, "confirmed_down": 2}, "核减", by=accounts.system())
        told = Figure.objects.get(key="cases.confirmed_cum", value=80)
        made = make(told, cast.office)
        assert made.replacement is not None
        self.release(Figure.objects.get(pk=made.replacement_id))  # the correction itself says why it fell
        self.release(self.total(78, 2))
        assert Figure.objects.filter(published_at__isnull=False).count() == 4

    def test_a_total_below_the_last_one_is_refused_with_the_way(self) -> None:
        self.release(self.total(80))
        fallen = self.total(78, 1)
        with pytest.raises(Exception, match="累计数下降，须先更正此前的数"):
            self.release(fallen)

    def test_other_areas_and_dates_are_other_series(self) -> None:
        self.release(self.total(80))
        count(NEXT, "天元区", confirmed_cum=3)
        self.release(Figure.objects.get(area__name="天元区"))
        other = services.freeze(
            "cases.confirmed_cum",
            day_of(NEXT),
            Scope(city.the_city(), {"dated": "published"}),
            reporter=body("office"),
            event=city.the_event(),
            by=accounts.system(),
        )
        self.release(other)

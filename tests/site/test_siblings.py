"""Siblings at one address (下载) and permalinks (`?as_of=`): the same figures in every form, and what was said then."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from shichen.audit.context import acting
from shichen.board import notes
from shichen.board.notes import Note
from shichen.city import services as accounts
from shichen.indicators import correcting, releasing
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document, Printed
from shichen.journal.models import Entry
from shichen.reconciliation import running
from shichen.reconciliation import services as reconciliation
from shichen.reconciliation.models import Disagreement
from shichen.registers.checkpoints import services as checkpoints
from shichen.registers.checkpoints.models import Tally
from tests import made
from tests.board.conftest import AT, afternoon, signed_in, snapshots, standing_clock
from tests.conftest import Cast

__all__ = ["afternoon", "snapshots", "standing_clock"]

PAGES = (
    "/",
    "/log/",
    "/log/?only=people",
    "/registers/tallies/",
    "/registers/counts/",
    "/registers/posts/",
    "/figures/",
    "/figures/traffic.vehicles_checked/?from=2020-02-02&to=2020-02-02",
    "/disagreements/?state=all",
    "/corrections/",
    "/days/2020-02-02/",
    "/chronicle/?from=2020-01-21&to=2020-02-02",
    "/jobs/",
    "/bulletins/?state=all",
    "/log/handover/?span=24",
    "/disagreements/rules/",
    "/bulletins/learned/",
    "/bulletins/checks/",
    "/registers/gates/?on=2020-02-02",
    "/registers/loads/",
    "/registers/loads/?kind=stays",
    "/registers/places/",
    "/traces/",
    "/analysis/",
    "/analysis/whatif/",
    "/analysis/reports/",
    "/analysis/risk/",
    "/analysis/alarms/",
    "/registers/clusters/",
)
EMPTY = ("/jobs/", "/bulletins/?state=all", "/bulletins/learned/", "/registers/gates/?on=2020-02-02")
PAST = ("/bulletins/?state=all", "/bulletins/checks/", "/jobs/", "/disagreements/agreeing/", "/disagreements/rules/")
PAST += ("/", "/log/", "/log/handover/", "/registers/tallies/", "/figures/", "/disagreements/", "/corrections/")
PAST += ("/days/2020-02-02/", "/chronicle/", "/figures/traffic.vehicles_checked/?from=2020-02-02&to=2020-02-02")
THEN = "2020-02-02T13:30:00+08:00"
FOOT = re.compile(r'<footer class="foot">.*?</footer>', re.S)
LINK = re.compile(r'href="([^"]+\.(?:csv|xlsx|json|pdf|docx|svg|png)(?:\?[^"]*)?)"')
FIG = re.compile(r'<a (?:class="fig" |href="[^"]*" data-fig)[^>]*>([^<]*)</a>')
NUMBER = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")


@pytest.fixture
def office(afternoon: Cast) -> Client:
    """The afternoon with something to correct and something that does not agree."""
    at = AT - timedelta(hours=1)
    with acting("job", moment=at):
        running.run(at)
        was, right = (made.stated(value, "台", key="transport.standby_buses") for value in (20, 21))
        told = Document(uuid.uuid4(), "试", "/days/2020-02-02/editions/1/")
        releasing.release(told, [Printed(was, "午", "20")], at=at, by=accounts.system())
    with acting("job", moment=AT - timedelta(minutes=30)):
        was.refresh_from_db()
        asked = correcting.propose(was, "重报", replacement=right, by=accounts.system())
        correcting.decide(asked, accept=True, by=afternoon.office)  # type: ignore[arg-type]
    return signed_in(afternoon.office)


def siblings(page: str) -> list[str]:
    foot = FOOT.search(page)
    assert foot is not None
    return [html.unescape(link) for link in LINK.findall(foot[0])]


def numbers(text: str) -> set[str]:
    """The numbers in a text, without separators and without noughts that say nothing."""
    return {plain(found) for found in NUMBER.findall(text)}


def plain(text: str) -> str:
    bare = text.replace(",", "")
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


def told(page: str) -> set[str]:
    """The figures that a page prints as doors."""
    return {plain(number[0]) for text in FIG.findall(page) if (number := NUMBER.match(text))}


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def rows_of(ending: str, data: bytes) -> list[list[str]]:
    if ending == "csv":
        return [[cell.removeprefix("'") for cell in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig")))]
    return [
        [str(cell) for cell in row]
        for row in CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    ]


def sum_of_the_curve(client: Client, links: list[str]) -> str:
    """What the bars of the curve add up to in its sheet; the page prints it as one number."""
    (sheet,) = [link for link in links if "curve.csv" in link]
    rows = rows_of("csv", body(client.get(sheet)))
    return str(sum(int(row[1]) for row in rows[1:] if row[1]))


def cells(answer: Any) -> set[str]:
    """The numbers in the cells of a sheet."""
    return {one for row in rows_of("csv", body(answer)) for cell in row for one in numbers(cell)}


@pytest.mark.parametrize("address", PAGES)
def test_every_sibling_of_a_page_opens_and_tells_its_figures(office: Client, address: str) -> None:
    answer = office.get(address)
    assert answer.status_code == 200
    page = answer.content.decode()
    links = siblings(page)
    endings = {urlsplit(link).path.rsplit(".", 1)[1] for link in links}
    assert "json" in endings, links
    shown = told(page.split('class="tiles"')[1].split("</section>")[0] if address == "/" else page)
    if address.startswith("/chronicle/"):
        shown -= {sum_of_the_curve(office, links)}
    for link in links:
        if link.split("?")[0].rsplit(".", 1)[1] in ("pdf", "docx", "png"):
            continue  # typeset: their tests look into them
        got = office.get(link)
        assert got.status_code == 200, link
        if link.split("?")[0].endswith(".json") and "metadata" not in link:
            data = body(got).decode()
            json.loads(data)
            assert shown <= numbers(data), link


@pytest.mark.parametrize("address", [one for one in PAGES if one not in EMPTY])
def test_the_sheets_of_a_page_hold_the_same_rows_and_its_metadata_names_their_columns(
    office: Client, address: str
) -> None:
    links = siblings(office.get(address).content.decode())
    csv_link = next(link for link in links if urlsplit(link).path.endswith(".csv") and "curve" not in link)
    xlsx_link = next(link for link in links if urlsplit(link).path.endswith(".xlsx"))
    meta_link = next(link for link in links if ".metadata.json" in link)
    left, right = rows_of("csv", body(office.get(csv_link))), rows_of("xlsx", body(office.get(xlsx_link)))
    assert len(left) == len(right)
    assert left[0] == right[0]
    meta = json.loads(body(office.get(meta_link)))
    assert [one.get("title") or one["label"] for one in meta["columns"]] == left[0]
    assert meta["definition"]
    assert meta["source"]
    assert meta["as_of"]
    assert "siblings" not in meta or meta["siblings"]["csv"].split("?")[0] == urlsplit(csv_link).path


def test_the_sheet_of_the_board_tells_the_figures_of_its_tiles(office: Client) -> None:
    page = office.get("/").content.decode()
    shown = told(page.split('class="tiles"')[1].split("</section>")[0])
    assert shown
    assert shown <= cells(office.get("/board.csv"))


@pytest.mark.parametrize("register", ["tallies", "counts", "posts"])
def test_the_sheet_of_a_register_tells_what_its_list_prints(office: Client, register: str) -> None:
    page = office.get(f"/registers/{register}/").content.decode()
    assert told(page) <= cells(office.get(f"/registers/{register}.csv"))


@pytest.mark.parametrize("address", PAST)
def test_a_page_of_the_past_says_so_and_leads_back_to_now(office: Client, address: str) -> None:
    mark = "&" if "?" in address else "?"
    answer = office.get(f"{address}{mark}as_of={THEN.replace('+', '%2B')}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "历史视图" in page
    now = re.search(r'历史视图.*?href="([^"]*)"', page, re.S)
    assert now is not None
    assert "as_of" not in now[1]
    assert office.get(now[1] or address).status_code == 200
    for link in siblings(page):
        if urlsplit(link).path.rsplit(".", 1)[1] in ("csv", "json"):
            assert "as_of" in link, link
            assert office.get(link).status_code == 200


@pytest.mark.parametrize(
    "address", ["/", "/log/handover/", "/registers/tallies/", "/figures/", "/disagreements/", "/corrections/"]
)
def test_a_moment_that_has_not_come_is_refused(office: Client, address: str) -> None:
    assert office.get(address, {"as_of": "2150-01-01T00:00"}).status_code == 400


class TestThen:
    """What was said at half past one is said again, whatever was changed since."""

    def at(self, client: Client, address: str) -> dict[str, Any]:
        answer = client.get(address, {"as_of": THEN})
        assert answer.status_code == 200
        found: dict[str, Any] = json.loads(body(answer))
        return found

    def test_the_log(self, office: Client, afternoon: Cast) -> None:
        old = Entry.objects.get(text="值守点查车若干台。")
        with acting("job", moment=AT):
            notes.correct(old, "值守点查车百余台。", "补数", at=AT, by=afternoon.office)  # type: ignore[arg-type]
            notes.write(Note("后来的事。"), at=AT, by=afternoon.office)  # type: ignore[arg-type]
        rows = {row["text"]: row for row in self.at(office, "/log.json")["entries"]}
        assert rows["值守点查车若干台。"]["struck"] is False
        assert "后来的事。" not in rows
        assert "已划去" not in office.get("/log/", {"as_of": THEN}).content.decode().split('class="panel"')[-1]

    def test_a_register_and_its_record(self, office: Client, afternoon: Cast) -> None:
        before = self.at(office, "/registers/tallies.json")
        old = Tally.objects.current().get(post__code="Z01", occurred_from__gte=AT - timedelta(hours=16))
        with acting("job", moment=AT):
            new = checkpoints.correct_tally(old, {"vehicles": 121}, "补数", by=afternoon.office)  # type: ignore[arg-type]
            made.tally("Z02", (0, 8), vehicles=7, persons=7)
        assert self.at(office, "/registers/tallies.json") == before
        assert office.get("/registers/tallies.json").json() != before
        record = office.get(f"/registers/tallies/{new.pk}/", {"as_of": THEN}).content.decode()
        number = re.compile(r"\b12[01]\b")  # a whole number: the address of a record may hold the digits by chance
        assert set(number.findall(record)) == {"120"}
        assert "121" in number.findall(office.get(f"/registers/tallies/{new.pk}/").content.decode())

    def test_the_catalogue_of_figures(self, office: Client) -> None:
        before = self.at(office, "/figures.json")
        with acting("job", moment=AT):
            made.stated(99, "台", key="transport.standby_buses")
        assert self.at(office, "/figures.json") == before
        assert Figure.objects.filter(key="transport.standby_buses", value=99).exists()
        assert office.get("/figures.json").json() != before

    def test_corrections(self, office: Client) -> None:
        assert self.at(office, "/corrections.json")["corrections"] == []
        assert len(office.get("/corrections.json").json()["corrections"]) == 1

    def test_disagreements(self, office: Client, afternoon: Cast) -> None:
        one = Disagreement.objects.filter(state="open").first()
        if one is None:
            with acting("job", moment=AT - timedelta(hours=1)):
                for value in (5, 6):
                    made.stated(value, "台次", key="traffic.vehicles_checked")
                running.run(AT - timedelta(hours=1))
            one = Disagreement.objects.filter(state="open").first()
        assert one is not None
        then = (one.opened_at + timedelta(seconds=1)).isoformat()
        before = office.get("/disagreements.json", {"as_of": then}).json()
        with acting("job", moment=AT):
            reconciliation.settle(one, Disagreement.Outcome.BOTH, "口径不同，两数并存。", by=afternoon.office)  # type: ignore[arg-type]
        after = office.get("/disagreements.json", {"as_of": then}).json()
        assert after == before
        now = {row["disagreement"]: row["state"] for row in office.get("/disagreements.json").json()["disagreements"]}
        assert now[f"/disagreements/{one.pk}/"] != "open"

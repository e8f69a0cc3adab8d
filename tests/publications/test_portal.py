"""公开发布: from the demonstration's day page, refused for its small counts, to every file that the public may read."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.context import acting
from shichen.city.models import Account
from shichen.disclosure import clearing, services
from shichen.disclosure.clearing import Uncleared
from shichen.disclosure.models import Clearance, PublicFile
from shichen.disclosure.policy import policy
from shichen.indicators import correcting
from shichen.indicators.models import Figure
from shichen.journal.models import Entry
from shichen.publications.editions import drafting, objections, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.publications.portal import districts, folder, site
from shichen.publications.portal.numbers import says_few
from shichen.refusal import Refusal
from tests.made import DAY
from tests.publications import test_editions as story

pytestmark = pytest.mark.django_db
BASIS, WHY = "传染病防治法 第三十八条", "疫情通报须逐日说明"
LIMIT = 30_000
KIND = Edition.Kind

person, figure_of, complete, the_figure = story.person, story.figure_of, story.complete, story.the_figure


@pytest.fixture
def editor(db: None) -> Account:
    return person("zu", "newsroom", "publicity-group")


@pytest.fixture
def office(db: None) -> Account:
    return person("shen")


@pytest.fixture
def leader(db: None) -> Account:
    return person("qian", "leader")


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Each test has a home for snapshots; the database is the suite's."""
    from shichen.site.home import Home

    settings.HOME = Home(tmp_path)
    (tmp_path / "snapshots").mkdir()


def public(editor: Account, *, text: str = "全天检查车辆5120台次。") -> Edition:
    """A small day page for the public, in hand."""
    _, figure = figure_of()
    one = story.printed(text, slot="午", column="一线阻击", unit="traffic-safety-group")
    story.bind(one, figure, "5120")
    return opening.open_draft(KIND.DAY, DAY, DAY, audience="public", by=editor)


def sent_out(draft: Edition, editor: Account, office: Account, leader: Account) -> Edition:
    complete(draft, editor)
    waived = {one.key: "演示" for one in objections.of(draft) if not one.hard}
    editions.review(draft, waived=waived, by=office)
    editions.approve(draft, by=leader)
    return editions.release(draft, by=editor)


def files() -> dict[str, bytes]:
    root = folder.folder()
    return {one.relative_to(root).as_posix(): one.read_bytes() for one in root.rglob("*") if one.is_file()}


class Links(HTMLParser):
    """What a page links to, and every number it prints as data."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("href", "src") if given.get(name)]
        self.scripts += tag == "script" or any(name.startswith("on") or name == "style" for name in given)


def checked(found: dict[str, bytes]) -> None:
    """Every file is listed with its digest, every link leads to a file, nothing runs, no page is heavy."""
    sums = dict(line.split("  ")[::-1] for line in found["sha256sums.txt"].decode().splitlines())
    assert sums == {path: hashlib.sha256(body).hexdigest() for path, body in found.items() if path != "sha256sums.txt"}
    for path, body in found.items():
        if not path.endswith(".html"):
            continue
        page = Links()
        page.feed(body.decode())
        assert page.scripts == 0, path
        for link in page.links:
            target = (Path("/") / path).parent / link.partition("#")[0]
            parts: list[str] = []
            for part in target.parts[1:]:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in found or not link.partition("#")[0], f"{path} → {link}"
        assert len(gzip.compress(body)) <= LIMIT, f"{path}: {len(gzip.compress(body))}"


def small_numbers(found: dict[str, bytes]) -> list[dict[str, Any]]:
    """The counts of 1 to 4 persons in the data of the portal, wherever they stand."""
    rules, few = policy(), []
    for path, body in found.items():
        if path.endswith("data.json"):
            for place in json.loads(body)["places"]:
                for text in place["texts"]:
                    few += [one for one in text["numbers"] if _small(one["indicator"], one["value"], rules)]
        if path.endswith("figures.csv"):
            for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"))):
                few += [row] if _small(row["指标"], float(row["数值"] or 0), rules) else []
    return few


def _small(key: str | None, value: float | None, rules: Any) -> bool:
    return bool(key and value and 0 < value < rules.k and key.startswith(rules.persons)) and key not in rules.others


@pytest.mark.slow
def test_the_demonstrations_day_page_goes_out_to_the_public(settings: Any) -> None:
    """Refused naming the small counts; decided on by two persons; released; every file of the portal read."""
    from shichen.site.demo.load import load

    load()
    editor, reviewer, signer = (Account.objects.get(username=name) for name in ("newsroom", "reviewer", "leader"))
    with acting("web", moment=datetime(2020, 2, 3, 1, tzinfo=UTC)):
        draft = opening.open_draft(KIND.DAY, date(2020, 2, 2), date(2020, 2, 2), audience="public", by=editor)
        drafting.take_all(draft, by=editor)
        cases = Entry.objects.get(page_day=date(2020, 2, 2), text__contains="新增确诊3例")
        drafting.take(draft.slots.get(place=f"{cases.printed_watch}/{cases.column}"), cases, by=editor)
        with pytest.raises(Uncleared) as refused:
            sent_out(draft, editor, reviewer, signer)
        draft.refresh_from_db()
        assert draft.state == Edition.State.APPROVED
        assert not Clearance.objects.exists()
        said = refused.value.sentence
        for small in ("「新增确诊病例」 2月1日 3例", "「协查重点人员」", "「卡点移交人员」"):
            assert small in said
        folder.refresh(datetime.now(UTC))
        assert not small_numbers(files())
        assert not any("days/" in path for path in files())

        decision = services.propose(refused.value.exposures, BASIS, WHY, by=editor)
        services.sign(decision, by=signer)
        editions.release(draft, by=editor)
        assert folder.refresh(datetime.now(UTC))
    found = files()
    checked(found)
    assert {one["decision"]["basis"] for one in small_numbers(found) if "decision" in one} == {BASIS}
    assert set(found) >= {
        f"{language}{path}index.html"
        for language in ("", "en/")
        for path in ("", "days/2020-02-02/1/", "corrections/", "data/", "method/")
    }
    page = found["days/2020-02-02/1/index.html"].decode()
    assert "149461" in page
    assert "149,461" in page
    assert not re.search("/log/|/envelopes/|/figures/", page)
    english = found["en/days/2020-02-02/1/index.html"].decode()
    assert "Vehicles checked" in english
    cleared = Clearance.objects.get(document=draft.pk)
    assert (cleared.decided, cleared.digest[:16] in page) == (3, True)
    print({path: (len(body), len(gzip.compress(body))) for path, body in found.items()})


class TestPages:
    def test_before_anything_is_public_the_portal_says_so(self) -> None:
        folder.refresh(datetime.now(UTC))
        assert "还没有公开发布过" in files()["index.html"].decode()
        checked(files())

    def test_an_edition_for_the_room_never_reaches_the_portal(
        self, editor: Account, office: Account, leader: Account
    ) -> None:
        draft = public(editor)
        Edition.objects.filter(pk=draft.pk).update(audience="internal")
        draft.refresh_from_db()
        sent_out(draft, editor, office, leader)
        folder.refresh(datetime.now(UTC))
        assert not any("days/" in path or b"5120" in body for path, body in files().items())

    def test_it_is_written_anew_only_when_something_changed(
        self, editor: Account, office: Account, leader: Account
    ) -> None:
        assert folder.refresh(datetime.now(UTC))
        assert not folder.refresh(datetime.now(UTC))
        sent_out(public(editor), editor, office, leader)
        assert folder.refresh(datetime.now(UTC))
        assert not folder.refresh(datetime.now(UTC))
        assert folder.write(folder.folder()) == []

    def test_a_correction_marks_the_page_and_the_first_bytes_stay(
        self, editor: Account, office: Account, leader: Account
    ) -> None:
        made = sent_out(public(editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        first = files()["days/2020-02-02/1/index.html"]
        story.checkpoints.correct_tally(
            story.Tally.objects.get(), {"vehicles": 5000}, "复核", by=story.accounts.system()
        )
        asked = correcting.propose(the_figure(), "卡点复核核减120台次", by=office)
        correcting.decide(asked, accept=True, by=leader)
        assert folder.refresh(datetime.now(UTC))
        found = files()
        checked(found)
        page = found["days/2020-02-02/1/index.html"].decode()
        assert "更正1：现为5,000台次" in page
        assert "Correction 1: now 5,000" in found["en/days/2020-02-02/1/index.html"].decode()
        assert found["days/2020-02-02/1/original.html"] == first
        assert "卡点复核核减120台次" in found["corrections/index.html"].decode()
        kept = PublicFile.objects.get(path="days/2020-02-02/1/index.html")
        assert (gzip.decompress(kept.packed), kept.document) == (first, made.pk)
        with pytest.raises(DatabaseError), transaction.atomic():
            PublicFile.objects.update(size=0)

    def test_a_correction_to_a_small_count_is_told_without_the_number(
        self, editor: Account, office: Account, leader: Account
    ) -> None:
        """Six was told; it was three. That three is for two persons to decide on, and so are words that say it."""
        was = _cases(6)
        one = story.printed("当日新增确诊6例。", slot="午", column="一线阻击")
        story.bind(one, was, "6")
        draft = opening.open_draft(KIND.DAY, DAY, DAY, audience="public", by=editor)
        sent_out(draft, editor, office, leader)
        was.refresh_from_db()
        asked = correcting.propose(was, "重报3例，应予核减", replacement=_cases(3), by=editor)
        correcting.decide(asked, accept=True, by=leader)
        folder.refresh(datetime.now(UTC))
        found = files()
        checked(found)
        page, listed = (found[one].decode() for one in ("days/2020-02-02/1/index.html", "corrections/index.html"))
        assert "更正1：更正后的数待公布决定" in page
        assert "重报" not in listed
        assert not small_numbers(found)
        replacement = Figure.objects.get(value=3)
        services.sign(services.propose(clearing.looked_at([replacement]).found, BASIS, WHY, by=editor), by=leader)
        assert folder.refresh(datetime.now(UTC))
        assert "更正1：现为3例" in files()["days/2020-02-02/1/index.html"].decode()

    def test_without_the_audit_the_reading_of_all_files_finds_the_small_count(
        self, editor: Account, office: Account, leader: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The mutant: with the protection taken out, what this file reads off the portal tells of it."""
        monkeypatch.setattr(clearing, "must_be_clear", lambda *some, **more: clearing.Looked(0, 0))
        one = story.printed("当日新增确诊3例。", slot="午", column="一线阻击")
        story.bind(one, _cases(3), "3")
        sent_out(opening.open_draft(KIND.DAY, DAY, DAY, audience="public", by=editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        assert small_numbers(files())

    def test_withdrawn_it_stays_listed_with_the_reason_and_its_words_are_gone(
        self, editor: Account, office: Account, leader: Account
    ) -> None:
        made = sent_out(public(editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        editions.withdraw(made, "排错版", by=leader)
        folder.refresh(datetime.now(UTC))
        found = files()
        checked(found)
        assert "排错版" in found["index.html"].decode()
        assert not any(b"5120" in body for body in found.values())
        assert json.loads(found["index.json"])["editions"][0]["reason"] == "排错版"

    def test_words_that_count_a_few_persons_are_not_printed(self) -> None:
        assert says_few("核减2例")
        assert says_few("其中三名患者重复登记")
        assert not says_few("卡点复核核减120台次")
        assert not says_few("2个点位重复")

    def test_the_same_files_for_any_web_server(
        self, editor: Account, office: Account, leader: Account, tmp_path: Path
    ) -> None:
        sent_out(public(editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        there = tmp_path / "www"
        folder.write(there, mode=0o644)
        assert {
            one.relative_to(there).as_posix(): one.read_bytes() for one in there.rglob("*") if one.is_file()
        } == files()
        assert (there / "index.html").stat().st_mode & 0o777 == 0o644
        assert (there / "en" / "days").stat().st_mode & 0o777 == 0o755

    def test_only_its_own_earlier_files_are_taken_away_elsewhere(
        self, editor: Account, office: Account, leader: Account, tmp_path: Path
    ) -> None:
        made = sent_out(public(editor), editor, office, leader)
        there = tmp_path / "www"
        folder.write(there, mode=0o644)
        (there / "other.html").write_text("another's")
        editions.withdraw(made, "排错版", by=leader)
        folder.write(there, mode=0o644)
        assert (there / "other.html").exists()
        assert not (there / "days/2020-02-02/1/data.json").exists()

    def test_an_edition_that_lies_there_whole_is_not_made_again(
        self, editor: Account, office: Account, leader: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent_out(public(editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        before, made = files(), []
        monkeypatch.setattr(site, "written", lambda *some, **more: made.append(some) or {})
        figure = _cases(3)
        services.propose(clearing.looked_at([figure]).found, BASIS, WHY, by=editor)
        assert folder.refresh(datetime.now(UTC))
        assert (files(), made) == (before, [])
        (folder.folder() / "days/2020-02-02/1/index.html").write_text("altered")
        (folder.folder().with_name(folder.STATE)).write_text(
            (folder.folder().with_name(folder.STATE)).read_text().replace('"stamp": "', '"stamp": "x')
        )
        monkeypatch.undo()
        folder.refresh(datetime.now(UTC))
        assert files() == before


class TestTheDoor:
    def test_it_is_open_to_all_and_asks_the_database_nothing(
        self, editor: Account, office: Account, leader: Account, django_assert_num_queries: Any
    ) -> None:
        sent_out(public(editor), editor, office, leader)
        folder.refresh(datetime.now(UTC))
        client = Client()
        with django_assert_num_queries(0):
            for path in ("", "en/", "days/2020-02-02/1/", "open.css", "icon.svg", "days/2020-02-02/1/data.json"):
                answer = client.get(f"/open/{path}", headers={"Accept-Encoding": "gzip"})
                assert answer.status_code == 200, path
                assert "Set-Cookie" not in answer.headers
            icon = re.search(r'<link rel="icon" href="([^"]*)"', client.get("/open/en/").content.decode())
            assert icon is not None
            assert icon[1] == "../icon.svg"
            assert client.get("/open/icon.svg").headers["Content-Type"] == "image/svg+xml"
            assert client.get("/open/days/2020-02-02/1").headers["Location"] == "/open/days/2020-02-02/1/"

    def test_nothing_beside_it_can_be_read(self) -> None:
        folder.refresh(datetime.now(UTC))
        for path in ("../open.json", "days/../../open.json", "..%2fopen.json", "nothing.html", "days/"):
            assert Client().get(f"/open/{path}").status_code == 404, path

    def test_nothing_is_changed_there(self) -> None:
        assert Client().post("/open/").status_code in {403, 405}


class TestActs:
    """The pages by which a decision is made: from the refusal, from a figure, by two persons."""

    def test_a_decision_from_the_refusal_to_the_signature(self, editor: Account, leader: Account) -> None:
        figure = _cases(3)
        with pytest.raises(Uncleared) as refused:
            clearing.must_be_clear([figure])
        href = refused.value.links[-1][1]
        desk = Client()
        desk.force_login(editor)
        page = desk.get(href).content.decode()
        (line,) = re.findall(r'name="line" value="([^"]+)"', page)
        given = {"figure": str(figure.pk), "line": line, "basis": BASIS, "reason": WHY}
        assert desk.post(href, {**given, "reason": ""}).status_code == 422
        made = desk.post("/decisions/propose/", given)
        assert made.status_code == 302
        at = made.headers["Location"]
        assert desk.post(f"{at}sign/").status_code == 403
        chief = Client()
        chief.force_login(leader)
        assert "签发" in chief.get(at).content.decode()
        chief.post(f"{at}sign/")
        clearing.must_be_clear([figure])
        assert "已签" in desk.get("/decisions/").content.decode()
        assert desk.get("/decisions.json").json()["decisions"][0]["state"] == "signed"
        assert chief.post(f"{at}withdraw/", {"note": "改由省里公布"}).status_code == 302
        with pytest.raises(Refusal):
            clearing.must_be_clear([figure])

    def test_the_table_from_the_proposal_to_the_public(self, editor: Account, leader: Account) -> None:
        for on, city_total in ((1, 40), (2, 60)):
            for place, share in (("株洲市", 1.0), ("荷塘区", 0.5), ("天元区", 0.25), ("芦淞区", 0.25)):
                story.tally  # noqa: B018
                from tests.made import count

                count(date(2020, 2, on), place, confirmed_cum=int(city_total * share))
        desk, chief = Client(), Client()
        desk.force_login(editor)
        chief.force_login(leader)
        assert desk.post("/decisions/tables/propose/", {"until": "x"}).status_code == 422
        at = desk.post("/decisions/tables/propose/", {"until": "2020-02-02"}).headers["Location"]
        assert "荷塘区" in chief.get(at).content.decode()
        assert chief.post(f"{at}sign/").status_code == 302
        folder.refresh(datetime.now(UTC))
        found = files()
        checked(found)
        assert "60" in found["data/index.html"].decode()
        assert chief.get("/decisions/tables/").status_code == 200
        assert districts.NAME in found["index.json"].decode() or "data/cases_by_district.csv" in found
        assert site.SUMS in found


def _cases(value: int) -> Figure:
    from tests.made import stated

    return stated(value, "例", key="cases.confirmed_new")

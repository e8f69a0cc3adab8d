"""打印与下载：两版印成 PDF、Word、图、表；更正随版印出，发布过的版照旧，同样的内容不重排。"""

from __future__ import annotations

import csv
import fcntl
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from shichen.audit import sealing
from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.documents import typesetting
from shichen.documents.paper import Run
from shichen.indicators import correcting
from shichen.indicators.models import Correction, Figure
from shichen.publications import amending
from shichen.publications.day import page as daypage
from shichen.publications.day.page import is_civil_day
from shichen.publications.editions import drafting, opening
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.publications.printing import day as print_day
from shichen.publications.printing import shared as printing
from shichen.publications.printing import sheets
from shichen.publications.printing.shared import Imprint
from shichen.refusal import Refusal
from shichen.web import printed
from tests.conftest import Cast
from tests.documents.made import flat, millimetres, read, squeezed
from tests.made import DAY, NOON, count, stated
from tests.publications.made import EVERYWHERE, bind, entry, event
from tests.publications.made import printed as on_page
from tests.publications.test_editions import complete, person

pytestmark = pytest.mark.django_db
TEXT = "社会治安组当天查控车辆30台次；其余照常。"
UNIT = "public-security-group"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "folder", lambda: tmp_path)


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.office)  # type: ignore[arg-type]
    return client


@pytest.fixture
def figure(db: None) -> Figure:
    one = stated(30, "台次", key="police.vehicles_checked", reporter=UNIT)
    bind(on_page(TEXT, unit=UNIT), one, "30台次")
    return one


def page() -> daypage.DayPage:
    return daypage.build(DAY, EVERYWHERE)


def got(client: Client, address: str, status: int = 200) -> HttpResponse:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer


def corrected(figure: Figure, value: int) -> Correction:
    """A figure that was told outside is replaced by another statement, by two persons."""
    Figure.objects.filter(pk=figure.pk).update(published_at=NOON)
    figure.refresh_from_db()
    other = stated(value, figure.unit, key=figure.key, reporter=UNIT)
    n = Figure.objects.count()
    asked = correcting.propose(figure, "复核后更正", replacement=other, by=person(f"ti{n}"))
    return correcting.decide(asked, accept=True, by=person(f"qian{n}", "leader"))


def released(kind: str = Edition.Kind.DAY, first: date = DAY, last: date = DAY) -> Edition:
    editor, reviewer, signer = person("zu", "newsroom", "publicity-group"), person("shen"), person("zhang", "leader")
    draft = complete(opening.open_draft(kind, first, last, by=editor), editor)
    from shichen.publications.editions import objections

    waived = {one.key: "已核对" for one in objections.of(draft) if not one.hard}
    editions.review(draft, waived=waived, by=reviewer)
    editions.approve(draft, by=signer)
    return editions.release(draft, by=editor)


class TestRuns:
    def test_who_reports_leads_and_a_figure_has_its_marks_and_its_room(self, figure: Figure) -> None:
        (item,) = page().items
        runs = printing.passage(item, amending.of([item]), is_civil_day, lead=True).runs
        assert runs == (
            Run(item.entry.unit_text, lead=True),
            Run("当天查控车辆"),
            Run("30台次", figure=True, civil=True, before=True, tail="；"),
            Run("其余照常。"),
        )
        assert "".join(run.text + run.tail for run in runs) == TEXT

    def test_words_without_the_unit_at_their_head_have_no_lead(self) -> None:
        on_page("召开调度会。")
        (item,) = page().items
        assert printing.passage(item, amending.of([item]), is_civil_day, lead=True).runs == (Run("召开调度会。"),)

    def test_a_figure_of_the_watch_is_not_marked_as_one_of_the_day(self) -> None:
        one = stated(30, "台次", day=None)
        bind(on_page("查车30台次。"), one, "30台次")
        (item,) = page().items
        assert not printing.passage(item, amending.of([item]), is_civil_day).runs[1].civil


class TestAmendments:
    def test_a_corrected_figure_is_marked_and_listed_with_was_is_and_reason(self, figure: Figure) -> None:
        made = corrected(figure, 31)
        sheet = print_day.sheet(page(), Imprint(), amending.of(page().items))
        (one,) = sheet.amendments
        assert (one.number, one.was, one.now, one.reason) == (made.number, "30台次", "31台次", "复核后更正")
        assert one.place == "午时 指挥调度"
        assert [
            run.amended for row in sheet.rows for cell in row.cells for p in cell for run in p.runs if run.figure
        ] == [made.number]

    def test_a_correction_of_the_correction_is_listed_behind_it(self, figure: Figure) -> None:
        first = corrected(figure, 31)
        assert first.replacement is not None
        second = corrected(first.replacement, 32)
        listed = amending.of(page().items).listed(print_day.placed(page()))
        assert [(one.number, one.was, one.now) for one in listed] == [
            (first.number, "30台次", "31台次"),
            (second.number, "31台次", "32台次"),
        ]

    def test_a_page_without_corrections_lists_none(self, figure: Figure) -> None:
        assert amending.of(page().items).listed(print_day.placed(page())) == ()

    def test_a_reprint_of_a_released_edition_says_what_was_said_and_carries_the_mark(
        self, office: Client, figure: Figure
    ) -> None:
        edition = released()
        before = got(office, f"/days/{DAY}/editions/1.pdf").content
        made = corrected(figure, 31)
        after = got(office, f"/days/{DAY}/editions/1.pdf").content
        assert "30台次" in flat(before)
        assert f"30台次更{made.number}" in flat(after)
        assert f"更正第{made.number}号" in flat(after)
        assert "未定版" not in flat(after)
        assert edition.number == 1


class TestMoment:
    def test_the_live_page_is_dated_by_its_last_entry_and_the_same_page_is_the_same_file(self, figure: Figure) -> None:
        first, again = (print_day.job(page(), Imprint()) for _ in range(2))
        assert typesetting.as_asked(first) == typesetting.as_asked(again)
        assert first.at == max(item.entry.recorded_at for item in page().items)

    def test_an_empty_page_has_no_moment_and_no_chain(self, cast: Cast) -> None:
        assert print_day.job(page(), Imprint()).at is None
        assert printing.head_of(None, []) == ""

    def test_the_chain_head_of_an_edition_is_where_its_release_was_sealed(self, figure: Figure) -> None:
        edition = released()
        row = Trail.objects.get(action="release-edition")
        sealing.forget()
        sealing.seal_unsealed("audit.trail", Trail.objects.all())  # on PostgreSQL a job does this
        head = printing.head_of(edition, [])
        assert head
        later = entry("后来的事。")
        assert printing.head_of(edition, []) == head
        assert row.subject == str(edition.pk)
        assert later.seq

    def test_a_withdrawn_edition_says_why(self, figure: Figure) -> None:
        edition = released()
        editions.withdraw(edition, "数据有误", by=person("che"))
        edition.refresh_from_db()
        foot = printing.foot(Imprint(edition), [], ())
        assert "已撤下：数据有误" in foot.edition
        assert not foot.live


class TestDoors:
    ADDRESSES = (
        f"/days/{DAY}.pdf",
        f"/days/{DAY}.csv",
        f"/days/{DAY}.xlsx",
        f"/days/{DAY}.metadata.json",
        "/chronicle.pdf",
        "/chronicle.docx",
        "/chronicle.csv",
        "/chronicle.xlsx",
        "/chronicle.metadata.json",
        "/chronicle/curve.svg",
        "/chronicle/curve.png",
        "/chronicle/curve.csv",
    )

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_a_stranger_is_asked_to_sign_in_and_nothing_can_be_posted(
        self, client: Client, cast: Cast, address: str
    ) -> None:
        assert client.get(address).status_code == 302
        client.force_login(cast.auditor)  # type: ignore[arg-type]
        assert client.get(address).status_code == 403
        client.force_login(cast.office)  # type: ignore[arg-type]
        assert client.post(address).status_code == 405

    def test_the_day_on_both_papers(self, office: Client, figure: Figure) -> None:
        for size, paper in (("a3", (420, 297)), ("a4", (210, 297))):
            answer = got(office, f"/days/{DAY}.pdf?size={size}")
            assert answer["Content-Type"] == "application/pdf"
            assert answer["Content-Disposition"] == f'inline; filename="day-{DAY}-{size}.pdf"'
            assert answer["Cache-Control"] == "no-store, private"
            assert millimetres(answer.content) == {paper}
            assert "未定版" in flat(answer.content)
            assert f"http://testserver/days/{DAY}/" in flat(answer.content)

    def test_what_cannot_be_printed_is_a_sentence(self, office: Client) -> None:
        assert "A3、A4、A2" in got(office, f"/days/{DAY}.pdf?size=a0", 400).content.decode()
        on_page("张\U0010e000家坝村。")
        assert "U+10E000" in got(office, f"/days/{DAY}.pdf", 409).content.decode()
        got(office, "/days/2020-02-30.pdf", 404)
        got(office, "/chronicle.pdf?from=2020-13-01", 400)

    def test_the_day_as_it_was(self, office: Client, figure: Figure) -> None:
        early = flat(got(office, f"/days/{DAY}.pdf?as_of=2020-02-02T11:00%2B08:00").content)
        assert "社会治安组" not in early
        assert "as_of=" in early

    def test_a_reporter_prints_what_a_reporter_sees(self, client: Client, cast: Cast, figure: Figure) -> None:
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        text = flat(got(client, f"/days/{DAY}.pdf").content)
        assert "查控车辆" not in text
        assert "只含可见范围内的条目" in text

    def test_the_released_edition_is_what_readers_print(self, office: Client, figure: Figure) -> None:
        released()
        on_page("发布以后的事。", slot="未")
        text = flat(got(office, f"/days/{DAY}.pdf").content)
        assert "第1版" in text
        assert "发布以后的事" not in text
        assert "发布以后的事" in flat(got(office, f"/days/{DAY}.pdf?live=1").content)

    def test_a_draft_is_printed_by_those_who_make_it_alone(self, client: Client, cast: Cast, figure: Figure) -> None:
        drafting.take_all(
            opening.open_draft(Edition.Kind.DAY, DAY, DAY, by=person("zu", "newsroom", "publicity-group")),
            by=person("bian"),
        )
        address = f"/days/{DAY}/editions/1.pdf"
        client.force_login(cast.traffic)  # type: ignore[arg-type]
        got(client, address, 404)
        client.force_login(cast.office)  # type: ignore[arg-type]
        assert "未定版" in flat(got(client, address).content)
        got(client, f"/days/{DAY}/editions/2.pdf", 404)

    def test_an_english_page_has_english_words_around_chinese_data(self, office: Client, figure: Figure) -> None:
        with translation.override("en"):
            text = flat(typesetting.typeset(print_day.job(page(), Imprint())))
        for part in ("OurTwelveWatches", "2February2020", "Command", "Notfinal", "社会治安组当天查控车辆30台次"):
            assert part in text

    def test_looking_changes_nothing(self, office: Client, figure: Figure) -> None:
        before = (Trail.objects.count(), Figure.objects.count())
        for address in self.ADDRESSES:
            got(office, address)
        assert (Trail.objects.count(), Figure.objects.count()) == before


class TestChronicle:
    @pytest.fixture(autouse=True)
    def _events(self, cast: Cast) -> None:
        event("首例患者痊愈，出院。", DAY, key="首例")
        event("又一事。", DAY + timedelta(days=2))
        count(date(2020, 2, 1), confirmed_new=3, published_on="2020-02-02")

    def test_pdf_word_and_picture(self, office: Client) -> None:
        text = flat(got(office, "/chronicle.pdf").content)
        for part in ("大事记", "首例患者痊愈，出院。", "又一事。", "凡例", "未定版", "合计3例"):
            assert part in text
        answer = got(office, "/chronicle.docx")
        assert answer["Content-Disposition"].startswith("attachment")
        paper = docx.Document(io.BytesIO(answer.content))
        assert [line.text for line in paper.paragraphs if line.style.name == "List Bullet"] == [
            "首例患者痊愈，出院。",
            "又一事。",
        ]
        assert got(office, "/chronicle/curve.png").content.startswith(b"\x89PNG")
        svg = got(office, "/chronicle/curve.svg")
        assert b"<style>" in svg.content
        assert svg["Content-Disposition"].startswith("attachment")

    def test_a_day_without_report_is_empty_in_the_table_of_the_curve(self, office: Client) -> None:
        rows = table(got(office, "/chronicle/curve.csv"))
        assert [(row["日期"], row["新增"]) for row in rows] == [
            ("2020-02-02", "3"),
            ("2020-02-03", ""),
            ("2020-02-04", ""),
        ]

    def test_what_was_asked_is_what_is_printed(self, office: Client) -> None:
        text = flat(got(office, "/chronicle.pdf?from=2020-02-03&to=2020-02-04").content)
        assert "又一事。" in text
        assert "首例患者" not in text
        assert "from=2020-02-03&to=2020-02-04" in text

    def test_an_edition_keeps_its_words_and_its_curve(self, office: Client) -> None:
        last = DAY + timedelta(days=2)
        released(Edition.Kind.CHRONICLE, DAY, last)
        address = f"/chronicle/{DAY}/{last}/editions/1"
        first = got(office, f"{address}.pdf").content
        event("后来补的事。", DAY)
        count(date(2020, 2, 2), confirmed_new=5, published_on="2020-02-03")
        assert got(office, f"{address}.pdf").content == first
        assert "第1版" in flat(first)
        assert "合计3例" in flat(first)
        assert got(office, f"{address}.docx").content.startswith(b"PK")


def table(answer: HttpResponse) -> list[dict[str, str]]:
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestTables:
    def test_a_row_for_each_entry_each_figure_and_each_blank_cell(self, office: Client, figure: Figure) -> None:
        rows = table(got(office, f"/days/{DAY}.csv"))
        assert [row["类"] for row in rows].count("条目") == 1
        assert [row["类"] for row in rows].count("空栏") == 47
        (told,) = (row for row in rows if row["类"] == "数字")
        assert (told["内容"], told["数值"], told["量词"], told["自然日"]) == ("30台次", "30", "台次", "是")
        assert told["地址"] == f"/figures/{figure.pk}/"
        assert told["指标"] == "police.vehicles_checked"

    def test_a_correction_stands_beside_the_figure(self, office: Client, figure: Figure) -> None:
        made = corrected(figure, 31)
        (told,) = (row for row in table(got(office, f"/days/{DAY}.csv")) if row["类"] == "数字")
        assert (told["数值"], told["更正号"], told["现为"]) == ("30", str(made.number), "31")

    def test_what_would_run_in_a_spreadsheet_is_text(self, office: Client) -> None:
        on_page('=HYPERLINK("http://x","甲")')
        (row,) = (row for row in table(got(office, f"/days/{DAY}.csv")) if row["类"] == "条目")
        assert row["内容"] == '\'=HYPERLINK("http://x","甲")'
        book = openpyxl.load_workbook(io.BytesIO(got(office, f"/days/{DAY}.xlsx").content))
        cells = [cell for line in book.active.iter_rows() for cell in line if str(cell.value).startswith("=HYP")]
        assert [cell.data_type for cell in cells] == ["s"]

    def test_the_workbook_keeps_numbers_as_numbers(self, office: Client, figure: Figure) -> None:
        book = openpyxl.load_workbook(io.BytesIO(got(office, f"/days/{DAY}.xlsx").content))
        heads, *lines = book.active.iter_rows(values_only=True)
        (told,) = (dict(zip(heads, line, strict=True)) for line in lines if line[0] == "数字")
        assert told["数值"] == 30

    def test_the_metadata_explain_every_column_and_define_every_indicator(self, office: Client, figure: Figure) -> None:
        told: dict[str, Any] = got(office, f"/days/{DAY}.metadata.json").json()  # type: ignore[attr-defined]
        assert {"title", "definition", "source", "as_of", "licence", "rows", "columns", "indicators"} == set(told)
        heads = got(office, f"/days/{DAY}.csv").content.decode("utf-8-sig").splitlines()[0].split(",")
        assert [column["label"] for column in told["columns"]] == heads
        assert all(column["meaning"] for column in told["columns"])
        assert [one["indicator"] for one in told["indicators"]] == ["police.vehicles_checked"]
        assert told["rows"] == len(sheets.of_day(page()))

    def test_the_chronicle_names_the_kinds_of_its_events(self, office: Client) -> None:
        event("首例患者痊愈。", DAY, kind="first")
        (row,) = table(got(office, "/chronicle.csv"))
        assert (row["类别"], row["日期"], row["内容"]) == ("首次", "2020-02-02", "首例患者痊愈。")


class TestKept:
    def test_the_same_content_is_set_once(
        self, office: Client, figure: Figure, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[bytes] = []
        real = typesetting._by_child
        monkeypatch.setattr(typesetting, "_by_child", lambda job: asked.append(job) or real(job))  # type: ignore[func-returns-value]
        first = got(office, f"/days/{DAY}.pdf").content
        assert got(office, f"/days/{DAY}.pdf").content == first
        assert len(asked) == 1
        on_page("又一事。", slot="未")
        assert got(office, f"/days/{DAY}.pdf").content != first
        assert len(asked) == 2

    def test_what_is_refused_is_not_kept(self, tmp_path: Path) -> None:
        def refuse() -> bytes:
            raise Refusal("缺字。")

        for _ in range(2):
            with pytest.raises(Refusal, match="缺字"):
                printed.kept(b"x", "pdf", refuse)
        assert printed.kept(b"x", "pdf", lambda: b"made") == b"made"
        assert [path.suffix for path in tmp_path.iterdir() if path.name != "turn"] == [".pdf"]

    def test_another_template_or_kind_of_file_is_another_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert printed.kept(b"x", "pdf", lambda: b"1") == b"1"
        assert printed.kept(b"x", "png", lambda: b"2") == b"2"
        monkeypatch.setattr(printed, "_makers", lambda: b"another")
        assert printed.kept(b"x", "pdf", lambda: b"3") == b"3"

    def test_its_own_templates_and_programs_are_what_makes_it(self) -> None:
        names = {path.name for path in printed.makers()}
        assert {"day.typ", "chronicle.typ", "word.py", "typesetting.py"} <= names

    def test_the_files_read_least_lately_go_first(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(printed, "MOST_FILES", 2)
        for name in (b"a", b"b", b"c"):
            printed.kept(name, "pdf", lambda name=name: name)  # type: ignore[misc]
        assert {path.read_bytes() for path in tmp_path.glob("*.pdf")} <= {b"a", b"b", b"c"}
        assert len(list(tmp_path.glob("*.pdf"))) == 2
        monkeypatch.setattr(printed, "MOST_BYTES", 0)
        printed.kept(b"d", "pdf", lambda: b"d")
        assert list(tmp_path.glob("*.pdf")) == []

    def test_who_waits_too_long_for_a_turn_is_told_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(printed, "PATIENCE", 0.0)
        with (tmp_path / "turn").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with pytest.raises(Refusal, match="太多"):
                printed.kept(b"x", "pdf", lambda: b"x")
        assert printed.kept(b"x", "pdf", lambda: b"x") == b"x"

    def test_the_folder_is_beside_the_snapshots_and_private(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.undo()
        place = printed.folder()
        assert place.parent == Path(settings.HOME.snapshots)
        assert place.stat().st_mode & 0o077 == 0


def test_the_page_of_the_day_links_to_its_files(office: Client, figure: Figure) -> None:
    html = got(office, f"/days/{DAY}/").content.decode()
    for address in (f"/days/{DAY}.pdf?size=a3", f"/days/{DAY}.pdf?size=a4", f"/days/{DAY}.csv", f"/days/{DAY}.xlsx"):
        assert f'href="{address}"' in html
    html = got(office, "/chronicle/").content.decode()
    for address in ("/chronicle.pdf?", "/chronicle.docx?", "/chronicle/curve.svg?", "/chronicle.metadata.json?"):
        assert f'href="{address}' in html


def test_values_and_names(figure: Figure) -> None:
    """What the table says of a figure is what the ledger holds."""
    row = next(row for row in sheets.of_day(page()) if row["sort"] == "数字")
    assert row["value"] == Decimal(30)
    assert row["basis"] == "报称"
    assert read(typesetting.typeset(print_day.job(page(), Imprint()))).pages
    assert squeezed(" 甲 ") == "甲"
    assert Account.objects.exists()

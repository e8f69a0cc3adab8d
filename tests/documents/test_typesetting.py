"""The printed file: its size, its text, its fonts; markup in the data is text; the same content is the same bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pylopdf_fonts_zh_cn as shipped
import pytest
import typst

from shichen.documents import child, faces, limits, typesetting
from shichen.documents.pages import chronicle_job, day_job
from shichen.documents.paper import Amendment, Row, Run
from shichen.documents.pictures import picture_job, standing_alone
from shichen.documents.text import printable
from shichen.documents.typesetting import Job, as_asked, typeset
from shichen.refusal import Refusal
from tests.documents.made import SVG, chronicle, date, day, flat, fonts, head, millimetres, read, said, squeezed

AT = datetime(2020, 2, 3, 0, 20, tzinfo=UTC)
HOSTILE = (
    '#read("/etc/passwd")',
    '*粗* _斜_ $x^2$ [[a]] `code` <label> @ref // c /* d */ \\u{41} #import "@preview/x:0.1.0": *',
    "= heading - item + enum / term: x",
    "A" * 300,
    "1234567890" * 40,
    "https://example.org/" + "a/" * 200,
    "查控\u202e361122\u202c人次，\u200f甲\u200e。",
    "\"quoted\" 'single' -- --- ... ~ \\ \\n",
    "<script>alert(1)</script>&amp;",
    "塅洣槚梽",
)
LINE_STARTS = tuple("，。、；：！？）》”’…")
LINE_ENDS = tuple("（《“‘")


class TestDayPage:
    def test_a3_is_one_sheet_and_a4_a_booklet(self) -> None:
        for size, paper in (("a3", (420, 297)), ("a2", (594, 420)), ("a4", (210, 297))):
            pdf = typeset(day_job(day(), size=size))
            assert millimetres(pdf) == {paper}
            assert len(read(pdf).pages) == 1

    @pytest.mark.parametrize("passages", range(10, 20))
    def test_however_much_is_said_no_sheet_of_the_booklet_holds_the_imprint_alone(self, passages: int) -> None:
        """The last row grows by a line each time: once it would fill the sheet to where the imprint must stand."""
        made, one = day(), said("有一事。")
        rows = tuple(Row(row.sign, row.hours, ((one,) * 4, (), (), ())) for row in made.rows)
        last = Row(rows[-1].sign, rows[-1].hours, ((one,) * passages, (), (), ()))
        sheets = read(typeset(day_job(replace(made, rows=(*rows[:-1], last)), size="a4"))).pages
        assert "亥" in sheets[-1].extract_text()
        assert "链头" in squeezed(sheets[-1].extract_text())

    def test_another_paper_is_refused(self) -> None:
        with pytest.raises(Refusal, match="A3、A4、A2"):
            day_job(day(), size="letter")

    def test_everything_on_the_page_is_in_the_file(self) -> None:
        text = flat(typeset(day_job(day(said("株洲日报开机付印。")), at=AT)))
        for part in ("我们的十二时辰", "株洲日报开机付印。", "指挥调度", "值班编辑", "2月1日23时—2月2日23时", "第1版"):
            assert part in text
        for part in ("株洲市·新冠肺炎疫情", "星期日庚子年正月初九", "链头309-748bae0bbf5e4870", "策划领导小组办公室"):
            assert part in text

    def test_blank_cells_are_printed_blank(self) -> None:
        assert flat(typeset(day_job(day()))).count("空") == 36

    def test_figures_carry_their_marks(self) -> None:
        figure = Run("149461台次", figure=True, civil=True, computed=True, amended=7, before=True, tail="；")
        text = flat(typeset(day_job(day(said("检查车辆", figure, "另有一事。")))))
        assert "检查车辆149461台次实更7；另有一事。" in text

    def test_corrections_stand_at_the_foot(self) -> None:
        one = Amendment(7, "149461台次", "149460台次", "同一班次报了两次", "2月5日", "寅时 指挥调度")
        text = flat(typeset(day_job(day(amendments=(one,)))))
        assert "更正第7号（2月5日）寅时指挥调度原为149461台次，现为149460台次；同一班次报了两次" in text

    def test_what_is_not_final_says_so_and_what_is_does_not(self) -> None:
        assert "未定版" in flat(typeset(day_job(day(foot=replace(day().foot, live=True)))))
        assert "未定版" not in flat(typeset(day_job(day())))

    def test_a_page_too_full_for_one_sheet_runs_on_with_its_head_again(self) -> None:
        pdf = typeset(day_job(day(*(said(f"第{n}件事，" + "内容很长。" * 30) for n in range(80)))))
        pages = [squeezed(page.extract_text()) for page in read(pdf).pages]
        assert len(pages) > 1
        assert all("指挥调度值班编辑" in page for page in pages[:-1])
        assert all(f"第{n}件事" in "".join(pages) for n in range(80))

    def test_no_line_begins_or_ends_with_a_mark_that_may_not(self) -> None:
        marked = [
            Run(f"{n}{unit}", figure=True, tail=tail) for n, unit, tail in ((83, "个", "；"), (361122, "人次", "："))
        ]
        long = [said("值守点", *marked, "“全天”检查（含夜间）《通知》，" * 6, "完成。") for _ in range(12)]
        pdf = typeset(day_job(day(*long), size="a4"))
        lines = [line for page in read(pdf).pages for line in page.extract_text().splitlines() if len(line) > 2]
        assert len(lines) > 60
        assert [line for line in lines if line.startswith(LINE_STARTS) or line.endswith(LINE_ENDS)] == []


class TestHostile:
    @pytest.mark.parametrize("size", ["a3", "a4"])
    def test_markup_prints_as_the_characters_that_it_is(self, size: str) -> None:
        text = flat(typeset(day_job(day(*map(said, HOSTILE), head=head(title="*#panic()*")), size=size)))
        assert "*#panic()*" in text
        assert "root:" not in text
        for one in HOSTILE:
            assert squeezed(printable(one)) in text

    def test_a_reversed_number_prints_in_the_order_of_its_digits(self) -> None:
        assert "查控361122人次" in flat(typeset(day_job(day(said("查控\u202e361122\u202c人次")))))

    def test_a_missing_glyph_is_refused_by_name(self) -> None:
        with pytest.raises(Refusal, match=r"U\+10E000，见「在张\U0010e000家坝」") as refused:
            typeset(day_job(day(said("在张\U0010e000家坝"))))
        assert refused.value.rule == "字形"

    def test_a_missing_glyph_within_a_drawing_is_refused_too(self) -> None:
        with pytest.raises(Refusal, match="U\\+10E000"):
            typeset(picture_job(SVG.replace("一级", "\U0010e000")))

    def test_what_is_far_too_long_is_refused_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "CHARACTERS", 1_000)
        with pytest.raises(Refusal, match="排不下"):
            typeset(day_job(day(said("长" * 1_001))))

    def test_a_typesetter_that_takes_too_long_is_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.01)
        with pytest.raises(Refusal, match="没有完成"):
            typeset(day_job(day()))

    def test_a_child_that_dies_is_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(typesetting, "_by_child", lambda asked: b"")
        with pytest.raises(Refusal, match="没有排成版"):
            typeset(day_job(day()))

    def test_a_template_that_fails_is_a_sentence(self) -> None:
        with pytest.raises(Refusal, match="没有排成版"):
            typeset(Job("picture", {"width": "wide"}, "png", pictures={"drawing": SVG}))

    def test_the_child_knows_nothing_of_our_keys(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: dict[str, Any] = {}

        def run(*args: Any, **given: Any) -> Any:
            seen.update(given["env"])
            return subprocess.CompletedProcess(args, 0, stdout=b'{"refused": "x"}\n')

        monkeypatch.setenv("SHICHEN_DATABASE__URL", "postgres://secret")
        monkeypatch.setattr(subprocess, "run", run)
        with pytest.raises(Refusal, match="x"):
            typeset(day_job(day()))
        assert set(seen) <= {*typesetting.KEPT, "PYTHONPATH"}


class TestFile:
    def test_the_same_content_is_the_same_bytes(self) -> None:
        job = day_job(day(said("株洲。")), at=AT)
        assert typeset(job) == typeset(job)
        assert as_asked(job) == as_asked(day_job(day(said("株洲。")), at=AT))

    def test_fonts_are_in_the_file_and_only_the_glyphs_that_are_used(self) -> None:
        pdf = typeset(day_job(day()))
        found = fonts(pdf)
        assert found
        assert all(found.values())
        assert all(name[7] == "+" for name in found)
        assert len(pdf) < 400_000

    def test_it_can_be_archived_and_be_read_aloud(self) -> None:
        for pdf in (typeset(day_job(day(), at=AT)), typeset(chronicle_job(chronicle(), at=AT))):
            reader = read(pdf)
            said_of_itself = reader.xmp_metadata.stream.get_data() if reader.xmp_metadata else b""
            assert b"pdfaid:part" in said_of_itself
            assert b"pdfuaid:part" in said_of_itself
            assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
            assert reader.metadata is not None
            assert reader.metadata.title == "试版"
            assert reader.metadata.creation_date == AT

    def test_an_english_page_says_that_it_is_english(self) -> None:
        reader = read(typeset(day_job(day(language="en", head=head(title="Our Twelve Watches")))))
        assert reader.trailer["/Root"]["/Lang"] == "en-GB"
        assert "OurTwelveWatches" in squeezed(reader.pages[0].extract_text())

    def test_nothing_of_the_typesetter_is_loaded_by_those_who_ask(self) -> None:
        code = "import sys, shichen.documents.pages; print('typst' in sys.modules, 'docx' in sys.modules)"
        path = {**os.environ, "PYTHONPATH": str(typesetting.TEMPLATES.parents[2])}
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path)
        assert run.stdout.split() == ["False", "False"]


class TestFaces:
    def test_a_machine_without_any_font_prints_with_those_of_the_house(self, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = [str(shipped.serif_path().parent)]
        alone = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folder)
        monkeypatch.setattr(faces, "book", lambda: alone)
        figure = Run("149461台次", figure=True)
        (pdf,) = child.typeset(json.loads(as_asked(day_job(day(said("塅洣槚梽", figure))))))
        assert "塅洣槚梽149461台次" in flat(pdf)
        assert {name.split("+")[1].removesuffix("-Identity-H") for name in fonts(pdf)} == {
            "NotoSansSC-Regular",
            "NotoSerifSC-Regular",
        }


class TestChronicle:
    def test_dates_events_notes_and_rules(self) -> None:
        note = "数据截至2月15日24时，2月16日发布"
        one = said("我市", Run("首例", strong=True), "患者痊愈。", note=note)
        pdf = typeset(chronicle_job(chronicle(date(one, day="16")), at=AT))
        assert millimetres(pdf) == {(210, 297)}
        for part in (
            "大事记",
            "16",
            "2月",
            "星期日",
            "我市首例患者痊愈。",
            f"（{note}）",
            "凡例",
            "按发布日立条。",
            "合计3例",
        ):
            assert part in flat(pdf)

    def test_the_words_on_the_curve_are_text(self) -> None:
        assert "一级响应" in flat(typeset(chronicle_job(chronicle())))

    def test_a_month_of_events_fills_pages_and_loses_none(self) -> None:
        dates = [
            date(*(said(f"第{d}日第{n}事，" + "详情" * 9) for n in range(d % 7 + 1)), day=str(d)) for d in range(1, 31)
        ]
        text = flat(typeset(chronicle_job(chronicle(*dates))))
        assert all(f"第{d}日第{n}事" in text for d in range(1, 31) for n in range(d % 7 + 1))

    def test_an_event_longer_than_a_page_goes_on(self) -> None:
        text = flat(typeset(chronicle_job(chronicle(date(said("很长的一件事。" * 700 + "完。"))))))
        assert text.count("很长的一件事。") == 700
        assert "完。" in text

    def test_a_chronicle_without_events_is_still_one(self) -> None:
        assert "凡例" in flat(typeset(chronicle_job(chronicle(date()))))


class TestPictures:
    def test_a_drawing_stands_alone_and_becomes_a_png(self) -> None:
        svg = standing_alone(SVG)
        assert svg.startswith("<svg ")
        assert svg.count("<style>") == 1
        assert "href" not in svg
        assert typeset(picture_job(SVG)).startswith(b"\x89PNG\r\n")

    def test_a_job_is_plain_json_with_its_pictures_untouched(self) -> None:
        job = chronicle_job(chronicle(curve=replace(chronicle().curve, svg=SVG.replace("10", "1" * 40))))
        asked = json.loads(as_asked(job))
        assert "\u200b" not in asked["pictures"]["curve"]
        assert "qr" in asked["pictures"]

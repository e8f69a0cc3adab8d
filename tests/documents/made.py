"""Sheets that the tests of this room set, and what is read back from the file."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdf

from shichen.documents.paper import Amendment, ChronicleSheet, Curve, Date, DaySheet, Foot, Head, Passage, Row, Run
from shichen.watches import WATCHES

WORDS: dict[str, Any] = {
    "blank": "空",
    "computed": "实",
    "amended": "更",
    "amendment-no": "更正第{n}号",
    "was": "原为",
    "now": "现为",
    "comma": "，",
    "semicolon": "；",
    "open": "（",
    "close": "）",
    "sample": "1234",
    "file_title": "试版",
    "live": "未定版",
    "amendments": "更正",
    "rules": "凡例",
    "further": "未画在图上的措施",
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 40" class="is-wide" role="img">'
    '<rect class="s1" x="10" y="10" width="20" height="30"/><text class="is-title" x="10" y="8">一级响应</text></svg>'
)
CREDITS = (("策划", "领导小组办公室"), ("执行", "新闻宣传组"))


def said(*texts: str | Run, note: str = "") -> Passage:
    return Passage(tuple(one if isinstance(one, Run) else Run(one) for one in texts), note)


def head(**more: Any) -> Head:
    given: dict[str, Any] = {
        "title": "我们的十二时辰",
        "city": "株洲市",
        "subject": "株洲市 · 新冠肺炎疫情",
        "day": "2",
        "month": "2020年2月2日",
        "weekday": "星期日",
        "lunar": "庚子年正月初九",
        "period": "2月1日23时—2月2日23时",
        "notes": ("“全天”数按自然日0—24时计",),
    }
    return Head(**given | more)


def foot(**more: Any) -> Foot:
    lines = ("链头 309-748bae0bbf5e4870",)
    given: dict[str, Any] = {"credits": CREDITS, "edition": "第1版", "lines": lines, "link": "http://127.0.0.1/days/x/"}
    return Foot(**given | more)


def day(*first: Passage, amendments: tuple[Amendment, ...] = (), **more: Any) -> DaySheet:
    """A day page whose first cell holds some passages; every other cell of the first column one, all else blank."""
    rows = tuple(
        Row(sign, "1–3点", (first if n == 0 and first else (said("有一事。"),), (), (), ()))
        for n, sign in enumerate(WATCHES)
    )
    columns = tuple((name, "值班编辑") for name in ("指挥调度", "宣传发布", "一线阻击", "后勤服务"))
    key = (("line", "按自然日计"), ("实", "由记录实算"))
    given: dict[str, Any] = {"language": "zh", "head": head(), "foot": foot(), "words": dict(WORDS)}
    return DaySheet(columns=columns, rows=rows, key=key, amendments=amendments, **given | more)


def chronicle(*dates: Date, **more: Any) -> ChronicleSheet:
    curve = Curve(SVG, "新增确诊病例", "合计3例", ("各日之和",), ("日期", "新增"), (("2月1日", "3"), ("2月2日", "0")))
    given: dict[str, Any] = {
        "language": "zh",
        "head": head(title="大事记", day="", lunar="", period=""),
        "curve": curve,
        "dates": dates or (date(said("有一事。")),),
        "rules": ("按发布日立条。",),
        "amendments": (),
        "foot": foot(),
        "words": dict(WORDS),
    }
    return ChronicleSheet(**given | more)


def date(*passages: Passage, day: str = "2") -> Date:
    return Date(day, "2月", f"2月{day}日", "星期日", passages)


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def flat(pdf: bytes) -> str:
    """All text of a file without any space: letters set apart are read as words of one letter."""
    return squeezed("".join(page.extract_text() for page in read(pdf).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def millimetres(pdf: bytes) -> set[tuple[int, int]]:
    boxes = (page.mediabox for page in read(pdf).pages)
    return {(round(float(box.width) / 72 * 25.4), round(float(box.height) / 72 * 25.4)) for box in boxes}


def fonts(pdf: bytes) -> dict[str, bool]:
    """The fonts of a file, and whether each is in it."""
    found = {}
    for page in read(pdf).pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            whole = font.get_object()
            inner = whole["/DescendantFonts"][0].get_object() if "/DescendantFonts" in whole else whole
            about = inner["/FontDescriptor"].get_object()
            found[str(whole["/BaseFont"])] = any(name.startswith("/FontFile") for name in about)
    return found

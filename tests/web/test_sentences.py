"""What lower rooms say in Chinese alone: each sentence has its English, names stay names, nothing in the table is idle."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from shichen.web import sentences, words
from shichen.web.templatetags.shichen import lang, zh

HOUSE = Path(sentences.__file__).parents[1]
SAY = {"Refusal", "Unreadable", "Conflict", "Worked"}
UNSEEN = {"site", "documents", "prose"}  # what the command line alone says
NAME = "甲"
# Sentences whose blanks are words of the house: what stands in them.
FILLED = {
    "{}{}多于总数{}；其中数不能大于总数。": "疫源地车辆3多于总数2；其中数不能大于总数。",
    "{}有内容的格子超过 {} 个；请分成几个文件再传。": "工作表“一”有内容的格子超过 5 个；请分成几个文件再传。",
    "第{}步：「{}」要是0到30之间的整数。": "第1步：「渐变天数」要是0到30之间的整数。",
}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def spoken() -> Iterator[tuple[str, str]]:
    """Every sentence that a room with pages behind it refuses with, blanks as {}, and where it stands."""
    for path in sorted(HOUSE.rglob("*.py")):
        if path.relative_to(HOUSE).parts[0] in UNSEEN:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAY and node.args:
                said = _text(node.args[0])
                if said and words.CHINESE.search(said):
                    yield said, f"{path.relative_to(HOUSE)}:{node.lineno}"


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)  # type: ignore[misc]
    return ""


def test_every_refusal_has_its_english() -> None:
    found = dict(spoken())
    assert len(found) > 150
    missing = []
    for said, where in found.items():
        sample = FILLED.get(said, said.replace("{}", NAME))
        told = sentences.said(sample)
        if words.CHINESE.search(told.replace(NAME, "")):
            missing.append(f"{where} {said}")
    assert missing == []


def test_no_sentence_of_the_table_is_idle() -> None:
    everything = "".join(
        path.read_text(encoding="utf-8") for path in HOUSE.rglob("*") if path.suffix in (".py", ".toml", ".html")
    )
    idle = [row["zh"] for row in _rows() if _landmark(row["zh"]) not in everything]
    assert idle == []


def _rows() -> list[dict[str, str]]:
    with sentences.TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def _landmark(sentence: str) -> str:
    return max(re.split(r"\{\}|[；。，“”「」]", sentence), key=len)


def test_both_languages_have_the_same_blanks() -> None:
    for row in _rows():
        blanks = row["zh"].count("{}")
        used = re.findall(r"(?<!\{)\{(\d*)\}(?!\})", row["en"])
        numbers = {int(number) if number else place for place, number in enumerate(used)}
        assert numbers == set(range(blanks)), row["zh"]
        assert not words.CHINESE.search(row["en"]), row["en"]


def test_names_stay_names_and_words_of_the_house_are_translated() -> None:
    assert sentences.said("没有名为「洞口区」的区域。是否为「渌口区」？请改正地名，或请办公室加别名。") == (
        "No area is called “洞口区”. Is it “渌口区”? Put the name right, or ask the Office for an alias."
    )
    assert sentences.said("“车辆”是必填项，不能空着。") == "“Vehicles” is required and cannot be empty."


def test_days_are_said_in_english_but_not_what_a_person_put_in() -> None:
    assert "2 February 0–8 h" in sentences.said("甲的2月2日0—8时已报过(车辆3)；如有出入请作更正，不要重报。")
    assert "“2月30日”" in sentences.said("“2月30日”没有年份；请写全，如 2020-02-02。")


def test_what_is_not_of_the_house_stays_as_it_is() -> None:
    assert sentences.said("株洲北收费站") == "株洲北收费站"
    with translation.override("zh-hans"):
        assert sentences.said("理由最多 200 字，现有 201 字。") == "理由最多 200 字，现有 201 字。"


def test_chinese_on_an_english_page_is_marked_and_still_escaped() -> None:
    assert zh("at 株洲, 2月2日 <b>") == ('at <span lang="zh-Hans">株洲, 2月2日</span> &lt;b&gt;')
    assert zh("plain <b>") == "plain <b>"  # a plain text, which the template escapes
    assert lang("株洲") == ' lang="zh-Hans"'
    assert lang("Zhuzhou") == ""
    with translation.override("zh-hans"):
        assert zh("株洲<b>") == "株洲<b>"
        assert lang("株洲") == ""


def test_the_label_of_an_entry_and_a_measure_are_said_in_english() -> None:
    assert words.label("申时-007") == "Shen-007"
    assert words.label("申时七") == "申时七"
    assert words.counted(149461, "台次") == "149,461 vehicle-times"
    assert words.counted(83, "个") == "83"
    assert words.measure("麻袋") == "麻袋"

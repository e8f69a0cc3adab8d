"""The same words around other numbers and other places are the same saying."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.prose.command import local_tables
from shichen.prose.gazetteer import Gazetteer
from shichen.prose.sayings import LONGEST, sayings

PLACES = Gazetteer(local_tables())


def of(text: str, number: str) -> str:
    start = text.index(number)
    return next(iter(sayings(text, start, start + len(number), PLACES)), "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("截至2月9日24时，累计确诊病例61例。", "61例"), ("截至2月10日24时，累计确诊病例1064例。", "1064例")),
        (("天元区新增3例，治愈1例。", "3例"), ("荷塘区新增12例，治愈0例。", "12例")),
        (
            ("累计确诊61例，其中天元区15例、荷塘区10例。", "61例"),
            ("累计确诊9例，其中石峰区4例、芦淞区3例、攸县2例。", "9例"),
        ),
        (
            ("累计确诊61例，其中天元区15例、荷塘区10例。", "10例"),
            ("累计确诊9例，其中石峰区4例、芦淞区3例、攸县2例。", "2例"),
        ),
        (("**累计检查车辆９台次**；下一句。", "９台次"), ("累计检查车辆149461台次；又一句12家。", "149461台次")),
    ],
)
def test_the_same_words(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert of(*one) == of(*other) != ""


def test_which_number_of_a_sentence() -> None:
    text = "检查车辆12台次，排查人员30人次。"
    assert of(text, "12台次") == "检查车辆◎台次,排查人员#人次"
    assert of(text, "30人次") == "检查车辆#台次,排查人员◎人次"


def test_the_sentence_and_then_its_clause() -> None:
    text = "截至2月9日24时，全市累计确诊61例。"
    assert sayings(text, text.index("61"), text.index("61") + 3, PLACES) == (
        "截至#月#日#时,全市累计确诊◎例",
        "全市累计确诊◎例",
    )


def test_other_words_are_another_saying() -> None:
    assert of("新增确诊病例3例。", "3例") != of("累计确诊病例3例。", "3例")
    assert of("采购口罩3只。", "3只") != of("采购口罩3个。", "3个")


def test_a_number_alone_says_nothing() -> None:
    assert of("12例", "12例") == ""


@given(st.text(max_size=400), st.data())
def test_any_text(raw: str, data: st.DataObject) -> None:
    if raw:
        start = data.draw(st.integers(0, len(raw) - 1))
        end = data.draw(st.integers(start + 1, len(raw)))
        if raw[start:end].strip("*\r\n \t\u3000\u00a0\u200b\ufeff"):
            assert all(len(said) <= LONGEST for said in sayings(raw, start, end, PLACES))

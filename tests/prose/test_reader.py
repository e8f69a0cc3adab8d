"""What holds of every reading: spans, purity, limits, and no text that can hang or break it."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.prose.command import local_tables
from shichen.prose.reader import read
from shichen.prose.spans import Reading
from shichen.prose.tables import Tables
from shichen.prose.text import MAX_CHARACTERS
from shichen.refusal import Refusal

PIECES = [
    *(
        "检查车辆",
        "1",
        "12",
        "一",
        "两",
        "万",
        "百分之",
        "1日-",
        "台次",
        "个",
        "例",
        "%",
        "元/公斤",
        "至",
        "-",
        "2月2日",
        "24时",
    ),
    *(
        "《",
        "》",
        "(",
        ")",
        "“",
        "”",
        "#",
        "【",
        "】",
        "、",
        ",",
        "，",
        "。",
        "；",
        "：",
        "!",
        "\n",
        "\r\n",
        " ",
        "　",
        "**",
    ),
    *(
        "累计",
        "新增",
        "其中",
        "截至",
        "现有",
        "天元区",
        "洞口区",
        "办公室",
        "市长",
        "记者",
        "子时(23~1点)",
        "指挥调度",
        "对",
        "进行",
        "持平",
    ),
    *(
        "1月21日\n",
        "确诊病例",
        "口罩",
        "N95",
        "第1号令",
        "13812345678",
        "http://a.b",
        "０",
        "〇",
        "😀",
        "\t",
        "\u2028",
        "\x07",
    ),
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=200),
)
kinds = st.sampled_from([None, "day_page", "chronicle", "work_bulletin", "case_bulletin", "press", "other"])


def spans_hold(raw: str, reading: Reading) -> None:
    """Every span is its text, entries follow one another, and figures lie in their entries without overlap."""
    end = 0
    for entry in reading.entries:
        assert end <= entry.start < entry.end <= len(raw)
        end = entry.end
        last = entry.start
        for figure in entry.figures:
            assert last <= figure.start < figure.end <= entry.end
            assert raw[figure.start : figure.end] == figure.raw
            assert 0 <= figure.confidence <= 1
            last = figure.end
        for span in (*entry.nonfigures, *entry.mentions):
            assert raw[span.start : span.end] == span.raw
    for nonfigure in reading.nonfigures:
        assert raw[nonfigure.start : nonfigure.end] == nonfigure.raw


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, kinds)
def test_any_text_is_read_with_true_spans(raw: str, kind: str | None) -> None:
    spans_hold(raw, read(raw, local_tables(), kind=kind, covers=dt.date(2020, 2, 2)))


@settings(max_examples=50, deadline=None)
@given(texts)
def test_the_same_text_reads_the_same(raw: str) -> None:
    assert read(raw, local_tables()) == read(raw, local_tables())


HOSTILE = {
    "digits": "1" * 10_000,
    "numerals": "一" * 10_000,
    "open ranges": "1日-" * 10_000,
    "figures": "检查1个" * 10_000,
    "separators": "1,1" * 10_000,
    "figures in one list": "检查车辆1台次、" * 20_000,
    "brackets": "(" * 10_000 + "1个" + ")" * 10_000,
    "titles": "《" * 50_000,
    "quotes": "“1个”" * 10_000,
    "one line": "查" * MAX_CHARACTERS,
    "stops": "1个。" * 10_000,
    "lines": "1个\n" * 10_000,
    "numerals with scales": "1万" * 10_000,
    "districts": "天元区1例、" * 10_000,
    "places nobody knows": "洞口区" * 10_000,
    "leaders": "市长张大山到" * 5_000,
    "units": "办公室" * 20_000,
    "steady rates": "9%持平" * 10_000,
    "verbs in the name of the disease": "接到新冠病毒感染" * 10_000,
    "marks alone, a line each": "。\n" * 10_000,
    "enumeration commas": "、" * 100_000,
    "blanks within a line": f"查{' ' * 100_000}查",
    "asterisks": "*" * 100_001,
    "all sorts": "(1一、 》《查“,;" * 5_000,
    "control characters": "\x01\x02检查1个\x1b[31m" * 5_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_hangs_the_reader(name: str, tables: Tables) -> None:
    text = HOSTILE[name]
    start = time.process_time()
    reading = read(text, tables, kind="other")
    assert time.process_time() - start < 5
    spans_hold(text, reading)


def test_a_megabyte_on_one_line_is_refused(tables: Tables) -> None:
    with pytest.raises(Refusal, match="太长"):
        read("1" * 1_000_000, tables)


def test_what_lies_beyond_the_limits_is_unread_and_flagged(tables: Tables) -> None:
    (entry,) = read("检查1个、" * 1_000, tables, kind="other").entries
    assert "too_long" in entry.flags
    assert len(entry.figures) == 200


def test_an_unknown_kind_is_refused(tables: Tables) -> None:
    with pytest.raises(Refusal, match="没有"):
        read("检查1个。", tables, kind="letter")


def test_a_reading_names_its_tables(tables: Tables) -> None:
    assert read("检查1个。", tables).tables_hash == tables.hash


def test_bounds_and_canonical_values_are_kept(tables: Tables) -> None:
    (figure,) = read("储备大米不少于20万斤。", tables, kind="other").figures
    assert (figure.value, figure.low, figure.canonical_value, figure.canonical_unit) == (200000, 200000, 100000, "公斤")


def test_phones_and_identity_numbers_are_marked(tables: Tables) -> None:
    reading = read("电话13812345678,证号43020219900101123X。", tables)
    assert [span.cls for span in reading.nonfigures] == ["phone", "id_number"]
    assert reading.figures == ()

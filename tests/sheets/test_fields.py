"""Fields: what a box or a cell may hold, and the sentence a person gets where it cannot be taken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as lazy
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.sheets.fields import LONGEST, Context, Field, Kind, Unreadable, but, by_name, fold, only, show
from shichen.watches import SHANGHAI

COUNT = Field("vehicles", "检查车辆", "integer", unit="台次")
RATE = Field("rate", "合格率", Kind.DECIMAL, unit="%")
TEXT = Field("note", "备注")
CODE = Field("plate", "车牌", "code")
DATE = Field("date", "日期", "date")
TIME = Field("at", "时间", "datetime")
FLAG = Field("zero", "零报告", "boolean")
KIND = Field("kind", "来源", "choice", choices=(("local", "本土"), ("abroad", "境外输入")))
ALL = (COUNT, RATE, TEXT, CODE, DATE, TIME, FLAG, KIND)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", 12),
        (12, 12),
        (12.0, 12),
        ("１２３", 123),
        ("1,234,567", 1234567),
        ("1，234", 1234),
        ("149461台次", 149461),
        ("149461 台次", 149461),
        ("1.5万", 15000),
        ("2亿", 200000000),
        ("1.3万亿", 1300000000000),
        ("-3", -3),
        ("－3", -3),
        ("+3", 3),
        ("3.0", 3),
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        (Decimal("15"), 15),
    ],
)
def test_whole_numbers(value: object, expected: int) -> None:
    found = COUNT.read(value)
    assert found == expected
    assert type(found) is int


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("99.43%", "99.43"),
        ("99.43", "99.43"),
        (99.43, "99.43"),
        (0.1 + 0.2, "0.3"),
        ("９９．４３％", "99.43"),
        (3, "3"),
    ],
)
def test_decimals_are_exact(value: object, expected: str) -> None:
    assert RATE.read(value) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("十二", "不是数字"),
        ("12人", "不是数字"),
        ("٣", "不是数字"),
        ("१२", "不是数字"),
        ("²", "不是数字"),
        ("1_000", "不是数字"),
        ("1e5", "不是数字"),
        ("0x10", "不是数字"),
        ("nan", "不是数字"),
        ("inf", "不是数字"),
        (float("nan"), "不是数字"),
        (float("inf"), "不是数字"),
        ("--1", "不是数字"),
        ("1 2 3 x", "不是数字"),
        ("无", "没有发生请填 0"),
        ("/", "不知道请留空"),
        ("12,34", "逗号位置不对"),
        ("3.5", "不是整数"),
        (3.5, "不是整数"),
        ("1234567890123456", "超过 15 位"),
        (10**15, "超过 15 位"),
        ("999999999999万亿", "超过 15 位"),
        (True, "不能填“是”或“否”"),
        (dt.date(2020, 2, 2), "却是日期"),
    ],
)
def test_what_is_no_whole_number(value: object, part: str) -> None:
    with pytest.raises(Unreadable) as caught:
        COUNT.read(value)
    assert part in caught.value.sentence
    assert caught.value.sentence.endswith("。")


@pytest.mark.parametrize(
    "value",
    [
        "2020-02-02",
        "2020-2-2",
        "2020/2/2",
        "2020.2.2",
        "2020．2．2",
        "２０２０－０２－０２",
        "2020年2月2日",
        "2020年2月2号",
        "20200202",
        20200202,
        20200202.0,
        "2月2日",
        "2.2",
        "2/2",
        "2020-02-02 00:00:00",
        43863,
        43863.0,
        "43863",
        dt.date(2020, 2, 2),
        dt.datetime(2020, 2, 2, 8),
    ],
)
def test_dates(value: object) -> None:
    assert DATE.read(value, Context(year=2020)) == dt.date(2020, 2, 2)


def test_serial_days_of_the_other_epoch() -> None:
    assert DATE.read(42401, Context(epoch_1904=True)) == dt.date(2020, 2, 2)
    assert TIME.read(42401.5, Context(epoch_1904=True)) == dt.datetime(2020, 2, 2, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("2月2日", "没有年份"),
        ("2020-02-30", "日历上没有"),
        ("2020-13-01", "日历上没有"),
        ("20-0-02-02", "不是日期"),
        ("2020-0--02", "不是日期"),
        ("20201301", "日历上没有"),
        ("昨天", "不是日期"),
        ("02/02/2020", "不是日期"),
        ("20.2.2", "不是日期"),
        ("2020-02-021", "不是日期"),
        ("202002021", "不是日期"),
        (12, "不是日期"),
        ("1234-01-01", "年份不对"),
        (dt.date(1899, 12, 31), "年份不对"),
        ("2020-02-02 15:30", "带有时刻"),
        ("٢٠٢٠-02-02", "不是日期"),
        (True, "要填日期"),
    ],
)
def test_what_is_no_date(value: object, part: str) -> None:
    with pytest.raises(Unreadable) as caught:
        DATE.read(value)
    assert part in caught.value.sentence


@pytest.mark.parametrize(
    "value",
    [
        "2020-02-02 15:30",
        "2020-02-02T15:30:00",
        "2020-02-02T15:30:00+08:00",
        "2020-02-02T07:30:00Z",
        "2020/2/2 下午3:30",
        "2020年2月2日15时30分",
        "2020年2月2日下午3点30分",
        "20200202 15:30",
        43863.645833333336,
        dt.datetime(2020, 2, 2, 15, 30),
        dt.datetime(2020, 2, 2, 15, 29, 59, 999_600),
        dt.datetime(2020, 2, 2, 7, 30, tzinfo=dt.UTC),
    ],
)
def test_times_have_a_zone(value: object) -> None:
    found = TIME.read(value)
    assert isinstance(found, dt.datetime)
    assert found == dt.datetime(2020, 2, 2, 15, 30, tzinfo=SHANGHAI)
    assert found.tzinfo


def test_24_o_clock_is_midnight_of_the_next_day() -> None:
    assert TIME.read("2020年2月9日24时") == dt.datetime(2020, 2, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("2020-02-02", "没有写清时刻"),
        (dt.date(2020, 2, 2), "没有时刻"),
        ("2020-02-02 25:00", "没有这个时刻"),
        ("2020-02-02 12:60", "没有这个时刻"),
        ("2020-02-02 晚上1时", "分不清"),
        ("2020-02-02 呀呀3时", "没有这个时刻"),
        ("2020-02-02 15:30+99:00", "没有这个时刻"),
        ("2020-02-02 xyz", "没有写清时刻"),
    ],
)
def test_what_is_no_time(value: object, part: str) -> None:
    with pytest.raises(Unreadable) as caught:
        TIME.read(value)
    assert part in caught.value.sentence


@pytest.mark.parametrize(
    ("value", "expected"), [("本土", "local"), ("local", "local"), (" 境外输入 ", "abroad"), ("LOCAL", "local")]
)
def test_choices_by_value_or_by_label(value: str, expected: str) -> None:
    assert KIND.read(value) == expected


def test_another_choice_is_refused_with_the_list() -> None:
    with pytest.raises(Unreadable, match="本土、境外输入"):
        KIND.read("外地")


@pytest.mark.parametrize(
    ("value", "expected"), [("是", True), ("有", True), ("Ｙ", True), (True, True), (1, True), ("√", True)]
)
def test_yes(value: object, expected: bool) -> None:
    assert FLAG.read(value) is expected
    assert FLAG.read({"是": "否", "有": "无", "Ｙ": "Ｎ", True: False, "√": "×"}.get(value, 0)) is not expected  # type: ignore[call-overload]


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Unreadable, match="看不出是或否"):
        FLAG.read("也许")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("　株洲北收费站 ", "株洲北收费站"),
        ("一行\r\n二行\r三行", "一行\n二行\n三行"),
        ("：，。（）", "：，。（）"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (True, "是"),
        (dt.date(2020, 2, 2), "2020-02-02"),
        ("=1+1", "=1+1"),
        ("😷👩‍⚕️", "😷👩‍⚕️"),
    ],
)
def test_text_is_kept_as_it_stands(value: object, expected: str) -> None:
    assert TEXT.read(value) == expected


def test_codes_are_half_width() -> None:
    assert CODE.read("鄂Ａ１２３－４５") == "鄂A123-45"
    assert TEXT.read("Ａ１") == "Ａ１"


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("a\x00b", "U+0000"),
        ("a\x01b", "第 2 个字"),
        ("a\x85b", "U+0085"),
        ("a\ud800b", "U+D800"),
        ("a\uffffb", "U+FFFF"),
        ("字" * (LONGEST + 1), "超过 20000 个字"),
        (430203199001011234, "末几位已经丢失"),
        (4.30203199001011e17, "末几位已经丢失"),
        ("#REF!", "#REF!"),
        ("#无结果", "没有保存它的结果"),
        ([], "要填文字"),
    ],
)
def test_text_that_cannot_be_kept(value: object, part: str) -> None:
    with pytest.raises(Unreadable) as caught:
        TEXT.read(value)
    assert part in caught.value.sentence


@pytest.mark.parametrize("blank", [None, "", "  ", "　", "\n\t", "\u00a0", "\ufeff"])
def test_an_empty_box_is_nothing_and_a_required_one_must_be_filled(blank: str | None) -> None:
    for field in ALL:
        assert field.read(blank) is None
    with pytest.raises(Unreadable, match="必填"):
        Field("x", "姓名", required=True).read(blank)


def test_bounds() -> None:
    share = Field("share", "占比", "decimal", minimum=0, maximum=100, unit="%")
    assert share.read("100") == 100
    with pytest.raises(Unreadable, match="不能大于 100%"):
        share.read("100.1")
    with pytest.raises(Unreadable, match="不能小于 0%"):
        share.read("-0.1")
    day = Field("day", "日期", "date", minimum=dt.date(2020, 1, 1))
    with pytest.raises(Unreadable, match="不能小于 2020-01-01"):
        day.read("2019-12-31")
    moment = Field("at", "时间", "datetime", maximum=dt.date(2020, 2, 2))
    assert moment.read("2020-02-02 23:59")
    with pytest.raises(Unreadable, match="不能大于"):
        moment.read("2020-02-03 00:00")
    with pytest.raises(Unreadable, match="不能大于 3"):
        Field("s", "简称", maximum=3).read("四个字啊")


def test_a_dictionary_has_each_name_once_and_choices_where_they_belong() -> None:
    assert list(by_name(ALL)) == [f.name for f in ALL]
    with pytest.raises(ValueError, match="one name"):
        by_name((TEXT, TEXT))
    with pytest.raises(ValueError, match="choices"):
        Field("x", "x", "choice")
    with pytest.raises(ValueError, match="not a valid"):
        Field("x", "x", "money")


def test_some_of_the_fields_keep_their_order() -> None:
    assert only((TEXT, CODE, DATE), "date", "note") == (TEXT, DATE) == but((TEXT, CODE, DATE), "plate")


@pytest.mark.parametrize(
    "words",
    [
        {"label": lazy("词")},
        {"label": "词", "help": lazy("词")},
        {"label": "词", "kind": "choice", "choices": (("a", lazy("甲")),)},
    ],
)
def test_words_of_a_field_are_plain_text(words: dict[str, Any]) -> None:
    """A fault names the field and its choices, is kept as JSON and goes out as JSON: a word that is translated later breaks both."""
    with pytest.raises(ValueError, match="plain text"):
        Field("x", **words)


def test_folding_makes_headings_alike() -> None:
    assert fold("检查 车辆（台次）") == fold("检查车辆(台次)")
    assert fold("Ｄａｔｅ") == "date"


VALUES: dict[str, Any] = {
    "vehicles": st.integers(-(10**14), 10**14),
    "rate": st.decimals(-(10**9), 10**9, places=4).map(lambda d: d + 0),
    "note": st.text(max_size=30),
    "date": st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31)),
    "at": st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1)).map(
        lambda t: t.replace(microsecond=0, tzinfo=SHANGHAI)
    ),
    "zero": st.booleans(),
    "kind": st.sampled_from(["local", "abroad"]),
}


@pytest.mark.parametrize("field", [f for f in ALL if f.name in VALUES], ids=lambda f: f.name)
def test_what_is_shown_is_read_back(field: Field) -> None:
    @settings(deadline=None)
    @given(VALUES[field.name])
    def check(value: Any) -> None:
        try:
            known = field.read(value)
        except Unreadable:
            assert field is TEXT
            return
        assert field.read(show(known, field)) == known

    check()


@settings(deadline=None)
@given(st.text(max_size=40) | st.floats() | st.integers() | st.booleans() | st.none())
def test_every_value_is_read_or_refused_with_a_sentence(value: object) -> None:
    for field in ALL:
        sentence = _sentence(field, value)
        assert sentence == "" or sentence.endswith("。")
        assert len(sentence) < 120


def _sentence(field: Field, value: object) -> str:
    try:
        field.read(value, Context(year=2020))
    except Unreadable as reason:
        return reason.sentence
    return ""

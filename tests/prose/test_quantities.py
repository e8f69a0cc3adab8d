"""Numbers with their measures, and the numerals that count nothing."""

from __future__ import annotations

import pytest

from shichen.prose.bounds import still
from shichen.prose.drafts import Quantity
from shichen.prose.nonfigures import nonfigures
from shichen.prose.quantities import Scanner
from shichen.prose.tables import Tables
from shichen.prose.text import clean


def scan(text: str, tables: Tables) -> list[Quantity]:
    cleaned = clean(text).text
    spans = nonfigures(cleaned, tables)
    found = list(Scanner(cleaned, spans, tables).scan())
    return sorted([*found, *still(cleaned, found, spans)], key=lambda quantity: quantity.start)


def shown(text: str, tables: Tables) -> list[tuple[str, str, str]]:
    cleaned = clean(text).text
    return [(cleaned[one.start : one.end], str(one.value), one.word) for one in scan(text, tables)]


@pytest.mark.parametrize(
    ("text", "raw", "value", "word"),
    [
        ("验车1234台次", "1234台次", "1234", "台次"),
        ("登记1,234,567人次", "1,234,567人次", "1234567", "人次"),
        ("运来20万只口罩", "20万只", "200000", "只"),
        ("安排476.9万元", "476.9万元", "4769000", "元"),
        ("产粮1.3万亿斤以上", "1.3万亿斤以上", "1300000000000", "斤"),
        ("1.5万余名干部", "1.5万余名", "15000", "名"),
        ("来了30多人", "30多人", "30", "人"),
        ("储备15天以上", "15天以上", "15", "天"),
        ("合格率99.43%", "99.43%", "99.43", "%"),
        ("回落2个百分点", "2个百分点", "2", "个百分点"),
        ("回落2百分点", "2百分点", "2", "百分点"),
        ("两男子翻墙", "两男子", "2", "男子"),
        ("一家四口住院", "四口", "4", "口"),
        ("共12345人", "12345人", "12345", "人"),
        ("口罩一万五千只", "一万五千只", "15000", "只"),
        ("十五万零三百人", "十五万零三百人", "150300", "人"),
        ("一亿二千万元", "一亿二千万元", "120000000", "元"),
        ("手套3万5千只", "3万5千只", "35000", "只"),
        ("功率3千瓦", "3千瓦", "3", "千瓦"),
        ("大米5千克", "5千克", "5", "千克"),
        ("大米8.5元/公斤", "8.5元/公斤", "8.5", "元/公斤"),
        ("覆盖10平方公里", "10平方公里", "10", "平方公里"),
        ("募集30.17万余笔", "30.17万余笔", "301700", "笔"),
        ("接种10余万人", "10余万人", "100000", "人"),
        ("占百分之八十", "百分之八十", "80", "%"),
        ("年龄34 岁", "34岁", "34", "岁"),
        ("体温37.5℃", "37.5℃", "37.5", "℃"),
        ("共发300桶84消毒液", "300桶", "300", "桶"),
        ("119154人通过", "119154人", "119154", "人"),
        ("1亿2000万元", "1亿2000万元", "120000000", "元"),
        ("24小时内办结", "24小时", "24", "小时"),
        ("甲县、乙县、丙县三地停运", "三地", "3", "地"),
        ("发生一起聚集性疫情", "一起", "1", "起"),
        ("查处一家宾馆", "一家", "1", "家"),
    ],
)
def test_a_quantity(text: str, raw: str, value: str, word: str, tables: Tables) -> None:
    assert shown(text, tables) == [(raw, value, word)]


@pytest.mark.parametrize(
    "text",
    [
        "2月2日0时至2月9日24时停运",
        "2020年2月17日0—12时",
        "1月25至29日接触",
        "正月十六收假",
        "二〇二〇年春节",
        "下午3时起放行",
        "晚上11时交班",
        "第46例患者",
        "第1、4、7天采样",
        "第3号令",
        "一级响应",
        "住在三四层",
        "24小时值班",
        "三班倒",
        "本市首例",
        "按“四不两直”检查",
        "“1+3”方案",
        "N95口罩",
        "乘TK0068航班",
        "拨打120",
        "拨打12345热线",
        "几名村干部",
        "数百人",
        "近万名群众",
        "进一步加强",
        "一次性口罩",
        "奔赴一线",
        "一家人",
        "三门镇",
        "第一人民医院",
        "《24小时》栏目",
        "《70万个口罩投放》",
        "电话13812345678",
        "一是加强巡查",
        "万众一心",
        "与子女一起回家",
        "病例1：女",
        "五台县",
        "株发〔2020〕12号",
        "比分3:1",
    ],
)
def test_a_numeral_that_counts_nothing(text: str, tables: Tables) -> None:
    assert shown(text, tables) == []


@pytest.mark.parametrize(
    "phrase",
    [
        "将于3日",
        "1月24日",
        "12月30日",
        "2月2日0时起至2月9日24时止",
        "8月20日0—24时",
        "不得早于2020年2月9日24时(正月十六)",
        "正月初一",
        "闰四月初一",
        "腊月三十",
        "从1月24日至今",
        "从2月4日起",
        "从0点开始",
        "至晚上11时",
        "截至2月18日上午",
        "15:30",
        "零时",
    ],
)
def test_no_phrase_for_a_time_is_counted(phrase: str, tables: Tables) -> None:
    assert shown(f"{phrase},", tables) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "about"),
    [
        ("不少于5万个", 50000, None, False),
        ("至少14名", 14, None, False),
        ("超过300人", 300, None, False),
        ("30多人", 30, None, False),
        ("15天以上", 15, None, False),
        ("近150名", None, 150, False),
        ("不超过50人", None, 50, False),
        ("10天以内", None, 10, False),
        ("约200辆", None, None, True),
        ("200辆左右", None, None, True),
        ("达到300张", None, None, False),
        ("最近300张", None, None, False),
        ("3-5台", 3, 5, False),
        ("57至80岁", 57, 80, False),
    ],
)
def test_bounds(text: str, low: int | None, high: int | None, about: bool, tables: Tables) -> None:
    (one,) = scan(text, tables)
    assert (one.low, one.high, one.about) == (low, high, about)


def test_two_numbers_may_share_one_noun(tables: Tables) -> None:
    assert shown("派出21支500余名驻村干部", tables) == [("21支", "21", "支"), ("500余名", "500", "名")]


def test_a_steady_price_is_a_change_of_zero(tables: Tables) -> None:
    found = scan("水果9.5元/公斤,持平。", tables)
    assert [(one.value, one.word, one.implicit) for one in found][1:] == [(0, "%", True)]


@pytest.mark.parametrize("text", ["首次为0,", "连续5天“0”新增"])
def test_a_closing_or_quoted_zero_counts(text: str, tables: Tables) -> None:
    assert any(one.value == 0 and one.word == "" for one in scan(text, tables))


def test_bare_digits_count_at_the_end_of_a_clause(tables: Tables) -> None:
    assert shown("解除观察563,正在观察2747人", tables) == [("563", "563", ""), ("2747人", "2747", "人")]


def test_a_run_of_names_and_numbers_counts(tables: Tables) -> None:
    assert [value for _, value, _ in shown("(按地分)东城26西城12南城9", tables)] == ["26", "12", "9"]


def test_a_numeral_too_long_is_flagged(tables: Tables) -> None:
    text = f"检查{'9' * 1000}个"
    scanner = Scanner(text, nonfigures(text, tables), tables)
    assert list(scanner.scan()) == []
    assert scanner.flags == ["numeral_too_long"]

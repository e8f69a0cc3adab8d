"""Sentences from figures, and the same figures back from the sentences."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.prose.command import local_tables
from shichen.prose.reader import read
from shichen.prose.realise import Fact, When, flattened, plain, realise
from shichen.prose.tables import Indicator, Tables
from shichen.refusal import Refusal

ROWS = sorted(local_tables().catalogue, key=lambda row: row.id)
FLOWS = [row for row in ROWS if row.kind in ("flow", "stock") and not row.noun.startswith(("新增", "累计"))]
WHOLES = {
    "police.vehicles_checked": "police.hubei_vehicles_checked",
    "police.persons_checked": "police.hubei_persons_checked",
}


def fact(name: str, value: str, tables: Tables, **more: object) -> Fact:
    return Fact(tables.indicators[name], Decimal(value), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("9999", "9999"),
        ("10000", "1万"),
        ("20000", "2万"),
        ("15000", "1.5万"),
        ("149461", "149461"),
        ("64890000", "6489万"),
        ("1234567000", "123456.7万"),
        ("1000000000000", "100000000万"),
        ("99.43", "99.43"),
        ("5.50", "5.50"),
    ],
)
def test_a_value_in_print(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


def test_a_missing_value_is_never_nought() -> None:
    with pytest.raises(Refusal, match="缺失"):
        plain(Decimal("NaN"))


def test_work_stands_before_its_number_and_goods_after(tables: Tables) -> None:
    told = [fact("traffic.vehicles_checked", "1234", tables), fact("traffic.persons_screened", "20000", tables)]
    assert realise("交通组", told, scope="全天共").text == "交通组全天共检查车辆1234台次，排查人员2万人次。"
    told = [fact("supply.gowns_purchased", "1000", tables), fact("supply.goggles_purchased", "20", tables)]
    assert realise("市工信局", told).text == "市工信局采购1000件防护服、20副护目镜。"


def test_a_part_stands_in_brackets(tables: Tables) -> None:
    part = fact("police.hubei_vehicles_checked", "24", tables)
    told = [fact("police.vehicles_checked", "405", tables, parts=(part,))]
    assert realise("社会治安组", told).text == "社会治安组查控车辆405辆（鄂籍24辆）。"


def test_a_running_total_has_its_own_sentence(tables: Tables) -> None:
    told = [fact("cases.discharged", "29", tables, cumulative=True), fact("cases.confirmed_new", "0", tables)]
    assert realise("我市", told).text == "我市新增确诊病例0例。我市累计出院病例29例。"


def test_a_change_of_nought_is_steady(tables: Tables) -> None:
    told = [
        fact("price.rice", "5.53", tables),
        fact("price.rice.mom", "0", tables),
        fact("price.pork.mom", "-1.5", tables),
    ]
    assert realise("", told).text == "大米零售价5.53元/公斤，大米零售价环比持平，猪肉零售价环比下降1.5%。"


def test_bounds_print_their_words(tables: Tables) -> None:
    told = [fact("supply.masks_daily_supply", "50000", tables, bound="low")]
    assert realise("我市", told).text == "我市每日投放一次性口罩不少于5万个。"


def test_every_number_knows_its_place_and_its_fact(tables: Tables) -> None:
    told = [
        fact("traffic.vehicles_checked", "1234", tables, figure="f-1"),
        fact("traffic.posts", "83", tables, figure="f-2"),
    ]
    prose = realise("交通组", told)
    assert [(prose.text[one.start : one.end], one.fact.figure) for one in prose.numbers] == [
        ("1234台次", "f-1"),
        ("83个", "f-2"),
    ]


def test_marks_may_be_half_width(tables: Tables) -> None:
    told = [fact("traffic.vehicles_checked", "12", tables), fact("traffic.posts", "83", tables)]
    prose = realise("交通组", told, half=True)
    assert "，" not in prose.text
    assert len(prose.text) == len(realise("交通组", told).text)


def test_what_is_new_cannot_be_a_running_total(tables: Tables) -> None:
    with pytest.raises(Refusal, match="累计"):
        realise("我市", [fact("cases.confirmed_new", "3", tables, cumulative=True)])


def _said(facts: list[Fact]) -> list[tuple[str, Decimal, str, bool]]:
    return [
        (one.indicator.id, one.value, one.indicator.unit, one.cumulative or one.indicator.noun.startswith("累计"))
        for one in flattened(facts)
    ]


def _read(text: str) -> list[tuple[str | None, Decimal, str, bool]]:
    figures = read(text, local_tables(), kind="work_bulletin").figures
    return [(figure.indicator, figure.value, figure.unit, figure.cumulative) for figure in figures]


values = st.one_of(
    st.integers(0, 300),
    st.integers(0, 10**6),
    st.integers(0, 10**9).map(lambda n: n * 1000),
    st.sampled_from([0, 1, 119, 120, 110, 1000, 10_000, 10**12]),
).map(Decimal)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
@settings(max_examples=25, deadline=None)
@given(value=values, cumulative=st.booleans())
def test_every_row_comes_back(row: Indicator, value: Decimal, cumulative: bool) -> None:
    total = row.noun.startswith("累计") or (cumulative and row.kind == "flow" and not row.noun.startswith("新增"))
    told = [Fact(row, value, total)]
    assert _read(realise("市工信局", told).text) == _said(told)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(FLOWS), values, st.booleans()),
        min_size=1,
        max_size=5,
        unique_by=lambda one: one[0].id,
    )
)
def test_several_facts_come_back_in_order(chosen: list[tuple[Indicator, Decimal, bool]]) -> None:
    told = [Fact(row, value, cumulative and row.kind == "flow") for row, value, cumulative in chosen]
    assert _read(realise("市工信局", told, scope="全天共").text) == _said(told)


@given(st.sampled_from(sorted(WHOLES)), st.integers(1, 10**6), st.integers(1, 10**6))
def test_parts_come_back_as_parts(name: str, one: int, other: int) -> None:
    tables = local_tables()
    part = Fact(tables.indicators[WHOLES[name]], Decimal(min(one, other)))
    told = [Fact(tables.indicators[name], Decimal(max(one, other)), parts=(part,))]
    text = realise("社会治安组", told).text
    whole, subset = read(text, tables, kind="work_bulletin").figures
    assert (whole.indicator, whole.value) == (name, told[0].value)
    assert (subset.indicator, subset.value, subset.subset_of) == (WHOLES[name], part.value, 0)


CASES = [row for row in ROWS if row.id.startswith(("cases.", "contacts.")) and row.unit in ("例", "人")]
AREAS = ("天元区", "荷塘区", "石峰区", "芦淞区", "渌口区", "醴陵市", "攸县", "茶陵县", "炎陵县")
DAY = When("2020年2月9日0—24时，", "截至2020年2月9日24时，")


def test_a_case_bulletin_says_when(tables: Tables) -> None:
    parts = tuple(
        fact("cases.confirmed_cum", value, tables, cumulative=True, place=place)
        for place, value in (("天元区", "15"), ("荷塘区", "10"))
    )
    told = [
        fact("cases.severe_now", "6", tables),
        fact("cases.confirmed_cum", "25", tables, cumulative=True, parts=parts),
        fact("cases.confirmed_new", "3", tables),
    ]
    assert realise("全市", told, when=DAY).text == (
        "2020年2月9日0—24时，全市新增确诊病例3例。"
        "截至2020年2月9日24时，全市累计确诊病例25例（天元区15例、荷塘区10例）。"
        "截至2020年2月9日24时，全市现有重症病例6例。"
    )


@st.composite
def told_by_place(draw: st.DrawFn) -> list[Fact]:
    """Facts about cases and contacts, some of them broken down by place into parts that add up."""
    chosen = draw(st.lists(st.sampled_from(CASES), min_size=1, max_size=5, unique_by=lambda row: row.id))
    facts = []
    for row in chosen:
        total = row.noun.startswith("累计") or row.kind == "cumulative"
        places = draw(st.lists(st.sampled_from(AREAS), max_size=4, unique=True))
        counts = [draw(st.integers(0, 500)) for _ in places]
        whole = sum(counts) if counts else draw(st.integers(0, 5000))
        parts = tuple(Fact(row, Decimal(n), total, place=place) for place, n in zip(places, counts, strict=True))
        facts.append(Fact(row, Decimal(whole), total, parts))
    return facts


@settings(max_examples=400, deadline=None)
@given(told_by_place())
def test_a_bulletin_by_place_comes_back(facts: list[Fact]) -> None:
    text = realise("全市", facts, when=DAY).text
    found = read(text, local_tables(), kind="case_bulletin").figures
    said = [(one.indicator.id, int(one.value), one.place) for one in flattened(facts, when=DAY)]
    assert [(one.indicator, int(one.value), dict(one.facets).get("place", "")) for one in found] == said

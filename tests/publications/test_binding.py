"""数字绑定: words change, figures stay; a number on a page is a figure of the ledger or it is not printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.indicators.models import Figure
from shichen.prose.tables import Tables
from shichen.publications.editions import binding
from shichen.publications.items import Bound
from shichen.refusal import Refusal

TABLES = Tables.default()
VEHICLES, PERSONS = Figure(value=Decimal(5120), unit="台次"), Figure(value=Decimal(9034), unit="人次")
OLD = "当天检查车辆5120台次、人员9034人次。按第3号令，24小时值守。"


def spans(text: str, *numbers: tuple[Figure, str]) -> list[Bound]:
    return [Bound(figure, text.index(words), text.index(words) + len(words)) for figure, words in numbers]


BOUND = spans(OLD, (VEHICLES, "5120"), (PERSONS, "9034"))


def reworded(new: str) -> list[tuple[Figure, str]]:
    return [(one.figure, new[one.start : one.end]) for one in binding.rebound(OLD, BOUND, new, TABLES)]


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        "2日这天，检查车辆5120台次、人员9034人次",
        "检查人员9034人次、车辆5120台次。",
        "各卡点共查车5120台次，\n登记人员9034人次；按第4号令执行。",
    ],
)
def test_figures_go_where_their_words_go(new: str) -> None:
    assert sorted(words for _, words in reworded(new)) == ["5120", "9034"]
    assert {id(figure): words for figure, words in reworded(new)} == {id(VEHICLES): "5120", id(PERSONS): "9034"}


def test_a_figure_may_be_left_out() -> None:
    assert reworded("当天检查车辆5120台次。") == [(VEHICLES, "5120")]
    assert reworded("各卡点照常值守。") == []


@pytest.mark.parametrize(
    "new", ["当天检查车辆5121台次。", "当天检查车辆15120台次", "当天检查车辆5120万台次", "检查车辆512台次"]
)
def test_a_digit_typed_over_is_refused_and_leads_to_the_figure(new: str) -> None:
    with pytest.raises(Refusal, match="请在来源处更正") as refused:
        reworded(new)
    assert refused.value.field == f"/figures/{VEHICLES.pk}/"


@pytest.mark.parametrize(
    "new", ["当天检查车辆5120人次。", "当天检查车辆近5120台次。", "当天检查车辆5120余台次。", "当天检查车辆约5120台次"]
)
def test_the_measure_and_the_hedge_of_a_figure_stay(new: str) -> None:
    with pytest.raises(Refusal, match="此数来自台账"):
        reworded(new)


@pytest.mark.parametrize(
    "new", ["检查车辆5120台次，劝返12人。", "检查车辆5120台次，四人一组。", OLD + "另有三百辆绕行。"]
)
def test_a_number_without_a_figure_is_refused(new: str) -> None:
    with pytest.raises(Refusal, match="没有台账里的数字支撑"):
        reworded(new)


@pytest.mark.parametrize(
    "text", ["2月2日23时", "按第3号令", "24小时值守", "《十项措施》印发", "拨打12345", "一线人员坚守"]
)
def test_dates_ordinals_titles_and_idioms_count_nothing(text: str) -> None:
    assert binding.loose(text, [], TABLES) == []


def test_one_number_printed_twice_keeps_its_two_figures() -> None:
    old = "甲区报告3例，乙区报告3例。"
    one, two = Figure(value=Decimal(3), unit="例"), Figure(value=Decimal(3), unit="例")
    first = old.index("3")
    bound = [Bound(one, first, first + 1), Bound(two, old.rindex("3"), old.rindex("3") + 1)]
    kept = binding.rebound(old, bound, "通报：甲区报告3例，乙区报告3例。", TABLES)
    assert [id(found.figure) for found in kept] == [id(one), id(two)]
    assert len({found.start for found in kept}) == 2


@given(before=st.text("的在了，。、各县区", max_size=12), after=st.text("的在了，。、各县区", max_size=12))
def test_words_around_never_loosen_a_figure(before: str, after: str) -> None:
    new = f"{before}检查车辆5120台次{after}"
    assert reworded(new) == [(VEHICLES, "5120")]

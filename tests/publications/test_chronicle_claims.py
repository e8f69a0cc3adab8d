"""首次之证：说「首例」「首次」「最小」的，登记册与台账证明居首才算；证明不了的要有出处，有反证的说出更早的一个。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shichen.city import queries as city
from shichen.publications.chronicle import claims, ranks
from shichen.publications.chronicle.claims import Proof, State
from shichen.publications.rules import rules
from tests.made import DAY, count, stated
from tests.publications.made import bind, entry

pytestmark = pytest.mark.django_db
RULES = rules().chronicle


def words(text: str) -> list[str]:
    return [one.word for one in claims.made_in(text, RULES.claims)]


def proof(text: str, *bound: tuple[int, str, str, str], on: date = DAY) -> Proof:
    """What is said to the one claim of a text with these figures: value, measure, printed words, indicator."""
    one = entry(text, on=on)
    for value, unit, printed, key in bound:
        bind(one, stated(value, unit, key=key, day=on), printed)
    (claim,) = claims.made_in(text, RULES.claims)
    uses = list(one.uses.select_related("figure__area"))
    keys = claims.keys_of(RULES.claims) | {use.figure.key for use in uses}
    standing = ranks.among(keys, [city.the_city()], on + timedelta(days=1))
    return claims.prove(one, text, claim, uses, standing, RULES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("首例患者出院。", ["首例"]),
        ("首批物资、第一批志愿者到位。", ["首批", "第一批"]),
        ("年龄最小的患者出院。", ["年龄最小"]),
        ("转载《首例患者出院》。", []),
        ("首先部署，第一时间到首都。", []),
        ("最大限度减少聚集。", []),
        ("第一医院收治病人。", []),
    ],
)
def test_where_a_text_claims_to_be_the_first(text: str, found: list[str]) -> None:
    assert words(text) == found


class TestByTheRegister:
    def days(self, **first: int) -> None:
        """Nothing on 30 and 31 January, then these counts on 1 February."""
        for day in (date(2020, 1, 30), date(2020, 1, 31)):
            count(day, confirmed_cum=3, confirmed_new=1, discharged_done_cum=0)
        count(date(2020, 2, 1), confirmed_cum=3, **{"confirmed_new": 0, "discharged_done_cum": 1, **first})

    def test_the_first_discharge_is_the_first_day_above_nought(self) -> None:
        self.days()
        made = proof("我市首例患者治愈出院。")
        assert made.state == State.PROVEN
        assert made.first is not None
        assert made.first.on == date(2020, 2, 1)

    def test_said_again_later_it_is_refuted_by_the_earlier_day(self) -> None:
        self.days()
        made = proof("我市首例患者治愈出院。", on=DAY + timedelta(days=3))
        assert (made.state, "2月1日" in made.why) == (State.REFUTED, True)

    def test_before_the_register_has_it_nothing_is_proven(self) -> None:
        assert proof("我市首例患者治愈出院。").state == State.UNPROVEN

    def test_the_first_nought_is_looked_for_after_the_first_case(self) -> None:
        self.days()
        assert proof("新增确诊病例0例，为首次。").state == State.PROVEN
        assert proof("新增确诊病例首次为“0”。", on=DAY + timedelta(days=5)).state == State.REFUTED

    def test_a_clause_is_read_by_itself_before_the_sentence(self) -> None:
        self.days(confirmed_new=2)
        made = proof("新增确诊病例0例，为首次；另有患者出院。")
        assert made.state == State.UNPROVEN


class TestByTheLedger:
    def test_the_first_figure_of_an_indicator(self) -> None:
        made = proof("首笔专项贷款3万元到账。", (30_000, "元", "3万元", "finance.relending"))
        assert made.state == State.PROVEN

    def test_an_earlier_figure_refutes_it(self) -> None:
        stated(10_000, "元", key="finance.relending", day=DAY - timedelta(days=2))
        made = proof("首笔专项贷款3万元到账。", (30_000, "元", "3万元", "finance.relending"))
        assert (made.state, "1月31日" in made.why) == (State.REFUTED, True)

    def test_a_figure_before_the_claim_counts_in_the_claims_own_measure(self) -> None:
        key = "supply.thermal_scanners_received"
        assert proof("运回4台仪器，凭首张通行证。", (4, "台", "4台", key)).state == State.UNPROVEN
        assert proof("运回4台仪器，是首台到货。", (4, "台", "4台", key)).state == State.PROVEN

    def test_a_first_of_the_province_is_never_proven_here(self) -> None:
        made = proof("全省首笔专项贷款3万元到账。", (30_000, "元", "3万元", "finance.relending"))
        assert (made.state, "全省" in made.why) == (State.UNPROVEN, True)

    def test_an_extreme_needs_something_to_compare(self) -> None:
        text, key = "年龄最小的患者4岁。", "cases.youngest_age"
        assert proof(text, (4, "岁", "4岁", key)).state == State.UNPROVEN
        stated(9, "岁", key=key, day=DAY - timedelta(days=4))
        assert proof(text, (4, "岁", "4岁", key)).state == State.PROVEN
        stated(2, "岁", key=key, day=DAY - timedelta(days=4))
        assert proof(text, (4, "岁", "4岁", key)).state == State.REFUTED

    def test_without_a_figure_there_is_nothing_to_prove_it_by(self) -> None:
        assert "没有可查的数" in proof("首起案件已立案。").why

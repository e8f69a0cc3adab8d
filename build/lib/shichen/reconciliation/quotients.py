"""The families of checks that divide: price and change, a rate and its sample, ratios, bounds, days of cover."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked, Side, check, check_changes
from shichen.reconciliation.compared import Ledger, about, name, said, value
from shichen.reconciliation.kinds import Rule
from shichen.reconciliation.pairs import Pairing, looked
from shichen.reconciliation.rulebook import rulebook

PRICE_TOLERANCE = "0.01"  # in percentage points, as printed
MOST_LOOKED_AT = 100_000  # no rate of a report needs a larger sample


@check
def changes() -> Iterator[Finding]:
    """由今日价与环比推出前一日价，与台账所存相比。"""
    ledger = Ledger()
    for rule in rulebook().of("change"):
        for level, change in ledger.same_time(rule["level"], rule["change"]):
            yield _change(rule, ledger, level, change)


def _change(rule: Rule, ledger: Ledger, level: Figure, change: Figure) -> Finding:
    implied = (value(level) / (1 + value(change) / 100)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    before = [one for one in ledger.of(rule["level"]) if _day_before(one, level) and value(one)]
    tolerance = rule.number("tolerance", PRICE_TOLERANCE) or Decimal(0)
    ok = all(abs((value(level) / value(one) - 1) * 100 - value(change)) <= tolerance for one in before)
    unknown = "" if before else "前一日价未入册，由今日价与环比推得；入册后自动相比，容差0.01个百分点。"
    return Finding(
        "change",
        rule["level"],
        f"{name(level)}{said(level)}、环比{plain(value(change))}%，推知前一日{plain(implied)}",
        (ledger.side(level), ledger.side(change), *map(ledger.side, before)),
        ok=ok and bool(before),
        explained=unknown or rule.reason,
        owner=rule.owner,
        about=about(level),
    )


def _day_before(one: Figure, level: Figure) -> bool:
    if one.period_from is None or level.period_from is None or one.area_id != level.area_id:
        return False
    return one.period_from == level.period_from - timedelta(days=1)


@check
def rates() -> Iterator[Finding]:
    """印出的率有其最小样本数：99.43% 至少抽检 174 批。"""
    ledger = Ledger()
    for rule in rulebook().of("rate"):
        for rate in ledger.of(rule["rate"]):
            least = smallest_sample(value(rate), rule["decimals"])
            count = rate.facets.get("n")
            unknown = "" if count else f"未报样本数；这个率在印出的位数上至少要{least}个样本，报来的数少于此即不收。"
            yield Finding(
                "rate",
                rule["rate"],
                f"{name(rate)}{said(rate)}，样本数至少{least}",
                (ledger.side(rate), Side("所报样本数", str(count) if count else "未报")),
                ok=count is not None and int(count) >= least,
                explained=unknown or rule.reason,
                owner=rule.owner,
                about=about(rate),
            )


@check_changes
def ratios(changes: Changes) -> Iterator[Looked]:
    """两数之比应在情理之中：车均人数。"""
    pairings = [Pairing(rule["over"], rule["under"], partial(_ratio, rule)) for rule in rulebook().of("ratio")]
    return looked(changes, "reconciliation.quotients.ratios", pairings)


def _ratio(rule: Rule, ledger: Ledger, over: Figure, under: Figure) -> Finding | None:
    if not value(under):
        return None
    ratio = (value(over) / value(under)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Finding(
        "ratio",
        f"{rule['over']}/{rule['under']}",
        f"{name(over)}{said(over)}与{name(under)}{said(under)}之比为{plain(ratio)}",
        (ledger.side(over), ledger.side(under)),
        ok=_within(ratio, rule),
        explained=rule.reason,
        owner=rule.owner,
        about=about(over),
    )


@check
def bounds() -> Iterator[Finding]:
    """数应在所定的上下限之间。"""
    ledger = Ledger()
    for rule in rulebook().of("between"):
        for one in ledger.of(rule["key"]):
            yield Finding(
                "between",
                rule["key"],
                f"{name(one)}{said(one)}，应在{_bounds(rule)}",
                (ledger.side(one), Side("上下限", _bounds(rule))),
                ok=_within(value(one), rule),
                explained=rule.reason,
                owner=rule.owner,
                about=about(one),
            )


@check_changes
def covers(changes: Changes) -> Iterator[Looked]:
    """现有量按每日目标可供几天：按目标量计，不是按实际消耗计。"""
    ledger = Ledger()
    for rule in rulebook().of("cover"):
        anew = changes.came([rule["daily"]]).exists()
        stocks = ledger.of(rule["stock"]) if anew else list(changes.came([rule["stock"]]))
        target = next(iter(ledger.of(rule["daily"])), None) if stocks else None
        for stock in stocks:
            yield Looked(str(stock.pk), (_cover(rule, ledger, stock, target),) if target is not None else ())


def _cover(rule: Rule, ledger: Ledger, stock: Figure, target: Figure) -> Finding:
    days = plain((value(stock) / value(target)).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return Finding(
        "cover",
        rule["stock"],
        f"{name(stock)}{said(stock)}，按每日{said(target)}可供{days}天",
        (ledger.side(stock), ledger.side(target)),
        explained=rule.reason or "按目标量推算，不是按实际消耗；实际投放报来后另算。",
        owner=rule.owner,
        about=about(stock),
    )


def smallest_sample(rate: Decimal, decimals: int) -> int:
    """The smallest n for which some k/n prints as this percentage with so many decimals (99.43 % needs 174)."""
    step = Decimal(1).scaleb(-decimals)
    for n in range(1, MOST_LOOKED_AT + 1):
        k = (rate * n / 100).to_integral_value(ROUND_HALF_UP)
        if any(
            0 <= near <= n and (Decimal(near) * 100 / n).quantize(step, ROUND_HALF_UP) == rate.quantize(step)
            for near in (k - 1, k, k + 1)
        ):
            return n
    return MOST_LOOKED_AT + 1


def _within(one: Decimal, rule: Rule) -> bool:
    least, most = rule.number("least"), rule.number("most")
    return (least is None or one >= least) and (most is None or one <= most)


def _bounds(rule: Rule) -> str:
    return f"{rule.given.get('least', '…')}—{rule.given.get('most', '…')}"

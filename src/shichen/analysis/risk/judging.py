"""What a level is worked out from, with what is not known left open: the fewest and the most cases that the reports allow.

An area that reports cumulative counts on some days alone is bounded by its counts before and after, and by the area it lies in:
a district never has more cases than its city, nor more new ones. What these bounds leave open is not judged (不能判定), never low.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from shichen import epi
from shichen.analysis import fingerprints
from shichen.analysis.risk import rulebook
from shichen.analysis.risk.rulebook import Rule
from shichen.epi.risk import RiskRule, bounded_level

NAMES = ("low", "medium", "high")
OPEN = float("inf")
NO_RULE, NO_REPORT, SILENT, GAP, IMPORTED = "no_rule", "no_report", "silent", "gap", "imported"
"""Why a day is not judged: no rule holds; nothing was ever reported; not reported since; days before are open; imports unknown."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Bounds:
    """Cases up to the end of a day: the fewest and the most they can be."""

    least: float
    most: float


@dataclass(frozen=True)
class Counts:
    """What an area reported: by day new cases, cumulative counts, and corrections downwards that its counts show."""

    new: Mapping[date, int]
    total: Mapping[date, int]
    down: Mapping[date, int]
    reported: frozenset[date]

    def upto(self, day: date) -> Bounds:
        """Cases up to a day, between the nearest counts before and after it."""
        if day in self.total:
            return Bounds(self.total[day], self.total[day])
        before = max((one for one in self.total if one < day), default=None)
        after = min((one for one in self.total if one > day), default=None)
        low = 0 if before is None else self.total[before]
        high = OPEN if after is None else self.total[after]
        return Bounds(min(low, high), max(low, high))

    def recent(self, last: date, days: int) -> Bounds:
        """New cases within the days that end with `last`."""
        window = [last - at * A_DAY for at in range(days)]
        if all(day in self.new for day in window):
            told = sum(self.new[day] for day in window)
            return Bounds(told, told)
        begin, end = self.upto(window[-1] - A_DAY), self.upto(last)
        taken = sum(self.down.get(day, 0) for day in window)
        known = sum(self.new.get(day, 0) for day in window)
        least = max(0.0, known, end.least - begin.most, self._rises(window[-1] - A_DAY, last))
        return Bounds(least, max(least, end.most - begin.least + taken))

    def _rises(self, first: date, last: date) -> int:
        """By how much totals rose between reports of these days, falls apart."""
        told = [total for day, total in sorted(self.total.items()) if first <= day <= last]
        return sum(max(0, after - before) for before, after in pairwise(told))


def read(rows: Sequence[Mapping[str, Any]]) -> Counts:
    """Frozen rows as counts. A total with its new cases says the total of the day before; a total that falls is a correction."""
    new, total, down = dict[date, int](), dict[date, int](), dict[date, int]()
    for row in rows:
        day = date.fromisoformat(row["on"])
        if row["new"] is not None:
            new[day] = row["new"]
        if row["down"]:
            down[day] = row["down"]
        if row["cum"] is not None:
            total[day] = row["cum"]
    reported = frozenset(new) | frozenset(total)
    for day in sorted(total):
        if day in new:
            total.setdefault(day - A_DAY, max(0, total[day] - new[day] + down.get(day, 0)))
    told = sorted(total)
    for before, day in pairwise(told):
        fell = total[before] - total[day]
        if fell > 0 and not down.get(day):
            down[day] = fell
    return Counts(new, total, down, reported)


def levels(inputs: Mapping[str, Any], rules: Sequence[Rule]) -> list[dict[str, Any]]:
    """One row a day, oldest first, from nothing but frozen inputs and the rules they name."""
    own = read(inputs["counts"])
    above = read(inputs["above"]) if inputs["above"] else None
    first, last = date.fromisoformat(inputs["first"]), date.fromisoformat(inputs["last"])
    days = [first + at * A_DAY for at in range((last - first).days + 1)]
    return [_day(day, own, above, inputs["clusters"], rulebook.of_day(rules, day)) for day in days]


@cache
def version() -> str:
    """The version of what computes: the product's, and a fingerprint of this room's computation and of `epi.risk`."""
    return fingerprints.version((Path(__file__), Path(rulebook.__file__), Path(epi.__file__).parent / "risk.py"))


def _day(
    day: date, own: Counts, above: Counts | None, clusters: Sequence[Mapping[str, Any]], rule: Rule | None
) -> dict[str, Any]:
    told = {"date": day.isoformat(), "reported": day in own.reported, "down": own.down.get(day, 0)}
    if rule is None:
        nothing: dict[str, Any] = {"rec": None, "rec_most": None, "cum": None, "cum_most": None, "clusters": []}
        return {**told, **nothing, "rule": "", "back": False, "level": "", "lowest": "", "highest": "", "why": NO_RULE}
    recent, total = _told(day, rule.days, clusters, *_bounds(day, own, above, rule.days))
    near = [one["code"] for one in clusters if _near(one, day, rule)]
    counted = rule.count_imported
    low, high = bounded_level(
        (recent.least if counted else 0, recent.most),
        (total.least if counted else 0, total.most),
        bool(near),
        _of(rule),
    )
    lowest, highest = NAMES[int(low)], NAMES[int(high)]
    known = lowest == highest
    return {
        **told,
        "rec": int(recent.least),
        "rec_most": _whole(recent.most),
        "cum": int(total.least),
        "cum_most": _whole(total.most),
        "clusters": near,
        "rule": rule.id,
        "back": day < rule.valid_from,
        "level": lowest if known else "",
        "lowest": lowest,
        "highest": highest,
        "why": "" if known else _why(day, own, recent, total, rule),
    }


def _bounds(day: date, own: Counts, above: Counts | None, days: int) -> tuple[Bounds, Bounds]:
    """New cases within the days and cases in all, the area's own reports bounded by those of the area it lies in."""
    recent, total = own.recent(day, days), own.upto(day)
    told = sum(count for on, count in own.new.items() if on <= day) - sum(
        count for on, count in own.down.items() if on <= day
    )
    total = Bounds(max(total.least, min(told, total.most)), total.most)
    if above is None:
        return recent, total
    wider, whole = above.recent(day, days), above.upto(day)
    before = above.upto(day - days * A_DAY)
    least = max(recent.least, total.least - before.most) if not own.down else recent.least
    recent = Bounds(least, max(least, min(recent.most, wider.most)))
    most = min(total.most, whole.most, _since(day, own, above))
    return recent, Bounds(total.least, max(total.least, most))


def _since(day: date, own: Counts, above: Counts) -> float:
    """The most an area can have by its last count and what came to the wider area since."""
    last = max((one for one in own.total if one <= day), default=None)
    return OPEN if last is None else own.total[last] + above.upto(day).most - above.upto(last).least


def _told(
    day: date, days: int, clusters: Sequence[Mapping[str, Any]], recent: Bounds, total: Bounds
) -> tuple[Bounds, Bounds]:
    """What clusters tell beside the counts: cases that are dated by their confirmation were new on those days."""
    dated = [one for one in clusters if one["dated"] == "confirmation" and date.fromisoformat(one["last_on"]) <= day]
    new = [one for one in dated if date.fromisoformat(one["first_on"]) > day - days * A_DAY]
    within = max((one["confirmed"] for one in new), default=0)
    ever = max((one["confirmed"] for one in dated), default=0)
    recent = Bounds(max(recent.least, within), max(recent.most, within))
    return recent, Bounds(max(total.least, ever), max(total.most, ever))


def _near(cluster: Mapping[str, Any], day: date, rule: Rule) -> bool:
    """Whether a cluster that the rule calls one lies within its days before the end of the day."""
    if cluster["confirmed"] < rule.cluster_min:
        return False
    first, last = date.fromisoformat(cluster["first_on"]), date.fromisoformat(cluster["last_on"])
    return first <= day and last > day - rule.cluster_days * A_DAY


def _why(day: date, own: Counts, recent: Bounds, total: Bounds, rule: Rule) -> str:
    if not rule.count_imported and recent.least > 0:
        return IMPORTED
    if not own.reported:
        return NO_REPORT
    return SILENT if day > max(own.reported) else GAP


def _of(rule: Rule) -> RiskRule:
    return RiskRule(
        id=rule.id,
        valid_from=rule.valid_from.isoformat(),
        days=rule.days,
        cum_limit=rule.cum_limit,
        count_imported=rule.count_imported,
        cluster_min=rule.cluster_min,
        cluster_days=rule.cluster_days,
        source=rule.source,
    )


def _whole(value: float) -> int | None:
    return None if value == OPEN else int(value)

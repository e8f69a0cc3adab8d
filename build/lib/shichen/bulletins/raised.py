"""Checks of a number that failed, as matters of the reconciliation desk (核对不成立的数): one matter each, while the number stands.

What the rules of the ledger compare anyway, once the number stands there, is raised by them alone: a measure that does not
fit, a number of the watched ones under two dates, a part, a sum or a running total of which a rule speaks, the computed one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from shichen.batches import batches
from shichen.bulletins import deciding
from shichen.bulletins.models import Proof, Proposal
from shichen.indicators.models import Figure, Statement
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked, Side
from shichen.reconciliation.compared import Ledger, about, name, said
from shichen.reconciliation.rulebook import rulebook

FAMILY = {
    "subset": "part",
    "parts": "sum",
    "monotone": "falls",
    "difference": "step",
    "range": "jump",
    "repeat": "repeat",
}
"""The family of the work item that a failed check of a number opens."""
SETTLING = {"value", "unit", "indicator", "period", "cumulative", "of_which"}
"""A number of which one of these was changed by a person is not the one that failed any more."""
ONE_DAY = timedelta(days=1)
HERE = "bulletins.checks.numbers"
State = Proposal.State


def looked(changes: Changes) -> Iterator[Looked]:
    """The numbers of which a check failed since the last round, and those whose matter still stands."""
    came = changes.since(Proof).filter(ok=False, until=None, check_name__in=FAMILY)
    keys = sorted({*map(str, came.values_list("subject", flat=True)), *changes.again.get(HERE, set())})
    ledger = Ledger()
    for some in batches(keys):
        numbers = {str(one.pk): one for one in _numbers(some)}
        failed = _failed(some)
        for key in some:
            one = numbers.get(key)
            found = (_finding(one, proof, ledger) for proof in failed.get(key, ())) if one is not None else iter(())
            yield Looked(key, tuple(finding for finding in found if finding is not None))


def _numbers(keys: Sequence[str]) -> list[Proposal]:
    """The numbers that stand: open ones, and those taken as they were read whose figure nobody replaced."""
    rows = Proposal.objects.filter(pk__in=keys, state__in=[State.OPEN, State.ACCEPTED, State.EDITED])
    rows = rows.filter(figure__successor=None).select_related(
        "figure__area", "figure__statement", "entry__body__area", "entry__bulletin__unit__area"
    )
    return [one for one in rows.select_related("entry__bulletin__area", "entry__bulletin__event") if _as_read(one)]


def _as_read(one: Proposal) -> bool:
    return not SETTLING & set(one.was)


def _failed(keys: Sequence[str]) -> dict[str, list[Proof]]:
    found: dict[str, list[Proof]] = defaultdict(list)
    for proof in Proof.objects.filter(subject__in=keys, ok=False, until=None, check_name__in=FAMILY):
        found[str(proof.subject)].append(proof)
    return found


def _finding(one: Proposal, proof: Proof, ledger: Ledger) -> Finding | None:
    against = _against(proof.against)
    if (proof.against and against is None) or _of_a_rule(one, proof.check_name):
        return None
    figure = as_figure(one)
    called = name(figure) or one.subject
    sides = [_side(one, figure, called, ledger)]
    if against is not None:
        sides.append(ledger.side(against))
    elif proof.check_name == "subset":
        sides += [_side(whole, as_figure(whole), whole.subject, ledger) for whole in _whole_of(one)]
    return Finding(
        FAMILY[proof.check_name],
        one.indicator or one.subject[:60],
        f"来稿{called}{said(figure)}：{proof.note}",
        tuple(sides),
        owner=one.entry.body_id or one.entry.bulletin.unit_id,
        about=" ".join(
            (proof.check_name, about(figure), one.place, str(one.of_which), figure.reporter_id, one.subject)
        ),
    )


def as_figure(one: Proposal) -> Figure:
    """A number as the figure that it is, or would be if it were taken as it stands; the latter is saved nowhere."""
    if one.figure is not None:
        return one.figure
    bulletin, body = one.entry.bulletin, one.entry.body or one.entry.bulletin.unit
    period = deciding.period_of(one.period, one.entry.on, bulletin.event)
    return Figure(
        key=one.indicator,
        value=one.value,
        unit=one.unit,
        area=deciding.area_of(body, bulletin.area),
        facets={},
        cumulative=one.cumulative,
        period_from=period.start,
        period_to=period.end,
        basis=Figure.Basis.STATED,
        reporter=body,
        statement=Statement(subject=one.subject),
    )


def href_of(one: Proposal) -> str:
    """Where the number stands in its bulletin."""
    return f"/bulletins/{one.entry.bulletin_id}/?entry={one.entry.ordinal}#p-{one.pk}"


def _side(one: Proposal, figure: Figure, called: str, ledger: Ledger) -> Side:
    side = ledger.side(figure)
    label = side.label if name(figure) else f"{side.label} {called}"
    return Side(label, side.value, side.href if one.figure is not None else href_of(one))


def _against(figure: UUID | None) -> Figure | None:
    """The figure that a number was compared with, while it stands."""
    if figure is None:
        return None
    return Figure.objects.filter(pk=figure, successor=None).select_related("area", "statement").first()


def _whole_of(one: Proposal) -> list[Proposal]:
    """The number before it in its entry that is no part of another."""
    rows = Proposal.objects.filter(entry=one.entry, start__lt=one.start, of_which=False).order_by("-start")
    return list(rows.select_related("figure__area", "figure__statement", "entry__bulletin__area")[:1])


def _of_a_rule(one: Proposal, check: str) -> bool:
    """Whether a rule of the ledger makes the same comparison of the figure."""
    asked: Callable[[Any], bool] | None = {
        "subset": lambda rule: rule["part"] == one.indicator,
        "parts": lambda rule: rule["whole"] == one.indicator,
        "difference": lambda rule: rule["cumulative"] == one.indicator and _of_a_day(one),
        "repeat": lambda rule: rule["key"] == one.indicator,
    }.get(check)
    return asked is not None and any(map(asked, rulebook().of(FAMILY[check])))


def _of_a_day(one: Proposal) -> bool:
    period = deciding.period_of(one.period, one.entry.on, one.entry.bulletin.event)
    return period.end - period.start <= ONE_DAY

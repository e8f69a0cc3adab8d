"""Two bodies that state the same thing of one place and time (两家说法): equal they agree, else both are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet

from shichen.indicators.models import Figure
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked, Side
from shichen.reconciliation.compared import Ledger, about, day_of, name, said

HERE = "bulletins.checks.agencies"
MANY = 200  # figures that came; beyond, the database tells first of what more than one body spoke
SAME = ("key", "period_from", "period_to", "area", "cumulative")


def looked(changes: Changes) -> Iterator[Looked]:
    """Each thing that a body spoke of since the last round and another did too; what was out of order, once more."""
    ledger, done = Ledger(), set[str]()
    for figure in (*_came(changes), *changes.once_more(HERE)):
        every = _speaking(figure)
        subject, group = str(every[0].pk if every else figure.pk), _each_last(every)
        if subject not in done:
            done.add(subject)
            yield Looked(subject, (_finding(group, ledger),) if len(group) > 1 else ())


def _came(changes: Changes) -> Iterator[Figure]:
    came = _told(changes.new_figures(Figure.Basis.STATED))
    if came.count() <= MANY:
        yield from came
        return
    shared = _told(Figure.objects.filter(basis=Figure.Basis.STATED, successor=None)).order_by().values(*SAME)
    for same in shared.annotate(n=Count("reporter", distinct=True)).filter(n__gt=1):
        yield from _told(Figure.objects.filter(successor=None, **{key: same[key] for key in SAME}))[:1]


def _told(rows: QuerySet[Figure]) -> QuerySet[Figure]:
    """Those that a bulletin told as they stand, of the whole place it speaks of and of all of a kind."""
    rows = rows.filter(value__isnull=False, period_from__isnull=False, statement__of_which=False)
    return rows.exclude(key="").exclude(proposed_as=None).filter(proposed_as__place="")


def _speaking(figure: Figure) -> list[Figure]:
    """What was told of the same, in the order in which it was told."""
    same: dict[str, Any] = {key: getattr(figure, key) for key in SAME}
    rows = _told(Figure.objects.filter(basis=Figure.Basis.STATED, successor=None, **same))
    return list(rows.select_related("area", "reporter", "statement").order_by("frozen_at", "pk"))


def _each_last(every: list[Figure]) -> list[Figure]:
    """What each body said last, where more than one spoke, each in a bulletin of its own."""
    found = list({one.reporter_id: one for one in every}.values())
    envelopes = {one.statement.envelope for one in found if one.statement is not None}
    return found if len(envelopes) > 1 else found[:1]


def _finding(group: list[Figure], ledger: Ledger) -> Finding:
    first, values = group[0], {one.value for one in group}
    told = "，".join(f"{one.reporter}说{said(one)}" for one in group)
    return Finding(
        "agencies",
        first.key,
        f"{day_of(first)}{name(first)}：{told}",
        tuple(_side(one, ledger) for one in group),
        ok=len(values) == 1,
        owner="office",
        about=f"{about(first)}{' 累计' if first.cumulative else ''}",
    )


def _side(one: Figure, ledger: Ledger) -> Side:
    side = ledger.side(one)
    return Side(f"{one.reporter} {side.label}"[:120], side.value, side.href)

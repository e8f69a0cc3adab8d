"""The family of checks over frozen figures (记录已变): what was fixed, beside what its records give now."""

from __future__ import annotations

from collections.abc import Iterator

from shichen.indicators import correcting
from shichen.indicators.models import Figure
from shichen.indicators.queries import Computed
from shichen.indicators.telling import quantity
from shichen.reconciliation.changes import ALL, Changes
from shichen.reconciliation.checks import Finding, Looked, Side, check_changes
from shichen.reconciliation.compared import Ledger, about, said
from shichen.refusal import Refusal

COMPUTED = Figure.Basis.COMPUTED
HERE = "reconciliation.standing.moved"


@check_changes
def moved(changes: Changes) -> Iterator[Looked]:
    """定稿的数与其记录应相符；记录改了、数也变了的，未发布的重新定稿，已发布的提出更正。"""
    ledger = Ledger()
    asked = {one.pk: one for one in (*changes.figures(COMPUTED), *changes.once_more(HERE))}
    for pk, figure in asked.items():
        yield Looked(str(pk), tuple(_moved(figure, ledger)))
    standing = Figure.objects.filter(basis=COMPUTED, successor=None).count()
    if standing:
        title = "定稿的数与其记录相符；只复核记录有改动的"
        yield Looked(ALL, (Finding("moved", "moved", title, (), ok=True, about=ALL, weight=standing),))


def _moved(figure: Figure, ledger: Ledger) -> Iterator[Finding]:
    computed = _anew(figure)
    if computed is None:
        return
    now = "—" if computed.value is None else quantity(computed.value, figure.unit)
    side = ledger.side(figure)
    named = side.label.removesuffix(" 实算")
    yield Finding(
        "moved",
        figure.key,
        f"{named}定稿{said(figure)}，现在的记录算得{now}；{_way(figure, computed)}",
        (
            Side(f"{named} 定稿", side.value, side.href),
            Side(f"{named} 现有记录", now, ledger.live_href(figure, figure.area)),
        ),
        owner=figure.reporter_id,
        about=f"{about(figure)} {figure.pk}",
    )


def _way(figure: Figure, computed: Computed) -> str:
    """What is to be done with a figure whose records changed."""
    if computed.value is None:
        return "所依据的记录已全部作废，未报不等于0"
    return "已对外发布，须提出更正" if figure.released else "未对外发布，可重新定稿"


def _anew(figure: Figure) -> Computed | None:
    """What the records of a figure give now, where they are others than it was made of and give another value."""
    try:
        computed = correcting.moved(figure)
    except Refusal:  # the figure is no longer declared, or no longer has one of its facets
        return None
    if computed is None or computed.fingerprint().digest == figure.fingerprint:
        return None
    return computed

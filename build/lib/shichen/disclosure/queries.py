"""Questions about disclosure: what was told to the public before, which small numbers a decision covers."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from shichen.disclosure.exposures import Decided, Quantity
from shichen.disclosure.facts import Fact, Region, facts_of
from shichen.disclosure.models import Clearance, Decision, Line, OpenTable, TwoPersons
from shichen.disclosure.policy import Policy
from shichen.indicators.models import Appearance, Figure

State = TwoPersons.State


def told_figures() -> list[Figure]:
    """The figures that the public was told: on a page that was cleared for it, or by others outside any page of ours.

    Of a figure that was corrected the last replacement counts: that is what the public now holds to be true.
    """
    public = Appearance.objects.filter(document__in=Clearance.objects.values("document"))
    here = Exists(public.filter(figure=OuterRef("pk")))
    # what others had told before stays told, also where a document of ours that is not public prints it later
    ours = Exists(Appearance.objects.filter(figure=OuterRef("pk"), at__lte=OuterRef("published_at")))
    replacing = Exists(Figure.objects.filter(successor=OuterRef("pk")))
    told = _figures(Q(published_at__isnull=False) & (here | (~ours & ~replacing)))
    standing = [figure for figure in told if figure.successor_id is None]
    replaced = {figure.successor_id for figure in told} - {None}
    while replaced:
        replacements = _figures(Q(pk__in=replaced))
        standing += [figure for figure in replacements if figure.successor_id is None]
        replaced = {figure.successor_id for figure in replacements} - {None}
    return standing


def told_facts(policy: Policy) -> list[Fact]:
    """Everything about persons that the public was told: figures, and the printed cells of open tables."""
    cells = [fact for table in released_tables() for fact in table_facts(table)]
    return [*cells, *facts_of(told_figures(), policy), *_decided_facts(policy)]


def decided() -> list[Decided]:
    """What the signed decisions let out."""
    lines = Line.objects.filter(decision__state=State.SIGNED)
    return [
        Decided(one.low, one.high, one.figure_id, Quantity.read(one.quantity) if one.quantity else None)
        for one in lines
    ]


def decisions_on(figures: Iterable[UUID]) -> dict[UUID, Decision]:
    """For each figure that a signed decision names itself, that decision."""
    lines = Line.objects.filter(figure__in=list(figures), how="printed", decision__state=State.SIGNED)
    return {one.figure_id: one.decision for one in lines.select_related("decision")}


def released_tables(name: str = "") -> list[OpenTable]:
    """The tables that went out, the earliest first; what one told stays told, also when it was withdrawn."""
    rows = OpenTable.objects.filter(state__in=[State.SIGNED, State.WITHDRAWN]).order_by("decided_at")
    return list(rows.filter(name=name) if name else rows)


def table_facts(table: OpenTable) -> list[Fact]:
    """The printed cells of a table as facts."""
    return [
        Fact(Region.read(cell["region"]), cell["value"], cell["area"], cell["measure"])
        for cell in table.content["cells"]
        if cell["mark"] == ""
    ]


def _decided_facts(policy: Policy) -> list[Fact]:
    """Numbers that were decided on and are not printed yet: they will be told."""
    lines = Line.objects.filter(decision__state=State.SIGNED, how="printed", figure__successor=None)
    return facts_of([line.figure for line in lines.select_related("figure__area", "figure__statement")], policy)


def _figures(condition: Q) -> list[Figure]:
    rows = Figure.objects.filter(condition).select_related("area", "statement")
    return list(rows.order_by("published_at", "pk"))

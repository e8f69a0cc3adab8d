"""The evidence on each side of a disagreement: the figure with its definition and records, or the sentence that states it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from shichen.audit.context import known as known_by
from shichen.city.scope import Sight
from shichen.indicators import asking, corrected, quoting, trace
from shichen.indicators.declare import known
from shichen.indicators.models import Correction, Figure
from shichen.indicators.queries import Computed, compute
from shichen.indicators.quoting import Quote
from shichen.reconciliation.models import Disagreement
from shichen.refusal import Refusal

REFREEZE, PROPOSE = "refreeze", "propose"
_LIVE = re.compile(r"/figures/([a-z0-9_]+(?:\.[a-z0-9_]+)+)/\?(.+)")


@dataclass(frozen=True)
class Shown:
    """One side as a person judges it; `way` is how its figure may be put right, where it can be."""

    number: int
    label: str
    value: str
    href: str
    figure: Figure | None = None
    quote: Quote | None = None
    now: Computed | None = None
    proposed: Correction | None = None
    way: str = ""

    @property
    def choice(self) -> str:
        """How a form says that this side is accepted."""
        return f"side:{self.number}"

    @property
    def live(self) -> bool:
        """Whether it is what the registers give at this moment, frozen by nobody."""
        return self.href.startswith("/figures/") and "?" in self.href

    @property
    def records(self) -> int | None:
        """How many records stand behind what is worked out at this moment."""
        return self.now.fingerprint().count if self.now is not None else None

    @property
    def period(self) -> str:
        return trace.spoken(self.now.period) if self.now is not None else ""

    @property
    def record(self) -> bool:
        return self.href.startswith("/registers/")


def of(item: Disagreement, sight: Sight) -> list[Shown]:
    """The sides of an item; what lies out of reach stays what the finding says of it."""
    figures = _figures(item.figures, sight)
    waiting = corrected.waiting(sight, as_of=known_by()).filter(was__in=list(figures))
    proposed = {one.was_id: one for one in waiting}
    return [_shown(number, side, figures, proposed) for number, side in enumerate(item.sides)]


def _shown(number: int, side: dict[str, str], figures: dict[UUID, Figure], proposed: dict[UUID, Correction]) -> Shown:
    href = side.get("href", "")
    figure = next((one for pk, one in figures.items() if href == f"/figures/{pk}/"), None)
    if figure is None:
        return Shown(number, side["label"], side["value"], href, now=_now(href))
    quote = quoting.quote(figure.statement, None) if figure.statement is not None else None
    return Shown(
        number,
        side["label"],
        side["value"],
        href,
        figure,
        quote,
        proposed=proposed.get(figure.pk),
        way=_way(figure),
    )


def _now(href: str) -> Computed | None:
    """What the registers give at this moment for the question that an address asks."""
    found = _LIVE.fullmatch(href)
    one = known().get(found[1]) if found else None
    if found is None or one is None or not one.computed:
        return None
    try:
        moment = known_by()
        then = {"as_of": moment.isoformat()} if moment else {}
        asked = asking.read({**QueryDict(found[2]).dict(), **then}, one)
        return compute(one.key, asked.period, asked.scope)
    except Refusal:
        return None


def _way(figure: Figure) -> str:
    """How a figure may be put right: one that was told by a correction, one that was computed and not told by freezing anew."""
    if figure.successor_id is not None:
        return ""
    if figure.released:
        return PROPOSE
    return REFREEZE if figure.basis == Figure.Basis.COMPUTED else ""


def _figures(ids: Iterable[UUID], sight: Sight) -> dict[UUID, Figure]:
    rows = Figure.objects.within(sight).filter(pk__in=list(ids))
    related = ("area", "reporter", "definition", "statement", "frozen_by", "approved_by", "successor")
    return {one.pk: one.as_it_stood(known_by()) for one in rows.select_related(*related)}

"""What the public is told of a number: what it counts, of where and when, how it is defined, what became of it. No records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from shichen.bulletins import tables
from shichen.disclosure import clearing, queries
from shichen.disclosure.exposures import Decided
from shichen.disclosure.facts import Fact
from shichen.disclosure.models import Clearance, Decision
from shichen.disclosure.policy import policy
from shichen.indicators import trace
from shichen.indicators.models import Appearance, Correction, Figure
from shichen.indicators.payload import number
from shichen.indicators.releasing import INCOMPLETE
from shichen.prose import figures as prose
from shichen.publications.models import Edition
from shichen.sheets.fields import Field, Kind


@dataclass(frozen=True)
class Told:
    """A correction as the public is told of it: without the new value where nobody decided to tell that."""

    correction: Correction
    withheld: bool
    reason: str

    @property
    def number(self) -> int:
        return self.correction.number or 0

    @property
    def was(self) -> Figure:
        return self.correction.was

    @property
    def now(self) -> Figure | None:
        return None if self.withheld else self.correction.replacement

    def data(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "was": number(self.was.value),
            "is": number(self.now.value) if self.now else None,
            "withheld": self.withheld,
            "reason": self.reason or None,
            "at": self.correction.decided_at,
        }


@dataclass(frozen=True)
class Number:
    """A number that stands on a public page."""

    figure: Figure
    told: Told | None
    decision: Decision | None

    @property
    def value(self) -> int | float | None:
        return number(self.figure.value)

    @property
    def definition(self) -> str:
        return self.figure.definition.text if self.figure.definition else ""

    def data(self) -> dict[str, Any]:
        figure, one = self.figure, self.figure.definition
        return {
            "indicator": figure.key or None,
            "name": one.name if one else None,
            "name_en": one.name_en if one else None,
            "value": number(figure.value),
            "at_least": figure.at_least,
            "at_most": figure.at_most,
            "about": figure.about,
            "unit": figure.unit,
            "basis": str(figure.basis),
            "cumulative": figure.cumulative,
            "area": {"code": figure.area_id, "name": figure.area.name},
            "from": figure.period_from,
            "to": figure.period_to,
            "convention": trace.convention(trace.period_of(figure)),
            "as_of": figure.as_of,
            "complete": figure.complete,
            "definition": self.definition or None,
            "definition_version": one.version if one else None,
            "decision": {"basis": self.decision.basis, "at": self.decision.decided_at} if self.decision else None,
            "correction": self.told.data() if self.told else None,
        }


@dataclass
class Record:
    """Everything that the portal says beside the words of editions, asked of the database once."""

    editions: list[Edition]
    clearances: dict[UUID, Clearance] = field(default_factory=dict)

    @classmethod
    def now(cls) -> Record:
        states = [Edition.State.RELEASED, Edition.State.WITHDRAWN]
        public = Edition.objects.filter(audience=Edition.Audience.PUBLIC, state__in=states)
        cleared = {one.document: one for one in Clearance.objects.all()}
        kept = [one for one in public.order_by("-first", "kind", "-number") if one.pk in cleared]
        return cls(kept, cleared)

    @cached_property
    def corrections(self) -> dict[UUID, Told]:
        """The corrections of what the public was told, by the figure that was corrected."""
        shown = Appearance.objects.filter(document__in=[one.pk for one in self.editions]).values("figure")
        made = Correction.objects.filter(state=Correction.State.MADE, was__in=shown).order_by("-number")
        rows = made.select_related("was__area", "was__definition", "was__statement", "replacement__area")
        return {one.was_id: self._told(one) for one in rows}

    def figures(self, ids: Iterable[UUID]) -> dict[UUID, Number]:
        """The numbers of an edition."""
        rows = Figure.objects.filter(pk__in=list(ids)).select_related("area", "definition", "statement")
        decisions = queries.decisions_on([one.pk for one in rows])
        return {one.pk: Number(one, self.corrections.get(one.pk), decisions.get(one.pk)) for one in rows}

    def _told(self, made: Correction) -> Told:
        reason = "" if says_few(made.reason) else made.reason
        return Told(made, withheld=made.replacement is None or not self._clear(made.replacement), reason=reason)

    def _clear(self, replacement: Figure) -> bool:
        return not clearing.looked_at([replacement], self._earlier, decided=self._decided).found

    @cached_property
    def _earlier(self) -> list[Fact]:
        return queries.told_facts(policy())

    @cached_property
    def _decided(self) -> list[Decided]:
        return queries.decided()


def says_few(text: str) -> bool:
    """Whether words that somebody wrote count a few persons: they are not printed, since nobody decided on them."""
    rules = policy()
    persons = set(rules.measures) if any(word in text for word in rules.words) else set(rules.measures) - {"个"}
    found = prose.numbers(text, tables.of_the_city()).quantities
    return any(one.word in persons and 0 < one.value < rules.k for one in found)


COLUMNS: tuple[Field, ...] = (
    Field("place", "位置", Kind.TEXT),
    Field("printed", "印出", Kind.TEXT),
    Field("indicator", "指标", Kind.TEXT),
    Field("name", "名称", Kind.TEXT),
    Field("name_en", "英文名", Kind.TEXT),
    Field("value", "数值", Kind.DECIMAL),
    Field("unit", "量词", Kind.TEXT),
    Field("basis", "依据", Kind.TEXT),
    Field("area", "区域", Kind.TEXT),
    Field("area_code", "区域代码", Kind.CODE),
    Field("from", "时段自", Kind.DATETIME),
    Field("to", "时段至", Kind.DATETIME),
    Field("as_of", "截至", Kind.DATETIME),
    Field("correction", "更正号", Kind.INTEGER),
    Field("corrected", "更正为", Kind.DECIMAL),
    Field("lacking", "数据不完整", Kind.TEXT),
)


def row(one: Number, place: str, printed: str) -> dict[str, Any]:
    """A number as a line of the table of an edition."""
    figure, told = one.figure, one.told
    return {
        "place": place,
        "printed": printed,
        "indicator": figure.key,
        "name": figure.definition.name if figure.definition else "",
        "name_en": figure.definition.name_en if figure.definition else "",
        "value": figure.value,
        "unit": figure.unit,
        "basis": figure.get_basis_display(),
        "area": figure.area.name,
        "area_code": figure.area_id,
        "from": figure.period_from,
        "to": figure.period_to,
        "as_of": figure.as_of,
        "correction": told.number if told else None,
        "corrected": told.now.value if told and told.now else None,
        "lacking": "" if figure.complete else INCOMPLETE,
    }

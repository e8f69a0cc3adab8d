"""The trace of a figure (溯源): what it means, of when it speaks, and the records or the sentence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shichen import watches
from shichen.city.models import Area
from shichen.city.scope import Sight
from shichen.indicators import apart
from shichen.indicators.corrected import Used, used, waiting
from shichen.indicators.declare import Indicator, Scope, known
from shichen.indicators.models import Correction, Figure, Use
from shichen.indicators.proof import Evidence, evidence
from shichen.indicators.queries import compute, recompute
from shichen.indicators.quoting import Quote, quote
from shichen.intake.models import Envelope
from shichen.journal.models import Entry, Mark
from shichen.records.reductions import Reduction
from shichen.refusal import Refusal
from shichen.watches import Period
from shichen.web import words

LONGEST_LINE = 20  # earlier values that a trace names
HOW = {
    "count": _("记录条数"),
    "total": _("各条记录该项之和"),
    "distinct": _("不同的个数"),
    "latest": _("各处最近一次之和"),
    "run": _("到末日为止连续为 0 的次数"),
    "median": _("各条记录该项的中位数"),
}


@dataclass(frozen=True)
class Beside:
    """A figure of another network that must not be added to this one, and why not."""

    name: str
    name_en: str
    value: Decimal | None
    unit: str
    href: str
    reason: str


@dataclass(frozen=True)
class Trace:
    """All that stands behind one figure of the ledger."""

    figure: Figure
    indicator: Indicator | None
    evidence: Evidence | None
    quote: Quote | None
    envelope: Envelope | None
    entry: Entry | None
    used: Used
    others: list[Figure]
    beside: list[Beside]
    predecessors: list[Figure]
    successor: Figure | None = None
    correction: Correction | None = None
    proposed: Correction | None = None
    as_of: datetime | None = None

    @property
    def uses(self) -> list[Use]:
        """The entries of the log that print it."""
        return self.used.entries

    @property
    def struck(self) -> Mark | None:
        """The mark that later struck the entry that states it, if one did."""
        marks = self.entry.marks.all() if self.entry is not None else ()
        return next((mark for mark in marks if mark.kind == Mark.Kind.STRUCK), None)

    @property
    def changed(self) -> bool:
        """Whether the records are no longer those that the figure was made of (记录已变)."""
        return self.evidence is not None and self.evidence.fingerprint != self.figure.fingerprint

    @property
    def redefined(self) -> bool:
        """Whether the definition was changed after the figure was made (口径已变)."""
        definition = self.figure.definition
        return bool(definition and self.indicator and definition.version != self.indicator.version)

    @property
    def early(self) -> bool:
        """Whether a computed figure was made before the time it speaks of was over."""
        figure = self.figure
        if figure.basis == Figure.Basis.STATED or figure.period_to is None or figure.published_at is not None:
            return False
        return figure.frozen_at < figure.period_to


def of(figure: Figure, sight: Sight, *, as_of: datetime | None = None) -> Trace:
    """The trace of a figure, as far as `sight` reaches; `as_of` leaves out what came later. Raises Refusal before it was made."""
    if as_of is not None and as_of < figure.frozen_at:
        raise Refusal("那时还没有这个数；它是后来定稿或采纳的。", field="as_of")
    correction = _correction(figure, as_of)
    figure.as_it_stood(as_of)
    computed = recompute(figure, as_of=as_of)
    statement, envelope, entry = figure.statement, None, None
    if statement is not None and statement.envelope is not None:
        envelope = Envelope.objects.within(sight).filter(id=statement.envelope).first()
    elif statement is not None and statement.entry_id is not None:
        entry = Entry.objects.within(sight).filter(id=statement.entry_id).prefetch_related("marks__successor").first()
    same = Figure.objects.within(sight).standing(as_of).filter(key=figure.key, area=figure.area).exclude(key="")
    return Trace(
        figure=figure,
        indicator=known().get(figure.key),
        evidence=evidence(computed, sight) if computed else None,
        quote=quote(statement, envelope or entry) if statement else None,
        envelope=envelope,
        entry=entry,
        used=used(figure, sight, as_of=as_of),
        others=list(
            same.exclude(pk=figure.pk)
            .select_related("area", "reporter")
            .order_by("-period_to", "-frozen_at", "pk")[:12]
        ),
        beside=beside(figure.key, period_of(figure), figure.area, sight, as_of=as_of),
        predecessors=_before(figure, sight, as_of),
        successor=figure.successor,
        correction=correction,
        proposed=waiting(sight, as_of=as_of).filter(was=figure).first(),
        as_of=as_of,
    )


def _correction(figure: Figure, as_of: datetime | None) -> Correction | None:
    """The correction that replaced a figure in public, if there was one by then."""
    return figure.corrected if figure.replaced_by(as_of) else None


def _before(figure: Figure, sight: Sight, as_of: datetime | None) -> list[Figure]:
    """The earlier values, the last one first."""
    found: list[Figure] = []
    step = [figure]
    while step and len(found) < LONGEST_LINE:
        rows = Figure.objects.within(sight).filter(successor__in=step).order_by("-frozen_at", "pk")
        step = [one.as_it_stood(as_of) for one in rows if one.replaced_by(as_of)]
        found += step
    return found


def beside(key: str, period: Period | None, area: Area, sight: Sight, *, as_of: datetime | None = None) -> list[Beside]:
    """The figures of other networks for the same time and place: shown side by side, never added (口径不同)."""
    found: list[Beside] = []
    if period is None:
        return found
    for pair in apart.of(key):
        other = known()[pair.other(key)]
        frozen = (
            Figure.objects.within(sight)
            .standing(as_of)
            .filter(key=other.key, area=area, period_from=period.start, period_to=period.end)
            .first()
        )
        if frozen is not None:
            found.append(
                Beside(other.name, other.name_en, frozen.value, frozen.unit, f"/figures/{frozen.pk}/", pair.reason)
            )
        elif other.computed:
            live = evidence(compute(other.key, period, Scope(area, as_of=as_of)), sight, as_reached=True)
            found.append(
                Beside(other.name, other.name_en, live.value, other.unit, f"/figures/{other.key}/", pair.reason)
            )
    return found


def period_of(figure: Figure) -> Period | None:
    if figure.period_from is None or figure.period_to is None:
        return None
    return Period(figure.period_from, figure.period_to)


def convention(period: Period | None) -> str:
    """By which day a period is cut: the civil day 0—24时, the page's 23—23时, or hours of its own."""
    if period is None:
        return gettext("未说明时段")
    start, end = watches.local(period.start), watches.local(period.end)
    if _whole_days(start, end):
        return {0: gettext("0—24时(自然日)"), 23: gettext("23—23时(日版日)")}.get(start.hour, gettext("按时刻"))
    return gettext("按时刻")


def spoken(period: Period | None) -> str:
    """A period in words: 2月2日; 1月21日—2月2日; 2月2日00:00—05:00."""
    if period is None:
        return "—"
    start, last = watches.local(period.start), watches.local(period.end)
    if _whole_days(start, last) and start.hour == 0:
        last -= timedelta(seconds=1)
        first_day, last_day = _day(start), _day(last)
        return first_day if first_day == last_day else f"{first_day}—{last_day}"
    same = start.date() == last.date()
    return f"{_day(start)} {start:%H:%M}—{'' if same else _day(last) + ' '}{last:%H:%M}"


def how(reduction: Reduction | None) -> str:
    return str(HOW[reduction.how]) if reduction else ""


def _whole_days(start: datetime, end: datetime) -> bool:
    days = (end - start) / timedelta(days=1)
    return start.hour == end.hour and start.minute == end.minute == 0 and days >= 1 and days == int(days)


def _day(moment: datetime) -> str:
    return words.day(moment.date())

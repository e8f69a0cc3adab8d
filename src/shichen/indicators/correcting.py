"""Correcting figures (更正): one not yet told is made anew; one that was told is replaced in public, by two persons."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Max, Q

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.indicators.declare import Scope, Sort, known
from shichen.indicators.models import TELLS, Correction, Figure
from shichen.indicators.queries import Computed, compute, recompute
from shichen.indicators.services import freeze_computed
from shichen.indicators.telling import quantity, tell
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from shichen.watches import Period

LONGEST_REASON = 300
State = Correction.State


@transaction.atomic
def refreeze(figure: Figure, reason: str, *, by: Account) -> Figure:
    """Make a computed figure anew that was never told outside; the old one points to it. Raises Refusal."""
    _must_stand(figure)
    if figure.released:
        raise Refusal("这个数已经对外发布；请提出更正，由第二人签发。", rule="更正")
    computed = _anew(figure)
    made = _frozen(figure, computed, by=by)
    _succeed(figure, made)
    audit.note("refreeze", table="indicators.figure", subject=figure.pk, reason=_reason(reason), by=by)
    return made


@transaction.atomic
def propose(was: Figure, reason: str, *, replacement: Figure | None = None, by: Account) -> Correction:
    """Ask for the correction of a figure that was told: by what its records give now, or by another statement.

    Raises Refusal where nothing changed, where the figure was replaced already, or where a correction is waiting.
    """
    said = _reason(reason)
    _must_stand(was)
    if not was.released:
        raise Refusal("这个数没有对外发布过，不必更正；请重新定稿。", rule="更正")
    waiting = Correction.objects.filter(was=was, state=State.PROPOSED).first()
    if waiting is not None:
        raise Refusal(f"这个数已由{waiting.proposed_by}提出更正，正等第二人签发。")
    value, mark = _by_statement(was, replacement) if replacement else _by_records(was)
    if value == was.value:
        raise Refusal(f"更正前后都是{quantity(value, was.unit)}，没有可更正的。", field="value")
    made = Correction.objects.create(
        was=was,
        value=value,
        fingerprint=mark,
        replacement=replacement,
        reason=said,
        proposed_at=now(),
        proposed_by=by,
    )
    audit.note("propose-correction", table="indicators.correction", subject=made.pk, reason=said, by=by)
    return made


@transaction.atomic
def decide(correction: Correction, *, accept: bool, note: str = "", by: Account) -> Correction:
    """Sign a proposed correction, which gives it its number and takes effect at once, or turn it down. Raises Refusal."""
    held = Correction.objects.select_for_update(of=("self",)).select_related("was", "replacement").get(pk=correction.pk)
    if held.state != State.PROPOSED:
        raise Refusal(f"这一更正已由{held.decided_by}处理为「{held.get_state_display()}」。")
    if accept and held.proposed_by_id == by.pk:
        raise Refusal("提出更正的人不能自己签发；请由第二人签发。", rule="更正")
    if not accept and not note.strip():
        raise Refusal("不予更正要写明理由。", field="note")
    moment = now()
    if accept:
        held.replacement = held.replacement or _frozen(held.was, _unchanged(held), by=held.proposed_by)
        held.number, held.state = _next_number(), State.MADE
        _tell(held, by=by)
        _tell_in_the_log(held, by=by)
    else:
        held.state = State.WITHDRAWN
    held.note, held.decided_at, held.decided_by = note.strip()[:LONGEST_REASON], moment, by
    held.save(update_fields=["replacement", "number", "state", "note", "decided_at", "decided_by"])
    act = "make-correction" if accept else "withdraw-correction"
    audit.note(act, table="indicators.correction", subject=held.pk, reason=held.note or held.reason, by=by)
    return held


def anew(figure: Figure) -> Computed:
    """What the records of a computed figure give now. Raises Refusal where they give nothing else than they gave."""
    return _anew(figure)


def others(figure: Figure) -> list[Figure]:
    """The statements that a figure may be corrected by: of the same thing, place and time, with another value."""
    same = Figure.objects.filter(
        key=figure.key,
        area=figure.area,
        unit=figure.unit,
        period_from=figure.period_from,
        period_to=figure.period_to,
        basis=Figure.Basis.STATED,
        successor=None,
        value__isnull=False,
    ).exclude(Q(pk=figure.pk) | Q(key="") | Q(value=figure.value))
    return list(same.select_related("statement", "reporter", "area").order_by("-frozen_at", "pk")[:20])


def moved(figure: Figure) -> Computed | None:
    """What the records of a frozen figure give now, if that is another value; None while it holds or is only stated."""
    computed = recompute(figure) if figure.basis == Figure.Basis.COMPUTED else None
    return computed if computed is not None and computed.value != figure.value else None


def must_not_fall(figure: Figure) -> None:
    """A running total may be told only if it is not below the one last told before it that stands. Raises Refusal.

    Where records were taken back (核减), the total told last is corrected first; from there the series goes on.
    """
    if not _runs_up(figure) or figure.value is None or figure.period_to is None:
        return
    if figure.made_by_correction is not None:  # the correction itself says that the total fell, and why
        return
    told = Figure.objects.filter(
        key=figure.key,
        area=figure.area,
        facets=figure.facets,
        unit=figure.unit,
        cumulative=figure.cumulative,
        successor=None,
        published_at__isnull=False,
        value__isnull=False,
        period_to__lt=figure.period_to,
    ).exclude(Q(pk=figure.pk) | Q(key=""))
    before = told.order_by("-period_to", "-published_at").first()
    if before is not None and before.value is not None and before.value > figure.value:
        name = before.definition.name if before.definition else before.key
        raise Refusal(
            f"「{name}」此前已发布{quantity(before.value, before.unit)}，这次是{quantity(figure.value, figure.unit)}；"
            "累计数下降，须先更正此前的数，再发布。",
            rule="更正",
            field=str(before.pk),
        )


def _runs_up(figure: Figure) -> bool:
    one = known().get(figure.key)
    return figure.cumulative or (one is not None and one.sort == Sort.CUMULATIVE)


def _by_records(was: Figure) -> tuple[Decimal, str]:
    computed = _anew(was)
    if computed.value is None:
        raise AssertionError("a figure made anew has a value")
    return computed.value, computed.fingerprint().digest


def _by_statement(was: Figure, other: Figure) -> tuple[Decimal, str]:
    """The other statement must speak of the same thing, place and time."""
    same = (was.key, was.area_id, was.unit) == (other.key, other.area_id, other.unit) and was.key != ""
    if other.pk == was.pk or not same or (was.period_from, was.period_to) != (other.period_from, other.period_to):
        raise Refusal("用来更正的数，指标、区域、量词、时段须与原数相同。", field="replacement")
    if other.successor_id is not None or other.value is None:
        raise Refusal("用来更正的数已被取代，或没有数值。", field="replacement")
    return other.value, other.fingerprint


def _anew(figure: Figure) -> Computed:
    if figure.basis != Figure.Basis.COMPUTED or figure.period_from is None or figure.period_to is None:
        raise Refusal("报称的数没有记录可重算；请采纳更正后的来稿，再以那个数更正。", field="replacement")
    computed = compute(figure.key, Period(figure.period_from, figure.period_to), Scope(figure.area, figure.facets))
    if computed.value is None:
        raise Refusal("它所依据的记录已经全部作废；未报不等于 0，不能据此更正。", field="value")
    if computed.fingerprint().digest == figure.fingerprint:
        raise Refusal("记录没有变，这个数仍然成立。", field="value")
    return computed


def _unchanged(held: Correction) -> Computed:
    """The records as they were when the correction was asked for; another change asks for another correction."""
    computed = _anew(held.was)
    if computed.fingerprint().digest != held.fingerprint:
        raise Refusal("提出更正之后记录又变了；请不予签发，按现在的记录重新提出。")
    return computed


def _frozen(was: Figure, computed: Computed, *, by: Account) -> Figure:
    return freeze_computed(computed, reporter=was.reporter, event=was.event, unit=was.unit, by=by)


def _tell(held: Correction, *, by: Account) -> None:
    """The replacement takes the place of what was told, from now on."""
    if held.replacement is None:
        raise AssertionError("a correction that is made has a replacement")
    replacement = held.replacement
    at = now()
    if replacement.frozen_by_id != by.pk:
        Figure.objects.filter(pk=replacement.pk).update(published_at=at, approved_at=at, approved_by=by)
    else:  # a statement that the signer accepted: it was the proposer who judged it the right one
        Figure.objects.filter(pk=replacement.pk).update(published_at=at)
    replacement.refresh_from_db()
    _succeed(held.was, replacement)


def _tell_in_the_log(held: Correction, *, by: Account) -> None:
    """The correction in the log, both numbers bound: whoever reads the log learns what was said and what is."""
    was, replacement = held.was, held.replacement
    if replacement is None:
        raise AssertionError("a correction that is made has a replacement")
    name = was.definition.name if was.definition else "报称数"
    said = Said(
        text=f"更正第{held.number}号：{_spoken(was)}{was.area}{name}，原{{was}}，现{{is}}。理由：{journal.plain(held.reason)}",
        unit=was.reporter,
        area=was.area,
        event=was.event,
        kind=Entry.Kind.ACT,
        topic="correction",
        column=Column.COMMAND,
        act=TELLS,
    )
    tell(said, {"was": was, "is": replacement}, by=by)


def _spoken(figure: Figure) -> str:
    """The last day of a figure's period, in the words of the log."""
    if figure.period_to is None:
        return ""
    day = watches.civil_day(figure.period_to - timedelta(seconds=1))
    return f"{day.month}月{day.day}日"


def _succeed(figure: Figure, by: Figure) -> None:
    changed = Figure.objects.filter(pk=figure.pk, successor=None).update(successor=by)
    if not changed:
        raise Refusal("这个数已被另一次更正取代。")
    figure.successor = by


def _must_stand(figure: Figure) -> None:
    if Figure.objects.filter(pk=figure.pk, successor__isnull=False).exists():
        raise Refusal("这个数已被取代；请更正取代它的那个数。", rule="更正")


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise Refusal("更正要写明理由。", field="reason")
    if len(said) > LONGEST_REASON:
        raise Refusal(f"理由最多 {LONGEST_REASON} 字，现有 {len(said)} 字。", field="reason")
    return said


def _next_number() -> int:
    """One more than the last; writers take turns on SQLite, and on PostgreSQL by this lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_100_614])
    last: int = Correction.objects.aggregate(last=Max("number"))["last"] or 0
    return last + 1

"""What the figures of a chronicle's lines say to one another: flows and totals, one figure on two dates, sums in a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

from shichen.indicators.declare import Sort, known
from shichen.indicators.models import Figure
from shichen.indicators.models import Use as Printed
from shichen.indicators.telling import plain
from shichen.journal.models import Entry
from shichen.publications import places
from shichen.publications.chronicle.lines import Line, Use, uses
from shichen.publications.chronicle.wording import sentences
from shichen.publications.objecting import Line as Shown
from shichen.publications.objecting import Objection
from shichen.publications.rules import rules

HAPPENS = (Sort.FLOW, Sort.TARGET, Sort.PLAN, Sort.CUMULATIVE)
"""Sorts of which the same value on two dates is one event told twice; a level may well stay what it was."""
WHOLE = ("合计", "共计", "总计", "一共", "总共", "共")
EXACT, WITHIN = ("：", ":", "分别", "包括"), ("其中",)
LEAD = 4  # characters before a number in which 共 may stand


def flows_not_told(lines: list[Line]) -> Iterator[Objection]:
    """A running total and the flows told before it: what is missing between them was not told (75 + 2 ≠ 81)."""
    told = uses(lines)
    for total in (one for one in told if one.figure.cumulative):
        key = total.figure.key
        declared = rules().chronicle.checks.running.get(key)
        before = _total_before(total, told)
        flows = [one for one in told if _flows_into(one, total, declared or (key,), before)]
        if not flows or (declared is None and before is None):
            continue
        start = _v(before) if before else Decimal(0)
        gap = _v(total) - start - sum(map(_v, flows), Decimal(0))
        if gap:
            yield _flow_objection(total, before, flows, gap)


def _total_before(total: Use, told: list[Use]) -> Use | None:
    earlier = [
        one
        for one in told
        if one.figure.cumulative
        and (one.figure.key, one.figure.area_id) == (total.figure.key, total.figure.area_id)
        and one.line.on < total.line.on
    ]
    return earlier[-1] if earlier else None


def _flows_into(one: Use, total: Use, keys: tuple[str, ...], before: Use | None) -> bool:
    after = before is None or one.line.on > before.line.on
    within = total.figure.area_path and one.figure.area_path.startswith(total.figure.area_path)
    return (
        not one.figure.cumulative and one.figure.key in keys and one.line.on <= total.line.on and after and bool(within)
    )


def _flow_objection(total: Use, before: Use | None, flows: list[Use], gap: Decimal) -> Objection:
    parts = [*([before] if before else []), *flows]
    said = "、".join(f"{places.named(one.line.place)}「{one.words}」" for one in parts)
    added = sum(map(_v, parts), Decimal(0))
    wrong = f"有{plain(gap)}{total.figure.unit}没有讲到" if gap > 0 else f"多出{plain(-gap)}{total.figure.unit}"
    sentence = (
        f"{places.named(total.line.place)}「{_name(total.figure)}」累计「{total.words}」，"
        f"前面讲到的{said}合计{plain(added)}：{wrong}。"
    )
    shown = tuple(line.shown() for line in dict.fromkeys(one.line for one in (*parts, total)))
    return Objection(
        f"running:{total.figure.pk}", sentence, total.line.place, f"/figures/{total.figure.pk}/", lines=shown
    )


def falling_totals(lines: list[Line]) -> Iterator[Objection]:
    """A running total that is lower than it was: it cannot fall without a correction."""
    last: dict[tuple[str, str], Use] = {}
    for one in (one for one in uses(lines) if one.figure.cumulative and one.figure.key):
        series = one.figure.key, one.figure.area_id
        before = last.get(series)
        if before is not None and _v(one) < _v(before):
            sentence = (
                f"「{_name(one.figure)}」是累计数，却由{places.named(before.line.place)}的「{before.words}」"
                f"降为{places.named(one.line.place)}的「{one.words}」。"
            )
            shown = (before.line.shown(), one.line.shown())
            href = f"/figures/{one.figure.pk}/"
            yield Objection(f"falls:{one.figure.pk}", sentence, one.line.place, href, lines=shown)
        last[series] = one


def one_figure_two_dates(lines: list[Line]) -> Iterator[Objection]:
    """The same value of the same thing under two dates, here or elsewhere in the log: one event, never to be added."""
    told = {one.figure.pk: one for one in uses(lines) if _happens(one.figure)}
    elsewhere = _elsewhere(told)
    asked: set[frozenset[object]] = set()
    for one in told.values():
        for figure, entry in elsewhere.get((one.figure.key, one.figure.value), []):
            pair = frozenset({one.figure.pk, figure.pk})
            apart = abs((entry.page_day - one.line.on).days)
            if pair in asked or not 0 < apart <= rules().chronicle.checks.repeat_days or entry.pk == one.line.entry.pk:
                continue
            asked.add(pair)
            yield _two_dates(one, entry)


def _elsewhere(told: dict[UUID, Use]) -> dict[tuple[str, Decimal | None], list[tuple[Figure, Entry]]]:
    """Where else the log prints the same values of the same indicators."""
    keys, values = {one.figure.key for one in told.values()}, {one.figure.value for one in told.values()}
    rows = Printed.objects.filter(
        figure__key__in=keys,
        figure__value__in=values,
        figure__successor=None,
        figure__basis=Figure.Basis.STATED,
        figure__cumulative=False,
    ).exclude(entry__marks__kind="struck")
    found: dict[tuple[str, Decimal | None], list[tuple[Figure, Entry]]] = defaultdict(list)
    for row in rows.select_related("figure", "entry").order_by("entry__seq", "start"):
        found[row.figure.key, row.figure.value].append((row.figure, row.entry))
    return found


def _happens(figure: Figure) -> bool:
    """Whether the figure counts something that happens once: large enough not to be the same by chance."""
    one, checks = known().get(figure.key), rules().chronicle.checks
    stated = figure.basis == Figure.Basis.STATED and not figure.cumulative
    large = figure.key in checks.repeated or (figure.value or 0) >= checks.repeat_at_least
    return stated and one is not None and one.sort in HAPPENS and large


def _two_dates(one: Use, entry: Entry) -> Objection:
    there = entry.page_day.isoformat()
    told = f"{places.named(one.line.place)}的「{_name(one.figure)}{one.words}」，日志在{places.named(there)}"
    sentence = f"{told}也记着：应为一事，不是两次，不得相加；请定下写在哪一天。"
    first = sorted((one.line.place, there))[0]
    shown = sorted((one.line.shown(), Shown(there, entry.text, f"/log/{entry.id}/")), key=lambda line: line.place)
    key = f"dates:{one.figure.key}:{plain(_v(one))}:{first}"
    return Objection(key, sentence, one.line.place, f"/figures/{one.figure.pk}/", lines=tuple(shown))


def sums_in_a_sentence(lines: list[Line]) -> Iterator[Objection]:
    """The parts that a sentence names and the whole it gives: they add up, or with 其中 do not exceed it."""
    for line in lines:
        for start, end in sentences(line.text):
            here = [one for one in uses([line]) if start <= one.span.start < end]
            for whole in (one for one in here if _is_whole(one)):
                parts, exact = _parts(whole, here)
                total = sum(map(_v, parts), Decimal(0))
                if len(parts) > 1 and (total > _v(whole) or (exact and total != _v(whole))):
                    said = " + ".join(plain(_v(one)) for one in parts)
                    sentence = (
                        f"{places.named(line.place)}「{line.text[:20]}…」一句之内：{said} = {plain(total)}，"
                        f"而合计写作「{whole.words}」。"
                    )
                    yield Objection(f"sum:{line.entry.id}:{whole.words}", sentence, line.place, lines=(line.shown(),))


def _is_whole(one: Use) -> bool:
    lead = one.line.text[max(0, one.span.start - LEAD) : one.span.start]
    return any(word in lead for word in WHOLE)


def _parts(whole: Use, here: list[Use]) -> tuple[list[Use], bool]:
    """The figures that make up a whole in its sentence, and whether they must be all of it."""
    same = [one for one in here if one is not whole and one.figure.unit == whole.figure.unit and not _is_whole(one)]
    after = [one for one in same if one.span.start >= whole.span.end]
    if after:
        between = whole.line.text[whole.span.end : after[0].span.start]
        if any(cue in between for cue in WITHIN):
            return after, False
        if any(cue in between for cue in EXACT):
            return after, True
    lead = whole.line.text[max(0, whole.span.start - LEAD) : whole.span.start]
    before = [one for one in same if one.span.end <= whole.span.start]
    return (before, True) if any(word in lead for word in WHOLE[:-1]) else ([], False)


def _v(one: Use) -> Decimal:
    if one.figure.value is None:
        raise AssertionError("only figures with a value are compared")
    return one.figure.value


def _name(figure: Figure) -> str:
    one = known().get(figure.key)
    return one.name if one else ""

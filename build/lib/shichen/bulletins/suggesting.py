"""The same correction met often enough becomes a suggested row of a table (建议词表行): which row it would be, and whether it mends.

A row is only suggested where every text that it comes from, read again with it, says what the persons decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from django.conf import settings

from shichen.bulletins import corrections, learning, reading, tables, wordings
from shichen.bulletins.corrections import Correction, Texts
from shichen.bulletins.models import Proposal, ProposedEntry
from shichen.bulletins.wording_rows import GROUPED, LISTED
from shichen.bulletins.wordings import Change
from shichen.indicators.declare import known
from shichen.prose.separating import barring, separating, shared
from shichen.prose.spans import Reading
from shichen.prose.tables import Tables
from shichen.prose.widening import keyed, nth
from shichen.refusal import Refusal

BULLETINS = 2
"""Never from one bulletin alone."""
OPENED, TRIES, ROWS, BESIDE = 30, 6, 4, 2
KEPT = (Proposal.State.ACCEPTED, Proposal.State.EDITED)
T = TypeVar("T", Proposal, ProposedEntry)


@dataclass(frozen=True)
class Suggestion:
    """A row, or two, that the same correction asks for; `mark` names the correction, whatever the words of the row."""

    mark: str
    changes: tuple[Change, ...]
    corrections: tuple[Correction, ...]
    unopened: int = 0

    @property
    def times(self) -> int:
        """How often it was met; of very many only the latest are opened, the others count with them."""
        return len(self.corrections) + self.unopened

    @property
    def own(self) -> tables.Own:
        return {key: values for change in self.changes for key, values in change.own.items()}


def found() -> Iterator[Suggestion]:
    """Every row that decided corrections ask for."""
    texts, rows = Texts(), _put_right()
    yield from _indicators(rows, texts)
    yield from _names(texts)
    yield from _idioms(texts)
    yield from _goods(rows, texts)


def often(given: Sequence[Correction]) -> bool:
    """Whether a correction was met as often as it takes, in more than one bulletin."""
    enough: int = settings.CONFIG["bulletins.suggest_after"]
    return len(given) >= max(enough, 1) and len({one.bulletin.pk for one in given}) >= BULLETINS


def _indicators(put_right: Sequence[Proposal], texts: Texts) -> Iterator[Suggestion]:
    """A number taken for another indicator than its words say, again and again in like words."""
    rows = [one for one in put_right if one.indicator in known() and _head(one)]
    for (indicator, end), same in _grouped(rows, lambda one: (one.indicator, _head(one))):
        read = _read_now(same, texts)
        wrong = [one for one in read if one.figure is not None and one.figure.indicator != indicator]
        for unit, given in _grouped(wrong, _unit):
            changes = _of_catalogue(indicator, unit, given, texts) if often(given) else ()
            if changes:
                yield Suggestion(f"catalogue {indicator} {unit} {end}", changes, tuple(given), _unopened(same))


def _of_catalogue(indicator: str, unit: str, given: Sequence[Correction], texts: Texts) -> tuple[Change, ...]:
    """The row whose words say it; with a word that the row that was wrong must not have, where the words alone do not do."""
    said = [_words(one) for one in given]
    rows = [
        {"id": indicator, "row": str(_next(indicator)), "measures": unit, "all_of": GROUPED.join(words)}
        for words in islice(separating(said, _others(unit, indicator), tables.of_the_city().verbs), TRIES)
    ]
    tried = [made for values in rows if (made := _changes(("catalogue", values, "")))]
    tried += [made for one in list(tried)[:BESIDE] for made in _barred(one, given, said, unit)]
    return next((made for made in tried if _mends(made, given, texts, indicator)), ())


def _barred(
    made: tuple[Change, ...], given: Sequence[Correction], said: Sequence[str], unit: str
) -> Iterator[tuple[Change, ...]]:
    """The same row, with each row of the indicator that was read wrongly, which then must not have a word of the subject."""
    wrong = {one.figure.indicator for one in given if one.figure and one.figure.indicator}
    if len(wrong) != 1:
        return
    was = wrong.pop()
    word = barring(said, _decided(unit).get(was, []))
    held = {key: values for key, values in tables.rows_of("catalogue").items() if values["id"] == was}
    for key, values in list(held.items())[:ROWS] if word else ():
        bars = LISTED.join(filter(None, (values["none_of"], word)))
        more = _changes(("catalogue", {**values, "none_of": bars}, key))
        if more:
            yield (*made, *more)


def _names(texts: Texts) -> Iterator[Suggestion]:
    """A name of a unit that no roster has, put to the same body again and again."""
    rows = list(corrections.units()[: corrections.LOOKED_AT])
    for (name, code), same in _grouped(rows, lambda one: (one.unit_text, one.entry.unit_id if one.entry else "")):
        given = [_entered(one) for one in same]
        otherwise = sum(one.unit_text == name for one in rows) - len(same)
        if not often(given) or otherwise * 10 > len(given):
            continue
        held = tables.rows_of("body").get(code)
        changes = _changes(("body", {**held, "aliases": _with(held["aliases"], name)}, code)) if held else ()
        given = [one for one in given[:OPENED] if _body(texts.read(one.bulletin), one) != code]
        if changes and often(given) and _settles(changes, given, texts, code):
            yield Suggestion(f"body {code} {name}", changes, tuple(given), _unopened(same))


def _idioms(texts: Texts) -> Iterator[Suggestion]:
    """Words with a numeral of which persons say every time that they are no number."""
    rows = list(corrections.no_figures()[: corrections.LOOKED_AT])
    for _raw, same in _grouped(rows, lambda one: one.raw):
        if len(same) < BULLETINS:
            continue
        read = [one for row in same[:OPENED] if (one := _correction(row, texts)).figure is not None]
        for word, given in _grouped(read, lambda one: _with_numeral(one, texts)):
            changes = _changes(("idiom", {"word": word}, "")) if word and often(given) else ()
            if changes and _mends(changes, given, texts, None):
                yield Suggestion(f"idiom {word}", changes, tuple(given), _unopened(same))


def _goods(put_right: Sequence[Proposal], texts: Texts) -> Iterator[Suggestion]:
    """A measure word that is put right for one thing every time: a row that flags it; it mends no number by itself."""
    rows = [one for one in put_right if one.unit and _head(one)]
    for (right, _end), same in _grouped(rows, lambda one: (one.unit, _head(one))):
        read = _read_now(same, texts)
        wrong = [one for one in read if _unit(one) not in ("", right) and not _misfit(one)]
        for unit, given in _grouped(wrong, _unit):
            item = _thing([_words(one) for one in given]) if often(given) else ""
            changes = _of_goods(item, unit, right) if item else ()
            if changes:
                yield Suggestion(f"goods {item} {unit} {right}", changes, tuple(given), _unopened(same))


def _of_goods(item: str, wrong: str, right: str) -> tuple[Change, ...]:
    held = tables.rows_of("goods").get(item)
    measures = [one for one in (held or {}).get("measures", "").split(LISTED) if one and one != wrong]
    values = {"item": item, "measures": LISTED.join(dict.fromkeys([*measures, right]))}
    return _changes(("goods", values, item if held else ""))


def _thing(said: Sequence[str]) -> str:
    """What all of them count, without what is done to it."""
    run = next(iter(shared(said)), "")
    opening = max((verb for verb in tables.of_the_city().verbs if run.startswith(verb)), key=len, default="")
    return run.removeprefix(opening) if len(run) > len(opening) + 1 else run


def _misfit(one: Correction) -> bool:
    return one.figure is not None and any(check.id == "measure" for check in one.figure.checks)


def _put_right() -> list[Proposal]:
    """Numbers that a person changed, or that were changed before anybody saw them as persons had changed such ones."""
    rows = corrections.numbers()[: corrections.LOOKED_AT]
    return [one for one in rows if one.was or any(learning.followed_in(check) for check in one.checks)]


def _unopened(rows: Sequence[object]) -> int:
    return max(len(rows) - OPENED, 0)


def _read_now(rows: Sequence[Proposal], texts: Texts) -> list[Correction]:
    found = [_correction(one, texts) for one in rows[:OPENED]] if len(rows) >= BULLETINS else []
    return [one for one in found if one.figure is not None]


def _unit(one: Correction) -> str:
    return one.figure.unit if one.figure else ""


def _mends(changes: tuple[Change, ...], given: Sequence[Correction], texts: Texts, right: str | None) -> bool:
    """Whether each of the numbers would be read as what it was taken for; None: as no number at all."""
    would = _tried(changes)

    def becomes(one: Correction) -> bool:
        found = reading.read_again(one.bulletin, texts.text(one.bulletin), would).figures
        if right is None:
            return all(figure.end <= one.start or one.end <= figure.start for figure in found)
        return any((figure.start, figure.end, figure.indicator) == (one.start, one.end, right) for figure in found)

    return all(map(becomes, given))


def _settles(changes: tuple[Change, ...], given: Sequence[Correction], texts: Texts, code: str) -> bool:
    would = _tried(changes)
    again = (reading.read_again(one.bulletin, texts.text(one.bulletin), would) for one in given)
    return all(_body(found, one) == code for found, one in zip(again, given, strict=True))


def _body(found: Reading | None, given: Correction) -> str | None:
    """The body of the entry that begins where the correction stands."""
    entries = found.entries if found else ()
    return next((one.body for one in entries if one.start <= given.entry.start < one.end), None)


def _tried(changes: tuple[Change, ...]) -> Callable[..., Tables]:
    return tables.trial({key: values for change in changes for key, values in change.own.items()})


def _changes(*rows: tuple[str, dict[str, str], str]) -> tuple[Change, ...]:
    """The rows as they would be kept; none where one of them cannot stand."""
    try:
        return tuple(wordings.proposed(table, values, key) for table, values, key in rows)
    except Refusal:
        return ()


def _next(indicator: str) -> int:
    """The number of the next row of an indicator; those that were taken out keep theirs."""
    taken = {*keyed(tables.of_the_city(), "catalogue"), *(key for table, key in tables.own() if table == "catalogue")}
    return next(n for n in range(1, 1000) if nth(indicator, n) not in taken)


def _others(unit: str, indicator: str) -> list[str]:
    """What numbers with this measure count that were taken for something else."""
    return [subject for key, said in _decided(unit).items() if key != indicator for subject in said]


def _decided(unit: str) -> dict[str, list[str]]:
    rows = Proposal.objects.filter(state__in=KEPT, unit=unit).exclude(subject="").order_by("-decided_at")
    found: dict[str, list[str]] = {}
    for key, subject in rows.values_list("indicator", "subject")[: corrections.LOOKED_AT]:
        found.setdefault(key, []).append(subject)
    return found


def _words(one: Correction) -> str:
    """What the reader counts there, its place left out."""
    assert one.figure is not None
    place = dict(one.figure.facets).get("place", "")
    subject = one.figure.subject
    return subject.replace(place, "@") if place else subject


def _with_numeral(one: Correction, texts: Texts) -> str:
    """The numeral with the two characters after it, or those before it, as far as a word goes; nothing where it stands alone."""
    text = texts.text(one.bulletin)
    after = _run(text[one.end : one.end + BESIDE])
    before = _run(text[max(one.start - BESIDE, 0) : one.start][::-1])[::-1]
    raw = text[one.start : one.end]
    return raw + after if after else before + raw if before else ""


def _run(text: str) -> str:
    stop = next((at for at, one in enumerate(text) if not "\u4e00" <= one <= "\u9fff"), len(text))
    return text[:stop]


def _head(one: Proposal) -> str:
    """How what is counted ends: its head noun, near enough; nothing where nothing is said to be counted."""
    subject = str(one.was.get("subject", one.subject)).removesuffix(one.place)
    return subject[-2:] if len(subject) >= 2 else ""


def _correction(one: Proposal, texts: Texts) -> Correction:
    bulletin = one.entry.bulletin
    return Correction(bulletin, one.entry, one.start, one.end, one, texts.figure(bulletin, one.start, one.end))


def _entered(one: ProposedEntry) -> Correction:
    return Correction(one.bulletin, one, one.start, min(one.start + len(one.unit_text), one.end))


def _with(listed: str, name: str) -> str:
    return LISTED.join(filter(None, (listed, name)))


K = TypeVar("K")
R = TypeVar("R")


def _grouped(rows: Iterable[R], key: Callable[[R], K]) -> list[tuple[K, list[R]]]:
    """The rows by a key, the largest heap first."""
    heaps: dict[K, list[R]] = {}
    for one in rows:
        heaps.setdefault(key(one), []).append(one)
    return sorted(heaps.items(), key=lambda item: -len(item[1]))

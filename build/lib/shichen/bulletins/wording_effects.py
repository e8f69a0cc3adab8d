"""What a change of the tables would do: to bulletins that wait, to what was decided of closed ones, to sentences of our own.

Only texts in which a changed word stands are read again, with the tables as they are and as they would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

from shichen.bulletins import reading, tables
from shichen.bulletins.models import Bulletin, Proposal
from shichen.bulletins.tables import Own
from shichen.bulletins.wording_rows import GROUPED, LISTED, Values
from shichen.intake import texts
from shichen.keys import KeyGone
from shichen.prose.literals import Literals
from shichen.prose.reader import read
from shichen.prose.realise import Fact, realise
from shichen.prose.spans import Figure
from shichen.prose.tables import Indicator, Tables
from shichen.prose.text import HALF
from shichen.prose.widening import keyed
from shichen.refusal import Refusal

LOOKED_AT = 200  # bulletins in which changed words are sought, the latest first
READ = 30
CHARACTERS = 150_000
SAMPLES = (Decimal(3), Decimal(20000))
Words = Callable[[date | None], Tables]
Span = tuple[int, int]
_DROPPED = str.maketrans(dict.fromkeys("\r\n\u3000\u00a0\u200b\ufeff\t *", ""))


@dataclass(frozen=True)
class Effects:
    """What would become of the open bulletins: how many were read, and their numbers that would be proposed otherwise."""

    read: int = 0
    touched: int = 0
    changed: int = 0
    new: int = 0
    gone: int = 0
    more: bool = False

    @property
    def any(self) -> bool:
        return bool(self.changed or self.new or self.gone)


@dataclass
class _Texts:
    """The bulletins of one state in which a changed word stands, as far as they are read; `more` says that some are not."""

    state: str
    words: Literals
    more: bool = False

    def __iter__(self) -> Iterator[tuple[Bulletin, str]]:
        rows = Bulletin.objects.filter(state=self.state).select_related("envelope", "unit").order_by("-received_at")
        count = characters = 0
        for bulletin in rows[:LOOKED_AT]:
            text = _text(bulletin)
            if not self.words.find(text.translate(_DROPPED).translate(HALF)):
                continue
            if count >= READ or characters + len(text) > CHARACTERS:
                self.more = True
                return
            count, characters = count + 1, characters + len(text)
            yield bulletin, text


def effects(changes: Own) -> Effects:
    """What the changes would do to bulletins that wait for review."""
    found = Effects()
    waiting = _Texts(Bulletin.State.WAITING, _words(changes))
    present, would = cache(tables.of_the_city), tables.trial(changes)
    for bulletin, text in waiting:
        now, then = _figures(bulletin, text, present), _figures(bulletin, text, would)
        both = now.keys() & then.keys()
        changed = sum(_said(now[span]) != _said(then[span]) for span in both)
        new, gone = len(then) - len(both), len(now) - len(both)
        found = Effects(
            found.read + 1,
            found.touched + bool(changed or new or gone),
            found.changed + changed,
            found.new + new,
            found.gone + gone,
        )
    return Effects(found.read, found.touched, found.changed, found.new, found.gone, waiting.more)


@dataclass
class Closed:
    """What would become of numbers taken in closed bulletins: how many more would be read as what they were taken for; the
    bulletins in which one would be read no more, and those in which one that is read rightly would be read otherwise."""

    gained: int = 0
    lost: list[Bulletin] = field(default_factory=list)
    wronged: list[Bulletin] = field(default_factory=list)


def closed(changes: Own) -> Closed:
    """What the changes would do to closed bulletins in which a changed word stands."""
    present, would, found = cache(tables.of_the_city), tables.trial(changes), Closed()
    kept = (Proposal.State.ACCEPTED, Proposal.State.EDITED)
    for bulletin, text in _Texts(Bulletin.State.CLOSED, _words(changes)):
        rows = Proposal.objects.filter(entry__bulletin=bulletin, state__in=kept).values_list(
            "start", "end", "indicator"
        )
        decided = {(start, end): key for start, end, key in rows}
        now, then = _figures(bulletin, text, present), _figures(bulletin, text, would)
        if any(span in now and span not in then for span in decided):
            found.lost.append(bulletin)
        before, after = _rightly(decided, now), _rightly(decided, then)
        found.gained += len(after - before)
        if before - after:
            found.wronged.append(bulletin)
    return found


def _rightly(decided: Mapping[Span, str], read_: Mapping[Span, Figure]) -> set[Span]:
    """The numbers whose indicator is read as it was decided."""
    return {span for span, key in decided.items() if key and span in read_ and read_[span].indicator == key}


def must_not_lose(changes: Own) -> None:
    """No decided number of a closed bulletin may become one that is not read any more. Raises Refusal that names them."""
    refuse_lost(closed(changes))


def refuse_lost(found: Closed) -> None:
    """Raises Refusal."""
    if found.lost:
        raise Refusal(
            f"这样改，{len(found.lost)} 份已核来稿里采过的数就读不出来了：{named(found.lost)}；不能这样改。",
            rule="已核不失",
            field="word",
        )


def named(bulletins: Sequence[Bulletin]) -> str:
    """The first of them by sender and day."""
    return "、".join(f"{one.unit.name}（{one.covers}）" for one in bulletins[:5])


def must_come_back(changes: Own) -> None:
    """What the tables word must still be read as what it is: a row that fails may not be saved. Raises Refusal."""
    now, then = tables.of_the_city(), tables.tried(changes)
    words, own = _words(changes), {key for (table, key), values in changes.items() if table == "catalogue" and values}
    for key, row in keyed(then, "catalogue").items():
        if not isinstance(row, Indicator) or not row.noun or not (key in own or words.find(_sentences(row))):
            continue
        failed = _unread(row, then)
        if failed and (key in own or not _unread(now.indicators.get(row.id, row), now)):
            raise Refusal(f"写成的句子「{failed}」读不回「{row.name}」；请改用词再存。", rule="写读一致", field="noun")


def _sentences(row: Indicator) -> str:
    return "".join(realise("", [Fact(row, value)]).text for value in SAMPLES)


def _unread(row: Indicator, words: Tables) -> str:
    """The first of a row's sentences that does not come back as what it says; empty where all do."""
    for value in SAMPLES:
        said = realise("", [Fact(row, value)]).text
        found = read(said, words, kind="work_bulletin").figures
        if [(one.indicator, one.value, one.unit) for one in found] != [(row.id, value, row.measure)]:
            return said
    return ""


def _figures(bulletin: Bulletin, text: str, words: Words) -> dict[Span, Figure]:
    return {(one.start, one.end): one for one in reading.read_again(bulletin, text, words).figures}


def _said(one: Figure) -> tuple[object, ...]:
    return one.indicator, one.unit


def _text(bulletin: Bulletin) -> str:
    """The text as it came; nothing where it was erased on time, or cannot be read any more."""
    try:
        return texts.text_in(bulletin.envelope)
    except (KeyGone, Refusal):
        return ""


def _words(changes: Own) -> Literals:
    """The words of the rows that change, as they are and as they would be."""
    held = {table: tables.rows_of(table) for table in {table for table, _key in changes}}
    found: set[str] = set()
    for (table, key), values in changes.items():
        found |= words_of(table, values or {}) | words_of(table, held[table].get(key, {}))
    return Literals(found)


_WORDS: Mapping[str, tuple[str, ...]] = {
    "measure": ("word",),
    "place": ("name",),
    "alias": ("name",),
    "body": ("name", "aliases"),
    "verb": ("word",),
    "idiom": ("word",),
    "goods": ("item",),
    "catalogue": ("all_of",),
}


def words_of(table: str, values: Values) -> set[str]:
    """The words by which a row is met in a text; names of a place with it, which another row may give."""
    return set(_split(values.get(name, "") for name in _WORDS[table]))


def _split(cells: Iterable[str]) -> Iterator[str]:
    for cell in cells:
        for group in cell.split(GROUPED):
            yield from (word for word in group.split(LISTED) if word)

"""What the rules of the selection (凡例) propose for the chronicle: which entries qualify, as what, why, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from shichen.batches import batches
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.indicators.models import Use
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.publications.chronicle import claims, qualifying, ranks
from shichen.publications.chronicle.claims import plainly
from shichen.publications.chronicle.dating import dates_of_line
from shichen.publications.chronicle.qualifying import Hit, Span
from shichen.publications.chronicle.selecting import pattern
from shichen.publications.chronicle.wording import likeness, worded
from shichen.publications.items import Item, Spanned, with_figures
from shichen.publications.rules import ChronicleRules, rules
from shichen.refusal import Refusal
from shichen.registers.measures import queries as measures

ONE_DAY = timedelta(days=1)
CHUNK = 2_000
LONGEST_PHRASE = 60
LONGEST_CLAUSE = 14  # characters that print bold as a whole
CLAUSE_MARKS = "，。；：,;\n"


@dataclass(frozen=True)
class Proposal:
    """An entry that qualifies, worded as a line; `alike` is the one beside it that tells the same event."""

    entry: Entry
    hits: tuple[Hit, ...]
    item: Item
    alike: Entry | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hit.rule.kind for hit in self.hits))

    @property
    def reason(self) -> str:
        return self.hits[0].reason

    @property
    def shown(self) -> str:
        return self.hits[0].shown

    @property
    def tells(self) -> set[tuple[str, ...]]:
        return {hit.tells for hit in self.hits if hit.tells}


def of(first: date, last: date, sight: Sight, *, marked: bool = False) -> list[Proposal]:
    """What the rules propose for the dates from `first` to `last`, in the order of the log.

    Entries that stand in the chronicle already are left out, unless `marked` asks what the rules would say of them too.
    """
    rule = rules().chronicle
    return alike(judged(standing(first, last, sight, rule, marked=marked), rule), rule)


def judged(entries: Iterable[Entry], rule: ChronicleRules) -> list[Proposal]:
    """The entries for which at least one rule holds, each with all the rules that do."""
    held = list(entries)
    wanted = ranks.named_by(rule.selection) | claims.keys_of(rule.claims)
    wanted |= {use.figure.key for entry in held for use in entry.uses.all() if claims.made_in(entry.text, rule.claims)}
    latest = max((entry.page_day for entry in held), default=date.min)
    standing = ranks.among(wanted, {use.figure.area for entry in held for use in entry.uses.all()}, latest)
    found = []
    for entry in held:
        held_for = qualifying.hits(qualifying.read(entry, standing, rule), standing, rule)
        if held_for:
            found.append(Proposal(entry, tuple(held_for), _item(entry, held_for, rule)))
    return found


@transaction.atomic
def accept(entry: Entry, kind: str, *, key_phrase: str = "", reason: str = "", by: Account) -> Mark:
    """Take an entry into the chronicle as a kind of event, with the words that are printed bold. Raises Refusal."""
    rule = rules().chronicle
    if kind not in rule.keys:
        raise Refusal(f"大事记没有「{kind}」这一类。", field="kind")
    if entry.marks.filter(kind=Mark.Kind.STRUCK).exists():
        raise Refusal(f"{entry.label} 已被划去，不能收入大事记。")
    if entry.marks.filter(kind=Mark.Kind.SIGNIFICANT, detail__in=rule.keys).exists():
        raise Refusal(f"{entry.label} 已收入大事记。")
    phrase = key_phrase.strip()[:LONGEST_PHRASE]
    kept = phrase if phrase in entry.text else ""
    return journal.mark(
        entry,
        Mark.Kind.SIGNIFICANT,
        detail=kind,
        key_phrase=kept,
        reason=reason.strip()[: journal.LONGEST_REASON],
        by=by,
    )


def of_entry(entry: Entry) -> Proposal | None:
    """What the rules say of one entry."""
    found = judged(with_figures(Entry.objects.filter(pk=entry.pk)), rules().chronicle)
    return found[0] if found else None


def standing(first: date, last: date, sight: Sight, rule: ChronicleRules, *, marked: bool) -> list[Entry]:
    """The entries that a rule may hold for: of those dates, not struck, showing a word or a record that a rule asks for."""
    marks = Mark.objects.filter(entry=OuterRef("pk"))
    entries = Entry.objects.within(sight).filter(page_day__gte=first, page_day__lte=last).exclude(kind__in=rule.never)
    entries = entries.filter(~Exists(marks.filter(kind=Mark.Kind.STRUCK)))
    if not marked:
        entries = entries.filter(~Exists(marks.filter(kind=Mark.Kind.SIGNIFICANT, detail__in=rule.keys)))
    asked = sorted(_worth_reading(entries, rule))
    found = (
        with_figures(Entry.objects.filter(pk__in=some)).prefetch_related(measures.of_entries())
        for some in batches(asked, CHUNK)
    )
    return list(chain.from_iterable(found))


def _worth_reading(entries: QuerySet[Entry], rule: ChronicleRules) -> set[int]:
    """A month's log may hold a hundred thousand entries: their words are looked at first, figures and measures for a few."""
    asked = [one.words for one in rule.selection if one.words is not None and not one.record]
    asked += [one for one in (rule.claims.first, rule.claims.extreme) if one is not None]
    shows = pattern(one.pattern for one in asked)  # all in one: a text is read once
    rows = entries.order_by().values_list("pk", "text").iterator(chunk_size=CHUNK) if shows is not None else ()
    found = {pk for pk, text in rows if shows is not None and shows.search(plainly(text))}
    keys = ranks.named_by(rule.selection)
    recorded = measures.told(entries)
    counted = entries.filter(Exists(Use.objects.filter(entry_id=OuterRef("id"), figure__key__in=keys)))
    return found | {*recorded.values_list("pk", flat=True), *counted.values_list("pk", flat=True)}


def _item(entry: Entry, hits: Sequence[Hit], rule: ChronicleRules) -> Item:
    """The line that an entry would make: its wording, its figures, its kinds, the words in bold."""
    uses = tuple(entry.uses.all())
    exact = [hit.span for hit in hits if hit.span != (0, len(entry.text))]
    key = exact[0] if exact else (0, len(entry.text))
    line = worded(entry, uses, key, rule.wording)
    phrase = _phrase(entry, key, rule, uses) if exact else ""
    kinds = tuple(dict.fromkeys(hit.rule.kind for hit in hits))
    return Item(
        entry, line.uses, kinds[:1], phrase if phrase in line.text else "", dates_of_line(entry, line.uses), line.text
    )


def _phrase(entry: Entry, key: Span, rule: ChronicleRules, uses: Sequence[Spanned]) -> str:
    """The bold words: a figure as it is printed, else the clause around the words that showed it, where that is short."""
    start, end = key
    if any(use.start <= start and end <= use.end for use in uses):
        return entry.text[start:end]
    left = max(entry.text.rfind(mark, 0, start) for mark in CLAUSE_MARKS) + 1
    rights = [found for mark in CLAUSE_MARKS if (found := entry.text.find(mark, end)) >= 0]
    clause = entry.text[left : min(rights, default=len(entry.text))].strip()
    for head in (entry.unit_text, *rule.wording.our_city):
        clause = clause.removeprefix(head) if head else clause
    return clause if len(clause) <= LONGEST_CLAUSE else entry.text[start:end]


def alike(found: Sequence[Proposal], rule: ChronicleRules) -> list[Proposal]:
    """Of proposals that tell the same event the plainest stands first; the others name it (一事一条)."""
    plainest = sorted(
        found, key=lambda one: (one.entry.kind == Entry.Kind.ACT, one.hits[0].rule.number, len(one.item.text))
    )
    kept: list[Proposal] = []
    same: dict[int, Entry] = {}
    for one in plainest:
        other = next((two for two in kept if _tell_the_same(one, two, rule)), None)
        if other is None:
            kept.append(one)
        else:
            same[one.entry.seq] = other.entry
    return [replace(one, alike=same.get(one.entry.seq)) for one in found]


def _tell_the_same(one: Proposal, other: Proposal, rule: ChronicleRules) -> bool:
    apart = abs(one.entry.page_day - other.entry.page_day)
    if one.tells & other.tells and apart <= 2 * ONE_DAY:
        return True
    if apart > ONE_DAY or not set(one.kinds) & set(other.kinds):
        return False
    return likeness(one.item.text, other.item.text) >= rule.wording.alike

"""What the rules of the selection (凡例) propose for the chronicle: which entries qualify, as what, why, in which words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import chain

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from shichen.bulletins import tables
from shichen.city.models import Account
from shichen.city.scope import Sight
from shichen.indicators.declare import known
from shichen.indicators.models import Use
from shichen.indicators.telling import plain
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.publications.chronicle import claims, ranks
from shichen.publications.chronicle.claims import Claim, Proof, State, plainly, untitled
from shichen.publications.chronicle.dating import dates_of_line
from shichen.publications.chronicle.ranks import Ranks
from shichen.publications.chronicle.selecting import Select, pattern
from shichen.publications.chronicle.wording import likeness, worded
from shichen.publications.items import Item, Spanned, with_figures
from shichen.publications.rules import ChronicleRules, rules
from shichen.refusal import Refusal
from shichen.registers.measures import queries as measures
from shichen.registers.measures.models import Measure
from shichen.web.sentences import said

ONE_DAY = timedelta(days=1)
CHUNK = 2_000
LONGEST_PHRASE = 60
LONGEST_CLAUSE = 14  # characters that print bold as a whole
CLAUSE_MARKS = "，。；：,;\n"
CLAIMED = {"proven": State.PROVEN, "claimed": State.UNPROVEN}
Span = tuple[int, int]


@dataclass(frozen=True)
class Hit:
    """One rule that holds for an entry: the words that show it, what the records say, which event it is."""

    rule: Select
    span: Span
    proof: str = ""
    tells: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """By which rule, as it is kept with the mark."""
        return f"凡例第{self.rule.number}条：{self.rule.zh}" + (f"；{self.proof}" if self.proof else "")

    @property
    def shown(self) -> str:
        """The same in the language of the page."""
        rule = _("凡例第%(n)s条：%(rule)s") % {"n": self.rule.number, "rule": self.rule.says}
        return f"{rule}{_('；')}{said(self.proof)}" if self.proof else rule


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


@dataclass(frozen=True)
class Read:
    """An entry as the rules read it: its words without titles and without what has not happened, its measures, its claims."""

    entry: Entry
    plain: str
    whole: str
    measures: tuple[Measure, ...]
    proofs: tuple[tuple[Claim, Proof], ...]


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
        read = _read(entry, standing, rule)
        hits = [hit for one in rule.selection if (hit := _holds(one, read, standing)) is not None]
        hits = [hit for hit in hits if _within(hit.rule, entry, rule)]
        if hits:
            found.append(Proposal(entry, tuple(hits), _item(entry, hits, rule)))
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
    chunks = (asked[at : at + CHUNK] for at in range(0, len(asked), CHUNK))
    found = (
        with_figures(Entry.objects.filter(pk__in=chunk)).prefetch_related(measures.of_entries()) for chunk in chunks
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


def _read(entry: Entry, standing: Ranks, rule: ChronicleRules) -> Read:
    full = plainly(entry.text)
    plain = _without_unit(untitled(full), entry)
    happened, whole = _happened(plain, plain, rule), _happened(full, plain, rule)
    uses = list(entry.uses.all())
    made = claims.made_in(entry.text, rule.claims)
    proofs = tuple((one, claims.prove(entry, entry.text, one, uses, standing, rule)) for one in made)
    return Read(entry, happened, whole, tuple(measures.resting_on(entry)), proofs)


def _without_unit(text: str, entry: Entry) -> str:
    """A text in which its own unit's name is blanked out: 督导问责组 does not say that anybody was held to account."""
    name = entry.unit_text
    return text.replace(name, "□" * len(name)) if len(name) > 2 else text


def _happened(text: str, plain: str, rule: ChronicleRules) -> str:
    """A text in which what is planned or asked of others is blanked out."""
    if rule.within.not_yet is None:
        return text
    blanked = list(text)
    for match in rule.within.not_yet.finditer(plain):
        blanked[match.start() : match.end()] = "○" * (match.end() - match.start())
    return "".join(blanked)


def _within(rule: Select, entry: Entry, all_rules: ChronicleRules) -> bool:
    """Whether an entry is of a body and a topic that make lines; a first of its kind is, whoever tells it."""
    scope = all_rules.within
    if rule.kind in scope.always:
        return True
    return entry.unit.kind not in scope.not_bodies and entry.topic not in scope.not_topics


def _holds(rule: Select, read: Read, standing: Ranks) -> Hit | None:
    """A rule that holds for an entry, all of it."""
    entry = read.entry
    if entry.kind == Entry.Kind.ACT and not rule.acts:
        return None
    if (rule.topics and entry.topic not in rule.topics) or entry.topic in rule.not_topics:
        return None
    span = _words(rule, read)
    if span is None or not _bears(rule, entry):
        return None
    return _by_record(rule, read, standing) if rule.record else Hit(rule, _figure_span(rule, entry) or span)


def _words(rule: Select, read: Read) -> Span | None:
    text = read.whole if rule.titles else read.plain
    if rule.without is not None and rule.without.search(text):
        return None
    if rule.words is None:
        return 0, len(text)
    found = rule.words.search(text)
    return (found.start(), found.end()) if found else None


def _bears(rule: Select, entry: Entry) -> bool:
    """Whether the entry bears the figures that the rule asks for, large enough, of the right sort."""
    figures = [use.figure for use in entry.uses.all()]
    if rule.figures and not figures:
        return False
    if rule.sorts and not any((one := known().get(f.key)) and str(one.sort) in rule.sorts for f in figures):
        return False
    return not rule.amounts or any(_enough(rule, one.unit, one.value) for one in figures)


def _enough(rule: Select, unit: str, value: Decimal | None) -> bool:
    measure = tables.of_the_city().measure.get(unit)
    least = rule.amounts.get(measure.dimension) if measure else None
    return least is not None and value is not None and value * (measure.factor if measure else 1) >= least


def _by_record(rule: Select, read: Read, standing: Ranks) -> Hit | None:
    if rule.record in CLAIMED:
        held = ((claim, proof) for claim, proof in read.proofs if proof.state == CLAIMED[rule.record])
        found = next(((claim, proof) for claim, proof in held if not claim.extreme), None)
        return Hit(rule, (found[0].start, found[0].end), found[1].why, found[1].tells) if found else None
    if rule.record in ("first", "crosses"):
        return _by_figure(rule, read, standing)
    told = next((one for one in read.measures if rule.measures_of(one.kind) and _turn(one) == rule.record), None)
    return Hit(rule, (0, len(read.entry.text)), f"措施记录「{told.label}」") if told else None


def _turn(one: Measure) -> str:
    """What the record of a measure tells: it begins, is changed, or is eased."""
    if one.replaces_id is None:
        return "begins"
    return "eases" if one.partial else "changes"


def _by_figure(rule: Select, read: Read, standing: Ranks) -> Hit | None:
    for use in read.entry.uses.all():
        figure = use.figure
        if not rule.counts(figure.key) or figure.value is None:
            continue
        point = ranks.point_of(figure).said
        if rule.record == "first" and standing.is_first_above_nought(figure):
            tells = ("first", figure.key, figure.area_id, "False")
            return Hit(rule, (use.start, use.end), f"第一个是{point}", tells)
        reached = standing.crossed(figure, rule.milestones) if rule.record == "crosses" else None
        if reached is not None:
            tells = ("crosses", figure.key, figure.area_id, str(reached))
            return Hit(rule, (use.start, use.end), f"越过{plain(reached)}：{point}", tells)
    return None


def _figure_span(rule: Select, entry: Entry) -> Span | None:
    """Where the figure stands for which a rule holds: the key of the line."""
    for use in entry.uses.all():
        one = known().get(use.figure.key)
        sorted_so = one is not None and str(one.sort) in rule.sorts
        if sorted_so or (rule.amounts and _enough(rule, use.figure.unit, use.figure.value)):
            return use.start, use.end
    return None


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

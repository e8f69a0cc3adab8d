"""Which rules of the selection (凡例) hold for an entry: by its words, by the figures it bears, by what the records prove."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from shichen.bulletins import tables
from shichen.indicators.declare import known
from shichen.indicators.telling import plain
from shichen.journal.models import Entry
from shichen.publications.chronicle import claims, ranks
from shichen.publications.chronicle.claims import Claim, Proof, State, plainly, untitled
from shichen.publications.chronicle.ranks import Ranks
from shichen.publications.chronicle.selecting import Select
from shichen.publications.rules import ChronicleRules
from shichen.registers.measures import queries as measures
from shichen.registers.measures.models import Measure
from shichen.web.sentences import said

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
class Read:
    """An entry as the rules read it: its words without titles and without what has not happened, its measures, its claims."""

    entry: Entry
    plain: str
    whole: str
    measures: tuple[Measure, ...]
    proofs: tuple[tuple[Claim, Proof], ...]


def read(entry: Entry, standing: Ranks, rule: ChronicleRules) -> Read:
    full = plainly(entry.text)
    plain = _without_unit(untitled(full), entry)
    happened, whole = _happened(plain, plain, rule), _happened(full, plain, rule)
    uses = list(entry.uses.all())
    made = claims.made_in(entry.text, rule.claims)
    proofs = tuple((one, claims.prove(entry, entry.text, one, uses, standing, rule)) for one in made)
    return Read(entry, happened, whole, tuple(measures.resting_on(entry)), proofs)


def hits(read: Read, standing: Ranks, rule: ChronicleRules) -> list[Hit]:
    """The rules that hold for an entry and make a line of it."""
    held = (hit for one in rule.selection if (hit := _holds(one, read, standing)) is not None)
    return [hit for hit in held if _within(hit.rule, read.entry, rule)]


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

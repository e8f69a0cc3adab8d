"""What stands against a chronicle before it is signed: lines that do not agree with one another or with the register."""

from __future__ import annotations

from collections.abc import Iterator

from shichen.publications.chronicle import claims, ranks
from shichen.publications.chronicle.claims import State
from shichen.publications.chronicle.lines import Line, Look, of_chronicle, of_slots
from shichen.publications.chronicle.lines_of_figures import (
    falling_totals,
    flows_not_told,
    one_figure_two_dates,
    sums_in_a_sentence,
)
from shichen.publications.chronicle.lines_of_measures import begun_twice, ended_unbegun, skipped_numbers
from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.chronicle.wording import likeness
from shichen.publications.models import Edition, Slot
from shichen.publications.objecting import Finding, Objection
from shichen.publications.places import named
from shichen.publications.rules import rules

NEAR = 2  # days apart within which two lines are compared word for word


def unproven_firsts(lines: list[Line]) -> Iterator[Objection]:
    """首例, 首次, 最大: said without the register or the ledger proving it; both dates of the figure are named."""
    rule = rules().chronicle
    made = [(line, claim) for line in lines for claim in claims.made_in(line.text, rule.claims)]
    if not made:
        return
    keys = claims.keys_of(rule.claims) | {span.figure.key for line, _claim in made for span in line.uses}
    standing = ranks.among(keys, [line.entry.area for line, _claim in made], max(line.on for line, _claim in made))
    for line, claim in made:
        proof = claims.prove(line.entry, line.text, claim, line.uses, standing, rule)
        if proof.state != State.PROVEN:
            dates = f"（{line.note}）" if line.note and proof.tells else ""
            sentence = f"{named(line.place)}「{_clause(line, claim.start, claim.end)}」{dates}：{proof.why}。"
            key = f"first:{line.entry.id}:{claim.word}"
            yield Objection(key, sentence, line.place, f"/log/{line.entry.id}/", lines=(line.shown(),))


def _clause(line: Line, start: int, end: int) -> str:
    """The words between marks around a claim."""
    left = max(line.text.rfind(mark, 0, start) for mark in "，。；,;\n") + 1
    rights = [at for mark in "，。；,;\n" if (at := line.text.find(mark, end)) >= 0]
    return line.text[left : min(rights, default=len(line.text))]


def lines_alike(lines: list[Line]) -> Iterator[Objection]:
    """Two lines of the same days that say nearly the same; one of them may have slipped in."""
    least = rules().chronicle.checks.alike
    for position, line in enumerate(lines):
        for other in lines[max(0, position - 60) : position]:
            same = "".join(line.text.split()) == "".join(other.text.split())
            if same or (line.on - other.on).days > NEAR or likeness(line.text, other.text) < least:
                continue
            sentence = f"{named(other.place)}「{other.text[:20]}…」与{named(line.place)}「{line.text[:20]}…」几乎相同。"
            key = f"alike:{other.entry.id}:{line.entry.id}"
            yield Objection(key, sentence, line.place, f"/log/{line.entry.id}/", lines=(other.shown(), line.shown()))


LOOKS_AT_LINES: tuple[Look, ...] = (
    flows_not_told,
    falling_totals,
    one_figure_two_dates,
    sums_in_a_sentence,
    unproven_firsts,
    begun_twice,
    ended_unbegun,
    skipped_numbers,
    lines_alike,
)


def of_the_page(chronicle: Chronicle) -> list[Objection]:
    """What stands against the chronicle as the log gives it now, by date; a date without a line among it."""
    lines = of_chronicle(chronicle)
    found = [one for look in LOOKS_AT_LINES for one in look(lines)]
    found += [
        Objection(f"untreated:{day}", f"{named(day.isoformat())}没有条目。", day.isoformat()) for day in chronicle.empty
    ]
    return sorted(found, key=lambda one: one.place)


def _of_draft(look: Look) -> Finding:
    """A check of lines as a check of an edition: a day page has no lines of this kind."""

    def finding(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
        if edition.kind == Edition.Kind.CHRONICLE:
            yield from look(of_slots(slots))

    return finding


LOOKS: tuple[Finding, ...] = tuple(_of_draft(look) for look in LOOKS_AT_LINES)

"""Words that tell some subjects from others (分辨): what all of them share and none of the others has, as a row of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

FEWEST = 2
"""A single character would be met everywhere."""
LONGEST, MOST = 24, 60
Words = tuple[str, ...]


def shared(subjects: Sequence[str]) -> list[str]:
    """The longest runs of Chinese characters that every subject has, the longer first."""
    if not subjects:
        return []
    first, *others = (subject[:MOST] for subject in sorted(set(subjects), key=lambda one: (len(one), one)))
    found: list[str] = []
    for start, end in _spans(first):
        run = first[start:end]
        if all(map(_chinese, run)) and all(run in other for other in others) and not any(run in one for one in found):
            found.append(run)
    return found


def separating(subjects: Sequence[str], others: Sequence[str], verbs: Sequence[str] = ()) -> Iterator[Words]:
    """Rows of words that all subjects have and none of the others has whole, the shortest first.

    A subject is a verb and what it is done to: two words, how it begins and how it ends, say more than one and come first.
    """
    rows: dict[Words, None] = {}
    for run in shared(subjects):
        opening = _opening(run, verbs)
        ends = [run[-length:] for length in range(FEWEST, min(len(run), LONGEST) + 1)]
        rows |= dict.fromkeys((opening, end) for end in ends if opening and len(opening) + len(end) <= len(run))
        rows |= dict.fromkeys((end,) for end in ends)
    for row in sorted(rows, key=_plainest):
        if not any(all(word in other for word in row) for other in others):
            yield row


def barring(subjects: Sequence[str], others: Sequence[str]) -> str:
    """The shortest word that all subjects have and none of the others: what a row that was wrong must not have; or nothing."""
    for run in shared(subjects):
        for length in range(FEWEST, min(len(run), LONGEST) + 1):
            for start in range(len(run) - length + 1):
                word = run[start : start + length]
                if not any(word in other for other in others):
                    return word
    return ""


def _plainest(row: Words) -> tuple[int, bool, int]:
    """Words of an even number of characters before others: most words have two, and a cut between them is none in one."""
    return -len(row), any(len(word) % 2 for word in row), sum(map(len, row))


def _opening(run: str, verbs: Sequence[str]) -> str:
    """How a subject begins: its verb where that is listed, else its first two characters."""
    listed = [verb for verb in verbs if len(verb) >= FEWEST and run.startswith(verb)]
    return max(listed, key=len, default=run[:FEWEST])


def _spans(text: str) -> Iterator[tuple[int, int]]:
    """All spans of a text that are words, the longer first."""
    for length in range(min(len(text), LONGEST), FEWEST - 1, -1):
        for start in range(len(text) - length + 1):
            yield start, start + length


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"

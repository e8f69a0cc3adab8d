"""What an objection (异议) is: one thing that stands against an edition, the lines it is about, why it was once let pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shichen.publications.models import Edition, Slot


@dataclass(frozen=True)
class Line:
    """A line that an objection is about, as it stands: where, in what words, where to read it."""

    place: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Passed:
    """Why an objection was let pass in an earlier edition, and by whom; it is shown, and not asked again."""

    reason: str
    by: str
    edition: str


@dataclass(frozen=True)
class Objection:
    """One thing that stands against an edition. A hard one cannot be let pass; `href` leads to where it is mended.

    `lines` are the lines side by side that do not agree; `covers` the keys of objections that this one says better.
    """

    key: str
    sentence: str
    place: str
    href: str = ""
    hard: bool = False
    lines: tuple[Line, ...] = ()
    covers: tuple[str, ...] = ()
    passed: Passed | None = None


Finding = Callable[[Edition, list[Slot]], Iterator[Objection]]

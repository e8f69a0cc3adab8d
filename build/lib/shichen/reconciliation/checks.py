"""Checks (核对): functions that compare what should agree and yield what they found, good and bad."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shichen.reconciliation.changes import Changes


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, what it says, where it stands."""

    label: str
    value: str
    href: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"label": self.label, "value": self.value, "href": self.href}


@dataclass(frozen=True)
class Finding:
    """What one comparison found. `explained` is the reason that a rule itself gives; such a gap is shown, not asked.

    `about` says what is compared, without its numbers: the same comparison found with other numbers is the same matter.
    Where it is empty the numbers are the matter. `weight` is how many comparisons stand behind one line of those that agree.
    """

    family: str
    rule: str
    title: str
    sides: tuple[Side, ...]
    ok: bool = False
    explained: str = ""
    owner: str = ""
    about: str = ""
    weight: int = 1

    @property
    def matter(self) -> str:
        """What is compared: one matter is one work item, whatever its numbers become."""
        return matter(self.family, self.rule, self.about) if self.about else self.signature

    @property
    def signature(self) -> str:
        """The same gap, found again, is known by it: what was once accepted is not asked twice.

        Where a side stands does not count: a figure that was frozen anew with the same value is the same gap.
        """
        return _digest([self.family, self.rule, self.about, *(f"{side.label}={side.value}" for side in self.sides)])


@dataclass(frozen=True)
class Looked:
    """What a check of changes found about one subject that it looked at again; nothing, where all is well or it is gone."""

    subject: str
    findings: tuple[Finding, ...] = ()


Check = Callable[[], Iterable[Finding]]
ChangeCheck = Callable[[Changes], Iterable[Looked]]
_CHECKS: dict[str, Check] = {}
_OF_CHANGES: dict[str, ChangeCheck] = {}


def check(function: Check) -> Check:
    """Declare a function that compares something and yields what it found, good and bad."""
    _CHECKS[_name(function)] = function
    return function


def check_changes(function: ChangeCheck) -> ChangeCheck:
    """Declare a function that looks only at what changed since the last round; what it found before stays found."""
    _OF_CHANGES[_name(function)] = function
    return function


def checks() -> dict[str, Check]:
    """Every check that looks at all there is, in the order in which they run."""
    return dict(sorted(_CHECKS.items()))


def checks_of_changes() -> dict[str, ChangeCheck]:
    return dict(sorted(_OF_CHANGES.items()))


def matter(family: str, rule: str, about: str) -> str:
    """How a comparison is known, so that one check can ask what became of another's."""
    return _digest([family, rule, about])


def _digest(said: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _name(function: Callable[..., object]) -> str:
    return f"{function.__module__.removeprefix('shichen.')}.{function.__name__}"

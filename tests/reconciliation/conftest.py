"""Checks of the tests' own, in place of those of the house."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shichen.reconciliation import checks
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.checks import Finding, Looked


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the only check there is will find."""
    findings: list[Finding] = []

    def look() -> Iterator[Finding]:
        """只此一项。"""
        yield from findings

    monkeypatch.setattr(checks, "_CHECKS", {"tests.only": look})
    monkeypatch.setattr(checks, "_OF_CHANGES", {})
    return findings


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Looked]:
    """What the only check of changes there is will find, of the subjects that it looks at."""
    answers: list[Looked] = []

    def look(changes: Changes) -> Iterator[Looked]:
        """只看有改动的。"""
        yield from answers

    monkeypatch.setattr(checks, "_CHECKS", {})
    monkeypatch.setattr(checks, "_OF_CHANGES", {"tests.only_changes": look})
    return answers

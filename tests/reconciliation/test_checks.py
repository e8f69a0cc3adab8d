"""检查: what a finding is known by, and that every check says what it compares."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import shichen.city
from shichen.reconciliation import checks, running
from shichen.reconciliation.checks import Finding
from shichen.reconciliation.queries import NAMES
from tests.reconciliation.made import gap


class TestWhatAFindingIsKnownBy:
    def test_the_signature_knows_every_part_of_the_evidence(self) -> None:
        signatures = {
            gap().signature,
            gap("16").signature,
            Finding("sum", "other", "", gap().sides).signature,
            Finding("part", "r", "", gap().sides).signature,
            Finding("sum", "r", "", gap().sides[:1]).signature,
            gap(about="2月2日").signature,
        }
        assert len(signatures) == 6
        assert gap().signature == gap(ok=True).signature

    def test_a_figure_frozen_anew_with_the_same_value_is_the_same_gap(self) -> None:
        assert gap(href="/figures/1/").signature == gap(href="/figures/2/").signature

    def test_one_matter_has_many_gaps(self) -> None:
        assert gap(about="2月2日").matter == gap("16", about="2月2日").matter
        assert gap(about="2月2日").matter != gap(about="2月3日").matter

    def test_where_the_numbers_are_the_matter_another_number_is_another_matter(self) -> None:
        assert gap().matter != gap("16").matter
        assert gap().matter == replace(gap(), title="换一句话").matter


def test_every_check_says_in_its_docstring_what_should_agree() -> None:
    functions = {**checks.checks(), **checks.checks_of_changes()}
    assert len(functions) > 25
    for name, function in functions.items():
        assert function.__doc__, name


def test_every_family_that_a_check_names_has_its_words() -> None:
    source = Path(shichen.city.__file__).parents[1]
    named = {
        family
        for path in source.rglob("*.py")
        if "reconciliation.checks import" in path.read_text(encoding="utf-8")
        for family in re.findall(r'\bFinding\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert len(named) > 18
    assert named <= set(NAMES)


@pytest.mark.django_db
def test_an_empty_ledger_raises_nothing_but_the_citys_own_names() -> None:
    """The profile of the demonstration holds a renamed body and a seat with two holders; nothing else is there yet."""
    families = {finding.family for finding in running.findings() if not finding.ok}
    assert families <= {"issuer", "single_seat", "names"}

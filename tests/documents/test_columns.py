"""Columns as wide as their text asks for, so that the page is low; none so narrow that it cannot be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.documents.columns import NARROWEST, shares
from shichen.documents.paper import Row
from tests.documents.made import said

lengths = st.lists(st.integers(0, 300), max_size=48)


def row(*lengths: int) -> Row:
    return Row("子", "", tuple((said("字" * length),) if length else () for length in lengths))


def test_equal_columns_stay_equal_and_an_empty_page_too() -> None:
    assert shares([row(20, 20, 20, 20)], 4, across=112) == (0.25, 0.25, 0.25, 0.25)
    assert shares([], 4, across=112) == (0.25, 0.25, 0.25, 0.25)


def test_the_fuller_column_is_the_wider_one() -> None:
    found = shares([row(200, 40, 20, 20), row(180, 60, 0, 20)], 4, across=112)
    assert found[0] > found[1] >= NARROWEST
    assert found[0] > 0.35


@given(lengths)
def test_they_fill_the_page_and_none_is_too_narrow(given_lengths: list[int]) -> None:
    rows = [row(*given_lengths[at : at + 4]) for at in range(0, len(given_lengths) - 3, 4)]
    found = shares(rows, 4, across=112)
    assert sum(found) == pytest.approx(1, abs=0.01)
    assert min(found) >= NARROWEST - 0.001

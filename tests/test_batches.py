"""A long row of keys in parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shichen.batches import batches


@given(st.lists(st.integers()), st.integers(1, 9))
def test_every_key_comes_once_in_its_order_and_no_part_is_too_long(keys: list[int], most: int) -> None:
    parts = list(batches(keys, most))
    assert [key for part in parts for key in part] == keys
    assert all(0 < len(part) <= most for part in parts)
    assert all(len(part) == most for part in parts[:-1])

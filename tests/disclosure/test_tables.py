"""Suppression and audit of tables, judged by trying every table that fits what was printed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shichen.disclosure.audit import NOTHING, Mark, Told, audit, known
from shichen.disclosure.suppression import primary, rounded, suppress
from shichen.disclosure.tables import Key, Table, running, two_way

K = 5
SLACK = 6  # how far beyond its own value a cell is tried: more than the audit ever asks for
COUNTS = st.one_of(st.integers(0, 4), st.integers(0, 9))


def rows(height: int, width: int) -> st.SearchStrategy[list[list[int]]]:
    return st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=height, max_size=height)


def tables_that_fit(table: Table, spans: Mapping[Key, tuple[int, int]]) -> Iterator[dict[Key, int]]:
    """Every table whose sums hold and whose cells lie within their spans, found by trying: no flows, no cleverness."""
    sums: dict[int, list[tuple[Key, int]]] = defaultdict(list)
    for cell in table.cells:
        sums[cell.tail].append((cell.key, -1))
        sums[cell.head].append((cell.key, 1))
    values = {key: low for key, (low, high) in spans.items() if low == high}
    free = [cell.key for cell in table.cells if cell.key not in values]

    def settled(key: Key) -> bool:
        for row in sums.values():
            whole = any(one == key for one, _ in row) and all(one in values for one, _ in row)
            if whole and sum(values[one] * way for one, way in row):
                return False
        return True

    def forced(key: Key) -> range:
        """The values left by a sum of which everything else is settled; else all of its span."""
        low, high = spans[key]
        for row in sums.values():
            mine = [way for one, way in row if one == key]
            if mine and all(one in values for one, _ in row if one != key):
                rest = sum(values[one] * way for one, way in row if one != key)
                value = -rest * mine[0]
                return range(value, value + 1) if low <= value <= high else range(0)
        return range(low, high + 1)

    def search(place: int) -> Iterator[dict[Key, int]]:
        if place == len(free):
            yield dict(values)
            return
        key = free[place]
        for value in forced(key):
            values[key] = value
            if settled(key):
                yield from search(place + 1)
            del values[key]

    yield from search(0)


def feasible(table: Table, marks: Mapping[Key, Mark], told: Told = NOTHING) -> dict[Key, set[int]]:
    """The values that each hidden cell has in some table that fits, tried up to `SLACK` beyond its own."""
    spans = {}
    for cell in table.cells:
        low, high = known(cell, table, marks, K, told)
        spans[cell.key] = (max(low, cell.value - SLACK), min(high, cell.value + SLACK))
    found: dict[Key, set[int]] = {key: set() for key, (low, high) in spans.items() if low < high}
    for one in tables_that_fit(table, spans):
        for key in found:
            found[key].add(one[key])
    return found


def given_away(table: Table, marks: Mapping[Key, Mark], told: Told = NOTHING) -> set[Key]:
    """The small cells that have a single value in every table that fits."""
    found = feasible(table, marks, told)
    small = {cell.key for cell in table.cells if 0 < cell.value < K and cell.key not in told.exactly}
    return {key for key, values in found.items() if key in small and len(values) == 1}


def random_marks(table: Table, seed: int) -> dict[Key, Mark]:
    """Any marks: the small cells hidden one way or the other, of the rest a few."""
    dice, marks = random.Random(seed), {}
    for cell in table.cells:
        if 0 < cell.value < K:
            marks[cell.key] = dice.choice([Mark.FEW, Mark.WITHHELD])
        elif dice.random() < 0.2:
            marks[cell.key] = Mark.WITHHELD
    return marks


class TestAudit:
    @settings(max_examples=60, deadline=None)
    @given(rows(3, 3), st.integers(0, 10_000))
    def test_it_never_calls_safe_what_trying_everything_gives_away(self, counts: list[list[int]], seed: int) -> None:
        table = two_way(counts)
        marks = random_marks(table, seed)
        if sum(key not in marks for key in table.values) < 9:
            marks = {key: mark for key, mark in marks.items() if key[0] == "cell"}
        if not audit(table, marks, K):
            assert given_away(table, marks) == set()

    @settings(max_examples=60, deadline=None)
    @given(rows(3, 3))
    def test_its_bounds_are_exactly_those_of_trying_everything(self, counts: list[list[int]]) -> None:
        table = two_way(counts)
        marks = {key: mark for key, mark in primary(table, K).items() if key[0] == "cell"}
        found = feasible(table, marks)
        cells = {one.keys[0]: (one.low, one.high) for one in audit(table, marks, K) if len(one.keys) == 1}
        for key, values in found.items():
            assert cells.get(key, (1, K - 1)) == (min(values), max(values))

    def test_a_bridge_between_two_blocks_is_found_though_no_single_sum_gives_it_away(self) -> None:
        """Each sum has two hidden cells or more; only rows 1 and 2 less columns 1 and 2 give the one between."""
        counts = [[7, 8, 20, 20], [9, 7, 3, 20], [20, 20, 7, 8], [20, 20, 9, 7]]
        hidden = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)]
        marks = {("cell", *one): Mark.WITHHELD for one in hidden} | {("cell", 1, 2): Mark.FEW}
        (found,) = audit(two_way(counts), marks, K)
        assert (found.keys, found.low, found.high) == ((("cell", 1, 2),), 3, 3)

    def test_a_small_count_beside_a_large_one_is_narrowed_by_what_the_marks_say(self) -> None:
        """<5 and 合计 that add up to 6: the large one is 5 at least, so the small one is 1."""
        table = two_way([[1, 5, 30], [30, 30, 30]])
        marks = {("cell", 0, 0): Mark.FEW, ("cell", 0, 1): Mark.WITHHELD}
        marks |= {("cell", 1, 0): Mark.WITHHELD, ("cell", 1, 1): Mark.WITHHELD}
        (found,) = audit(table, marks, K)
        assert found.exact

    def test_cells_whose_sum_is_small_are_given_away_together(self) -> None:
        table = two_way([[1, 2, 30, 30], [30, 30, 30, 30], [1, 2, 30, 30]])
        marks = {("cell", r, c): Mark.WITHHELD for r in (0, 2) for c in (0, 1)}
        assert any(one.keys == (("cell", 0, 0), ("cell", 0, 1)) and one.low == 3 for one in audit(table, marks, K))

    def test_yesterdays_total_and_todays_give_away_what_came_between(self) -> None:
        table = running([[20, 3, 9]])
        marks = {("new", 0, 2): Mark.FEW, ("new", -1, 2): Mark.FEW}
        assert any(one.exact and one.low == 3 for one in audit(table, marks, K))

    def test_so_do_totals_two_days_apart(self) -> None:
        table = running([[20, 1, 2, 40], [20, 9, 9, 9]])
        marks = {("new", 0, 2): Mark.FEW, ("new", 0, 3): Mark.FEW, ("sum", 0, 2): Mark.WITHHELD}
        assert any(one.keys == (("new", 0, 2), ("new", 0, 3)) for one in audit(table, marks, K))

    def test_what_was_told_before_is_known_and_not_found_again(self) -> None:
        table = two_way([[3, 30], [30, 30]])
        told = Told(exactly=frozenset({("cell", 0, 0)}))
        assert audit(table, {("cell", 0, 0): Mark.FEW}, K, told) == []

    def test_what_was_told_before_narrows_its_neighbours(self) -> None:
        table = two_way([[3, 2, 30], [3, 2, 30], [30, 30, 30]])
        marks = {("cell", r, c): Mark.WITHHELD for r in (0, 1) for c in (0, 1)}
        told = Told(exactly=frozenset({("cell", 0, 0)}))
        assert any(one.keys == (("cell", 0, 1),) and one.low == 2 for one in audit(table, marks, K, told))

    def test_a_table_that_does_not_add_up_is_no_table(self) -> None:
        with pytest.raises(ValueError, match="add up"):
            running([[1, 2]], whole=[[1], [1]])


class TestSuppression:
    @settings(max_examples=60, deadline=None)
    @given(rows(3, 4))
    def test_no_small_count_is_printed_and_none_has_a_single_value(self, counts: list[list[int]]) -> None:
        table = two_way(counts)
        made = suppress(table, K)
        assert made.findings == []
        assert all(not 0 < cell.value < K or cell.key in made.marks for cell in table.cells)
        if len(made.marks) < 11:
            assert given_away(table, made.marks) == set()

    @settings(max_examples=40, deadline=None)
    @given(rows(2, 3))
    def test_the_same_for_new_counts_with_running_totals(self, counts: list[list[int]]) -> None:
        table = running(counts)
        made = suppress(table, K)
        assert made.findings == []
        if len(made.marks) < 12:
            assert given_away(table, made.marks) == set()

    @settings(max_examples=30, deadline=None)
    @given(rows(3, 4), st.integers(1, 3))
    def test_a_longer_series_gives_away_nothing_beside_the_shorter_one_before(
        self, counts: list[list[int]], days: int
    ) -> None:
        earlier = running([row[:days] for row in counts])
        before = suppress(earlier, K).marks
        few = frozenset(key for key, mark in before.items() if mark == Mark.FEW)
        told = Told(frozenset(key for key in earlier.values if key not in before), few)
        table = running(counts)
        made = suppress(table, K, told)
        assert made.findings == []
        assert not [key for key in made.marks if key in told.exactly]
        if len(made.marks) < 12:
            assert given_away(table, made.marks, told) == set()

    @settings(max_examples=25, deadline=None)
    @given(rows(3, 3))
    def test_little_is_lost_beyond_the_least_that_would_do(self, counts: list[list[int]]) -> None:
        """Against every choice of cells of a small table, totals kept: at most three cells more are left out."""
        table = two_way(counts)
        made = suppress(table, K)
        cells = [key for key in table.values if key[0] == "cell" and key not in primary(table, K)]
        small = primary(table, K)
        for size in range(len(cells) + 1):
            if any(
                not audit(table, {**small, **dict.fromkeys(some, Mark.WITHHELD)}, K) for some in chosen(cells, size)
            ):
                assert len(made.marks) <= len(small) + size + 3
                return

    def test_noughts_and_large_counts_without_small_ones_are_all_printed(self) -> None:
        assert suppress(two_way([[0, 12], [30, 0]])).marks == {}

    def test_a_day_on_which_the_whole_is_known_and_small_is_not_broken_down(self) -> None:
        """The city's 3 were told by a decision: then no district's count of that day may be, the noughts neither."""
        table = running([[9, 3, 9], [8, 0, 9], [7, 0, 9]])
        told = Told(exactly=frozenset({("new", -1, 2)}))
        made = suppress(table, K, told)
        assert made.findings == []
        assert all(("new", area, 2) in made.marks for area in range(3))

    def test_passings_are_rounded_to_ten(self) -> None:
        assert [rounded(n) for n in (0, 4, 5, 14, 15, 165, 310)] == [0, 0, 10, 10, 20, 170, 310]


def chosen(keys: list[Key], size: int) -> Iterator[tuple[Key, ...]]:
    return combinations(keys, size)


def test_five_hundred_days_by_districts_are_given_away_before_and_none_after() -> None:
    """Here fifty of them; all five hundred are counted by benchmarks/disclosure.py."""
    dice = random.Random(2020)
    before = after = 0
    for _ in range(50):
        counts = [[_cases(dice) for _ in range(7)] for _ in range(9)]
        table = two_way(counts)
        before += any(one.exact for one in audit(table, primary(table, K), K))
        after += bool(suppress(table, K).findings)
    assert before > 45
    assert after == 0


def _cases(dice: random.Random) -> int:
    return dice.choice([0, 0, 1, 2, 3, 5, 8, 13, 21])

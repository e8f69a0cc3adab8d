"""日版：十二时辰、四栏，由日志按凡例取来；空栏照空。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen import watches
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.indicators.models import Figure, Use
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.publications.day import page as daypage
from shichen.publications.items import Item
from tests.conftest import Cast
from tests.made import DAY, NOON, day_of, stated
from tests.publications.made import EVERYWHERE, bind, entry, mark, printed

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def texts(page: daypage.DayPage) -> dict[tuple[str, str], list[str]]:
    return {(cell.watch, cell.column): [item.text for item in cell.items] for cell in page.cells if cell.items}


class TestCells:
    def test_an_empty_day_has_48_cells_and_all_are_blank(self) -> None:
        page = daypage.build(DAY, EVERYWHERE)
        assert (len(page.cells), page.filled, page.blank) == (48, 0, 48)
        assert [row.name for row in page.rows] == list(watches.WATCHES)
        assert page.rows[0].heading == "子时（23～1点）"

    def test_an_entry_stands_in_the_watch_it_was_printed_under_not_the_one_it_came_in(self) -> None:
        printed("全天暗访。", slot="丑", at=NOON)
        assert texts(daypage.build(DAY, EVERYWHERE)) == {("丑", "指挥调度"): ["全天暗访。"]}

    def test_without_a_slot_it_stands_in_its_own_watch(self) -> None:
        printed("午时一事。", slot="")
        assert texts(daypage.build(DAY, EVERYWHERE)) == {("午", "指挥调度"): ["午时一事。"]}

    def test_entries_of_a_cell_stand_in_the_order_of_the_log(self) -> None:
        for text in ("一。", "二。", "三。"):
            printed(text)
        assert texts(daypage.build(DAY, EVERYWHERE))["午", "指挥调度"] == ["一。", "二。", "三。"]

    def test_by_column_reads_each_column_from_zi_to_hai(self) -> None:
        columns = daypage.by_column(daypage.build(DAY, EVERYWHERE))
        assert [column for column, _ in columns] == list(Column.values)
        assert all([cell.watch for cell in cells] == list(watches.WATCHES) for _, cells in columns)
        assert all({cell.column for cell in cells} == {column} for column, cells in columns)


class TestSelection:
    @pytest.mark.parametrize(
        "more",
        [{"column": ""}, {"kind": Entry.Kind.SYSTEM}, {"on": date(2020, 2, 3)}],
        ids=["no column", "system", "other day"],
    )
    def test_not_taken(self, more: dict[str, object]) -> None:
        printed(**more)  # type: ignore[arg-type]
        assert daypage.build(DAY, EVERYWHERE).items == []

    def test_an_entry_nobody_marked_is_not_taken_nor_one_marked_for_the_chronicle(self) -> None:
        entry("未标。", column="指挥调度")
        mark(entry("大事。", column="指挥调度"), "first")
        assert daypage.build(DAY, EVERYWHERE).items == []

    def test_marked_twice_it_stands_once(self) -> None:
        mark(printed(), "day_page")
        assert len(daypage.build(DAY, EVERYWHERE).items) == 1

    def test_a_struck_entry_leaves_the_page_but_not_the_page_as_it_was(self) -> None:
        one = printed()
        journal.strike(one, "重报", by=accounts.system())
        assert daypage.build(DAY, EVERYWHERE).items == []
        assert [item.entry for item in daypage.build(DAY, EVERYWHERE, as_of=NOON + HOUR).items] == [one]

    def test_as_of_a_moment_neither_later_entries_nor_later_marks_count(self) -> None:
        printed("迟来。", at=NOON + 2 * HOUR)
        late = entry("迟标。", column="指挥调度")
        mark(late, "day_page", at=NOON + 2 * HOUR)
        assert daypage.build(DAY, EVERYWHERE, as_of=NOON + HOUR).items == []
        assert len(daypage.build(DAY, EVERYWHERE, as_of=NOON + 3 * HOUR).items) == 2

    def test_a_reporter_sees_the_entries_of_the_own_unit_and_is_told_so(self, cast: Cast) -> None:
        printed("交通。", unit="traffic-safety-group")
        printed("治安。", unit="public-security-group")
        own = daypage.build(DAY, sight(cast.traffic, "view", at=NOON))  # type: ignore[arg-type]
        assert [item.text for item in own.items] == ["交通。"]
        assert not own.whole
        assert daypage.build(DAY, sight(cast.office, "view", at=NOON)).whole  # type: ignore[arg-type]

    def test_the_latest_page_is_the_last_day_with_an_entry_up_to_a_date(self) -> None:
        printed(on=date(2020, 1, 30))
        printed(on=date(2020, 2, 5))
        assert daypage.latest(EVERYWHERE, DAY) == date(2020, 1, 30)
        assert daypage.latest(EVERYWHERE, date(2020, 1, 29)) is None


class TestFigures:
    def test_a_whole_day_figure_is_of_the_civil_day_though_the_page_runs_from_23_to_23(self) -> None:
        one = printed("查车30台次。")
        bind(one, stated(30, "台次"), "30台次")
        page = daypage.build(DAY, EVERYWHERE)
        assert [figure.period_from for figure in page.civil] == [day_of(DAY).start]
        assert page.period == watches.whole(DAY, watches.PAGE) != day_of(DAY)

    def test_a_figure_without_a_period_is_of_no_day(self) -> None:
        assert not daypage.is_civil_day(stated(3, "个", day=None))

    def test_the_text_is_cut_at_its_figures_and_bold_words(self) -> None:
        one = printed("共查车30台次，劝返2人。")
        cars, people = stated(30, "台次"), stated(2, "人")
        bind(one, cars, "30台次")
        bind(one, people, "2人")
        item = Item(one, tuple(one.uses.order_by("start")), key_phrase="查车3")
        said = [(piece.text, piece.figure, piece.strong) for piece in item.pieces]
        assert said == [
            ("共", None, False),
            ("查车", None, True),
            ("30台次", cars, True),
            ("，劝返", None, False),
            ("2人", people, False),
            ("。", None, False),
        ]


@given(
    text=st.text(alphabet="查车人0123。", min_size=1, max_size=30),
    spans=st.lists(st.tuples(st.integers(0, 29), st.integers(1, 6)), max_size=5),
    phrase=st.text(alphabet="查车人0", max_size=3),
)
def test_pieces_put_together_are_the_text_again(text: str, spans: list[tuple[int, int]], phrase: str) -> None:
    some = Figure()
    uses = tuple(
        Use(figure=some, start=start, end=min(start + length, len(text)))
        for start, length in spans
        if start < len(text)
    )
    pieces = Item(Entry(text=text), uses, key_phrase=phrase).pieces
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    assert not phrase or phrase not in text or any(piece.strong for piece in pieces)

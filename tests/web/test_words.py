"""Numbers, ages and days in words; texts cut at their figures; how fresh a figure is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shichen.refusal import Refusal
from shichen.watches import WATCHES
from shichen.web import clock, texts, words
from shichen.web.freshness import GRACE, MEANINGS, NAMES, Circumstances, State, said, states

AT = datetime(2020, 2, 2, 7, 58, tzinfo=UTC)  # 15:58 in Zhuzhou


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (149461, "149,461"),
        (Decimal("149461.000000"), "149,461"),
        (Decimal("99.430000"), "99.43"),
        (Decimal("-1204"), "-1,204"),
        (0, "0"),
        (Decimal("-0"), "0"),
        (Decimal("1E+3"), "1,000"),
        (None, "—"),
        ("", "—"),
    ],
)
def test_numbers_have_commas_and_nothing_reported_is_a_dash(value: object, printed: str) -> None:
    assert words.number(value) == printed  # type: ignore[arg-type]


def test_a_change_has_its_sign() -> None:
    assert (words.signed(1204), words.signed(-3)) == ("+1,204", "−3")


@pytest.mark.parametrize(
    ("back", "zh", "en"),
    [
        (timedelta(seconds=20), "刚刚", "just now"),
        (timedelta(minutes=6), "6分钟前", "6 minutes ago"),
        (timedelta(minutes=1, seconds=30), "1分钟前", "1 minute ago"),
        (timedelta(hours=3), "3小时前", "3 hours ago"),
        (timedelta(days=1), "2月1日 15:58", "1 February 15:58"),
        (timedelta(minutes=-5), "2月2日 16:03", "2 February 16:03"),
    ],
)
def test_ages_in_both_languages(back: timedelta, zh: str, en: str) -> None:
    assert words.age(AT - back, AT) == zh
    with translation.override("en"):
        assert words.age(AT - back, AT) == en


def test_midnight_is_24_of_the_day_that_ends() -> None:
    midnight = datetime(2020, 2, 1, 16, tzinfo=UTC)
    assert words.until(midnight) == "2月1日24时"
    assert words.until(AT) == "2月2日 15:58"


def test_watches_have_a_name_and_hours_in_both_languages() -> None:
    assert words.watch_and_hours("申") == "申时(15~17点)"
    with translation.override("en"):
        assert words.watch_and_hours("申") == "Shen (15:00–17:00)"
        assert len({words.watch(character) for character in WATCHES}) == 12


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-2, 70), st.integers(-2, 70)), max_size=6))
def test_cutting_a_text_at_its_figures_loses_no_character(text: str, spans: list[tuple[int, int]]) -> None:
    marked = [(start, end, n) for n, (start, end) in enumerate(spans) if 0 <= start < end]
    assert "".join(piece for piece, _figure in texts.pieces(text, marked)) == text


def test_a_text_is_escaped_around_and_within_its_figures() -> None:
    template = Template("{% bound text spans %}")
    html = template.render(Context({"text": "<b>查83个</b>", "spans": [(4, 7, "abc")]}))
    assert html == '&lt;b&gt;查<a class="fig" href="/figures/abc/" data-fig="abc">83个</a>&lt;/b&gt;'


def test_filters_print_nothing_for_nothing() -> None:
    template = Template(
        "{{ x|clock }}{{ x|moment }}{{ x|iso }}{{ x|day_zh }}{{ x|watch }}{{ x|age:x }}{% fig_at '/' x %}"
    )
    assert template.render(Context({"x": None})) == "<span>—</span>"


def test_the_filters_of_time() -> None:
    template = Template("{{ t|clock }} {{ t|moment }} {{ t|iso }} {{ d|day_zh }} {{ t|watch }} {{ w|watch_name }}")
    printed = template.render(Context({"t": AT, "d": date(2020, 2, 2), "w": "子"}))
    assert printed == "15:58 2月2日 15:58 2020-02-02T15:58:00+08:00 2月2日 申 子时(23~1点)"


@pytest.mark.parametrize(
    "text", ["2020-02-02T16:00+08:00", "2020-02-02T16:00 08:00", "2020-02-02T16:00", "2020-02-02 16:00"]
)
def test_a_moment_in_an_address_may_lose_its_plus_sign_or_its_zone(text: str) -> None:
    assert clock.parsed(text) == datetime(2020, 2, 2, 8, tzinfo=UTC)


def test_a_moment_that_cannot_be_read_is_refused() -> None:
    assert clock.parsed("") is None
    with pytest.raises(Refusal):
        clock.parsed("昨天")


REPORTED = {"reported": True, "as_of": AT - timedelta(hours=2)}
TABLE = [
    (Circumstances(reported=True, as_of=AT), [State.FRESH]),
    (Circumstances(**REPORTED, due=AT - GRACE), [State.FRESH]),
    (Circumstances(**REPORTED, due=AT - GRACE - timedelta(seconds=1)), [State.STALE]),
    (Circumstances(**REPORTED, arrived=79, expected=83), [State.PARTIAL]),
    (Circumstances(**REPORTED, arrived=83, expected=83), [State.FRESH]),
    (Circumstances(**REPORTED, open_period=True), [State.PROVISIONAL]),
    (Circumstances(**REPORTED, open_period=True, final_at=AT), [State.FINAL]),
    (Circumstances(**REPORTED, disputed=True, arrived=0, expected=1), [State.DISPUTED, State.PARTIAL]),
    (Circumstances(**REPORTED, corrected_at=AT, final_at=AT), [State.CORRECTED, State.FINAL]),
    (Circumstances(reported=False, due=AT - timedelta(days=1), expected=83, arrived=0), [State.MISSING]),
    (Circumstances(reported=False, withheld="16:00发布"), [State.WITHHELD]),
]


@pytest.mark.parametrize(("one", "found"), TABLE)
def test_the_state_of_a_figure_by_clock_and_reports(one: Circumstances, found: list[State]) -> None:
    assert states(one, AT) == found


@pytest.mark.parametrize("one", [one for one, _found in TABLE if one.due])
def test_a_figure_with_a_due_hour_is_not_fresh_three_hours_later(one: Circumstances) -> None:
    assert State.FRESH not in states(one, AT + timedelta(hours=3))


def test_every_state_has_a_name_a_meaning_and_words() -> None:
    assert set(NAMES) == set(MEANINGS) == set(State)
    one = Circumstances(reported=True, as_of=AT, final_at=AT, corrected_at=AT, withheld="16:00发布")
    assert said(State.STALE, one, AT) == "待更新 · 截至2月2日 15:58"
    assert said(State.FINAL, one, AT) == "2月2日 15:58定稿"
    assert said(State.CORRECTED, one, AT) == "更正于2月2日 15:58"
    assert said(State.WITHHELD, one, AT) == "16:00发布"
    assert said(State.MISSING, one, AT) == "未报"
    assert said(State.PARTIAL, one, AT) == "部分到报"


def test_a_fresh_figure_says_how_old_it_is() -> None:
    one = Circumstances(reported=True, as_of=AT)
    ages = [said(State.FRESH, one, AT + timedelta(minutes=n)) for n in (0, 6, 180)]
    assert ages == ["正常 · 刚刚", "正常 · 6分钟前", "正常 · 3小时前"]
    with translation.override("en"):
        assert said(State.FRESH, one, AT + timedelta(minutes=6)) == "fresh · 6 minutes ago"
    assert said(State.FRESH, Circumstances(reported=True), AT) == "正常"

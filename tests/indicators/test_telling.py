"""行文: a sentence with slots prints figures as official prose does, and each printed number leads to its figure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators.models import Figure, Use
from shichen.indicators.telling import composed, plain, quantity, tell
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal
from tests.made import body, stated


def figure(value: str, unit: str) -> Figure:
    return Figure(value=Decimal(value), unit=unit)


class TestPrinting:
    @pytest.mark.parametrize(
        ("value", "printed"),
        [
            ("149461", "149461"),
            ("149461.000000", "149461"),
            ("99.430000", "99.43"),
            ("100", "100"),
            ("0", "0"),
            ("-0.000", "0"),
            ("58.65", "58.65"),
            ("-3", "-3"),
            ("1E+3", "1000"),
        ],
    )
    def test_digits_without_separators_and_without_empty_noughts(self, value: str, printed: str) -> None:
        assert plain(Decimal(value)) == printed

    @given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
    def test_what_is_printed_reads_back_as_the_same_number(self, value: Decimal) -> None:
        assert Decimal(plain(value)) == value
        assert "E" not in plain(value)

    def test_nothing_reported_is_not_printed_as_nought(self) -> None:
        with pytest.raises(Refusal, match="未报不等于 0"):
            quantity(None, "例")


class TestComposing:
    def test_slots_are_filled_and_their_places_known(self) -> None:
        figures = {"a": figure("83", "个"), "b": figure("149461", "台次")}
        text, spans = composed("值守点{a}，检查车辆{b}。", figures)
        assert text == "值守点83个，检查车辆149461台次。"
        assert [text[start:end] for _, start, end in spans] == ["83个", "149461台次"]

    def test_a_figure_may_be_printed_twice(self) -> None:
        _text, spans = composed("{a}、{a}", {"a": figure("1", "例")})
        assert len(spans) == 2

    @pytest.mark.parametrize("template", ["{missing}", "{a", "{}", "{a{a}}"])
    def test_a_slot_without_figure_is_refused(self, template: str) -> None:
        with pytest.raises(Refusal, match="没有对应的数字"):
            composed(template, {"a": figure("1", "例")})

    def test_a_sentence_without_slots_stays_as_it_is(self) -> None:
        assert composed("召开会议。", {}) == ("召开会议。", [])

    @given(st.lists(st.tuples(st.text("市区报县", max_size=5), st.integers(min_value=0, max_value=10**6)), max_size=5))
    def test_every_span_prints_its_figure(self, parts: list[tuple[str, int]]) -> None:
        figures = {f"f{n}": figure(str(value), "例") for n, (_, value) in enumerate(parts)}
        template = "".join(f"{words}{{f{n}}}" for n, (words, _) in enumerate(parts))
        text, spans = composed(template, figures)
        assert [text[start:end] for _, start, end in spans] == [f"{value}例" for _, value in parts]


@pytest.mark.django_db
class TestTelling:
    def said(self, text: str) -> Said:
        return Said(text=text, unit=body("office"), area=city.the_city(), event=city.the_event())

    def test_entry_and_bindings_are_one_act(self) -> None:
        one = stated(68, "台")
        entry = tell(self.said("投入应急车{n}。"), {"n": one}, by=accounts.system())
        use = Use.objects.get(entry=entry)
        assert entry.text[use.start : use.end] == "68台"
        with pytest.raises(Refusal):
            tell(self.said("投入{x}。"), {"n": one}, by=accounts.system())
        assert Entry.objects.count() == 1

"""口径: a figure is declared once, its docstring is its public definition, and its version changes with its meaning."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shichen.indicators import declare
from shichen.indicators.declare import Indicator, Scope, Sort, indicator, known, named, with_unit
from shichen.records.reductions import COUNT, Records, total
from shichen.watches import Period

ONE = named("traffic.vehicles_checked")


def pick(period: Period, scope: Scope) -> Records:
    """Something counted."""
    raise NotImplementedError


class TestVersion:
    def test_it_is_the_same_for_the_same_meaning(self) -> None:
        assert replace(ONE).version == ONE.version
        assert len(ONE.version) == 8

    @pytest.mark.parametrize(
        "meaning",
        [
            {"definition": "别的口径"},
            {"unit": "辆"},
            {"reduction": total("persons")},
            {"sort": Sort.STOCK},
            {"name": "别名"},
            {"key": "traffic.other"},
        ],
        ids=lambda meaning: next(iter(meaning)),
    )
    def test_it_changes_with_the_meaning(self, meaning: dict[str, object]) -> None:
        assert replace(ONE, **meaning).version != ONE.version  # type: ignore[arg-type]

    def test_a_translation_does_not_change_it(self) -> None:
        assert replace(ONE, name_en="Cars").version == ONE.version

    def test_another_measure_word_is_another_version(self) -> None:
        assert with_unit(ONE, "辆").version != ONE.version


class TestDeclaring:
    def test_a_key_is_declared_once(self) -> None:
        with pytest.raises(AssertionError, match="two functions declare"):
            indicator("traffic.vehicles_checked", "重复", en="Twice", unit="台次")(pick)

    def test_a_figure_without_definition_is_none(self) -> None:
        def silent(period: Period, scope: Scope) -> Records:
            raise NotImplementedError

        with pytest.raises(AssertionError, match="no definition"):
            indicator("test.silent", "无口径", en="Silent", unit="个")(silent)

    def test_it_is_declared_with_its_docstring(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(declare, "_DECLARED", {})
        indicator("test.one", "一个", en="One", unit="个", sort=Sort.STOCK)(pick)
        assert named("test.one") == Indicator(
            "test.one", "一个", "One", "个", Sort.STOCK, "Something counted.", COUNT, pick, ()
        )
        assert named("test.one").computed


class TestKnown:
    def test_figures_of_the_catalogue_can_be_stated_but_not_computed(self) -> None:
        stated = named("transport.taxis")
        assert not stated.computed
        assert stated.definition

    def test_a_declared_figure_stands_before_the_catalogues(self) -> None:
        assert known()["traffic.vehicles_checked"].computed

    def test_every_figure_has_a_name_in_both_languages_a_unit_and_a_definition(self) -> None:
        for one in known().values():
            assert one.name, one.key
            assert one.name_en, one.key
            assert one.definition, one.key
            assert one.unit or one.sort in {Sort.RATIO, Sort.MILESTONE}, one.key

    def test_an_unknown_key_is_an_error(self) -> None:
        with pytest.raises(KeyError):
            named("nothing.at_all")

    def test_every_sort_has_a_name(self) -> None:
        assert set(declare.SORTS_ZH) == set(Sort)

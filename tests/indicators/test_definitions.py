"""口径的版本: nobody changes silently what a figure means; the page says what changed and why, the series shows the break."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from typing import cast as typed

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shichen.city.models import Account
from shichen.indicators import definitions, series, services
from shichen.indicators.declare import known, named
from shichen.indicators.definitions import ADDED, REMOVED, SAME, ChangeLog, Note
from tests.conftest import Cast
from tests.made import DAY, area, stated
from tests.publications.made import EVERYWHERE

KEY = "hospital.beds"
ONE = named(KEY)
CHANGED = replace(ONE, definition="改过的口径。")


def log(**more: Any) -> ChangeLog:
    return ChangeLog(**{"began": {KEY: ONE.version}, "changed": (), "ended": frozenset(), **more})


def note(version: str = CHANGED.version, **more: Any) -> Note:
    given = {"on": date(2026, 1, 1), "why": "把加床算进来", "why_en": "extra beds count", "was": ONE.definition}
    return Note(KEY, version, **{**given, **more})


class TestNobodyChangesSilently:
    def test_the_change_log_of_the_house_says_what_the_figures_say(self) -> None:
        assert definitions.faults(known().values()) == []

    def test_a_changed_meaning_without_a_note_is_refused_with_what_to_write(self) -> None:
        (fault,) = definitions.faults([CHANGED], log())
        assert f"({ONE.version} → {CHANGED.version})" in fault
        assert "[[changed]]" in fault

    def test_with_a_note_it_passes(self) -> None:
        assert definitions.faults([CHANGED], log(changed=(note(),))) == []

    def test_a_note_of_another_version_does_not_do(self) -> None:
        assert len(definitions.faults([CHANGED], log(changed=(note("00000000"),)))) == 1

    @pytest.mark.parametrize("without", ["why", "was"])
    def test_a_note_says_why_and_what_it_said_before(self, without: str) -> None:
        assert "没有写明" in definitions.faults([CHANGED], log(changed=(note(**{without: " "}),)))[0]

    def test_a_new_figure_is_to_be_written_down_and_one_that_is_gone_to_be_ended(self) -> None:
        (new,) = definitions.faults([ONE], log(began={}))
        assert "新指标" in new
        (gone,) = definitions.faults([], log())
        assert "ended" in gone
        assert definitions.faults([], log(ended=frozenset({KEY}))) == []

    def test_docs_write_new_figures_and_leave_changed_ones_to_a_person(self) -> None:
        rest = '\n[[changed]]\nkey = "x"\n'
        text = f'ended = []\n\n[began]\n"{KEY}" = "{ONE.version}"\n{rest}'
        made = definitions.with_new(text, [CHANGED, replace(ONE, key="a.b")])
        held = definitions.read(made)
        assert held.began == {"a.b": replace(ONE, key="a.b").version, KEY: ONE.version}
        assert made.endswith(rest)
        assert definitions.with_new(text, [CHANGED]) == text


class TestDifference:
    def test_it_is_told_word_by_word_and_character_by_character(self) -> None:
        parts = list(definitions.difference("开放床位，不含加床。Open beds.", "开放床位，含加床。Open extra beds."))
        assert [(one.kind, one.text) for one in parts if one.kind != SAME] == [(REMOVED, "不"), (ADDED, "extra ")]

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_both_texts_can_be_put_together_from_it(self, before: str, after: str) -> None:
        parts = list(definitions.difference(before, after))
        assert "".join(one.text for one in parts if one.kind != ADDED) == before
        assert "".join(one.text for one in parts if one.kind != REMOVED) == after


@pytest.fixture
def changed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days by the old meaning, two by the new; the log says why."""
    for days, one in enumerate((ONE, ONE, CHANGED, CHANGED)):
        monkeypatch.setattr("shichen.indicators.services.known", lambda one=one: {KEY: one})
        stated(100 + days, "张", key=KEY, day=DAY + timedelta(days=days))
    held = log(changed=(note(),))
    monkeypatch.setattr("shichen.indicators.definitions.log", lambda: held)
    monkeypatch.setattr("shichen.indicators.views.known", lambda: {**known(), KEY: CHANGED})


@pytest.mark.usefixtures("changed")
class TestVersions:
    def test_each_version_says_since_when_what_differs_and_why(self) -> None:
        new, old = definitions.versions(CHANGED)
        assert (new.version, new.current, old.current) == (CHANGED.version, True, False)
        assert new.note is not None
        assert new.note.reason == "把加床算进来"
        assert any(part.kind == ADDED for part in new.differs)
        assert old.text == ONE.definition
        assert new.since is not None

    def test_one_that_this_post_never_used_is_told_from_the_log(self, monkeypatch: pytest.MonkeyPatch) -> None:
        unused = replace(ONE, definition="从未用过的口径。")
        held = log(began={KEY: unused.version}, changed=(note(ONE.version, was=unused.definition), note()))
        monkeypatch.setattr("shichen.indicators.definitions.log", lambda: held)
        oldest = definitions.versions(CHANGED)[-1]
        assert (oldest.text, oldest.since) == ("从未用过的口径。", None)

    def test_one_that_only_this_post_recorded_is_not_forgotten(self) -> None:
        services.definition_of(replace(ONE, definition="本地用过的口径。"))
        assert [one.text for one in definitions.versions(CHANGED)][-1] == "本地用过的口径。"

    def test_the_series_shows_the_break_with_its_reason(self) -> None:
        rows = series.rows(KEY, EVERYWHERE)
        assert [row.broken for row in rows] == [False, False, True, False]
        assert rows[2].note is not None
        assert rows[2].note.why == "把加床算进来"

    def test_the_line_breaks_where_the_meaning_does(self) -> None:
        drawn = series.line(KEY, area("株洲市"), EVERYWHERE)
        assert drawn.count('<path class="line s2"') == 2
        assert "口径改变" in drawn
        assert "竖线两侧不相连" in drawn

    def test_the_page_says_all_of_it(self, client: Client, cast: Cast) -> None:
        client.force_login(typed(Account, cast.office))
        html = client.get(f"/figures/{KEY}/").content.decode()
        for words in ("口径的版本", "2 版", "把加床算进来", "口径改变", "<ins>", "<del>", CHANGED.version, ONE.version):
            assert words in html


@pytest.mark.django_db
class TestLine:
    def test_days_without_a_value_are_not_joined(self) -> None:
        for days in (0, 1, 3, 4):
            stated(5 + days, "张", key=KEY, day=DAY + timedelta(days=days))
        drawn = series.line(KEY, area("株洲市"), EVERYWHERE)
        assert drawn.count('<path class="line s2"') == 2
        assert drawn.count("<circle") == 4

    def test_two_values_are_a_table_and_no_line(self) -> None:
        stated(5, "张", key=KEY)
        assert series.line(KEY, area("株洲市"), EVERYWHERE) == ""

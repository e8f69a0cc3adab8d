"""凡例是数据：本院自带一份，各城可有自己的；读不懂就拒绝，并说出是哪一份。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from shichen.publications import words
from shichen.publications.rules import OURS, THEIRS, Marking, rules
from shichen.refusal import Refusal


@pytest.fixture
def own() -> Iterator[Path]:
    path = settings.HOME.path / THEIRS
    yield path
    path.unlink(missing_ok=True)


def test_ours_hold_where_a_post_has_none_of_its_own() -> None:
    assert rules().day.marked == ("day_page",)
    assert rules().day.columns == ("指挥调度", "宣传发布", "一线阻击", "后勤服务")
    assert {"first", "order", "other"} < set(rules().chronicle.keys)


def test_a_post_may_have_its_own(own: Path) -> None:
    own.write_text(OURS.read_text(encoding="utf-8").replace('byline = "值班编辑"', 'byline = "轮值"'), encoding="utf-8")
    assert rules().day.byline == "轮值"


@pytest.mark.parametrize("text", ["[day_page", "[day_page]\n", "[day_page]\nmarked = 1\n"])
def test_rules_that_cannot_be_read_are_refused_by_name(own: Path, text: str) -> None:
    own.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=THEIRS):
        rules()


def test_a_marking_takes_its_kinds_and_where_named_its_topics() -> None:
    cases = Marking(frozenset({"first"}), frozenset({"case"}))
    assert cases.takes(("first", "order"), "case")
    assert not cases.takes(("first",), "school")
    assert not cases.takes(("order",), "case")
    assert Marking(frozenset({"order"}), frozenset()).takes(("order",), "school")


def test_the_masthead_names_the_day_of_the_week_and_of_the_moon() -> None:
    assert words.masthead(date(2020, 2, 2)) == words.Masthead("2020年2月2日", "星期日", "庚子年正月初九")
    assert words.masthead(date(2200, 1, 1)).lunar == ""

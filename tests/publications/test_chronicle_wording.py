"""措辞：取含关键词句的最短一句；与立条日相同的日期不写；单位写一次；数字跟着走，一个也不改。"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen.publications.chronicle.wording import likeness, sentences, worded
from shichen.publications.items import Bound
from shichen.publications.rules import rules
from tests.made import DAY, stated
from tests.publications.made import entry

pytestmark = pytest.mark.django_db


def line(text: str, key: str, **more: Any) -> str:
    start = text.index(key)
    return worded(entry(text, **more), (), (start, start + len(key)), rules().chronicle.wording).text


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("各组到岗。影院停业。明日再议。", "停业", "影院停业。"),
        ("影院停业，公园、书店也都关门。影院停业。", "停业", "影院停业。"),
        ("2月2日，影院停业。", "停业", "影院停业。"),
        ("2020年2月2日，影院停业。", "停业", "影院停业。"),
        ("今天，影院停业。", "停业", "影院停业。"),
        ("2月1日，影院停业。", "停业", "2月1日，影院停业。"),
        ("2月2日0时起，影院停业。", "停业", "2月2日0时起，影院停业。"),
        ("转发《停业。公告》一文；影院停业", "影院停业", "转发《停业。公告》一文；影院停业。"),
    ],
)
def test_the_shortest_sentence_without_the_day_it_files_under(text: str, key: str, said: str) -> None:
    assert line(text, key) == said


def test_of_a_long_sentence_the_part_that_holds_the_key() -> None:
    before, after = "各区各镇各村自上而下逐户登记造册" * 2, "各单位各自把好自己的门管好自己的人" * 2
    assert line(f"{before}；全市影院停业；{after}。", "停业") == "全市影院停业。"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("文旅局巡查网吧。该局关停影院。", "文旅局关停影院。"),
        ("文旅局巡查网吧，文旅局关停影院。", "文旅局巡查网吧，关停影院。"),
        ("网吧有人巡查，文旅局关停影院。", "网吧有人巡查，文旅局关停影院。"),
    ],
)
def test_the_unit_is_named_once(text: str, said: str) -> None:
    assert line(text, "影院", unit_text="文旅局") == said


def test_figures_keep_their_characters_wherever_they_move() -> None:
    text = "2月2日，各组到岗80人。2月2日，文旅局关停影院12家、网吧30家。"
    uses = tuple(
        Bound(stated(value, "家"), text.index(words), text.index(words) + len(words))
        for value, words in ((80, "80人"), (12, "12家"), (30, "30家"))
    )
    start = text.index("12家")
    made = worded(entry(text), uses, (start, start + 3), rules().chronicle.wording)
    assert made.text == "文旅局关停影院12家、网吧30家。"
    assert [(made.text[use.start : use.end], use.figure.value) for use in made.uses] == [("12家", 12), ("30家", 30)]


def test_a_figure_inside_what_is_cut_keeps_the_whole_sentence() -> None:
    text = "三局三家到岗，三局三家关停影院。"
    use = Bound(stated(3, "家"), 8, 11)
    made = worded(entry(text, unit_text="三局三家"), (use,), (11, 13), rules().chronicle.wording)
    assert made.text == text


@given(st.lists(st.text(alphabet="甲乙12，；《》“”（）", min_size=1, max_size=12), min_size=1, max_size=5))
def test_sentences_cover_the_text_and_do_not_overlap(parts: list[str]) -> None:
    text = "。".join(parts) + "。"
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    assert "".join(text[slice(*one)] for one in found) == text


def test_likeness_runs_from_none_to_all() -> None:
    assert likeness("影院停业。", "公园开放。") == 0
    assert likeness("影院停业。", "全市影院停业，网吧停业。") == 1
    assert likeness("", "影院") == 0
    assert 0 < likeness("影院今日停业。", "影院今日开业。") < 1
    assert DAY

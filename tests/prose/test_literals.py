"""Words sought in text, against a plain search for each of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shichen.prose.literals import Ends, Hit, Holds, Literals, Starts, any_in

words = st.lists(st.text(st.sampled_from("检查车辆"), max_size=4), max_size=8)
texts = st.text(st.sampled_from("检查车辆人"), max_size=12)


@given(words, texts)
def test_the_words_a_text_holds(known: list[str], text: str) -> None:
    assert Holds(known).of(text) == {word for word in known if word and word in text}
    assert any_in([word for word in known if word], text) == bool(Holds(known).of(text))


@given(words, texts, st.integers(0, 12))
def test_the_longest_word_at_a_place(known: list[str], text: str, index: int) -> None:
    there = [word for word in known if word and text.startswith(word, index)]
    assert Starts(known).at(text, index) == max(there, key=len, default="")


@given(words, texts, st.integers(0, 12), st.integers(0, 12))
def test_the_longest_word_at_a_place_before_another(known: list[str], text: str, index: int, stop: int) -> None:
    assert Starts(known).inside(text, index, stop) == Starts(known).at(text[:stop], index)


@given(words, texts)
def test_the_longest_word_that_ends_a_text(known: list[str], text: str) -> None:
    there = [word for word in known if word and text.endswith(word)]
    assert Ends(known).of(text) == max(there, key=len, default="")


def test_hits_are_leftmost_and_longest_by_offsets_of_the_whole_text() -> None:
    assert Literals(["检查", "检查车", "车辆"]).find("检查车辆", 10) == [Hit(10, 13, "检查车")]
    assert Literals([]).find("检查") == []

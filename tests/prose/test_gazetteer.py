"""Places: known, unknown, and one character away from known."""

from __future__ import annotations

import pytest

from shichen.prose.gazetteer import Gazetteer, place_ending
from shichen.prose.reader import read
from shichen.prose.tables import Tables


@pytest.fixture(scope="module")
def places(tables: Tables) -> Gazetteer:
    return Gazetteer(tables)


def test_the_longest_name_is_found(places: Gazetteer) -> None:
    assert [hit.word for hit in places.find("到天元区嵩山路街道和炎陵走访")] == ["天元区", "嵩山路街道", "炎陵"]


@pytest.mark.parametrize("text", ["株洲日报刊发", "株洲医疗队出发", "株洲广播播出"])
def test_a_place_in_a_name_is_no_place(text: str, places: Gazetteer) -> None:
    assert places.find(text) == []


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("洞口区", ("渌口区",)),
        ("董家墩街道", ("董家塅街道",)),
        ("渌口区", ()),
        ("洞口县", ()),
        ("高新区", ()),
        ("浦东新区", ()),
    ],
)
def test_near_matches(name: str, near: tuple[str, ...], places: Gazetteer) -> None:
    assert places.near(name) == near


def test_a_near_match_is_offered_and_not_applied(tables: Tables) -> None:
    (entry,) = read("督查组到洞口区检查。", tables, kind="work_bulletin").entries
    (mention,) = [mention for mention in entry.mentions if mention.near]
    assert (mention.raw, mention.refers_to, mention.near) == ("洞口区", "", ("渌口区",))
    assert "place" in entry.flags
    assert "洞口区" in entry.text


def test_places_in_titles_are_not_mentioned(tables: Tables) -> None:
    (entry,) = read("市教育局转发《天元区经验》。", tables, kind="work_bulletin").entries
    assert not [mention for mention in entry.mentions if mention.kind == "place"]


@pytest.mark.parametrize(
    ("name", "is_place"), [("昆明市", True), ("黔东南州", True), ("主城区", False), ("市", False), ("病例", False)]
)
def test_how_a_place_name_ends(name: str, is_place: bool) -> None:
    assert place_ending(name) is is_place


def test_the_city_itself_is_no_area_of_it(places: Gazetteer) -> None:
    assert places.is_home("株洲")
    assert not places.is_home("天元区")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("深入洞口区检查", ["洞口区"]),
        ("洞口区开展消杀", ["洞口区"]),
        ("在洞口区设点", ["洞口区"]),
        ("大洞口区6例", []),
        ("渌口区6例", []),
    ],
)
def test_a_doubtful_name_begins_where_a_word_may(text: str, names: list[str], places: Gazetteer) -> None:
    assert [doubt.name for doubt in places.doubtful(text, places.listed(text))] == names


@pytest.mark.parametrize("text", ["天元区6例", "株洲日报刊发", "在天元区", "嵩山路街道", "", "好"])
def test_the_place_a_text_opens_with_is_the_first_one_found(text: str, places: Gazetteer) -> None:
    found = places.find(text)
    assert places.opening(text) == (found[0].word if found and found[0].start == 0 else "")

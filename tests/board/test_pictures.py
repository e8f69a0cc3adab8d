"""The drawings of the board as pictures of their own: what stands in them, of which moment, and for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from defusedxml import ElementTree
from django.test import Client

from shichen.city.models import Area
from shichen.registers.checkpoints.models import Post
from tests.board.conftest import AT, signed_in
from tests.conftest import Cast

TEXT = "{http://www.w3.org/2000/svg}text"


@pytest.fixture
def gridded(afternoon: Cast) -> Cast:
    """A grid of the one district whose post has reported."""
    Area.objects.update(grid_x=None)
    Area.objects.filter(pk=Post.objects.get(code="Z01").area_id).update(grid_x=1, grid_y=1)
    return afternoon


def said(client: Client, part: str, **asked: str) -> str:
    answer = client.get(f"/board/{part}.svg", asked)
    assert answer.status_code == 200, answer.content.decode()
    assert answer["Content-Type"].startswith("image/svg+xml")
    return " ".join("".join(one.itertext()) for one in ElementTree.fromstring(answer.content.decode()).iter(TEXT))


def test_the_curve_says_what_it_is_of_in_what_unit_as_of_when_and_from_whom(afternoon: Cast) -> None:
    words = said(signed_in(afternoon.office), "curve")
    for one in ("疫情曲线 · 按发布日", "单位：例", "株洲市", "截至 2020-02-02 15:58", "来源："):
        assert one in words
    earlier = said(signed_in(afternoon.office), "curve", as_of=(AT - timedelta(days=1)).isoformat())
    assert "截至 2020-02-01 15:58" in earlier


def test_the_curve_in_english(afternoon: Cast) -> None:
    client = signed_in(afternoon.office)
    client.cookies["django_language"] = "en"
    assert "Unit: cases" in said(client, "curve")


def test_the_districts_have_their_numbers_in_them(gridded: Cast) -> None:
    words = said(signed_in(gridded.office), "places")
    assert "检查车辆" in words
    assert "单位：台次" in words
    assert " 120 " in f" {words} "


def test_a_drawing_is_for_those_who_see_what_it_shows(afternoon: Cast) -> None:
    answer = signed_in(afternoon.traffic).get("/board/curve.svg")
    assert answer.status_code == 409
    assert "可见范围" in answer.content.decode()
    assert Client().get("/board/curve.svg").status_code == 302


def test_the_foot_of_the_board_leads_to_the_pictures_that_there_are(afternoon: Cast) -> None:
    page = signed_in(afternoon.office).get("/").content.decode()
    assert 'href="/board/curve.svg"' in page
    assert 'href="/board/curve.png"' in page
    theirs = signed_in(afternoon.traffic).get("/").content.decode()
    assert "/board/curve.svg" not in theirs

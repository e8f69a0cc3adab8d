"""The boards of the working groups: their own figures, reports owed, watches and entries beside the city's curve."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from shichen.board import groups, services, snapshot
from shichen.board.models import Tile
from shichen.city.models import Body
from shichen.intake.models import Obligation
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from tests.board.conftest import AT, DAY, entry, signed_in
from tests.conftest import Cast

OWN = "traffic-safety-group"


@pytest.fixture
def boards(afternoon: Cast) -> Cast:
    services.set_group_tiles({OWN: ["traffic.persons_screened", "traffic.vehicles_checked"]})
    Body.objects.filter(pk="transport-bureau").update(group=OWN)
    return afternoon


def test_a_group_has_its_own_figures_in_its_own_order(boards: Cast) -> None:
    said = groups.of(snapshot.build(AT), OWN)
    assert [tile["key"] for tile in said["tiles"]] == ["traffic.persons_screened", "traffic.vehicles_checked"]
    assert {line["unit"] for line in said["log"]} == {OWN}
    assert sum(cell["count"] for cell in said["strip"]) == 4  # a note, and three tallies
    assert {row["unit"] for row in said["missing"]} == {OWN}
    assert said["curve"]["days"] == snapshot.build(AT)["curve"]["days"]


def test_what_the_bureaus_of_a_group_say_is_the_groups(boards: Cast) -> None:
    entry("客运站停班。", "transport-bureau", AT - timedelta(hours=1))
    said = groups.of(snapshot.build(AT), OWN)
    assert {line["unit"] for line in said["log"]} == {OWN, "transport-bureau"}
    assert said["log"][0]["text"] == "客运站停班。"
    assert sum(cell["count"] for cell in said["strip"]) == 5
    page = signed_in(boards.office).get("/log/", {"unit": OWN}).content.decode()
    assert "客运站停班。" in page
    assert "卡点换班。" not in page


def test_the_city_counts_what_all_groups_do(boards: Cast) -> None:
    whole = snapshot.build(AT)
    told = {cell["watch"]: cell["count"] for cell in whole["strip"]}
    standing = Entry.objects.filter(page_day=DAY).exclude(kind="system")
    assert sum(told.values()) == standing.count() == 8
    assert next(cell["headline"] for cell in whole["strip"] if cell["watch"] == "午").startswith("Z01号点2月2日")


def test_a_group_is_asked_for_by_code_or_by_name(boards: Cast) -> None:
    held = snapshot.build(AT)
    assert groups.of(held, "交通运输安全组") == groups.of(held, OWN)
    assert groups.of(held, "") is held
    with pytest.raises(Refusal, match="有板的组"):
        groups.of(held, "office")


def test_a_group_without_a_list_has_the_figures_it_owes(afternoon: Cast) -> None:
    services.set_group_tiles({})
    owed = [
        key for one in Obligation.objects.filter(body="epidemic-control-group").order_by("pk") for key in one.figures
    ]
    kept = list(Tile.objects.filter(group="epidemic-control-group").values_list("key", flat=True))
    assert kept == list(dict.fromkeys(owed))[: services.MOST]
    assert "cases.confirmed_new" in kept
    assert not Tile.objects.filter(group="expert-group").exists() or Obligation.objects.filter(body="expert-group")


def test_a_ninth_figure_and_a_body_that_is_no_group_are_refused(boards: Cast) -> None:
    with pytest.raises(Refusal, match="交通运输安全组的板最多 8 格"):
        services.set_group_tiles({OWN: [f"k{n}" for n in range(9)]})
    with pytest.raises(Refusal, match="「office」不是工作组"):
        services.set_group_tiles({"office": ["cases.confirmed_new"]})
    assert Tile.objects.filter(group=OWN).count() == 2


def test_a_figure_stands_once_on_a_board_and_on_as_many_boards_as_like(boards: Cast) -> None:
    assert Tile.objects.filter(key="traffic.vehicles_checked").count() == 2
    for group in (None, OWN):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tile.objects.create(group_id=group, position=9, key="traffic.vehicles_checked")


def test_the_page_of_a_group_names_it_and_leads_to_the_others(boards: Cast) -> None:
    page = signed_in(boards.office).get("/", {"group": OWN}).content.decode()
    assert "<title>指挥板 · 交通运输安全组" in page
    assert "筛查人员" in page or "排查人员" in page
    assert "卡点换班。" not in page
    assert f"/board/tiles?v={snapshot.current(AT)['version']}&amp;group={OWN}" in page
    assert f"/board.csv?group={OWN}" in page
    assert re.search(rf'<a class="button is-small" href="\?group={OWN}" aria-current="true">交通运输安全组', page)
    assert re.search(r'<a class="button is-small" href="\?">全市', page)
    english = signed_in(boards.office)
    english.cookies["django_language"] = "en"
    page = english.get("/", {"group": OWN}).content.decode()
    assert "Traffic and Transport Safety Group" in page


def test_the_siblings_of_a_groups_board_are_its_own(boards: Cast) -> None:
    reader = signed_in(boards.office)
    said = reader.get("/board.json", {"group": OWN}).json()
    assert said["group"]["name"] == "交通运输安全组"
    assert len(said["tiles"]) == 2
    sheet = reader.get("/board.csv", {"group": OWN}).content.decode()
    assert len(sheet.strip().splitlines()) == 3
    assert reader.get("/", {"group": "没有这个组"}).status_code == 400


def test_an_open_board_of_a_group_is_told_of_its_own_news(boards: Cast) -> None:
    reader = signed_in(boards.office)
    version = re.search(r"tiles\?v=([\w]+)", reader.get("/", {"group": OWN}).content.decode())
    assert version
    asked = {"v": version[1], "group": OWN}
    assert reader.get("/board/tiles", asked).status_code == 204
    entry("又一条。", OWN)
    snapshot.refresh(AT)
    assert "又一条。" in reader.get("/board/tiles", asked).content.decode()


def test_who_reports_for_one_group_is_offered_no_other(boards: Cast) -> None:
    page = signed_in(boards.traffic).get("/").content.decode()
    assert f"group={OWN}" in page
    assert "group=epidemic-control-group" not in page


def test_a_past_board_of_a_group(boards: Cast) -> None:
    page = signed_in(boards.office).get("/", {"group": OWN, "as_of": "2020-02-02T09:00+08:00"}).content.decode()
    assert "值守点查车若干台。" not in page
    assert "as_of=2020-02-02T09%3A00%3A00%2B08%3A00&amp;group=" + OWN in page

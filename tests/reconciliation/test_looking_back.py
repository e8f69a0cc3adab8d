"""What rounds found, looked back on: what agreed then, by which rules, and from when on anything is known."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.context import acting
from shichen.reconciliation import looking_back, running
from shichen.reconciliation.models import Book, Comparison, Found, Pass, Round
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.made import NOON, stated

pytestmark = pytest.mark.django_db

OWN = """
[[same]]
left = "culture.units_inspected"
right = "culture.units_inspected"
reason = "只为一试"
"""
HOUR = timedelta(hours=1)
RULES, AGREEING = "/disagreements/rules", "/disagreements/agreeing"


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast.office)


@pytest.fixture
def own(tmp_path: Path, settings: Any) -> Callable[[str], object]:
    settings.HOME = SimpleNamespace(
        path=tmp_path, snapshots=tmp_path / "snapshots", database=django_settings.HOME.database
    )
    return (tmp_path / "reconciliation.toml").write_text


def round_at(at: datetime, *values: int) -> None:
    """A round after these values were told, each a part of ten."""
    with acting("job", moment=at):
        for value in values:
            stated(value, "辆", key="police.hubei_vehicles_checked")
            stated(10, "辆", key="police.vehicles_checked")
        running.run(at)


def read(client: Client, base: str, at: datetime | None, of: str) -> list[dict[str, Any]]:
    answer = client.get(f"{base}.json", {"as_of": at.isoformat()} if at else {})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()[of]
    return found


def test_what_agreed_then_agrees_then_whatever_became_of_it(client: Client) -> None:
    round_at(NOON, 5)
    before = read(client, AGREEING, NOON + HOUR / 2, "comparisons")
    assert before == read(client, AGREEING, None, "comparisons")
    assert before
    round_at(NOON + HOUR, 11)
    now = read(client, AGREEING, None, "comparisons")
    assert now != before
    assert read(client, AGREEING, NOON + HOUR / 2, "comparisons") == before
    assert read(client, AGREEING, NOON + HOUR, "comparisons") == now
    assert read(client, AGREEING, NOON - HOUR, "comparisons") == []


def test_only_what_changed_is_written_down() -> None:
    round_at(NOON, 5)
    held = Found.objects.count()
    assert held == Comparison.objects.count()
    round_at(NOON + HOUR)
    assert Found.objects.count() == held
    assert Pass.objects.count() == 2
    assert Book.objects.count() == 1


def test_a_round_of_a_clock_that_stands_earlier_is_no_past_of_the_last_one(client: Client) -> None:
    round_at(NOON + HOUR, 5)
    round_at(NOON, 11)
    assert read(client, AGREEING, NOON + HOUR / 2, "comparisons") == []
    assert read(client, AGREEING, NOON + HOUR, "comparisons") == read(client, AGREEING, None, "comparisons")


def test_the_page_says_which_round_it_was_and_from_when_on_rounds_are_kept(client: Client) -> None:
    round_at(NOON, 5)
    round_at(NOON + HOUR, 11)
    for base in (AGREEING, RULES):
        early = client.get(f"{base}/", {"as_of": (NOON - HOUR).isoformat()}).content.decode()
        assert "自 2月2日 12:00 起逐轮留存" in early, base
    page = client.get(f"{AGREEING}/", {"as_of": (NOON + HOUR / 2).isoformat()}).content.decode()
    assert "上一轮 2月2日 12:00" in page
    desk = client.get("/disagreements/", {"as_of": (NOON + HOUR / 2).isoformat()}).content.decode()
    assert "上一轮 2月2日 12:00" in desk


def test_the_rules_of_then_with_what_they_had_found_by_then(client: Client, own: Callable[[str], object]) -> None:
    own("")
    round_at(NOON, 5)
    before = read(client, RULES, NOON, "rules")
    own(OWN)
    round_at(NOON + HOUR, 11)
    now = read(client, RULES, None, "rules")
    assert read(client, RULES, NOON + HOUR / 2, "rules") == before
    assert "只为一试" not in {one["reason"] for one in before}
    assert {one["where"] for one in now} - {one["where"] for one in before} == {"reconciliation.toml:2"}
    assert read(client, RULES, NOON + HOUR, "rules") == now
    page = client.get(f"{RULES}/", {"as_of": NOON.isoformat()}).content.decode()
    assert "只为一试" not in page
    assert "只为一试" in client.get(f"{RULES}/").content.decode()


def test_the_files_of_the_rules_hold_what_the_page_lists(client: Client) -> None:
    round_at(NOON, 5)
    listed = read(client, RULES, None, "rules")
    sheet = client.get(f"{RULES}.csv").content.decode("utf-8-sig").splitlines()
    assert len(sheet) == len(listed) + 1
    assert sum(one["agree"] for one in listed) > 0
    meta = client.get(f"{RULES}.metadata.json").json()
    assert [one["title"] for one in meta["columns"]] == sheet[0].split(",")
    client.cookies["django_language"] = "en"
    assert "is not larger than" in client.get(f"{RULES}.csv").content.decode()


def test_a_house_that_was_there_before_looks_back_on_its_last_round(client: Client) -> None:
    round_at(NOON, 5)
    before = read(client, AGREEING, NOON, "comparisons")
    again = NOON + HOUR
    Round.objects.update(at=again)
    importlib.import_module("shichen.reconciliation.migrations.0005_found").tell(apps, None)
    assert Found.objects.filter(at=again).count() == Comparison.objects.count()
    assert read(client, AGREEING, again, "comparisons") == before
    assert looking_back.last_pass(again + HOUR) == Pass.objects.last()


def test_what_was_found_cannot_be_changed() -> None:
    round_at(NOON, 5)
    for model in (Found, Book, Pass):
        for act in (
            lambda model=model: model.objects.update(at=NOON),
            lambda model=model: model.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                act()

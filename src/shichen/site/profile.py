"""The city profile: a folder of data (profile.toml, gazetteer.csv, roster.csv) that makes a post fit its city."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from shichen.board import services as board
from shichen.city import services as city
from shichen.city.models import Area, Body, Event, EventName, Holder, Seat, SourceArea
from shichen.intake.models import Obligation
from shichen.refusal import Refusal
from shichen.registers.cases import services as cases
from shichen.registers.checkpoints import services as checkpoints
from shichen.site import profile_reading

PLACES, BODIES, MORE_BODIES = "gazetteer.csv", "roster.csv", "bodies_extra.csv"


@transaction.atomic
def load(folder: Path) -> Event:
    """Set the post up by a profile; loading it again takes up what changed. Raises Refusal naming file and line."""
    profile = profile_reading.read(folder / "profile.toml")
    city.load_places(
        _csv(folder / PLACES),
        counted_in=profile.get("counted_in", {}),
        grid=profile.get("grid", {}),
        populations={profile["city"]["code"]: profile["city"].get("population")},
    )
    _name_in_english({profile["city"]["code"]: profile["city"].get("name_en", ""), **profile.get("names_en", {})})
    rows = _csv(folder / BODIES)
    city.load_bodies(rows + (_csv(folder / MORE_BODIES) if (folder / MORE_BODIES).exists() else []))
    _load_groups(profile.get("group", []))
    event = _load_event(profile["event"])
    _load_sources(profile.get("source_area", []))
    _load_seats(profile.get("seat", []))
    overlap = profile.get("overlap", {})
    checkpoints.load_networks(
        profile.get("network", []),
        overlap.get("precedence", []),
        overlap.get("reason", ""),
        overlap.get("reason_en", ""),
    )
    cases.load_series(profile.get("series", []))
    _load_obligations(profile.get("obligation", []))
    board.set_tiles(profile.get("board", {}).get("tiles", []))
    board.set_group_tiles(profile.get("board", {}).get("group", {}))
    return event


def _name_in_english(names: dict[str, str]) -> None:
    for code, name in names.items():
        if not Area.objects.filter(code=code).update(name_en=name):
            raise Refusal(f"城市档案 [names_en] 里的 {code} 不在地名表中；请核对区划代码。", field="names_en")


def _load_groups(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        Body.objects.filter(code=row["code"]).update(name=row["name"], name_en=row.get("name_en", ""))
        for alias in row.get("alias", []):
            city.name_body(
                row["code"],
                alias["name"],
                valid_from=alias.get("from"),
                valid_until=alias.get("until"),
                official=bool(alias.get("official")),
            )


def _load_event(row: dict[str, Any]) -> Event:
    event, _ = Event.objects.update_or_create(
        code=row["code"],
        defaults={
            "name": row["name"],
            "name_en": row.get("name_en", ""),
            "started_on": row["started_on"],
            "ended_on": row.get("ended_on"),
        },
    )
    for alias in row.get("alias", []):
        EventName.objects.update_or_create(
            event=event,
            name=alias["name"],
            defaults={"valid_from": alias.get("from"), "valid_until": alias.get("until")},
        )
    return event


def _load_sources(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        SourceArea.objects.update_or_create(
            code=row["code"],
            valid_from=row.get("from"),
            defaults={
                "name": row["name"],
                "plate": row.get("plate", ""),
                "valid_until": row.get("until"),
                "basis": row["basis"],
            },
        )


def _load_seats(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        seat, _ = Seat.objects.update_or_create(
            body_id=row["body"], title=row["title"], defaults={"single": row.get("single", True)}
        )
        for holder in row.get("holder", []):
            on = holder.get("on")
            Holder.objects.update_or_create(
                seat=seat,
                person=holder["person"],
                defaults={
                    "basis": holder["basis"],
                    "valid_from": holder.get("from", on),
                    "valid_until": holder.get("until", on),
                },
            )


def _load_obligations(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        Obligation.objects.update_or_create(
            code=row["code"],
            defaults={
                "body_id": row["body"],
                "what": row["what"],
                "what_en": row.get("what_en", ""),
                "figures": row.get("figures", []),
                "every": row["every"],
                "due_day": row.get("due_day", 0),
                "due": row.get("due"),
                "due_after_minutes": row.get("due_after_minutes"),
                "channel": row["channel"],
            },
        )


def _csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, strict=True))
    except (FileNotFoundError, csv.Error, UnicodeDecodeError) as error:
        raise Refusal(f"{path} 读不懂：{error}。") from None


def covers(folder: Path) -> tuple[date | None, str]:
    """The day that the profile's day page shows, and the city's name."""
    profile = profile_reading.read(folder / "profile.toml")
    return profile.get("day_page", {}).get("day"), profile["city"]["name"]

"""Risk levels in words, in the language of the page: a level, why a day is not judged, what it rests on, since when it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shichen.analysis.risk.models import Assessment, Level, Override
from shichen.web import words

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """An area as the overview shows it: its last day, in words, and what the Office set instead."""

    one: Assessment
    row: Row
    level: str
    since: str
    recent: str
    total: str
    clusters: str
    why: str
    signed: bool
    override: Override | None


def standing(one: Assessment, override: Override | None, on: date | None = None) -> Standing:
    """An area on a day: its last one, or one named that was judged."""
    row = at(one, on)
    return Standing(
        one,
        row,
        level(row),
        since(one, row),
        between(row["rec"], row["rec_most"]),
        between(row["cum"], row["cum_most"]),
        _("、").join(row["clusters"]) or words.DASH,
        why(row),
        hasattr(one, "signature"),
        override,
    )


def at(one: Assessment, on: date | None = None) -> Row:
    """The row of a day, else the last one."""
    found: Row = next((row for row in one.rows if on is not None and row["date"] == on.isoformat()), one.rows[-1])
    return found


def level(row: Row) -> str:
    """低、中、高, or 不能判定 with the levels that are left."""
    if row["level"]:
        return name(row["level"])
    if not row["lowest"]:
        return _("不能判定")
    return _("不能判定（%(low)s至%(high)s）") % {"low": name(row["lowest"]), "high": name(row["highest"])}


def short(row: Row) -> str:
    """A level where there is little room."""
    return name(row["level"]) if row["level"] else pgettext("风险等级", "未定")


def name(key: str) -> str:
    return str(Level(key).label)


def between(least: int | None, most: int | None) -> str:
    """A count, or its bounds where the reports leave it open."""
    if least is None:
        return words.DASH
    if most is None:
        return _("至少%(n)s") % {"n": words.number(least)}
    return words.number(least) if least == most else f"{words.number(least)}–{words.number(most)}"


def why(row: Row) -> str:
    """Why a day is not judged, in a sentence; nothing for one that is."""
    return {
        "no_rule": _("这一天没有生效的规则。"),
        "no_report": _("这个区域没有报过病例数。"),
        "silent": _("此后没有再报，不知道有没有新增。"),
        "gap": _("前后的日报之间缺日，不知道新增在哪几天。"),
        "imported": _("规则不计输入病例，登记册里没有逐日的输入病例数。"),
    }.get(row["why"], "")


def since(one: Assessment, row: Row) -> str:
    """The first day of the run of days with the same level that a day belongs to."""
    place = next(at for at, other in enumerate(one.rows) if other["date"] == row["date"])
    first = place
    while first and one.rows[first - 1]["level"] == row["level"]:
        first -= 1
    return str(one.rows[first]["date"])


def finding(one: Assessment) -> str:
    """What an assessment says in one sentence."""
    row = at(one)
    told = {
        "area": words.called(one.area),
        "on": row["date"],
        "level": level(row),
        "since": since(one, row),
        "recent": between(row["rec"], row["rec_most"]),
        "total": between(row["cum"], row["cum_most"]),
    }
    if not row["level"]:
        return _("%(area)s %(on)s：%(level)s。") % told + (" " if words.english() else "") + why(row)
    if row["clusters"]:
        return (
            _("%(area)s %(on)s：%(level)s，自%(since)s起；期内新增%(recent)s例，累计%(total)s例，期内有聚集性疫情。")
            % told
        )
    return (
        _("%(area)s %(on)s：%(level)s，自%(since)s起；期内新增%(recent)s例，累计%(total)s例，期内没有登记聚集性疫情。")
        % told
    )


def corrections(one: Assessment) -> list[tuple[str, int]]:
    """The days on which a count fell, and by how much."""
    return [(row["date"], row["down"]) for row in one.rows if row["down"]]

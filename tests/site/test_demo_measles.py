"""The second event of the demonstration: another disease by the same doors, from records to the nowcast that was scored."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from shichen.site import post
from shichen.site.commands import demo_
from shichen.site.demo import hagelloch
from tests.made import environment

LOOK = """
import django, json
django.setup()
from django.utils import timezone
from shichen.analysis.runs import asking
from shichen.analysis.runs.telling import saying
from shichen.analysis.runs.models import Run
from shichen.city import services as accounts
from shichen.city.models import Event
from shichen.jobs import running
from shichen.registers.cases.models import CaseLine
while running.run_next(timezone.now()):
    pass
casts = list(Run.objects.filter(method="nowcast").order_by("as_of"))
last = casts[-1]
def told(name):
    return {one["strat"]: one["mean"] for one in last.rows if one["variable"] == name}
print(json.dumps({
    "event": Event.objects.get().code,
    "cases": CaseLine.objects.current().count(),
    "died": CaseLine.objects.current().filter(revision=2, outcome="dead").count(),
    "refusals": [one.refusal for one in casts],
    "numbers": [str(one.number) for one in casts],
    "profiles": sorted({one.profile.code for one in casts}),
    "wis": told("wis"), "reported": told("wis_reported"), "days": told("days_scored"), "coverage": told("coverage_95"),
    "dated": {m: saying.dated(Run.objects.filter(method=m).order_by("-as_of")[0]) for m in ("rt", "growth", "forecast")},
    "same": asking.recompute(last, by=accounts.system()).same,
    "overlaid": sorted({one["strat"] for one in last.rows if one["variable"] == "cases_earlier"}),
}))
"""


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stands in a home of its own once the command has loaded the event and the background has worked."""
    home = tmp_path_factory.mktemp("measles") / "home"
    _run(home, "-m", "shichen", "demo", "--event", "measles", "--load-only", "--home", str(home))
    found: dict[str, Any] = json.loads(_run(home, "-c", LOOK).splitlines()[-1])
    return found


def _run(home: Path, *arguments: str) -> str:
    line = [sys.executable, "-X", "utf8", *arguments]
    run = subprocess.run(line, env=environment(home), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout


def test_the_facts_are_those_of_the_survey_and_name_nobody() -> None:
    rows = hagelloch.cases()
    assert len(rows) == 188
    assert set(rows[0]) == {"number", "prodrome", "rash", "origin", "death"}
    assert sum(bool(row["death"]) for row in rows) == 12
    assert all(row["prodrome"] <= row["rash"] for row in rows)
    assert [row["number"] for row in rows if row["origin"] == "imported"] == ["H002"]


def test_the_command_offers_both_events() -> None:
    said = CliRunner().invoke(demo_.command, ["--help"]).output
    assert "zhuzhou|measles" in said
    assert set(demo_.MOMENTS) == set(demo_.HOMES) == {post.ZHUZHOU, post.MEASLES}


def test_every_case_came_in_once_and_who_died_is_told_by_a_second_version(village: dict[str, Any]) -> None:
    assert (village["event"], village["cases"], village["died"]) == (hagelloch.EVENT, 188, 12)


def test_it_is_nowcast_by_the_profile_of_measles_overlaid_and_scored(village: dict[str, Any]) -> None:
    assert village["profiles"] == ["measles"]
    assert village["refusals"] == ["pairs"] + [""] * (len(hagelloch.DAYS) - 1)  # nine cases, and no prior of the delay
    ours, theirs, days = village["wis"], village["reported"], village["days"]
    assert set(ours) == set(village["numbers"][1:-1])
    assert sum(ours[one] * days[one] for one in days) < sum(theirs[one] * days[one] for one in days)
    assert 0.8 <= village["coverage"][""] <= 1.0
    assert set(village["overlaid"]) <= set(village["numbers"][1:-1])
    assert village["overlaid"]
    assert set(village["dated"].values()) == {"onset"}
    assert village["same"]

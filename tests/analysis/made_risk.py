"""What tests of risk levels make: a rule in force, clusters, the levels of areas as of an instant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from shichen import watches
from shichen.analysis.risk import asking, rulebook, rules_in_force
from shichen.analysis.risk.models import Assessment, Rule
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.intake.models import Envelope
from shichen.registers.clusters.models import Cluster
from tests.made import area, deliver

LATE = watches.clock(date(2100, 1, 1), 0)


def rule(code: str = "v2020-02", **changed: str) -> Rule:
    """A rule as it comes with the product, or with lines of it changed."""
    text = rulebook.shipped()[code]
    for name, value in changed.items():
        lines = [f"{name} = {value}" if line.startswith(f"{name} =") else line for line in text.splitlines()]
        text = "\n".join(lines)
    return rules_in_force.enter(text, "试", by=accounts.system())


def cluster_row(code: str = "HT-01", **more: Any) -> dict[str, Any]:
    said = {"area": "荷塘区", "kind": "household", "confirmed": 4, "first_on": "2020-02-01", "last_on": "2020-02-01"}
    return {"code": code, **said, "dated": "confirmation", "basis": "同住一户", "source": "试", **more}


def cluster(code: str = "HT-01", **more: Any) -> Cluster:
    sent = deliver("cluster", cluster_row(code, **more))
    assert sent.envelope.state == Envelope.State.ENTERED, sent.envelope.note
    return Cluster.objects.current().get(code=code)


def made(place: str = "株洲市", as_of: datetime = LATE) -> Assessment | None:
    """The levels of an area, worked out and kept; counts that tests enter are recorded today."""
    return asking.make(area(place), city.the_event(), as_of, by=accounts.system())


def levels(one: Assessment | None) -> dict[str, str]:
    """The level of each day; empty where it is not judged."""
    assert one is not None
    return {row["date"]: row["level"] for row in one.rows}

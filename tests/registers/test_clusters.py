"""The register of cluster outbreaks: by form and by sheet, corrected by a successor, numbers only, a number given once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.registers.clusters import queries
from shichen.registers.clusters.models import Cluster
from shichen.registers.clusters.views import CLUSTERS
from tests.analysis.made_risk import LATE, cluster, cluster_row
from tests.made import area, deliver
from tests.registers.cases import RegisterCases

pytestmark = pytest.mark.django_db


def refused(row: dict[str, Any]) -> str:
    sent = deliver("cluster", row)
    assert sent.envelope.state == Envelope.State.HELD, row
    return str(list(Reject.objects.filter(envelope=sent.envelope).values_list("faults", flat=True)))


def test_a_family_comes_in_and_the_log_tells_place_kind_and_number() -> None:
    cluster()
    assert Entry.objects.get(topic="case").text == "登记聚集性疫情1起：荷塘区家庭4例。"


def test_a_sheet_brings_them_and_words_may_be_chinese() -> None:
    said = "编号,区域,类别,例数,首例日期,末例日期,日期依据,判定依据,来源\nA1,天元区,单位,3,2020-02-01,2020-02-03,发病日期,同一车间,试\n"
    deliver("cluster", said.encode(), media_type="text/csv", filename="a.csv", channel="sheet")
    one = Cluster.objects.get()
    assert (one.kind, one.dated, one.confirmed) == ("workplace", "onset", 3)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"last_on": "2020-01-31"}, "末例日期早于首例日期"),
        ({"confirmed": 1}, "2"),
        ({"area": "无此地"}, "无此地"),
        ({"source": None}, "来源"),
    ],
)
def test_what_cannot_be_is_sent_back_with_its_reason(changed: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(cluster_row(**changed))


def test_a_number_is_given_once() -> None:
    cluster()
    assert "已有编号 HT-01" in refused(cluster_row(confirmed=5))
    assert deliver("cluster", cluster_row()).envelope.state != Envelope.State.HELD  # the same again


def test_what_was_known_at_an_instant_is_asked_of_an_area_and_those_within() -> None:
    one = cluster()
    assert list(queries.known(area("株洲市"), one.event, LATE)) == [one]
    assert not queries.known(area("天元区"), one.event, LATE)


class TestClusterRegister(RegisterCases):
    register = CLUSTERS
    owner = "control"
    better = {"confirmed": "5"}
    said = "HT-01"

    def make(self) -> Cluster:
        sent = deliver("cluster", cluster_row(), unit="epidemic-control-group")
        found: Cluster = Cluster.objects.get(envelope=sent.envelope.id)
        return found

    def test_what_is_exported_can_come_in_again(self, mine: Client, record: Any) -> None:
        (row,) = json.loads(mine.get("/registers/clusters.json").content)["rows"]
        again = deliver("cluster", {name: value for name, value in row.items() if value is not None})
        assert again.envelope.state == Envelope.State.ENTERED
        assert Cluster.objects.count() == 1

"""Acts on cluster outbreaks: enter one, put it right, take it out; each with its entry in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.clusters.models import KINDS, Cluster

DECLARED = ("kind", "confirmed", "first_on", "last_on", "dated", "basis", "source", "area_id")
TOPIC = "case"


def enter_cluster(values: dict[str, Any], arrival: Arrival) -> Cluster:
    """Enter a cluster outbreak (登记聚集性疫情). Raises Refusal."""
    area = arrival.area_named(values["area"], on=values["first_on"])
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能登记{area}的聚集性疫情。", rule="报送范围", field="area")
    cluster = Cluster(
        **{name: values[name] for name in ("code", *DECLARED[:-1])},
        occurred_from=watches.clock(values["first_on"], 0),
        occurred_to=watches.clock(values["last_on"], 24),
    )
    arrival.begin(cluster, area=area)
    check(cluster)
    records.enter(cluster, lambda: _before(cluster))
    return cluster


def tell_clusters(clusters: list[Cluster], arrival: Arrival) -> None:
    """The log entry of the clusters that one report brought: where, of what kind, how many cases."""
    kinds = dict(KINDS)
    told = "；".join(f"{one.area.name}{kinds[one.kind]}{one.confirmed}例" for one in clusters[:3])
    text = f"登记聚集性疫情{len(clusters)}起：{told}{'等' if len(clusters) > 3 else ''}。"
    journal.write(arrival.said(journal.plain(text), topic=TOPIC), by=arrival.by)


@transaction.atomic
def correct_cluster(old: Cluster, values: dict[str, Any], reason: str, *, by: Account) -> Cluster:
    """Put a cluster right (更正); its number stays. Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    journal.note(new, f"更正聚集性疫情{new.code}：{reason}", TOPIC, "correct_cluster", by=by)
    return new


@transaction.atomic
def void_cluster(old: Cluster, reason: str, *, by: Account) -> None:
    """Take a cluster out (作废); levels that rest on it are worked out anew. Raises Refusal."""
    records.void(old, reason, by=by)
    journal.note(old, f"作废聚集性疫情{old.code}：{reason}", TOPIC, "void_cluster", by=by)


def check(cluster: Cluster) -> None:
    """The rules a cluster must keep: dates in order, two cases at least. Raises Refusal."""
    if cluster.last_on < cluster.first_on:
        raise Refusal("末例日期早于首例日期。", field="last_on")
    if cluster.confirmed < 2:
        raise Refusal("聚集性疫情至少两例。", field="confirmed")


def _before(cluster: Cluster) -> Refusal:
    before = Cluster.objects.current().filter(event=cluster.event, code=cluster.code).first()
    if before is None:
        return Refusal(f"编号 {cluster.code} 用过，已作废；请另编。", field="code")
    return again(before, cluster, DECLARED) or Refusal(
        f"已有编号 {cluster.code} 的聚集性疫情；如要改动请作更正。", field="code"
    )

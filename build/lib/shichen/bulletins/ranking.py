"""The ranker in this house (排序): fitted to decided figures, kept with how it did by replay, used only where a person says so.

In use it changes which candidate stands first, and what of that the tier says; never a value, a measure word or a decision.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.bulletins import tables
from shichen.bulletins.deciding import FIRST
from shichen.bulletins.models import Proposal, ProposedEntry, Ranking
from shichen.city.models import Account
from shichen.indicators.declare import known
from shichen.prose import confidence, ranker
from shichen.prose.catalogue import MATCHES
from shichen.prose.memory import Decided
from shichen.prose.offers import Offers
from shichen.prose.ranker import FEATURES, Case, Past, Weights
from shichen.prose.replaying import Day, Met, replay, trained
from shichen.prose.spans import Candidate, Figure
from shichen.prose.tables import Tables
from shichen.refusal import Refusal

RANKED = "ranked"
LATEST = 20_000
KEPT = (Proposal.State.ACCEPTED, Proposal.State.EDITED)
COLUMNS = ("indicator", "unit", "subject", "period", "cumulative", "value", "candidates", "was", "sayings")
OF_ENTRY = ("body_id", "unit_text", "column", "on", "bulletin__unit_id", "bulletin__kind")


@dataclass(frozen=True)
class Ordering:
    """The fit that is in use, made ready for one bulletin."""

    ranking: Ranking
    offers: Offers
    past: Past
    weights: Weights

    @classmethod
    def of(cls, words: Tables) -> Ordering | None:
        one = in_use()
        if one is None:
            return None
        weights = tuple(float(one.weights.get(name, 0.0)) for name in FEATURES)
        return cls(one, Offers(words), Past.of_rows(one.past), weights)

    def values(
        self, values: dict[str, Any], figure: Figure, said: Sequence[str], entry: ProposedEntry
    ) -> dict[str, Any]:
        """The values of a proposal with its candidates in another order, where the ranker says so; its checks tell it."""
        offers = self.offers.of(figure.candidates, figure.subject, _sentence(said), figure.unit)
        case = Case(offers, _unit(entry), _column(entry), float(figure.value))
        order = [key for key, _share in ranker.order(ranker.rows_of(case, self.past), self.weights)]
        if order == [one.indicator for one in figure.candidates]:
            return values
        candidates = tuple(sorted(figure.candidates, key=lambda one: order.index(one.indicator)))
        named = order[0] if values["indicator"] else ""
        note = f"按 {self.ranking.until} 止采过的 {self.ranking.figures} 个数排过序"
        return {
            **values,
            "indicator": named,
            "candidates": [asdict(one) for one in candidates],
            "tier": confidence.tier(figure.confidence, candidates, figure.checks),
            "checks": [*values["checks"], {"id": RANKED, "ok": True, "note": note}],
        }


def in_use() -> Ranking | None:
    return Ranking.objects.exclude(used_at=None).filter(ended_at=None).first()


def fingerprint(words: Tables, used: Ranking | None) -> str:
    """What a bulletin was read with: the tables, and the order where one is in use."""
    return words.hash if used is None else hashlib.sha256(f"{words.hash} {used.pk}".encode()).hexdigest()


def confirmed() -> int:
    """How many numbers a person took for an indicator."""
    return Proposal.objects.filter(state__in=KEPT).exclude(indicator="").count()


def enough() -> int:
    return max(int(settings.CONFIG["bulletins.ranker_from"]), 1)


@transaction.atomic
def fit(*, by: Account) -> Ranking:
    """Fit the ranker to all that was decided, and keep it with its replay; nothing uses it yet. Raises Refusal."""
    if confirmed() < enough():
        raise Refusal(f"采过的数有 {confirmed()} 个，到 {enough()} 个才排得准；现在不算。", rule="数目不够")
    met = decided()
    weights, past = trained(met)
    made = Ranking.objects.create(
        weights=dict(zip(FEATURES, weights, strict=True)),
        past=past.as_rows(),
        figures=len(met),
        until=max(one.day for one in met),
        days=[list(day) for day in replay(met)],
        by=by,
        at=now(),
    )
    made.refresh_from_db()
    audit.note("fit ranking", table="bulletins.ranking", subject=str(made.pk), rows=len(met), by=by)
    return made


@transaction.atomic
def use(ranking: Ranking, reason: str, *, by: Account) -> None:
    """From now on what is read is put in this order. Raises Refusal."""
    reason = _reason(reason)
    if in_use() is not None:
        raise Refusal("已有一版排序在用；请先停用它。", rule=FIRST)
    if not worth(ranking):
        raise Refusal("回放里不如只按规则排的；不能启用。", rule="不如规则")
    rows = Ranking.objects.filter(pk=ranking.pk, used_at=None)
    if not rows.update(used_at=now(), used_by=by, reason=reason):
        raise Refusal("这一版已经用过；请重新算一版。", rule=FIRST)
    audit.note("use ranking", table="bulletins.ranking", subject=str(ranking.pk), reason=reason, by=by)


@transaction.atomic
def end(ranking: Ranking, reason: str, *, by: Account) -> None:
    """From now on what is read is in the order of the rules. Raises Refusal."""
    reason = _reason(reason)
    rows = Ranking.objects.filter(pk=ranking.pk, ended_at=None).exclude(used_at=None)
    if not rows.update(ended_at=now(), ended_by=by, why=reason):
        raise Refusal("这一版没有在用。", rule=FIRST)
    audit.note("end ranking", table="bulletins.ranking", subject=str(ranking.pk), reason=reason, by=by)


def worth(ranking: Ranking) -> bool:
    """Whether by replay no fewer were right than by the rules, with memory and without."""
    last = last_day(ranking.days)
    return last is not None and last.ranked >= last.rules and last.both >= last.memory


def last_day(days: Sequence[Sequence[Any]]) -> Day | None:
    return Day(*days[-1]) if days else None


def replayed() -> list[Day]:
    """The replay of all that was decided, taken anew only when something was decided since."""
    said = Proposal.objects.filter(state__in=KEPT).aggregate(n=Count("pk"), last=Max("decided_at"))
    return _replayed(tuple(said.values()))


@lru_cache(maxsize=2)
def _replayed(state: tuple[Any, ...]) -> list[Day]:
    return list(replay(decided()))


def decided() -> list[Met]:
    """The numbers that persons took for an indicator, the latest of them, with the candidates that they were read with."""
    rows = (
        Proposal.objects.filter(state__in=KEPT).exclude(indicator="").order_by("-entry__on", "-entry__start", "-start")
    )
    columns = (*COLUMNS, *(f"entry__{name}" for name in OF_ENTRY))
    offers = Offers(tables.of_the_city())
    found = [_met(dict(zip(columns, row, strict=True)), offers) for row in rows.values_list(*columns)[:LATEST]]
    return found[::-1]


def _met(row: dict[str, Any], offers: Offers) -> Met:
    was = row["was"]
    unit, subject = str(was.get("unit", row["unit"])), str(was.get("subject", row["subject"]))
    offered = tuple(Candidate(one["indicator"], float(one["score"])) for one in row["candidates"])
    offered = tuple(sorted(offered, key=lambda one: (-one.score, one.indicator)))
    told = offers.of((one for one in offered if one.indicator in known()), subject, _sentence(row["sayings"]), unit)
    reporter = row["entry__body_id"] or row["entry__unit_text"] or row["entry__bulletin__unit_id"]
    column = f"{row['entry__bulletin__kind']} {row['entry__column']}"
    case = Case(told, reporter, column, float(row["value"]), row["indicator"])
    rules = offered[0].indicator if offered and offered[0].score >= MATCHES else ""
    taken = Decided(row["indicator"], row["subject"], row["unit"], row["period"], row["cumulative"])
    return Met(row["entry__on"].isoformat(), tuple(row["sayings"]), rules, case, taken)


def _sentence(sayings: Sequence[str]) -> str:
    """The sentence without its numbers; nothing where nothing is remembered of it."""
    return next((one for one in sayings if not one.startswith("=")), "")


def _unit(entry: ProposedEntry) -> str:
    return entry.body_id or entry.unit_text or entry.bulletin.unit_id


def _column(entry: ProposedEntry) -> str:
    return f"{entry.bulletin.kind} {entry.column}"


def _reason(reason: str) -> str:
    reason = " ".join(reason.split())[:200]
    if not reason:
        raise Refusal("启用或停用排序要写明理由。", field="reason")
    return reason

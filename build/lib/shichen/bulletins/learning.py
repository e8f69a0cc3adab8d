"""What persons decided of the same words before (记性): kept with every accepted number, followed where it was always the same.

A lesson changes no rule and no table. It is counted by its saying (说法), shown beside every proposal that it touched, and
forgotten by one act; what was proposed before stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q

from shichen.audit import services as audit
from shichen.audit.context import known as known_by
from shichen.audit.context import now
from shichen.batches import batches
from shichen.bulletins.models import Lesson, Proposal
from shichen.city.models import Account
from shichen.indicators.declare import known
from shichen.prose.gazetteer import Gazetteer
from shichen.prose.memory import Decided, Memory, Recalled
from shichen.prose.sayings import placeless, sayings_of
from shichen.prose.spans import Figure
from shichen.refusal import Refusal

LEARNED = "learned"
PLACE = "@"
FOLLOWED = "，这次照办"


def sayings(raw: str, figures: Sequence[Figure], places: Gazetteer) -> list[tuple[str, ...]]:
    """How each figure of a bulletin was said, nothing where learning is switched off."""
    if not settings.CONFIG["bulletins.learn"]:
        return [() for _ in figures]
    return [sayings_of(raw, figure, places) for figure in figures]


def remembered(said: Iterable[Sequence[str]]) -> Memory:
    """What is known of these sayings."""
    asked = sorted({saying for one in said for saying in one})
    memory = Memory()
    for some in batches(asked):
        rows = Lesson.objects.filter(saying__in=some, forgotten_at=None)
        counted = rows.order_by().values_list("saying", *Decided._fields).annotate(times=Count("pk"))
        for saying, *decided, times in counted:
            memory.learn(saying, Decided(*decided), times)
    return memory


def followed(values: dict[str, Any], figure: Figure, recalled: Recalled | None) -> dict[str, Any]:
    """The values of a proposal as they were decided before, if that is sure; a word of it stands among its checks."""
    if recalled is None or not recalled.sure:
        return values
    decided = recalled.decided
    if decided.indicator and decided.indicator not in known():
        return values
    place = dict(figure.facets).get("place", "")
    was = Decided(figure.indicator or "", placeless(figure), figure.unit, figure.period, figure.cumulative)
    changed = {name for name in Decided._fields if getattr(was, name) != getattr(decided, name)}
    note = f"同样的说法采过 {recalled.times} 次" + (FOLLOWED if changed else "")
    checks = [*values["checks"], {"id": LEARNED, "ok": True, "note": note}]
    taken = {name: getattr(decided, name) for name in changed}
    if "subject" in taken:
        taken["subject"] = decided.subject.replace(PLACE, place)[:200]
    return {**values, **taken, "checks": checks}


def followed_in(check: dict[str, Any]) -> bool:
    """Whether a row of a proposal's checks says that it was proposed otherwise than it was read."""
    return check.get("id") == LEARNED and str(check.get("note", "")).endswith(FOLLOWED)


def learn(proposals: Iterable[Proposal], *, by: Account) -> None:
    """Keep what was decided of numbers that were taken, in the transaction that takes them."""
    at = now()
    lessons = [
        Lesson(
            saying=saying,
            proposal=one,
            indicator=one.indicator,
            subject=_placeless(one),
            unit=one.unit,
            period=one.period,
            cumulative=one.cumulative,
            by=by,
            at=at,
        )
        for one in proposals
        for saying in one.sayings
    ]
    Lesson.objects.bulk_create(lessons)


def _placeless(one: Proposal) -> str:
    return one.subject.replace(one.place, PLACE) if one.place else one.subject


@transaction.atomic
def forget(saying: str, reason: str, *, by: Account) -> int:
    """Follow what was decided of a saying no more; how many lessons that were. Raises Refusal."""
    if not reason.strip():
        raise Refusal("忘掉一种说法要写明理由。", field="reason")
    rows = Lesson.objects.filter(saying=saying, forgotten_at=None)
    gone = rows.update(forgotten_at=now(), forgotten_by=by, why=reason.strip()[:200])
    if not gone:
        raise Refusal("这种说法没有可忘的。", field="saying")
    audit.note("forget", table="bulletins.lesson", rows=gone, reason=reason.strip()[:200], by=by)
    return gone


def told(word: str = "") -> Any:
    """The sayings with what was decided of them, how often and when last; the most used first. As far as whoever looks knows."""
    moment = known_by()
    remembered_ = Q(forgotten_at=None) if moment is None else Q(forgotten_at=None) | Q(forgotten_at__gt=moment)
    rows = Lesson.objects.filter(remembered_, **({"saying__contains": word} if word else {}))
    rows = rows if moment is None else rows.filter(at__lte=moment)
    counted = rows.order_by().values("saying", "indicator", "subject", "unit", "period", "cumulative")
    return counted.annotate(times=Count("pk"), last=Max("at")).order_by("-times", "saying")

"""An edition on its way, told in words: the steps it takes, who did what when, how long until its hour (经过)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from shichen.audit.context import known
from shichen.audit.models import Trail
from shichen.publications import places
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.web import words

State = Edition.State
NOBODY = "anonymous"  # in the trail, who acted when the clock did
ORDER = (State.DRAFT, State.REVIEWED, State.APPROVED, State.RELEASED)
STEPS: dict[str, str | Promise] = {
    State.DRAFT: gettext_lazy("草稿"),
    State.REVIEWED: gettext_lazy("审核"),
    State.APPROVED: gettext_lazy("签发"),
    State.RELEASED: gettext_lazy("已发布"),
}
DONE: dict[str, str | Promise] = {
    "open-draft": gettext_lazy("开始组稿"),
    "review-edition": pgettext_lazy("动作", "审定"),
    "send-back-edition": gettext_lazy("退回重编"),
    "approve-edition": pgettext_lazy("动作", "签发"),
    "release-edition": pgettext_lazy("动作", "发布"),
    "release-refused": gettext_lazy("到时未能发布"),
    "withdraw-edition": gettext_lazy("撤下"),
    "discard-draft": gettext_lazy("作废"),
}


@dataclass(frozen=True)
class Step:
    """One of the four steps to the public: behind, at hand, or ahead."""

    label: str | Promise
    state: str


@dataclass(frozen=True)
class Done:
    """Something that was done to an edition, by whom, when, and why where a reason is asked."""

    label: str | Promise
    at: datetime
    who: str
    reason: str
    by_clock: bool
    refused: bool


def steps(edition: Edition) -> list[Step]:
    """The four steps, the one at hand being what is to be done next; of an edition given up, the one it had made."""
    if edition.state == State.WITHDRAWN:
        return [Step(STEPS[one], "behind") for one in ORDER]
    if edition.state == State.DROPPED:
        return [Step(STEPS[State.DRAFT], "behind"), *(Step(STEPS[one], "never") for one in ORDER[1:])]
    at = ORDER.index(State(edition.state))
    here = at + 1 if at else 0  # a draft is at hand itself; what was reviewed waits for the signature
    return [Step(STEPS[one], "behind" if n < here else "here" if n == here else "ahead") for n, one in enumerate(ORDER)]


def history(edition: Edition) -> list[Done]:
    """Everything that was done to an edition as the trail has it, in order; what was sent back included."""
    rows = Trail.objects.filter(table="publications.edition", subject=str(edition.pk), action__in=DONE)
    moment = known()
    rows = rows if moment is None else rows.filter(at__lte=moment)
    return [
        Done(DONE[row.action], row.at, row.actor_name, row.reason, row.actor == NOBODY, row.result != "done")
        for row in rows.order_by("position")
    ]


def countdown(edition: Edition, at: datetime) -> str:
    """How long until the hour of an edition: 还有3小时; 到时即发."""
    if edition.not_before is None or edition.state != State.APPROVED:
        return ""
    left: timedelta = edition.not_before - at
    if left <= timedelta(0):
        return _("时间已到，即将发布")
    return _("还有%(span)s") % {"span": words.span(left)}


def figures(edition: Edition) -> int:
    """How many figures an edition prints; those of a draft are not yet fixed."""
    return len(edition.content["figures"]) if edition.content else 0


def payload(edition: Edition) -> dict[str, Any]:
    """An edition on its way, as data."""
    return {
        "edition": f"/releases/{edition.pk}/",
        "kind": edition.kind,
        "first": edition.first,
        "last": edition.last,
        "number": edition.number,
        "state": edition.state,
        "audience": edition.audience,
        "not_before": edition.not_before,
        "href": editions.href(edition) if edition.content else None,
        "digest": edition.digest or None,
        "figures": figures(edition),
        "places": len(places.of(edition.kind, edition.first, edition.last)),
        "corrects": editions.href(edition.previous) if edition.previous else None,
        "reason": edition.reason or None,
        "ended": edition.ended or None,
        "made_at": edition.made_at,
        "reviewed_at": edition.reviewed_at,
        "approved_at": edition.approved_at,
        "released_at": edition.released_at,
        "withdrawn_at": edition.withdrawn_at,
    }

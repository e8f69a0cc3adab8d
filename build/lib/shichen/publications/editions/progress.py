"""An edition on its way, told in words: the steps it takes, who did what when, how long until its hour (经过)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy

from shichen.audit.context import known
from shichen.audit.models import Trail
from shichen.publications import places
from shichen.publications.editions import outgoing as editions
from shichen.publications.models import Edition
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.sentences import said
from shichen.web.siblings import About

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


SHEET = (
    Field("kind", gettext_noop("种类")),
    Field("first", gettext_noop("首日"), "date"),
    Field("last", gettext_noop("末日"), "date"),
    Field("number", gettext_noop("版次"), "integer"),
    Field("state", gettext_noop("状态")),
    Field("audience", gettext_noop("发给谁")),
    Field("not_before", gettext_noop("不早于"), "datetime"),
    Field("released_at", gettext_noop("发布时间"), "datetime"),
    Field("figures", gettext_noop("定下的数字"), "integer"),
    Field("reason", gettext_noop("再版的理由")),
    Field("ended", gettext_noop("撤下或作废的理由")),
    Field("digest", gettext_noop("指纹")),
    Field("edition", gettext_noop("地址")),
)


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
    """Everything that was done to an edition, in order; what was sent back included."""
    return of_the_trail("publications.edition", edition.pk, DONE)


def of_the_trail(table: str, subject: UUID, names: Mapping[str, str | Promise]) -> list[Done]:
    """What the trail has of something, by the names of the acts."""
    rows = Trail.objects.filter(table=table, subject=str(subject), action__in=names)
    moment = known()
    rows = rows if moment is None else rows.filter(at__lte=moment)
    return [
        Done(names[row.action], row.at, row.actor_name, row.reason, row.actor == NOBODY, row.result != "done")
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


def about() -> About:
    """What the list of editions is."""
    definition = _("日版和大事记的各版：到了哪一步，几时发布，定下了几个数字；已发布的永不改动，改了就是新的一版。")
    return About(_("各版"), definition, _("本指挥部"), SHEET)


def row(edition: Edition) -> dict[str, Any]:
    """An edition as a line of a sheet, in the words of the page."""
    shown = {name: said(str(getattr(edition, f"get_{name}_display")())) for name in ("kind", "state", "audience")}
    kept = {name: getattr(edition, name) for name in ("first", "last", "number", "not_before", "released_at", "digest")}
    reasons = {name: said(getattr(edition, name)) for name in ("reason", "ended")}
    return {**shown, **kept, **reasons, "figures": figures(edition), "edition": f"/releases/{edition.pk}/"}

"""The register of official documents (发文登记): who sees which, narrowed as asked, as rows of a sheet and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.city.scope import User
from shichen.publications.editions import editing
from shichen.publications.papers import telling, then
from shichen.publications.papers.models import Paper
from shichen.publications.papers.telling import Told
from shichen.sheets.fields import Field
from shichen.web.sentences import said
from shichen.web.siblings import About

ACTS = frozenset(("confirm", "approve"))
"""Who drafts does it as one who confirms, who signs as one who approves."""
SHEET = (
    Field("kind", gettext_noop("文种")),
    Field("number", gettext_noop("发文字号")),
    Field("title", gettext_noop("标题")),
    Field("issuer", gettext_noop("发文机关")),
    Field("state", gettext_noop("状态")),
    Field("made_at", gettext_noop("拟稿时间"), "datetime"),
    Field("dated", gettext_noop("成文日期"), "date"),
    Field("issued_at", gettext_noop("签发时间"), "datetime"),
    Field("withdrawn_at", gettext_noop("撤回时间"), "datetime"),
    Field("ended", gettext_noop("撤回或作废的缘由")),
    Field("digest", gettext_noop("指纹")),
    Field("paper", gettext_noop("地址")),
)


@dataclass(frozen=True)
class Asked:
    """Which documents somebody wants to see; an empty word narrows nothing."""

    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        kind, state = given.get("kind", ""), given.get("state", "")
        return cls(kind if kind in Paper.Kind.values else "", state if state in Paper.State.values else "")


def acts_of(user: User) -> frozenset[str]:
    """Which acts on official documents are theirs; none: they read what was issued."""
    return editing.acts_of(user) & ACTS


def seen(user: User, moment: datetime | None) -> QuerySet[Paper]:
    """The documents that somebody may see, or might at a moment, the latest first."""
    rows = Paper.objects.select_related("issuer", "made_by", "sent_by", "issued_by").prefetch_related("issuer__aliases")
    if moment is None:
        found = rows if acts_of(user) else rows.filter(state__in=then.OUTSIDE)
    else:
        held = then.states(moment)
        there = held if acts_of(user) else [pk for pk, state in held.items() if state in then.OUTSIDE]
        found = rows.filter(pk__in=there)
    return found.order_by("-made_at", "pk")


def narrowed(rows: QuerySet[Paper], asked: Asked, moment: datetime | None) -> QuerySet[Paper]:
    """Of some documents those that were asked for."""
    rows = rows.filter(kind=asked.kind) if asked.kind else rows
    if not asked.state:
        return rows
    if moment is None:
        return rows.filter(state=asked.state)
    return rows.filter(pk__in=[pk for pk, state in then.states(moment).items() if state == asked.state])


def stood(rows: Any, moment: datetime | None) -> list[Told]:
    """Documents with their wordings, each as it stood."""
    found = list(rows)
    if moment is not None:
        held = then.states(moment)
        found = [then.as_it_stood(one, held[one.pk], moment) for one in found if one.pk in held]
    return telling.told(found, moment)


def about() -> About:
    """What the register is."""
    definition = _("本指挥部的公文：令、通知、函、纪要；签发时给号，同一机关、文种、年度不跳号，撤回的号不再用。")
    return About(_("公文"), definition, _("本指挥部"), SHEET)


def row(told: Told) -> dict[str, Any]:
    """A document as a line of a sheet, in the words of the page."""
    one = told.paper
    kept = {name: getattr(one, name) for name in ("made_at", "dated", "issued_at", "withdrawn_at", "ended", "digest")}
    shown = {name: said(str(getattr(one, f"get_{name}_display")())) for name in ("kind", "state")}
    return {
        **shown,
        **kept,
        "number": told.number,
        "title": told.title,
        "issuer": _issuer(one),
        "paper": telling.href(one),
    }


def payload(told: Told) -> dict[str, Any]:
    """A document as data."""
    one = told.paper
    kept = {name: getattr(one, name) for name in ("kind", "state", "made_at", "dated", "issued_at", "withdrawn_at")}
    issued = {"serial": one.serial, "year": one.year or None, "digest": one.digest or None, "ended": one.ended or None}
    numbered = issued if one.serial else {**issued, "year": None}
    return {"paper": telling.href(one), **kept, "number": told.number or None, "title": told.title, **numbered} | {
        "issuer": one.issuer_id,
        "issuer_name": _issuer(one),
        "version": told.wording.number,
    }


def _issuer(paper: Paper) -> str:
    return paper.name or str(paper.issuer)

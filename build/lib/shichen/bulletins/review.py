"""What a reviewer sees of a bulletin: the raw text with every proposed number in place, and its entries in turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.utils.translation import gettext_noop as _

from shichen.bulletins import services
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.scope import Sight
from shichen.keys import KeyGone
from shichen.refusal import Refusal
from shichen.web.masking import masked

TIERS = {"auto": _("可信"), "quick": _("快核"), "full": _("细核")}
PERIODS = {
    "event": _("当时"),
    "day": _("当日"),
    "page": _("日版日（23—23时）"),
    "cum": _("累计至当日"),
    "state": _("现有"),
    "per_day": _("每日"),
    "plan": _("计划"),
    "target": _("目标"),
}
CHECKS = {
    "subset": _("其中数不大于总数"),
    "parts": _("分项之和等于总数"),
    "monotone": _("累计不减"),
    "difference": _("累计差等于新增"),
    "range": _("数值在常见范围"),
    "measure": _("量词合适"),
    "measure_failed": _("量词不合适"),
    "repeat": _("与另一日期的数相同"),
    "computed": _("与实算一致"),
    "missing": _("预告了而没有数"),
    "place": _("地名在名录里"),
    "issuer": _("机构当日有效"),
    "agencies": _("与别的单位一致"),
    "duplicate": _("同样的内容只来一次"),
    "reissue": _("同一天只来一份"),
    "learned": _("记得"),
    "ranked": _("排序"),
}
OUTWARD = ("day_page", "chronicle", "press", "case_bulletin")
"""Kinds of bulletins that are meant for publication."""
FLAGS = {
    "missing": _("预告了数字，却没有写"),
    "joined": _("原文断行，已接成一句"),
    "orphan": _("前面缺了一截，是孤行"),
    "displaced": _("不在通常的位置"),
    "duplicate": _("与前文重复"),
    "duplicated": _("有重复的词"),
    "doubled": _("有重复的词"),
    "heading_contradicts": _("标题里的时辰与钟点不合"),
    "too_long": _("太长，未逐字解析"),
    "numeral_too_long": _("有太长的数字，未采"),
    "empty": _("没有读出内容"),
}


@dataclass(frozen=True)
class Mark:
    """A run of the raw text as shown: plain, or a proposed number; in which entry it lies."""

    text: str
    proposal: Proposal | None = None
    entry: ProposedEntry | None = None
    begins: bool = False


@dataclass(frozen=True)
class Around:
    """The bulletins that wait before and after one, in the order of the queue."""

    before: UUID | None = None
    following: UUID | None = None


def queue(reach: Sight, state: str) -> QuerySet[Any]:
    """Bulletins within reach: of those that wait what is meant for publication first, then the least certain, then the oldest."""
    rows: QuerySet[Any] = (
        Bulletin.objects.within(reach)
        .select_related("unit", "envelope__account")
        .defer("envelope__body", "envelope__words")
    )
    rows = rows.annotate(
        n_entries=Count("entries", distinct=True),
        n_open=Count("entries", filter=Q(entries__state=ProposedEntry.State.OPEN), distinct=True),
        n_figures=Count("entries__proposals", distinct=True),
        **{f"n_{tier}": _open_of(tier) for tier in TIERS},
        outward=Case(When(kind__in=OUTWARD, then=0), default=1),
        least=Min("entries__proposals__confidence", filter=Q(entries__proposals__state=Proposal.State.OPEN)),
    )
    if state == Bulletin.State.WAITING:
        return rows.filter(state=state).order_by("outward", F("least").asc(nulls_last=True), "received_at", "pk")
    if state in Bulletin.State.values:
        return rows.filter(state=state).order_by("-received_at", "pk")
    return rows.order_by("-received_at", "pk")


def _open_of(tier: str) -> Count:
    """How many numbers of a tier wait."""
    there = Q(entries__proposals__state=Proposal.State.OPEN, entries__proposals__tier=tier)
    return Count("entries__proposals", filter=there, distinct=True)


def around(reach: Sight, one: Bulletin) -> Around:
    """Where the keys lead from a bulletin to the one before and the one after; from one that is done, to the first that waits."""
    waiting = list(queue(reach, Bulletin.State.WAITING).values_list("pk", flat=True))
    at = waiting.index(one.pk) if one.pk in waiting else -1
    return Around(waiting[at - 1] if at > 0 else None, waiting[at + 1] if at + 1 < len(waiting) else None)


def next_waiting(reach: Sight, one: Bulletin) -> Bulletin | None:
    """The bulletin that waits first, other than one."""
    found = queue(reach, Bulletin.State.WAITING).select_related("area").exclude(pk=one.pk).first()
    return found if isinstance(found, Bulletin) else None


def text_of(bulletin: Bulletin) -> str:
    """The text as it came; empty where it was erased on time, or cannot be read any more."""
    try:
        return services.raw_text(bulletin)
    except (KeyGone, Refusal):
        return ""


def marks(text: str, entries: Iterable[ProposedEntry], proposals: Iterable[Proposal]) -> list[Mark]:
    """The text, masked character for character, cut where numbers and entries begin and end."""
    shown, at = masked(text), 0
    spans = sorted(entries, key=lambda one: one.start)
    found: list[Mark] = []
    for proposal in sorted(proposals, key=lambda one: (one.start, -one.end)):
        if proposal.start < at or proposal.end > len(shown):
            continue
        found += _plain(shown, at, proposal.start, spans)
        inside = _entry_at(spans, proposal.start)
        begins = inside is not None and inside.start == proposal.start
        found.append(Mark(shown[proposal.start : proposal.end], proposal, inside, begins))
        at = proposal.end
    return found + _plain(shown, at, len(shown), spans)


def _plain(text: str, start: int, end: int, spans: Sequence[ProposedEntry]) -> list[Mark]:
    """A run without numbers, cut where entries begin and end."""
    cuts = {start, end}
    for one in spans:
        cuts |= {cut for cut in (one.start, one.end) if start < cut < end}
    places = sorted(cuts)
    found = []
    for left, right in pairwise(places):
        inside = _entry_at(spans, left)
        found.append(Mark(text[left:right], None, inside, inside is not None and inside.start == left))
    return found


def _entry_at(spans: Sequence[ProposedEntry], at: int) -> ProposedEntry | None:
    return next((one for one in spans if one.start <= at < one.end), None)


def flags(entry: ProposedEntry) -> list[str]:
    """What the reader noticed of an entry, in words."""
    said = []
    for flag in map(str, entry.flags):
        if flag.startswith("place:"):
            name, _, near = flag.removeprefix("place:").partition("→")
            said.append(f"「{name}」不在地名录；是否为「{near.replace('|', '」或「')}」？")
        elif flag.startswith("issuer:"):
            said.append(f"「{flag.removeprefix('issuer:')}」当天不是有效的机构名称。")
        elif flag != "place":
            said.append(FLAGS.get(flag, flag))
    return said


def doubts(entry: ProposedEntry) -> list[tuple[str, list[str]]]:
    """Names that are in no list, each with the listed names one character away."""
    told = (str(flag).removeprefix("place:").partition("→") for flag in entry.flags if str(flag).startswith("place:"))
    return [(name, [one for one in near.split("|") if one]) for name, _arrow, near in told]


def chosen(places: Mapping[int, str], asked: str) -> int | None:
    """The place of the entry asked for, else of the first that waits, else the first; `places` tells the state of each."""
    if asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) in places:
        return int(asked)
    waiting = (place for place, state in places.items() if state == ProposedEntry.State.OPEN)
    return next(waiting, next(iter(places), None))

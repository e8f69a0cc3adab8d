"""The checks of bulletins as a page lists them (核对一览): what each asks, how often it held and failed, where it was met last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop as _

from shichen.audit.context import known
from shichen.batches import AT_ONCE
from shichen.bulletins import deciding, proofs, review, then
from shichen.bulletins.models import Bulletin, Proof, ProposedEntry
from shichen.bulletins.raised import FAMILY
from shichen.city.scope import Sight
from shichen.prose.confidence import EFFECTS
from shichen.web.masking import masked

NAMES = {
    "subset": _("其中数"),
    "parts": _("分项合计"),
    "monotone": _("累计不减"),
    "difference": _("累计差与新增"),
    "range": _("十倍之差"),
    "measure": _("量词"),
    "repeat": _("一数两日"),
    "computed": _("报称与实算"),
    "agencies": _("两家说法"),
    "missing": _("有题无数"),
    "place": _("地名"),
    "issuer": _("机构名称"),
    "duplicate": _("同稿"),
    "reissue": _("重发"),
}
ASKS = {
    "subset": _("其中的一部分不大于它的总数。"),
    "parts": _("各分项相加等于总数，各地相加等于全市。"),
    "monotone": _("累计数不小于上一次的累计。"),
    "difference": _("今天的累计减昨天的累计，等于今天新增。"),
    "range": _("与同一序列上一次相差不到十倍；率在0与100之间。"),
    "measure": _("量词配得上所计的东西：护目镜不以瓶计。"),
    "repeat": _("同一个数没有在一周之内落在两个日期。"),
    "computed": _("报来的数与登记册算出来的相同。"),
    "agencies": _("别的单位说同一件事、同一地、同一时段，数相同。"),
    "missing": _("预告了的数字，后面真的有。"),
    "place": _("提到的地名在地名录里；只差一个字的，提出来问。"),
    "issuer": _("报送单位的名称当天有效。"),
    "duplicate": _("同一单位同样的内容没有来过。"),
    "reissue": _("同一单位同一天没有来过大体相同的一份。"),
}
"""What each check asks, in the order of the page."""
RAISES = {
    **FAMILY,
    "measure": "measure",
    "computed": "stated_computed",
    "agencies": "agencies",
    "missing": "missing",
    "place": "place",
    "issuer": "lapsed",
    "duplicate": "duplicate",
    "reissue": "duplicate",
}
"""The family of the work items that a failed check opens on the reconciliation desk."""


@dataclass(frozen=True)
class Example:
    """Where a check was met last: its sentence with the words in it, and what the check said."""

    bulletin: Bulletin
    href: str
    on: datetime
    note: str = ""
    before: str = ""
    words: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        return self.before + self.words + self.after


@dataclass
class Row:
    """One check of the page."""

    key: str
    held: int = 0
    failed: int = 0
    examples: dict[bool, Example] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return NAMES[self.key]

    @property
    def asks(self) -> str:
        return ASKS[self.key]

    @property
    def effect(self) -> tuple[float, float] | None:
        """What it adds to the confidence of a number and takes from it; None where it changes neither."""
        found = EFFECTS.get(self.key)
        return found if found is not None and any(found) else None

    @property
    def plus(self) -> str:
        return f"+{self.effect[0]:.2f}" if self.effect and self.effect[0] else ""

    @property
    def minus(self) -> str:
        return f"−{-self.effect[1]:.2f}" if self.effect and self.effect[1] else ""

    @property
    def of_numbers(self) -> bool:
        return self.key in proofs.OF_NUMBERS

    @property
    def of_bulletins(self) -> bool:
        return self.key in proofs.OF_BULLETINS

    @property
    def family(self) -> str:
        return RAISES[self.key]

    @property
    def good(self) -> Example | None:
        return self.examples.get(True)

    @property
    def bad(self) -> Example | None:
        return self.examples.get(False)


def rows(reach: Sight) -> list[Row]:
    """Every check with what it came to in the bulletins within reach, as far as whoever looks knows."""
    standing = _standing(reach)
    found = {key: Row(key) for key in ASKS}
    for key, ok, n in standing.order_by().values_list("check_name", "ok").annotate(n=Count("pk")):
        if key in found and ok:
            found[key].held = n
        elif key in found:
            found[key].failed = n
    of_entries = standing.filter(check_name__in=proofs.OF_ENTRIES).order_by().values_list("check_name")
    for key, n in of_entries.annotate(n=Count("subject", distinct=True)):
        found[key].failed = n  # one entry may name several places
    entries, bulletins = _read(reach)
    for key in proofs.OF_ENTRIES:
        found[key].held = max(entries - found[key].failed, 0)
    for key in proofs.OF_BULLETINS:
        found[key].held = max(bulletins - found[key].failed, 0)
    for row in found.values():
        for ok in (False, True):
            last = standing.filter(check_name=row.key, ok=ok).order_by("-at", "-pk").first()
            if last is not None:
                row.examples[ok] = _example(last)
    return list(found.values())


def _standing(reach: Sight) -> QuerySet[Proof]:
    """What the checks say, or said at the moment that is looked back to."""
    found, moment = Proof.objects.filter(reach.q()), known()
    if moment is None:
        return found.filter(until=None)
    return found.filter(Q(until=None) | Q(until__gt=moment), at__lte=moment)


def _read(reach: Sight) -> tuple[int, int]:
    """How many entries and bulletins were read, or had been by then: entries are merged later, too."""
    moment = known()
    if moment is not None:
        rows = list(then.bulletins(reach, moment).defer("opening"))
        some = (rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE))
        return sum(one.n_entries for part in some for one in then.counted(part, moment)), len(rows)
    bulletins = Bulletin.objects.within(reach)
    return ProposedEntry.objects.filter(bulletin__in=bulletins.order_by()).count(), bulletins.count()


def _example(proof: Proof) -> Example:
    bulletin = Bulletin.objects.select_related("unit", "envelope").get(pk=proof.bulletin_id)
    text = masked(review.text_of(bulletin))
    start, end = deciding.sentence_around(text, proof.start, proof.end)
    whole = proof.check_name in proofs.OF_BULLETINS
    return Example(
        bulletin=bulletin,
        href=_href(proof),
        on=bulletin.received_at,
        note=proof.note.replace("→", " → "),
        before=text[start : proof.start],
        words=text[proof.start : proof.end],
        after=("…" if proof.end < len(text) else "") if whole else text[proof.end : end],
    )


def _href(proof: Proof) -> str:
    """The bulletin, opened at the entry and the number that the check was about."""
    entries = ProposedEntry.objects.filter(bulletin=proof.bulletin_id, start__lte=proof.start)
    ordinal = entries.order_by("-start").values_list("ordinal", flat=True).first() or 1
    anchor = f"p-{proof.subject}" if proof.check_name in proofs.OF_NUMBERS else "entry"
    return f"/bulletins/{proof.bulletin_id}/?entry={ordinal}#{anchor}"


def of_row(row: Row) -> dict[str, Any]:
    """A check as data."""
    plus, minus = row.effect or (0.0, 0.0)
    return {
        "check": row.key,
        "asks": row.asks,
        "adds": plus,
        "takes": minus,
        "held": row.held,
        "failed": row.failed,
        "last_failed": _said(row.bad),
        "last_held": _said(row.good),
        "work_items": f"/disagreements/?family={row.family}",
    }


def _said(one: Example | None) -> dict[str, Any] | None:
    if one is None:
        return None
    said = {"sentence": one.sentence, "words": one.words, "note": one.note, "unit": one.bulletin.unit_id}
    return {**said, "bulletin": one.href, "received_at": one.on.isoformat()}


def of_sheet(found: Iterable[Row], said: Any) -> list[dict[str, Any]]:
    """The checks as lines of a sheet, in the words of the page."""
    return [
        {
            **of_row(row),
            "name": said(row.name),
            "asks": said(row.asks),
            "last_failed": row.bad.sentence if row.bad else "",
            "last_failed_at": row.bad.on if row.bad else None,
            "last_held": row.good.sentence if row.good else "",
            "last_held_at": row.good.on if row.good else None,
        }
        for row in found
    ]

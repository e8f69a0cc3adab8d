"""What free-text reports raise: unknown places with a near name, bodies out of their time, announced figures that are missing,
numbers of which a check failed, two bodies that do not say the same, texts that came twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from shichen import watches
from shichen.bulletins import agencies as two_bodies
from shichen.bulletins import alike, issuers, raised
from shichen.bulletins.models import Bulletin, Proof, ProposedEntry
from shichen.reconciliation.changes import Changes, follow
from shichen.reconciliation.checks import Finding, Looked, Side, check, check_changes
from shichen.web.masking import masked

SAID = {
    "missing": ("missing", "预告了数字而没有数字"),
    "doubled": ("doubled", "有重复的词"),
    "orphan": ("orphan", "有孤行"),
    "duplicate": ("duplicate", "与前文重复"),
}


@check
def places() -> Iterator[Finding]:
    """名录里没有的地名：给出相近的名字去问，不代为改动。"""
    for entry in _flagged("place:"):
        for flag in (flag for flag in entry.flags if str(flag).startswith("place:")):
            said, _, near = str(flag).removeprefix("place:").partition("→")
            title = f"「{said}」不在地名录；是否为「{near.replace('|', '」或「')}」？"
            yield Finding("place", said, title, (_side(entry), Side("相近地名", near)), owner="office")


@check
def bodies() -> Iterator[Finding]:
    """机构当日有效：名录里有这个名称，而当天已不用或还没有。"""
    for entry in _flagged(issuers.FLAG):
        said = next(str(flag) for flag in entry.flags if str(flag).startswith(issuers.FLAG)).removeprefix(issuers.FLAG)
        title = f"「{said}」在{entry.on.month}月{entry.on.day}日不是有效的机构名称"
        yield Finding("lapsed", "bulletin.issuer", title, (_side(entry),), owner="office")


follow(Proof)


@check_changes
def numbers(changes: Changes) -> Iterator[Looked]:
    """来稿里核对不成立的数：其中大于总数、分项不合、累计下降、累计差不等于新增、相差十倍、一数两日。"""
    return raised.looked(changes)


@check_changes
def agencies(changes: Changes) -> Iterator[Looked]:
    """两家来稿说同一件事、同地同时：数应相同；不同的，两边的话都在，由人定。"""
    return two_bodies.looked(changes)


@check
def flags() -> Iterator[Finding]:
    """读稿时的提示：缺数、叠字、孤行、重复。"""
    for name, (family, words) in SAID.items():
        for entry in _flagged(name):
            title = f"{entry.unit_text or entry.bulletin.unit}来稿{words}：{entry.text[:40]}"
            yield Finding(
                family, f"bulletin.{name}", title, (_side(entry),), owner=entry.body_id or entry.bulletin.unit_id
            )


@check
def sent_twice() -> Iterator[Finding]:
    """同一单位同样内容的来稿收到两次：各存一份，数字只计一次。"""
    same: dict[tuple[str, str], list[Bulletin]] = defaultdict(list)
    for bulletin in Bulletin.objects.select_related("envelope", "unit").order_by("received_at"):
        same[bulletin.unit_id, bulletin.envelope.digest].append(bulletin)
    for bulletins in same.values():
        if len(bulletins) > 1:
            sides = tuple(
                Side(f"{one.covers} {one.unit}", one.opening[:40], f"/bulletins/{one.pk}/") for one in bulletins
            )
            yield Finding(
                "duplicate",
                "bulletin.twice",
                f"{bulletins[0].unit}同样内容报了{len(bulletins)}次：{bulletins[0].opening[:40]}",
                sides,
            )


@check
def reissued() -> Iterator[Finding]:
    """同一单位同一天又发了一份大体相同的：是更正重发，还是两份都算，由人定。"""
    rows = Bulletin.objects.select_related("envelope", "unit").defer("envelope__body", "envelope__words")
    same: dict[tuple[str, object], list[Bulletin]] = defaultdict(list)
    for bulletin in rows.order_by("received_at"):
        same[bulletin.unit_id, bulletin.covers].append(bulletin)
    for bulletins in (group for group in same.values() if len(group) > 1):
        shelf = alike.Shelf.of(bulletins)
        for former, later in combinations(bulletins, 2):
            found = shelf.between(later, former)
            if found is not None and found.kind == alike.REISSUE:
                yield _reissue(former, later, found.differing)


def _reissue(former: Bulletin, later: Bulletin, differing: int) -> Finding:
    """Once the later one is marked to replace the former, the matter is settled."""
    numbers = f"{differing}个数不同" if differing else "数字都相同"
    return Finding(
        "duplicate",
        "bulletin.reissue",
        f"{later.unit}{later.covers.month}月{later.covers.day}日又发了一份大体相同的来稿，{numbers}",
        tuple(Side(_received(one), masked(one.opening)[:40], f"/bulletins/{one.pk}/") for one in (former, later)),
        ok=later.replaces_id == former.pk,
        owner="office",
        about=f"{former.pk} {later.pk}",
    )


def _received(one: Bulletin) -> str:
    at = watches.local(one.received_at)
    return f"{one.unit} {at.month}月{at.day}日{at:%H:%M}收到"


def _flagged(word: str) -> list[ProposedEntry]:
    entries = ProposedEntry.objects.exclude(flags=[]).select_related("bulletin__unit")
    return [entry for entry in entries if any(str(flag).startswith(word) for flag in entry.flags)]


def _side(entry: ProposedEntry) -> Side:
    return Side(
        f"{entry.on.month}月{entry.on.day}日 {entry.unit_text or entry.bulletin.unit}",
        entry.text[:60],
        f"/bulletins/{entry.bulletin_id}/",
    )

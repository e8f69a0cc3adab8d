"""Figures that a city declares for itself (自设指标): what the catalogue of the house lacks, by the same rules.

A process keeps them in mind and looks again before requests and jobs; the table is what holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Max

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.indicators import declare
from shichen.indicators.declare import Indicator, Sort
from shichen.indicators.models import Coined, Figure
from shichen.indicators.services import definition_of
from shichen.refusal import Refusal
from shichen.web import looking, outage

OWN = "city."
KEY = re.compile(r"[a-z][a-z0-9_]{1,40}")
LONGEST = {"name": 80, "name_en": 120, "unit": 20, "definition": 1000, "reason": 200}
SAID = {"name": "名称", "unit": "量词", "definition": "口径", "reason": "理由"}
SORTS = (Sort.FLOW, Sort.STOCK, Sort.CUMULATIVE, Sort.CAPACITY, Sort.TARGET, Sort.PLAN, Sort.PRICE, Sort.RATIO)

_last: int | None = None


@dataclass(frozen=True)
class Meant:
    """What a figure of one's own is to mean; `key` is what stands behind `city.`."""

    key: str
    name: str
    unit: str
    sort: str
    definition: str
    name_en: str = ""


@transaction.atomic
def coin(meant: Meant, reason: str, *, by: Account) -> Indicator:
    """Declare a figure of the city, or change what one means: the version before stays. Raises Refusal naming the field."""
    said = {name: " ".join(str(getattr(meant, name, "")).split()) for name in LONGEST} | {"reason": reason.strip()}
    _must_be_said(said)
    key = _key(meant.key)
    if meant.sort not in SORTS:
        raise Refusal("请选一种性质。", field="sort")
    _must_be_another(key, said["name"])
    before = Coined.objects.filter(key=key).last()
    fields = {name: said[name] for name in ("name", "name_en", "unit", "definition")} | {"sort": meant.sort}
    if before is not None and before.standing and all(getattr(before, name) == fields[name] for name in fields):
        raise Refusal(f"「{said['name']}」已是这样，没有改动。", field="name")
    row = Coined.objects.create(key=key, **fields, reason=said["reason"], by=by, at=now())
    act = "coin" if before is None or not before.standing else "redefine"
    audit.note(act, table="indicators.coined", subject=key, reason=row.reason, by=by)
    refresh()
    made = declare.named(key)
    definition_of(made)
    return made


@transaction.atomic
def take_back(key: str, reason: str, *, by: Account) -> None:
    """Declare it no longer. Raises Refusal once the ledger has a figure of it: its meaning may change, but it is there."""
    before = Coined.objects.filter(key=key).last()
    if before is None or not before.standing:
        raise Refusal("没有这个自设指标。", field="key")
    _must_be_said({"reason": reason.strip()})
    if Figure.objects.filter(key=key).exists():
        raise Refusal(f"台账里已有「{before.name}」的数，不能撤销；口径可以改。", field="key")
    kept = {name: getattr(before, name) for name in ("name", "name_en", "unit", "sort", "definition")}
    row = Coined.objects.create(key=key, **kept, standing=False, reason=reason.strip(), by=by, at=now())
    audit.note("take_back", table="indicators.coined", subject=key, reason=row.reason, by=by)
    refresh()


def refresh() -> None:
    """Read them anew."""
    global _last
    rows = {row.key: row for row in Coined.objects.order_by("pk")}  # of each key the last row
    declare.coin({key: row.as_indicator() for key, row in rows.items() if row.standing})
    _last = max((row.pk for row in rows.values()), default=None)


def forget() -> None:
    """This process knows none any more. For tests."""
    global _last
    _last = None
    declare.coin({})


def chains() -> list[list[Coined]]:
    """Every figure of the city with what it meant before, the newest first, those that stand before those taken back."""
    found: dict[str, list[Coined]] = {}
    for row in Coined.objects.select_related("by").order_by("-pk"):
        found.setdefault(row.key, []).append(row)
    return sorted(found.values(), key=lambda rows: not rows[0].standing)


@looking.before_each
def _look() -> None:
    if outage.vain():
        return
    try:
        last = Coined.objects.aggregate(last=Max("pk"))["last"]
        if last != _last:
            refresh()
    except (DatabaseError, InterfaceError):
        return  # what is known stays; whoever asks the database next is told


def _must_be_said(said: dict[str, str]) -> None:
    for name, text in said.items():
        if name in SAID and not text:
            raise Refusal(f"请写明{SAID[name]}。", field=name)
        if len(text) > LONGEST[name]:
            raise Refusal(f"{SAID.get(name, '英文名')}太长，最多 {LONGEST[name]} 字。", field=name)


def _key(text: str) -> str:
    own = text.strip().removeprefix(OWN)
    if not KEY.fullmatch(own):
        raise Refusal("代码用小写英文字母、数字和下划线，字母开头，2 到 41 个字符，如 night_patrols。", field="key")
    return OWN + own


def _must_be_another(key: str, name: str) -> None:
    """Two figures of one name would be taken for each other."""
    same = next((one for one in declare.known().values() if one.name == name and one.key != key), None)
    if same is not None:
        raise Refusal(f"「{name}」已是指标 {same.key} 的名称；请直接选用，或换一个名称。", field="name")

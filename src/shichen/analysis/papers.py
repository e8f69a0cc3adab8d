"""Files that analyses go by (参数档、规则): those that come with the product, how one is read, entered, and found again."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from shichen.analysis.kept import Paper, RuleFile
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.city.queries import Standing
from shichen.city.roles import OPEN
from shichen.city.scope import Sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal

P = TypeVar("P", bound=Paper)
R = TypeVar("R", bound=RuleFile)


class Rules(Protocol):
    """A file of rules as it is read."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...
    @property
    def digest(self) -> str: ...


def shipped(room: str, folder: str) -> dict[str, str]:
    """The files that come with a room of the product, by their id: to begin with, none of them in force by itself."""
    return {
        one.name.removesuffix(".toml"): one.read_text(encoding="utf-8")
        for one in sorted((files(room) / folder).iterdir(), key=lambda one: one.name)
        if one.name.endswith(".toml")
    }


def rules(text: str, known: Sequence[str]) -> tuple[dict[str, Any], tuple[str, str, str]]:
    """A file of rules as TOML, with its id and its names in both languages. Raises Refusal that names the field."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise Refusal(f"规则读不懂：{wrong}。", field="file") from None
    only(said, known)
    for name in ("id", "name", "name_en"):
        if not isinstance(said.get(name), str) or not 0 < len(said[name].strip()) <= 40:
            raise Refusal(f"规则缺「{name}」，或长过40字。", field=name)
    if not all(char.isascii() and (char.isalnum() or char in "-_") for char in said["id"].strip()):
        raise Refusal("规则编号 id 只用字母、数字和连字符，如 v2020-02。", field="id")
    return said, (said["id"].strip(), said["name"].strip(), said["name_en"].strip())


def only(said: Mapping[str, Any], known: Sequence[str], where: str = "") -> None:
    """That a file says nothing that is not read. Raises Refusal that names what nobody knows."""
    other = sorted(set(said) - set(known))
    if other:
        raise Refusal(f"规则里不认识「{other[0]}」。", field=f"{where}{other[0]}")


def rule_file(made: R, said: Rules, text: str, reason: str, place: Standing, *, by: Account) -> R:
    """Enter a file of rules under its id, once. Raises Refusal."""
    made.code, made.name, made.name_en = said.id, said.name, said.name_en
    try:
        with transaction.atomic():
            return kept(made, text, said.digest, reason, place, by=by)
    except IntegrityError:
        raise Refusal(f"编号 {said.id} 的规则已入档，不改；新的文件请用新的编号。", field="id") from None


def kept(made: P, text: str, digest: str, reason: str, place: Standing, *, by: Account) -> P:
    """A file written down as it came, with who entered it, when and why."""
    made.event, made.text, made.digest, made.reason = place.event, text, digest, reason
    made.entered_by, made.entered_at = by, now()
    made.save(force_insert=True)
    return made


def told(
    made: Paper, action: str, act: str, text: str, place: Standing, *, by: Account, fields: tuple[str, ...] = ()
) -> None:
    """That a file was entered stands in the trail (`action`) and in the log (`act`), with its reason."""
    audit.note(
        action,
        table=made._meta.label_lower,
        subject=made.pk,
        data_class=OPEN,
        unit=place.unit.pk,
        area=place.area.pk,
        reason=made.reason,
        fields=fields,
        by=by,
    )
    text = journal.plain(f"{text}：{made.reason}")
    entry = Said(text, place.unit, place.area, place.event, kind=Entry.Kind.SYSTEM, topic="case", act=act)
    journal.write(entry, by=by)


def within(found: QuerySet[P], reach: Sight) -> list[P]:
    """Of the files those of the events that somebody sees, in their order."""
    events = {event for _unit, _path, event in reach.reaches}
    return list(found if None in events else found.filter(event__in=[one for one in events if one]))

"""Questions about who and where: names of places and bodies on a day, near misses, what an account stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Q

from shichen.city.models import Account, Area, AreaName, Body, BodyName, Dated, Event, SourceArea, standing
from shichen.city.roles import ROLES
from shichen.city.scope import User, grants_of, sight
from shichen.refusal import Refusal


@dataclass(frozen=True)
class Standing:
    """In whose name, where and in which event an account acts."""

    unit: Body
    area: Area
    event: Event


def the_event() -> Event:
    """The event that goes on; the latest when several do. Raises Refusal when none was set up."""
    event = (
        Event.objects.filter(ended_on=None).order_by("-started_on").first()
        or Event.objects.order_by("-started_on").first()
    )
    if event is None:
        raise Refusal("还没有设定事件；请先载入城市档案(shichen init)。")
    return event


def the_city() -> Area:
    """The area that the post works for. Raises Refusal when none was set up."""
    area = the_office().area
    if area is None:
        raise Refusal("城市档案里办公室没有区域(area)。")
    return area


def the_office() -> Body:
    """The Office of the leading group (办公室). Raises Refusal when the profile has none."""
    office = Body.objects.filter(kind=Body.THE_OFFICE).select_related("area").first()
    if office is None:
        raise Refusal("还没有载入城市档案；请先运行 shichen init。")
    return office


def members(codes: Iterable[str]) -> dict[str, list[str]]:
    """Of each body its own code and, of a working group, those of the bureaus that belong to it."""
    found = {code: [code] for code in codes}
    for bureau in Body.objects.filter(group__in=list(found)).order_by("pk"):
        found[str(bureau.group_id)].append(bureau.pk)
    return found


def standing_of(user: User, action: str, *, at: datetime) -> Standing | None:
    """In whose name the user acts first of all: the unit of the first grant that permits the action."""
    for grant in grants_of(user, at):
        if any(ROLES[grant.role].allows(action, data_class) for data_class in ("open", "internal")):
            return Standing(grant.unit or the_office(), grant.area, grant.event or the_event())
    return None


def may_submit(by: Account, *, unit: Body, area: Area, event: Event, at: datetime, act: str = "submit") -> bool:
    """Whether the account may report in the name of that unit for that area, or hand in what another act brings along."""
    if by.kind == Account.Kind.SYSTEM:
        return True
    return sight(by, act, at=at).covers(unit=unit.pk, path=area.path, event=event.pk)


Called = dict[str, list[tuple[Area, Dated]]]
FEW = 30
"""Names looked up one by one before the whole gazetteer is read: as long as that takes on two thousand areas (chosen)."""


@dataclass
class Places:
    """Areas by code and by each of their names: the first few as they are asked for, all of them once many are."""

    by_word: Called = field(default_factory=dict)
    whole: bool = False

    @classmethod
    def load(cls) -> Places:
        """Nothing is read before the first name: a report names one area, a sheet hundreds."""
        return cls()

    def called(self, word: str) -> list[tuple[Area, Dated]]:
        """Every area that goes or went by that code or name, with what says from when until when."""
        if not self.whole and word not in self.by_word:
            if len(self.by_word) >= FEW:
                self.read()
            elif "\0" in word:  # no name has one, and PostgreSQL refuses to look
                return []
            else:
                areas, names = Area.objects.filter(Q(code=word) | Q(name=word)), AreaName.objects.filter(name=word)
                self.by_word[word] = _by_word(areas, names.select_related("area")).get(word, [])
        return self.by_word.get(word, [])

    def read(self) -> Called:
        """The whole gazetteer."""
        if not self.whole:
            areas, names = {area.pk: area for area in Area.objects.all()}, list(AreaName.objects.all())
            for one in names:
                one.area = areas[one.area_id]
            self.by_word, self.whole = _by_word(areas.values(), names), True
        return self.by_word

    def named(self, name: str, *, on: date, inside: Area | None = None) -> Area:
        """The area called so, or with that code, on that day. Raises Refusal with the nearest name: never guessed."""
        name = name.strip()
        areas = [
            area
            for area, dated in self.called(name)
            if area.stands(on) and dated.stands(on) and (inside is None or inside.contains(area))
        ]
        if len(areas) == 1:
            return areas[0]
        if areas:
            listed = "、".join(f"{area.name}({area.code})" for area in areas[:5])
            raise Refusal(f"「{name}」有多处：{listed}；请写代码。", field="area")
        near = nearest(name, {area.name for found in self.read().values() for area, _ in found})
        hint = f"是否为「{near}」？" if near else ""
        raise Refusal(f"没有名为「{name}」的区域。{hint}请改正地名，或请办公室加别名。", field="area")


def _by_word(areas: Iterable[Area], names: Iterable[AreaName]) -> Called:
    by_word: Called = {}
    for area in areas:
        for word in {area.code, area.name}:
            by_word.setdefault(word, []).append((area, area))
    for alias in names:
        known = by_word.setdefault(alias.name, [])
        if alias.area not in (area for area, _ in known):
            known.append((alias.area, alias))
    return by_word


def area_named(name: str, *, on: date, inside: Area | None = None) -> Area:
    """The area called so, or with that code, on that day. Raises Refusal with the nearest name: never guessed."""
    return Places.load().named(name, on=on, inside=inside)


def nearest(name: str, names: set[str]) -> str | None:
    """The one known name that differs in a single character and ends alike (洞口区 → 渌口区), if there is just one."""
    close = [known for known in names if _one_apart(known, name)]
    return close[0] if len(close) == 1 else None


def _one_apart(left: str, right: str) -> bool:
    return (
        len(left) == len(right) > 1
        and left[-1] == right[-1]
        and sum(a != b for a, b in zip(left, right, strict=True)) == 1
    )


def body_named(name: str, *, on: date) -> Body:
    """The body with that code or called so on that day. Raises Refusal."""
    name = name.strip()
    found = Body.objects.filter(Q(code=name) | Q(name=name)).first()
    alias = BodyName.objects.filter(standing(on), name=name).select_related("body").first()
    if found is None and alias is None:
        raise Refusal(f"没有名为「{name}」的机构；请用机构代码，或请办公室加入名录。", field="unit")
    return found or alias.body  # type: ignore[union-attr]


def source_areas(on: date) -> list[SourceArea]:
    """The areas whose travellers must be registered on that day."""
    return list(SourceArea.objects.filter(standing(on)))

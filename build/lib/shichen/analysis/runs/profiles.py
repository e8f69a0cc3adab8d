"""Acts and questions on profiles of diseases (疾病参数档): enter a version, which one stands, what it says."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction

from shichen.analysis.runs import disease
from shichen.analysis.runs.disease import Disease
from shichen.analysis.runs.models import Profile
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Event
from shichen.city.queries import Standing
from shichen.city.roles import OPEN
from shichen.city.scope import Sight
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.refusal import Refusal

LONGEST_REASON = 200


@transaction.atomic
def enter(text: str, reason: str, *, by: Account) -> Profile:
    """Enter a version of a profile; checked whole, kept as it came, never altered. Raises Refusal that names the field."""
    place = may_enter(by)
    said = disease.read(text)
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Refusal(f"请写明理由，不超过{LONGEST_REASON}字。", field="reason")
    before = Profile.objects.filter(event=place.event, code=said.code).order_by("-version").first()
    due = before.version + 1 if before else 1
    if said.version != due:
        raise Refusal(f"参数档 {said.code} 接下来应是第{due}版；已入档的版本不改。", field="version")
    made = Profile.objects.create(
        event=place.event,
        code=said.code,
        version=said.version,
        name=said.name,
        name_en=said.name_en,
        valid_from=said.valid_from,
        text=text,
        digest=said.digest,
        reason=reason.strip(),
        entered_by=by,
        entered_at=now(),
    )
    fields = tuple(sorted(said.parameters))
    audit.note(
        "enter_profile",
        table="runs.profile",
        subject=made.pk,
        data_class=OPEN,
        unit=place.unit.pk,
        area=place.area.pk,
        reason=made.reason,
        fields=fields,
        by=by,
    )
    told = f"疾病参数档 {said.code} 第{said.version}版入档：{made.reason}".replace("{", "（").replace("}", "）")
    entry = Said(told, place.unit, place.area, place.event, kind=Entry.Kind.SYSTEM, topic="case", act="enter_profile")
    journal.write(entry, by=by)
    return made


def may_enter(by: Account) -> Standing:
    """In whose name somebody may run analyses and enter profiles. Raises Refusal for who may not."""
    if by.kind == Account.Kind.SYSTEM:
        return Standing(city.the_office(), city.the_city(), city.the_event())
    standing = city.standing_of(by, "analyse", at=now())
    if standing is None:
        raise Refusal("分析由疾控、专家组或办公室办；您的权限不及于此。", rule="分析权限")
    return standing


def standing(event: Event) -> Profile | None:
    """The profile that analyses of an event go by: the one entered last."""
    return Profile.objects.filter(event=event).order_by("-entered_at", "-version").first()


def within(reach: Sight) -> list[Profile]:
    """The profiles of the events that somebody sees, the latest first."""
    events = {event for _unit, _path, event in reach.reaches}
    found = Profile.objects.select_related("event", "entered_by")
    return list(found if None in events else found.filter(event__in=[one for one in events if one]))


def said(profile: Profile) -> Disease:
    """What a version says."""
    return _read(profile.text)


@lru_cache(maxsize=32)
def _read(text: str) -> Disease:
    return disease.read(text)

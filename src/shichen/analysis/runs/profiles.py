"""Acts and questions on profiles of diseases (疾病参数档): enter a version, which one stands, what it says."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction

from shichen.analysis import papers, powers
from shichen.analysis.runs import disease
from shichen.analysis.runs.disease import Disease
from shichen.analysis.runs.models import Profile
from shichen.city.models import Account, Event
from shichen.city.scope import Sight
from shichen.refusal import Refusal


@transaction.atomic
def enter(text: str, reason: str, *, by: Account) -> Profile:
    """Enter a version of a profile; checked whole, kept as it came, never altered. Raises Refusal that names the field."""
    place = powers.may_analyse(by)
    said = disease.read(text)
    reason = powers.reasoned(reason)
    before = Profile.objects.filter(event=place.event, code=said.code).order_by("-version").first()
    due = before.version + 1 if before else 1
    if said.version != due:
        raise Refusal(f"参数档 {said.code} 接下来应是第{due}版；已入档的版本不改。", field="version")
    made = Profile(
        code=said.code,
        version=said.version,
        name=said.name,
        name_en=said.name_en,
        valid_from=said.valid_from,
    )
    papers.kept(made, text, said.digest, reason, place, by=by)
    what = f"疾病参数档 {said.code} 第{said.version}版入档"
    papers.told(made, "enter_profile", "enter_profile", what, place, by=by, fields=tuple(sorted(said.parameters)))
    return made


def standing(event: Event) -> Profile | None:
    """The profile that analyses of an event go by: the one entered last."""
    return Profile.objects.filter(event=event).order_by("-entered_at", "-version").first()


def within(reach: Sight) -> list[Profile]:
    """The profiles of the events that somebody sees, the latest first."""
    return papers.within(Profile.objects.select_related("event", "entered_by"), reach)


def said(profile: Profile) -> Disease:
    """What a version says."""
    return _read(profile.text)


@lru_cache(maxsize=32)
def _read(text: str) -> Disease:
    return disease.read(text)

"""Saying that an unlisted name in a bulletin is a listed place (记别名): a row of the table of names, and the text read again."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from shichen.bulletins import reading, rereading, review, tables, wordings
from shichen.bulletins.models import Bulletin, Wording
from shichen.bulletins.rereading import Result
from shichen.city.models import Account
from shichen.prose.desk import desk
from shichen.refusal import Refusal


@transaction.atomic
def name_place(
    bulletin: Bulletin, name: str, near: str, given: Mapping[str, str], reason: str, *, by: Account
) -> Result:
    """Take the name that a text uses for a further name of the place that was asked about, and read the text again.

    Only what the reader asked about can be answered so. Raises Refusal.
    """
    asked = [doubt for entry in bulletin.entries.all() for doubt in review.doubts(entry)]
    if not any(said == name and near in offered for said, offered in asked):
        raise Refusal(f"这份来稿没有问「{name}」是不是「{near}」；请到词表里加别名。", field="name")
    wordings.put("alias", values_of(bulletin, name, near, given), reason, by=by, origin=Wording.Origin.REVIEW)
    return rereading.reread(bulletin, by=by)


def values_of(bulletin: Bulletin, name: str, near: str, given: Mapping[str, str]) -> dict[str, str]:
    """The row that says so; from when to when it holds, as given."""
    words = tables.of_the_city(reading.day_of(bulletin.covers, bulletin.kind))
    place = desk(words).places.by_name.get(near)
    dates = {one: given.get(one, "") for one in ("valid_from", "valid_until")}
    return {"code": place.code if place else "", "name": name, **dates}

"""A drafted text into the log: its figures are fixed, and each of its numbers is bound to the one it prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.city.scope import User, sight
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.publications.rules import Form
from shichen.publications.writing.composing import Written
from shichen.publications.writing.gathering import Known
from shichen.refusal import Refusal

TOPIC = "case"


@transaction.atomic
def record(form: Form, on: date, texts: Sequence[Written], seen: str, *, by: Account) -> Entry:
    """Write one of the texts down, in the name of the group that speaks in it, else of one's own unit.

    Raises Refusal, also where none of them says any longer what was `seen`.
    """
    if not any(one.numbers for one in texts):
        raise Refusal("这一天还没有可写的数字。")
    written = next((one for one in texts if one.numbers and one.text == seen), None)
    if written is None:
        raise Refusal("数字刚刚有了变动，文稿已按现在的数重写；请再看一遍。", rule="文稿已变")
    standing = city.standing_of(by, "note", at=now())
    if standing is None:
        raise Refusal("您的角色不能记入日志。")
    if written.body is not None and not may_speak(written.body, by):
        raise Refusal(f"您不能以{written.body.name}的名义记入日志。")
    day = watches.whole(on, watches.Day.CIVIL)
    said = Said(
        text=written.text,
        unit=written.body or standing.unit,
        area=city.the_city(),
        event=city.the_event(),
        kind=Entry.Kind.ACT,
        topic=TOPIC if form.key == "case_bulletin" else "",
        occurred_from=day.start,
        occurred_to=day.end,
        act="draft",
    )
    entry = journal.write(said, by=by)
    indicators.bind(entry, [(fixed(one, by=by), start, end) for start, end, one in written.numbers])
    return entry


def may_speak(body: Body, user: User) -> bool:
    """Whether someone may note what a group says."""
    return sight(user, "note", at=now()).covers(unit=body.pk, path=city.the_city().path, event=city.the_event().pk)


def fixed(one: Known, *, by: Account) -> Figure:
    """The figure of the ledger behind a number; one worked out from records is fixed with them now."""
    if one.figure is not None:
        return one.figure
    if one.computed is None:
        raise AssertionError("what is known is computed or stated")
    return indicators.freeze_computed(one.computed, reporter=city.the_office(), event=city.the_event(), by=by)

"""A drafted text into the log: its figures are fixed, and each of its numbers is bound to the one it prints."""

from __future__ import annotations

from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.indicators import services as indicators
from shichen.indicators.models import Figure
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.publications.rules import Form
from shichen.publications.writing.composing import Written
from shichen.publications.writing.gathering import Gathered, Known
from shichen.refusal import Refusal

TOPIC = "case"


@transaction.atomic
def record(form: Form, gathered: Gathered, written: Written, seen: str, *, by: Account) -> Entry:
    """Write the text down in the name of one's unit. Raises Refusal, also where it no longer says what was `seen`."""
    if not written.numbers:
        raise Refusal("这一天还没有可写的数字。")
    if written.text != seen:
        raise Refusal("数字刚刚有了变动，文稿已按现在的数重写；请再看一遍。", rule="文稿已变")
    standing = city.standing_of(by, "note", at=now())
    if standing is None:
        raise Refusal("您的角色不能记入日志。")
    day = watches.whole(gathered.on, watches.Day.CIVIL)
    said = Said(
        text=written.text,
        unit=standing.unit,
        area=city.the_city(),
        event=gathered.event,
        kind=Entry.Kind.ACT,
        topic=TOPIC if form.key == "case_bulletin" else "",
        occurred_from=day.start,
        occurred_to=day.end,
        act="draft",
    )
    entry = journal.write(said, by=by)
    indicators.bind(entry, [(_figure(one, by), start, end) for start, end, one in written.numbers])
    return entry


def _figure(one: Known, by: Account) -> Figure:
    """The figure of the ledger behind a number; one worked out from records is fixed with them now."""
    if one.figure is not None:
        return one.figure
    if one.computed is None:
        raise AssertionError("what is known is computed or stated")
    return indicators.freeze_computed(one.computed, reporter=city.the_office(), event=city.the_event(), by=by)

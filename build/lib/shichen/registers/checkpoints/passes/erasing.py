"""What the clock does with passes: some time after their last day nobody can tell which vehicle had one (留存)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.intake import withheld
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.records import sealed
from shichen.registers.checkpoints.passes.models import Application, Pass, Use

MOST_AT_ONCE = 500


@transaction.atomic
def expire(at: datetime) -> int:
    """Empty plate and driver of what ran out so long ago, in every version; numbers and states stay. Returns how many."""
    last = watches.civil_day(at) - timedelta(days=settings.CONFIG["passes.erase_after_days"])
    due = Application.objects.current().filter(last_day__lt=last).exclude(plate=b"")
    asked = list(due.values_list("first", flat=True)[:MOST_AT_ONCE])
    if not asked:
        return 0
    numbers = set(Pass.objects.filter(application__in=asked).values_list("number", flat=True))
    sealed.erase(Application.objects.filter(first__in=asked), ("plate", "driver", "phone"))
    sealed.erase(Pass.objects.filter(number__in=numbers), ("plate",))
    shown = Use.objects.filter(number__in=numbers)
    shown.update(plate_index="")
    by, area, event = accounts.system(), city.the_city(), city.the_event()
    audit.note(
        "erase", table="passes.application", data_class="personal", rows=len(asked), fields=("plate", "driver"), by=by
    )
    every = Application.objects.filter(first__in=asked)
    came = {one for rows in (every, shown) for one in rows.values_list("envelope", flat=True) if one}
    held = set(Application.objects.filter(envelope__in=came).exclude(plate=b"").values_list("envelope", flat=True))
    held |= set(Use.objects.filter(envelope__in=came).exclude(plate_index="").values_list("envelope", flat=True))
    withheld.empty(came - held, by=by)
    text = f"依留存期限销毁通行证车牌与驾驶人信息{len(asked)}件；证号与状态留存。"
    journal.write(
        Said(text, city.the_office(), area, event, kind=Entry.Kind.SYSTEM, topic="pass", act="erase_passes"), by=by
    )
    return len(asked)

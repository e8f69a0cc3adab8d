"""A rehearsal (试导入): a report is worked through by the very rules of the door, and everything is taken back."""

from __future__ import annotations

from django.db import transaction

from shichen.city.models import Account
from shichen.intake import services
from shichen.intake.kinds import Entered
from shichen.intake.services import Delivery


def rehearse(delivery: Delivery, *, by: Account, most: int | None = None) -> Entered:
    """What would become of a report, or of its first rows, if it were delivered now; nothing of it stays.

    Raises Refusal for the whole.
    """
    with transaction.atomic():
        receipt = services.receive(delivery, by=by)
        try:
            return services.work_through(receipt.envelope, most=most)
        finally:
            transaction.set_rollback(True)

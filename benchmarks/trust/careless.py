"""Servers with one protection taken out, for trials that must then show the loss; nothing of the product knows of them."""

from __future__ import annotations

import os
import threading
import time
import uuid
from dataclasses import replace
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shichen.site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from shichen.intake import services  # noqa: E402 - Django must be set up first
from shichen.intake.models import Envelope  # noqa: E402 - Django must be set up first
from shichen.intake.services import Delivery, Receipt  # noqa: E402 - Django must be set up first

_deliver = services.deliver
DISK = 0.5  # seconds until a report is on the disk: whoever answers first owes it for so long


def _deliver_late(delivery: Delivery, by: Any) -> None:
    time.sleep(DISK)
    _deliver(delivery, by=by)


def _answer_first(delivery: Delivery, *, by: Any) -> Receipt:
    """The answer goes out before anything is on the disk."""
    import hashlib

    threading.Thread(target=_deliver_late, args=(delivery, by), daemon=True).start()
    kept = Envelope(seq=0, id=delivery.id, digest=hashlib.sha256(delivery.body).hexdigest(), kind=delivery.kind)
    return Receipt(kept, False, "")


def _forget_numbers(delivery: Delivery, *, by: Any) -> Receipt:
    """Each delivery is a new report, whatever number its sender gave it."""
    return _deliver(replace(delivery, id=uuid.uuid4()), by=by)


services.deliver = {"early": _answer_first, "forgetful": _forget_numbers}[os.environ["CARELESS"]]  # type: ignore[assignment]

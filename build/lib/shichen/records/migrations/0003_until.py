"""Until when the rows of a file speak: of passings their last second, of stays the last departure."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.db.models import F

from shichen.audit.append_only import append_only

CHANGING = ("removed_id", "state", "checked_at")


def until_the_last(apps: Any, schema_editor: Any) -> None:
    """Files written before held passings, which speak of no later second than their last."""
    apps.get_model("records", "Batch").objects.update(until=F("latest"))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0002_append_only")]

    operations: ClassVar = [
        migrations.AddField(
            "batch", "until", models.BigIntegerField("说到(秒)", default=0), preserve_default=False
        ),
        append_only("records_batch", changing=(*CHANGING, "until")),
        migrations.RunPython(until_the_last, migrations.RunPython.noop, elidable=True),
        append_only("records_batch", changing=CHANGING),
    ]

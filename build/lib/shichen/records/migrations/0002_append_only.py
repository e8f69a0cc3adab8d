"""Snapshots and the files of the lake: what was once said of them stays, but for when a file was taken out."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("records", "0001_bulk")]
    operations = [
        append_only("records_snapshot"),
        append_only("records_batch", changing=("removed_id", "state", "checked_at")),
        append_only("records_place"),
    ]

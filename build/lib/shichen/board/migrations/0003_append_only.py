"""A hand-over that was signed stays as it is, held by the database itself; only that it was taken is added."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("board", "0002_readings_and_handovers")]
    operations = [
        append_only("board_handover", changing=("taken_by_id", "taken_at", "taken_entry_id")),
    ]

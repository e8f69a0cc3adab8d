"""The tables of this room that nothing may change, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial")]
    operations = [
        append_only("intake_envelope", changing=("state", "entered_at", "read", "taken", "blank", "note", "body")),
    ]

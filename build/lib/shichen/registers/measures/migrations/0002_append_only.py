"""What was announced stays as it was announced, held by the database itself; only its later fate is written beside it."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_initial")]
    operations = [append_only("measures_measure", changing=("superseded_at", "entry_id", "end_entry_id"))]

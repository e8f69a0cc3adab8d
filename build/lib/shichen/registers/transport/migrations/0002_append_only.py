"""What was reported stays as it was reported, held by the database itself; only that another version took its place is written beside it."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("transport", "0001_initial")]
    operations = [
        append_only(f"transport_{name}", changing=("superseded_at",)) for name in ("service", "fleet", "resumption")
    ]

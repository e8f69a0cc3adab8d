"""The tables of this room that nothing may change, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        append_only("audit_trail"),
        append_only("audit_seal"),
    ]

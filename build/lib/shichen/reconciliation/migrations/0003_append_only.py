"""Every step taken on a disagreement stays on record, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0002_desk")]
    operations = [append_only("reconciliation_settlement")]

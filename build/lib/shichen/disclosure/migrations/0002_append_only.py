"""What was decided, cleared and told stays on record, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only
from shichen.audit.fixed import fixed_once

DECIDING = ("state", "decided_at", "decided_by_id", "withdrawn_at", "withdrawn_by_id", "note")
ONCE = ("decided_at", "decided_by_id")


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0001_initial")]
    operations = [
        append_only("disclosure_decision", changing=DECIDING),
        append_only("disclosure_opentable", changing=DECIDING),
        fixed_once("disclosure_decision", ONCE, "state", ("signed", "withdrawn")),
        fixed_once("disclosure_opentable", ONCE, "state", ("signed", "withdrawn")),
        append_only("disclosure_line"),
        append_only("disclosure_clearance"),
        append_only("disclosure_publicfile"),
    ]

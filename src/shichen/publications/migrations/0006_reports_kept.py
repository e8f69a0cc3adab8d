"""What a report says is never altered, an issued one and its files stay as they were, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only
from shichen.audit.fixed import fixed_once


class Migration(migrations.Migration):
    dependencies = [("publications", "0005_reports")]
    operations = [
        append_only("publications_reportfile"),
        fixed_once(
            "publications_report",
            (
                *("event_id", "area_id", "unit_id", "as_of", "counted_on", "content", "digest", "opinion", "made_at", "made_by_id"),
                *("year", "serial", "issued_at", "issued_by_id"),
            ),
            "state",
            ("issued", "withdrawn"),
        ),
    ]

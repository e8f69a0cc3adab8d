"""What an edition said when it went out stays as it was, held by the database itself."""

from django.db import migrations

from shichen.audit.fixed import fixed_once


class Migration(migrations.Migration):
    dependencies = [("publications", "0001_initial")]
    operations = [
        fixed_once(
            "publications_edition",
            (
                *("kind", "first", "last", "number", "content", "digest", "waived", "audience", "released_at"),
                *("reason", "previous_id", "made_by_id", "reviewed_by_id", "approved_by_id"),
            ),
            "state",
            ("released", "withdrawn"),
        ),
    ]

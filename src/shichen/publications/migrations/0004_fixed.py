"""What an edition said when it went out stays as it was, held by the database itself."""

from django.db import migrations

from shichen.audit.fixed import fixed_once


class Migration(migrations.Migration):
    dependencies = [("publications", "0003_editions")]
    operations = [
        fixed_once(
            "publications_edition",
            ("kind", "first", "last", "number", "content", "digest", "waived", "audience", "released_at"),
            "state",
            ("released", "withdrawn"),
        )
    ]

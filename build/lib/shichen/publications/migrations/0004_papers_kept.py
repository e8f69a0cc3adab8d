"""An issued document, every wording and every kept file stay as they were, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only
from shichen.audit.fixed import fixed_once


class Migration(migrations.Migration):
    dependencies = [("publications", "0003_papers")]
    operations = [
        append_only("publications_paperwording"),
        append_only("publications_paperfile"),
        fixed_once(
            "publications_paper",
            (
                *("kind", "issuer_id", "name", "code", "year", "serial", "dated", "version", "digest"),
                *("made_at", "made_by_id", "sent_at", "sent_by_id", "issued_at", "issued_by_id"),
            ),
            "state",
            ("issued", "withdrawn"),
        ),
    ]

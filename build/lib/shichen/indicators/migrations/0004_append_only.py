"""What was corrected or printed stays on record; of a figure only its approval, its release and its successor change."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("indicators", "0003_corrections")]
    operations = [
        append_only(
            "indicators_figure", changing=("successor_id", "published_at", "approved_at", "approved_by_id")
        ),
        append_only("indicators_appearance"),
        append_only(
            "indicators_correction",
            changing=("number", "state", "replacement_id", "decided_at", "decided_by_id", "note"),
        ),
    ]

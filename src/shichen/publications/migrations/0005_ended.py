"""Why an edition was taken down stands apart from why it was made; who made it and signed it is fixed with what it says."""

from django.db import migrations, models

from shichen.audit.fixed import fixed_once


class Migration(migrations.Migration):
    dependencies = [("publications", "0004_fixed")]
    operations = [
        migrations.AddField(
            model_name="edition",
            name="ended",
            field=models.CharField(blank=True, max_length=300, verbose_name="撤下、作废或未能按时发布的缘由"),
        ),
        migrations.AlterField(
            model_name="edition",
            name="reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="再版的理由"),
        ),
        # SQLite makes the table anew for a new column and drops what was held on the old one: it is held again.
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

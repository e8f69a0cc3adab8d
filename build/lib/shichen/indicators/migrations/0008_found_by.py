"""Few figures are ever succeeded, all are of one event: an index over those few finds them at any length."""

import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import without_index


class Migration(migrations.Migration):
    dependencies = [("city", "0004_screen"), ("indicators", "0007_stated_in_the_log")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_index("indicators_figure", "event_id", "successor_id"), without_index("indicators_statement", "event_id")],
            state_operations=[
                migrations.AlterField(
                    "figure",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.event", verbose_name="事件"
                    ),
                ),
                migrations.AlterField(
                    "statement",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.event", verbose_name="事件"
                    ),
                ),
                migrations.AlterField(
                    "figure",
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="indicators.figure",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            "figure",
            models.Index(
                name="figure_succeeded", fields=["successor"], condition=models.Q(successor__isnull=False)
            ),
        ),
    ]

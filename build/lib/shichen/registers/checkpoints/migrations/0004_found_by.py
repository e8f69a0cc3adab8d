"""An event is no word to find anything by: nearly every row of a post is of the same one."""

import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import without_index


class Migration(migrations.Migration):
    dependencies = [("city", "0004_screen"), ("checkpoints", "0003_gate_choice")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_index("checkpoints_gatechoice", "event_id"), without_index("checkpoints_post", "event_id"), without_index("checkpoints_tally", "event_id")],
            state_operations=[
                migrations.AlterField(
                    "gatechoice",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.event", verbose_name="事件"
                    ),
                ),
                migrations.AlterField(
                    "post",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.event", verbose_name="事件"
                    ),
                ),
                migrations.AlterField(
                    "tally",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.event", verbose_name="事件"
                    ),
                ),
            ],
        ),
    ]

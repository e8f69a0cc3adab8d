"""A dismissed signal comes back when its counts are corrected (重提): it names the one it replaces; the table is as fixed as before."""

import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("signals", "0001_signals")]
    operations = [
        migrations.RemoveConstraint(model_name="alarm", name="signal_proposed_once"),
        migrations.AddField(
            model_name="alarm",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="signals.alarm",
                verbose_name="替代",
            ),
        ),
        migrations.AddConstraint(
            model_name="alarm",
            constraint=models.UniqueConstraint(
                condition=models.Q(("replaces", None)),
                fields=("event", "series", "method", "area", "on"),
                name="signal_proposed_once",
            ),
        ),
        append_only("signals_alarm", changing=("step", "passed_on_at")),
    ]

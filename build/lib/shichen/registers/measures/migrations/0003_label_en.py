"""A measure may have an English name (英文名称); the table is as fixed as before."""

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("measures", "0002_append_only")]
    operations = [
        migrations.AddField(
            model_name="measure",
            name="label_en",
            field=models.CharField(blank=True, max_length=60, verbose_name="英文名称"),
        ),
        append_only("measures_measure", changing=("superseded_at", "entry_id", "end_entry_id")),
    ]

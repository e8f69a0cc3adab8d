"""A number taken out of the log rests on its entry, with nothing sent in; the table keeps refusing every change."""

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("indicators", "0006_asked")]
    operations = [
        migrations.AlterField(
            "statement",
            "envelope",
            models.UUIDField(blank=True, db_index=True, null=True, verbose_name="来件"),
        ),
        append_only("indicators_statement"),
    ]

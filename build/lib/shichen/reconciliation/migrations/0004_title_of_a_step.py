"""A step keeps what the question was called then: the title of an item follows its numbers."""

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0003_append_only")]
    operations = [
        migrations.AddField(
            model_name="settlement",
            name="title",
            field=models.CharField(blank=True, max_length=300, verbose_name="当时的问题"),
        ),
        append_only("reconciliation_settlement"),
    ]

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0004_lines'),
    ]

    operations = [
        migrations.AddField(
            model_name='caseline',
            name='renumbered_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='改作流水号时间'),
        ),
        append_only("cases_caseline", changing=("superseded_at", "number", "renumbered_at")),
    ]

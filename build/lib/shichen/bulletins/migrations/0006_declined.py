"""Suggested rows that a person did not want: kept, never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0005_desk'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Declined',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(db_index=True, max_length=300, verbose_name='更正')),
                ('times', models.PositiveIntegerField(verbose_name='次数')),
                ('rows', models.JSONField(default=list, verbose_name='建议的行')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁定的')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        append_only("bulletins_declined"),
    ]

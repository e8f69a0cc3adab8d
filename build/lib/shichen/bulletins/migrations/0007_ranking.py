"""Fits of the ranker, with who put one in use and who ended it: else never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only

ACTS = ("used_at", "used_by_id", "reason", "ended_at", "ended_by_id", "why")


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0006_declined'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Ranking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weights', models.JSONField(default=dict, verbose_name='权重')),
                ('past', models.JSONField(default=dict, verbose_name='所据')),
                ('figures', models.PositiveIntegerField(verbose_name='数字')),
                ('until', models.DateField(verbose_name='到哪天')),
                ('days', models.JSONField(default=list, verbose_name='逐日')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='启用时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='启用理由')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='停用理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁算的')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁停用的')),
                ('used_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁启用的')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        append_only("bulletins_ranking", changing=ACTS),
    ]

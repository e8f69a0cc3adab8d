"""How numbers were said, and what persons decided of the same words: kept, forgotten, never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='place',
            field=models.CharField(blank=True, max_length=60, verbose_name='地名'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='sayings',
            field=models.JSONField(blank=True, default=list, verbose_name='说法'),
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('saying', models.CharField(db_index=True, max_length=120, verbose_name='说法')),
                ('indicator', models.CharField(blank=True, max_length=60, verbose_name='指标')),
                ('subject', models.CharField(blank=True, max_length=200, verbose_name='所计')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='量词')),
                ('period', models.CharField(blank=True, max_length=20, verbose_name='时段')),
                ('cumulative', models.BooleanField(default=False, verbose_name='累计')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('forgotten_at', models.DateTimeField(blank=True, null=True, verbose_name='忘掉时间')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁定的')),
                ('forgotten_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁忘掉的')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='bulletins.proposal')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        append_only("bulletins_lesson", changing=("forgotten_at", "forgotten_by_id", "why")),
    ]

"""Rows of the reader's tables as the city has them: only added to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0002_lessons'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=12, verbose_name='词表')),
                ('key', models.CharField(max_length=200, verbose_name='行名')),
                ('values', models.JSONField(default=dict, verbose_name='内容')),
                ('standing', models.BooleanField(default=True, verbose_name='在用')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('origin', models.CharField(choices=[('page', '页面'), ('import', '导入'), ('review', '复核'), ('suggested', '采纳建议')], default='page', max_length=10, verbose_name='来处')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁改的')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(fields=['table', 'key'], name='wording_row')],
            },
        ),
        append_only("bulletins_wording"),
    ]

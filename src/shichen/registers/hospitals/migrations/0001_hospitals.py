"""The register of open beds; what was entered stays as it was entered."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('city', '0004_screen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Capacity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('area_path', models.CharField(db_index=True, editable=False, max_length=200)),
                ('occurred_from', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='发生自')),
                ('occurred_to', models.DateTimeField(blank=True, null=True, verbose_name='发生至')),
                ('reported_at', models.DateTimeField(verbose_name='报送时间')),
                ('recorded_at', models.DateTimeField(verbose_name='入册时间')),
                ('envelope', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='来件')),
                ('row_no', models.PositiveIntegerField(default=1, verbose_name='来件行号')),
                ('sensitivity', models.CharField(choices=[('open', '公开'), ('internal', '内部'), ('personal', '个人'), ('sensitive', '敏感')], default='internal', max_length=10, verbose_name='敏感级别')),
                ('synthetic', models.BooleanField(default=False, verbose_name='合成数据')),
                ('revision', models.PositiveIntegerField(default=1, verbose_name='版次')),
                ('first', models.UUIDField(db_index=True, editable=False, verbose_name='首版')),
                ('superseded_at', models.DateTimeField(blank=True, null=True, verbose_name='被更正时间')),
                ('voided', models.BooleanField(default=False, verbose_name='作废')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='更正理由')),
                ('place', models.CharField(max_length=80, verbose_name='地点')),
                ('kind', models.CharField(choices=[('general', '普通床'), ('isolation', '隔离床'), ('negative', '负压床'), ('icu', '重症床'), ('reserve', '储备床')], max_length=12, verbose_name='床位类别')),
                ('beds', models.PositiveIntegerField(verbose_name='开放床位')),
                ('from_on', models.DateField(verbose_name='自')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['-from_on', 'place'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='capacity_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='capacity_revision_once'), models.UniqueConstraint(models.F('area'), models.F('place'), models.F('kind'), models.F('from_on'), condition=models.Q(('superseded_at', None), ('voided', False)), name='capacity_once')],
            },
        ),
        append_only("hospitals_capacity", changing=("superseded_at",)),
    ]

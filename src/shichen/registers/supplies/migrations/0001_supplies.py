"""The registers of stock counts and of assumptions; what was entered stays as it was entered."""

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
            name='Assumption',
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
                ('item', models.CharField(max_length=60, verbose_name='物资')),
                ('what', models.CharField(choices=[('target', '每天投放或使用的目标'), ('lead', '从订货到到货的天数'), ('safety', '保险天数'), ('patient', '每位病人每天用量'), ('buffer', '余量(%)'), ('due', '已订未到')], max_length=12, verbose_name='设想')),
                ('value', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='值')),
                ('from_on', models.DateField(verbose_name='自')),
                ('source', models.CharField(max_length=200, verbose_name='来源')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['item', 'what', '-from_on'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='assumption_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='assumption_revision_once'), models.UniqueConstraint(models.F('area'), models.F('item'), models.F('what'), models.F('from_on'), condition=models.Q(('superseded_at', None), ('voided', False)), name='assumption_once')],
            },
        ),
        migrations.CreateModel(
            name='StockCount',
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
                ('item', models.CharField(max_length=60, verbose_name='物资')),
                ('measure', models.CharField(max_length=12, verbose_name='单位')),
                ('store', models.CharField(blank=True, max_length=60, verbose_name='库')),
                ('counted_on', models.DateField(verbose_name='盘点日')),
                ('on_hand', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='现有')),
                ('received', models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name='上次盘点后收到')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='来源')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['-counted_on', 'item'],
                'abstract': False,
                'indexes': [models.Index(fields=['item'], name='supplies_st_item_ef2ef7_idx')],
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='stockcount_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='stockcount_revision_once'), models.UniqueConstraint(models.F('area'), models.F('item'), models.F('store'), models.F('counted_on'), condition=models.Q(('superseded_at', None), ('voided', False)), name='stock_count_once')],
            },
        ),
        append_only("supplies_assumption", changing=("superseded_at",)),
        append_only("supplies_stockcount", changing=("superseded_at",)),
    ]

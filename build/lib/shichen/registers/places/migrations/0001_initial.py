"""The register of places; what was entered stays as it was entered."""

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
            name='Place',
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
                ('code', models.CharField(max_length=40, verbose_name='编号')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('shop', '商店'), ('office', '办公场所'), ('carriage', '车厢'), ('hotel', '宾馆'), ('market', '市场'), ('restaurant', '餐饮'), ('karaoke', '歌舞娱乐'), ('arcade', '游艺娱乐'), ('netcafe', '互联网上网服务'), ('culture', '其他文化'), ('worship', '宗教'), ('scenic', '景区'), ('training', '培训'), ('school', '学校'), ('clinic', '医疗机构'), ('other', '其他')], max_length=12, verbose_name='类别')),
                ('within', models.CharField(blank=True, max_length=40, verbose_name='上级编号')),
                ('opened_on', models.DateField(verbose_name='自')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='至')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['code'],
                'abstract': False,
                'indexes': [models.Index(fields=['code'], name='places_plac_code_129591_idx'), models.Index(fields=['within'], name='places_plac_within_b80ba8_idx')],
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='place_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='place_revision_once'), models.UniqueConstraint(models.F('code'), condition=models.Q(('revision', 1)), name='place_code_for_ever'), models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='place_closes_after')],
            },
        ),
        append_only("places_place", changing=("superseded_at",)),
    ]

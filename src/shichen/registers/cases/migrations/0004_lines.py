"""The line list of cases: a row a case without a name; versions, each as it was entered."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_found_by'),
        ('city', '0004_screen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseLine',
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
                ('number', models.CharField(max_length=40, verbose_name='病例编号')),
                ('classification', models.CharField(choices=[('suspected', '疑似'), ('clinical', '临床诊断'), ('confirmed', '确诊'), ('asymptomatic', '无症状'), ('discarded', '排除')], max_length=12, verbose_name='分类')),
                ('origin', models.CharField(choices=[('local', '本地'), ('imported', '输入'), ('unknown', '不明')], max_length=8, verbose_name='来源')),
                ('date_onset', models.DateField(blank=True, null=True, verbose_name='发病日期')),
                ('date_reporting', models.DateField(verbose_name='报告日期')),
                ('date_confirmation', models.DateField(blank=True, null=True, verbose_name='确诊日期')),
                ('outcome', models.CharField(blank=True, choices=[('discharged', '出院'), ('dead', '死亡')], max_length=10, verbose_name='转归')),
                ('date_outcome', models.DateField(blank=True, null=True, verbose_name='转归日期')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['date_reporting', 'number'],
                'abstract': False,
                'indexes': [models.Index(fields=['area', 'date_reporting'], name='cases_casel_area_id_83b693_idx'), models.Index(fields=['recorded_at'], name='cases_casel_recorde_c35d56_idx')],
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='caseline_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='caseline_revision_once'), models.UniqueConstraint(models.F('event'), models.F('unit'), models.F('number'), condition=models.Q(('superseded_at', None), ('voided', False)), name='case_line_once'), models.CheckConstraint(condition=models.Q(('date_onset', None), ('date_onset__lte', models.F('date_reporting')), _connector='OR'), name='case_line_onset_first')],
            },
        ),
        append_only("cases_caseline", changing=("superseded_at",)),
    ]

"""Single passings, the phones of posts and what the duty officer is told; a tally may be summed up from passings."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkpoints', '0004_found_by'),
        ('city', '0004_screen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='tally',
            name='drawn',
            field=models.BooleanField(default=False, editable=False, verbose_name='汇自逐车记录'),
        ),
        migrations.CreateModel(
            name='Device',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=40, verbose_name='名称')),
                ('made_at', models.DateTimeField(verbose_name='建立时间')),
                ('digest', models.CharField(blank=True, db_index=True, max_length=64, verbose_name='登记码摘要')),
                ('code_until', models.DateTimeField(blank=True, null=True, verbose_name='登记码有效至')),
                ('enrolled_at', models.DateTimeField(blank=True, null=True, verbose_name='登记时间')),
                ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='最近联络')),
                ('skew', models.IntegerField(default=0, verbose_name='时钟偏差(秒)')),
                ('unsent', models.PositiveIntegerField(default=0, verbose_name='未传条数')),
                ('oldest_unsent_at', models.DateTimeField(blank=True, null=True, verbose_name='最早未传')),
                ('waiting', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='排队车辆')),
                ('waiting_at', models.DateTimeField(blank=True, null=True, verbose_name='排队时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                ('ending', models.CharField(blank=True, choices=[('lost', '遗失'), ('replaced', '更换'), ('retired', '停用')], max_length=8, verbose_name='停用原因')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='checkpoints.post', verbose_name='卡点')),
            ],
            options={
                'ordering': ['made_at'],
            },
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('cause', models.CharField(choices=[('silent', '久未报送'), ('untold', '班次未报'), ('queue', '车辆排队'), ('abnormal', '车流异常'), ('fever', '发现发热')], max_length=8, verbose_name='事由')),
                ('value', models.CharField(max_length=60, verbose_name='所见')),
                ('level', models.CharField(max_length=60, verbose_name='界限')),
                ('raised_at', models.DateTimeField(verbose_name='触发')),
                ('seen_at', models.DateTimeField(verbose_name='最近所见')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='签收')),
                ('nudged_at', models.DateTimeField(blank=True, null=True, verbose_name='提醒')),
                ('cleared_at', models.DateTimeField(blank=True, null=True, verbose_name='解除')),
                ('acknowledged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='checkpoints.post', verbose_name='卡点')),
            ],
            options={
                'ordering': ['-raised_at'],
                'constraints': [models.UniqueConstraint(models.F('post'), models.F('cause'), condition=models.Q(('cleared_at', None)), name='alarm_one_until_cleared')],
            },
        ),
        migrations.CreateModel(
            name='Passing',
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
                ('client_id', models.UUIDField(verbose_name='客户端编号')),
                ('watch', models.CharField(max_length=1, verbose_name='时辰')),
                ('direction', models.CharField(choices=[('in', '入'), ('out', '出')], default='in', max_length=3, verbose_name='方向')),
                ('plate', models.BigIntegerField(blank=True, null=True, verbose_name='号牌假名')),
                ('plate_area', models.CharField(blank=True, max_length=4, verbose_name='号牌属地')),
                ('vehicles', models.PositiveSmallIntegerField(verbose_name='车辆')),
                ('source_area_vehicles', models.PositiveSmallIntegerField(default=0, verbose_name='疫源地车辆')),
                ('persons', models.PositiveSmallIntegerField(verbose_name='人员')),
                ('source_area_persons', models.PositiveSmallIntegerField(default=0, verbose_name='疫源地人员')),
                ('temperature', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='最高体温(0.1℃)')),
                ('fever', models.PositiveSmallIntegerField(default=0, verbose_name='发热')),
                ('outcome', models.CharField(choices=[('passed', '放行'), ('registered', '登记'), ('turned_back', '劝返'), ('referred', '移交'), ('goods_refused', '货物劝返')], max_length=13, verbose_name='处置')),
                ('turned_back', models.PositiveSmallIntegerField(default=0, verbose_name='劝返')),
                ('referred', models.PositiveSmallIntegerField(default=0, verbose_name='移交')),
                ('why', models.CharField(blank=True, max_length=100, verbose_name='事由')),
                ('clock_off', models.BooleanField(default=False, verbose_name='设备时钟有偏差')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='填报人')),
                ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('gate', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkpoints.gate', verbose_name='道口')),
                ('network', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='checkpoints.network', verbose_name='网络')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='passings', to='checkpoints.post', verbose_name='卡点')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['occurred_from', 'client_id'],
                'abstract': False,
                'indexes': [models.Index(fields=['post', 'occurred_from'], name='passing_of_post'), models.Index(fields=['recorded_at'], name='passing_recorded')],
                'constraints': [models.UniqueConstraint(models.F('envelope'), models.F('row_no'), name='passing_once_per_envelope_row'), models.UniqueConstraint(models.F('first'), models.F('revision'), name='passing_revision_once'), models.UniqueConstraint(models.F('post'), models.F('client_id'), condition=models.Q(('superseded_at', None), ('voided', False)), name='passing_once_per_client_id'), models.CheckConstraint(condition=models.Q(('vehicles__lte', 1)), name='passing_one_vehicle'), models.CheckConstraint(condition=models.Q(('persons__gte', 1), ('persons__lte', 60)), name='passing_persons'), models.CheckConstraint(condition=models.Q(('source_area_persons__lte', models.F('persons'))), name='passing_source_persons'), models.CheckConstraint(condition=models.Q(('source_area_vehicles__lte', models.F('vehicles'))), name='passing_source_vehicles')],
            },
        ),
    ]

import django.db.models.deletion
import uuid
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('city', '0004_screen'),
        ('runs', '0002_beds_and_scenarios'),
    ]

    operations = [
        migrations.CreateModel(
            name='Estimate',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('area_path', models.CharField(db_index=True, editable=False, max_length=200)),
                ('key', models.CharField(max_length=40, verbose_name='指标')),
                ('bound', models.CharField(choices=[('value', '估计值'), ('lower', '区间下限'), ('upper', '区间上限')], max_length=5, verbose_name='估计值或界')),
                ('on', models.DateField(verbose_name='数据末日')),
                ('amount', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='值')),
                ('recorded_at', models.DateTimeField(verbose_name='签发时间')),
                ('area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.area', verbose_name='区域')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.event', verbose_name='事件')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='runs.run', verbose_name='分析')),
                ('signature', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='estimates', to='runs.signature', verbose_name='签发')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='city.body', verbose_name='报送单位')),
            ],
            options={
                'ordering': ['-on', '-recorded_at', 'key', 'bound'],
                'indexes': [models.Index(fields=['key', 'area', '-on'], name='signed_estimate_newest')],
                'constraints': [models.UniqueConstraint(models.F('run'), models.F('key'), models.F('bound'), name='signed_estimate_once')],
            },
        ),
        append_only("runs_estimate"),
    ]

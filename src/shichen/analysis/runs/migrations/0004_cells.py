"""Inputs hold the line list too, added up; the delay of reports is an analysis. SQLite remakes the table, so its triggers are made anew."""

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('runs', '0003_estimates'),
    ]

    operations = [
        migrations.AddField(
            model_name='inputs',
            name='cells',
            field=models.JSONField(default=list, verbose_name='发病与报告'),
        ),
        migrations.AlterField(
            model_name='run',
            name='method',
            field=models.CharField(choices=[('curve', '疫情曲线'), ('rt', '实时再生数'), ('growth', '增长与倍增'), ('nowcast', '现报校正'), ('delay', '报告时滞'), ('forecast', '短期预测'), ('beds', '床位预测'), ('whatif', '情景推演')], max_length=12, verbose_name='分析'),
        ),
        append_only("runs_inputs"),
        append_only("runs_run"),
    ]

"""What became of a job and when is kept from here on; of older jobs, as far as their rows still tell."""

import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import append_only


def tell(apps, editor):
    """The turns of jobs that were done before. Of one that was begun again, what came before is not known: no state."""
    Job, Turn = apps.get_model("jobs", "Job"), apps.get_model("jobs", "Turn")
    for job in Job.objects.all():
        once = job.tries <= 1
        turns = [Turn(job=job, at=job.made_at, state="waiting" if once else "", total=job.total)]
        begun = {"job": job, "started_at": job.started_at, "tries": job.tries, "total": job.total}
        if job.started_at:
            turns.append(Turn(**begun, at=job.started_at, state="running"))
        if job.ended_at:
            over = {"ended_at": job.ended_at, "done": job.done, "sentence": job.sentence, "link": job.link}
            turns.append(Turn(**begun, **over, at=job.ended_at, state=job.state))
        Turn.objects.bulk_create(turns)


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Turn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('state', models.CharField(blank=True, choices=[('waiting', '排队'), ('running', '进行中'), ('done', '已完成'), ('failed', '没办成'), ('cancelled', '已取消'), ('interrupted', '中断')], max_length=12, verbose_name='状态')),
                ('started_at', models.DateTimeField(null=True, verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已办')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='共')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='第几次')),
                ('sentence', models.CharField(blank=True, max_length=400, verbose_name='结果')),
                ('link', models.CharField(blank=True, max_length=200, verbose_name='看哪里')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='jobs.job')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        append_only("jobs_turn"),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]

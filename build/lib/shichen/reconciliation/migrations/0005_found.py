"""What a round of checks found, by which rules and when, is kept from here on; first, what the last one found."""

from django.db import migrations, models

from shichen.audit.append_only import append_only

SAME = ("key", "check_name", "family", "rule", "title", "sides", "ok", "explained", "weight")


def tell(apps, editor):
    """The last round is the first that can be looked back on."""
    last = apps.get_model("reconciliation", "Round").objects.filter(pk=1).first()
    if last is None:
        return
    Comparison, Found = (apps.get_model("reconciliation", name) for name in ("Comparison", "Found"))
    apps.get_model("reconciliation", "Pass").objects.create(at=last.at, took_ms=last.took_ms)
    rows = (Found(at=last.at, **row) for row in Comparison.objects.values(*SAME).iterator())
    Found.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('reconciliation', '0004_title_of_a_step'),
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='起用时间')),
                ('said', models.JSONField(verbose_name='规则')),
            ],
        ),
        migrations.CreateModel(
            name='Found',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('family', models.CharField(max_length=20, verbose_name='类别')),
                ('rule', models.CharField(max_length=60, verbose_name='规则')),
                ('title', models.CharField(max_length=300, verbose_name='所比')),
                ('sides', models.JSONField(verbose_name='双方')),
                ('ok', models.BooleanField(verbose_name='相符')),
                ('explained', models.CharField(blank=True, max_length=300, verbose_name='规则自带说明')),
                ('weight', models.PositiveIntegerField(default=1, verbose_name='次数')),
                ('key', models.CharField(db_index=True, max_length=64, verbose_name='标识')),
                ('check_name', models.CharField(max_length=80, verbose_name='检查')),
                ('gone', models.BooleanField(default=False, verbose_name='已不在')),
                ('at', models.DateTimeField(db_index=True, verbose_name='核对时间')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Pass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='核对时间')),
                ('took_ms', models.PositiveIntegerField(default=0, verbose_name='用时(毫秒)')),
            ],
        ),
        append_only("reconciliation_found"),
        append_only("reconciliation_book"),
        append_only("reconciliation_pass"),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]

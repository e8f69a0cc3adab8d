"""What a proposed number or entry was until somebody decided over it is kept from here on."""

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('bulletins', '0003_wording'),
    ]

    operations = [
        migrations.CreateModel(
            name='Until',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.UUIDField(db_index=True, verbose_name='对象')),
                ('act', models.CharField(choices=[('decided', '处理'), ('added', '补录'), ('merged', '合并')], max_length=8, verbose_name='动作')),
                ('state', models.CharField(blank=True, max_length=14, verbose_name='此前状态')),
                ('was', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='此前')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('bulletin', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='untils', to='bulletins.bulletin')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        append_only("bulletins_until"),
    ]

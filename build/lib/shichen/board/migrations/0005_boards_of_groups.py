"""The working groups get boards of their own: a figure may stand on several."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("board", "0004_numbers_decided"), ("city", "0004_screen")]

    operations = [
        migrations.AlterModelOptions(name="tile", options={"ordering": ["group", "position"]}),
        migrations.AddField(
            "tile",
            "group",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="city.body",
                verbose_name="工作组",
            ),
        ),
        migrations.AlterField("tile", "key", models.CharField(max_length=60, verbose_name="指标")),
        migrations.AlterField("tile", "position", models.PositiveSmallIntegerField(verbose_name="次序")),
        migrations.AddConstraint(
            "tile",
            models.UniqueConstraint(models.F("key"), condition=models.Q(group=None), name="tile_once"),
        ),
        migrations.AddConstraint(
            "tile", models.UniqueConstraint(models.F("group"), models.F("key"), name="tile_once_of_group")
        ),
    ]

"""The shifts of a day are declared, by the network and where they differ by the post (班次)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("checkpoints", "0001_initial")]
    operations = [
        migrations.AddField(
            "network",
            "shifts",
            models.CharField("班次", max_length=200, default="00:00-08:00 08:00-16:00 16:00-24:00"),
        ),
        migrations.AddField("post", "shifts", models.CharField("班次", max_length=200, blank=True, default="")),
    ]

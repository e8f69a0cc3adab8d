"""Which envelope was entered last, and which ones correct another, without reading all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_duplicate")]
    operations = [
        migrations.AddIndex("envelope", models.Index(fields=["entered_at"], name="envelope_entered")),
        migrations.AddIndex("envelope", models.Index(fields=["corrects"], name="envelope_corrects")),
    ]

"""The last figure of a key, what was frozen since, without reading the whole ledger."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("indicators", "0005_disagreements_move_out")]
    operations = [
        migrations.AddIndex("figure", models.Index(fields=fields, name=name))
        for name, fields in (
            ("figure_of_key_last", ["key", "period_to", "frozen_at"]),
            ("figure_of_key_frozen", ["key", "frozen_at"]),
            ("figure_frozen", ["frozen_at"]),
        )
    ]

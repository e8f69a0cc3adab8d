"""The tables of this room that nothing may change, held by the database itself."""

from django.db import migrations

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial")]
    operations = [
        append_only("indicators_definition"),
        append_only("indicators_statement"),
        append_only("indicators_figure", changing=("successor_id", "published_at")),
        append_only("indicators_use"),
    ]

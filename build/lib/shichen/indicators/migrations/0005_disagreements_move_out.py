"""What does not agree has a room of its own: the table takes the name of that room and keeps its rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("indicators", "0004_append_only")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AlterModelTable("disagreement", "reconciliation_disagreement")],
            state_operations=[migrations.DeleteModel("Disagreement")],
        ),
    ]

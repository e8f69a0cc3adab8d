"""An older home (the table stood in the room of figures): its disagreements and the triggers of the ledger stay."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.made import environment

pytestmark = pytest.mark.slow

OLD = """
import django; django.setup()
from django.core.management import call_command
from django.db import connection
call_command("migrate", "indicators", "0004_append_only", verbosity=0)
from django.db.migrations.executor import MigrationExecutor
apps = MigrationExecutor(connection).loader.project_state([("indicators", "0004_append_only")]).apps
apps.get_model("indicators", "Disagreement").objects.create(
    rule="r", family="sum", signature="s", title="旧事", sides=[{"label": "甲", "value": "1", "href": ""}],
    state="explained", reason="旧理由", opened_at="2020-02-02T04:00:00Z",
)
call_command("migrate", verbosity=0)
"""
NEW = """
import json
import django; django.setup()
from django.db import connection
from shichen.reconciliation.models import Disagreement
one = Disagreement.objects.get()
with connection.cursor() as cursor:
    cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
    held = sorted({row[0] for row in cursor.fetchall()})
print(json.dumps([one.title, one.state, one.reason, one.matter, held, "indicators_disagreement" in connection.introspection.table_names()]))
"""


def run(home: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(home), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_the_rows_stay_under_the_tables_new_name_and_so_do_the_triggers(tmp_path: Path) -> None:
    from shichen.site.home import Home

    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    Home(home).create()
    run(home, OLD)
    title, state, reason, matter, triggers, old_table = json.loads(run(home, NEW))
    assert (title, state, reason, matter, old_table) == ("旧事", "explained", "旧理由", "", False)
    assert {"indicators_figure", "indicators_correction", "reconciliation_settlement"} <= set(triggers)

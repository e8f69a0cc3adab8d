"""A program of its own: an empty home, each moving app at its first migration, a row in each of its tables, then all migrations.

Prints as JSON what stood before and what stands now. It knows nothing of the models of today until the end.
"""

from __future__ import annotations

import io
import json
import sys
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

APPS = ("records", "checkpoints", "analysis", "people", "passes", "transport", "places", "travellers")
"""What moves, in the order in which the house got them: with each, the earlier ones have gone on by as much as it needs."""
EARLIEST, LATEST = 1_580_000_000, 1_580_003_600
AT, DAY = datetime(2020, 2, 2, 8, tzinfo=UTC), date(2020, 2, 2)


AS_THE_RULES_WANT: dict[str, dict[str, Any]] = {
    "fleet": {"occurred_from": AT, "vehicles": 2, "hospital": 1, "standby": 1},
    "resumption": {"occurred_from": AT},
    "tally": {"occurred_from": AT, "occurred_to": AT + timedelta(hours=8)},
    "pass": {"state": "blank"},
}
"""What the constraints of the database want of some rows."""


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    began: dict[str, str] = {}
    filled: dict[str, list[str]] = {}
    before: dict[str, dict[str, Any]] = {}
    for app in APPS:
        began[app], state = _first(app)
        filled[app] = []
        for model in state.get_app_config(app).get_models():
            row = _there(state, model)
            filled[app].append(model._meta.db_table)
            before[model._meta.db_table] = _read(model._meta, row.pk)
        if app == "records":
            _made(state, state.get_model("records", "Batch"), path="later", layout="person", latest=LATEST + 60)
    call_command("migrate", verbosity=0, interactive=False)
    said = {
        "began": began,
        "filled": filled,
        "rows": {table: [row, _still(table, row)] for table, row in before.items()},
        "missing": _missing(),
        "dangling": _dangling(connection),
        "until": _until(connection),
        "refused": _refused(connection),
    }
    json.dump(said, sys.stdout, default=str)


def _first(app: str) -> tuple[str, Any]:
    """Brings the app to its first migration; what that is called, and the models as all migrations applied so far leave them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    name = min(name for label, name in executor.loader.graph.nodes if label == app)
    state = executor.migrate([(app, name)])
    applied = sorted(name for label, name in executor.loader.applied_migrations if label == app)
    assert applied in ([], [name]), f"{app} has gone on to {applied}: it must stand before what needs its later ones"
    return name, state.apps


def _made(state: Any, model: Any, **given: Any) -> Any:
    """A row with something in every field that must hold something; what it leads to is made first."""
    from django.db import models

    fields = AS_THE_RULES_WANT.get(model._meta.model_name, {}) | given
    for field in model._meta.concrete_fields:
        if field.name in fields or field.has_default() or field.get_internal_type().endswith("AutoField"):
            continue
        if isinstance(field, models.ForeignKey):
            if not field.null and field.remote_field.model is not model:
                fields[field.name] = _there(state, field.remote_field.model)
        elif not field.null or field.unique:
            fields[field.name] = _value(field)
    return model.objects.create(**fields)


def _there(state: Any, model: Any) -> Any:
    return model.objects.first() or _made(state, model)


def _value(field: Any) -> Any:
    """Something that the field can hold, other than what it holds when nobody said anything."""
    if field.choices:
        return field.choices[0][0]
    kind = field.get_internal_type()
    if kind in ("CharField", "TextField", "SlugField"):
        return f"{field.name} 旧"[: field.max_length or 20]
    values = {
        "UUIDField": uuid.uuid5(uuid.NAMESPACE_URL, field.name),
        "DateTimeField": AT,
        "DateField": DAY,
        "BooleanField": True,
        "BinaryField": b"\x01old",
        "JSONField": {"old": 1},
        "FloatField": 1.5,
        "DecimalField": 1,
        "BigIntegerField": LATEST,
    }
    return values.get(kind, 1)


def _read(meta: Any, key: Any) -> dict[str, str]:
    """The row as the database holds it, every column as text; which column is its key stands under no name."""
    column = meta.pk.column
    return {"": column, **(_row(meta.db_table, column, meta.pk.get_db_prep_value(key, _connection())) or {})}


def _still(table: str, row: dict[str, str]) -> dict[str, str] | None:
    from django.db import connection

    column = row.pop("")
    numbers = connection.vendor != "sqlite" or row[column].isdigit()
    return _row(table, column, int(row[column]) if numbers and row[column].isdigit() else row[column])


def _row(table: str, column: str, key: Any) -> dict[str, str] | None:
    connection = _connection()
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {quoted(table)} WHERE {quoted(column)} = %s", [key])
        found = cursor.fetchone()
        columns = [column[0] for column in cursor.description or ()]
    return None if found is None else {name: _plain(value) for name, value in zip(columns, found, strict=True)}


def _connection() -> Any:
    from django.db import connection

    return connection


def _plain(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


def _missing() -> str:
    """What the models of today say and no migration does."""
    from django.core.management import call_command

    told = io.StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, stdout=told)
    except SystemExit:
        return told.getvalue()
    return ""


def _dangling(connection: Any) -> list[str]:
    from django.db import IntegrityError

    try:
        connection.check_constraints()
    except IntegrityError as fault:
        return [str(fault)]
    return []


def _until(connection: Any) -> list[list[int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT latest, until FROM records_batch")
        return [list(row) for row in cursor.fetchall()]


def _refused(connection: Any) -> dict[str, bool]:
    """Which changes of a file's row the database refuses."""
    from django.db import DatabaseError, transaction

    acts = {
        "until": "UPDATE records_batch SET until = until + 1",
        "latest": "UPDATE records_batch SET latest = latest + 1",
        "delete": "DELETE FROM records_batch",
        "state": "UPDATE records_batch SET state = 'quarantined'",
    }
    refused = {}
    for name, statement in acts.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
            refused[name] = False
        except DatabaseError:
            refused[name] = True
    return refused


if __name__ == "__main__":
    main()

"""Append-only tables, held by the database itself: triggers that refuse UPDATE, DELETE and TRUNCATE (只增不改).

SQLite drops a table's triggers when Django remakes the table: a later migration that alters an append-only
table ends with `append_only` again, or takes the way of `without_index`, which remakes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.migrations.operations.base import Operation


class Step(Operation):
    """A migration step of statements alone, made when it runs: which, depends on the database and on the table as it stands.

    `RunPython` would do, but hands over the models of that moment, which Django makes anew each time: a fifth of the time of a first start.
    """

    reduces_to_sql = False

    def __init__(self, forwards: Callable[[Any], None], backwards: Callable[[Any], None]) -> None:
        self.forwards, self.backwards = forwards, backwards

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay what they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.forwards(schema_editor)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        self.backwards(schema_editor)

    def describe(self) -> str:
        return "Statements of the house"


def append_only(table: str, *, changing: tuple[str, ...] = ()) -> Step:
    """A migration step that makes a table refuse deletion and every change but to the columns in `changing`."""

    def forwards(editor: Any) -> None:
        if editor.connection.vendor == "sqlite":
            _run(editor, _create_sqlite(table, _fixed(editor, table, changing)))
        else:
            _run(editor, _create_postgres(table, changing))

    def backwards(editor: Any) -> None:
        _run(editor, _drop(editor.connection.vendor, table))

    return Step(forwards, backwards)


def without_index(table: str, *columns: str) -> Step:
    """A migration step that takes away the indexes over one of these columns alone, and leaves the table as it is."""

    def forwards(editor: Any) -> None:
        with editor.connection.cursor() as cursor:
            found = editor.connection.introspection.get_constraints(cursor, table)
        alone = (
            name
            for name, one in found.items()
            if one["index"] and not one["unique"] and len(one["columns"]) == 1 and one["columns"][0] in columns
        )
        _run(editor, [f'DROP INDEX "{name}"' for name in alone])

    def backwards(editor: Any) -> None:
        _run(editor, [f'CREATE INDEX "{table}_{column}_alone" ON "{table}" ("{column}")' for column in columns])

    return Step(forwards, backwards)


def _run(editor: Any, statements: list[str]) -> None:
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _fixed(editor: Any, table: str, changing: tuple[str, ...]) -> list[str]:
    with editor.connection.cursor() as cursor:
        columns = [column.name for column in editor.connection.introspection.get_table_description(cursor, table)]
    return [column for column in columns if column not in changing]


def _create_sqlite(table: str, fixed: list[str]) -> list[str]:
    abort = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    named = ", ".join(f'"{column}"' for column in fixed)
    return [
        *_drop("sqlite", table),
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {abort}",
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE OF {named} ON {table} {abort}",
    ]


def _create_postgres(table: str, changing: tuple[str, ...]) -> list[str]:
    keep = " - ".join(["to_jsonb({row})", *(f"'{column}'" for column in changing)])
    altered = f"({keep.format(row='OLD')}) IS DISTINCT FROM ({keep.format(row='NEW')})" if changing else "TRUE"
    refuse = f"RAISE EXCEPTION '{table} is append-only'"
    return [
        *_drop("postgresql", table),
        f"CREATE FUNCTION {table}_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' THEN IF {altered} THEN {refuse}; END IF; RETURN NEW; END IF; {refuse}; END $$",
        f"CREATE TRIGGER {table}_keep_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_keep()",
        f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_keep()",
    ]


def _drop(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_delete", f"DROP TRIGGER IF EXISTS {table}_no_update"]
    return [
        f"DROP TRIGGER IF EXISTS {table}_keep_rows ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_keep_all ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_keep()",
    ]

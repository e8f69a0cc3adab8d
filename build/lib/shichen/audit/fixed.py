"""Columns that stay as they are from some state on, held by the database itself (定而不改)."""

from __future__ import annotations

from typing import Any

from shichen.audit.append_only import Step


def fixed_once(table: str, columns: tuple[str, ...], state: str, values: tuple[str, ...]) -> Step:
    """A migration step: once the column `state` holds one of `values`, a row keeps its `columns` and cannot be deleted."""
    listed = ", ".join(f"'{value}'" for value in values)
    name = f"{table}_fixed"

    def forwards(editor: Any) -> None:
        run(editor, [*_drop(editor, table, name), *_create(editor, table, name, columns, f"OLD.{state} IN ({listed})")])

    def backwards(editor: Any) -> None:
        run(editor, _drop(editor, table, name))

    return Step(forwards, backwards)


def run(editor: Any, statements: list[str]) -> None:
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _create(editor: Any, table: str, name: str, columns: tuple[str, ...], held: str) -> list[str]:
    said = f"{table}: fixed"
    if editor.connection.vendor == "sqlite":
        named = ", ".join(f'"{column}"' for column in columns)
        abort = f"WHEN {held} BEGIN SELECT RAISE(ABORT, '{said}'); END"
        return [
            f"CREATE TRIGGER {name}_update BEFORE UPDATE OF {named} ON {table} {abort}",
            f"CREATE TRIGGER {name}_delete BEFORE DELETE ON {table} {abort}",
        ]
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {held} THEN IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '{said}'; "
        f"ELSIF {changed} THEN RAISE EXCEPTION '{said}'; END IF; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER {name}_rows BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _drop(editor: Any, table: str, name: str) -> list[str]:
    if editor.connection.vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}_update", f"DROP TRIGGER IF EXISTS {name}_delete"]
    return [f"DROP TRIGGER IF EXISTS {name}_rows ON {table}", f"DROP FUNCTION IF EXISTS {name}()"]

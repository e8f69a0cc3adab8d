"""三权分立, held by the database itself: triggers that refuse an account two grants which may not stand together.

SQLite drops a table's triggers when Django remakes the table: a later migration that alters the table of grants ends
with `powers_apart` again.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

# Another grant of the account that holds at some moment of the new one's time, where one of the two stands alone.
_CLASH = """SELECT 1 FROM city_grant AS other
WHERE other.account_id = NEW.account_id AND other.id <> NEW.id AND other.role <> NEW.role
AND (other.role IN ({alone}) OR NEW.role IN ({alone}))
AND (NEW.ends_at IS NULL OR other.starts_at < NEW.ends_at)
AND (other.ends_at IS NULL OR NEW.starts_at < other.ends_at)"""
# Two who grant at once do not see one another's rows. The account's row is written by each, so that one of them waits;
# were it only locked, the second would judge by an old view under REPEATABLE READ.
_WAIT_YOUR_TURN = "UPDATE city_account SET kind = kind WHERE id = NEW.account_id"
_REFUSED = "the three powers stand apart, no account holds two roles of which one stands alone"
_NOT_UTC = "a grant begins and ends at times in UTC, written YYYY-MM-DD HH:MM:SS"
_ACTS = ("insert", "update")


def powers_apart(*alone: str) -> migrations.RunPython:
    """A migration step that makes the roles of `alone` exclude one another and every other role of the same account.

    Grants that are there already are judged too: where two of them clash, the migration fails.
    """

    def forwards(apps: Any, editor: Any) -> None:
        create = _create_sqlite if editor.connection.vendor == "sqlite" else _create_postgres
        clash = _CLASH.format(alone=", ".join(f"'{role}'" for role in alone))
        _run(editor, [*_drop(editor.connection.vendor), *create(clash), "UPDATE city_grant SET role = role"])

    def backwards(apps: Any, editor: Any) -> None:
        _run(editor, _drop(editor.connection.vendor))

    return migrations.RunPython(forwards, backwards)


def _run(editor: Any, statements: list[str]) -> None:
    with editor.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _create_sqlite(clash: str) -> list[str]:
    """Times are text there: compared as text they are in order only while all are written alike."""
    alike = " OR ".join(
        f"(NEW.{column} IS NOT NULL AND substr(NEW.{column}, 1, 19) IS NOT datetime(NEW.{column}))"
        for column in ("starts_at", "ends_at")
    )
    refuse = (
        f"SELECT RAISE(ABORT, '{_NOT_UTC}') WHERE {alike}; SELECT RAISE(ABORT, '{_REFUSED}') WHERE EXISTS ({clash});"
    )
    return [f"CREATE TRIGGER city_grant_apart_{act} AFTER {act} ON city_grant BEGIN {refuse} END" for act in _ACTS]


def _create_postgres(clash: str) -> list[str]:
    refuse = f"RAISE EXCEPTION '{_REFUSED}' USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_powers_apart'"
    return [
        "CREATE FUNCTION city_grant_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_WAIT_YOUR_TURN}; IF EXISTS ({clash}) THEN {refuse}; END IF; RETURN NULL; END $$",
        "CREATE TRIGGER city_grant_apart AFTER INSERT OR UPDATE ON city_grant "
        "FOR EACH ROW EXECUTE FUNCTION city_grant_apart()",
    ]


def _drop(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS city_grant_apart_{act}" for act in _ACTS]
    return [
        "DROP TRIGGER IF EXISTS city_grant_apart ON city_grant",
        "DROP FUNCTION IF EXISTS city_grant_apart()",
    ]

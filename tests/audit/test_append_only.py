"""只增不改: the database itself refuses to change or delete what may only grow, by whatever way it is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from shichen.audit import services as audit
from shichen.audit.append_only import Step, append_only, without_index
from shichen.audit.fixed import fixed_once
from shichen.audit.models import Seal, Trail
from shichen.city import services as accounts
from shichen.indicators.models import Definition, Figure, Statement, Use
from shichen.intake.models import Envelope
from shichen.journal import services as journal
from shichen.journal.models import Entry, Mark
from shichen.registers.measures.models import Measure
from tests.made import NOON, post, stated, tally

pytestmark = pytest.mark.django_db

# Each table with a column that nobody may change.
KEPT: dict[type[models.Model], str] = {
    Trail: "reason",
    Seal: "link",
    Entry: "text",
    Mark: "reason",
    Envelope: "digest",
    Definition: "text",
    Statement: "raw",
    Figure: "key",
    Use: "start",
    Measure: "label",
}
# Columns that say where a row stands in its own work, and may change.
OPEN: dict[type[models.Model], tuple[str, ...]] = {
    Envelope: ("state", "note", "taken"),
    Figure: ("published_at", "successor_id"),
    Measure: ("superseded_at", "entry_id", "end_entry_id"),
}


@pytest.fixture
def rows() -> dict[type[models.Model], models.Model]:
    """One row of each table, made by the acts of the house."""
    from shichen.registers.measures import services as measures

    post()
    tally()
    stated(68, "台", key="transport.emergency_buses")
    entry = Entry.objects.order_by("seq").first()
    assert entry is not None
    journal.mark(entry, Mark.Kind.SIGNIFICANT, by=accounts.system())
    measures.announce(entry, "traffic", "设卡", NOON, None, areas=["430200"], by=accounts.system())
    with transaction.atomic():
        row = audit.note("look", by=accounts.system())
    audit.seal_waiting("audit.trail", [(row.id, row.mac)])
    found = {model: model._default_manager.order_by("pk").first() for model in KEPT}
    assert all(found.values())
    return found  # type: ignore[return-value]


def refused(act: Callable[[], object]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError as error:
        return "append-only" in str(error)
    return False


def run(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
class TestTable:
    def test_a_row_cannot_be_changed(self, model: type[models.Model], rows: dict[Any, models.Model]) -> None:
        column = KEPT[model]
        value = 7 if isinstance(model._meta.get_field(column), models.IntegerField) else "7"
        assert refused(lambda: model._default_manager.filter(pk=rows[model].pk).update(**{column: value}))

    def test_a_row_cannot_be_deleted(self, model: type[models.Model], rows: dict[Any, models.Model]) -> None:
        table, key = model._meta.db_table, model._meta.pk.column
        assert refused(lambda: run(f"DELETE FROM {table} WHERE {key} = {key}"))

    def test_a_row_cannot_be_replaced(self, model: type[models.Model], rows: dict[Any, models.Model]) -> None:
        table, key = model._meta.db_table, model._meta.pk.column
        columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
        if connection.vendor == "sqlite":
            statement = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
        else:
            number = isinstance(model._meta.get_field(KEPT[model]), models.IntegerField)
            other = f"{table}.{KEPT[model]} + 1" if number else f"reverse({table}.{KEPT[model]})"
            statement = (
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} "
                f"ON CONFLICT ({key}) DO UPDATE SET {KEPT[model]} = {other}"
            )
        assert refused(lambda: run(statement))

    def test_columns_of_its_own_work_may_change(self, model: type[models.Model], rows: dict[Any, models.Model]) -> None:
        for column in OPEN.get(model, ()):
            assert not refused(lambda name=column: run(f"UPDATE {model._meta.db_table} SET {name} = {name}"))

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE")
    def test_the_table_cannot_be_emptied(self, model: type[models.Model], rows: dict[Any, models.Model]) -> None:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        assert refused(lambda: run(f"TRUNCATE {model._meta.db_table} CASCADE"))


@pytest.mark.skipif(connection.vendor != "sqlite", reason="a PRAGMA of SQLite")
def test_without_recursive_triggers_a_replacing_insert_would_walk_past(rows: dict[Any, models.Model]) -> None:
    """The mutant of the settings: with recursive_triggers off, REPLACE deletes a row of the trail in silence."""
    columns = ", ".join(f'"{field.column}"' for field in Trail._meta.concrete_fields)
    replace = f"INSERT OR REPLACE INTO audit_trail ({columns}) SELECT {columns} FROM audit_trail"
    assert refused(lambda: run(replace))
    run("PRAGMA recursive_triggers=OFF")
    try:
        assert not refused(lambda: run(replace))
    finally:
        run("PRAGMA recursive_triggers=ON")


def test_a_step_runs_without_the_models_of_its_moment() -> None:
    """Django makes them all anew for whoever asks: sixty steps would be a fifth of a first start."""

    class State:
        @property
        def apps(self) -> None:
            raise AssertionError("a step of statements has no use for models")

    said: list[str] = []
    step = Step(lambda editor: said.append(f"{editor} on"), lambda editor: said.append(f"{editor} off"))
    state = State()
    step.state_forwards("audit", state)
    step.database_forwards("audit", "editor", state, state)
    step.database_backwards("audit", "editor", state, state)
    assert said == ["editor on", "editor off"]
    assert (step.reversible, step.reduces_to_sql) == (True, False)
    for made in (append_only("a_table"), without_index("a_table", "a"), fixed_once("a_table", ("a",), "state", ("x",))):
        assert isinstance(made, Step)

"""审计日志: a row in the transaction of its act, sealed into a chain; what is altered, missing, slipped in or cut off is named."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from shichen.audit import sealing, services
from shichen.audit.context import acting, current, now
from shichen.audit.models import Seal, Trail
from shichen.audit.queries import TRAIL, Verdict, verify
from shichen.city import services as accounts
from shichen.journal import queries as journal
from shichen.journal.models import Entry
from tests.conftest import Cast
from tests.made import NOON, post

pytestmark = pytest.mark.django_db

TABLES = {"audit.trail": TRAIL, "journal.entry": journal.SEALED}


def note(action: str = "look", **more: Any) -> Trail:
    with transaction.atomic():
        return services.note(action, **{"by": accounts.system(), **more})


def seal_all() -> None:
    """What the clock does on PostgreSQL each second; on SQLite nothing waits."""
    sealing.seal_unsealed("audit.trail", Trail.objects.all())
    sealing.seal_unsealed("journal.entry", Entry.objects.all())


def checked(anchor: str = "") -> Verdict:
    return verify(TABLES, anchor=anchor)


@contextmanager
def without_triggers(*tables: str) -> Iterator[None]:
    """The tables as someone has them who owns the file and took the triggers away."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER {table}_no_delete")
                cursor.execute(f"DROP TRIGGER {table}_no_update")
            else:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_keep_rows")
    yield


class TestNote:
    def test_it_says_who_by_which_door_and_in_which_request(self, cast: Cast) -> None:
        number = str(uuid.uuid4())
        with acting("api", address="10.0.0.9", request=number, moment=NOON):
            row = note("reveal", table="cases.case", subject=number, reason="核对", case_no="A-1", by=cast.traffic)
        kept = Trail.objects.get(id=row.id)
        assert (kept.door, kept.address, kept.request, kept.at) == ("api", "10.0.0.9", number, NOON)
        assert (kept.actor, kept.actor_name, kept.role) == (str(cast.traffic.pk), "traffic", "reporter")
        assert (kept.action, kept.reason, kept.case_no, kept.result) == ("reveal", "核对", "A-1", "done")

    def test_an_unknown_visitor_is_written_down_as_such(self) -> None:
        row = note(by=None)
        assert (row.actor, row.role) == ("anonymous", "anonymous")

    def test_it_belongs_into_the_transaction_of_the_act(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connections["default"], "in_atomic_block", False)
        with pytest.raises(AssertionError, match="transaction of its act"):
            services.note("look", by=accounts.system())

    def test_the_act_fails_with_its_row_and_the_row_with_its_act(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(*args: object) -> None:
            raise DatabaseError("no room")

        monkeypatch.setattr(services, "seal", broken)
        with pytest.raises(DatabaseError):
            post()
        monkeypatch.undo()
        assert not Trail.objects.exists()
        with transaction.atomic():
            services.note("look", by=accounts.system())
            transaction.set_rollback(True)
        assert not Trail.objects.exists()
        assert not Seal.objects.exists()

    def test_the_circumstances_end_with_the_act(self) -> None:
        with acting("cli", moment=NOON):
            assert now() == NOON
            with acting("web"):
                assert current().door == "web"
                assert now() != NOON
            assert current().door == "cli"

    def test_digests_of_values_cannot_be_guessed_without_the_key(self, settings: Any) -> None:
        from shichen.keys import Keyring

        ours = services.keyed_digest("13812345678")
        settings.KEYRING = Keyring()
        assert services.keyed_digest("13812345678") != ours


class TestChain:
    def test_an_empty_chain_is_whole(self) -> None:
        verdict = checked()
        assert verdict.whole
        assert (verdict.rows, verdict.links) == (0, 0)

    def test_every_row_of_log_and_trail_is_a_link(self) -> None:
        post()
        seal_all()
        verdict = checked()
        assert verdict.whole
        assert verdict.links == verdict.rows == Trail.objects.count() + Entry.objects.count() > 1
        assert verdict.head == services.head()

    def test_sealing_again_seals_nothing_twice(self) -> None:
        rows = [note(), note()]
        seal_all()
        links = Seal.objects.count()
        assert services.seal_waiting("audit.trail", [(row.id, row.mac) for row in rows]) == 0
        assert Seal.objects.count() == links == 2

    def test_the_head_of_a_receipt_is_found_again_later(self) -> None:
        note()
        seal_all()
        anchor = services.head()
        note()
        seal_all()
        assert checked(anchor).whole


def change(row: Trail) -> None:
    Trail.objects.filter(pk=row.pk).update(reason="别的理由")


def delete(row: Trail) -> None:
    Trail.objects.filter(pk=row.pk).delete()


def insert(row: Trail) -> None:
    row.pk, row.id = None, uuid.uuid4()
    row.mac = services.mac_of(row)
    row.save(force_insert=True)


def forge_link(row: Trail) -> None:
    Seal.objects.filter(row=row.id).update(link="f" * 64)


def swap_and_reseal(row: Trail) -> None:
    """Who changes a row and its digest in the chain, but has no key."""
    Trail.objects.filter(pk=row.pk).update(reason="别的理由", mac="0" * 64)
    Seal.objects.filter(row=row.id).update(digest="0" * 64)


class TestTampering:
    """F18: whoever owns the file can drop the triggers; the chain says which row was touched."""

    @pytest.mark.parametrize(
        ("tamper", "words"),
        [
            (change, "被改过"),
            (delete, "删除"),
            (insert, "插入"),
            (forge_link, "接不上"),
            (swap_and_reseal, "被改过"),
        ],
    )
    def test_it_is_named(self, tamper: Callable[[Trail], None], words: str) -> None:
        rows = [note(reason=f"第{n}行") for n in range(5)]
        seal_all()
        assert checked().whole
        with without_triggers("audit_trail", "audit_seal"):
            tamper(Trail.objects.get(id=rows[2].id))
        verdict = checked()
        assert words in verdict.fault
        if tamper is not insert:
            assert str(rows[2].id) in verdict.fault

    @pytest.mark.parametrize(
        "field", [f.name for f in Trail._meta.concrete_fields if f.name not in {"position", "mac"}]
    )
    def test_no_column_of_a_row_may_change(self, field: str) -> None:
        row = note(reason="原来的", area="430200", unit="office", case_no="A-1", before="b", after="a", fields=("x",))
        seal_all()
        other: Any = {"at": NOON, "id": uuid.uuid4(), "rows": 2, "key_id": "audit-2"}.get(field, "z")
        with without_triggers("audit_trail"):
            Trail.objects.filter(pk=row.pk).update(**{field: other})
        assert not checked().whole

    def test_an_entry_of_the_log_is_held_by_the_same_chain(self) -> None:
        post()
        seal_all()
        with without_triggers("journal_entry"):
            Entry.objects.update(text="什么也没有发生。")
        assert "journal.entry" in checked().fault

    def test_a_tail_cut_off_shows_only_against_an_anchor_kept_elsewhere(self) -> None:
        for _ in range(3):
            note()
        seal_all()
        anchor = services.head()
        with without_triggers("audit_trail", "audit_seal"):
            last = Trail.objects.order_by("position").last()
            assert last is not None
            Trail.objects.filter(pk=last.pk).delete()
            Seal.objects.filter(row=last.id).delete()
        assert checked().whole  # the mutant of F18: verifying without the anchor finds nothing
        assert "截断" in checked(anchor).fault

    def test_rows_may_not_change_places(self) -> None:
        first, second = note(reason="甲"), note(reason="乙")
        seal_all()
        with without_triggers("audit_seal"):
            place = {seal.row: seal.position for seal in Seal.objects.all()}
            Seal.objects.filter(row=first.id).update(position=999)
            Seal.objects.filter(row=second.id).update(position=place[first.id])
            Seal.objects.filter(row=first.id).update(position=place[second.id])
        assert not checked().whole

"""接报: every report is kept before it is judged; sent again it counts once, changed it is refused, and counts add up."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shichen.audit import services as audit
from shichen.audit.models import Trail
from shichen.city import services as accounts
from shichen.city.scope import sight
from shichen.intake import kinds, mending, services, texts
from shichen.intake.models import Envelope, Reject
from shichen.intake.services import Conflict, Delivery
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.made import NOON, deliver, delivery, post, post_row, tally, tally_row

pytestmark = pytest.mark.django_db

SHEET = "卡点,班次开始,班次结束,车辆,人员\n"


def sheet(*lines: str, **more: Any) -> Delivery:
    text = SHEET + "".join(f"{line}\n" for line in lines)
    return delivery(
        "checkpoint_tally",
        text.encode(),
        media_type="text/csv",
        channel=Envelope.Channel.SHEET,
        filename="a.csv",
        **more,
    )


def received(one: Delivery) -> Envelope:
    return services.receive(one, by=accounts.system()).envelope


def replayed(one: Delivery) -> services.Receipt:
    return services.deliver(one, by=accounts.system())


class TestReceiving:
    def test_the_bytes_come_back_as_they_were_sent(self) -> None:
        raw = b'{"post": "Z01",\r\n  "x": "\xe6\x98\x9f"}  '
        envelope = received(delivery("checkpoint_tally", raw))
        assert texts.open_body(envelope) == raw
        assert envelope.size == len(raw)

    def test_they_are_sealed_and_cannot_be_moved_to_another_envelope(self) -> None:
        one, other = received(delivery("checkpoint_tally", {"a": "秘密"})), received(delivery("checkpoint_tally", {}))
        assert "秘密".encode() not in bytes(one.body)
        other.body = one.body
        with pytest.raises(ValueError, match="altered"):
            texts.open_body(other)

    def test_a_receipt_says_what_was_received_and_where_the_chain_stands(self) -> None:
        import hashlib

        one = delivery("checkpoint_tally", {})
        receipt = services.receive(one, by=accounts.system())
        said = receipt.as_dict()
        assert said["id"] == str(one.id)
        assert said["sha256"] == hashlib.sha256(one.body).hexdigest()
        assert said["seq"] == receipt.envelope.seq
        assert said["head"] == audit.head()

    def test_the_trail_row_is_written_in_the_same_act(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one = delivery("checkpoint_tally", {})
        envelope = received(one)
        row = Trail.objects.get(action="receive")
        assert (row.table, row.subject, row.unit) == ("intake.envelope", str(envelope.id), "office")

        def broken(*args: Any, **more: Any) -> None:
            raise OperationalError("disk full")

        monkeypatch.setattr(audit, "note", broken)
        with pytest.raises(OperationalError):
            received(replace(one, id=uuid.uuid4()))
        assert Envelope.objects.count() == 1

    @pytest.mark.parametrize("body", [b"", b"x" * 1_000_001])
    def test_nothing_and_too_much_are_refused(self, body: bytes) -> None:
        with pytest.raises(Refusal):
            received(delivery("checkpoint_tally", body))
        assert not Envelope.objects.exists()

    def test_a_file_may_be_larger_than_a_form(self) -> None:
        one = replace(sheet("x" * 1_000_001), filename="a.csv")
        assert received(one).size > django_settings.CONFIG["intake.max_bytes"]

    def test_an_unknown_kind_is_refused(self) -> None:
        with pytest.raises(Refusal, match="没有名为"):
            received(delivery("nothing", {}))

    def test_nobody_reports_in_the_name_of_another_unit(self, cast: Cast) -> None:
        with pytest.raises(Refusal, match="无权") as refused:
            deliver("checkpoint_tally", tally_row(), unit="traffic-safety-group", by=cast.police)
        assert refused.value.rule == "报送范围"
        for stranger in (cast.outsider, cast.auditor, cast.secadmin, cast.editor):
            with pytest.raises(Refusal, match="无权"):
                deliver("checkpoint_tally", tally_row(), unit="office", by=stranger)
        assert not Envelope.objects.exists()

    def test_a_file_name_keeps_its_end(self) -> None:
        assert received(replace(sheet(), filename="长" * 300 + ".csv")).filename.endswith(".csv")


class TestSendingAgain:
    def test_the_same_bytes_count_once(self) -> None:
        post()
        one = delivery("checkpoint_tally", tally_row())
        first, second = replayed(one), replayed(one)
        assert (first.again, second.again) == (False, True)
        assert first.envelope == second.envelope
        assert Tally.objects.count() == 1
        assert Envelope.objects.filter(kind="checkpoint_tally").count() == 1
        assert Trail.objects.filter(action="receive", subject=str(one.id)).count() == 1

    def test_other_bytes_under_the_same_id_change_nothing(self) -> None:
        post()
        one = delivery("checkpoint_tally", tally_row(vehicles=10))
        replayed(one)
        with pytest.raises(Conflict) as refused:
            replayed(replace(one, body=json.dumps(tally_row(vehicles=99)).encode()))
        assert refused.value.rule == "同号异文"
        assert Tally.objects.get().vehicles == 10
        assert texts.open_body(Envelope.objects.get(id=one.id)) == one.body

    def test_a_lost_race_for_the_id_is_answered_as_a_resend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        one = delivery("checkpoint_tally", {})
        received(one)

        def beaten(*args: Any) -> Envelope:
            raise IntegrityError("UNIQUE constraint failed: intake_envelope.id")

        monkeypatch.setattr(services, "_keep", beaten)
        monkeypatch.setattr(Envelope.objects, "filter", lambda **which: Envelope.objects.none())
        assert services.receive(one, by=accounts.system()).again
        with pytest.raises(Conflict):
            services.receive(replace(one, body=b"{} "), by=accounts.system())

    def test_a_resend_works_what_a_dead_process_only_kept(self) -> None:
        post()
        one = delivery("checkpoint_tally", tally_row())
        assert received(one).state == Envelope.State.RECEIVED
        receipt = replayed(one)
        assert receipt.again
        assert receipt.envelope.state == Envelope.State.ENTERED
        assert Tally.objects.count() == 1

    def test_two_who_work_one_envelope_at_once_do_it_once(self) -> None:
        post()
        one = received(delivery("checkpoint_tally", tally_row()))
        left, right = Envelope.objects.get(pk=one.pk), Envelope.objects.get(pk=one.pk)
        assert services.enter(left).state == Envelope.State.ENTERED
        assert services.enter(right).state == Envelope.State.ENTERED
        assert Tally.objects.count() == 1
        assert not Reject.objects.exists()
        assert Entry.objects.filter(envelope=one.id).count() == 1

    def test_another_tally_of_the_same_shift_is_held_and_not_counted(self) -> None:
        post()
        tally(vehicles=10)
        receipt = deliver("checkpoint_tally", tally_row(vehicles=11))
        assert receipt.envelope.state == Envelope.State.HELD
        assert "已报过" in receipt.envelope.note
        assert Tally.objects.count() == 1

    def test_the_same_tally_under_another_id_is_told_apart_from_what_was_taken_and_from_what_must_be_mended(
        self,
    ) -> None:
        post()
        tally(vehicles=10)
        both = {"rows": [tally_row(vehicles=10), tally_row(hours=(8, 16)), tally_row(vehicles=12)]}
        said = deliver("checkpoint_tally", both).as_dict()
        assert (said["read"], said["taken"], said["duplicate"], said["to_mend"]) == (3, 1, 1, 1)
        assert said["note"].startswith("读到 3 行，入册 1 行，重复 1 行，待更正 1 行：")
        assert Tally.objects.count() == 2

    @pytest.mark.parametrize("kind", ["checkpoint_post", "checkpoint_tally", "case_count"])
    def test_each_register_knows_a_row_that_is_there_already_from_one_that_differs(self, kind: str) -> None:
        post()
        row, other = {
            "checkpoint_post": (post_row("Z01"), {"kind": "高速"}),
            "checkpoint_tally": (tally_row(), {"staff": 4}),
            "case_count": ({"area": "株洲市", "as_of": "2020-02-01", "confirmed_new": 3}, {"source": "另一处"}),
        }[kind]
        deliver(kind, row)
        again = deliver(kind, row).envelope
        assert (again.state, again.taken, again.duplicate) == (Envelope.State.ENTERED, 0, 1)
        differs = deliver(kind, {**row, **other}).envelope
        assert (differs.state, differs.taken, differs.duplicate) == (Envelope.State.HELD, 0, 0)


class TestEntering:
    def test_a_report_that_cannot_be_read_is_held_with_the_reason(self) -> None:
        for body in (b"not json", b"\xff\xfe", b"[1, 2]", b'"text"', b"[" * 5000, b"NaN", b'[{"vehicles": 1e999}]'):
            envelope = deliver("checkpoint_tally", body).envelope
            assert envelope.state == Envelope.State.HELD
            assert "JSON" in envelope.note
            assert texts.open_body(envelope) == body

    @pytest.mark.parametrize(
        "text", ['{"post": "\\u0000"}', '{"post": "\\ud800"}', '{"\\u0000": 1}', '[{"a": ["\\udfff"]}]']
    )
    def test_text_that_no_database_keeps_is_held_and_not_lost(self, text: str) -> None:
        envelope = deliver("checkpoint_tally", text.encode()).envelope
        assert envelope.state == Envelope.State.HELD
        assert "NUL" in envelope.note
        assert texts.open_body(envelope) == text.encode()

    def test_rows_that_can_be_taken_are_taken_and_the_others_wait(self) -> None:
        post()
        rows = [tally_row(), tally_row("Z99", (8, 16)), tally_row(hours=(8, 16), vehicles="几辆")]
        envelope = deliver("checkpoint_tally", {"rows": rows}).envelope
        assert (envelope.read, envelope.taken, envelope.state) == (3, 1, Envelope.State.HELD)
        waiting = list(envelope.rejects.all())
        assert [reject.row_no for reject in waiting] == [2, 3]
        assert [reject.raw for reject in waiting] == rows[1:]
        assert "Z99" in waiting[0].faults[0]

    def test_the_counts_of_a_sheet_add_up(self) -> None:
        post()
        envelope = replayed(
            sheet(
                "Z01,2020-02-02 00:00,2020-02-02 08:00,10,20",
                ",,,,",
                "Z01,2020-02-02 08:00,2020-02-02 16:00,十,20",
                "Z02,2020-02-02 08:00,2020-02-02 16:00,1,2",
                "合计,,,11,22",
            )
        ).envelope
        waiting = envelope.rejects.count()
        assert envelope.read == envelope.taken + envelope.blank + waiting
        assert envelope.taken >= 1
        assert waiting >= 1

    def test_counts_that_do_not_add_up_are_an_error_and_not_a_success(self) -> None:
        with pytest.raises(AssertionError, match="add up"):
            services._summary(kinds.Entered(read=3, taken=1))

    def test_a_refused_row_leaves_nothing_half_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        post()
        before = Entry.objects.count()
        envelope = deliver("checkpoint_tally", tally_row(source_area_vehicles=11)).envelope
        assert envelope.state == Envelope.State.HELD
        assert not Tally.objects.exists()
        assert Entry.objects.count() == before

    def test_unknown_fields_are_named_and_not_dropped(self) -> None:
        post()
        envelope = deliver("checkpoint_tally", tally_row(unit="office")).envelope
        assert "没有名为 unit 的字段" in envelope.note
        assert not Tally.objects.exists()


class TestWaiting:
    """What was kept but never worked, because the process died in between, is worked by the clock."""

    def test_it_is_worked_later(self) -> None:
        post()
        envelope = received(delivery("checkpoint_tally", tally_row()))
        later = timezone.now() + timedelta(seconds=1)
        assert services.enter_waiting(later - timedelta(hours=1)) == 0
        assert services.enter_waiting(later) == 1
        assert services.enter_waiting(later) == 0
        envelope.refresh_from_db()
        assert envelope.state == Envelope.State.ENTERED

    def test_one_that_breaks_the_house_does_not_keep_the_others_waiting(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        post()
        broken, good = received(delivery("checkpoint_tally", {})), received(delivery("checkpoint_tally", tally_row()))
        usual = services.work_through

        def sometimes(envelope: Envelope) -> Any:
            if envelope.id == broken.id:
                raise ZeroDivisionError
            return usual(envelope)

        monkeypatch.setattr(services, "work_through", sometimes)
        assert services.enter_waiting(timezone.now() + timedelta(seconds=1)) == 2
        assert Envelope.objects.get(pk=broken.pk).state == Envelope.State.HELD
        assert Envelope.objects.get(pk=good.pk).state == Envelope.State.ENTERED
        assert str(broken.id) in caplog.text

    def test_when_the_database_fails_all_wait_for_the_next_turn(self, monkeypatch: pytest.MonkeyPatch) -> None:
        envelope = received(delivery("checkpoint_tally", {}))

        def failing(envelope: Envelope) -> Any:
            raise OperationalError("database or disk is full")

        monkeypatch.setattr(services, "work_through", failing)
        with pytest.raises(OperationalError):
            services.enter_waiting(timezone.now() + timedelta(seconds=1))
        assert Envelope.objects.get(pk=envelope.pk).state == Envelope.State.RECEIVED


class TestMending:
    @pytest.fixture
    def held(self) -> Reject:
        post()
        envelope = deliver("checkpoint_tally", tally_row("Z99")).envelope
        return envelope.rejects.get()

    def test_a_row_set_right_is_a_new_envelope_that_names_the_old(self, held: Reject) -> None:
        receipt = mending.mend(held, tally_row(), "站名写错", by=accounts.system())
        assert receipt.envelope.corrects == held.envelope_id
        assert receipt.envelope.reported_at == held.envelope.reported_at
        assert Tally.objects.count() == 1
        held.refresh_from_db()
        assert (held.state, held.mended_by) == (Reject.State.MENDED, receipt.envelope.id)
        assert Envelope.objects.get(id=held.envelope_id).state == Envelope.State.CORRECTED

    def test_a_row_still_wrong_stays_and_leaves_no_envelope(self, held: Reject) -> None:
        before = Envelope.objects.count()
        with pytest.raises(Refusal, match="Z98"):
            mending.mend(held, tally_row("Z98"), "站名写错", by=accounts.system())
        with pytest.raises(Refusal, match="必填") as refused:
            mending.mend(held, {**tally_row(), "vehicles": ""}, "站名写错", by=accounts.system())
        assert refused.value.field == "vehicles"
        assert Envelope.objects.count() == before
        assert Reject.objects.get(pk=held.pk).state == Reject.State.OPEN

    def test_it_is_mended_once(self, held: Reject) -> None:
        stale = Reject.objects.get(pk=held.pk)
        mending.mend(held, tally_row(), "站名写错", by=accounts.system())
        with pytest.raises(Refusal, match="已更正"):
            mending.mend(held, tally_row(hours=(8, 16)), "再改", by=accounts.system())
        with pytest.raises(Refusal, match="已更正") as refused:
            mending.mend(stale, tally_row(hours=(8, 16)), "同时改", by=accounts.system())
        assert refused.value.rule == "先到先办"
        assert Tally.objects.count() == 1

    def test_only_who_may_report_for_the_unit_may_mend(self, held: Reject, cast: Cast) -> None:
        with pytest.raises(Refusal, match="无权"):
            mending.mend(held, tally_row(), "站名写错", by=cast.police)

    def test_a_row_given_up_stays_on_record_with_its_reason(self, held: Reject, cast: Cast) -> None:
        with pytest.raises(Refusal, match="理由"):
            mending.void(held, " ", by=cast.office)
        mending.void(held, "重复报送", by=cast.office)
        assert Envelope.objects.get(id=held.envelope_id).state == Envelope.State.CORRECTED
        assert Trail.objects.get(action="void").reason == "重复报送"
        with pytest.raises(Refusal, match="已作废"):
            mending.void(held, "再一次", by=cast.office)

    def test_replay_takes_what_a_new_post_now_allows(self, held: Reject) -> None:
        assert mending.replay(held.envelope, by=accounts.system()) == (0, 1)
        post("Z99")
        assert mending.replay(held.envelope, by=accounts.system()) == (1, 0)
        assert Tally.objects.get().post.code == "Z99"
        assert mending.replay(held.envelope, by=accounts.system()) == (0, 0)

    def test_an_envelope_is_done_when_all_its_rows_are(self) -> None:
        post()
        envelope = deliver("checkpoint_tally", {"rows": [tally_row("Y1"), tally_row("Y2")]}).envelope
        first, second = envelope.rejects.all()
        mending.void(first, "站点不存在", by=accounts.system())
        assert Envelope.objects.get(pk=envelope.pk).state == Envelope.State.HELD
        mending.mend(second, tally_row(), "站名", by=accounts.system())
        assert Envelope.objects.get(pk=envelope.pk).state == Envelope.State.CORRECTED


class TestSight:
    def test_an_envelope_is_seen_by_its_unit_and_the_office(self, cast: Cast) -> None:
        post()
        deliver("checkpoint_tally", tally_row(), unit="traffic-safety-group", by=cast.traffic)
        reach = {
            name: sight(getattr(cast, name), "view", at=NOON) for name in ("traffic", "police", "office", "outsider")
        }
        tallies = Envelope.objects.filter(kind="checkpoint_tally")
        assert {name: tallies.within(found).count() for name, found in reach.items()} == {
            "traffic": 1,
            "police": 0,
            "office": 1,
            "outsider": 0,
        }


class TestKinds:
    def test_every_kind_has_a_title_in_two_languages_and_a_way_to_be_worked(self) -> None:
        for kind in kinds.known().values():
            assert kind.title
            assert kind.title_en
            assert (kind.work is None) != (kind.take is None)

    def test_two_kinds_of_one_name_cannot_be(self) -> None:
        with pytest.raises(AssertionError, match="two kinds"):
            kinds.declare(kinds.named("bulletin"))

    def test_no_name_means_two_fields(self) -> None:
        for kind in kinds.known().values():
            words = [word for one in kind.fields for word in {one.name, one.label, *one.aliases}]
            assert len(words) == len(set(words)), kind.name

    def test_a_row_is_read_whole_or_the_first_field_is_named(self) -> None:
        kind = kinds.named("checkpoint_tally")
        values = kind.read(tally_row())
        assert (values["vehicles"], values["staff"]) == (10, None)
        with pytest.raises(Refusal) as refused:
            kind.read({**tally_row(), "persons": -1})
        assert refused.value.field == "persons"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from([one.name for one in kinds.named("checkpoint_tally").fields])


class TestWhateverArrives(TestCase):
    """Any JSON at all is kept and judged: it never breaks the door, and never becomes a record by accident."""

    @settings(max_examples=120, deadline=None)
    @given(
        json_values | st.dictionaries(names, json_values, max_size=6) | st.lists(st.dictionaries(names, json_values))
    )
    def test_it_is_answered_and_kept(self, said: Any) -> None:
        body = json.dumps(said).encode()
        envelope = deliver("checkpoint_tally", body).envelope
        assert envelope.state in {Envelope.State.HELD, Envelope.State.ENTERED}
        assert texts.open_body(envelope) == body
        assert not Tally.objects.filter(envelope=envelope.id).exists()

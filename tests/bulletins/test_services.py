"""来稿复核: what a text says becomes entries and figures only by a person; each decision is made once, with its reason."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError

from shichen.audit import services as audit
from shichen.audit.models import Trail
from shichen.bulletins import checks, deciding, services
from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.bulletins.services import Placing
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.indicators.models import Figure, Statement, Use
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import DAY, body, bulletin, day_of

pytestmark = pytest.mark.django_db

TEXT = "交通运输安全组报告，当天投入应急公交车68台，其中接送医护人员18台、备用50台。"


@pytest.fixture
def read() -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(TEXT).envelope)


@pytest.fixture
def proposed(read: Bulletin) -> ProposedEntry:
    return services.merge(read, by=accounts.system())


def proposal(entry: ProposedEntry, raw: str) -> Proposal:
    return entry.proposals.get(raw__startswith=raw)


def decide(one: Proposal, state: str = Proposal.State.ACCEPTED, by: Any = None, **more: Any) -> Proposal:
    return services.decide(one, state, version=one.version, by=by or accounts.system(), **more)


def accept(entry: ProposedEntry, placing: Placing | None = None, by: Any = None) -> Entry:
    entry.refresh_from_db()
    return services.accept(entry, placing or Placing(), version=entry.version, by=by or accounts.system())


class TestReading:
    def test_a_text_becomes_proposals_and_nothing_else(self, read: Bulletin) -> None:
        assert read.envelope.state == Envelope.State.ENTERED
        assert read.covers == DAY
        numbers = {one.raw for entry in read.entries.all() for one in entry.proposals.all()}
        assert {"68台", "18台", "50台"} <= numbers
        assert not Figure.objects.exists()
        assert not Entry.objects.exists()

    def test_every_span_holds_the_words_of_its_proposal(self, read: Bulletin) -> None:
        text = services.raw_text(read)
        for entry in read.entries.all():
            assert text[entry.start : entry.end] == entry.text
            for one in entry.proposals.all():
                assert text[one.start : one.end] == one.raw

    def test_the_text_itself_stays_sealed_in_its_envelope(self, read: Bulletin) -> None:
        assert texts.open_body(read.envelope) == TEXT.encode()
        assert TEXT.encode() not in bytes(read.envelope.body)

    def test_a_date_that_cannot_be_read_holds_the_envelope(self) -> None:
        from tests.made import deliver

        envelope = deliver("bulletin", TEXT.encode(), media_type="text/plain", details={"covers": "某日"}).envelope
        assert envelope.state == Envelope.State.HELD
        assert "所涵日期" in envelope.note


class TestDeciding:
    def test_a_number_is_taken_as_it_stands(self, proposed: ProposedEntry, cast: Cast) -> None:
        one = decide(proposal(proposed, "68"), by=cast.office)
        assert (one.state, one.version, one.decided_by) == (Proposal.State.ACCEPTED, 2, cast.office)

    def test_a_changed_value_needs_a_reason_and_counts_as_edited(self, proposed: ProposedEntry) -> None:
        one = proposal(proposed, "68")
        with pytest.raises(Refusal, match="人工改值") as refused:
            decide(one, values={"value": Decimal(69)})
        assert refused.value.field == "reason"
        assert decide(one, values={"value": Decimal(69)}, reason="与原件核对").state == Proposal.State.EDITED

    def test_what_the_reader_alone_knows_cannot_be_edited(self, proposed: ProposedEntry) -> None:
        with pytest.raises(Refusal, match="不能在复核时改"):
            decide(proposal(proposed, "68"), values={"start": 0})

    def test_who_comes_second_is_told_who_was_first(self, proposed: ProposedEntry, cast: Cast) -> None:
        one = proposal(proposed, "68")
        stale = Proposal.objects.get(pk=one.pk)
        decide(one, by=cast.office)
        with pytest.raises(Refusal, match="office已先处理") as refused:
            decide(stale, Proposal.State.REJECTED, by=cast.police)
        assert refused.value.rule == "先到先办"
        assert Proposal.objects.get(pk=one.pk).state == Proposal.State.ACCEPTED

    def test_a_number_that_was_missed_is_marked_by_hand(self, proposed: ProposedEntry) -> None:
        at = services.raw_text(proposed.bulletin).index("当天")
        one = services.add(proposed, at, at + 2, {"value": Decimal(1), "unit": "天"}, by=accounts.system())
        assert (one.raw, one.reason, one.state) == ("当天", "人工补录", Proposal.State.EDITED)

    @pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 5), (6, 5), (0, 999)])
    def test_a_mark_outside_its_entry_is_refused(self, proposed: ProposedEntry, start: int, end: int) -> None:
        with pytest.raises(Refusal, match="不在这一条之内"):
            services.add(proposed, start, end, {"value": Decimal(1)}, by=accounts.system())


class TestAccepting:
    def test_entry_figures_and_bindings_are_made_in_one_act(self, proposed: ProposedEntry, cast: Cast) -> None:
        for raw in ("68", "18", "50"):
            decide(proposal(proposed, raw), by=cast.office)
        entry = accept(proposed, by=cast.office)
        assert entry.text == TEXT
        assert entry.envelope == proposed.bulletin.envelope_id
        figures = Figure.objects.filter(statement__entry=entry)
        assert sorted(int(figure.value or 0) for figure in figures) == [18, 50, 68]
        assert {figure.basis for figure in figures} == {Figure.Basis.STATED}
        for use in Use.objects.filter(entry=entry):
            assert entry.text[use.start : use.end].startswith(f"{int(use.figure.value or 0)}")

    def test_a_statement_keeps_its_sentence_and_the_span_in_the_raw_text(self, proposed: ProposedEntry) -> None:
        accept(proposed)
        text = services.raw_text(proposed.bulletin)
        for one in Statement.objects.all():
            assert text[one.start : one.end] == one.raw
            assert one.raw in one.sentence
            assert text[one.sentence_start :].startswith(one.sentence)

    def test_numbers_left_open_are_taken_as_proposed_and_rejected_ones_are_not(self, proposed: ProposedEntry) -> None:
        decide(proposal(proposed, "18"), Proposal.State.NOT_A_FIGURE)
        entry = accept(proposed)
        assert sorted(int(f.value or 0) for f in Figure.objects.filter(statement__entry=entry)) == [50, 68]

    def test_an_edited_number_says_so_in_the_ledger(self, proposed: ProposedEntry) -> None:
        decide(proposal(proposed, "68"), values={"value": Decimal(69)}, reason="与原件核对")
        accept(proposed)
        statement = Statement.objects.get(raw__startswith="68")
        assert (statement.value, statement.decision, statement.reason) == (69, "edited", "与原件核对")

    def test_where_it_belongs_may_be_put_right(self, proposed: ProposedEntry) -> None:
        placing = Placing(body=body("publicity-group"), column="后勤服务", slot="丑", unit_text="宣传组")
        entry = accept(proposed, placing)
        assert (entry.unit.pk, entry.column, entry.slot, entry.unit_text) == (
            "publicity-group",
            "后勤服务",
            "丑",
            "宣传组",
        )

    def test_an_entry_is_accepted_once(self, proposed: ProposedEntry) -> None:
        accept(proposed)
        with pytest.raises(Refusal, match="不能再改"):
            accept(proposed)
        assert Entry.objects.count() == 1

    def test_of_two_who_accept_at_once_one_is_refused_and_nothing_doubles(self, proposed: ProposedEntry) -> None:
        stale = ProposedEntry.objects.get(pk=proposed.pk)
        services.accept(proposed, Placing(), version=proposed.version, by=accounts.system())
        figures = Figure.objects.count()
        with pytest.raises(Refusal):
            services.accept(stale, Placing(), version=stale.version, by=accounts.system())
        assert (Entry.objects.count(), Figure.objects.count()) == (1, figures)

    def test_after_the_entry_its_numbers_are_closed_too(self, proposed: ProposedEntry) -> None:
        accept(proposed)
        with pytest.raises(Refusal, match="不能再改"):
            decide(proposal(proposed, "68"))

    def test_the_bulletin_is_done_when_nothing_is_open(self, read: Bulletin) -> None:
        first, *rest = list(read.entries.all())
        services.reject(first, "与本市无关", version=first.version, by=accounts.system())
        for entry in rest:
            assert Bulletin.objects.get(pk=read.pk).state == Bulletin.State.WAITING
            accept(entry)
        assert Bulletin.objects.get(pk=read.pk).state == Bulletin.State.CLOSED


class TestRejecting:
    def test_it_needs_a_reason_and_leaves_a_trail(self, proposed: ProposedEntry, cast: Cast) -> None:
        with pytest.raises(Refusal, match="理由"):
            services.reject(proposed, " ", version=proposed.version, by=cast.office)
        services.reject(proposed, "重复", version=proposed.version, by=cast.office)
        assert Trail.objects.get(action="reject").reason == "重复"
        assert not Entry.objects.exists()
        assert not proposed.proposals.exclude(state=Proposal.State.REJECTED).exists()


class TestMerging:
    def test_all_open_entries_become_one_in_the_order_of_the_text(self) -> None:
        text = "一、医院收治新冠肺炎患者3人。\n二、市场监管部门检查农贸市场12家。\n"
        read = Bulletin.objects.get(envelope=bulletin(text).envelope)
        before = Proposal.objects.filter(entry__bulletin=read).count()
        assert read.entries.count() == 2
        whole = services.merge(read, by=accounts.system())
        assert read.entries.count() == 1
        assert whole.proposals.count() == before
        assert services.raw_text(read)[whole.start : whole.end] == whole.text == text.strip()

    def test_the_log_keeps_each_line_where_it_was(self) -> None:
        lines = "一、医院收治新冠肺炎患者3人。\n\n\n二、检查农贸市场12家。\n三、投放口罩500只。"
        read = Bulletin.objects.get(envelope=bulletin(lines).envelope)
        entry = accept(services.merge(read, by=accounts.system()))
        assert entry.text == lines
        for use in Use.objects.filter(entry=entry):
            assert entry.text[use.start : use.end].startswith(f"{int(use.figure.value or 0)}")

    def test_what_was_decided_before_stays_out_and_leaves_one_line_break(self) -> None:
        parts = ("一、医院收治新冠肺炎患者3人。", "二、检查农贸市场12家。", "三、投放口罩500只。")
        read = Bulletin.objects.get(envelope=bulletin("\n".join(parts)).envelope)
        first, second, third = read.entries.order_by("ordinal")
        services.reject(second, "与本市无关", version=second.version, by=accounts.system())
        assert services.merge(read, by=accounts.system()).text == f"{parts[0]}\n{parts[2]}"
        assert (first.text, third.text) == (parts[0], parts[2])

    @pytest.mark.parametrize(
        ("between", "kept"),
        [
            ("", ""),
            ("  ", ""),
            ("\n", "\n"),
            ("\r\n\r\n", "\n\n"),
            (" \n\n\u3000", "\n\n"),
            ("二、\n\n乙\n", "\n"),
            ("乙", ""),
        ],
    )
    def test_of_what_stood_between_two_entries_only_line_breaks_are_kept(self, between: str, kept: str) -> None:
        assert services.line_breaks(between) == kept

    def test_nothing_open_cannot_be_merged(self, proposed: ProposedEntry) -> None:
        accept(proposed)
        with pytest.raises(Refusal, match="没有待核"):
            services.merge(proposed.bulletin, by=accounts.system())


Act = Callable[[ProposedEntry, Cast], object]
LEAVING_ROWS: dict[str, Act] = {
    "decide": lambda entry, cast: decide(
        proposal(entry, "68"), values={"value": Decimal(69)}, reason="与原件核对", by=cast.office
    ),
    "add": lambda entry, cast: services.add(entry, entry.start, entry.start + 2, {"value": Decimal(1)}, by=cast.office),  # type: ignore[arg-type]
    "merge": lambda entry, cast: services.merge(entry.bulletin, by=cast.office),  # type: ignore[arg-type]
    "reject": lambda entry, cast: services.reject(entry, "重复", version=entry.version, by=cast.office),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("action", LEAVING_ROWS)
class TestTrail:
    """复核留痕: what a person decided about a text is in the trail, in the transaction of the decision."""

    def test_an_act_leaves_one_row(self, proposed: ProposedEntry, cast: Cast, action: str) -> None:
        before = Trail.objects.count()
        LEAVING_ROWS[action](proposed, cast)
        assert Trail.objects.count() == before + 1
        row = Trail.objects.get(action=action, actor_name="office")
        assert (row.unit, row.area) == (proposed.bulletin.unit_id, proposed.bulletin.area_id)
        about = Proposal if row.table == "bulletins.proposal" else ProposedEntry
        assert about.objects.filter(pk=row.subject, decided_by=None if action == "merge" else cast.office).exists()

    def test_without_its_row_it_is_not_done(
        self, proposed: ProposedEntry, cast: Cast, action: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*args: object) -> str:
            raise DatabaseError("no room")

        def state() -> list[list[Any]]:
            return [list(model.objects.order_by("pk").values_list()) for model in (ProposedEntry, Proposal, Trail)]  # type: ignore[attr-defined]

        before = state()
        monkeypatch.setattr(audit, "mac_of", broken)
        with pytest.raises(DatabaseError, match="no room"):
            LEAVING_ROWS[action](proposed, cast)
        assert state() == before


def test_the_trail_of_a_decision_names_the_fields_and_not_the_values(proposed: ProposedEntry, cast: Cast) -> None:
    LEAVING_ROWS["decide"](proposed, cast)
    row = Trail.objects.get(action="decide")
    assert (row.fields, row.reason) == ("state,value", "与原件核对")
    assert len(row.before) == len(row.after) == 64
    assert row.before != row.after


def test_the_row_of_a_merge_says_how_many_there_were() -> None:
    read = Bulletin.objects.get(envelope=bulletin("一、医院收治患者3人。\n二、检查市场12家。\n").envelope)
    services.merge(read, by=accounts.system())
    assert Trail.objects.get(action="merge").rows == 2


class TestTime:
    @pytest.mark.parametrize("label", ["day", "", "state"])
    def test_a_number_speaks_of_the_civil_day(self, label: str) -> None:
        assert deciding.period_of(label, DAY, city.the_event()) == day_of(DAY)

    def test_a_running_total_speaks_from_the_beginning(self) -> None:
        period = deciding.period_of("cum", DAY, city.the_event())
        assert (period.start, period.end) == (day_of(city.the_event().started_on).start, day_of(DAY).end)
        since = deciding.period_of("since:2020-01-25", DAY, city.the_event())
        assert since.start == day_of(DAY.replace(month=1, day=25)).start

    @pytest.mark.parametrize(
        ("text", "start", "sentence"),
        [
            ("甲。乙3人。丙", 3, "乙3人。"),
            ("3人", 0, "3人"),
            ("甲\n 乙3人\n", 5, "乙3人\n"),
            ("甲？乙！丙3人", 5, "丙3人"),
        ],
    )
    def test_the_sentence_around_a_number(self, text: str, start: int, sentence: str) -> None:
        begin, end = deciding.sentence_around(text, start, start + 1)
        assert text[begin:end] == sentence


class TestChecks:
    def test_t4_a_place_that_is_none_is_asked_back(self) -> None:
        bulletin("洞口区排查返乡人员15人。")
        found = [one for one in checks.places() if "洞口区" in one.title]
        assert [one.sides[1].value for one in found] == ["渌口区"]

    def test_places_of_the_city_are_silent(self) -> None:
        bulletin("渌口区排查返乡人员15人。")
        assert list(checks.places()) == []

    def test_t12_the_same_text_twice_is_kept_twice_and_told(self) -> None:
        bulletin(TEXT)
        assert list(checks.sent_twice()) == []
        bulletin(TEXT)
        (finding,) = checks.sent_twice()
        assert len(finding.sides) == 2
        bulletin(TEXT, unit="publicity-group")
        assert len(list(checks.sent_twice())) == 1

"""Travellers: one card for one person, whoever named them; called once; controlled by two; forgotten on time."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from shichen import watches
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city.models import Account
from shichen.city.scope import sight
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.intake import texts
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.keys import KeyGone
from shichen.records import sealed
from shichen.refusal import Refusal
from shichen.registers.people import queries as people
from shichen.registers.people.models import Likeness, Person
from shichen.registers.travellers import erasing, following, merging, queries
from shichen.registers.travellers.models import Call, ListRow, SourceList, Traveller
from tests.conftest import Cast
from tests.made import NOON, area, deliver, invented
from tests.registers.people_made import NUMBER
from tests.trust.test_authorisation import reporter

pytestmark = pytest.mark.django_db

CONTROL, POLICE = "epidemic-control-group", "public-security-group"


def line(serial: int = 1, **more: Any) -> dict[str, Any]:
    said = {"name": "甲某", "number": invented(serial), "synthetic": "是", "came_from": "湖北武汉", "sender": "police"}
    return {key: value for key, value in {**said, **more}.items() if value is not None}


def named(*lines: dict[str, Any], kind: str = "traveller", **more: Any) -> Envelope:
    return deliver(kind, {"rows": list(lines)}, **more).envelope


def card(**more: Any) -> Traveller:
    envelope = named(line(**more), unit=CONTROL)
    assert envelope.state == Envelope.State.ENTERED, envelope.note
    found: Traveller = Traveller.objects.current().get()
    return found


def sheet(headings: list[str], rows: list[list[str]], **details: Any) -> Envelope:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    file = {"media_type": "text/csv", "filename": "名单.csv", "channel": Envelope.Channel.SHEET, "details": details}
    return deliver("traveller_list", out.getvalue().encode(), unit=CONTROL, **file).envelope


@pytest.fixture
def control() -> Account:
    return reporter("control-lead", CONTROL, "unit_lead")


@pytest.fixture
def police() -> Account:
    return reporter("police-lead", POLICE, "unit_lead")


def acted(card: Traveller) -> Traveller:
    """The card as it stands after an act."""
    found: Traveller = Traveller.objects.current().get(first=card.first)
    return found


class TestLists:
    def test_one_person_on_three_lists_has_one_card_that_names_them_all(self) -> None:
        for sender in ("police", "rail", "telecom"):
            named(line(sender=sender))
        one = Traveller.objects.current().get()
        assert [row.sender for row in queries.named(one)] == ["police", "rail", "telecom"]
        assert one.sender == "police"
        assert Person.objects.current().count() == 1
        assert SourceList.objects.count() == 3

    @pytest.mark.once("adds up many lines, each entered as the other tests enter theirs on the server")
    def test_three_thousand_lines_of_a_known_number_of_people_give_that_number(self) -> None:
        headings = ["旅客姓名", "身份证号码", "乘车日期", "车次", "席位", "名单来源", "合成数据"]
        rows = [
            ["甲某", invented(at % 370, f"19{50 + at % 40}0101"), "2020-01-21", f"G{at}", "06A", "铁路", "是"]
            for at in range(3000)
        ]
        known = {row[1] for row in rows}
        with acting("job", moment=NOON):
            envelope = sheet(headings, rows)
        assert envelope.state == Envelope.State.ENTERED, envelope.note
        assert Person.objects.current().count() == Traveller.objects.current().count() == len(known)
        assert (envelope.taken, envelope.duplicate) == (3000, 0)
        period = watches.whole(date(2020, 2, 2), watches.Day.CIVIL)
        assert compute("travellers.rows", period, Scope()).value == 3000
        assert compute("travellers.persons", period, Scope()).value == len(known)
        assert compute("travellers.persons", period, Scope(facets={"sender": "rail"})).value == len(known)
        assert compute("travellers.persons", period, Scope(facets={"sender": "police"})).value is None

    def test_columns_that_no_field_claims_are_kept_whole_and_sealed(self) -> None:
        sheet(
            ["姓名", "身份证", "车次", "席位", "合成"],
            [["甲某", NUMBER, "G1001", "06A", "是"]],
            defaults={"sender": "铁路"},
        )
        row = ListRow.objects.get()
        assert SourceList.objects.get().columns == ["姓名", "身份证", "车次", "席位", "合成"]
        said = sealed.opened(row, "raw")
        assert '"席位": "06A"' in said
        assert NUMBER in said
        with connection.cursor() as cursor:
            for table in ("travellers_listrow", "travellers_traveller", "travellers_sourcelist", "people_person"):
                cursor.execute(f"SELECT * FROM {table}")
                cells = [cell for found in cursor.fetchall() for cell in found]
                clear = b"".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in cells)
                assert NUMBER.encode() not in clear
                assert "甲某".encode() not in clear

    def test_the_same_line_from_the_same_sender_counts_once(self) -> None:
        named(line())
        again = named(line())
        assert (again.taken, again.duplicate) == (0, 1)
        assert ListRow.objects.count() == 1

    def test_a_line_that_cannot_be_is_told_and_the_others_are_taken(self) -> None:
        envelope = named(line(1), line(2, number="000000199001010021"), line(3, number=None))
        assert (envelope.read, envelope.taken, envelope.rejects.count()) == (3, 1, 2)

    def test_the_log_is_told_of_numbers_and_nobody(self) -> None:
        named(line(1), line(2, sender="rail"), line(1, sender="rail"))
        entry = Entry.objects.get(act="register_travellers")
        assert entry.text == "收到重点人员名单3行(公安、铁路)，涉及2人，其中新登记2人。"

    def test_a_future_arrival_is_refused(self) -> None:
        with acting("job", moment=NOON):
            assert "今天之后" in named(line(arrived_on="2020-02-03")).note

    def test_whoever_comes_again_after_the_card_was_closed_has_a_new_card(self, control: Account) -> None:
        one = card()
        following.exclude(one, {"reason": "未到过湖北"}, by=control)
        named(line(sender="rail"))
        assert Traveller.objects.current().count() == 2
        assert Traveller.objects.current().filter(state="listed").count() == 1

    def test_the_database_holds_one_open_card_a_person(self) -> None:
        one = card()
        one.pk, one.first, one.row_no, one._state.adding = uuid.uuid4(), uuid.uuid4(), 9, True
        with pytest.raises(IntegrityError), transaction.atomic():
            one.save(force_insert=True)

    def test_a_card_goes_at_once_to_the_unit_that_follows_up_where_one_is_set(self, monkeypatch: Any) -> None:
        monkeypatch.setitem(settings.CONFIG.values, "travellers.unit", CONTROL)
        assert (card().state, acted(Traveller.objects.get()).assignee_id) == ("assigned", CONTROL)
        named(line(2, area="醴陵市"))
        assert Traveller.objects.get(area__name="醴陵市").assignee_id == "liling"

    def test_neither_the_press_nor_a_market_is_given_people(self, control: Account) -> None:
        for serial, place in enumerate(("攸县", "芦淞区"), start=1):
            named(line(serial, area=place), unit=CONTROL)
        assert set(Traveller.objects.values_list("assignee", flat=True)) == {None}
        named(line(3, area="石峰区"), unit=CONTROL)
        assert Traveller.objects.get(area__name="石峰区").assignee_id == "shifeng-district"
        with pytest.raises(Refusal, match="不是负责核查的单位"):
            following.assign(Traveller.objects.filter(assignee=None)[0], {"unit": "youxian-media"}, by=control)


class TestScope:
    def test_the_unit_that_must_follow_up_sees_the_card_and_another_does_not(self, control: Account) -> None:
        one = card()
        police, other = reporter("p1", POLICE), reporter("o1", "traffic-safety-group")
        at = one.recorded_at
        assert not Traveller.objects.within(sight(police, "view", "personal", at=at)).exists()
        following.assign(one, {"unit": POLICE, "due_at": None}, by=control)
        seen = Traveller.objects.current().within(sight(police, "view", "personal", at=at))
        assert [found.first for found in seen] == [one.first]
        assert not Traveller.objects.within(sight(other, "view", "personal", at=at)).exists()
        assert [found.first for found in queries.work(sight(police, "view", "personal", at=at), POLICE, at)] == [
            one.first
        ]

    def test_an_area_is_assigned_in_one_act_with_one_entry(self, control: Account) -> None:
        named(*(line(serial, area="炎陵县") for serial in range(1, 26)), line(30, area="荷塘区"), unit=CONTROL)
        sees = sight(control, "correct", at=NOON)
        police = city.body_named(POLICE, on=date(2020, 2, 2))
        assert following.assign_area(area("炎陵县"), police, sees, by=control) == 25
        assert Entry.objects.filter(act="assign_travellers").count() == 1
        with pytest.raises(Refusal, match="没有待分派"):
            following.assign_area(area("炎陵县"), police, sees, by=control)
        assert Traveller.objects.current().filter(state="listed").count() == 1


class TestCallOnce:
    """One person, one call a day, whichever unit calls."""

    def test_a_second_call_within_a_day_says_who_called_and_when(self, control: Account, police: Account) -> None:
        one = card()
        with acting("job", moment=NOON):
            following.call(one, {"purpose": "verify", "finding": "present"}, by=control)
        with (
            acting("job", moment=NOON + timedelta(hours=23)),
            pytest.raises(Refusal, match=r"2月2日12:00已就核查致电此人；24小时内再打要写明新的理由"),
        ):
            following.call(acted(one), {"purpose": "visit", "finding": "present"}, by=police)
        assert Call.objects.count() == 1

    def test_a_new_reason_lets_it_through_and_stays(self, control: Account, police: Account) -> None:
        one = card()
        with acting("job", moment=NOON):
            following.call(one, {"purpose": "verify", "finding": "unreached"}, by=control)
        with acting("job", moment=NOON + timedelta(hours=1)):
            for again in ("核查", " 核 查 "):
                told = {"purpose": "verify", "finding": "unreached", "again_because": again}
                with pytest.raises(Refusal, match="新的理由"):
                    following.call(acted(one), told, by=police)
            told = {"purpose": "transfer", "finding": "present", "again_because": "同行者确诊"}
            following.call(acted(one), told, by=police)
        assert Call.objects.first().again_because == "同行者确诊"  # type: ignore[union-attr]
        assert acted(one).state == "verified"

    def test_after_a_day_anybody_may_call(self, control: Account, police: Account) -> None:
        one = card()
        with acting("job", moment=NOON):
            following.call(one, {"purpose": "verify", "finding": "unreached"}, by=control)
        with acting("job", moment=NOON + timedelta(hours=24)):
            following.call(acted(one), {"purpose": "verify", "finding": "unreached"}, by=police)
        assert Call.objects.count() == 2

    def test_a_call_to_come_is_refused(self, control: Account) -> None:
        told = {"purpose": "verify", "finding": "present", "at": NOON + timedelta(minutes=1)}
        with acting("job", moment=NOON):
            one = card()
            with pytest.raises(Refusal, match="现在之后"):
                following.call(one, told, by=control)


class TestStates:
    @pytest.mark.parametrize(
        ("finding", "state"),
        [
            ("present", "verified"),
            ("left", "verified"),
            ("done", "expired"),
            ("wrong", "listed"),
            ("unknown", "listed"),
            ("refused", "listed"),
        ],
    )
    def test_what_a_visit_finds_moves_the_card(self, control: Account, finding: str, state: str) -> None:
        following.visit(card(), {"finding": finding}, by=control)
        one = Traveller.objects.current().get()
        assert (one.state, one.finding) == (state, finding)
        assert (one.ended_at is not None) == (state == "expired")

    def test_each_state_is_a_version_and_the_past_keeps_its_own(self, control: Account) -> None:
        with acting("job", moment=NOON):
            one = card()
        with acting("job", moment=NOON + timedelta(hours=1)):
            following.assign(one, {"unit": CONTROL, "due_at": None}, by=control)
        with acting("job", moment=NOON + timedelta(hours=2)):
            following.visit(acted(one), {"finding": "present"}, by=control)
        states = [Traveller.objects.current(NOON + timedelta(minutes=m)).get().state for m in (30, 90, 150)]
        assert states == ["listed", "assigned", "verified"]

    def test_control_needs_a_second_person_of_another_unit(self, control: Account, police: Account) -> None:
        one = card()
        told = {"control": "home", "control_basis": "通告第1号", "control_until": date(2020, 2, 10)}
        with acting("job", moment=NOON):
            with pytest.raises(Refusal, match="核实以后"):
                following.control(one, told, by=control)
            following.visit(one, {"finding": "present"}, by=control)
            proposed = following.control(acted(one), told, by=control)
            assert proposed.state == "verified"
            with pytest.raises(Refusal, match="提请的人"):
                following.confirm(proposed, {"reason": "属实"}, by=control)
            with pytest.raises(Refusal, match="提请的单位"):
                following.confirm(proposed, {"reason": "属实"}, by=reporter("c2", CONTROL, "unit_lead"))
            made = following.confirm(proposed, {"reason": "属实"}, by=police)
        assert made.state == "controlled"
        assert made.is_controlled(date(2020, 2, 10))
        assert not made.is_controlled(date(2020, 2, 11))

    def test_the_database_knows_no_control_by_one_person(self, control: Account) -> None:
        one = card()
        with pytest.raises(IntegrityError), transaction.atomic():
            Traveller.objects.filter(pk=one.pk).update(state="controlled")
        by_one = {"control_by": control, "confirmed_by": control, "control_until": date(2020, 2, 10)}
        with pytest.raises(IntegrityError), transaction.atomic():
            Traveller.objects.filter(pk=one.pk).update(state="controlled", **by_one)

    def test_what_is_over_is_not_followed_up(self, control: Account) -> None:
        over = following.move(card(), {"moved_to": "长沙", "reason": "已电话告知当地"}, by=control)
        assert (over.state, over.moved_to) == ("moved", "长沙")
        with pytest.raises(Refusal, match="已经办结"):
            following.visit(over, {"finding": "present"}, by=control)

    def test_the_open_cards_are_the_sum_of_their_states(self, control: Account) -> None:
        with acting("job", moment=NOON):
            named(*(line(serial) for serial in range(1, 7)), unit=CONTROL)
            first, second, third, *_ = Traveller.objects.current().order_by("row_no")
            following.visit(first, {"finding": "present"}, by=control)
            following.exclude(second, {"reason": "未到过湖北"}, by=control)
            following.assign(third, {"unit": CONTROL, "due_at": None}, by=control)
        period = watches.whole(date(2020, 2, 2), watches.Day.CIVIL)
        said = {
            name: compute(f"travellers.{name}", period, Scope()).value or 0
            for name in ("open", "unresolved", "verified", "in_control")
        }
        assert said == {"open": 5, "unresolved": 4, "verified": 1, "in_control": 0}


class TestErasure:
    """Fourteen days after control ends nobody can tell who it was; the counts stay."""

    @pytest.fixture
    def ended(self, control: Account, police: Account) -> Traveller:
        told = {"control": "home", "control_basis": "通告第1号", "control_until": date(2020, 2, 10)}
        with acting("job", moment=NOON):
            one = card(phone="13800001234")
            following.visit(one, {"finding": "present", "note": "在家"}, by=control)
            following.control(acted(one), told, by=control)
            following.confirm(acted(one), {"reason": "属实"}, by=police)
        with acting("job", moment=watches.clock(date(2020, 2, 11), 1)):
            erasing.expire(watches.clock(date(2020, 2, 11), 1))
        return acted(one)

    def test_control_past_its_last_day_is_over_from_the_end_of_that_day(self, ended: Traveller) -> None:
        assert (ended.state, ended.ended_at) == ("expired", watches.clock(date(2020, 2, 10), 24))

    def test_a_day_early_nothing_is_erased(self, ended: Traveller) -> None:
        assert erasing.expire(watches.clock(date(2020, 2, 24), 23)) == 0
        assert people.shown([ended.person])[ended.person].name == "甲*"

    def test_on_the_day_everything_that_names_them_is_gone_and_the_card_stays(self, ended: Traveller) -> None:
        at = watches.clock(date(2020, 2, 24), 24)
        with acting("job", moment=at):
            assert erasing.expire(at) == 1
            assert erasing.expire(at) == 0
        assert people.shown([ended.person])[ended.person].name == ""
        assert bytes(ListRow.objects.get().raw) == b""
        assert Traveller.objects.current().get().erased_at == at
        envelope = Envelope.objects.get(kind="traveller")
        with pytest.raises(KeyGone):
            texts.open_body(envelope)
        assert Entry.objects.get(act="erase_travellers").text.startswith(
            "依留存期限销毁重点人员身份信息1人，清空原始来件1份"
        )
        assert Trail.objects.filter(action="erase").count() == 2
        period = watches.whole(date(2020, 2, 2), watches.Day.CIVIL)
        assert compute("travellers.persons", period, Scope()).value == 1

    def test_who_has_another_card_that_goes_on_is_not_erased(self, ended: Traveller) -> None:
        with acting("job", moment=watches.clock(date(2020, 2, 20), 8)):
            named(line(sender="rail"))
        assert erasing.expire(watches.clock(date(2020, 3, 20), 8)) == 0
        assert people.shown([ended.person])[ended.person].name == "甲*"

    def test_a_list_is_kept_until_the_last_of_its_people_is_erased(self, control: Account) -> None:
        with acting("job", moment=NOON):
            envelope = named(line(1), line(2), unit=CONTROL)
            first = Traveller.objects.current().order_by("row_no")[0]
            following.exclude(first, {"reason": "未到过湖北"}, by=control)
        assert erasing.expire(NOON + timedelta(days=15)) == 1
        assert texts.open_body(Envelope.objects.get(pk=envelope.pk))

    def test_whoever_comes_back_after_being_erased_is_somebody_new(self, ended: Traveller) -> None:
        at = watches.clock(date(2020, 2, 25), 8)
        with acting("job", moment=at):
            erasing.expire(at)
            named(line(sender="rail"))
        assert Traveller.objects.current().filter(state="listed").get().person != ended.person


class TestTheSamePerson:
    def test_two_cards_that_are_one_person_go_on_as_the_earlier(self, control: Account) -> None:
        named(line(number=None, phone="13800001234"), unit=CONTROL)
        named(line(phone="13800001234", sender="rail"), unit=CONTROL)
        first, second = Traveller.objects.current().order_by("recorded_at")
        merging.decide(Likeness.objects.get(), True, "电话核对过", by=control)
        assert acted(first).goes_on
        assert not acted(second).goes_on
        assert [row.sender for row in queries.named(acted(first))] == ["police", "rail"]
        assert set(ListRow.objects.values_list("traveller", flat=True)) == {first.first}
        named(line(sender="telecom"))
        assert Traveller.objects.current().filter(state="listed").count() == 1


class TestQuality:
    def test_each_sender_is_told_what_its_lists_were_worth(self, cast: Cast, control: Account) -> None:
        named(*(line(serial) for serial in (1, 2, 3)), unit=CONTROL)
        named(line(3, sender="rail"), line(4, sender="rail"), unit=CONTROL)
        first, second, *_ = Traveller.objects.current().order_by("recorded_at", "row_no")
        following.visit(first, {"finding": "present"}, by=control)
        following.visit(second, {"finding": "wrong"}, by=control)
        sees = sight(cast.office, "view", "personal", at=first.recorded_at)  # type: ignore[arg-type]
        police, rail = queries.quality(sees)
        assert (police.sender, police.lists, police.rows, police.persons, police.first) == ("police", 1, 3, 3, 3)
        assert (police.reached, police.wrong, police.unresolved, police.wrong_percent) == (1, 1, 2, 50.0)
        assert (rail.rows, rail.persons, rail.first, rail.wrong_percent) == (2, 2, 1, None)
        period = watches.whole(watches.civil_day(first.recorded_at), watches.Day.CIVIL)
        assert compute("travellers.wrong_numbers", period, Scope(facets={"sender": "police"})).value == 1

"""逐车记录: one row a vehicle, its plate a pseudonym; sent twice it counts once (逢车必检、逢人必测、逢鄂必登记)."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from shichen import watches
from shichen.audit.context import acting
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.records import pseudonyms, sealed
from shichen.registers.checkpoints import passings
from shichen.registers.checkpoints.models import Passing, Post
from shichen.registers.checkpoints.passing_views import PASSINGS
from shichen.registers.people.models import Person
from shichen.registers.travellers.models import Traveller
from shichen.web.registers import Register
from tests.conftest import Cast
from tests.made import DAY, deliver, post
from tests.registers.cases import RegisterCases, signed_in

AT = watches.clock(DAY, 14, 20)
PLATE = "湘B·12342"


def passing_row(moment: datetime = AT, **more: Any) -> dict[str, Any]:
    said = {"client_id": str(uuid.uuid4()), "post": "Z01", "at": moment.isoformat(), "plate": PLATE}
    return {**said, "persons": 2, "outcome": "passed", **more}


def sent(*rows: dict[str, Any], at: datetime = AT, **more: Any) -> Envelope:
    with acting("job", moment=at):
        return deliver("passing", {"rows": list(rows)}, **more).envelope


def passing(at: datetime = AT, **more: Any) -> Passing:
    envelope = sent(passing_row(at, **more), at=at)
    assert envelope.state == Envelope.State.ENTERED, envelope.note
    return Passing.objects.current().get(envelope=envelope.id)


def held(**more: Any) -> str:
    envelope = sent(passing_row(**more))
    assert (envelope.state, envelope.taken) == (Envelope.State.HELD, 0)
    return envelope.note


@pytest.mark.django_db
class TestOneVehicle:
    @pytest.fixture(autouse=True)
    def _post(self) -> None:
        post()

    def test_it_is_a_row_with_its_watch_and_what_its_tally_would_count(self) -> None:
        one = passing(persons=3, temperature="38.1", outcome="referred", handled=1, why="发热")
        assert (one.watch, one.vehicles, one.persons, one.fever, one.referred) == ("未", 1, 3, 1, 1)
        assert (one.plate_area, one.temperature, one.degrees, one.unit_id) == (
            "湘B",
            381,
            "38.1",
            "traffic-safety-group",
        )

    def test_the_plate_stands_in_no_row_in_clear(self) -> None:
        passing()
        with connection.cursor() as cursor:
            for model in (Passing, Envelope, Reject, Entry):
                cursor.execute(f"SELECT * FROM {model._meta.db_table}")
                said = repr(cursor.fetchall())
                assert "12342" not in said.replace("\\x", ""), model

    def test_the_same_plate_has_one_pseudonym_within_thirty_days_and_then_another(self) -> None:
        one, same = passing(), passing(AT + timedelta(hours=1), plate="湘b12342")
        assert one.plate == same.plate
        assert passing(AT + timedelta(days=31)).plate != one.plate
        assert one.plate == pseudonyms.of_vehicle(settings.KEYRING, "湘Ｂ１２３４２", AT)

    def test_people_on_foot_are_no_vehicle(self) -> None:
        one = passing(plate="", on_foot=True, persons=4)
        assert (one.vehicles, one.persons, one.plate, one.plate_area) == (0, 4, None, "")

    def test_a_vehicle_without_a_plate_is_one(self) -> None:
        assert passing(plate="").vehicles == 1

    @pytest.mark.parametrize("plate", ["鄂A12345", "鄂AD12345"])
    def test_a_plate_of_a_source_area_is_not_waved_on(self, plate: str) -> None:
        assert "不能直接放行" in held(plate=plate)
        assert "请写明来人" in held(plate=plate, outcome="registered")
        assert "至少写一项" in held(plate=plate, outcome="registered", travellers="甲某")
        one = passing(plate=plate, outcome="registered", travellers="甲某，13800000001")
        assert (one.source_area_vehicles, one.plate_area) == (1, "鄂A")

    def test_who_is_registered_becomes_a_traveller_in_the_same_act(self) -> None:
        passing(plate="鄂A12345", persons=3, outcome="registered", travellers="甲某，13800000001\n乙某 13800000002")
        cards = Traveller.objects.current()
        assert cards.count() == 2
        assert {card.came_from for card in cards} == {"鄂A"}
        passing(AT + timedelta(minutes=30), plate="鄂A12345", outcome="registered", travellers="甲某，13800000001")
        assert Passing.objects.count() == 2

    @pytest.mark.parametrize(
        ("line", "name", "sort", "phone"),
        [
            ("甲某，H12345678", "甲某", "mainland_permit", ""),
            ("甲某，12345678，0731-28123456", "甲某", "taiwan_permit", "073128123456"),
            ("John Smith, E12345678, +44 2071234567", "John Smith", "passport", ""),
            ("ANNA, x1234567, 00442071234567", "ANNA", "passport", "00442071234567"),
            ("乙某 073128123456", "乙某", "", "073128123456"),
            ("丙某 110105194912310020 13800000001", "丙某", "resident_id", "13800000001"),
        ],
    )
    def test_whoever_it_is_with_whatever_document_is_registered(
        self, line: str, name: str, sort: str, phone: str
    ) -> None:
        if sort == "resident_id":
            line = line.replace("110105194912310020", "11010519491231002X")
        passing(plate="鄂A12345", outcome="registered", travellers=line)
        who = Traveller.objects.current().get().person
        shown = Person.objects.current().get(first=who)
        assert (shown.document_type, sealed.opened(shown, "name")) == (sort, name)
        assert not phone or sealed.opened(shown, "phone") == phone

    def test_where_the_person_cannot_be_entered_the_passing_is_not_either(self) -> None:
        assert "证件" in held(plate="鄂A12345", outcome="registered", travellers="甲某，110105194912310021")
        assert (Passing.objects.count(), Traveller.objects.count()) == (0, 0)

    def test_nor_are_people_who_came_from_one(self) -> None:
        assert "不能直接放行" in held(source_area_persons=1)
        assert passing(source_area_persons=1, outcome="turned_back", why="来自疫源地").turned_back == 2

    def test_before_it_was_a_source_area_it_was_a_plate_like_others(self) -> None:
        Post.objects.update(opened_on="2019-12-01")
        assert passing(watches.clock(DAY - timedelta(days=60), 9), plate="鄂A12345").source_area_vehicles == 0

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"persons": 0}, "不能小于"),
            ({"persons": 61}, "不能大于"),
            ({"source_area_persons": 3, "outcome": "registered"}, "疫源地人员3多于总数2"),
            ({"temperature": "25"}, "不能小于"),
            ({"outcome": "turned_back"}, "要写明事由"),
            ({"outcome": "waved"}, "不在可选范围"),
            ({"plate": "12"}, "号牌读不懂"),
            ({"client_id": "17"}, "UUID"),
            ({"post": "Z09"}, "没有编号或名称"),
            ({"at": (AT + timedelta(minutes=6)).isoformat()}, "在将来"),
            ({"at": (AT - timedelta(days=31)).isoformat()}, "30 天前"),
            ({"at": watches.clock(DAY - timedelta(days=9), 9).isoformat()}, "不在岗"),
        ],
    )
    def test_what_cannot_be_is_held_with_the_reason(self, wrong: dict[str, Any], words: str) -> None:
        assert words in held(**wrong)

    def test_a_clock_a_little_ahead_is_believed(self) -> None:
        assert sent(passing_row(AT + timedelta(minutes=4))).taken == 1

    def test_a_clock_known_to_be_wrong_is_flagged(self) -> None:
        sent(passing_row(), device_at=AT + timedelta(minutes=9))
        assert Passing.objects.get().clock_off


@pytest.mark.django_db
class TestCountedOnce:
    @pytest.fixture(autouse=True)
    def _post(self) -> None:
        post()

    def test_the_same_passing_in_two_envelopes_counts_once(self) -> None:
        row = passing_row()
        sent(row)
        again = sent(row, passing_row())
        assert (again.taken, again.duplicate, again.state) == (1, 1, "entered")
        assert Passing.objects.count() == 2

    def test_other_content_under_its_number_is_kept_to_mend(self) -> None:
        row = passing_row()
        sent(row)
        other = sent({**row, "persons": 5})
        assert (other.taken, other.state) == (0, "held")
        assert "内容不同" in other.note
        assert Passing.objects.get().persons == 2

    def test_the_same_number_at_another_post_is_another_passing(self) -> None:
        post("Z02")
        row = passing_row()
        assert sent(row, {**row, "post": "Z02"}).taken == 2

    def test_rows_of_a_sheet_have_no_number_and_count_once_too(self) -> None:
        head = "卡点,过检时间,号牌,人数,处置\n"
        sheet = head + "".join(f"Z01,2020-02-02 14:0{n},湘B1234{n},2,放行\n" for n in range(3))
        more = {"media_type": "text/csv", "filename": "p.csv", "channel": Envelope.Channel.SHEET, "id": uuid.uuid4()}
        with acting("job", moment=AT):
            for _ in range(2):
                envelope = deliver("passing", sheet.encode(), **more).envelope
        assert (envelope.taken, Passing.objects.count()) == (3, 3)

    def test_counts_add_up_whatever_comes_twice(self) -> None:
        rows = [passing_row(AT - timedelta(minutes=n)) for n in range(50)]
        first = sent(*rows)
        second = sent(*rows[25:], passing_row(persons=0), passing_row(plate="??"))
        assert (first.taken, second.taken, second.duplicate) == (50, 0, 25)
        assert second.rejects.count() == 2
        assert Passing.objects.count() == 50


class TestPlates:
    @pytest.mark.parametrize(
        ("said", "plain"),
        [
            ("湘B·12342", "湘B12342"),
            ("湘ｂ 12342", "湘B12342"),
            ("湘BD12345", "湘BD12345"),
            ("湘B1234警", "湘B1234警"),
            ("WJ湘12345", "WJ湘12345"),
            ("粤Z1234港", "粤Z1234港"),
            ("外ABC123", "ABC123"),
            ("", ""),
            ("无牌", ""),
        ],
    )
    def test_a_plate_is_read_however_it_is_written(self, said: str, plain: str) -> None:
        assert pseudonyms.typed_plate(said) == plain

    @given(st.text(max_size=30))
    def test_any_text_is_read_the_same_again_or_refused(self, text: str) -> None:
        with suppress(ValueError):
            plain = pseudonyms.typed_plate(text)
            assert pseudonyms.normalised_plate(plain) == plain

    def test_where_it_is_of_is_two_characters_or_nothing(self) -> None:
        assert [passings.plate_area(p) for p in ("鄂A12345", "WJ湘12345", "外ABC123", "")] == ["鄂A", "", "", ""]


class TestRegister(RegisterCases):
    register: ClassVar[Register] = PASSINGS
    owner: ClassVar[str] = "traffic"
    better: ClassVar[dict[str, str]] = {"persons": "5"}
    said: ClassVar[str] = "Z01号点"

    def make(self) -> Any:
        post()
        return passing(temperature="36.5")

    def test_the_list_of_a_post_and_watch(self, mine: Client, record: Any) -> None:
        passing(AT + timedelta(hours=3))
        found = mine.get("/registers/passings/", {"post": "Z01", "day": "2020-02-02", "watch": "未"})
        assert [one.pk for one in found.context["page"].rows] == [record.pk]

    def test_no_page_and_no_file_says_a_plate(self, cast: Cast, record: Any) -> None:
        client = signed_in(cast, "office")
        for address in (self.register.href, self.href(record), *(f"/registers/passings.{e}" for e in ("csv", "json"))):
            said = client.get(address).content.decode()
            assert "湘B" in said
            assert "12342" not in said
            assert str(record.plate) not in said

    def test_a_correction_counts_anew(self, mine: Client, record: Any) -> None:
        boxes = {**self.boxes(record), "outcome": "turned_back", "why": "拒绝测温", "at": "2020-02-02T17:10"}
        assert mine.post(self.href(record, "correct/"), boxes).status_code == 302
        new = Passing.objects.current().get()
        assert (new.turned_back, new.watch, new.revision, new.why) == (5, "酉", 2, "拒绝测温")

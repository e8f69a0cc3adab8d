"""Passes: every number in one of five states, issued by two persons of two units, checked by signature, refused on another plate."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shichen import watches
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.intake.models import Envelope
from shichen.journal.models import Entry
from shichen.keys import Keyring
from shichen.refusal import Refusal
from shichen.registers.checkpoints.passes import erasing, paper, plates, queries, services, signing
from shichen.registers.checkpoints.passes.models import Application, Pass, Series, Use
from tests.made import DAY, NOON, deliver, post
from tests.trust.test_authorisation import reporter

TRAFFIC = "traffic-safety-group"
PLATE = "湘B12345"
STATES = ("blank", "issued", "expired", "revoked", "void")


def series(**more: Any) -> Series:
    row = {"name": "应急物资运输", "authority": TRAFFIC, "prefix": "ZZ-", "first_no": 1, "last_no": 200, **more}
    envelope = deliver("pass_series", row).envelope
    assert envelope.state == Envelope.State.ENTERED, envelope.note
    found: Series = Series.objects.current().get(envelope=envelope.id)
    return found


def wish(**more: Any) -> dict[str, Any]:
    row = {"carrier": "甲运输公司", "plate": PLATE, "driver": "甲某", "phone": "13800001234", "cargo": "口罩"}
    return {**row, "route": "长沙—株洲", "first_day": "2020-02-01", "last_day": "2020-02-10", **more}


class Town:
    """A clerk who enters applications, the head of the authority, the head of another unit."""

    def __init__(self) -> None:
        self.clerk = reporter("clerk", TRAFFIC)
        self.first = reporter("first", TRAFFIC, "unit_lead")
        self.second = reporter("second", "office", "office")

    def asked(self, **more: Any) -> Application:
        envelope = deliver("pass_application", wish(**more), by=self.clerk, unit=TRAFFIC).envelope
        assert envelope.state == Envelope.State.ENTERED, envelope.note
        found: Application = Application.objects.current().get(envelope=envelope.id)
        return found

    def issued(self, **more: Any) -> Pass:
        one = services.approve(self.asked(**more), {"reason": "情况属实"}, by=self.first)
        one = services.approve(one, {"reason": "同意"}, by=self.second)
        found: Pass = Pass.objects.current().get(number=one.number)
        return found


@pytest.fixture
def town(db: None) -> Any:
    with acting("job", moment=NOON):
        series()
        yield Town()


def figures(day: date = DAY) -> dict[str, int]:
    period = watches.whole(day, watches.Day.CIVIL)
    return {name: int(compute(f"passes.{name}", period, Scope()).value or 0) for name in ("stock", *STATES)}


class TestPlates:
    @pytest.mark.parametrize("said", ["湘B12345", "湘B·12345", " 湘b 12345 ", "湘Ｂ１２３４５"])
    def test_one_plate_in_any_dress(self, said: str) -> None:
        assert plates.read(said) == PLATE

    @pytest.mark.parametrize("said", ["湘BD12345", "WJ湘1234X", "粤Z1234港", "湘B1234学", "使014578"])
    def test_plates_of_every_kind(self, said: str) -> None:
        assert plates.read(said) == said

    @pytest.mark.parametrize("said", ["", "湘", "12345", "湘B12345678901", "湘B12*45"])
    def test_what_is_no_plate(self, said: str) -> None:
        with pytest.raises(Refusal, match="车牌"):
            plates.read(said)

    def test_a_plate_is_shown_masked(self) -> None:
        assert plates.masked(PLATE) == "湘B***45"


class TestSignature:
    SAID = signing.Said("ZZ-001", PLATE, date(2020, 2, 1), date(2020, 2, 10))

    def test_what_was_signed_is_read_and_holds(self) -> None:
        ring = Keyring()
        code = f"{self.SAID.text}.{signing.sign(ring, self.SAID)}"
        said, signature = signing.read(f"https://x.example/passes/check/#{code}")
        assert said == self.SAID
        assert signing.verify_text(ring, said.key, said.text, signature)

    @given(st.integers(0, 60), st.characters(codec="ascii", categories=("L", "N")))
    def test_any_change_of_what_it_says_breaks_it(self, place: int, char: str) -> None:
        ring = Keyring()
        signature, text = signing.sign(ring, self.SAID), self.SAID.text
        changed = text[: place % len(text)] + char + text[place % len(text) + 1 :]
        assert signing.verify_text(ring, "1", changed, signature) == (changed == text)

    def test_another_post_and_another_key_signed_nothing_here(self) -> None:
        ring, other = Keyring(), Keyring()
        signature = signing.sign(other, self.SAID)
        signing.public_keys(ring)
        assert not signing.verify_text(ring, "1", self.SAID.text, signature)
        assert not signing.verify_text(ring, "7", self.SAID.text, signature)

    @pytest.mark.parametrize("code", ["", "SC1", "SC2.A.湘B12345.20200201.20200210.1." + "a" * 86, "x" * 300])
    def test_what_is_no_code(self, code: str) -> None:
        with pytest.raises(Refusal, match="二维码"):
            signing.read(code)

    def test_a_day_that_never_was(self) -> None:
        with pytest.raises(Refusal, match="二维码"):
            signing.read("SC1.A-1.湘B12345.20200230.20200310.1." + "a" * 86)

    def test_the_key_is_on_the_curve_and_stays(self) -> None:
        ring = Keyring()
        assert signing.public_keys(ring) == signing.public_keys(ring)
        assert set(signing.public_keys(ring)["1"]) == {"kty", "crv", "x", "y"}


class TestStock:
    def test_two_hundred_numbers_are_two_hundred_passes(self, town: Town) -> None:
        assert Pass.objects.current().count() == 200
        assert figures() == {"stock": 200, "blank": 200, "issued": 0, "expired": 0, "revoked": 0, "void": 0}

    def test_whatever_happens_the_five_states_are_the_stock(self, town: Town) -> None:
        for serial in range(5):
            town.issued(plate=f"湘B0000{serial}", last_day="2020-02-04" if serial < 2 else "2020-02-10")
        services.revoke(Pass.objects.get(number="ZZ-005", state="issued"), {"reason": "擅自改道"}, by=town.second)
        services.void(Pass.objects.get(number="ZZ-200"), {"reason": "印坏"}, by=town.first)
        now, later = figures(), figures(DAY + timedelta(days=3))
        assert now == {"stock": 200, "blank": 194, "issued": 4, "expired": 0, "revoked": 1, "void": 1}
        assert later == {"stock": 200, "blank": 194, "issued": 2, "expired": 2, "revoked": 1, "void": 1}
        for said in (now, later):
            assert sum(said[state] for state in STATES) == said["stock"]

    def test_a_series_is_opened_once(self, town: Town) -> None:
        row = {"name": "应急物资运输", "authority": TRAFFIC, "prefix": "zz-", "first_no": 1, "last_no": 200}
        assert deliver("pass_series", row).envelope.duplicate == 1
        assert "号头已用过" in deliver("pass_series", {**row, "last_no": 300}).envelope.note
        assert "止号应不小于起号" in deliver("pass_series", {**row, "prefix": "A", "last_no": 0}).envelope.note
        assert Pass.objects.current().count() == 200

    def test_two_series_in_one_sheet(self, db: None) -> None:
        rows = [
            {"name": name, "authority": TRAFFIC, "prefix": name, "first_no": 1, "last_no": 3} for name in ("A-", "B-")
        ]
        envelope = deliver("pass_series", {"rows": rows}).envelope
        assert (envelope.taken, Pass.objects.count()) == (2, 6)

    def test_when_all_are_given_out_there_is_no_more(self, db: None) -> None:
        with acting("job", moment=NOON):
            series(last_no=1)
            town = Town()
            town.issued()
            one = services.approve(town.asked(plate="湘B54321"), {"reason": "情况属实"}, by=town.first)
            with pytest.raises(Refusal, match="已没有空白证"):
                services.approve(one, {"reason": "同意"}, by=town.second)
            assert Application.objects.current().get(first=one.first).step == "once"


class TestTwoPersons:
    def test_the_clerk_who_entered_it_approves_nothing(self, town: Town) -> None:
        both = reporter("both", TRAFFIC, "unit_lead")
        envelope = deliver("pass_application", wish(), by=both, unit=TRAFFIC).envelope
        with pytest.raises(Refusal, match="自己经手"):
            services.approve(Application.objects.get(envelope=envelope.id), {"reason": "x"}, by=both)

    def test_one_person_and_one_unit_do_not_make_two(self, town: Town) -> None:
        one = services.approve(town.asked(), {"reason": "情况属实"}, by=town.first)
        with pytest.raises(Refusal, match="同一人"):
            services.approve(one, {"reason": "同意"}, by=town.first)
        with pytest.raises(Refusal, match="另一单位"):
            services.approve(one, {"reason": "同意"}, by=reporter("third", TRAFFIC, "unit_lead"))
        assert Pass.objects.current().filter(state="issued").count() == 0

    def test_who_may_confirm_nothing_approves_nothing(self, town: Town) -> None:
        with pytest.raises(Refusal, match="审批的权限"):
            services.approve(town.asked(), {"reason": "x"}, by=reporter("other", TRAFFIC))

    def test_the_database_knows_no_grant_by_one(self, town: Town) -> None:
        one = town.asked()
        for first, second in ((None, None), (town.first, town.first), (town.clerk, town.second)):
            with pytest.raises(IntegrityError), transaction.atomic():
                Application.objects.filter(pk=one.pk).update(step="granted", first_by=first, second_by=second)

    def test_what_was_decided_is_decided(self, town: Town) -> None:
        one = services.refuse(town.asked(), {"reason": "不属应急物资"}, by=town.first)
        with pytest.raises(Refusal, match="已经办结"):
            services.approve(one, {"reason": "同意"}, by=town.second)
        assert Entry.objects.filter(act="refuse_pass").count() == 1

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            ({"last_day": "2020-01-31"}, "早于"),
            ({"first_day": "2020-01-01", "last_day": "2020-02-01"}, "已过"),
            ({"last_day": "2020-06-01"}, "最长"),
            ({"plate": "车"}, "车牌"),
        ],
    )
    def test_days_and_plates_that_cannot_be(self, town: Town, said: dict[str, str], sentence: str) -> None:
        assert sentence in deliver("pass_application", wish(**said), by=town.clerk, unit=TRAFFIC).envelope.note

    def test_the_same_wish_twice_is_one(self, town: Town) -> None:
        town.asked()
        assert deliver("pass_application", wish(), by=town.clerk, unit=TRAFFIC).envelope.duplicate == 1


class TestAtThePost:
    @pytest.fixture
    def shown(self, town: Town) -> Any:
        post("Z01")

        def show(**said: Any) -> str:
            row = {"post": "Z01", "plate": PLATE, "at": NOON.isoformat(), **said}
            envelope = deliver("pass_use", row).envelope
            assert envelope.state == Envelope.State.ENTERED, envelope.note
            found: Use = Use.objects.get(envelope=envelope.id)
            return found.result

        return show

    def test_a_pass_on_its_own_vehicle_is_good(self, town: Town, shown: Any) -> None:
        one = town.issued()
        assert shown(number=one.number) == "valid"
        assert shown(code=queries.code_of(one), at=(NOON + timedelta(minutes=1)).isoformat()) == "valid"

    def test_another_plate_is_refused(self, town: Town, shown: Any) -> None:
        one = town.issued()
        assert shown(code=queries.code_of(one), plate="湘B54321") == "plate"
        assert "未予放行1次：车牌不符1次" in Entry.objects.get(act="use_passes").text

    def test_an_altered_code_is_refused(self, town: Town, shown: Any) -> None:
        code = queries.code_of(town.issued())
        assert shown(code=code.replace("20200210", "20200310")) == "forged"

    def test_before_after_revoked_and_never_issued(self, town: Town, shown: Any) -> None:
        one = town.issued()
        assert shown(number=one.number, at=watches.clock(date(2020, 1, 31), 9).isoformat()) == "early"
        assert shown(number=one.number, at=watches.clock(date(2020, 2, 11), 0).isoformat()) == "late"
        assert shown(number="ZZ-199") == "unknown"
        assert shown(number="QQ-1") == "unknown"
        services.revoke(one, {"reason": "擅自改道"}, by=town.second)
        assert shown(number=one.number) == "gone"

    def test_the_same_pass_at_the_same_moment_counts_once(self, town: Town, shown: Any) -> None:
        one = town.issued()
        shown(number=one.number)
        row = {"post": "Z01", "plate": PLATE, "at": NOON.isoformat(), "number": one.number}
        assert deliver("pass_use", row).envelope.duplicate == 1
        period = watches.whole(DAY, watches.Day.CIVIL)
        assert compute("passes.uses", period, Scope()).value == 1
        assert compute("passes.uses", period, Scope(facets={"post": "Z01"})).value == 1
        assert compute("passes.uses_refused", period, Scope()).value is None

    def test_what_names_no_pass_and_no_post_waits_to_be_mended(self, town: Town, shown: Any) -> None:
        assert "填证号" in deliver("pass_use", {"post": "Z01", "plate": PLATE}).envelope.note
        assert "卡点" in deliver("pass_use", {"post": "Z99", "plate": PLATE, "number": "ZZ-001"}).envelope.note


class TestTheList:
    def test_it_is_signed_and_names_what_is_revoked_and_nobody(self, town: Town, client: Client) -> None:
        one = town.issued()
        before = queries.revocations(NOON)
        services.revoke(one, {"reason": "擅自改道"}, by=town.second)
        came = json.loads(client.get("/passes/revoked.json").content)
        said = json.loads(came["list"])
        assert said["revoked"] == [one.number]
        assert said["sequence"] == json.loads(before["list"])["sequence"] + 1
        assert signing.verify_text(settings.KEYRING, came["key"], came["list"], came["signature"])
        assert not signing.verify_text(settings.KEYRING, came["key"], came["list"] + " ", came["signature"])
        for private in (PLATE, "12345", "甲某", "甲运输公司"):
            assert private not in came["list"]

    def test_the_digits_beside_a_number_fit_its_plate(self, town: Town) -> None:
        one = town.issued()
        (short, first, last) = json.loads(queries.revocations(NOON)["list"])["issued"][one.number]
        assert (short, first, last) == (signing.short(one.number, PLATE, date(2020, 2, 10)), "20200201", "20200210")

    def test_whoever_stands_at_the_road_opens_the_page_without_an_account(self, db: None, client: Client) -> None:
        page = client.get("/passes/check/").content.decode()
        assert "验证通行证" in page
        worker = client.get("/passes/check/worker.js")
        assert worker["Content-Type"].startswith("text/javascript")
        assert b"__FILES__" not in worker.content


class TestPaper:
    def test_neither_name_nor_health_is_in_the_code(self, town: Town) -> None:
        code = queries.code_of(town.issued())
        assert code.rpartition(".")[0] == f"SC1.ZZ-001.{PLATE}.20200201.20200210.1"

    def test_a_pass_is_printed_by_who_may_and_the_trail_says_so(self, town: Town) -> None:
        one = town.issued()
        client = Client()
        client.force_login(town.first)
        page = client.get(f"/registers/passes/{one.pk}/").content.decode()
        assert "湘B***45" in page
        assert PLATE not in page
        answer = client.post(f"/registers/passes/{one.pk}/print/")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert answer["Cache-Control"] == "no-store, private"
        assert Trail.objects.filter(action="print", subject=str(one.first)).count() == 1
        assert client.get(f"/registers/passes/{one.pk}/print/").status_code == 302

    def test_a_blank_is_not_printed(self, town: Town) -> None:
        with pytest.raises(Refusal, match="签发了的"):
            services.printed(Pass.objects.get(number="ZZ-200"), by=town.first)

    def test_the_code_leads_to_the_page_that_checks_it(self, town: Town) -> None:
        one = town.issued()
        made = paper.job(one, {"plate": PLATE, "driver": "甲某"}, "https://x.example")
        assert made.pictures["code"].startswith("<svg")
        assert made.sheet["number"] == "ZZ-001"

    def test_the_database_holds_no_plate_in_clear(self, town: Town) -> None:
        town.issued()
        with connection.cursor() as cursor:
            for table in ("passes_pass", "passes_application", "passes_use"):
                cursor.execute(f"SELECT * FROM {table}")
                cells = [cell for row in cursor.fetchall() for cell in row]
                clear = b"".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in cells)
                for private in (PLATE, "甲某", "13800001234"):
                    assert private.encode() not in clear


class TestErasure:
    def test_sixty_days_after_its_last_day_nobody_can_tell_the_vehicle(self, town: Town) -> None:
        one = town.issued()
        on = watches.clock(date(2020, 4, 10), 8)
        assert erasing.expire(on) == 0
        with acting("job", moment=on + timedelta(days=1)):
            assert erasing.expire(on + timedelta(days=1)) == 1
            assert erasing.expire(on + timedelta(days=1)) == 0
        assert {bytes(each.plate) for each in Pass.objects.filter(number=one.number)} == {b""}
        assert {(bytes(each.plate), bytes(each.driver)) for each in Application.objects.all()} == {(b"", b"")}
        assert not Envelope.objects.get(kind="pass_application").body
        assert queries.result(one.number, PLATE, date(2020, 4, 11)) == "late"
        assert figures(date(2020, 4, 11))["expired"] == 1
        assert Entry.objects.filter(act="erase_passes").count() == 1


class TestPages:
    @pytest.fixture
    def lead(self, town: Town) -> Account:
        return town.first

    def test_two_people_take_an_application_to_a_pass_on_its_pages(self, town: Town) -> None:
        today = watches.civil_day(timezone.now())
        one = town.asked(first_day=today.isoformat(), last_day=(today + timedelta(days=9)).isoformat())
        first, second = Client(), Client()
        first.force_login(town.first)
        second.force_login(town.second)
        assert "同意" in first.get(f"/registers/pass-applications/{one.pk}/").content.decode()
        answer = first.post(f"/registers/pass-applications/{one.pk}/approve/", {"reason": "情况属实"})
        assert answer.status_code == 302
        assert first.post(f"{answer['Location']}approve/", {"reason": "再来"}).status_code == 403
        assert second.post(f"{answer['Location']}approve/", {"reason": ""}).status_code == 422
        assert second.post(f"{answer['Location']}approve/", {"reason": "同意"}).status_code == 302
        assert Pass.objects.current().filter(state="issued").count() == 1
        clerk = Client()
        clerk.force_login(town.clerk)
        assert clerk.post(f"/registers/pass-applications/{one.pk}/approve/", {"reason": "x"}).status_code == 403

    def test_lists_and_files_mask_the_plate(self, town: Town, lead: Account) -> None:
        one = town.issued()
        client = Client()
        client.force_login(lead)
        for name in ("pass-series", "pass-applications", "passes", "pass-uses"):
            for ending in ("/", ".csv", ".json", ".xlsx", ".metadata.json"):
                answer = client.get(f"/registers/{name}{ending}")
                assert answer.status_code == 200, (name, ending)
                assert PLATE.encode() not in answer.content
        assert one.number in client.get("/registers/passes/?state=issued").content.decode()
        assert client.post(f"/registers/passes/{one.pk}/void/", {"reason": "x"}).status_code == 404

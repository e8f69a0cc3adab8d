"""The pages of travellers: masked everywhere, opened one at a time for a reason, found by a number that no address holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from shichen.audit import services as audit
from shichen.audit.models import Trail
from shichen.city import models as city
from shichen.city.models import Account
from shichen.intake import mending
from shichen.registers.people.models import Likeness
from shichen.registers.travellers.models import Call, Traveller
from shichen.registers.travellers.views import TRAVELLERS
from shichen.web import revealing
from tests.made import deliver, invented
from tests.registers.cases import RegisterCases, signed_in
from tests.trust.test_authorisation import reporter

pytestmark = pytest.mark.django_db

CONTROL, POLICE = "epidemic-control-group", "public-security-group"
NUMBER, PHONE, NAME, HOME = invented(1), "13800001234", "欧阳某某", "株洲市天元区某某路某号"
CLEAR = (NUMBER, PHONE, NAME, HOME, "某某路")


def traveller(**more: Any) -> Traveller:
    said = {"name": NAME, "number": NUMBER, "phone": PHONE, "home": HOME, "came_from": "湖北武汉", "sender": "police"}
    envelope = deliver("traveller", {**said, "synthetic": "是", **more}, unit=CONTROL).envelope
    assert envelope.taken == 1, envelope.note
    found: Traveller = Traveller.objects.get(envelope=envelope.id)
    return found


def browser(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


class TestTravellerRegister(RegisterCases):
    register = TRAVELLERS
    owner = "control"
    better = {"came_from": "湖北孝感"}
    said = f"000***********{NUMBER[-4:]}"

    def make(self) -> Traveller:
        return traveller()


@pytest.fixture
def lead() -> Account:
    return reporter("lead", CONTROL, "unit_lead")


class TestRevealing:
    def test_a_reason_opens_one_person_and_leaves_one_row(self, lead: Account) -> None:
        card, client = traveller(), browser(lead)
        where = f"/registers/travellers/{card.pk}/reveal/"
        answer = client.post(where, {"reason": "流调核对行程", "case_no": "株疾控001"})
        page = answer.content.decode()
        for clear in (NUMBER, PHONE, NAME, HOME):
            assert clear in page
        assert answer["Cache-Control"] == "no-store, private"
        row = Trail.objects.get(action="reveal")
        assert (row.subject, row.reason, row.case_no, row.fields) == (
            str(card.person),
            "流调核对行程",
            "株疾控001",
            "name,number,phone,home",
        )
        assert not any(clear in str(vars(row)) for clear in CLEAR)

    def test_a_link_opens_nothing(self, lead: Account) -> None:
        card = traveller()
        answer = browser(lead).get(f"/registers/travellers/{card.pk}/reveal/")
        assert answer.status_code == 302
        assert answer["Location"] == f"/registers/travellers/{card.pk}/#reveal"
        assert not Trail.objects.filter(action="reveal").exists()

    @pytest.mark.parametrize("reason", ["", "看看", "....", "x" * 201])
    def test_without_a_reason_nothing_is_shown(self, lead: Account, reason: str) -> None:
        answer = browser(lead).post(f"/registers/travellers/{traveller().pk}/reveal/", {"reason": reason})
        assert answer.status_code == 422
        assert not any(clear in answer.content.decode() for clear in CLEAR)
        assert not Trail.objects.filter(action="reveal").exists()

    def test_when_the_trail_cannot_be_written_nothing_is_shown(
        self, lead: Account, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card, client = traveller(), Client(raise_request_exception=False)
        client.force_login(lead)

        def broken(*arguments: Any, **more: Any) -> None:
            raise RuntimeError("no trail")

        monkeypatch.setattr(audit, "note", broken)
        answer = client.post(f"/registers/travellers/{card.pk}/reveal/", {"reason": "流调核对行程"})
        assert answer.status_code == 500
        assert not any(clear in answer.content.decode() for clear in CLEAR)

    def test_seen_but_not_allowed_is_403_and_not_seen_is_404(self, lead: Account) -> None:
        card = traveller()
        where, said = f"/registers/travellers/{card.pk}/reveal/", {"reason": "流调核对行程"}
        assert browser(reporter("plain", CONTROL)).post(where, said).status_code == 403
        assert browser(reporter("other", POLICE, "unit_lead")).post(where, said).status_code == 404
        two_roles = reporter("two", POLICE, "unit_lead")
        from tests.trust.test_authorisation import grant

        grant(two_roles, "office", "office")
        assert browser(two_roles).get(f"/registers/travellers/{card.pk}/").status_code == 200
        assert browser(two_roles).post(where, said).status_code == 403
        assert not Trail.objects.filter(action="reveal").exists()

    def test_an_hour_has_so_many_looks(self, lead: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(revealing, "MOST_AN_HOUR", 2)
        client, where = browser(lead), f"/registers/travellers/{traveller().pk}/reveal/"
        answers = [client.post(where, {"reason": "流调核对行程"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 422]
        assert "一小时内最多调阅 2 份" in answers[2].content.decode()


class TestSearching:
    def test_a_whole_number_finds_the_card_and_the_trail_keeps_a_digest(self, lead: Account) -> None:
        card, client = traveller(), browser(lead)
        for said in ({"number": NUMBER}, {"number": f" {NUMBER.lower()} "}, {"phone": "138 0000 1234"}):
            page = client.post("/registers/travellers/search/", said).content.decode()
            assert f"/registers/travellers/{card.pk}/" in page
            assert not any(clear in page for clear in CLEAR)
        rows = Trail.objects.filter(action="search")
        assert rows.count() == 3
        assert not any(clear in str(vars(row)) for clear in CLEAR for row in rows)

    def test_another_unit_finds_nothing(self) -> None:
        traveller()
        page = browser(reporter("other", POLICE)).post("/registers/travellers/search/", {"number": NUMBER})
        assert "可见范围内没有这个号码的卡" in page.content.decode()

    @pytest.mark.parametrize("said", [{}, {"number": NUMBER[:10]}, {"phone": "138"}])
    def test_parts_of_numbers_are_not_searched_for(self, lead: Account, said: dict[str, str]) -> None:
        traveller()
        assert browser(lead).post("/registers/travellers/search/", said).status_code == 422


class TestMasking:
    """Nobody's name, number, telephone or home stands on any page, file or answer of the API."""

    def test_no_page_of_the_register_tells(self, lead: Account) -> None:
        card = traveller()
        traveller(number=invented(2), sender="rail")
        office = reporter("office2", "office", "office")
        paths = [
            *(f"/registers/travellers{ending}" for ending in ("/", ".csv", ".json", ".xlsx", ".metadata.json")),
            *(f"/registers/travellers/{name}/" for name in ("work", "search", "quality", "alike")),
            *(f"/registers/travellers/quality.{ending}" for ending in ("csv", "json", "xlsx")),
            *(f"/registers/travellers/{card.pk}/{act}" for act in ("", "call/", "visit/", "assign/", "exclude/")),
            *("/registers/", "/log/", "/envelopes/", f"/envelopes/{card.envelope}/", "/figures/travellers.rows/"),
        ]
        for account in (lead, office):
            for path in paths:
                answer = browser(account).get(path)
                assert answer.status_code == 200, (path, answer.status_code)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                assert [clear for clear in CLEAR if clear.encode() in body] == [], path

    def test_neither_the_contents_nor_a_row_that_waits_tells(self, lead: Account) -> None:
        said = {"name": NAME, "number": NUMBER[:-1], "phone": PHONE, "home": HOME, "sender": "police", "身份证": NUMBER}
        held = deliver("traveller", {**said, "synthetic": "是"}, unit=CONTROL, by=lead).envelope
        row = held.rejects.get()
        assert not any(clear in str(row.raw) for clear in CLEAR)
        client = browser(reporter("colleague", CONTROL))
        for path in (f"/envelopes/{held.id}/", f"/envelopes/{held.id}/contents/"):
            page = client.get(path).content.decode()
            assert not any(clear in page for clear in CLEAR), path
        assert "police" in client.get(f"/envelopes/{held.id}/").content.decode()
        assert not Trail.objects.filter(action="open", data_class="personal").exists()
        assert NAME in client.get(f"/envelopes/{held.id}/rejects/{row.pk}/").content.decode()
        assert Trail.objects.filter(action="open", data_class="personal").count() == 1

    def test_a_row_that_waits_is_mended_and_tried_again_as_it_was_said(self, lead: Account) -> None:
        row = {"name": NAME, "number": NUMBER, "sender": "police", "synthetic": "是", "area": "某新区"}
        held = deliver("traveller", row, unit=CONTROL, by=lead).envelope
        assert held.rejects.count() == 1
        assert mending.replay(held, by=lead) == (0, 1)
        city.Area.objects.filter(name="炎陵县").update(name="某新区")
        assert mending.replay(held, by=lead) == (1, 0)
        assert Traveller.objects.get().area.name == "某新区"

    def test_a_trace_of_a_figure_names_nobody(self, lead: Account) -> None:
        traveller()
        page = browser(lead).get("/figures/travellers.open/").content.decode()
        assert "待核" in page
        assert not any(clear in page for clear in CLEAR)


class TestActs:
    def test_the_second_caller_is_told_who_called_first(self, lead: Account) -> None:
        card, client = traveller(), browser(lead)
        where = f"/registers/travellers/{card.pk}/call/"
        assert client.post(where, {"purpose": "verify", "finding": "present"}).status_code == 302
        now = Traveller.objects.current().get()
        again = client.post(f"/registers/travellers/{now.pk}/call/", {"purpose": "visit", "finding": "present"})
        assert again.status_code == 422
        assert "疫情防控组" in again.content.decode()
        assert "要写明新的理由" in again.content.decode()
        assert Call.objects.count() == 1

    def test_the_unit_that_was_given_a_card_works_it(self, lead: Account) -> None:
        card = traveller()
        police = browser(reporter("p1", POLICE))
        assert police.get(f"/registers/travellers/{card.pk}/").status_code == 404
        browser(lead).post(f"/registers/travellers/{card.pk}/assign/", {"unit": POLICE, "due_at": ""})
        now = Traveller.objects.current().get()
        assert f"/registers/travellers/{now.pk}/visit/" in police.get("/registers/travellers/work/").content.decode()
        assert police.post(f"/registers/travellers/{now.pk}/visit/", {"finding": "present"}).status_code == 302
        assert Traveller.objects.current().get().state == "verified"

    def test_two_that_may_be_one_are_decided_by_a_person(self, lead: Account) -> None:
        traveller()
        traveller(number=invented(2), sender="rail")
        pair, client = Likeness.objects.get(), browser(lead)
        assert "欧*" in client.get("/registers/travellers/alike/").content.decode()
        other = browser(reporter("other", POLICE))
        assert (
            other.post(f"/registers/travellers/alike/{pair.pk}/", {"same": "yes", "reason": "核对"}).status_code == 404
        )
        answer = client.post(f"/registers/travellers/alike/{pair.pk}/", {"same": "no", "reason": "证件不同，是两人"})
        assert answer.status_code == 302
        assert Likeness.objects.get().state == "apart"

    def test_an_area_is_assigned_in_one_click(self, lead: Account) -> None:
        card = traveller(area="炎陵县")
        answer = browser(lead).post("/registers/travellers/assign/", {"area": card.area_id, "unit": POLICE})
        assert answer.status_code == 302
        assert Traveller.objects.current().get().assignee_id == POLICE


def test_a_register_of_persons_is_not_on_the_index_of_who_sees_none(cast: Any) -> None:
    traveller()
    assert "重点人员" not in signed_in(cast, "editor").get("/registers/").content.decode()
    assert "重点人员" in signed_in(cast, "control").get("/registers/").content.decode()

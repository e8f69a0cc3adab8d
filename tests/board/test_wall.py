"""The board on a wall, and the screens that show it: enrolled once by a code, seeing the board and nothing else, taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shichen.audit.models import Trail
from shichen.city import services as accounts
from shichen.city import signin
from shichen.city.models import Account
from shichen.refusal import Refusal
from shichen.site.commands import accounts as command
from tests.board.conftest import signed_in
from tests.conftest import Cast

WRONG = "2222-2222"


@pytest.fixture
def hall(afternoon: Cast) -> Account:
    return command.screen("hall", "大厅屏")


def enrolled(screen: Account, client: Client | None = None) -> Client:
    client = client or Client()
    answer = client.post("/screen/", {"code": command.enrolment(screen).lower().replace("-", " ")})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    return client


def page(client: Client, path: str = "/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_wall_is_the_board_without_menu_and_forms(afternoon: Cast) -> None:
    said = page(signed_in(afternoon.office), "/?wall=1")
    assert 'class="is-wall"' in said
    assert "120" in said
    assert "卡点换班。" in said
    assert 'class="menu"' not in said
    assert "退出大屏" in said


def test_a_screen_sees_the_wall_at_the_plain_address_and_its_numbers(hall: Account) -> None:
    said = page(enrolled(hall))
    assert 'class="is-wall"' in said
    assert "data-screen" in said
    assert "120" in said
    assert "催报</button>" not in said
    assert "退出大屏" not in said


def test_a_screen_asks_for_what_is_new_like_any_board(hall: Account) -> None:
    client = enrolled(hall)
    version = client.get("/").context["board"]["version"]
    assert client.get(f"/board/tiles?v={version}", headers={"HX-Request": "true"}).status_code == 204
    assert client.get("/board/tiles?v=0", headers={"HX-Request": "true"}).status_code == 200


def test_a_screen_opens_no_past_and_no_data(hall: Account) -> None:
    client = enrolled(hall)
    assert client.get("/board.json").status_code == 403
    assert "历史视图" not in page(client, "/?as_of=2020-02-01T12:00%2B08:00")
    assert client.post("/board/nudge/", {"code": "case_count", "on": "2020-02-02"}).status_code == 403


def test_a_screen_has_no_account_page_and_chooses_no_password(hall: Account) -> None:
    client = enrolled(hall)
    assert client.get("/account/").status_code == 403
    assert client.post("/account/", {"new": "a long password", "again": "a long password"}).status_code == 403
    hall.refresh_from_db()
    assert not hall.has_usable_password()


def test_a_code_works_once_and_within_the_hour(hall: Account) -> None:
    now = timezone.now()
    code = signin.enrolment_code(hall, now=now)
    with pytest.raises(Refusal, match="过期"):
        signin.enrol(code, address="", now=now + timedelta(minutes=61))
    assert signin.enrol(code, address="", now=now) == hall
    with pytest.raises(Refusal, match="已用过"):
        signin.enrol(code, address="", now=now)


def test_a_new_code_ends_the_one_before_and_the_browser_that_was_the_screen(hall: Account) -> None:
    first = enrolled(hall)
    stale = command.enrolment(hall)
    second = enrolled(hall)
    assert Client().post("/screen/", {"code": stale}).status_code == 422
    assert first.get("/log/").status_code == 302  # asked to sign in: its session is no longer this screen's
    assert second.get("/log/").status_code == 403


def test_guessing_codes_is_stopped(hall: Account) -> None:
    code, client = command.enrolment(hall), Client()
    said = {client.post("/screen/", {"code": WRONG}).status_code for _guess in range(31)}
    assert said == {422}
    answer = client.post("/screen/", {"code": code})
    assert answer.status_code == 422
    assert "15 分钟" in answer.content.decode()


def test_a_screen_stays_for_a_year_and_is_taken_back_at_once(hall: Account) -> None:
    client = enrolled(hall)
    assert client.session.get_expiry_age() > 300 * 24 * 3600
    command.closed("hall")
    client.cookies.pop("shichen_badge")
    assert client.get("/").status_code == 302


def test_enrolment_and_closing_stand_in_the_trail(hall: Account) -> None:
    enrolled(hall)
    command.closed("hall")
    told = set(Trail.objects.filter(subject=str(hall.pk)).values_list("action", flat=True))
    assert {"open account", "grant", "enrolment", "signin", "close account"} <= told


def test_a_screen_is_listed_as_a_device(hall: Account) -> None:
    row: dict[str, Any] = next(row for row in command.rows() if row["account"] == "hall")
    assert (row["kind"], row["grants"][0]["role"]) == ("device", "screen")


def test_a_persons_name_is_no_screen(afternoon: Cast) -> None:
    accounts.open_account("li", "李", by=accounts.system())
    with pytest.raises(Refusal, match="不是大屏"):
        command.screen("li", "")

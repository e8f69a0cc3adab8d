"""猜密码: ten wrong ones stop a name, thirty an address; one person's typing never stops the office they sit in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from shichen.audit.models import Trail
from shichen.city import guesses, signin
from shichen.city.callers import PROXIES
from shichen.city.guesses import AT_A_NAME, FROM_AN_ADDRESS, WINDOW, TooMany, address_of
from shichen.city.models import Account, Attempt
from shichen.journal.models import Entry
from tests.conftest import Cast

PASSWORD = "株洲北站 Zzb-2020-02-02"
OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_proxies_but_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PROXIES, raising=False)


@pytest.fixture
def person(cast: Cast) -> Account:
    account = cast.outsider
    assert isinstance(account, Account)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No argon2 where thirty wrong passwords are typed: every password but the right one is wrong."""
    monkeypatch.setattr(signin, "check_password", lambda given, known: given == PASSWORD)
    monkeypatch.setattr(signin, "_nobodys_password", lambda: "nobody's")


def knock(username: str, password: str = "wrong", *, at: str = OFFICE, **more: Any) -> Account | None:
    request = RequestFactory().post("/signin/", REMOTE_ADDR=at, **more)
    found = authenticate(request, username=username, password=password)
    assert found is None or isinstance(found, Account)
    return found


def spray(times: int, *, at: str = OFFICE) -> None:
    """One password at many names, none of them often enough to stop that name."""
    for number in range(times):
        knock(f"name-{number}", at=at)


@pytest.mark.usefixtures("quick")
class TestAnAddress:
    def test_after_thirty_wrong_ones_at_any_names_no_password_is_looked_at(self, person: Account) -> None:
        spray(FROM_AN_ADDRESS - 1)
        assert knock("outsider", PASSWORD) == person
        spray(1)
        with pytest.raises(TooMany, match="网络地址") as refused:
            knock("outsider", PASSWORD)
        assert "15 分钟" in refused.value.sentence

    def test_from_elsewhere_one_still_comes_in(self, person: Account) -> None:
        spray(FROM_AN_ADDRESS)
        assert knock("outsider", PASSWORD, at=ELSEWHERE) == person

    def test_one_persons_typing_does_not_stop_the_office(self, person: Account) -> None:
        for _ in range(AT_A_NAME):
            knock("clumsy")
        for _ in range(FROM_AN_ADDRESS * 2):
            with pytest.raises(TooMany):
                knock("clumsy")
        assert knock("outsider", PASSWORD) == person

    def test_the_right_password_for_one_account_does_not_wipe_the_count(self, person: Account) -> None:
        for _ in range(FROM_AN_ADDRESS // 5):
            spray(5)
            if Attempt.objects.filter(key=guesses.key_of("address", OFFICE)).count() < FROM_AN_ADDRESS:
                knock("outsider", PASSWORD)
        with pytest.raises(TooMany):
            knock("outsider", PASSWORD)

    def test_after_a_quarter_of_an_hour_it_is_forgotten_and_gone(self, person: Account) -> None:
        with time_machine.travel(NOON, tick=False):
            spray(FROM_AN_ADDRESS)
        with time_machine.travel(NOON + WINDOW - timedelta(seconds=1), tick=False), pytest.raises(TooMany):
            knock("outsider", PASSWORD)
        with time_machine.travel(NOON + WINDOW, tick=False):
            assert knock("outsider", PASSWORD) == person
            knock("outsider")
        assert Attempt.objects.count() == 2

    def test_where_there_is_no_address_only_the_name_counts(self, person: Account) -> None:
        for number in range(FROM_AN_ADDRESS + 1):
            authenticate(username=f"name-{number}", password="wrong")
            knock(f"other-{number}", at="")
        assert authenticate(username="outsider", password=PASSWORD) == person
        assert Attempt.objects.count() == 2 * (FROM_AN_ADDRESS + 1)

    def test_addresses_are_kept_as_digests_only(self, person: Account) -> None:
        knock("outsider")
        assert OFFICE not in str(list(Attempt.objects.values_list()))


@pytest.mark.usefixtures("quick")
class TestTheTrail:
    def rows(self) -> list[tuple[str, str, str, str]]:
        found = Trail.objects.filter(action="signin", result="refused").order_by("position")
        return [(row.actor, row.subject, row.reason, row.address) for row in found]

    def typed(self, client: Client, username: str, password: str = "wrong") -> str:
        answer = client.post("/signin/", {"username": username, "password": password}, REMOTE_ADDR=OFFICE)
        assert answer.status_code == 422
        return answer.content.decode()

    def test_the_first_refusal_of_an_address_leaves_a_row_and_the_next_do_not(
        self, person: Account, client: Client
    ) -> None:
        spray(FROM_AN_ADDRESS)
        assert self.rows() == []
        for _ in range(3):
            assert "这个网络地址上密码错误次数过多" in self.typed(client, "outsider", PASSWORD)
        assert self.rows() == [("anonymous", "", "密码错误次数过多：来源地址", OFFICE)]

    def test_the_first_refusal_at_a_name_names_the_account_and_no_name_that_is_none(
        self, person: Account, client: Client
    ) -> None:
        for username in ("outsider", "my-password-by-mistake"):
            for _ in range(AT_A_NAME + 2):
                self.typed(client, username)
        subjects = [(subject, reason) for _, subject, reason, _ in self.rows()]
        assert subjects == [(str(person.pk), "密码错误次数过多：账号"), ("", "密码错误次数过多：账号")]

    def test_after_a_while_there_is_a_row_again(self, person: Account, client: Client) -> None:
        for moment in (NOON, NOON + WINDOW):
            with time_machine.travel(moment, tick=False):
                spray(FROM_AN_ADDRESS)
                self.typed(client, "outsider")
        assert len(self.rows()) == 2

    def test_it_is_said_in_the_language_of_the_reader(self, person: Account, client: Client) -> None:
        spray(FROM_AN_ADDRESS)
        client.cookies["django_language"] = "en"
        assert "Too many wrong passwords from this network address; try again in 15" in self.typed(client, "outsider")

    def test_a_one_time_way_in_still_opens(self, person: Account, client: Client) -> None:
        spray(FROM_AN_ADDRESS)
        secret = signin.one_time_way_in(person, now=datetime.now(UTC))
        assert client.post(f"/enter/{secret}/", REMOTE_ADDR=OFFICE).status_code == 302


def seen(remote: str, forwarded: str | None = None) -> str:
    more = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return address_of(RequestFactory().get("/", REMOTE_ADDR=remote, **more))


class TestWhoseAddress:
    @pytest.mark.parametrize(
        ("remote", "forwarded", "counted"),
        [
            (OFFICE, None, OFFICE),
            (OFFICE, ELSEWHERE, OFFICE),  # nobody's word but a proxy's
            ("127.0.0.1", ELSEWHERE, ELSEWHERE),
            ("::1", ELSEWHERE, ELSEWHERE),
            ("127.0.0.1", f"{OFFICE}, {ELSEWHERE}", ELSEWHERE),  # what stands in front was written by the visitor
            ("127.0.0.1", f"{OFFICE}, 127.0.0.1", OFFICE),
            ("127.0.0.1", None, "127.0.0.1"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", f"{OFFICE}, unknown", "127.0.0.1"),
            ("::ffff:203.0.113.7", None, OFFICE),
            ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", None, "2001:db8:1:2::/64"),
            ("", ELSEWHERE, ""),
            ("not an address", ELSEWHERE, ""),
        ],
    )
    def test_it_is_that_of_the_nearest_hop_that_is_no_proxy(
        self, remote: str, forwarded: str | None, counted: str
    ) -> None:
        assert seen(remote, forwarded) == counted

    def test_proxies_are_those_that_the_web_server_believes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(PROXIES, "10.0.0.0/8, 192.0.2.1")
        assert seen("10.1.2.3", f"{ELSEWHERE}, {OFFICE}, 192.0.2.1") == OFFICE
        assert seen("127.0.0.1", ELSEWHERE) == "127.0.0.1"

    def test_what_is_neither_address_nor_network_trusts_nobody(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(PROXIES, "our proxy, 10.0.0.0/99, 192.0.2.1")
        assert seen("10.1.2.3", ELSEWHERE) == "10.1.2.3"
        assert seen("192.0.2.1", ELSEWHERE) == ELSEWHERE

    def test_where_every_proxy_is_believed_the_hop_next_to_us_counts(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(PROXIES, "*")
        assert seen("10.1.2.3", f"{ELSEWHERE}, {OFFICE}") == OFFICE

    @given(st.text(), st.text())
    def test_whatever_is_written_there_nothing_breaks(self, remote: str, forwarded: str) -> None:
        assert isinstance(seen(remote, forwarded), str)
        assert seen("127.0.0.1", forwarded)


def test_without_a_request_there_is_no_address() -> None:
    assert address_of(None) == ""


def test_the_trail_names_who_is_behind_the_proxy(client: Client, cast: Cast) -> None:
    client.force_login(cast.office)  # type: ignore[arg-type]
    more = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": f"{ELSEWHERE}, {OFFICE}"}
    assert client.post("/log/write/", {"text": "值守点换班。"}, **more).status_code == 302  # type: ignore[arg-type]
    written = Entry.objects.latest("seq")
    client.post(f"/log/{written.id}/strike/", {"reason": "写错了地方"}, **more)  # type: ignore[arg-type]
    assert Trail.objects.get(action="strike").address == OFFICE

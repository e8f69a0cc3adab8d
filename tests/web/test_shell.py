"""The shell: signing in, the one-time way in, one's account, language and theme, error pages, probes, headers."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from shichen.audit.context import now
from shichen.audit.models import Trail
from shichen.city import guesses
from shichen.city import services as accounts
from shichen.city import signin as ways
from shichen.city.models import Account, Attempt, Pass
from shichen.web import health, menu
from shichen.web.views import BACKEND
from tests.conftest import Cast

PASSWORD = "一个够长的密码-7391"


def entered(account: object, client: Client) -> Client:
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client


def with_password(account: object) -> Account:
    assert isinstance(account, Account)
    account.set_password(PASSWORD)
    account.save(update_fields=["password"])
    return account


def test_signing_in_leads_to_the_page_that_was_asked_for(cast: Cast, client: Client) -> None:
    with_password(cast.office)
    asked = client.get("/account/")
    assert (asked.status_code, asked["Location"]) == (302, "/signin/?next=/account/")
    form = {"username": "office", "password": PASSWORD, "next": "/account/"}
    answer = client.post("/signin/", form)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert client.get("/account/").status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://example.invalid/", "//example.invalid/", "javascript:alert(1)"])
def test_signing_in_never_leads_out_of_the_house(cast: Cast, client: Client, elsewhere: str) -> None:
    with_password(cast.office)
    answer = client.post("/signin/", {"username": "office", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("username", ["office", "nobody"])
def test_a_wrong_password_and_an_unknown_name_read_alike(cast: Cast, client: Client, username: str) -> None:
    with_password(cast.office)
    answer = client.post("/signin/", {"username": username, "password": "wrong"})
    assert answer.status_code == 422
    assert "账号或密码不对。" in answer.content.decode()


def test_the_error_is_in_the_language_of_the_reader(cast: Cast, client: Client) -> None:
    client.cookies["django_language"] = "en"
    page = client.post("/signin/", {"username": "nobody", "password": "wrong"}).content.decode()
    assert "Account or password is wrong." in page


def test_too_many_guesses_are_refused_even_with_the_right_password(cast: Cast, client: Client) -> None:
    with_password(cast.office)
    key = guesses.key_of("signin", "office")
    Attempt.objects.bulk_create(Attempt(key=key, at=now()) for _ in range(guesses.AT_A_NAME))
    answer = client.post("/signin/", {"username": "office", "password": PASSWORD})
    assert answer.status_code == 422
    assert "15 分钟" in answer.content.decode()


def test_looking_at_a_one_time_way_in_does_not_use_it(cast: Cast, client: Client) -> None:
    assert isinstance(cast.office, Account)
    secret = ways.one_time_way_in(cast.office, now=now())
    for _ in range(2):
        page = client.get(f"/enter/{secret}/")
        assert page.status_code == 200
        assert "office" in page.content.decode()
    assert Pass.objects.get(account=cast.office).used_at is None
    assert client.get("/account/").status_code == 302


def test_a_one_time_way_in_works_once(cast: Cast, client: Client) -> None:
    assert isinstance(cast.office, Account)
    secret = ways.one_time_way_in(cast.office, now=now())
    assert client.post(f"/enter/{secret}/")["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    again = Client().post(f"/enter/{secret}/")
    assert again.status_code == 409
    assert "已用过" in again.content.decode()


def test_a_way_in_that_expired_or_never_was_says_whom_to_ask(cast: Cast, client: Client) -> None:
    assert isinstance(cast.office, Account)
    secret = ways.one_time_way_in(cast.office, now=now() - ways.ENTER_FOR - timedelta(seconds=1))
    for wrong in (secret, "never-was"):
        answer = client.get(f"/enter/{wrong}/")
        assert answer.status_code == 409
        assert "安全管理员" in answer.content.decode()


def test_choosing_a_password_keeps_one_signed_in_and_leaves_a_row_in_the_trail(cast: Cast, client: Client) -> None:
    entered(cast.office, client)
    answer = client.post("/account/", {"new": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    assert Trail.objects.filter(action="password", actor_name="office").count() == 1
    assert ways.AccountBackend().authenticate(None, "office", PASSWORD) == cast.office


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"new": PASSWORD, "again": PASSWORD + "x"}, "不一样"),
        ({"new": "1234567890123", "again": "1234567890123"}, "数字"),
        ({"new": "短", "again": "短"}, "10"),
        ({"new": "", "again": ""}, "请填写新密码"),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_its_field(
    cast: Cast, client: Client, given: dict[str, str], said: str
) -> None:
    entered(cast.office, client)
    answer = client.post("/account/", given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert isinstance(cast.office, Account)
    cast.office.refresh_from_db()
    assert not cast.office.has_usable_password()


def test_who_has_a_password_must_show_it_before_choosing_another(cast: Cast, client: Client) -> None:
    entered(with_password(cast.office), client)
    other = PASSWORD + "-2"
    assert client.post("/account/", {"old": "wrong", "new": other, "again": other}).status_code == 422
    assert client.post("/account/", {"old": PASSWORD, "new": other, "again": other}).status_code == 302


def test_signing_out_needs_a_post(cast: Cast, client: Client) -> None:
    entered(cast.office, client)
    assert client.get("/signout/").status_code == 405
    assert client.post("/signout/")["Location"] == "/signin/"
    assert client.get("/account/").status_code == 302


def test_someone_without_a_role_lands_on_their_account(cast: Cast, client: Client) -> None:
    with_password(cast.outsider)
    assert client.post("/signin/", {"username": "outsider", "password": PASSWORD})["Location"] == "/account/"


def test_language_and_theme_are_kept_in_cookies_and_known_ones_only(db: None, client: Client) -> None:
    client.post("/appearance/", {"language": "en", "next": "/help/"})
    assert "Help and glossary" in client.get("/help/").content.decode()
    client.post("/appearance/", {"theme": "dark"})
    assert 'data-theme="dark"' in client.get("/help/").content.decode()
    client.post("/appearance/", {"theme": "auto"})
    assert "data-theme" not in client.get("/help/").content.decode()
    assert not client.post("/appearance/", {"language": "xx", "theme": "\r\nx", "next": "//evil.invalid"}).cookies
    assert client.post("/appearance/", {"next": "//evil.invalid"})["Location"] == "/"
    client.cookies["shichen_theme"] = '"><script>'
    assert "<script>" not in client.get("/help/").content.decode()


def test_the_menu_holds_only_what_the_reader_may_open(cast: Cast) -> None:
    office = {item.href for item in menu.items(cast.office, "/", now())}  # type: ignore[arg-type]
    assert {"/", "/log/"} <= office
    assert menu.items(cast.outsider, "/", now()) == []  # type: ignore[arg-type]
    auditor = {item.href for item in menu.items(cast.auditor, "/", now())}  # type: ignore[arg-type]
    assert "/log/" not in auditor


def test_a_page_that_does_not_exist_names_the_nearest(cast: Cast, client: Client) -> None:
    entered(cast.office, client)
    page = client.get("/log/nothing-here/")
    assert page.status_code == 404
    assert 'href="/log/"' in page.content.decode()


def test_a_failure_quotes_its_number_and_shows_no_trace(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ValueError("a secret detail")

    monkeypatch.setattr("shichen.web.glossary.terms", broken)
    answer = Client(raise_request_exception=False).get("/help/")
    assert answer.status_code == 500
    assert answer["X-Request-Id"] in answer.content.decode()
    assert "a secret detail" not in answer.content.decode()


def test_pages_open_before_a_city_was_set_up(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from shichen.city import queries
    from shichen.refusal import Refusal

    def none() -> None:
        raise Refusal("no city")

    monkeypatch.setattr(queries, "the_city", none)
    assert client.get("/signin/").status_code == 200


def test_headers_forbid_everything_from_elsewhere(db: None, client: Client) -> None:
    answer = client.get("/signin/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def roomy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, whatever the machine that runs the test has left."""
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(total=100, free=11))


def test_a_disk_nine_tenths_full_is_not_ready(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda path: SimpleNamespace(total=100, free=10))
    assert client.get("/readyz").json()["failing"] == ["disk"]


@pytest.mark.usefixtures("roomy")
def test_alive_and_ready_say_so_and_no_more(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/healthz").content == b"ok\n"
    told = client.get("/readyz").json()
    assert (told["ready"], told["failing"], told["unsealed"]) == (True, [], 0)
    assert told["waiting"] == {"envelopes": 0, "jobs": 0}
    assert set(told) == {"ready", "failing", "waiting", "unsealed", "clock_age", "backup_age"}
    monkeypatch.setitem(health.CHECKS, "disk", lambda: False)
    answer = client.get("/readyz")
    said = answer.json()
    assert (answer.status_code, said["ready"], said["failing"]) == (503, False, ["disk"])


@pytest.mark.usefixtures("roomy")
def test_a_home_marked_read_only_is_not_ready(db: None, client: Client, settings: object) -> None:
    mark = settings.HOME.path / "READONLY"  # type: ignore[attr-defined]
    mark.touch()
    try:
        assert client.get("/readyz").json()["failing"] == ["write"]
    finally:
        mark.unlink()
    assert not list(mark.parent.glob(".probe-*"))


def test_the_foot_of_a_print_names_the_moment_only_where_a_page_has_a_past(cast: Cast, client: Client) -> None:
    client.force_login(cast.office, backend=BACKEND)  # type: ignore[arg-type]
    log = client.get("/log/?q=a").content.decode()
    assert 'class="only-print">http://testserver/log/?q=a&amp;as_of=20' in log
    then = client.get("/log/?as_of=2020-02-02T12:00").content.decode()
    assert 'class="only-print">http://testserver/log/?as_of=2020-02-02T12:00</span>' in then
    account = client.get("/account/").content.decode()
    assert 'class="only-print">http://testserver/account/</span>' in account
    assert client.get("/nowhere/").status_code == 404


def test_help_explains_states_and_keys(db: None, client: Client) -> None:
    page = client.get(reverse("help")).content.decode()
    assert "部分到报" in page
    assert "<kbd>?</kbd>" in page


def test_the_accounts_of_the_house_cannot_come_in(cast: Cast, client: Client) -> None:
    system = accounts.system()
    system.set_password(PASSWORD)
    system.save(update_fields=["password"])
    assert client.post("/signin/", {"username": "system", "password": PASSWORD}).status_code == 422


def test_a_browser_set_to_english_still_meets_chinese_first_until_somebody_chooses() -> None:
    from django.test import RequestFactory
    from django.utils import translation

    from shichen.web.language import LanguageMiddleware

    request = RequestFactory().get("/", headers={"accept-language": "en-US,en"})
    middleware = LanguageMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]
    with translation.override(None):
        middleware.process_request(request)
        assert request.LANGUAGE_CODE == "zh-hans"
        request.COOKIES["django_language"] = "en"
        middleware.process_request(request)
        assert request.LANGUAGE_CODE == "en"

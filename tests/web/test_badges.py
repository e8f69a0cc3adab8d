"""The badge: it opens boards without the database, for two minutes, with its session, and as far as its bearer's grants reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shichen.board import snapshot
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city import voided
from shichen.city.models import Account
from shichen.city.scope import may, sight
from shichen.refusal import Refusal
from shichen.web import badges, outage
from tests.conftest import LONG_AGO, Cast

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
BOARDS = ("/", "/board/tiles", "/board.json")


def at(seconds: float) -> time_machine.travel:
    return time_machine.travel(NOON + timedelta(seconds=seconds), tick=False)


@pytest.fixture(autouse=True)
def _a_house_in_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> None:
    """A folder of snapshots of one's own, and no outage remembered."""
    settings.HOME = SimpleNamespace(path=tmp_path, snapshots=tmp_path, database=settings.HOME.database)
    monkeypatch.setattr(outage, "_lost_at", float("-inf"))


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What an act does when its transaction ends is done in the test too."""
    return django_capture_on_commit_callbacks


@pytest.fixture
def office(cast: Cast) -> Client:
    return badged(cast.office)


def badged(account: Any) -> Client:
    """Somebody who came in at noon and looked at the board, so that a snapshot and a badge are there."""
    client = Client()
    with at(0):
        client.force_login(account)
        assert client.get("/").status_code == 200
    assert badges.COOKIE in client.cookies
    return client


def asked(client: Client, path: str = "/", **more: Any) -> tuple[int, int]:
    """What the answer was, and how many questions it put to the database."""
    with CaptureQueriesContext(connection) as questions:
        answer = client.get(path, **more)
    return answer.status_code, len(questions)


@contextmanager
def database_away() -> Iterator[list[str]]:
    """Every question fails, as of a database that is gone; what was asked all the same."""
    tried: list[str] = []

    def refuse(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        tried.append(sql)
        raise OperationalError("database is locked")

    with connection.execute_wrapper(refuse):
        yield tried


class TestWithoutQuestions:
    @pytest.mark.parametrize("path", BOARDS)
    def test_a_board_asks_the_database_nothing(self, office: Client, path: str) -> None:
        with at(30):
            assert asked(office, path) == (200, 0)

    def test_nor_does_a_look_for_news_or_another_language(self, office: Client) -> None:
        with at(30):
            board = snapshot.load()
            assert board is not None
            assert asked(office, f"/board/tiles?v={board['version']}", headers={"HX-Request": "true"}) == (204, 0)
            office.cookies["django_language"] = "en"
            assert asked(office) == (200, 0)

    def test_the_page_is_the_same_as_with_the_database(self, office: Client) -> None:
        with at(30):
            by_badge = office.get("/").content
            del office.cookies[badges.COOKIE]
            by_database = office.get("/").content
        token = by_badge.split(b'name="csrfmiddlewaretoken" value="')
        other = by_database.split(b'name="csrfmiddlewaretoken" value="')
        assert [part[64:] for part in token[1:]] == [part[64:] for part in other[1:]]
        assert "株洲".encode() in by_badge

    def test_a_past_board_is_worked_out_of_the_database(self, office: Client) -> None:
        with at(30):
            status, questions = asked(office, "/?as_of=2026-03-01T00:00")
        assert status == 200
        assert questions > 0

    def test_no_other_page_is_opened_by_it(self, office: Client, cast: Cast) -> None:
        office.cookies["sessionid"] = "x" * 32
        with at(30):
            for path in (*BOARDS, "/log/", "/account/"):
                assert office.get(path).status_code == 302, path


class TestWhoBearsIt:
    def test_it_reaches_as_far_as_the_grants(self, cast: Cast) -> None:
        for account in (cast.office, cast.traffic, cast.editor):
            assert isinstance(account, Account)
            request = Client().get("/help/").wsgi_request
            client = badged(account)
            request.COOKIES = {name: one.value for name, one in client.cookies.items()}
            with at(1):
                badge = badges.read(request)
            assert badge is not None
            for action in ("view", "note", "freeze", "submit"):
                assert sight(badge.account, action, at=NOON) == sight(account, action, at=NOON)
                assert may(badge.account, action, at=NOON) == may(account, action, at=NOON)

    def test_who_may_not_look_is_told_so_with_a_badge_too(self, cast: Cast) -> None:
        client = Client()
        with at(0):
            client.force_login(cast.auditor)  # type: ignore[arg-type]
            assert client.get("/").status_code == 403
        with at(30):
            assert client.get("/").status_code == 403

    def test_a_grant_that_ends_ends_in_the_badge(self, cast: Cast) -> None:
        guest = accounts.open_account("guest", "guest", by=accounts.system())
        accounts.grant(
            guest, "newsroom", unit=None, area=city.the_city(), event=None, starts_at=LONG_AGO, reason="x",
            ends_at=NOON + timedelta(seconds=20), by=accounts.system(),
        )  # fmt: skip
        client = badged(guest)
        with at(10):
            assert client.get("/").status_code == 200
        with at(30):
            assert client.get("/").status_code == 403

    def test_one_with_very_many_grants_gets_none_and_sees_the_board_all_the_same(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(badges, "LONGEST", 100)
        client = Client()
        with at(0):
            client.force_login(cast.office)  # type: ignore[arg-type]
            assert client.get("/").status_code == 200
        assert badges.COOKIE not in client.cookies


class TestHowLong:
    def test_a_closed_account_is_out_at_the_next_request(self, office: Client, cast: Cast, committed: Any) -> None:
        with at(5), committed(execute=True):
            accounts.close_account(cast.office, at=NOON, by=accounts.system())  # type: ignore[arg-type]
        with at(6):
            assert office.get("/").status_code == 302
        assert not office.cookies[badges.COOKIE].value

    def test_so_it_is_while_the_database_is_away(self, office: Client, cast: Cast, committed: Any) -> None:
        with at(5), committed(execute=True):
            accounts.close_account(cast.office, at=NOON, by=accounts.system())  # type: ignore[arg-type]
        with at(6), database_away():
            assert office.get("/").status_code == 503

    def test_a_role_taken_back_is_gone_at_once_and_one_given_is_there(
        self, office: Client, cast: Cast, committed: Any
    ) -> None:
        with at(5), committed(execute=True):
            for grant in cast.office.grants.all():  # type: ignore[attr-defined]
                accounts.revoke(grant, at=NOON + timedelta(seconds=5), reason="x", by=accounts.system())
        with at(6):
            assert office.get("/").status_code == 403
        with at(7), committed(execute=True):
            accounts.grant(
                cast.office, "newsroom", unit=None, area=city.the_city(), event=None, starts_at=LONG_AGO, reason="x",  # type: ignore[arg-type]
                by=accounts.system(),
            )  # fmt: skip
        with at(8):
            assert office.get("/").status_code == 200

    def test_nobody_else_is_asked_of_the_database_for_it(self, office: Client, cast: Cast, committed: Any) -> None:
        with at(5), committed(execute=True):
            accounts.close_account(cast.traffic, at=NOON, by=accounts.system())  # type: ignore[arg-type]
        with at(6):
            assert asked(office) == (200, 0)

    def test_who_was_let_in_again_gets_a_new_badge_and_is_asked_no_more(
        self, office: Client, cast: Cast, committed: Any
    ) -> None:
        with at(5), committed(execute=True):
            voided.void(cast.office.pk)  # type: ignore[attr-defined]
        with at(7):
            assert asked(office)[1] > 0
            assert asked(office) == (200, 0)

    def test_an_act_that_came_to_nothing_voids_nothing(self, office: Client, cast: Cast, committed: Any) -> None:
        with at(5), committed(execute=True), suppress(Refusal), transaction.atomic():
            accounts.close_account(cast.office, at=NOON, by=accounts.system())  # type: ignore[arg-type]
            raise Refusal("nothing")
        with at(6):
            assert asked(office) == (200, 0)

    def test_old_marks_are_tidied_away(self, cast: Cast, committed: Any, tmp_path: Path) -> None:
        for seconds, account in ((0, cast.office), (voided.KEPT + 1, cast.traffic)):
            with at(seconds), committed(execute=True):
                voided.void(account.pk)  # type: ignore[attr-defined]
        assert [one.name for one in (tmp_path / voided.FOLDER).iterdir()] == [cast.traffic.pk.hex]  # type: ignore[attr-defined]

    def test_without_a_mark_the_database_is_asked_again_after_two_minutes(self, office: Client, cast: Cast) -> None:
        cast.office.grants.update(ends_at=NOON + timedelta(seconds=5))  # type: ignore[attr-defined]
        with at(badges.TRUSTED - 1):
            assert office.get("/").status_code == 200
        with at(badges.TRUSTED + 1):
            assert office.get("/").status_code == 403

    def test_signing_out_takes_it_away(self, office: Client) -> None:
        kept = office.cookies[badges.COOKIE].value
        with at(10):
            office.post("/signout/")
        assert not office.cookies[badges.COOKIE].value
        office.cookies[badges.COOKIE] = kept  # a copy is of no use without the session
        with at(20):
            assert office.get("/").status_code == 302

    def test_a_board_left_open_is_looked_after_but_does_not_keep_the_session(self, office: Client) -> None:
        looks = {"HX-Request": "true"}
        for minutes in range(1, 30):
            with at(minutes * 60):
                assert office.get("/board/tiles", headers=looks).status_code == 200
        with at(31 * 60):
            assert office.get("/board/tiles", headers=looks).status_code == 401

    def test_clicks_on_the_board_alone_keep_the_session(self, office: Client) -> None:
        for minutes in range(1, 60):
            with at(minutes * 60):
                office.get("/board/tiles", headers={"HX-Request": "true"})
                assert office.get("/").status_code == 200
        with at(61 * 60):
            assert office.get("/account/").status_code == 200

    @pytest.mark.parametrize("change", ["cut", "other", "salt"])
    def test_an_altered_one_is_none(self, office: Client, change: str) -> None:
        shown = office.cookies[badges.COOKIE].value
        said = signing.loads(shown, salt=badges.SALT)
        wrong = {
            "cut": shown[:-2],
            "other": shown.replace(shown[5], "A" if shown[5] != "A" else "B", 1),
            "salt": signing.dumps(said, salt="another", compress=True),
        }
        office.cookies[badges.COOKIE] = wrong[change]
        with at(30):
            status, questions = asked(office)
        assert status == 200
        assert questions > 0

    def test_one_of_the_future_is_not_believed(self, office: Client) -> None:
        with at(-600):
            assert asked(office)[1] > 0


class TestDatabaseAway:
    def test_an_old_badge_is_believed_while_the_database_is_away(self, office: Client) -> None:
        with at(3600), database_away():
            answer = office.get("/")
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "数据库不可用，显示的是" in page
        assert "Traceback" not in page

    def test_but_not_for_ever(self, office: Client) -> None:
        with at(badges.LASTS + 1), database_away():
            assert office.get("/").status_code == 503

    def test_after_one_try_nothing_is_asked_for_a_moment(self, office: Client) -> None:
        with at(3600), database_away() as tried:
            office.get("/")
            once = len(tried)
            for path in BOARDS:
                assert office.get(path).status_code == 200
            assert len(tried) == once > 0

    def test_an_open_board_is_told_and_told_again_when_it_is_over(
        self, office: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks = {"HX-Request": "true"}
        with at(30):
            board = snapshot.load()
            assert board is not None
            now = f"/board/tiles?v={board['version']}"
            assert office.get(now, headers=looks).status_code == 204
            outage.tell()
            told = office.get(now, headers=looks)
            assert "数据库不可用" in told.content.decode()
            assert office.get(f"{now}a", headers=looks).status_code == 204
            outage.over()
            assert "数据库不可用" not in office.get(f"{now}a", headers=looks).content.decode()

    def test_the_clock_tells_and_takes_it_back(self, office: Client) -> None:
        with database_away(), pytest.raises(OperationalError):
            snapshot.refresh(NOON)
        assert outage.since() is not None
        snapshot.refresh(NOON)
        assert outage.since() is None

    @pytest.mark.parametrize("path", ["/log/", "/account/", "/figures/", "/?as_of=2026-03-01T00:00"])
    def test_other_pages_say_so_and_when_to_come_again(self, office: Client, path: str) -> None:
        with at(3600), database_away():
            answer = office.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")
        assert "没有保存任何内容" in answer.content.decode()

    def test_what_was_to_be_written_is_answered_503(self, office: Client) -> None:
        with at(30), database_away():
            answer = office.post("/log/write/", {"text": "x"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")

    def test_signing_out_works_without_it(self, office: Client) -> None:
        with at(30), database_away():
            assert office.post("/signout/").status_code == 302
        assert not office.cookies[badges.COOKIE].value
        assert not office.cookies["sessionid"].value

    def test_the_sign_in_page_and_the_probe_open(self, db: None) -> None:
        with database_away():
            assert Client().get("/signin/").status_code == 200
            assert Client().get("/healthz").status_code == 200

    def test_a_wrong_question_is_no_outage(self) -> None:
        from django.db import DataError, IntegrityError, ProgrammingError

        assert not any(outage.is_outage(error("x")) for error in (DataError, IntegrityError, ProgrammingError))

"""F24: the database is moved away, locked from outside or refuses; the board goes on with its age, writes are told to wait."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from benchmarks.trust import outage
from benchmarks.trust.house import House
from benchmarks.trust.outage import Answer, Reader, Served
from django.db import connection

pytestmark = pytest.mark.slow
AT_ONCE = 2.0  # seconds within which a board answers, whatever the database does
LOCKED = connection.vendor == "sqlite"


@pytest.fixture
def post(house: House) -> Iterator[Served]:
    with outage.served(house) as made:
        yield made


@pytest.fixture
def gone(house: House, postgres: str) -> Callable[[], AbstractContextManager[None]]:
    return (lambda: outage.refusing(house, postgres)) if postgres else (lambda: outage.moved_away(house))


def until(asked: Callable[[], Answer], right: Callable[[Answer], bool], seconds: float = 30.0) -> Answer:
    """The first answer that is right."""
    began = time.monotonic()
    while True:
        answer = asked()
        if right(answer):
            return answer
        assert time.monotonic() - began < seconds, answer.text[:2000]
        time.sleep(0.2)


def banded(answer: Answer) -> bool:
    return "数据库不可用，显示的是" in answer.text


def test_the_board_goes_on_without_the_database_and_by_itself_with_it(
    post: Served, gone: Callable[[], AbstractContextManager[None]]
) -> None:
    reader = post.reader
    with gone():
        told = until(lambda: reader.get("/"), banded)
        assert told.status == 200
        for path in ("/", "/board/tiles", "/board.json"):
            answer = reader.get(path)
            assert (answer.status, answer.seconds < AT_ONCE) == (200, True)
        for answer in (reader.get("/log/"), reader.post("/log/write/", text="没有库时写的")):
            assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
            assert "Traceback" not in answer.text
        leaver = reader.copy()
        assert leaver.post("/signout/").status == 302
        assert not leaver.cookies["shichen_badge"]
        assert leaver.get("/").status == 302
    until(lambda: reader.get("/"), lambda answer: answer.status == 200 and not banded(answer))
    until(lambda: reader.post("/log/write/", text="库回来后写的"), lambda answer: answer.status == 302)
    page = reader.get("/log/").text
    assert "库回来后写的" in page
    assert "没有库时写的" not in page
    assert "Traceback" not in post.said()


@pytest.mark.skipif(not LOCKED, reason="one file, one lock: the embedded database")
class TestLocked:
    def test_boards_answer_at_once_while_writers_wait_and_are_told_when_to_come_again(
        self, post: Served, house: House
    ) -> None:
        readers = [post.reader.copy() for _ in range(10)]

        def write(reader: Reader) -> Answer:
            return reader.post("/log/write/", text="锁着时写的")

        with outage.locked(house), ThreadPoolExecutor(10) as pool:
            writes = [pool.submit(write, reader) for reader in readers]
            boards = []
            while not all(one.done() for one in writes):
                boards.append(post.reader.get("/"))
                time.sleep(0.1)
        assert {one.status for one in boards} == {200}
        assert max(one.seconds for one in boards) < AT_ONCE
        assert "Traceback" not in post.said()
        answers = [one.result() for one in writes]
        assert {(one.status, one.headers.get("Retry-After")) for one in answers} == {(503, "5")}
        assert max(one.seconds for one in answers) < 20
        until(lambda: post.reader.post("/log/write/", text="锁开后写的"), lambda answer: answer.status == 302)
        page = post.reader.get("/log/").text
        assert "锁开后写的" in page
        assert "锁着时写的" not in page

    def test_pages_are_read_while_it_is_locked(self, post: Served, house: House) -> None:
        with outage.locked(house):
            for path in ("/", "/log/", "/figures/"):
                assert post.reader.get(path).status == 200

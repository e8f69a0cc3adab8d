"""待办数: beside an address of the menu stands how much waits there, for whoever may do it, and never a stale or a past one."""

from __future__ import annotations

import re

import pytest
from django.db import OperationalError
from django.test import Client

from shichen.web import counters
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import bulletin

pytestmark = pytest.mark.django_db
WAITS = re.compile(r'<a href="/bulletins/"[^>]*>[^<]*<b>(\d+)<')


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    counters.forget()


def shown(client: Client, path: str = "/help/") -> str:
    found = WAITS.search(client.get(path).content.decode())
    return found.group(1) if found else ""


def test_how_much_waits(cast: Cast) -> None:
    office = signed_in(cast, "office")
    assert shown(office) == ""
    bulletin("交通组检查车辆12台次。")
    bulletin("交通组检查车辆13台次。")
    counters.forget()
    assert shown(office) == "2"


def test_only_for_who_may_do_it(cast: Cast) -> None:
    bulletin("交通组检查车辆12台次。")
    assert shown(signed_in(cast, "traffic")) == ""


def test_it_is_asked_every_few_seconds_only(cast: Cast) -> None:
    office = signed_in(cast, "office")
    bulletin("交通组检查车辆12台次。")
    assert shown(office) == "1"
    bulletin("交通组检查车辆13台次。")
    assert shown(office) == "1"


def test_a_page_of_the_past_has_none(cast: Cast) -> None:
    bulletin("交通组检查车辆12台次。")
    assert shown(signed_in(cast, "office"), "/log/?as_of=2020-02-02T12:00") == ""


def test_a_page_does_without_where_the_database_does_not_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> int:
        raise OperationalError("away")

    monkeypatch.setitem(counters._COUNTS, "/bulletins/", away)
    assert signed_in(cast, "office").get("/help/").status_code == 200

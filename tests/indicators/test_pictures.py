"""走势图: the line of a figure as a picture of its own, with its title, unit, moment and source, of now and of then."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from shichen.indicators.models import Figure
from tests.conftest import Cast
from tests.made import stated

pytestmark = pytest.mark.django_db
AT = "/figures/supply.masks_received"


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.office)  # type: ignore[arg-type]
    return client


def days(count: int) -> list[Figure]:
    first = date(2020, 2, 1)
    return [stated(100 + n, "只", key="supply.masks_received", day=first + timedelta(days=n)) for n in range(count)]


def said(client: Client, **asked: str) -> list[str]:
    answer = client.get(f"{AT}.svg", asked)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("image/svg+xml")
    return [text.text or "" for text in ElementTree.fromstring(answer.content).iter("{http://www.w3.org/2000/svg}text")]


def test_the_picture_says_what_it_is_of_in_what_unit_as_of_when_and_from_whom(office: Client) -> None:
    made = days(4)
    words = " ".join(said(office))
    for one in ("株洲市", "单位：只", "截至 2020-", made[0].reporter.name, "2月1日", "2月4日", "台账所存，逐日"):
        assert one in words
    page = office.get(f"{AT}/").content.decode()
    assert f'href="{AT}.svg' in page
    assert f'href="{AT}.png' in page


def test_as_of_a_moment_it_ends_with_what_was_known(office: Client) -> None:
    days(3)
    then = timezone.now().isoformat()
    stated(999, "只", key="supply.masks_received", day=date(2020, 2, 9))
    assert "2月9日" in said(office)
    assert "2月9日" not in said(office, as_of=then)
    assert "2月3日" in said(office, as_of=then)


def test_in_english(office: Client) -> None:
    days(3)
    office.cookies["django_language"] = "en"
    words = " ".join(said(office))
    assert "Unit: " in words
    assert "Source: " in words
    assert "单位" not in words


def test_as_png(office: Client) -> None:
    days(3)
    answer = office.get(f"{AT}.png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")


def test_too_few_values_are_no_picture(office: Client) -> None:
    days(2)
    assert office.get(f"{AT}.svg").status_code == 409
    assert f"{AT}.svg" not in office.get(f"{AT}/").content.decode()

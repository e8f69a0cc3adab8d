"""The square code at the foot of a print: it leads to what the page said, and nowhere else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shichen.city import maps
from shichen.documents.codes import square
from shichen.web import context
from tests.conftest import Cast
from tests.web.test_shell import entered


def test_a_page_has_the_code_of_its_lasting_address(cast: Cast, client: Client) -> None:
    page = entered(cast.office, client).get("/log/", {"as_of": "2020-02-02T12:00", "q": "值守"}).content.decode()
    found = re.search(r'<img class="only-print" src="([^"]+)"[^>]*loading="lazy">', page)
    assert found
    answer = client.get(found[1].replace("&amp;", "&"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml; charset=utf-8"
    lasting = "http://testserver/log/?as_of=2020-02-02T12:00&q=%E5%80%BC%E5%AE%88"
    assert answer.content.decode() == square(lasting)
    assert f'class="only-print">{lasting.replace("&", "&amp;")}</span>' in page


def test_the_print_says_who_printed_it(cast: Cast, client: Client) -> None:
    page = entered(cast.office, client).get("/help/").content.decode()
    assert re.search(r'<span class="only-print">打印 office ', page)
    assert "打印" not in Client().get("/signin/").content.decode()


@pytest.mark.parametrize(
    "to",
    [
        "",
        "log/",
        "https://example.invalid/",
        "//example.invalid/",
        "/\\example.invalid",
        "javascript:alert(1)",
        "/" + "a" * 1000,
    ],
)
def test_the_code_leads_to_no_other_place(db: None, to: str) -> None:
    answer = Client().get("/code.svg", {"to": to})
    assert answer.status_code == 400
    assert "二维码只指向本指挥部的网页" in answer.content.decode()


def test_the_review_number_of_the_map_stands_in_the_foot(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = maps.Outlines("GS(2020)0000号", "a file", "digest", (1, 1), {})
    assert "审图号" not in entered(cast.office, client).get("/help/").content.decode()
    monkeypatch.setattr(context.maps, "load", lambda home: found)
    assert "GS(2020)0000号" in client.get("/help/").content.decode()

"""Siblings of the lists of work (下载): the same rows as a sheet, as JSON, and what the columns mean, led to from the foot."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import pytest
from django.test import Client

from shichen.reconciliation.models import Comparison
from tests.conftest import Cast
from tests.made import bulletin, post, tally

pytestmark = pytest.mark.django_db
LISTS = ("/releases", "/decisions", "/jobs", "/envelopes", "/disagreements/agreeing")
ENDINGS = ("csv", "xlsx", "json", "metadata.json")


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(cast.office)  # type: ignore[arg-type]
    return client


@pytest.mark.parametrize("base", LISTS)
def test_every_list_leads_to_its_siblings_and_each_answers(office: Client, base: str) -> None:
    page = office.get(f"{base}/").content.decode()
    for ending in ENDINGS:
        assert f'href="{base}.{ending}" data-sibling' in page
        answer = office.get(f"{base}.{ending}")
        assert answer.status_code == 200
        if ending == "xlsx":
            assert ZipFile(io.BytesIO(answer.content)).testzip() is None


@pytest.mark.parametrize("base", LISTS)
def test_the_sheet_has_the_columns_that_its_description_names(office: Client, base: str) -> None:
    about = office.get(f"{base}.metadata.json").json()
    heads = next(csv.reader(io.StringIO(office.get(f"{base}.csv").content.decode("utf-8-sig"))))
    assert heads == [one["title"] for one in about["columns"]]
    assert about["siblings"]["csv"] == f"{base}.csv"
    assert about["definition"]


def test_the_file_holds_the_rows_of_the_page_as_it_was_filtered(office: Client) -> None:
    post("Z01", "traffic", gate="north")
    tally("Z01")
    bulletin("交通运输安全组报告，当天投入应急公交车68台。", unit="traffic-safety-group")
    every = office.get("/envelopes.json").json()["envelopes"]
    some = office.get("/envelopes.json", {"kind": "bulletin"}).json()["envelopes"]
    assert {one["kind"] for one in every} >= {"bulletin"}
    assert [one["kind"] for one in some] == ["bulletin"]
    rows = list(csv.DictReader(io.StringIO(office.get("/envelopes.csv?kind=bulletin").content.decode("utf-8-sig"))))
    assert [row["受理号"] for row in rows] == [str(some[0]["number"])]
    assert "应急公交车" not in office.get("/envelopes.csv").content.decode("utf-8-sig")
    page = office.get("/envelopes/", {"kind": "bulletin"}).content.decode()
    assert 'href="/envelopes.csv?kind=bulletin" data-sibling' in page


def test_what_agrees_by_its_family(office: Client) -> None:
    for family, title in (("part", "相符甲"), ("unit", "相符乙")):
        said = {"key": family, "check_name": "a", "rule": "a", "matter": "a", "signature": "a"}
        Comparison.objects.create(family=family, title=title, sides=[], ok=True, weight=1, **said)
    sheet = office.get("/disagreements/agreeing.csv", {"family": "part"}).content.decode("utf-8-sig")
    assert "相符甲" in sheet
    assert "相符乙" not in sheet

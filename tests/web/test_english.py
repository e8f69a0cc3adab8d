"""The interface in English: what is declared in Chinese (fields, registers, states, roles) is read in English."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shichen.registers.checkpoints.models import Tally
from tests.conftest import Cast
from tests.made import bulletin, deliver, post, tally, tally_row
from tests.registers.cases import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast: Cast) -> Client:
    client: Client = signed_in(cast, "office")
    client.cookies["django_language"] = "en"
    return client


def words(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main")]).split())


def test_a_register_has_its_name_its_columns_and_its_filters(office: Client) -> None:
    post("Z01")
    tally("Z01")
    assert "Shift tallies how many vehicles and persons each post checked in each shift" in words(office, "/registers/")
    page = words(office, "/registers/tallies/")
    assert "Checkpoint Shift Vehicles Persons Turned back Referred" in page
    assert "Network all epidemic watch posts" in page


def test_a_record_and_its_correction_name_the_fields(office: Client) -> None:
    post("Z01")
    one: Tally = tally("Z01")
    record = words(office, f"/registers/tallies/{one.pk}/")
    assert "Vehicles from a source area 0" in record
    assert "Area Tianyuan" in record
    correction = words(office, f"/registers/tallies/{one.pk}/correct/")
    assert "Staff on duty" in correction
    assert "What it rests on, such as" in correction


def test_a_form_names_its_fields_its_shifts_and_what_it_is_for(office: Client) -> None:
    post("Z01")
    page = words(office, "/report/checkpoint_tally/")
    assert "Every vehicle is checked, every person tested" in page
    assert "Today 0–8 h" in page
    assert "Persons from a source area" in page
    assert "Choose Z01" in page


def test_states_doors_and_outcomes_of_reports(office: Client) -> None:
    post("Z01")
    deliver("checkpoint_tally", tally_row("Z01", shift_end="2020-02-01T00:00:00+08:00"))
    page = words(office, "/envelopes/")
    assert "Setting up a checkpoint API" in page
    assert "entered 1 rows read, 1 entered" in page
    assert "to mend" in page


def test_what_a_reviewer_does_is_a_verb_and_what_was_done_is_not(office: Client) -> None:
    receipt = bulletin("交通运输安全组：2月2日共检查车辆1200台次。")
    address = f"/bulletins/{receipt.envelope.id}/"
    buttons = re.findall(r'<button[^>]*value="(\w+)"[^>]*>([^<]*)<', office.get(address).content.decode())
    assert ("accept", "Accept") in buttons
    assert ("reject", "Reject") in buttons
    form = re.search(r'action="(/bulletins/[^"]+/figures/[^"]+)"', office.get(address).content.decode())
    assert form is not None
    office.post(form.group(1), {"act": "accept", "version": "1"})
    assert '<span class="pill is-ok">Accepted</span>' in office.get(address).content.decode()


def test_who_may_not_is_told_who_may(cast: Cast) -> None:
    client: Client = signed_in(cast, "auditor")
    client.cookies["django_language"] = "en"
    answer = client.get("/report/")
    assert answer.status_code == 403
    said = answer.content.decode()
    assert "Your role may not report here; the roles that may: checkpoint, reporter, head of a unit, the Office" in said


def test_an_exported_sheet_has_english_headings_and_comes_in_again(office: Client, cast: Cast) -> None:
    post("Z01")
    tally("Z01")
    sheet = office.get("/registers/tallies.csv").content.decode("utf-8-sig")
    assert sheet.startswith("Checkpoint,Network,Shift from,Shift to,Vehicles,")
    again = deliver("checkpoint_tally", sheet.encode(), media_type="text/csv", filename="tallies.csv")
    assert (again.envelope.read, again.envelope.duplicate, again.envelope.taken) == (1, 1, 0)


def test_chinese_stays_chinese(cast: Cast) -> None:
    post("Z01")
    client: Client = signed_in(cast, "office")
    page = client.get("/registers/posts/").content.decode()
    assert "卡点" in page
    assert 'lang="zh-Hans"' not in page

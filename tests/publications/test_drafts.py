"""起草: the text that the records give, what is missing, and its way into the log."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from shichen.indicators.models import Figure, Use
from shichen.intake.models import Obligation
from shichen.journal.models import Entry
from shichen.prose.reader import read
from shichen.prose.tables import Tables
from shichen.publications.rules import Form, rules
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import DAY, count, post, tally

pytestmark = pytest.mark.django_db
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


@pytest.fixture
def reported(cast: Cast) -> None:
    """The city and two districts that make it up, over two days; of a third only what is new."""
    for day, whole, parts in ((BEFORE, 3, (2, 1)), (DAY, 4, (3, 1))):
        count(day, confirmed_cum=whole, confirmed_new=1)
        for place, number in zip(("天元区", "荷塘区"), parts, strict=True):
            count(day, place, confirmed_cum=number)


def draft(client: Client, **asked: str) -> Any:
    return client.get("/drafts.json", {"form": "case_bulletin", "on": str(DAY), **asked}).json()


def test_the_day_and_all_so_far_with_the_districts_that_add_up(office: Client, reported: None) -> None:
    said = draft(office)
    assert said["text"] == (
        "2020年2月2日0—24时，全市新增确诊病例1例。截至2020年2月2日24时，全市累计确诊病例4例（荷塘区1例、天元区3例）。"
    )
    assert [said["text"][one["start"] : one["end"]] for one in said["numbers"]] == ["1例", "4例", "1例", "3例"]
    assert "contacts.traced" in said["missing"]


def test_every_number_leads_to_what_it_rests_on(office: Client, reported: None) -> None:
    for one in draft(office)["numbers"]:
        page = office.get(one["href"], follow=True)
        assert page.status_code == 200
        assert f">{int(Decimal(one['value']))}" in page.content.decode().replace("</a>", "")


def test_districts_that_do_not_add_up_are_left_out(office: Client, reported: None) -> None:
    count(DAY, "石峰区", confirmed_cum=2)
    assert "（" not in draft(office)["text"]


def test_what_is_written_reads_back_as_the_same_figures(office: Client, reported: None) -> None:
    said = draft(office)
    figures = read(said["text"], Tables.default(), kind="case_bulletin", covers=DAY).figures
    assert [(one.indicator, int(one.value)) for one in figures] == [
        (one["key"], int(Decimal(one["value"]))) for one in said["numbers"]
    ]


def test_into_the_log_with_every_number_bound(office: Client, reported: None) -> None:
    text = draft(office)["text"]
    answer = office.post("/drafts/record/", {"form": "case_bulletin", "on": str(DAY), "seen": text})
    assert answer.status_code == 302
    entry = Entry.objects.get(text=text)
    uses = list(Use.objects.filter(entry=entry).select_related("figure").order_by("start"))
    assert [(entry.text[one.start : one.end], one.figure.basis) for one in uses] == [
        ("1例", "computed"),
        ("4例", "computed"),
        ("1例", "computed"),
        ("3例", "computed"),
    ]
    assert {one.figure.area.name for one in uses} == {"株洲市", "荷塘区", "天元区"}


def test_a_text_that_changed_since_it_was_seen_is_shown_again(office: Client, reported: None) -> None:
    text = draft(office)["text"]
    count(DAY, "醴陵市", confirmed_cum=1)  # with it the districts no longer add up
    before = Figure.objects.count()
    answer = office.post("/drafts/record/", {"form": "case_bulletin", "on": str(DAY), "seen": text})
    assert answer.status_code == 409
    assert "请再看一遍" in answer.content.decode()
    assert Figure.objects.count() == before


def test_a_day_without_reports_says_so(office: Client) -> None:
    page = office.get("/drafts/", {"on": "2020-01-02"}).content.decode()
    assert "这一天没有可写的数字" in page
    assert "记入日志" not in page
    answer = office.post("/drafts/record/", {"form": "case_bulletin", "on": "2020-01-02", "seen": ""})
    assert answer.status_code == 409


@pytest.mark.parametrize("asked", [{"form": "nothing"}, {"on": "2020-13-01"}, {"on": "yesterday"}])
def test_what_there_is_not(office: Client, asked: dict[str, str]) -> None:
    assert office.get("/drafts/", asked).status_code == 404


def test_as_it_stood(office: Client, reported: None) -> None:
    assert draft(office, as_of="2020-01-02T00:00+08:00")["text"] == ""


def test_as_a_file(office: Client, reported: None) -> None:
    answer = office.get("/drafts.txt", {"form": "case_bulletin", "on": str(DAY)})
    assert answer.content.decode() == draft(office)["text"] + "\n"


def test_a_form_with_a_figure_nobody_knows_is_refused_with_its_name() -> None:
    from shichen.publications.rules import _form

    with pytest.raises(ValueError, match=r"writing\.own.*no\.such"):
        _form("own", {"name": "自定", "keys": ["no.such"], "by_area": False})


def test_the_forms_of_the_house() -> None:
    assert [one.key for one in rules().forms] == ["case_bulletin", "group_entries", "situation", "checkpoints"]
    assert isinstance(rules().form("case_bulletin"), Form)


@pytest.fixture
def shift(cast: Cast) -> None:
    post("Z01")
    tally("Z01", (0, 8), vehicles=120, persons=300)


def test_each_group_says_what_it_owes_in_its_own_name(office: Client, reported: None, shift: None) -> None:
    page = office.get("/drafts/", {"form": "group_entries", "on": str(DAY)}).content.decode()
    texts = re.findall(r'name="seen" value="([^"]+)"', page)
    assert [text for text in texts if text.startswith("交通运输安全组全天共检查车辆120台次，排查人员300人次")]
    assert [text for text in texts if text.startswith("疫情防控组全天共新增确诊病例1例")]
    assert office.post("/drafts/record/", _asked("group_entries", texts[0])).status_code == 302
    entry = Entry.objects.get(text=texts[0])
    assert texts[0].startswith(entry.unit.name)
    assert Use.objects.filter(entry=entry).exists()


def test_nobody_speaks_for_another_group(cast: Cast, reported: None, shift: None) -> None:
    traffic = signed_in(cast, "traffic")
    page = traffic.get("/drafts/", {"form": "group_entries", "on": str(DAY)}).content.decode()
    assert "疫情防控组全天共" not in re.findall(r'name="seen" value="([^"]+)"', page)
    page = signed_in(cast, "office").get("/drafts/", {"form": "group_entries", "on": str(DAY)}).content.decode()
    others = next(text for text in re.findall(r'name="seen" value="([^"]+)"', page) if text.startswith("疫情防控组"))
    before = Entry.objects.count()
    assert traffic.post("/drafts/record/", _asked("group_entries", others)).status_code == 409
    assert Entry.objects.count() == before


def test_a_summary_has_headings_and_goes_into_the_log_as_one(office: Client, reported: None, shift: None) -> None:
    text = draft(office, form="situation")["text"]
    assert text.startswith("一、疫情。2020年2月2日0—24时，全市新增确诊病例1例。")
    assert "\n二、卡口查控。2020年2月2日0—24时，全市检查车辆120台次，排查人员300人次，" in text
    sent = _asked("situation", text.replace("\n", "\r\n"))  # as a browser sends it
    assert office.post("/drafts/record/", sent).status_code == 302
    entry = Entry.objects.get(text=text)
    for use in Use.objects.filter(entry=entry).select_related("figure"):
        assert entry.text[use.start : use.end].startswith(str(int(use.figure.value or 0)))


def test_numbers_of_several_texts_stand_where_the_file_prints_them(office: Client, reported: None, shift: None) -> None:
    said = draft(office, form="group_entries")
    assert len(said["text"].splitlines()) > 1
    for one in said["numbers"]:
        assert said["text"][one["start"] : one["end"]].startswith(str(int(Decimal(one["value"]))))


def test_a_city_whose_groups_owe_nothing_is_told_so(office: Client) -> None:
    Obligation.objects.all().delete()
    answer = office.get("/drafts/", {"form": "group_entries", "on": str(DAY)})
    assert answer.status_code == 400
    assert "没有工作组应报的数" in answer.content.decode()


def _asked(form: str, seen: str) -> dict[str, str]:
    return {"form": form, "on": str(DAY), "seen": html.unescape(seen)}

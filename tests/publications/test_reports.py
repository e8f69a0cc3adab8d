"""Reports of analyses: they write themselves, lead back to runs and ledger, are issued by a second person and then stay."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from docx import Document
from pypdf import PdfReader

from shichen.analysis.runs.models import Run, Signature
from shichen.city import queries as city
from shichen.city import services
from shichen.city.models import Body
from shichen.indicators.models import Figure
from shichen.publications.models import Report, ReportFile
from shichen.publications.reports import composing
from tests.analysis import made_runs
from tests.board.conftest import signed_in
from tests.conftest import LONG_AGO, Cast
from tests.epi.zhuzhou import CASES

pytestmark = pytest.mark.django_db
UNTIL = {"until": "2100-01-01T00:00"}


@pytest.fixture
def analyst(cast: Cast) -> Client:
    expert = services.open_account("expert", "expert", by=services.system())
    services.grant(
        expert,
        "cdc",
        unit=Body.objects.get(code="expert-group"),
        area=city.the_city(),
        event=city.the_event(),
        starts_at=LONG_AGO,
        reason="test",
        by=services.system(),
    )
    return signed_in(expert)


@pytest.fixture
def drafted(analyst: Client) -> Report:
    made_runs.profile()
    made_runs.counts(CASES[:24])
    made_runs.made()
    answer = analyst.post("/analysis/reports/draft/", UNTIL)
    assert answer.status_code == 302, answer.content.decode()
    return Report.objects.get()


def issued(report: Report, office: Client) -> Any:
    seen = office.get(f"/analysis/reports/{report.pk}/").context["seen"]
    return office.post(f"/analysis/reports/{report.pk}/issue/", {"seen": seen})


def test_it_writes_itself_and_every_statement_leads_back(drafted: Report, analyst: Client) -> None:
    text = analyst.get(f"/analysis/reports/{drafted.pk}/").content.decode()
    runs = Run.objects.filter(pk__in=composing.runs_of(drafted.content))
    assert {one.method for one in runs} >= {"curve", "rt", "growth", "forecast"}
    for run in runs:
        assert f"/analysis/runs/{run.pk}/" in text
    pieces = [
        piece for part in drafted.content["zh"][0]["parts"] for piece in part.get("pieces", ()) if "figure" in piece
    ]
    assert "新增确诊病例" in text
    for piece in pieces:
        figure = Figure.objects.get(pk=piece["figure"])
        assert str(figure.value.normalize() if figure.value is not None else "") in piece["text"]
        assert f"/figures/{figure.pk}/" in text
    total = next(piece for piece in pieces if Figure.objects.get(pk=piece["figure"]).key == "cases.confirmed_cum")
    assert str(int(sum(CASES[:24]))) in total["text"]


def test_the_same_data_are_the_same_report(drafted: Report, analyst: Client) -> None:
    analyst.post("/analysis/reports/draft/", UNTIL)
    assert Report.objects.count() == 1


def test_without_analyses_it_says_what_to_do(analyst: Client) -> None:
    answer = analyst.post("/analysis/reports/draft/", UNTIL)
    assert (answer.status_code, "还没有疫情曲线的分析" in answer.content.decode()) == (422, True)
    assert not Report.objects.exists()


def test_a_second_person_issues_it_with_the_next_number_and_signs_its_runs(
    drafted: Report, analyst: Client, cast: Cast
) -> None:
    office = signed_in(cast.office)
    assert analyst.post(f"/analysis/reports/{drafted.pk}/issue/", {"seen": "x"}).status_code == 403
    stale = office.get(f"/analysis/reports/{drafted.pk}/").context["seen"]
    analyst.post(f"/analysis/reports/{drafted.pk}/word/", {"opinion": "疫情处于平台期，仍须严防输入。"})
    refused = office.post(f"/analysis/reports/{drafted.pk}/issue/", {"seen": stale})
    assert (refused.status_code, Report.objects.get().serial) == (422, None)
    assert issued(drafted, office).status_code == 302
    drafted.refresh_from_db()
    assert (drafted.state, drafted.serial) == ("issued", 1)
    told = Run.objects.filter(pk__in=composing.runs_of(drafted.content), state=Run.State.DONE)
    assert Signature.objects.filter(run__in=told).count() == told.count()
    again = analyst.post(f"/analysis/reports/{drafted.pk}/word/", {"opinion": "改"})
    assert (again.status_code, Report.objects.get().opinion[:2]) == (422, "疫情")


def test_what_was_issued_stays_in_the_database_too(drafted: Report, cast: Cast) -> None:
    issued(drafted, signed_in(cast.office))
    for change in ({"opinion": "另一种看法"}, {"content": {}}, {"serial": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Report.objects.filter(pk=drafted.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportFile.objects.filter(report=drafted).update(data=b"")
    taken = signed_in(cast.office).post(f"/analysis/reports/{drafted.pk}/withdraw/", {"reason": "数据有误"})
    drafted.refresh_from_db()
    assert (taken.status_code, drafted.state, drafted.serial) == (302, "withdrawn", 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_paper_and_word_say_what_the_page_says(drafted: Report, cast: Cast, language: str) -> None:
    office = signed_in(cast.office)
    issued(drafted, office)
    office.cookies["django_language"] = language
    pdf = office.get(f"/analysis/reports/{drafted.pk}.pdf")
    printed = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    word = Document(io.BytesIO(office.get(f"/analysis/reports/{drafted.pk}.docx").content))
    written = "\n".join(one.text for one in word.paragraphs)
    for section in drafted.content["en" if language == "en" else "zh"]:
        assert section["title"] in written
        for part in section["parts"]:
            if part["kind"] == "said":
                said = composing.text_of(part)
                assert said.split("（第")[0].split(" (")[0][:40] in written
                assert "".join(said.split())[:12] in "".join(printed.split())
    assert len(word.inline_shapes) == sum(
        part["kind"] == "picture" for section in drafted.content["zh"] for part in section["parts"]
    )
    assert pdf.content == office.get(f"/analysis/reports/{drafted.pk}.pdf").content


def test_others_read_what_was_issued_and_no_draft(drafted: Report, cast: Cast) -> None:
    reader, address = signed_in(cast.traffic), f"/analysis/reports/{drafted.pk}/"
    assert reader.get(address).status_code == 404
    assert reader.get(address[:-1] + ".pdf").status_code == 404
    assert drafted.digest not in reader.get("/analysis/reports.json").content.decode()
    issued(drafted, signed_in(cast.office))
    assert reader.get(address).status_code == 200
    assert drafted.digest in reader.get("/analysis/reports.json").content.decode()
    assert reader.post("/analysis/reports/draft/", UNTIL).status_code == 403

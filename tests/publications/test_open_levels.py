"""Risk levels for the public: only what is signed, with rule, version, inputs and day; by two persons; never more of a small number than that it is small."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from shichen import watches
from shichen.analysis.risk import asking
from shichen.analysis.risk.models import Assessment
from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.disclosure import queries
from shichen.disclosure.facts import Region
from shichen.disclosure.models import Clearance, OpenTable
from shichen.disclosure.policy import policy
from shichen.publications.portal import folder, leveled, levels, tables
from shichen.refusal import Refusal
from tests.analysis import made_risk, made_runs
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.made import area, count

pytestmark = pytest.mark.django_db
DAY = date(2020, 2, 20)
NOON = watches.clock(DAY, 12)
QUIET = [5, 5, 5, *[0] * 25]
"""New cases of the city from 23 January to 19 February: none in the last fourteen days."""
SHARED = {"city": "株洲市", "city_en": "Zhuzhou"}


@pytest.fixture
def noon(cast: Cast) -> Iterator[Cast]:
    """At noon of 20 February, by the rule of that February."""
    with acting("test", moment=NOON - timedelta(hours=2)):
        made_risk.rule()
    with acting("test", moment=NOON):
        yield cast


def signed(cast: Cast, *places: str, at: datetime = NOON) -> list[Assessment]:
    made = [made_risk.made(place, at) for place in places]
    for one in made:
        assert one is not None
        asking.sign(one, "", by=cast.office)  # type: ignore[arg-type]
    return [one for one in made if one is not None]


def busy(new: int = 9) -> None:
    """A city with cases on the last day, one of whose areas had two of them since the 5th."""
    made_runs.counts([*QUIET[:-1], new])
    count(date(2020, 2, 5), "天元区", confirmed_cum=1)
    count(date(2020, 2, 19), "天元区", confirmed_cum=3)


def released(cast: Cast) -> OpenTable:
    return levels.release(levels.propose(DAY, by=cast.editor), by=cast.office)  # type: ignore[arg-type]


def told(value: int, first: date, last: date) -> None:
    """What the public was told of the city's new cases: a table that went out."""
    region = Region(tables.NEW, city.the_city().path, watches.clock(first, 0), watches.clock(last, 24))
    cell = {"region": region.said(), "value": value, "mark": "", "area": "株洲市", "measure": tables.NEW}
    one, two = (accounts.open_account(name, name, by=accounts.system()) for name in ("ti", "qian"))
    OpenTable.objects.create(
        name=tables.NAME,
        until=last,
        content={"cells": [cell]},
        digest="x",
        state=OpenTable.State.SIGNED,
        proposed_at=NOON,
        proposed_by=one,
        decided_at=NOON,
        decided_by=two,
    )


def test_what_is_signed_goes_out_with_day_rule_version_and_inputs_in_both_languages(noon: Cast) -> None:
    busy()
    whole, part = signed(noon, "株洲市", "天元区")
    table = released(noon)
    made = leveled.files(SHARED)
    chinese, english = (made[f"{one}risk/index.html"].decode() for one in ("", "en/"))
    for page in (chinese, english):
        assert "<td>2020-02-19</td><td>2020-03-03</td><td>v2020-02 <small><code>" in page
        assert whole.inputs_digest[:12] in page
        assert whole.inputs["rules"][0]["digest"][:16] in page
        assert table.digest[:16] in page
    assert '<th scope="row">天元区</th><td><b class="level is-medium">中</b>' in chinese
    assert '<b class="level is-medium">medium</b>' in english
    data = json.loads(made["risk/risk_levels.json"])
    assert {row["code"]: (row["level"], row["version"], row["inputs"]) for row in data["rows"]} == {
        one.area_id: ("medium", one.inputs["rules"][0]["digest"], one.inputs_digest) for one in (whole, part)
    }
    rows = list(csv.DictReader(io.StringIO(made["risk/risk_levels.csv"].decode("utf-8-sig"))))
    assert [row["作准到"] for row in rows] == ["2020-03-03", "2020-03-03"]
    assert Clearance.objects.get(document=table.pk).href == f"/decisions/tables/{table.pk}/"


def test_a_draft_or_a_lapsed_level_does_not_go_out(noon: Cast) -> None:
    busy()
    made_risk.made("株洲市", NOON)
    with pytest.raises(Refusal, match="没有签发而未过期"):
        levels.propose(DAY, by=noon.editor)  # type: ignore[arg-type]
    signed(noon, "天元区")
    with acting("test", moment=NOON + timedelta(days=13)):
        assert levels.draft(DAY + timedelta(days=12))["rows"]
        with pytest.raises(Refusal, match="没有签发而未过期"):
            levels.draft(DAY + timedelta(days=13))
    assert "还没有公布过" in leveled.files(SHARED)["risk/index.html"].decode()


def test_a_level_that_has_lapsed_on_the_page_does_not_look_current_and_the_page_is_written_anew(noon: Cast) -> None:
    busy()
    signed(noon, "株洲市")
    released(noon)
    last = watches.clock(date(2020, 3, 3), 12)
    before, after = levels.lapsing(last), levels.lapsing(last + timedelta(days=1))
    assert (before, after) == ("", city.the_city().pk)
    with acting("test", moment=last):
        assert "is-medium" in leveled.files(SHARED)["risk/index.html"].decode()
    with acting("test", moment=last + timedelta(days=1)):
        page = leveled.files(SHARED)["risk/index.html"].decode()
    assert '<b class="level is-open">已过期</b>' in page
    assert "is-medium" not in page


def test_one_person_alone_lets_nothing_out_nor_what_changed_since(noon: Cast) -> None:
    busy()
    signed(noon, "株洲市")
    one = levels.propose(DAY, by=noon.office)  # type: ignore[arg-type]
    with pytest.raises(Refusal):
        levels.release(one, by=noon.office)  # type: ignore[arg-type]
    asking.override(city.the_city(), "high", DAY, None, "省里要求", by=noon.office)  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="等级又变了"):
        levels.release(one, by=noon.editor)  # type: ignore[arg-type]
    assert not levels.current()


def test_what_the_office_set_goes_out_without_what_was_worked_out(noon: Cast) -> None:
    busy()
    signed(noon, "天元区")
    asking.override(area("天元区"), "high", DAY, None, "省里要求", by=noon.office)  # type: ignore[arg-type]
    (row,) = levels.draft(DAY)["rows"]
    assert (row["level"], row["set"], row["rule"], row["inputs"]) == ("high", True, "", "")
    assert not levels.draft(DAY)["some"]
    released(noon)
    assert "办公室调整" in leveled.files(SHARED)["risk/index.html"].decode()


def test_low_tells_that_there_was_none_and_so_stands_among_what_was_told(noon: Cast) -> None:
    made_runs.counts(QUIET)
    signed(noon, "株洲市", "天元区")
    released(noon)
    facts = {(one.place, one.value) for one in queries.told_facts(policy())}
    assert facts == {("株洲市", 0), ("天元区", 0)}


def test_a_level_that_would_say_how_many_beside_what_was_told_is_refused(noon: Cast) -> None:
    busy(2)
    signed(noon, "天元区")
    told(2, date(2020, 2, 6), date(2020, 2, 19))
    with pytest.raises(Refusal, match="天元区2020-02-06至2020-02-19最多2例"):
        levels.propose(DAY, by=noon.editor)  # type: ignore[arg-type]


def test_by_the_pages_it_is_put_up_seen_signed_written_and_taken_back(noon: Cast) -> None:
    busy()
    signed(noon, "株洲市")
    editor, office = signed_in(noon.editor), signed_in(noon.office)
    asked = {"until": DAY.isoformat(), "name": levels.NAME}
    assert office.post("/decisions/tables/propose/", asked).status_code == 403
    assert editor.post("/decisions/tables/propose/", {**asked, "name": "x"}).status_code == 422
    answer = editor.post("/decisions/tables/propose/", asked)
    assert answer.status_code == 302, answer.content.decode()
    at = answer["Location"]
    assert '<b class="level is-medium">中</b>' in office.get(at).content.decode()
    assert "风险等级 2020-02-20" in office.get("/decisions/tables/").content.decode()
    assert office.post(f"{at}sign/").status_code == 302
    folder.refresh(NOON)
    assert "is-medium" in office.get("/open/risk/").content.decode()
    assert "risk/index.html" in office.get("/open/").content.decode()
    assert office.post(f"{at}withdraw/", {"note": "规则有误"}).status_code == 302
    folder.refresh(NOON)
    page = office.get("/open/risk/").content.decode()
    assert "规则有误" in page
    assert "is-medium" not in page

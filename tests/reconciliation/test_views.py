"""核对台的网页: a list to decide from, both sides' evidence, the acts with their reasons, what agrees, and the files."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import cast as typed

import pytest
from django.test import Client

from shichen.audit.models import Trail
from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.reconciliation import running, services
from shichen.reconciliation.models import Comparison, Disagreement, Settlement
from shichen.registers.checkpoints import services as checkpoints
from shichen.web import clock
from tests.conftest import Cast
from tests.made import NOON, body, post, stated, tally
from tests.reconciliation.made import item
from tests.reconciliation.test_standing import frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, cast: Cast) -> Client:
    client.force_login(typed(Account, cast.office))
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def pile(html: str) -> str:
    return html.split('<ol class="pile">')[1].split("</ol>")[0]


class TestTheList:
    def test_the_open_ones_come_first_and_are_narrowed(self, office: Client) -> None:
        item()
        item(title="两网并立", family="overlap", state="explained", reason="口径不同")
        assert "两网并立" not in pile(page(office, "/disagreements/"))
        assert "口径不同" in pile(page(office, "/disagreements/?state=all&family=overlap"))
        assert "大于" not in pile(page(office, "/disagreements/?state=all&family=overlap"))
        assert "两网并立" in pile(page(office, "/disagreements/?state=all&q=口径"))
        assert "筛选没有结果" in pile(page(office, "/disagreements/?family=overlap"))

    def test_ones_own_and_a_units_are_found(self, office: Client, cast: Cast) -> None:
        item(title="我的", assignee=typed(Account, cast.office))
        item(title="交通的", owner=body("traffic-safety-group"))
        assert "交通的" not in pile(page(office, "/disagreements/?mine=1"))
        assert "我的" not in pile(page(office, "/disagreements/?owner=traffic-safety-group"))
        assert pile(page(office, "/disagreements/")).index("我的") < pile(page(office, "/disagreements/")).index(
            "交通的"
        )

    @pytest.mark.parametrize(
        "asked", ["state=nothing", "page=99", "family=%00", "owner=%00", "q=%00", "q=" + "x" * 500, "owner=nobody"]
    )
    def test_what_is_none_of_its_answers_asks_for_nothing(self, office: Client, asked: str) -> None:
        item()
        page(office, f"/disagreements/?{asked}")

    def test_a_unit_sees_its_own_and_the_office_all(self, client: Client, cast: Cast, office: Client) -> None:
        own = item(owner=body("traffic-safety-group"), title="交通的")
        other = item(title="无主的")
        assert "无主的" in page(office, "/disagreements/")
        client.force_login(typed(Account, cast.traffic))
        assert "无主的" not in page(client, "/disagreements/")
        assert "由办公室处理" in page(client, f"/disagreements/{own.pk}/")
        page(client, f"/disagreements/{other.pk}/", 404)
        for act in ("settle", "assign", "take", "reopen"):
            assert client.post(f"/disagreements/{own.pk}/{act}/", {"reason": "x"}).status_code == 403

    def test_how_it_stands_is_counted_by_family(self, office: Client) -> None:
        stated(68, "台", key="transport.emergency_buses")
        stated(18, "台", key="transport.hospital_buses")
        stated(51, "台", key="transport.standby_buses")
        stated(5, "人", key="hotel.designated_guests")
        stated(9, "人", key="hotel.hubei_guests")
        running.run(NOON)
        html = page(office, "/disagreements/")
        assert "上一轮" in html
        assert "分项与合计" in html
        assert "入住定点宾馆人数5人" in page(office, "/disagreements/agreeing/?family=part")
        (agreed,) = [
            row for row in office.get("/disagreements/agreeing.json").json()["comparisons"] if row["family"] == "part"
        ]
        assert agreed["times"] == 1

    def test_what_agrees_is_for_who_sees_every_unit(self, client: Client, cast: Cast) -> None:
        Comparison.objects.create(
            key="k", check_name="c", family="part", rule="r", matter="m", signature="s", title="秘密", sides=[], ok=True
        )
        client.force_login(typed(Account, cast.traffic))
        assert "秘密" not in page(client, "/disagreements/agreeing/")
        assert client.get("/disagreements/agreeing.json").json()["comparisons"] == []


class TestFiles:
    def test_the_list_as_json_csv_and_excel_with_the_same_filters(self, office: Client) -> None:
        item(owner=body("traffic-safety-group"))
        item(title="两网并立", family="overlap", state="explained", reason="口径不同")
        assert len(office.get("/disagreements.json").json()["disagreements"]) == 2
        assert len(office.get("/disagreements.json?state=open").json()["disagreements"]) == 1
        rows = list(
            csv.DictReader(io.StringIO(office.get("/disagreements.csv?state=open").content.decode("utf-8-sig")))
        )
        assert [(row["类别"], row["甲方的数"], row["责任单位"], row["状态"]) for row in rows] == [
            ("其中数", "3人", "交通运输安全组", "待核")
        ]
        assert office.get("/disagreements.xlsx").content[:2] == b"PK"

    def test_one_item_as_json_holds_evidence_and_history_but_no_persons(self, office: Client, cast: Cast) -> None:
        figure = stated(68, "台", key="transport.emergency_buses")
        one = item(sides=[{"label": "甲", "value": "68台", "href": f"/figures/{figure.pk}/"}])
        services.settle(one, "both", "原件如此", at=NOON, by=typed(Account, cast.office))
        told = office.get(f"/disagreements/{one.pk}.json").json()
        assert told["sides"][0]["evidence"]["sentence"] == "报称68台。"
        assert [step["step"] for step in told["steps"]] == ["settled"]
        assert "office" not in str(told["steps"])


class TestOneItem:
    def test_a_computed_side_shows_definition_and_records_a_stated_one_its_sentence(self, office: Client) -> None:
        post()
        tally(vehicles=10)
        computed, said = frozen(), stated(11, "台次", key="traffic.vehicles_checked")
        sides = [
            {"label": "实算", "value": "10台次", "href": f"/figures/{computed.pk}/"},
            {"label": "报称", "value": "11台次", "href": f"/figures/{said.pk}/"},
            {
                "label": "现在",
                "value": "10台次",
                "href": "/figures/traffic.vehicles_checked/?from=2020-02-02&area=430200",
            },
        ]
        html = page(office, f"/disagreements/{item(sides=sides).pk}/")
        assert "1 条记录" in html
        assert computed.definition is not None
        assert computed.definition.version in html
        assert "报称<mark>11</mark>台次。" in html
        assert "此刻由记录算出" in html

    def test_a_side_out_of_reach_stays_what_the_finding_says(self, client: Client, cast: Cast) -> None:
        figure = stated(68, "台", reporter="public-security-group")
        sides = [{"label": "甲", "value": "68台", "href": f"/figures/{figure.pk}/"}]
        one = item(sides=sides, owner=body("traffic-safety-group"))
        client.force_login(typed(Account, cast.traffic))
        html = page(client, f"/disagreements/{one.pk}/")
        assert "68台" in html
        assert "报称<mark>" not in html

    def test_settling_leads_to_the_next_in_the_same_list(self, office: Client) -> None:
        one, other = item(title="甲事", family="part"), item(title="乙事", family="part")
        item(title="丙事", family="sum")
        first = office.post(f"/disagreements/{one.pk}/settle/?family=part", {"outcome": "side:1", "reason": "原件如此"})
        assert first.headers["Location"] == f"/disagreements/{other.pk}/?family=part"
        last = office.post(f"/disagreements/{other.pk}/settle/?family=part", {"outcome": "both", "reason": "各有其用"})
        assert last.headers["Location"] == "/disagreements/?family=part"
        one.refresh_from_db()
        assert (one.state, one.outcome, one.chosen) == ("explained", "side", "乙")
        assert Trail.objects.filter(action="settle", subject=str(one.pk)).count() == 1

    @pytest.mark.parametrize(
        "said",
        [
            {"outcome": "both", "reason": " "},
            {"outcome": "open", "reason": "查实"},
            {"outcome": "side:9", "reason": "查实"},
            {"outcome": "side:x", "reason": "查实"},
            {"outcome": "task", "reason": "查实", "look_again_on": "2030-01-01"},
            {"outcome": "both", "reason": "查实", "look_again_on": "明天"},
            {},
        ],
    )
    def test_what_is_not_allowed_is_said_and_what_was_typed_stays(self, office: Client, said: dict[str, str]) -> None:
        one = item()
        response = office.post(f"/disagreements/{one.pk}/settle/", said)
        assert response.status_code == 422
        html = response.content.decode()
        assert 'role="alert"' in html
        assert said.get("reason", "").strip() in html
        one.refresh_from_db()
        assert one.state == "open"

    def test_a_follow_up_by_the_form(self, office: Client) -> None:
        one, day = item(), (clock.shown() + timedelta(days=2)).date()
        given = {"outcome": "task", "reason": "请核实", "owner": "medical-group", "look_again_on": day.isoformat()}
        assert office.post(f"/disagreements/{one.pk}/settle/", given).status_code == 302
        one.refresh_from_db()
        assert (one.state, one.owner_id, one.look_again_on) == ("task", "medical-group", day)

    def test_taking_over_giving_away_leaving_word_and_reopening(self, office: Client, cast: Cast) -> None:
        one = item()
        at = f"/disagreements/{one.pk}"
        assert office.post(f"{at}/take/").status_code == 302
        assert office.post(f"{at}/take/").status_code == 422
        assert office.post(f"{at}/assign/", {"owner": "medical-group"}).status_code == 302
        assert office.post(f"{at}/note/", {"reason": "明日答复"}).status_code == 302
        assert office.post(f"{at}/settle/", {"outcome": "both", "reason": "先如此"}).status_code == 302
        assert office.post(f"{at}/reopen/", {"reason": "又有新数"}).status_code == 302
        html = page(office, at + "/")
        for words in ("明日答复", "先如此", "又有新数", "接手", "指定承办"):
            assert words in html
        assert list(Settlement.objects.values_list("step", flat=True)) == [
            "taken", "assigned", "noted", "settled", "reopened",
        ]  # fmt: skip

    def test_who_comes_second_is_told(self, office: Client) -> None:
        one = item()
        address = f"/disagreements/{one.pk}/settle/"
        office.post(address, {"outcome": "both", "reason": "先"})
        assert office.post(address, {"outcome": "both", "reason": "后"}).status_code == 422

    def test_reasons_lately_given_for_the_family_are_offered(self, office: Client, cast: Cast) -> None:
        services.settle(item(), "both", "待网报确认", at=NOON, by=typed(Account, cast.office))
        assert '<option value="待网报确认">' in page(office, f"/disagreements/{item().pk}/")


class TestFrozenAnewTogether:
    def test_all_that_moved_and_was_not_told_is_frozen_anew_in_one_act(self, office: Client) -> None:
        post()
        one = tally(vehicles=10)
        frozen()
        checkpoints.correct_tally(one, {"vehicles": 8}, "复核", by=one.author)
        running.run(NOON)
        before = Disagreement.objects.filter(family="moved", state="open").count()
        assert before >= 2
        assert f"{before} 个数" in page(office, "/disagreements/")
        assert office.post("/disagreements/refreeze/", {"reason": "班次更正"}).status_code == 302
        running.run(NOON)
        assert not Disagreement.objects.filter(family="moved", state="open").exists()
        standing = Figure.objects.filter(key="traffic.vehicles_checked", successor=None)
        assert [int(figure.value or 0) for figure in standing] == [8]

    def test_without_a_reason_nothing_is_frozen(self, office: Client) -> None:
        post()
        one = tally(vehicles=10)
        frozen()
        checkpoints.correct_tally(one, {"vehicles": 8}, "复核", by=one.author)
        running.run(NOON)
        office.post("/disagreements/refreeze/", {"reason": " "})
        assert not Figure.objects.filter(successor__isnull=False).exists()

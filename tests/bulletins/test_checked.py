"""核对一览与核对不成立的数：各项成立与不成立都有；一事一条，驳回、改正、接受即了；两家说法并列。"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from shichen.audit.context import acting, now
from shichen.bulletins import checked, proofs, raised, rereading, services
from shichen.bulletins.models import Bulletin, Proof, Proposal
from shichen.bulletins.services import Placing
from shichen.city import services as accounts
from shichen.city.models import BodyName
from shichen.city.scope import Sight
from shichen.prose.confidence import EFFECTS
from shichen.reconciliation import running
from shichen.reconciliation import services as desk
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.models import Comparison, Disagreement, Round
from tests.conftest import Cast
from tests.intake.doors import signed_in, words
from tests.made import DAY, NOON, body, bulletin, stated

pytestmark = pytest.mark.django_db

TOTAL, CHECKED = "cases.confirmed_cum", "traffic.vehicles_checked"
YESTERDAY = DAY - timedelta(days=1)
EVERYWHERE = Sight(((None, "", None),))
LARGER = "办公室报告，排查返乡车辆405辆(外省406辆)。"
SUM = "办公室报告，累计确诊病例8例,其中:天元区6例、石峰区3例。"
FALLS = "办公室报告，全市累计报告确诊病例146例。"
JUMP = "交通运输安全组报告，全天共检查车辆149461台次。"
ONE = "办公室报告，开设线上课程12门，检查车辆149台次。"


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast, "office")


@pytest.fixture(autouse=True)
def _people(cast: Cast) -> None:
    """A city with people in it."""


def made(text: str, **more: Any) -> Bulletin:
    return Bulletin.objects.get(envelope=bulletin(text, **more).envelope)


def accepted(one: Bulletin) -> None:
    for entry in one.entries.all():
        services.accept(entry, Placing(), version=entry.version, by=accounts.system())


def items(family: str) -> list[Disagreement]:
    return list(Disagreement.objects.filter(family=family).order_by("opened_at"))


def a_round() -> None:
    running.run(now())


def yesterdays(value: int, unit: str, key: str, **more: Any) -> None:
    stated(value, unit, key=key, day=YESTERDAY, **more)


def row(key: str) -> checked.Row:
    return next(one for one in checked.rows(EVERYWHERE) if one.key == key)


@pytest.mark.parametrize(
    ("key", "text", "marked"),
    [
        ("subset", LARGER, "406辆"),
        ("parts", SUM, "8例"),
        ("monotone", FALLS, "146例"),
        ("range", JUMP, "149461台次"),
        ("measure", "办公室报告，采购200瓶护目镜。", "200瓶"),
        ("repeat", "交通运输安全组报告，全天共检查车辆12000台次。", "12000台次"),
        ("place", "办公室报告，到洞口区检查车辆12台次。", "洞口区"),
    ],
)
def test_what_failed_last_is_shown_with_its_words_and_the_way_to_it(
    office: Client, key: str, text: str, marked: str
) -> None:
    yesterdays(150, "例", TOTAL, cumulative=True)
    yesterdays(12000, "台次", CHECKED)
    one = made(text)
    found = row(key)
    assert found.failed == 1
    assert found.bad is not None
    assert found.bad.words == marked
    assert found.bad.sentence in text
    assert found.bad.href.startswith(f"/bulletins/{one.pk}/?entry=1#")
    page = office.get("/bulletins/checks/").content.decode()
    assert f"<mark>{marked}</mark>" in page
    assert found.bad.href in page
    assert office.get(found.bad.href.partition("#")[0]).status_code == 200


def test_every_check_with_an_effect_is_on_the_page_with_that_effect(office: Client) -> None:
    keys = {one.key for one in checked.rows(EVERYWHERE)}
    assert set(EFFECTS) <= keys
    assert keys == {*proofs.OF_NUMBERS, *proofs.OF_ENTRIES, *proofs.OF_BULLETINS}
    said = json.loads(office.get("/bulletins/checks.json").content)["checks"]
    assert {one["check"]: (one["adds"], one["takes"]) for one in said if one["check"] in EFFECTS} == EFFECTS
    assert "还没有遇到过。" in words(office.get("/bulletins/checks/"))


def test_what_held_is_counted_too_and_as_of_then_only_what_was_read_by_then(office: Client) -> None:
    with acting("job", moment=NOON):
        made("办公室报告，排查返乡车辆405辆(外省24辆)。")
    assert (row("subset").held, row("subset").failed) == (1, 0)
    with acting("job", moment=NOON + timedelta(hours=2)):
        made(LARGER)
    assert (row("subset").held, row("subset").failed) == (1, 1)
    then = {"as_of": (NOON + timedelta(hours=1)).isoformat()}
    before = office.get("/bulletins/checks.json", then).json()["checks"]
    subset = next(one for one in before if one["check"] == "subset")
    assert (subset["held"], subset["failed"]) == (1, 0)
    missing = next(one for one in before if one["check"] == "missing")
    assert missing["held"] == 1


def test_somebody_elses_bulletins_are_not_counted(cast: Cast) -> None:
    made(LARGER)
    traffic = signed_in(cast, "traffic").get("/bulletins/checks.json").json()["checks"]
    assert {one["failed"] for one in traffic} == {0}
    assert all(one["last_failed"] is None for one in traffic)


def test_a_name_that_had_lapsed_is_told_on_the_entry_the_page_and_the_desk(office: Client) -> None:
    BodyName.objects.create(body=body("office"), name="市应急协调办公室", valid_until=YESTERDAY)
    one = made("市应急协调办公室报告，检查车辆12台次。")
    assert one.entries.get().flags == ["issuer:市应急协调办公室"]
    found = row("issuer")
    assert found.bad is not None
    assert found.bad.words == "市应急协调办公室"
    assert "当天不是有效的机构名称" in words(office.get(f"/bulletins/{one.pk}/"))
    a_round()
    assert [item.title for item in items("lapsed")] == ["「市应急协调办公室」在2月2日不是有效的机构名称"]
    assert made("市应急协调办公室报告，检查车辆12台次。", covers=YESTERDAY).entries.get().flags == []


def test_the_same_text_and_a_reissue_are_kept_of_the_later_one() -> None:
    first = "交通运输安全组报告，全天共检查车辆14946台次，劝返150人次。\n市教育局报告，开设线上课程12门，学生在家上课。"
    made(first), made(first), made(first.replace("14946", "149461"))
    assert (row("duplicate").failed, row("duplicate").held) == (1, 2)
    assert row("reissue").failed == 1


def test_reading_again_changes_only_what_is_read_otherwise() -> None:
    one = made(LARGER)
    before = list(Proof.objects.values_list("pk", "until"))
    rereading.reread(one, by=accounts.system())
    assert list(Proof.objects.values_list("pk", "until")) == before
    number = Proposal.objects.get(raw="406辆")
    Proposal.objects.filter(pk=number.pk).update(checks=[])
    proofs.keep(one)
    assert row("subset").failed == 0
    assert Proof.objects.exclude(until=None).count() == 1


class TestWorkItems:
    """Of a failed check one item, while the number stands."""

    @pytest.mark.parametrize(("family", "text"), [("part", LARGER), ("sum", SUM), ("falls", FALLS), ("jump", JUMP)])
    def test_a_failed_check_is_a_matter_of_the_desk_once(self, office: Client, family: str, text: str) -> None:
        yesterdays(150, "例", TOTAL, cumulative=True)
        yesterdays(12000, "台次", CHECKED)
        one = made(text)
        a_round()
        a_round()
        (item,) = items(family)
        assert item.state == "open"
        assert item.owner_id
        assert f"/bulletins/{one.pk}/?entry=1#p-" in item.sides[0]["href"]
        assert office.get(f"/disagreements/{item.pk}/").status_code == 200

    def test_taken_as_it_stands_it_stays_the_same_item_and_leads_to_the_figure(self) -> None:
        yesterdays(150, "例", TOTAL, cumulative=True)
        one = made(FALLS)
        a_round()
        accepted(one)
        a_round()
        (item,) = items("falls")
        figure = Proposal.objects.get(indicator=TOTAL).figure
        assert figure is not None
        assert item.state == "open"
        assert item.figures[0] == figure.pk

    @pytest.mark.parametrize("state", ["rejected", "not_a_figure"])
    def test_rejected_it_closes_itself(self, state: str) -> None:
        made(LARGER)
        a_round()
        number = Proposal.objects.get(raw="406辆")
        services.decide(number, state, version=number.version, by=accounts.system())
        a_round()
        assert [item.state for item in items("part")] == ["agreed"]

    def test_put_right_by_a_person_it_closes_itself(self) -> None:
        made(LARGER)
        a_round()
        number = Proposal.objects.get(raw="406辆")
        values: dict[str, Any] = {"value": 46}
        services.decide(
            number, "accepted", version=number.version, values=values, reason="多写一位", by=accounts.system()
        )
        a_round()
        assert [item.state for item in items("part")] == ["agreed"]

    def test_accepted_with_a_reason_it_is_not_asked_again_whatever_becomes_of_the_number(self, cast: Cast) -> None:
        yesterdays(150, "例", TOTAL, cumulative=True)
        one = made(FALLS)
        a_round()
        (item,) = items("falls")
        desk.settle(item, "both", "订正核减4例。", by=cast.office)  # type: ignore[arg-type]
        a_round()
        accepted(one)
        a_round()
        (item,) = items("falls")
        assert (item.state, item.reason) == ("explained", "订正核减4例。")

    def test_a_round_looks_only_at_what_came_since(self) -> None:
        for value in range(406, 416):
            made(LARGER.replace("406", str(value)).replace("返乡", "返乡" * (value % 3 + 1)))
        a_round()
        held = Round.objects.get()
        changes = Changes({table: (until, count) for table, (until, count) in held.until.items()})
        assert list(raised.looked(changes)) == []
        made(LARGER.replace("406", "499"))
        assert len(list(raised.looked(changes))) == 1


class TestTwoBodies:
    """What two bodies say of one thing."""

    def both(self, ours: int, theirs: int) -> tuple[Bulletin, Bulletin]:
        first = made(f"办公室报告，全市累计报告确诊病例{ours}例。")
        accepted(first)
        return first, made(f"宣传组报告，全市累计报告确诊病例{theirs}例。", unit="publicity-group")

    def test_what_another_body_said_is_told_at_the_number_with_the_way_to_it(self, office: Client) -> None:
        first, second = self.both(146, 150)
        figure = Proposal.objects.get(entry__bulletin=first).figure
        assert figure is not None
        page = office.get(f"/bulletins/{second.pk}/")
        assert "说146" in words(page)
        assert f"/figures/{figure.pk}/" in page.content.decode()
        accepted(second)
        assert "说150" in words(office.get(f"/bulletins/{first.pk}/"))
        assert Proposal.objects.get(entry__bulletin=second).checks[-1]["id"] == "agencies"

    def test_different_values_are_one_item_with_both_sides_until_one_is_chosen(self, cast: Cast) -> None:
        first, second = self.both(146, 150)
        a_round()
        assert items("agencies") == []
        accepted(second)
        a_round()
        a_round()
        (item,) = items("agencies")
        numbers = Proposal.objects.filter(entry__bulletin__in=[first, second]).order_by("value")
        assert sorted(map(str, item.figures)) == sorted(str(one.figure_id) for one in numbers)
        assert {side["value"] for side in item.sides} == {"146例", "150例"}
        assert item.owner_id == "office"
        desk.settle(item, "side", "以办公室的为准。", side=0, by=cast.office)  # type: ignore[arg-type]
        a_round()
        item.refresh_from_db()
        assert item.state == "explained"

    def test_equal_values_agree(self) -> None:
        _first, second = self.both(146, 146)
        accepted(second)
        a_round()
        assert items("agencies") == []
        assert Comparison.objects.filter(family="agencies", ok=True).count() == 1
        assert row("agencies").held == 1

    def test_a_third_body_joins_the_same_item(self) -> None:
        _first, second = self.both(146, 150)
        accepted(second)
        a_round()
        accepted(made("交通运输安全组报告，全市累计报告确诊病例146例。", unit="traffic-safety-group"))
        a_round()
        (item,) = items("agencies")
        assert len(item.sides) == 3

    def test_another_day_or_ones_own_second_bulletin_is_no_disagreement(self) -> None:
        accepted(made("办公室报告，全市累计报告确诊病例146例。"))
        accepted(made("办公室报告，全市累计报告确诊病例150例，死亡病例0例。"))
        later = DAY + timedelta(days=1)
        accepted(made("宣传组报告，全市累计报告确诊病例160例。", unit="publicity-group", covers=later))
        a_round()
        assert items("agencies") == []

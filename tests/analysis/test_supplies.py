"""Days of cover: 700 000 ÷ 50 000 is 14, burn by counts with the negative interval left out, orders, demand by patients, the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shichen import watches
from shichen.analysis.runs import covering
from shichen.analysis.runs.covering import Cover
from shichen.city.scope import Sight
from shichen.registers.supplies import queries
from tests.analysis import made_runs
from tests.analysis.test_whatif_pages import counted
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.made import deliver

pytestmark = pytest.mark.django_db
EVERYWHERE = Sight(((None, "", None),))


def stock(item: str, day: str, on_hand: float, received: float = 0, **more: Any) -> None:
    row = {"item": item, "measure": "只", "on_hand": str(on_hand), "received": str(received), "counted_on": day, **more}
    sent = deliver("stock_count", row)
    assert sent.envelope.state == "entered", sent.envelope.note


def assume(item: str, what: str, value: float, day: str = "2020-02-01") -> None:
    deliver("supply_assumption", {"item": item, "what": what, "value": str(value), "from_on": day, "source": "试"})


def covers() -> dict[str, Cover]:
    return {one.item: one for one in covering.standing(EVERYWHERE, timezone.now())}


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.office)


def test_seven_hundred_thousand_masks_at_fifty_thousand_a_day_last_fourteen_days(office: Client) -> None:
    stock("口罩", "2020-02-02", 700_000, source="后勤保障组2月2日")
    assume("口罩", "target", 50_000)
    one = covers()["口罩"]
    assert (one.days, one.by_target, one.basis) == (14, 14, "target")
    text = str(office.get("/analysis/supplies/").content, "utf-8")
    assert "可保障14天" in text
    assert "700,000 ÷ 50,000 = 14 天" in text
    assert f"/registers/stock/{one.counts[0].pk}/" in text
    assert f"/registers/assumptions/{one.assumed['target'].pk}/" in text


def test_burn_is_opening_and_received_less_closing_and_a_negative_interval_is_left_out() -> None:
    for day, on_hand, received in (
        ("2020-02-02", 900, 0),
        ("2020-02-04", 760, 0),
        ("2020-02-06", 920, 300),
        ("2020-02-07", 1010, 0),
        ("2020-02-10", 780, 0),
    ):
        stock("防护服", day, on_hand, received)
    one = covers()["防护服"]
    assert [each.rate for each in one.intervals] == [70, 70, -90, pytest.approx(230 / 3)]
    assert [each.usable for each in one.intervals] == [True, True, False, True]
    assert (one.burn, one.n, one.flagged) == (70, 3, 1)
    assert one.days == pytest.approx(780 / 70)
    assert (one.shortest, one.longest) == (pytest.approx(780 * 3 / 230), pytest.approx(780 / 70))
    assert not one.reorder  # without a lead time nobody can say when to order


def test_orders_fall_due_below_lead_and_safety_days() -> None:
    stock("手套", "2020-02-02", 1000)
    stock("手套", "2020-02-04", 800)
    assume("手套", "lead", 5)
    assume("手套", "safety", 2)
    assert not covers()["手套"].reorder  # 8 days against 7
    assume("手套", "safety", 4, "2020-02-02")
    assume("手套", "buffer", 40)
    assume("手套", "due", 100)
    one = covers()["手套"]
    assert one.reorder
    assert one.quantity == 1060  # 100 a day for 14 days and 40 % more, less 800 and 100


def test_stores_of_an_item_add_up_and_one_count_alone_has_no_rate() -> None:
    stock("口罩", "2020-02-02", 300, store="甲")
    stock("口罩", "2020-02-04", 200, store="甲")
    stock("口罩", "2020-02-04", 400, store="乙")
    one = covers()["口罩"]
    assert (one.stock, one.burn) == (600, 50)
    stock("酒精", "2020-02-04", 5)
    assert covers()["酒精"].days is None
    assert list(covers()) == ["口罩", "酒精"]


def test_an_interval_goes_from_the_fastest_to_the_slowest_of_the_last_seven_intervals(office: Client) -> None:
    left = 2000.0
    for day, used in enumerate([500, 100, 90, 80, 100, 110, 120, 100]):
        left -= used
        stock("口罩", f"2020-02-{day + 1:02}", left)
    one = covers()["口罩"]
    assert (one.burn, one.fastest, one.slowest) == (100, 120, 80)
    assert (one.days, one.shortest, one.longest) == (8, pytest.approx(800 / 120), 10)
    text = str(office.get("/analysis/supplies/").content, "utf-8")
    assert "可保障8天（6.6–10天）" in text
    sheet = str(office.get("/analysis/supplies.csv").content, "utf-8")
    assert "可保障天数，用得最快" in sheet


def test_a_page_of_an_earlier_day_knows_what_was_known_then(office: Client) -> None:
    stock("口罩", "2020-02-02", 300)
    stock("口罩", "2020-02-04", 200)
    now = timezone.now()
    assert "可保障4天" in str(office.get("/analysis/supplies/").content, "utf-8")
    before = f"{now - timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert "还没有盘点" in str(office.get(f"/analysis/supplies/?until={before}").content, "utf-8")
    assert office.get(f"/analysis/supplies.json?until={before}").json()["items"] == []
    listed = queries.ends(EVERYWHERE, 30)
    assert listed == [watches.clock(watches.civil_day(now), 24)]
    chosen = f"{watches.local(listed[0]):%Y-%m-%dT%H:%M}"
    assert f'<option value="{chosen}" selected>' in str(
        office.get(f"/analysis/supplies/?until={chosen}").content, "utf-8"
    )
    assert office.get("/analysis/supplies/?until=x").status_code == 422


def test_one_interval_is_no_range_and_a_target_has_none(office: Client) -> None:
    stock("口罩", "2020-02-02", 300)
    stock("口罩", "2020-02-04", 200)
    stock("手套", "2020-02-04", 200)
    assume("手套", "target", 20)
    for one in covers().values():
        assert (one.shortest, one.longest) == (None, None)


def test_a_store_counted_once_is_said_to_have_no_rate(office: Client) -> None:
    stock("口罩", "2020-02-02", 300, store="甲")
    stock("口罩", "2020-02-04", 200, store="甲")
    stock("口罩", "2020-02-04", 400, store="乙")
    assert covers()["口罩"].unrated == 1
    assert "只盘点过一次" in str(office.get("/analysis/supplies/").content, "utf-8")


def test_nothing_used_is_no_number_of_days(office: Client) -> None:
    stock("口罩", "2020-02-02", 300)
    stock("口罩", "2020-02-04", 300)
    assert "没有消耗" in str(office.get("/analysis/supplies/").content, "utf-8")
    assert office.get("/analysis/supplies.csv").status_code == 200


def test_demand_by_patients_is_blended_with_what_was_counted(office: Client) -> None:
    made_runs.profile()
    counted()
    run = made_runs.made(as_of=timezone.now())["beds"]
    assume("防护服", "patient", 2)
    stock("防护服", "2020-02-02", 3000)
    alone = covers()["防护服"]
    census = [one["median"] for one in run.rows if one["variable"] == "census" and one["strat"] == "stays"][-14:]
    assert alone.basis == "norm"
    assert alone.rate == pytest.approx(2 * sum(census) / 14)
    most = [one["upper_95"] for one in run.rows if one["variable"] == "census" and one["strat"] == "stays"][-14:]
    assert alone.shortest == pytest.approx(3000 / (2 * sum(most) / 14))
    assert alone.rate is not None
    assert alone.longest is not None
    assert alone.shortest is not None
    assert alone.shortest <= 3000 / alone.rate <= alone.longest
    stock("防护服", "2020-02-04", 2600)
    both = covers()["防护服"]
    assert both.rate == pytest.approx((200 + 7 * alone.rate) / 8)
    assert f"/analysis/runs/{run.pk}/" in str(office.get("/analysis/supplies/").content, "utf-8")


def test_the_page_in_both_languages_its_files_and_who_may_see(office: Client, cast: Cast) -> None:
    assert "还没有盘点" in str(office.get("/analysis/supplies/").content, "utf-8")
    stock("口罩", "2020-02-02", 300)
    stock("口罩", "2020-02-04", 200)
    assume("口罩", "lead", 9)
    for ending in ("csv", "xlsx", "json", "metadata.json"):
        assert office.get(f"/analysis/supplies.{ending}").status_code == 200
    assert office.get("/analysis/supplies.json").json()["items"][0]["days"] == 4
    office.cookies["django_language"] = "en"
    assert "lasts 4 days" in str(office.get("/analysis/supplies/").content, "utf-8")
    police = signed_in(cast.police)
    assert "口罩" not in str(police.get("/analysis/supplies/").content, "utf-8")

"""卡点与班次的网页：登记册共同的规矩，和卡点自己的。"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from shichen import watches
from shichen.city import services as accounts
from shichen.indicators.declare import Scope
from shichen.indicators.queries import compute
from shichen.refusal import Refusal
from shichen.registers.checkpoints import forms, services, shifts
from shichen.registers.checkpoints.models import Post, Tally
from shichen.registers.checkpoints.views import POSTS, TALLIES
from shichen.web import register_lists
from tests.conftest import Cast
from tests.made import DAY, day_of, deliver, post, tally, tally_row
from tests.registers.cases import RegisterCases, signed_in

EIGHT_HOURS = shifts.declared(shifts.THREE)


class TestPosts(RegisterCases):
    register = POSTS
    owner = "traffic"
    better = {"name": "改名的点"}
    said = "Z01号点"

    def make(self) -> Post:
        return post("Z01")


class TestTallies(RegisterCases):
    register = TALLIES
    owner = "traffic"
    better = {"vehicles": "11"}
    said = "Z01号点"

    def make(self) -> Tally:
        post("Z01")
        return tally("Z01")


@pytest.mark.django_db
class TestPostsOfTheirOwn:
    def test_a_corrected_post_keeps_its_shifts_and_its_figures(self, cast: Cast) -> None:
        before = post("Z01")
        tally("Z01")
        new = services.correct_post(before, {"name": "新名"}, "挂牌改名", by=cast.office)  # type: ignore[arg-type]
        assert Tally.objects.current().get().post == new
        figure = compute("traffic.vehicles_checked", day_of(DAY), Scope(None, {"post": "Z01"}))
        assert figure.value == 10

    def test_after_a_correction_a_shift_still_counts_once(self, cast: Cast) -> None:
        before = post("Z01")
        tally("Z01")
        services.correct_post(before, {"name": "新名"}, "挂牌改名", by=cast.office)  # type: ignore[arg-type]
        with pytest.raises(AssertionError, match="已报过"):
            tally("Z01", vehicles=11)
        assert deliver("checkpoint_tally", tally_row("Z01")).envelope.duplicate == 1
        assert Tally.objects.current().count() == 1

    def test_a_post_with_shifts_cannot_be_void(self, cast: Cast) -> None:
        found = post("Z01")
        tally("Z01")
        with pytest.raises(Refusal, match="已有班次记录"):
            services.void_post(found, "没有这个点", by=accounts.system())

    def test_a_post_cannot_be_withdrawn_before_its_last_shift(self, cast: Cast) -> None:
        found = post("Z01")
        tally("Z01")
        with pytest.raises(Refusal, match="当日应在岗"):
            services.correct_post(found, {"closed_on": DAY}, "撤卡", by=accounts.system())


@pytest.mark.django_db
def test_the_pages_of_a_list_meet_every_row_once_and_in_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_lists, "PAGE", 3)
    for number in range(4):
        post(f"Z{number}")
        for hours in ((0, 8), (8, 16)):
            tally(f"Z{number}", hours)
    client, seen, after = signed_in(cast, "traffic"), [], ""
    for _ in range(4):
        page = client.get(TALLIES.href, {"after": after}).context["page"]
        seen += page.rows
        after = page.following
        if not after:
            break
    assert [(row.occurred_from, row.post.code) for row in seen] == sorted(
        ((row.occurred_from, row.post.code) for row in seen), key=lambda one: (-one[0].timestamp(), one[1])
    )
    assert len({row.pk for row in seen}) == len(seen) == 8


@pytest.mark.django_db
def test_filters_narrow_and_unknown_answers_are_named(cast: Cast) -> None:
    post("Z01")
    post("Y01", "police")
    tally("Z01")
    client = signed_in(cast, "office")
    assert client.get(POSTS.href, {"network": "police"}).context["page"].total == 1
    assert client.get(TALLIES.href, {"day": "2020-02-02"}).context["page"].total == 1
    assert client.get(TALLIES.href, {"day": "2020-02-03"}).context["page"].total == 0
    answer = client.get(TALLIES.href, {"network": "x", "day": "昨天"})
    assert answer.context["page"].unknown == ["网络", "日期"]
    assert "没有照这些条件筛选" in answer.content.decode()


@pytest.mark.django_db
def test_what_was_exported_can_come_in_again(cast: Cast) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    made = post("Z01")
    record = tally("Z01", turned_back=2)
    client = signed_in(cast, "traffic")
    data = client.get("/registers/tallies.csv").content
    services.void_tally(record, "清空再导入", by=cast.traffic)  # type: ignore[arg-type]
    at = client.post("/import/", {"kind": "checkpoint_tally", "file": SimpleUploadedFile("t.csv", data)})["Location"]
    columns = {f"column-{n}": one.field or "-" for n, one in enumerate(client.get(at).context["columns"])}
    assert client.post(at, {**columns, "act": "take"}).status_code == 302
    again = Tally.objects.current().get()
    assert (again.post, again.turned_back, again.occurred_from) == (made, 2, record.occurred_from)


@pytest.mark.django_db
def test_a_number_on_the_record_leads_to_its_live_figure(cast: Cast) -> None:
    post("Z01")
    record = tally("Z01")
    client = signed_in(cast, "traffic")
    href = next(one.href for one in TALLIES.details(record) if one.label == "车辆")
    assert href.startswith("/figures/checkpoint.vehicles_checked/?")
    assert client.get(href).status_code == 200


@pytest.mark.parametrize(
    ("hour", "minute", "likely"),
    [
        (0, 5, "昨日 16—24时"),
        (7, 50, "今日 0—8时（进行中）"),
        (8, 10, "今日 0—8时"),
        (23, 59, "今日 16—24时（进行中）"),
    ],
)
def test_the_shift_offered_first_is_the_one_being_handed_over(hour: int, minute: int, likely: str) -> None:
    at = watches.clock(date(2020, 2, 2), hour, minute)
    assert forms.offered(forms.likely_shift(at, forms.recent_shifts(at, [EIGHT_HOURS])), at)[1] == likely


def test_a_shift_fills_both_its_boxes() -> None:
    at = watches.clock(date(2020, 2, 2), 3)
    value, label = forms.offered(forms.recent_shifts(at, [EIGHT_HOURS])[1], at)
    assert label == "昨日 16—24时"
    assert value == "2020-02-01T16:00|2020-02-02T00:00"


def test_posts_of_other_hours_are_offered_their_own_shifts() -> None:
    at = watches.clock(date(2020, 2, 2), 3)
    told = [forms.offered(one, at)[1] for one in forms.recent_shifts(at, [EIGHT_HOURS, shifts.declared("20-8")])]
    assert "昨日 20—次日8时（进行中）" in told
    assert "今日 0—8时（进行中）" in told


@pytest.mark.django_db
def test_the_index_counts_what_one_may_see(cast: Cast) -> None:
    post("Z01")
    post("Y01", "police")

    def cards(name: str) -> dict[str, Any]:
        client: Client = signed_in(cast, name)
        return {card.register.name: card.records for card in client.get("/registers/").context["cards"]}

    assert cards("office")["posts"] == 2
    assert cards("police")["posts"] == 1
    assert cards("control")["posts"] == 0

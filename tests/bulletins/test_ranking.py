"""排序: fitted to decided figures from so many on, kept with its replay, used and ended by a person; it reorders and does no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from shichen.audit.context import now
from shichen.audit.models import Trail
from shichen.bulletins import ranking, rereading
from shichen.bulletins.models import Ranking
from shichen.city.scope import sight
from shichen.prose.ranker import FEATURES, RULES
from shichen.refusal import Refusal
from tests.bulletins.corrected import put_right
from tests.bulletins.wordings import OURS, closed, numbers, put, waiting
from tests.conftest import Cast
from tests.intake.doors import signed_in
from tests.made import DAY

pytestmark = pytest.mark.django_db
POLICE = "police.vehicles_checked"


@pytest.fixture(autouse=True)
def soon(settings: Any) -> Iterator[None]:
    """A few decisions are enough, and nothing is remembered of words: only the order of candidates is in question."""
    kept = dict(settings.CONFIG.values)
    settings.CONFIG.values.update({"bulletins.ranker_from": 8, "bulletins.learn": False})
    yield
    settings.CONFIG.values.update(kept)


def said(unit: str, n: int) -> str:
    return f"{unit}检查过往车辆{n}辆。"


def taught(times: int = 6) -> None:
    """The police say their own figure, the traffic group means its own by the same words and measure word."""
    put("catalogue", id=OURS, row="2", measures="辆", all_of="检查；车辆")
    for n in range(times):
        day = DAY - timedelta(days=times - n)
        put_right(said("市公安局", 300 + n), covers=day, indicator=POLICE)
        put_right(said("交通运输安全组", 900 + n), covers=day, indicator=OURS)


def used(cast: Cast) -> Ranking:
    one = ranking.fit(by=cast.office)
    ranking.use(one, "回放更准", by=cast.office)
    return one


class TestFitting:
    def test_not_before_there_is_enough(self, cast: Cast) -> None:
        closed(said("市公安局", 12))
        with pytest.raises(Refusal, match="到 8 个才排得准"):
            ranking.fit(by=cast.office)

    def test_a_fit_is_kept_with_its_replay_and_nothing_uses_it(self, cast: Cast) -> None:
        taught()
        one = ranking.fit(by=cast.office)
        assert set(one.weights) == set(FEATURES)
        assert one.figures == 12
        assert ranking.last_day(one.days).figures == 12  # type: ignore[union-attr]
        assert ranking.in_use() is None
        assert Trail.objects.filter(action="fit ranking").exists()
        again = ranking.fit(by=cast.office)
        assert (again.weights, again.past) == (one.weights, one.past)

    def test_it_is_never_changed_but_by_its_acts(self, cast: Cast) -> None:
        taught()
        ranking.fit(by=cast.office)
        with pytest.raises(DatabaseError), transaction.atomic():
            Ranking.objects.update(weights={})
        with pytest.raises(DatabaseError), transaction.atomic():
            Ranking.objects.all().delete()


class TestUsing:
    def test_it_changes_which_candidate_is_first_and_says_so(self, cast: Cast) -> None:
        taught()
        before = {unit: numbers(waiting(said(unit, 50)))[0] for unit in ("市公安局", "交通运输安全组")}
        assert len({one.indicator for one in before.values()}) == 1
        used(cast)
        after = {unit: numbers(waiting(said(unit, 51)))[0] for unit in ("市公安局", "交通运输安全组")}
        assert [one.indicator for one in after.values()] == [POLICE, OURS]
        changed = [one for unit, one in after.items() if one.indicator != before[unit].indicator]
        for one in changed:
            assert [check["id"] for check in one.checks if check["id"] == ranking.RANKED]
            assert one.candidates[0]["indicator"] == one.indicator
            assert one.tier != "auto"
            assert (one.unit, one.value) == ("辆", 51)

    def test_what_is_open_can_be_read_again_and_what_is_closed_is_not_touched(self, cast: Cast) -> None:
        taught()
        kept, made = closed(said("市公安局", 44)), waiting(said("交通运输安全组", 45))
        before = numbers(kept)[0].indicator
        reach = sight(cast.office, "review", at=now())
        assert not rereading.stale(reach)
        one = used(cast)
        assert made in rereading.stale(reach)
        rereading.reread_all(reach, by=cast.office)
        assert not rereading.stale(reach)
        assert numbers(made)[0].indicator == OURS
        assert numbers(kept)[0].indicator == before
        ranking.end(one, "换季了", by=cast.office)
        rereading.reread_all(reach, by=cast.office)
        assert numbers(made)[0].indicator != OURS

    def test_only_one_with_a_reason_and_once(self, cast: Cast) -> None:
        taught()
        first, second = ranking.fit(by=cast.office), ranking.fit(by=cast.office)
        with pytest.raises(Refusal, match="理由"):
            ranking.use(first, " ", by=cast.office)
        ranking.use(first, "试", by=cast.office)
        with pytest.raises(Refusal, match="已有一版"):
            ranking.use(second, "试", by=cast.office)
        ranking.end(first, "试完", by=cast.office)
        with pytest.raises(Refusal, match="没有在用"):
            ranking.end(first, "试完", by=cast.office)
        with pytest.raises(Refusal, match="已经用过"):
            ranking.use(first, "再试", by=cast.office)

    def test_not_where_the_rules_alone_did_better(self, cast: Cast) -> None:
        taught()
        one = ranking.fit(by=cast.office)
        day = list(one.days[-1])
        worse = Ranking(days=[[*day[:4], day[2] - 1, day[5]]])
        assert ranking.worth(one)
        assert not ranking.worth(worse)

    def test_weights_of_the_rules_leave_everything_as_it_is(self, cast: Cast) -> None:
        taught()
        one = ranking.fit(by=cast.office)
        plain = Ranking.objects.create(
            weights=dict(zip(FEATURES, RULES, strict=True)),
            past=one.past,
            figures=1,
            until=one.until,
            days=one.days,
            by=cast.office,
            at=one.at,
            used_at=one.at,
            used_by=cast.office,
        )
        assert ranking.in_use() == plain
        number = numbers(waiting(said("交通运输安全组", 51)))[0]
        assert not [check for check in number.checks if check["id"] == ranking.RANKED]


class TestPage:
    ADDRESS = "/bulletins/ranking/"

    @pytest.fixture
    def office(self, cast: Cast) -> Client:
        return signed_in(cast, "office")

    def page(self, client: Client) -> str:
        return client.get(self.ADDRESS).content.decode()

    def post(self, client: Client, **given: Any) -> int:
        return client.post(f"{self.ADDRESS}settle/", given).status_code

    def test_before_there_is_enough_it_says_how_many_are_missing(self, office: Client) -> None:
        assert "还差 8 个" in self.page(office)
        assert self.post(office, act="fit") == 422

    def test_fitted_used_and_ended(self, office: Client) -> None:
        taught()
        assert self.post(office, act="fit") == 302
        page = self.page(office)
        assert "<svg" in page
        assert "这个单位以前报它" in page
        assert "采的就是它" in page
        one = Ranking.objects.get()
        assert self.post(office, act="use", ranking=one.pk, reason="") == 422
        assert self.post(office, act="use", ranking=one.pk, reason="回放更准") == 302
        assert "在用的一版" in self.page(office)
        assert self.post(office, act="use", ranking=one.pk, reason="再") == 409
        assert self.post(office, act="end", ranking=one.pk, reason="换季") == 302
        assert "没有启用" in self.page(office)
        assert self.post(office, act="x") == 422
        assert self.post(office, act="end", ranking="9" * 30, reason="x") == 404

    def test_who_may_only_look_is_offered_nothing(self, cast: Cast) -> None:
        taught()
        page = self.page(signed_in(cast, "police"))
        assert "够算" in page
        assert 'value="fit"' not in page

"""溯源：实算的数回到记录，报称的数回到原句；两个网络并列而不相加。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from shichen import watches
from shichen.bulletins import services as bulletins
from shichen.bulletins.models import Bulletin
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import Sight, sight
from shichen.indicators import proof, services, trace
from shichen.indicators.declare import Scope
from shichen.indicators.models import Figure
from shichen.indicators.queries import compute
from shichen.indicators.quoting import Quote
from shichen.records import services as records
from shichen.watches import Period
from tests.conftest import Cast
from tests.made import DAY, NOON, body, bulletin, count, day_of, post, stated, tally

pytestmark = pytest.mark.django_db
EVERYWHERE = Sight(((None, "", None),))
KEY = "traffic.vehicles_checked"


def frozen(key: str = KEY, period: Period | None = None, **facets: str) -> Figure:
    scope = Scope(city.the_city(), facets)
    office = body("office")
    by = accounts.system()
    return services.freeze(key, period or day_of(DAY), scope, reporter=office, event=city.the_event(), by=by)


@pytest.fixture
def two_posts(db: None) -> None:
    post("Z01")
    post("Z02", area="石峰区")
    tally("Z01", (0, 8), vehicles=10)
    tally("Z01", (8, 16), vehicles=30)
    tally("Z02", (0, 8), vehicles=5)


@pytest.mark.usefixtures("two_posts")
class TestComputed:
    def test_it_shows_its_records_with_their_address_and_envelope(self) -> None:
        found = trace.of(frozen(), EVERYWHERE)
        assert found.evidence is not None
        assert (found.evidence.value, found.evidence.count, found.evidence.hidden) == (45, 3, 0)
        assert [row.cells["车辆"] for row in found.evidence.rows] == [10, 5, 30]
        assert all(row.href.startswith("/registers/tallies/") and row.envelope for row in found.evidence.rows)
        assert found.evidence.columns[0] == "卡点"
        assert not found.changed
        assert found.quote is None

    def test_every_breakdown_adds_up_to_the_figure(self) -> None:
        found = trace.of(frozen(), EVERYWHERE).evidence
        assert found is not None
        assert {parts.title: dict(parts.parts) for parts in found.breakdowns} == {
            "按区域": {"天元区": 40, "石峰区": 5},
            "按卡点": {"Z01号点": 40, "Z02号点": 5},
            "按班次": {"2月2日 00:00班": 15, "2月2日 08:00班": 30},
        }
        assert [parts.largest for parts in found.breakdowns] == [40, 40, 30]

    def test_posts_are_a_stock_and_are_not_divided_by_shift(self) -> None:
        found = trace.of(frozen("traffic.posts"), EVERYWHERE).evidence
        assert found is not None
        assert [parts.title for parts in found.breakdowns] == ["按区域"]

    def test_records_corrected_since_are_said_to_be_and_the_figure_stays(self) -> None:
        figure = frozen()
        first = compute(KEY, day_of(DAY), Scope(city.the_city())).records.queryset.first()  # type: ignore[attr-defined]
        records.correct(first, {"vehicles": 11}, "漏计一台", check=lambda row: None, by=accounts.system())
        found = trace.of(figure, EVERYWHERE)
        assert found.changed
        assert found.evidence is not None
        assert (found.evidence.value, found.figure.value) == (46, 45)

    def test_rows_out_of_reach_are_counted_and_not_shown_nor_divided(self, cast: Cast) -> None:
        figure = frozen()
        own = sight(cast.police, "view", at=NOON)  # type: ignore[arg-type]
        found = proof.evidence(compute(KEY, day_of(DAY), Scope(city.the_city())), own)
        assert (found.rows, found.hidden, found.breakdowns, found.value) == ([], 3, (), 45)
        reached = proof.evidence(compute(KEY, day_of(DAY), Scope(city.the_city())), own, as_reached=True)
        assert (reached.value, reached.count, reached.hidden) == (None, 0, 0)
        assert not Figure.objects.within(own).filter(pk=figure.pk).exists()

    def test_the_other_network_stands_beside_it_and_says_why_they_are_not_added(self) -> None:
        post("Q01", "police")
        tally("Q01", (0, 8), vehicles=7)
        (other,) = trace.of(frozen(), EVERYWHERE).beside
        assert (other.name, other.value, other.unit) == ("查控车辆", 7, "辆")
        assert "不相加" in other.reason
        assert other.href == "/figures/police.vehicles_checked/"
        kept = frozen("police.vehicles_checked")
        (other,) = trace.of(frozen(), EVERYWHERE).beside
        assert other.href == f"/figures/{kept.pk}/"

    def test_a_changed_definition_is_said(self) -> None:
        figure = frozen()
        figure.definition.version = "00000000"  # type: ignore[union-attr]
        assert trace.of(figure, EVERYWHERE).redefined

    def test_made_before_its_time_was_over_it_says_so(self) -> None:
        figure = frozen()
        assert not trace.of(figure, EVERYWHERE).early
        figure.frozen_at = NOON
        assert trace.of(figure, EVERYWHERE).early

    def test_same_key_at_other_times_and_earlier_values_are_named(self) -> None:
        old, new = frozen(), frozen()
        tally("Z01", (0, 8), date(2020, 2, 3), vehicles=1)
        other = frozen(period=day_of(date(2020, 2, 3)))
        Figure.objects.filter(pk=old.pk).update(successor=new)
        found = trace.of(new, EVERYWHERE)
        assert found.others == [other]
        assert found.predecessors == [old]


class TestParts:
    def test_a_running_total_is_divided_only_where_the_parts_add_up(self) -> None:
        count(DAY, "天元区", confirmed_cum=3)
        count(DAY, "石峰区", confirmed_cum=4)
        computed = compute("cases.confirmed_cum", day_of(DAY), Scope())
        (parts,) = proof.evidence(computed, EVERYWHERE).breakdowns
        assert dict(parts.parts) == {"石峰区": 4, "天元区": 3}

    def test_a_streak_is_not_divided(self) -> None:
        count(DAY, confirmed_new=0)
        computed = compute("cases.zero_streak", day_of(DAY), Scope(city.the_city()))
        assert computed.value == Decimal(1)
        assert proof.evidence(computed, EVERYWHERE).breakdowns == ()


class TestStated:
    def accepted(self, text: str) -> Figure:
        receipt = bulletin(text)
        read = Bulletin.objects.get(envelope=receipt.envelope)
        whole = bulletins.merge(read, by=accounts.system())
        bulletins.accept(whole, bulletins.Placing(), version=whole.version, by=accounts.system())
        return Figure.objects.exclude(statement=None).latest("statement__start")

    def test_the_number_stands_in_its_sentence_and_the_sentence_in_its_report(self) -> None:
        figure = self.accepted("办公室开会。后勤保障组调来口罩20万只。会后散会。")
        found = trace.of(figure, EVERYWHERE)
        assert found.quote is not None
        assert found.quote == Quote("办公室开会。", "后勤保障组调来口罩", "20万只", "。", "会后散会。")
        assert found.envelope is not None
        assert found.evidence is None
        assert [use.entry.text for use in found.uses] == ["办公室开会。后勤保障组调来口罩20万只。会后散会。"]

    def test_where_the_report_is_gone_its_sentence_stays(self) -> None:
        figure = self.accepted("办公室开会。后勤保障组调来口罩20万只。")
        for name in settings.KEYRING.names():
            if "envelope" in name or "intake" in name:
                settings.KEYRING.destroy(name)
        found = trace.of(figure, EVERYWHERE)
        assert found.quote is not None
        assert found.quote == Quote("", "后勤保障组调来口罩", "20万只", "。", "")

    def test_out_of_reach_of_the_report_one_still_sees_the_sentence(self) -> None:
        found = trace.of(stated(30, "台次"), EVERYWHERE)
        assert found.envelope is None
        assert found.quote == Quote("", "报称", "30", "台次。", "")


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "words", "convention"),
        [
            (day_of(DAY), "2月2日", "0—24时(自然日)"),
            (Period(day_of(date(2020, 1, 21)).start, day_of(DAY).end), "1月21日—2月2日", "0—24时(自然日)"),
            (watches.whole(DAY, watches.PAGE), "2月1日 23:00—2月2日 23:00", "23—23时(日版日)"),
            (Period(watches.clock(DAY, 0), watches.clock(DAY, 5)), "2月2日 00:00—05:00", "按时刻"),
            (Period(watches.clock(DAY, 5), watches.clock(DAY, 5)), "2月2日 05:00—05:00", "按时刻"),
            (None, "—", "未说明时段"),
        ],
    )
    def test_a_period_says_by_which_day_it_is_cut(self, period: Period | None, words: str, convention: str) -> None:
        assert (trace.spoken(period), trace.convention(period)) == (words, convention)

"""病例日报的网页：登记册共同的规矩，和病例自己的。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shichen.registers.cases.models import DailyCount
from shichen.registers.cases.views import COUNTS
from tests.conftest import Cast
from tests.made import DAY, count
from tests.registers.cases import RegisterCases, signed_in


class TestCounts(RegisterCases):
    register = COUNTS
    owner = "control"
    strangers = ("police", "traffic", "auditor", "outsider")
    better = {"confirmed_cum": "27"}
    said = "荷塘区 2020-02-02"

    def make(self) -> DailyCount:
        return count(DAY, "荷塘区", confirmed_new=1, confirmed_cum=26)

    @pytest.fixture
    def record(self, cast: Cast) -> DailyCount:
        from tests.made import area, deliver

        row = {"area": "荷塘区", "as_of": DAY.isoformat(), "confirmed_new": 1, "confirmed_cum": 26}
        receipt = deliver("case_count", row, unit="epidemic-control-group", by=cast.control)
        assert receipt.envelope.taken == 1
        return DailyCount.objects.current().get(area=area("荷塘区"))

    def test_its_own_officer_sees_list_and_record(self, mine, record) -> None:  # type: ignore[no-untyped-def]
        assert self.said in mine.get(self.register.href).content.decode()
        assert "数据日(截至24时)" in mine.get(self.href(record)).content.decode()


@pytest.mark.django_db
def test_nothing_reported_is_a_dash_and_never_nought(cast: Cast) -> None:
    made = count(DAY, confirmed_cum=26)
    page = signed_in(cast, "office").get(f"/registers/counts/{made.pk}/").content.decode()
    assert '<dt>新增确诊</dt><dd><span class="is-mut">—</span>' in page


@pytest.mark.django_db
def test_the_rules_of_the_register_are_told_beside_the_box(cast: Cast) -> None:
    made = count(DAY, confirmed_new=1, confirmed_cum=26)
    client = signed_in(cast, "office")
    boxes = {"confirmed_new": "30", "confirmed_cum": "26", "published_on": "2020-02-03", "reason": "核对"}
    answer = client.post(f"/registers/counts/{made.pk}/correct/", boxes)
    assert answer.status_code == 422
    assert "新增30多于累计26" in answer.content.decode()
    assert DailyCount.objects.current().get(first=made.first).revision == 1


@pytest.mark.django_db
def test_the_latest_day_stands_first(cast: Cast) -> None:
    for back in range(3):
        count(date(2020, 2, 10) - timedelta(days=back), confirmed_cum=20)
    rows = signed_in(cast, "office").get("/registers/counts/").context["page"].rows
    assert [row.as_of.day for row in rows] == [10, 9, 8]

"""病例一览表: a row a case, its dates in order, the same number again a new version; seen by whom it concerns alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from shichen import watches
from shichen.audit.context import acting
from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.city.models import Event
from shichen.intake.models import Envelope, Reject
from shichen.journal.models import Entry
from shichen.registers.cases import erasing, queries
from shichen.registers.cases.line_views import LINES
from shichen.registers.cases.models import CaseLine
from tests.conftest import Cast
from tests.made import area, deliver
from tests.publications.people import person
from tests.registers.cases import RegisterCases, signed_in

DAY = date(2020, 2, 2)
CDC = "epidemic-control-group"


def listed(*rows: dict[str, Any], unit: str = CDC, **more: Any) -> Envelope:
    """Rows of a list as one report; a row without dates was reported on 2 February, ill three days before."""
    begun = {"date_onset": "2020-01-30", "date_reporting": "2020-02-02"}
    said = [{"number": f"A{place}", **begun, **row} for place, row in enumerate(rows, start=1)]
    return deliver("case_line", said if len(said) > 1 else said[0], unit=unit, **more).envelope


def refusals(envelope: Envelope) -> list[str]:
    rows = Reject.objects.filter(envelope=envelope.id).order_by("row_no")
    return [str(fault) for row in rows for fault in row.faults] or [envelope.note]


@pytest.mark.django_db
class TestReporting:
    def test_a_case_is_kept_with_its_dates_and_nobody_is_named(self) -> None:
        listed({"origin": "imported", "area": "醴陵市"})
        line = CaseLine.objects.get()
        assert (line.number, line.date_onset, line.date_reporting) == ("A1", date(2020, 1, 30), DAY)
        assert (line.origin, line.classification, line.sensitivity) == ("imported", "confirmed", "sensitive")
        assert line.area.name == "醴陵市"
        assert Entry.objects.latest("seq").text == "收到病例一览表1例，其中重报0例，发病日期不明0例。"

    def test_a_sheet_is_a_door_like_the_others(self) -> None:
        text = "编号,县市区,发病日期,报告日期,感染来源\nA1,天元区,2020-01-29,2020-02-01,本地\nA2,天元区,,2020-02-02,\n"
        envelope = deliver("case_line", text.encode(), unit=CDC, media_type="text/csv", filename="list.csv").envelope
        assert (envelope.state, envelope.taken) == (Envelope.State.ENTERED, 2)
        first, second = CaseLine.objects.order_by("number")
        assert (first.origin, second.origin) == ("local", "unknown")
        assert second.date_onset is None
        assert Entry.objects.latest("seq").text.endswith("发病日期不明1例。")

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ({"date_onset": "2020-02-03"}, "发病日期晚于报告日期；请核对，不知道发病日期就留空。"),
            ({"date_onset": "2019-01-30"}, "发病到报告超过180天；请核对年份。"),
            ({"date_onset": "2020-02-30"}, "2020-02-30"),
            ({"date_reporting": "2099-02-02", "date_onset": ""}, "报告日期还没有到；请核对年月日。"),
            ({"date_confirmation": "2099-02-02"}, "确诊日期还没有到；请核对年月日。"),
            ({"classification": "无症状"}, "无症状感染者没有发病日期；请留空，已发病的改分类为确诊。"),
            (
                {"outcome": "出院", "date_outcome": "2020-01-20"},
                "转归日期早于发病或报告日期；请核对。",
            ),
            ({"number": "13800138000"}, "病例编号不能用证件号码、手机号码或车牌；请用本单位自编的编号。"),
            ({"origin": "外星"}, "请从这些里选：本地、输入、不明"),
            ({"number": ""}, "病例编号"),
        ],
    )
    def test_what_cannot_be_is_refused_with_what_to_do(self, row: dict[str, Any], words: str) -> None:
        envelope = listed(row)
        assert not CaseLine.objects.exists()
        assert any(words in sentence for sentence in refusals(envelope)), refusals(envelope)

    def test_a_row_that_is_refused_keeps_the_others_and_is_sealed_while_it_waits(self) -> None:
        envelope = listed({}, {"date_onset": "2020-02-03"}, {})
        assert (envelope.taken, envelope.rejects.count()) == (2, 1)
        waits = envelope.rejects.get()
        assert waits.row_no == 2
        assert "2020-02-03" not in str(waits.raw)
        assert "A2" not in str(waits.raw)

    def test_the_same_number_again_is_the_next_version_of_the_same_case(self) -> None:
        listed({"date_onset": ""})
        again = listed({"date_onset": "2020-01-28", "origin": "本地"})
        assert (again.taken, again.duplicate) == (1, 0)
        assert CaseLine.objects.current().count() == 1
        line = CaseLine.objects.current().get()
        assert (line.revision, line.date_onset, line.origin) == (2, date(2020, 1, 28), "local")
        assert line.reason == f"重报：来件第{again.seq}号第1行"
        assert Trail.objects.filter(action="correct", subject=str(line.first)).exists()

    def test_the_same_again_is_a_duplicate_and_an_empty_box_takes_nothing_away(self) -> None:
        listed({"origin": "local", "area": "醴陵市"})
        assert listed({"origin": "local", "area": "醴陵市"}).duplicate == 1
        assert listed({"date_onset": "", "area": ""}).duplicate == 1
        line = CaseLine.objects.get()
        assert (line.date_onset, line.origin, line.area.name) == (date(2020, 1, 30), "local", "醴陵市")

    def test_two_rows_of_one_number_in_one_sheet_are_for_a_person_to_sort_out(self) -> None:
        envelope = listed({"number": "A1"}, {"number": "A1", "date_onset": "2020-01-28"})
        assert envelope.taken == 1
        assert "这份表里同一病例编号不止一行；请合成一行再报。" in refusals(envelope)

    def test_each_sender_has_numbers_of_its_own(self) -> None:
        listed({})
        listed({}, unit="medical-group")
        assert CaseLine.objects.current().count() == 2

    def test_who_may_not_report_for_an_area_is_told_so(self, cast: Cast) -> None:
        envelope = listed({"area": "长沙市"}, unit="traffic-safety-group", by=cast.traffic)
        assert not CaseLine.objects.exists()
        assert any("长沙市" in one for one in refusals(envelope)), refusals(envelope)

    def test_thirty_days_after_the_event_nobodys_number_is_held(self) -> None:
        listed({}, {"date_onset": "2020-02-03"}, {})  # the second is refused and waits
        listed({"date_onset": "2020-01-29"})
        Event.objects.update(ended_on=date(2020, 4, 1))
        ends = watches.clock(date(2020, 5, 1), 12)
        assert erasing.expire(ends) == 0
        later = ends + timedelta(days=1)
        with acting("job", moment=later):
            assert erasing.expire(later) == 2
            assert erasing.expire(later) == 0
        assert {one.number for one in CaseLine.objects.all()} == {"流水000001", "流水000002"}
        newer = CaseLine.objects.get(revision=2)
        assert {one.number for one in CaseLine.objects.filter(first=newer.first)} == {newer.number}  # in every version
        assert newer.date_onset == date(2020, 1, 29)
        assert not any(Envelope.objects.filter(kind="case_line").values_list("body", flat=True))
        assert [one.raw for one in Reject.objects.all()] == [{}]
        assert Entry.objects.get(act="erase_lines").text.startswith("依留存期限将病例编号改作流水号2例")
        assert Trail.objects.filter(action="erase", table="cases.caseline").count() == 1
        with acting("job", moment=later):
            refused = listed({"number": "A1"}, reported_at=later)
        assert "再报对不上" in str(refusals(refused))
        assert CaseLine.objects.current().count() == 2

    def test_the_next_turn_goes_on_where_the_last_one_stopped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        listed({}, {}, {})
        Event.objects.update(ended_on=date(2020, 4, 1))
        monkeypatch.setattr(erasing, "MOST_AT_ONCE", 2)
        later = watches.clock(date(2020, 6, 1), 12)
        with acting("job", moment=later):
            assert [erasing.expire(later) for _turn in range(3)] == [2, 1, 0]
        assert sorted(CaseLine.objects.values_list("number", flat=True)) == [f"流水00000{at}" for at in (1, 2, 3)]
        assert not any(Envelope.objects.filter(kind="case_line").values_list("body", flat=True))

    def test_the_database_itself_keeps_versions_and_the_order_of_dates(self) -> None:
        listed({})
        line = CaseLine.objects.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            CaseLine.objects.filter(pk=line.pk).update(date_onset=DAY)
        twin = CaseLine.objects.get()
        twin.pk = twin.first = None
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


@pytest.mark.django_db
class TestCounting:
    def test_suspected_and_asymptomatic_ones_are_no_cases(self) -> None:
        listed(
            {"classification": "确诊"},
            {"classification": "临床诊断"},
            {"classification": "疑似"},
            {"classification": "排除"},
            {"classification": "无症状", "date_onset": ""},
        )
        found = queries.lines(city.the_event())
        assert sorted(found.values_list("number", flat=True)) == ["A1", "A2"]

    def test_a_district_is_part_of_its_city_and_what_came_later_was_not_known(self) -> None:
        with acting("test", moment=watches.clock(DAY, 12)):
            listed({"area": "天元区"}, {"area": "醴陵市"})
        with acting("test", moment=watches.clock(DAY + timedelta(days=1), 12)):
            listed({"area": "天元区", "date_onset": "2020-01-25"})
        event = city.the_event()
        assert queries.lines(event, area=area("天元区")).count() == 1
        assert queries.lines(event, area=city.the_city()).count() == 2
        then = queries.lines(event, watches.clock(DAY, 13), area("天元区")).get()
        assert then.date_onset == date(2020, 1, 30)
        assert queries.last_change(event, watches.clock(DAY, 13)) == watches.clock(DAY, 12)
        assert queries.last_change(event, watches.clock(DAY + timedelta(days=1), 13)) == watches.clock(
            DAY + timedelta(days=1), 12
        )


class TestLinesRegister(RegisterCases):
    register = LINES
    owner: ClassVar[str] = "office"  # who has no token is refused, whoever it is
    strangers = ("office", "control", "traffic", "police", "auditor", "secadmin", "outsider")
    better: ClassVar[dict[str, str]] = {"date_onset": "2020-01-28"}
    said = "KA-0007"

    def make(self) -> CaseLine:
        envelope = listed({"number": self.said})
        return CaseLine.objects.get(envelope=envelope.id)

    @pytest.fixture
    def mine(self, cast: Cast) -> Client:
        client = Client()
        client.force_login(person("tracer", "cdc", CDC))
        return client

    def test_filters_lead_from_a_day_to_its_cases(self, mine: Client, record: CaseLine) -> None:
        assert self.said in mine.get(LINES.href, {"onset": "2020-01-30"}).content.decode()
        assert self.said not in mine.get(LINES.href, {"reported": "2020-01-30"}).content.decode()
        assert self.said not in mine.get(LINES.href, {"origin": "imported"}).content.decode()

    def test_the_index_shows_it_to_nobody_else(self, cast: Cast, mine: Client, record: CaseLine) -> None:
        assert "/registers/lines/" in mine.get("/registers/").content.decode()
        assert 'href="/registers/lines/"' not in signed_in(cast, "office").get("/registers/").content.decode()

    def test_what_is_exported_comes_in_again_as_the_same(self, mine: Client, record: CaseLine) -> None:
        data = mine.get("/registers/lines.csv").content
        envelope = deliver("case_line", data, unit=CDC, media_type="text/csv", filename="again.csv").envelope
        assert (envelope.read, envelope.duplicate, envelope.taken) == (1, 1, 0), envelope.note

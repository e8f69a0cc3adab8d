"""运行日志: numbered within its watch, never changed, struck only with a reason; event time and page are kept apart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from shichen import watches
from shichen.audit.models import Seal, Trail
from shichen.city import queries as city
from shichen.city import services as accounts
from shichen.city.scope import Sight, sight
from shichen.journal import queries, services
from shichen.journal.models import Entry, Mark
from shichen.journal.services import Said
from shichen.refusal import Refusal
from tests.conftest import Cast
from tests.made import DAY, NOON, body

pytestmark = pytest.mark.django_db

EVERYWHERE = Sight(((None, "", None),))


def said(text: str = "值班记事。", **more: Any) -> Said:
    return Said(text=text, unit=body("office"), area=city.the_city(), event=city.the_event(), **more)


def write(text: str = "值班记事。", at: Any = NOON, **more: Any) -> Entry:
    return services.write(said(text, **more), by=accounts.system(), at=at)


class TestWriting:
    def test_an_entry_stands_in_the_watch_and_on_the_page_of_its_report(self) -> None:
        entry = write(at=watches.clock(DAY, 23, 30))
        assert (entry.watch, entry.page_day) == ("子", DAY + timedelta(days=1))
        assert write(at=watches.clock(DAY, 22, 59)).page_day == DAY

    def test_braces_that_somebody_wrote_are_nobodys_slots(self) -> None:
        assert services.plain("理由：{cases.dead}见附件") == "理由：（cases.dead）见附件"

    def test_the_watch_that_prints_it_is_the_editors(self) -> None:
        entry = write(slot="丑", page_day=DAY)
        assert (entry.watch, entry.printed_watch) == ("午", "丑")

    def test_when_it_happened_stays_empty_where_it_is_not_known(self) -> None:
        entry = write(slot="丑")
        assert (entry.occurred_from, entry.occurred_to) == (None, None)

    def test_entries_are_numbered_within_watch_and_day(self) -> None:
        numbers = [write(at=NOON + timedelta(minutes=n)).label for n in range(3)]
        assert numbers == ["午时-001", "午时-002", "午时-003"]
        assert write(at=NOON + timedelta(hours=2)).label == "未时-001"
        assert write(at=NOON + timedelta(days=1)).label == "午时-001"

    def test_a_number_taken_back_is_given_again_and_none_is_left_out(self) -> None:
        from django.db import transaction

        write()
        with transaction.atomic():
            write()
            transaction.set_rollback(True)
        assert write().number == 2

    def test_the_unit_is_printed_by_the_name_of_its_day(self) -> None:
        one = Said(text="发布第1号令。", unit=body("leading-group"), area=city.the_city(), event=city.the_event())
        entry = services.write(one, by=accounts.system(), at=watches.clock(date(2020, 1, 27), 12))
        assert entry.unit_text.endswith("指挥部")

    def test_it_is_sealed_in_the_same_act(self) -> None:
        from django.db import connection

        entry = write()
        assert entry.mac == services.mac_of(Entry.objects.get(pk=entry.pk))
        assert Seal.objects.filter(row=entry.id).exists() == (connection.vendor == "sqlite")

    @pytest.mark.parametrize("text", ["", "  \n ", "a\x00b", "a\x1bb", "\ud800", "字" * 20_001])
    def test_what_cannot_be_kept_is_refused(self, text: str) -> None:
        with pytest.raises(Refusal) as refused:
            write(text)
        assert refused.value.field == "text"
        assert not Entry.objects.exists()


class TestNumbering(TestCase):
    """Whatever the order of reports, each watch of a page day counts 1, 2, 3 without gap or repeat."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.integers(min_value=0, max_value=47), max_size=20))
    def test_no_gap_and_no_repeat(self, hours: list[int]) -> None:
        Entry.objects.all()
        before = list(Entry.objects.values_list("pk", flat=True))
        for hour in hours:
            write(at=NOON + timedelta(hours=hour))
        numbers: dict[tuple[date, str], list[int]] = {}
        for entry in Entry.objects.exclude(pk__in=before).order_by("seq"):
            numbers.setdefault((entry.page_day, entry.watch), []).append(entry.number)
        assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


class TestMarks:
    def test_striking_needs_a_reason_and_leaves_the_words(self) -> None:
        entry = write("误记。")
        with pytest.raises(Refusal, match="理由"):
            services.strike(entry, "  ", by=accounts.system())
        services.strike(entry, "记错了单位", by=accounts.system())
        assert Entry.objects.get(pk=entry.pk).text == "误记。"
        assert entry not in Entry.objects.standing()

    def test_it_is_struck_once_and_may_name_what_takes_its_place(self) -> None:
        entry, better = write("误记。"), write("更正后的。")
        mark = services.strike(entry, "更正", successor=better, by=accounts.system())
        assert mark.successor == better
        with pytest.raises(Refusal, match="已被划去"):
            services.strike(entry, "再划一次", by=accounts.system())

    def test_striking_is_in_the_trail(self, cast: Cast) -> None:
        entry = write()
        services.strike(entry, "重复", by=cast.office)
        row = Trail.objects.get(action="strike")
        assert (row.subject, row.reason, row.actor) == (str(entry.id), "重复", str(cast.office.pk))

    def test_a_reason_too_long_to_keep_is_refused(self) -> None:
        with pytest.raises(Refusal, match="最多 200 字"):
            services.strike(write(), "长" * 201, by=accounts.system())

    def test_other_marks_leave_an_entry_standing(self) -> None:
        entry = write()
        services.mark(entry, Mark.Kind.ADOPTED, detail="day_page", by=accounts.system())
        assert entry in Entry.objects.standing()


class TestReading:
    def test_the_log_is_read_as_it_stood(self) -> None:
        early, late = write(at=NOON), write(at=NOON + timedelta(hours=1))
        assert list(queries.seen(EVERYWHERE, as_of=NOON)) == [early]
        assert list(queries.seen(EVERYWHERE)) == [early, late]

    def test_each_watch_of_a_day_is_counted(self) -> None:
        for hours in (0, 0, 2):
            write(at=NOON + timedelta(hours=hours))
        assert queries.by_watch(EVERYWHERE, DAY) == {"午": 2, "未": 1}

    def test_only_what_is_within_reach_is_read(self, cast: Cast) -> None:
        write()
        assert not queries.seen(sight(cast.traffic, "view", at=NOON)).exists()
        assert queries.seen(sight(cast.office, "view", at=NOON)).exists()

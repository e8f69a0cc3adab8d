"""班次: declared once and judged one by one; a night shift belongs to the day it begins on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen import watches
from shichen.audit.context import acting
from shichen.refusal import Refusal
from shichen.registers.checkpoints import queries, services, shifts
from shichen.registers.checkpoints.models import Network
from shichen.registers.checkpoints.shifts import Shift
from tests.made import DAY, deliver, post, post_row, tally

BEFORE = DAY - timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return watches.clock(day, hour, minute)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        (shifts.THREE, ((0, 480), (480, 960), (960, 1440))),
        ("0-8 8-16 16-24", ((0, 480), (480, 960), (960, 1440))),
        ("0—8、8—16、16—0", ((0, 480), (480, 960), (960, 1440))),
        ("20:00-08:00，08:00-20:00", ((480, 1200), (1200, 1920))),
        ("８：30～17：30", ((510, 1050),)),
        ("8-8", ((480, 1920),)),
        ("", ()),
    ],
)
def test_shifts_are_read_as_people_write_them(text: str, hours: tuple[tuple[int, int], ...]) -> None:
    assert shifts.declared(text) == hours


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("早班", "读不懂"),
        ("8-25", "钟点不对"),
        ("24-8", "钟点不对"),
        ("0-9 8-16", "不能重叠"),
        ("20-8 6-20", "不能重叠"),
        (" ".join(f"{hour}-{hour + 1}" for hour in range(13)), "最多 12 个"),
    ],
)
def test_shifts_that_cannot_be_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        shifts.declared(text)


def test_a_night_shift_belongs_to_the_day_it_begins_on() -> None:
    night = shifts.begun(shifts.declared("8-20 20-8"), DAY, DAY)[1]
    assert (night.on, night.start, night.end) == (DAY, at(20), at(8, day=DAY + timedelta(days=1)))
    assert shifts.spoken(night.start, night.end) == "20—次日8时"
    assert shifts.spoken(at(16), at(24)) == "16—24时"
    assert shifts.spoken(at(8, 30), at(16, 30)) == "8:30—16:30"


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ((at(8), at(16)), True),
        ((at(7, 30), at(15, 30)), True),  # handed over half an hour early
        ((at(8), at(11)), True),  # went home early: its shift all the same
        ((at(0), at(24)), True),  # one tally for the whole day
        ((at(0), at(8)), False),
        ((at(15, 30), at(23, 30)), False),
    ],
)
def test_a_tally_tells_the_shift_that_most_of_it_lies_in(hours: tuple[datetime, datetime], told: bool) -> None:
    assert Shift(at(8), at(16)).told_by(*hours) is told


@given(st.integers(0, 23), st.integers(1, 24))
def test_every_moment_of_a_shift_is_of_one_shift_alone(start: int, length: int) -> None:
    """However the day is cut into two, the two shifts neither overlap nor leave a gap."""
    end = (start + length) % 24
    if end == start:
        return
    day = shifts.begun(shifts.declared(f"{start}-{end} {end}-{start}"), DAY, DAY)
    assert sum((one.end - one.start for one in day), timedelta(0)) == timedelta(days=1)
    first, second = sorted(day)
    assert first.end <= second.start


@pytest.mark.django_db
class TestWhatIsOwed:
    def owed(self, now: datetime) -> list[tuple[str, str]]:
        found = queries.shifts_of(BEFORE, DAY, at=now).unreported()
        return [(shifts.spoken(shift.start, shift.end), one.code) for shift, one in found if shift.on == DAY]

    def test_each_shift_is_owed_from_its_end_on(self) -> None:
        post("Z01")
        assert self.owed(at(7, 59)) == []
        assert self.owed(at(8)) == [("0—8时", "Z01")]
        assert self.owed(at(16, 5)) == [("0—8时", "Z01"), ("8—16时", "Z01")]

    def test_a_tally_settles_its_own_shift_and_no_other(self) -> None:
        post("Z01")
        with acting("job", moment=at(16, 1)):
            tally("Z01", (8, 16))
        assert self.owed(at(16, 5)) == [("0—8时", "Z01")]

    def test_what_was_told_later_was_not_known_then(self) -> None:
        post("Z01")
        with acting("job", moment=at(12)):
            tally("Z01", (0, 8))
        assert self.owed(at(11)) == [("0—8时", "Z01")]
        assert self.owed(at(13)) == []

    def test_a_post_keeps_the_hours_it_declares_and_others_those_of_their_network(self) -> None:
        Network.objects.filter(code="traffic").update(shifts="0-12 12-24")
        post("Z01")
        post("Z02", shifts="8-20")
        assert self.owed(at(13)) == [("0—12时", "Z01")]
        assert self.owed(at(20)) == [("0—12时", "Z01"), ("8—20时", "Z02")]

    def test_the_night_shift_of_a_post_that_is_withdrawn_at_midnight_is_still_owed(self) -> None:
        post("Z01", shifts="20-8", closed_on=str(DAY))
        found = queries.shifts_of(BEFORE, DAY, at=at(9)).unreported()
        assert [(shift.on, one.code) for shift, one in found] == [(BEFORE, "Z01")]

    def test_a_post_not_yet_or_no_longer_there_owes_nothing(self) -> None:
        post("Z01", opened_on=str(DAY + timedelta(days=1)))
        post("Z02", closed_on=str(BEFORE))
        assert queries.shifts_of(BEFORE, DAY, at=at(23)).unreported() == []

    def test_two_questions_are_asked_however_many_posts_there_are(self, django_assert_num_queries: object) -> None:
        for number in range(6):
            post(f"Z{number}")
        with django_assert_num_queries(2):  # type: ignore[operator]
            assert len(self.owed(at(9))) == 6

    def test_shifts_that_cannot_be_read_do_not_come_in(self) -> None:
        receipt = deliver("checkpoint_post", post_row("Z01", shifts="早班晚班"))
        assert "读不懂" in receipt.envelope.note

    def test_the_profile_declares_the_shifts_of_a_network(self) -> None:
        row = {"code": "traffic", "name": "疫情值守点", "run_by": "traffic-safety-group"}
        services.load_networks([{**row, "shifts": ["8-20", "20-8"]}], ["traffic"])
        assert Network.objects.get(code="traffic").shifts == "8-20 20-8"
        with pytest.raises(Refusal, match="不能重叠"):
            services.load_networks([{**row, "shifts": "0-9 8-16"}], ["traffic"])

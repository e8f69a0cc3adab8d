"""逐车合计: a shift is summed up over files and rows alike; the sum says when a file of it cannot be read, and takes nothing back for that."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from shichen import watches
from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.journal.models import Entry
from shichen.records import lake
from shichen.records.bulk import keeping
from shichen.records.manifest import Batch
from shichen.registers.checkpoints import checks, passings, services, sheets
from shichen.registers.checkpoints.hours import Hours
from shichen.registers.checkpoints.models import COUNTS, Post, Tally
from shichen.registers.loads import services as loads
from tests.conftest import Cast
from tests.made import DAY, post, tally
from tests.records.bulk.conftest import IDS
from tests.registers.cases import signed_in
from tests.registers.test_drawing import OVER, at, draw, value
from tests.registers.test_passings import passing
from tests.registers.test_sealing import in_file, lake_of, seal

pytestmark = pytest.mark.django_db
HEAD = "时间,卡点,车牌,证件号码,处置,体温,来源地"
LINES = (
    f"2020-02-02 08:10:00,Z01,湘B11111,{IDS[0]},放行,36.5,",
    f"2020-02-02 09:20:00,Z01,鄂A22222,{IDS[1]},劝返,37.4,420100",
    "2020-02-02 09:20:00,Z01,鄂A22222,,劝返,36.6,420100",
    f"2020-02-02 15:59:59,Z01,湘B33333,{IDS[2]},移交,36.5,430200",
    f"2020-02-02 16:00:00,Z01,湘B44444,{IDS[3]},放行,36.5,",
)
DAYTIME = (at(8), at(16))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    return lake_of(tmp_path, settings)


def the_post(code: str = "Z01") -> Post:
    found: Post = Post.objects.current().get(code=code)
    return found


def columns(code: str = "Z01", span: tuple[object, object] = DAYTIME) -> dict[str, int]:
    return Hours([the_post(code)], [span]).columns(the_post(code), span)  # type: ignore[arg-type,list-item]


def drawn() -> Tally:
    found: Tally = Tally.objects.current().get(post__code="Z01", occurred_from=at(8))
    return found


def broken(folder: Path, layout: str = lake.PLACE) -> tuple[Path, bytes]:
    path = folder / Batch.objects.get(layout=layout, removed=None).path
    was = path.read_bytes()
    data = bytearray(was)
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return path, was


class TestAShiftThatOnlyAFileTells:
    def test_is_summed_up_by_the_rule_of_any_other(self) -> None:
        in_file(*LINES, head=HEAD)
        assert draw() == 1
        one = drawn()
        assert {name: getattr(one, name) for name in COUNTS} == {
            "vehicles": 3,
            "source_area_vehicles": 0,
            "persons": 3,
            "source_area_persons": 1,
            "turned_back": 1,
            "referred": 1,
            "fever": 1,
        }
        assert (one.drawn, one.handled, one.of_files, one.lacks) == (True, 2, 3, [])
        said = Entry.objects.filter(act="record_tally").latest("seq").text
        assert said == "Z01号点2月2日8—16时查控车辆3台、人员3人，劝返1人，移交1人(汇自逐车记录和成批流水)。"
        assert value("traffic.vehicles_checked") == 3
        assert draw() == 0

    def test_of_the_posts_that_a_file_does_not_name_nothing_is_drawn(self) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        assert not Tally.objects.filter(post__code="Z02").exists()

    def test_a_load_that_is_withdrawn_leaves_the_sum_as_its_next_version(self) -> None:
        load = in_file(*LINES, head=HEAD)
        passing(at(9), persons=2)
        draw()
        assert drawn().vehicles == 4
        with acting("test", moment=at(20)):
            loads.withdraw(load, "重报", by=accounts.system())
        assert draw(at(21)) == 1
        one = drawn()
        assert (one.vehicles, one.persons, one.of_files, one.revision) == (1, 2, 0, 2)

    def test_what_the_post_states_takes_its_place(self) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        tally(hours=(8, 16), vehicles=10, persons=10)
        assert (draw(at(17)), value("traffic.vehicles_checked")) == (0, 10)


class TestFilesAndRows:
    def test_are_one_sum_before_and_after_sealing_and_compaction(self) -> None:
        rng = random.Random(5)
        for _ in range(14):
            done = rng.choice(["passed", "passed", "turned_back", "referred"])
            foot = rng.random() < 0.2
            passing(
                at(rng.randrange(7, 17), rng.randrange(60)),
                post=rng.choice(["Z01", "Z02"]),
                plate="" if foot or rng.random() < 0.2 else f"湘B{rng.randrange(10000, 99999)}",
                on_foot=foot,
                persons=rng.randrange(1, 6),
                outcome=done,
                why="" if done == "passed" else "无必要事由",
                temperature=rng.choice(["36.5", "37.6"]),
            )
        in_file(*LINES, head=HEAD)
        said = [columns(code, span) for code in ("Z01", "Z02") for span in (DAYTIME, (at(0), at(8)), (at(16), at(24)))]
        days = [sheets.of_day(the_post(code), DAY).watches for code in ("Z01", "Z02")]
        draw()
        for moment in (at(11), at(19)):
            seal(moment)
            again = [
                columns(code, span) for code in ("Z01", "Z02") for span in (DAYTIME, (at(0), at(8)), (at(16), at(24)))
            ]
            assert again == said
            assert [sheets.of_day(the_post(code), DAY).watches for code in ("Z01", "Z02")] == days
            assert draw() == 0, "a seal is no reason to draw anew"
        keeping.compact(loads.place())
        assert columns() == said[0]

    def test_however_a_day_is_cut_its_parts_add_up_to_it(self) -> None:
        in_file(*LINES, head=HEAD)
        for hour, minute in ((0, 30), (8, 30), (15, 59), (23, 10)):
            passing(at(hour, minute), persons=2)
        seal(watches.clock(DAY + timedelta(days=1), 1))
        passing(at(23, 40), persons=3)
        whole = columns(span=(at(0), at(24)))

        @given(st.lists(st.integers(1, 24 * 60 - 1), unique=True, max_size=4))
        @hypothesis(max_examples=30, deadline=None)
        def adds_up(minutes: list[int]) -> None:
            borders = [at(0), *(at(0) + timedelta(minutes=one) for one in sorted(minutes)), at(24)]
            spans = list(pairwise(borders))
            summed = Hours([the_post()], spans)
            parts = [summed.columns(the_post(), span) for span in spans]
            assert {name: sum(one[name] for one in parts) for name in whole} == whole

        adds_up()

    def test_what_came_both_ways_is_one_once_its_watch_is_over(self) -> None:
        in_file("2020-02-02 08:10:00,Z01,湘B12342,,劝返,36.5,", head=HEAD)
        passing(at(8, 10), plate="湘B·12342", persons=1, outcome="turned_back", why="无必要事由")
        seal(at(9))
        found = columns()
        assert (found["vehicles"], found["turned_back"], found["of_files"]) == (1, 0, 0)

    def test_a_correction_and_a_past_moment(self, cast: Cast) -> None:
        one = passing(at(8), persons=3)
        seal(at(9))
        with acting("web", moment=at(9, 30)):
            passings.correct(one, {"persons": 5}, "误点", by=cast.office)  # type: ignore[arg-type]
        assert columns()["persons"] == 5
        then = Hours([the_post()], [DAYTIME], as_of=at(9, 20)).of(the_post(), DAYTIME)
        assert then is not None
        assert (then.vehicles, then.persons) == (1, 3)

    def test_many_posts_cost_no_more_questions_than_one(self) -> None:
        in_file(*LINES, head=HEAD)
        for code in ("Z03", "Z04", "Z05"):
            post(code)
            passing(at(9), post=code)

        def asked(posts: list[Post]) -> int:
            with CaptureQueriesContext(
                connection,
            ) as said:
                summed = Hours(posts, [DAYTIME, (at(16), at(24))])
                for one in posts:
                    summed.of(one, DAYTIME), summed.columns(one, DAYTIME)
            return len(said)

        everyone = list(Post.objects.current())
        assert asked(everyone) == asked(everyone[:1])


class TestAFileThatCannotBeRead:
    def test_an_untold_shift_is_drawn_for_what_is_known_and_says_so_until_it_is_whole(
        self, cast: Cast, folder: Path
    ) -> None:
        in_file(*LINES, head=HEAD)
        passing(at(9), persons=2)
        path, was = broken(folder)
        assert draw() == 1
        one = drawn()
        assert one.vehicles < 4
        assert one.lacks == [Batch.objects.get(layout=lake.PLACE).path]
        assert Entry.objects.filter(act="record_tally").latest("seq").text.endswith("，数据不完整)。")
        said = signed_in(cast, "traffic").get(f"/registers/tallies/{one.pk}/").content.decode()
        assert "1 个数据文件读不出，数比实际少" in said
        assert f"/registers/posts/{one.post_id}/watches/?on=2020-02-02" in said
        path.write_bytes(was)
        keeping.verify(folder, at=OVER)
        assert draw(OVER + timedelta(days=3)) == 2, "however long it took to mend it; and the evening by now"
        assert (drawn().vehicles, drawn().lacks, drawn().reason) == (4, [], "流水文件已补全，重新汇总")

    def test_a_person_who_puts_it_right_answers_for_it(self, cast: Cast, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        broken(folder)
        draw()
        with acting("job", moment=at(18)):
            new = services.correct_tally(drawn(), {"vehicles": 4, "persons": 9}, "与登记本核对", by=cast.office)  # type: ignore[arg-type]
        assert (new.drawn, new.lacks, new.of_files) == (False, [], 0)

    def test_takes_nothing_back_that_was_counted_when_it_was_whole(self, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        broken(folder, lake.ROLLUP)
        passing(at(9), persons=2)
        assert draw() == 0
        assert (drawn().vehicles, drawn().lacks) == (3, [])

    def test_rows_that_were_destroyed_on_time_leave_the_sum_that_was_made_of_them(self, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        keeping.expire(folder, settings.KEYRING, timedelta(days=28), at=at(8) + timedelta(days=60))
        assert draw() == 0
        told = [one.passed for one in sheets.of_day(the_post(), DAY).shifts][1]
        assert told is not None
        assert [one.why for one in told.lacks] == ["destroyed"]
        assert drawn().vehicles == 3

    def test_one_that_was_set_aside_is_not_called_destroyed(self, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        broken(folder)
        keeping.verify(folder, at=OVER)
        assert [gap.why for gap in sheets.of_day(the_post(), DAY).lacks] == ["aside"]

    def test_of_a_post_that_the_file_does_not_name_nothing_is_lacking(self, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        passing(at(9), post="Z02")
        broken(folder)
        draw()
        assert Tally.objects.current().get(post__code="Z02").lacks == []


class TestReconciliation:
    def found(self) -> list[tuple[bool, str, str]]:
        return [(one.ok, one.sides[1].value, one.explained) for one in checks.a_shift_and_its_passings()]

    def test_a_stated_shift_is_compared_with_what_files_and_rows_say(self) -> None:
        tally(hours=(8, 16), vehicles=20, persons=20)
        in_file(*LINES, head=HEAD)
        passing(at(9), persons=2)
        before = list(checks.a_shift_and_its_passings())
        assert self.found() == [(False, "4", "")]
        seal(at(17))
        assert list(checks.a_shift_and_its_passings()) == before, "the same work item, the same numbers"

    def test_a_file_may_be_a_part_but_never_more_than_was_stated(self) -> None:
        tally(hours=(8, 16), vehicles=20, persons=20)
        in_file(*LINES, head=HEAD)
        assert self.found() == [], "of a camera, or of one lane"
        in_file(*(f"2020-02-02 09:{n:02}:00,Z01,湘B111{n:02}" for n in range(24)), name="b.csv")
        assert self.found() == [(False, "27", "")]

    def test_a_file_that_cannot_be_read_raises_no_alarm(self, folder: Path) -> None:
        tally(hours=(8, 16), vehicles=21, persons=21)
        passing(at(9, 30), persons=1)
        in_file(*(f"2020-02-02 09:{n:02}:00,Z01,湘B111{n:02}" for n in range(20)))
        broken(folder, lake.ROLLUP)
        ((ok, _summed, explained),) = self.found()
        assert (ok, explained.startswith("数据不完整：02-02有1个流水文件读不出")) == (False, True)


class TestThePage:
    def test_of_a_post_shows_files_and_rows_and_what_is_lacking(self, cast: Cast, folder: Path) -> None:
        in_file(*LINES, head=HEAD)
        draw()
        client = signed_in(cast, "traffic")
        address = f"/registers/posts/{the_post().pk}/watches/?on=2020-02-02"
        page = client.get(address)
        told = page.context["shifts"][1][1]
        assert (told.passed.vehicles, told.tally.vehicles, told.gap) == (3, 3, None)
        assert "数据不完整" not in page.content.decode()
        broken(folder)
        said = client.get(address).content.decode()
        assert "数据不完整" in said
        assert Batch.objects.get(layout=lake.PLACE).sha256[:16] in said
        assert "从备份恢复" in said


def test_a_shift_of_the_night_takes_rows_of_two_days() -> None:
    Post.objects.update(shifts="20-8 8-20")
    in_file("2020-02-01 21:00:00,Z01,湘B11111", "2020-02-02 07:59:59,Z01,湘B22222", "2020-02-02 08:00:00,Z01,湘B33333")
    assert draw(at(9)) == 1
    assert Tally.objects.current().get().vehicles == 2

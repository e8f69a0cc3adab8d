"""回归: what was decided of closed bulletins is still read by the code and the tables of now, also in the demonstration."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from shichen.bulletins import regression, services
from shichen.bulletins.models import Wording
from shichen.bulletins.regression import Case, Tally
from shichen.city import services as accounts
from tests.bulletins.corrected import cars, taken
from tests.bulletins.wordings import closed, numbers, put, waiting
from tests.conftest import Cast
from tests.made import SOURCE, environment
from tests.plugins.loaded import Copied

TEXT = "交通运输安全组检查车辆1200台次，劝返12人次。"


def cases() -> tuple[list[Case], Tally]:
    tally = Tally()
    return list(regression.cases(tally)), tally


def unchecked(table: str, key: str, standing: bool = False, **values: str) -> None:
    """A row that no page would have let in."""
    at = Wording.objects.order_by("-at").values_list("at", flat=True).first() or accounts.system().created_at
    more: dict[str, Any] = {"standing": standing, "reason": "试", "by": accounts.system(), "at": at}
    Wording.objects.create(table=table, key=key, values=values, **more)


@pytest.mark.django_db
class TestCases:
    def test_what_is_read_as_before_is_no_case(self, cast: Cast) -> None:
        closed(TEXT)
        found, tally = cases()
        assert (found, tally.bulletins, tally.numbers) == ([], 1, 2)

    def test_a_number_that_is_read_no_more_is_lost(self, cast: Cast) -> None:
        closed("各组落实三个到位，发放手册50份。")
        unchecked("idiom", "三个到位", standing=True, word="三个到位")
        found, _tally = cases()
        assert [(one.raw, one.before, one.now, one.lost) for one in found] == [("三个", "3", "—", True)]

    def test_another_indicator_is_told_and_is_no_loss(self, cast: Cast) -> None:
        closed("天元区核定床位8张。")
        put("catalogue", id="hospital.beds_used", row="2", measures="张", all_of="核定；床位")
        found, _tally = cases()
        assert [(one.before, one.now, one.lost) for one in found] == [("hospital.beds", "hospital.beds_used", False)]

    def test_what_a_person_or_the_memory_put_right_never_was_read(self, cast: Cast) -> None:
        cars(2)
        taken(waiting("荷塘区今天查看往来小车70台。"))
        found, tally = cases()
        assert (found, tally.numbers) == ([], 3)

    def test_nor_was_what_a_person_added(self, cast: Cast) -> None:
        made = waiting("各组坚持两个确保，发放手册50份。")
        entry = made.entries.get()
        at = entry.text.index("两个")
        values = {"value": 2, "unit": "个", "subject": "坚持确保", "period": "day"}
        services.add(entry, entry.start + at, entry.start + at + 2, values, by=accounts.system())
        taken(made)
        assert len(numbers(made)) == 2
        assert cases()[1].numbers == 1


def test_every_number_of_the_demonstration_is_read_and_none_is_lost(demonstrated: Copied) -> None:
    """What its clerk decided is written beside its texts: had the reader missed a number, the clerk would have added it."""
    home = demonstrated("regression")
    code = (
        "import django; django.setup()\n"
        "from shichen.bulletins.models import Proposal as P\n"
        "print(P.objects.filter(reason='人工补录').count(), sum('value' in one.was for one in P.objects.all()),"
        " sum('indicator' in one.was for one in P.objects.all()))"
    )
    run = [sys.executable, "-X", "utf8"]
    told = subprocess.run([*run, "-c", code], env=environment(home), capture_output=True, text=True, check=True)
    added, valued, named = map(int, told.stdout.split())
    assert (added, valued) == (0, 0)
    assert named <= 15
    line = [*run, "-m", "shichen", "verify", "--bulletins", "--home", str(home)]
    plain = subprocess.run(line, env=environment(home), capture_output=True, text=True)
    assert plain.returncode == 0, plain.stdout + plain.stderr
    assert "读丢 0 个，读成别的 0 个" in plain.stdout
    code = (
        "import django; django.setup()\n"
        "from shichen.bulletins.models import Proposal, Wording; from shichen.bulletins.regression import KEPT\n"
        "from shichen.city import services; from django.utils import timezone\n"
        "kept = Proposal.objects.filter(state__in=KEPT, entry__bulletin__state='closed', raw__regex='^[0-9]+.$')\n"
        "raw = kept.order_by('entry__bulletin__received_at', 'start')[0].raw\n"
        "Wording.objects.create(table='idiom', key=raw, values={'word': raw}, reason='试',"
        " by=services.system(), at=timezone.now())"
    )
    subprocess.run([*run, "-c", code], env=environment(home), capture_output=True, text=True, check=True)
    broken = subprocess.run([*line, "--json"], env=environment(home), capture_output=True, text=True)
    assert broken.returncode == 1
    found = json.loads(broken.stdout)
    assert found["lost"] == sum(case["lost"] for case in found["cases"]) > 0


def test_the_command_says_so_before_a_home_is_there(tmp_path: Any) -> None:
    line = [sys.executable, "-X", "utf8", "-m", "shichen", "verify", "--bulletins", "--home", str(tmp_path / "no")]
    run = subprocess.run(line, capture_output=True, text=True, env={**environment(tmp_path), "PYTHONPATH": str(SOURCE)})
    assert run.returncode == 4

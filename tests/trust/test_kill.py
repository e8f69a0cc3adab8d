"""F1: no acknowledged report is lost, altered or doubled when the server is killed; its mutants lose and double."""

from __future__ import annotations

import pytest
from benchmarks.trust.house import House
from benchmarks.trust.kill import trial_in

pytestmark = pytest.mark.slow

CARELESS = "benchmarks.trust.careless:application"


class TestServer:
    def test_killed_at_random_moments_it_keeps_what_it_acknowledged(self, house: House) -> None:
        report = trial_in(house, kills=6, seed=20200202)
        assert report.clean, report
        assert report.acknowledged > 40

    def test_mutant_that_answers_before_it_commits_loses(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CARELESS", "early")
        report = trial_in(house, kills=1, seed=1, application=CARELESS)
        assert report.lost > 0, report

    def test_mutant_that_forgets_numbers_counts_twice(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CARELESS", "forgetful")
        report = trial_in(house, kills=1, seed=2, application=CARELESS, resent=1)
        assert report.doubled > report.acknowledged, report


class TestEveryStatement:
    """A process that dies before each statement of a report in turn leaves all of it or nothing, and a resend mends it."""

    def test_nothing_half_done_is_left(self, house: House) -> None:
        found = house.ask("from benchmarks.trust import crash; crash.main()")
        assert found["wrong"] == []
        assert found["unworked"] == 0
        assert found["deaths"] > 20

    def test_mutant_with_the_trail_in_another_transaction_is_caught(self, house: House) -> None:
        found = house.ask("from benchmarks.trust import crash; crash.main(mutant=True)")
        assert any("0 trail rows" in fault for fault in found["wrong"])

"""核对: what does not agree becomes a work item once, with both sides; what a person explained is not asked again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shichen.city import services as accounts
from shichen.reconciliation import checks, running, services
from shichen.reconciliation.checks import Finding, Side
from shichen.reconciliation.models import Disagreement
from tests.made import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    """What the only check there is will find."""
    findings: list[Finding] = []

    def look() -> Iterator[Finding]:
        yield from findings

    monkeypatch.setattr(checks, "_CHECKS", {"only": look})
    return findings


def gap(value: str = "15", **more: object) -> Finding:
    sides = (Side("医院", "10"), Side("备用", value, "/figures/x/"))
    return Finding("sum", "r", f"总数68，分项之和{value}", sides, **more)  # type: ignore[arg-type]


class TestRunning:
    def test_a_gap_becomes_a_work_item_with_both_sides(self, found: list[Finding]) -> None:
        found.append(gap())
        assert running.run(NOON) == 1
        item = Disagreement.objects.get()
        assert (item.state, item.opened_at, item.title) == (Disagreement.State.OPEN, NOON, "总数68，分项之和15")
        assert item.sides[1] == {"label": "备用", "value": "15", "href": "/figures/x/"}

    def test_what_agrees_is_silent(self, found: list[Finding]) -> None:
        found.append(gap(ok=True))
        assert running.run(NOON) == 0
        assert not Disagreement.objects.exists()

    def test_the_same_gap_is_one_item_however_often_it_is_found(self, found: list[Finding]) -> None:
        found += [gap(), gap()]
        assert (running.run(NOON), running.run(NOON)) == (1, 0)
        assert Disagreement.objects.count() == 1

    def test_what_was_explained_is_not_asked_again_but_another_gap_is(self, found: list[Finding]) -> None:
        found.append(gap())
        running.run(NOON)
        services.settle(Disagreement.objects.get(), "both", "待网报确认", by=accounts.system())
        assert running.run(NOON) == 0
        found[0] = gap("16")
        assert running.run(NOON) == 1
        assert Disagreement.objects.filter(state=Disagreement.State.OPEN).count() == 1

    def test_a_gap_that_its_rule_explains_is_shown_and_not_asked(self, found: list[Finding]) -> None:
        found.append(gap(explained="两个网络口径不同"))
        running.run(NOON)
        item = Disagreement.objects.get()
        assert (item.state, item.reason, item.settled_at) == ("explained", "两个网络口径不同", NOON)

    def test_the_signature_knows_every_part_of_the_evidence(self) -> None:
        signatures = {
            gap().signature,
            gap("16").signature,
            Finding("sum", "other", "", gap().sides).signature,
            Finding("part", "r", "", gap().sides).signature,
            Finding("sum", "r", "", gap().sides[:1]).signature,
        }
        assert len(signatures) == 5
        assert gap().signature == gap(ok=True).signature


def test_every_check_says_in_its_docstring_what_should_agree() -> None:
    assert len(checks._CHECKS) > 15
    for name, function in checks._CHECKS.items():
        assert function.__doc__, name


def test_an_empty_ledger_raises_nothing_but_the_citys_own_names() -> None:
    """The profile of the demonstration holds a renamed body and a seat with two holders; nothing else is there yet."""
    families = {finding.family for finding in running.findings() if not finding.ok}
    assert families <= {"issuer", "single_seat", "names"}

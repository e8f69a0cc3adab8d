"""比对只看有变动的: rounds that look at what came find in the end what a round finds that looks at everything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.indicators.models import Figure
from shichen.reconciliation import families, pairs, running, statements
from shichen.reconciliation.changes import Changes
from shichen.reconciliation.models import Comparison
from tests.made import DAY, NOON, day_of, stated

NEXT = DAY + timedelta(days=1)
PART, WHOLE = "market.wet_markets_reopened", "market.wet_markets_total"
BEFORE, LATER = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
SAID = st.tuples(st.sampled_from([PART, WHOLE]), st.sampled_from([DAY, NEXT]), st.integers(40, 44))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, settings: Any) -> Path:
    """A home in which the rules can be changed."""
    settings.HOME = SimpleNamespace(
        path=tmp_path, snapshots=tmp_path / "snapshots", database=django_settings.HOME.database
    )
    return tmp_path


def kept(family: str) -> set[tuple[str, bool]]:
    return set(Comparison.objects.filter(family=family).values_list("title", "ok"))


def anew() -> set[tuple[str, bool]]:
    return {(one.title, one.ok) for looked in families.parts(Changes()) for one in looked.findings}


@pytest.mark.django_db(transaction=False)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, min_size=1, max_size=5), many=st.sampled_from([0, 200]))
def test_rounds_of_changes_come_to_what_one_round_over_all_finds(
    said: list[tuple[str, Any, int]], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import transaction

    monkeypatch.setattr(pairs, "MANY", many)
    with transaction.atomic():
        for minute, (key, day, value) in enumerate(said):
            with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
                stated(value, "家", key=key, day=day)
                running.run(NOON + timedelta(minutes=minute))
            assert kept("part") == anew()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_only_what_came_and_what_stood_beside_it_is_looked_at() -> None:
    with time_machine.travel(BEFORE, tick=False):
        for day in (DAY, NEXT):
            stated(42, "家", key=PART, day=day)
        stated(55, "家", key=WHOLE)
    running.run(NOON)
    until = running._until(running._held())
    with time_machine.travel(LATER, tick=False):
        stated(55, "家", key=WHOLE, day=NEXT)
    (looked,) = families.parts(Changes(until))
    assert looked.subject == str(Figure.objects.get(key=PART, period_from=day_of(NEXT).start).pk)
    assert [one.ok for one in looked.findings] == [True]
    assert len(list(statements.measures(Changes(until)))) == 1


@pytest.mark.django_db
def test_a_rule_that_came_looks_at_all_figures_once_more(own_home: Path) -> None:
    with time_machine.travel(BEFORE, tick=False):
        stated(42, "家", key=PART)
        stated(55, "家", key=WHOLE)
    running.run(NOON)
    assert kept("same") == set()
    (own_home / "reconciliation.toml").write_text(f'[[same]]\nleft = "{PART}"\nright = "{WHOLE}"\n', encoding="utf-8")
    running.run(LATER)
    assert [ok for _title, ok in kept("same")] == [False]

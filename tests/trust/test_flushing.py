"""Tests that commit leave nothing behind: the tables are empty, the city is there, the triggers stand again."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from shichen.audit.models import Trail
from shichen.city import queries as city
from shichen.intake.models import Envelope
from tests.made import post


@pytest.mark.parametrize("round", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_finds_an_empty_post(round: int) -> None:
    assert not Envelope.objects.exists()
    assert city.the_city().name == "株洲市"
    post()
    assert not connection.in_atomic_block
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Trail.objects.update(reason="改")

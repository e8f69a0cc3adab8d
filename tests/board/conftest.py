"""A city on 2 February 2020, a little before four in the afternoon, with a few posts, counts and entries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.test import Client

from shichen.audit.context import acting
from shichen.board import services
from shichen.board.duties import due_at
from shichen.city.models import Body
from shichen.city.queries import the_city, the_event
from shichen.intake.models import Obligation
from shichen.journal import services as journal
from shichen.journal.models import Entry
from shichen.journal.services import Said
from shichen.web.views import BACKEND
from tests import made
from tests.conftest import Cast

AT = datetime(2020, 2, 2, 7, 58, tzinfo=UTC)  # 15:58 in the city
DAY = date(2020, 2, 2)


@pytest.fixture
def snapshots(tmp_path: Path, settings: object) -> Path:
    """A folder of snapshots of one's own, and a clock that stands at AT."""
    home = SimpleNamespace(path=tmp_path, snapshots=tmp_path / "snapshots", database=django_settings.HOME.database)
    settings.HOME = home  # type: ignore[attr-defined]
    return tmp_path / "snapshots"


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setitem(django_settings.CONFIG.values, "board.moment", AT.isoformat())
    return AT


@pytest.fixture
def afternoon(cast: Cast, snapshots: Path, standing_clock: datetime) -> Cast:
    """Two posts, one of which has reported; the counts of two days; three entries of the log."""
    with acting("job", moment=datetime(2020, 1, 20, tzinfo=UTC)):
        for code in ("Z01", "Z02"):
            made.post(code)
    with acting("job", moment=AT - timedelta(hours=3)):
        made.tally("Z01", (0, 8), vehicles=120, persons=300)
        made.tally("Z01", (0, 8), DAY - timedelta(days=1), vehicles=100, persons=250)
        made.tally("Z02", (0, 8), DAY - timedelta(days=1), vehicles=1, persons=2)
        made.count(date(2020, 1, 31), confirmed_new=1, confirmed_cum=19, published_on="2020-02-01", series="official")
        made.count(date(2020, 2, 1), confirmed_new=3, confirmed_cum=22, published_on="2020-02-02", series="official")
    for text, unit, hours in (
        ("办公室部署值守。", "office", 5),
        ("值守点查车若干台。", "traffic-safety-group", 4),
        ("卡点换班。", "public-security-group", 1),
    ):
        entry(text, unit, AT - timedelta(hours=hours))
    services.set_tiles(
        ["cases.confirmed_new", "cases.discharged", "traffic.vehicles_checked", "police.vehicles_checked"]
    )
    return cast


def entry(text: str, unit: str = "office", at: datetime = AT, **more: object) -> Entry:
    from shichen.city import services as accounts

    said = Said(text=text, unit=Body.objects.get(code=unit), area=the_city(), event=the_event(), reported_at=at, **more)  # type: ignore[arg-type]
    return journal.write(said, by=accounts.system(), at=at)


def signed_in(account: object) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)  # type: ignore[arg-type]
    return client


def due(code: str) -> datetime:
    return due_at(Obligation.objects.get(code=code), DAY)

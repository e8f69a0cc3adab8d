"""What every test finds: a home of its own, a city set up by its profile, and a fixed cast of people."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import django
import pytest

from shichen.site.home import Home

pytest_plugins = [
    "tests.plugins.parts",
    "tests.plugins.flushing",
    "tests.plugins.loaded",
    "tests.plugins.order",
    "tests.plugins.twice",
]

FOLDER = tempfile.TemporaryDirectory(prefix="shichen-test-")
Home(Path(FOLDER.name)).create()
os.environ["SHICHEN_HOME"] = FOLDER.name
os.environ["DJANGO_SETTINGS_MODULE"] = "shichen.site.settings"
if os.environ.get("SHICHEN_TEST_DATABASE") == "postgres":
    os.environ["SHICHEN_DATABASE__URL"] = os.environ["SHICHEN_TEST_POSTGRES"]
django.setup()  # here and not by the ini file: that would read the settings before there is a home


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The processes that share the work make homes of their own: with this name about them they would read the settings at once,
    and all have the keyring, the lake and the board of the one that starts them."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


DEMO_CITY = Path(__file__).parents[1] / "src/shichen/site/demo/zhuzhou"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: object) -> None:
    """The test database holds the demonstration profile (areas, bodies, networks, series) and no records."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        from shichen.city import services as city
        from shichen.site import profile

        city.system()
        profile.load(DEMO_CITY)


@dataclass(frozen=True)
class Cast:
    """An officer of the Office, one of the traffic group, one of the police, an editor, an auditor, an outsider."""

    office: object
    traffic: object
    police: object
    control: object
    editor: object
    auditor: object
    secadmin: object
    outsider: object


ROLES = {
    "office": ("office", "office"),
    "traffic": ("reporter", "traffic-safety-group"),
    "police": ("reporter", "public-security-group"),
    "control": ("reporter", "epidemic-control-group"),
    "editor": ("newsroom", "publicity-group"),
    "auditor": ("auditor", None),
    "secadmin": ("secadmin", None),
}


@pytest.fixture
def cast(db: None) -> Cast:
    from shichen.city import queries, services
    from shichen.city.models import Body

    system, people = services.system(), {}
    for name, (role, unit) in ROLES.items():
        account = services.open_account(name, name, by=system)
        services.grant(
            account,
            role,
            unit=Body.objects.get(code=unit) if unit else None,
            area=queries.the_city(),
            event=queries.the_event(),
            starts_at=LONG_AGO,
            reason="test",
            by=system,
        )
        people[name] = account
    return Cast(**people, outsider=services.open_account("outsider", "outsider", by=system))


@pytest.fixture(autouse=True)
def _nothing_kept_in_mind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of tests looks at what it keeps in mind when a test says so, and forgets the figures a test declared."""
    from shichen.indicators import coining
    from shichen.web import looking

    monkeypatch.setattr(looking, "EVERY", float("inf"))
    yield
    coining.forget()


@pytest.fixture(autouse=True)
def _no_request_circumstances() -> Iterator[None]:
    """Each test acts by the door of jobs, at the time of the clock, in Chinese, unless it says otherwise."""
    from django.utils import translation

    from shichen.audit.context import acting

    with acting("job"), translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def _no_board_of_another_test() -> None:
    """The board is kept in a file of the home, which no rollback takes back."""
    from django.conf import settings

    from shichen.board.keeping import FILE

    (settings.HOME.snapshots / FILE).unlink(missing_ok=True)

"""What runs a second time on PostgreSQL: whatever meets the database, and nothing else.

The rule: a test runs on the server when it asks pytest-django for the database (by its marker, or by a fixture that leads to one of DATABASE), or says
`twice` of itself, because a process that it starts does. Without asking no test reaches the database: pytest-django bars the way. Those that do neither
would do the very same a second time, whichever database stands behind; they are left out, and how many is said. What says `once` is left out too: it asks
for the database, but guards what pages show or how many lines add up, and other tests run every such statement on the server; it says which.
"""

from __future__ import annotations

import os

import pytest

DATABASE = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
    "postgres",
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "twice: meets the database in a process of its own, and runs on PostgreSQL too")
    config.addinivalue_line("markers", "once(why): asks for the database and does not run on PostgreSQL again")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("SHICHEN_TEST_DATABASE") != "postgres":
        return
    apart = [item for item in items if not meets(item)]
    if apart:
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if meets(item)]


def meets(item: pytest.Item) -> bool:
    """Whether a test may differ between the embedded database and the server."""
    if item.get_closest_marker("once"):
        return False
    asks = any(item.get_closest_marker(name) for name in ("django_db", "twice", "postgres"))
    return asks or bool(DATABASE & set(getattr(item, "fixturenames", ())))

"""The demonstration, loaded once into a home of its own by the command that people use, and asked by the commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.loaded import Copied

CHECKOUT = Path(__file__).parents[2]
GOLD = CHECKOUT.parent / "shared" / "gold"

TRACES = """
import django, json
django.setup()
from django.core.serializers.json import DjangoJSONEncoder
from shichen.city.scope import Sight
from shichen.indicators import payload, trace
from shichen.indicators.models import Figure
everywhere = Sight(((None, "", None),))
traces = {}
for figure in Figure.objects.all():
    one = trace.of(figure, everywhere)
    words = one.quote
    said = words and {"before": words.before + words.opening, "number": words.number, "after": words.closing + words.after}
    traces[f"/figures/{figure.pk}/"] = {**payload.of_trace(one), "quote": said}
print(json.dumps(traces, cls=DjangoJSONEncoder))
"""


class Post:
    """A home with the demonstration in it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def shichen(self, *arguments: str) -> str:
        return self.python("-m", "shichen", *arguments, "--home", str(self.home))

    def data(self, *arguments: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.shichen(*arguments, "--format", "json"))
        return told

    def traces(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.python("-c", TRACES))
        return told

    def python(self, *arguments: str) -> str:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SHICHEN", "PYTEST"))},
            "PYTHONPATH": str(CHECKOUT / "src"),
            "SHICHEN_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "shichen.site.settings",
        }
        run = subprocess.run(
            [sys.executable, "-X", "utf8", *arguments], capture_output=True, text=True, env=environment, cwd=CHECKOUT
        )
        assert run.returncode == 0, run.stderr[-2000:]
        return run.stdout


@pytest.fixture(scope="session")
def post(demonstrated: Copied) -> Post:
    return Post(demonstrated("golden"))


@pytest.fixture(scope="session")
def day(post: Post) -> dict[str, Any]:
    return post.data("day", "2020-02-02")


@pytest.fixture(scope="session")
def chronicle(post: Post) -> dict[str, Any]:
    return post.data("chronicle", "2020-01-21", "2020-02-19")


@pytest.fixture(scope="session")
def traces(post: Post) -> dict[str, Any]:
    return post.traces()


@pytest.fixture(scope="session")
def gold() -> list[dict[str, Any]]:
    """The figures that feed an indicator or a register (tier A), as people marked them in the two documents."""
    if not (GOLD / "figures.jsonl").exists():
        pytest.skip("needs ../shared/gold beside the checkout")
    rows = [json.loads(line) for line in (GOLD / "figures.jsonl").read_text(encoding="utf-8").splitlines()]
    return [row for row in rows if row["tier"] == "A"]

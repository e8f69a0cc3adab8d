"""A post of its own for a trial: a fresh home, the demonstration's profile, posts, and a token; on either database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

PREPARE = """
import json, sys
from datetime import UTC, datetime
from shichen.city import queries, services, signin
from shichen.city.models import Body
from shichen.intake import services as intake
from shichen.site import post, profile
from shichen.site.demo.sheets import CITY
post.prepare()
profile.load(CITY)
system = services.system()
account = services.open_account("device", "卡点平板", kind="device", by=system)
services.grant(account, "reporter", unit=Body.objects.get(code="traffic-safety-group"), area=queries.the_city(),
               event=queries.the_event(), starts_at=datetime(2020, 1, 1, tzinfo=UTC), reason="trial", by=system)
rows = [{"code": f"K{n}", "name": f"K{n}号点", "network": "traffic", "area": "天元区", "opened_on": "2020-01-01"}
        for n in range(int(sys.argv[1]))]
one = intake.Delivery(id=__import__("uuid").uuid4(), kind="checkpoint_post", body=json.dumps({"rows": rows}).encode(),
                      media_type="application/json", channel="api", unit=queries.the_office(), area=queries.the_city(),
                      event=queries.the_event())
assert intake.deliver(one, by=system).envelope.state == "entered"
print(signin.token_for(account, "trial"))
"""


@dataclass(frozen=True)
class House:
    """A prepared post; `url` is its PostgreSQL, empty for the embedded database."""

    home: Path
    url: str
    token: str = ""

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SHICHEN_", "PYTEST_"))}
        ours = {
            "SHICHEN_HOME": str(self.home),
            "DJANGO_SETTINGS_MODULE": "shichen.site.settings",
            "PYTHONPATH": f"{SOURCE}:{ROOT}",
            "PYTHONWARNINGS": "default",
        }
        return {**clean, **ours, **({"SHICHEN_DATABASE__URL": self.url} if self.url else {})}

    def run(self, code: str, *arguments: str) -> str:
        """What a script said that ran in this post."""
        started = "import django; django.setup()\n" + code
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", started, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-4000:])
        return done.stdout

    def ask(self, code: str, *arguments: str) -> Any:
        return json.loads(self.run(code, *arguments))


@contextmanager
def prepared(folder: Path, *, posts: int = 4, postgres: str = "") -> Iterator[House]:
    """A fresh post in `folder`; with a PostgreSQL URL it has a database of its own there, gone afterwards."""
    from shichen.site.home import Home

    home = Home(folder)
    home.create()
    with database(postgres) as url:
        token = House(folder, url).run(PREPARE, str(posts)).strip()
        yield House(folder, url, token)


@contextmanager
def database(postgres: str) -> Iterator[str]:
    if not postgres:
        yield ""
        return
    import psycopg  # only trials on PostgreSQL need it

    name = f"trial_{uuid.uuid4().hex}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield urlunsplit(urlsplit(postgres)._replace(path=f"/{name}"))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")

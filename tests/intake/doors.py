"""What the tests of the doors share: people signed in, a form as it is drawn, a table as bytes."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import Cast

TALLY = "/report/checkpoint_tally/"
HEAD = "卡点编号,开始时间,结束时间,查控车辆,人数,备注"


def signed_in(cast: Cast, name: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(getattr(cast, name))
    return client


def filled(**more: str) -> dict[str, str]:
    """A shift's form as a crew sends it."""
    return {
        "submission": str(uuid.uuid4()),
        "quick": "2020-02-02T08:00|2020-02-02T16:00",
        "post": "Z01",
        "vehicles": "165",
        "persons": "310",
        **more,
    }


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join([head, *lines, ""]).encode()


def upload(client: Client, data: bytes, name: str = "班次.csv", kind: str = "checkpoint_tally") -> Any:
    return client.post("/import/", {"kind": kind, "file": SimpleUploadedFile(name, data)})


def assigned(client: Client, at: str, **more: str) -> dict[str, str]:
    """The columns as the page proposes them."""
    columns = {f"column-{n}": one.field or "-" for n, one in enumerate(client.get(at).context["columns"])}
    return {**columns, **more}


def words(answer: Any) -> str:
    """What a page says, without its marks."""
    page = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())

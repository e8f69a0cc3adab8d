"""Setting in type: plain data and the name of a template become the bytes of a PDF or a picture, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from shichen.documents import limits
from shichen.documents.text import printable, set_text
from shichen.documents.walk import changed, strings
from shichen.refusal import Refusal

TEMPLATES = Path(__file__).parent / "templates"
FAILED = "这份文件没有排成版；请重试，仍不成请把这句话告诉管理员。"
SLOW = f"排版超过 {limits.CHILD_WALL_SECONDS} 秒没有完成；请缩短起止日期，或过一会儿再试。"
LONG = f"这份文件超过 {limits.CHARACTERS // 10_000} 万字，排不下；请缩短起止日期。"
KEPT = ("HOME", "PATH", "XDG_DATA_HOME", "XDG_DATA_DIRS")
"""Of our environment, what a search for fonts asks for; keys and settings stay here."""

Sheet = dict[str, Any]


@dataclass(frozen=True)
class Job:
    """One thing to be set: by which template, what it says, with which drawings (SVG), as what sort of file.

    `at` is the moment that the file says it was made: that of its content and not of the clock, so that the same content
    is the same file, byte for byte.
    """

    template: str
    sheet: Sheet
    form: str = "pdf"
    ppi: int = 144
    at: datetime | None = None
    pictures: dict[str, str] = field(default_factory=dict)


def typeset(job: Job) -> bytes:
    """The bytes of the file. Raises Refusal for a character without a glyph, which it names, and for what is too long."""
    if sum(map(len, strings(job.sheet))) > limits.CHARACTERS:
        raise Refusal(LONG)
    head, _, body = _by_child(as_asked(job)).partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError:
        raise Refusal(FAILED) from None
    if "refused" in answer:
        raise Refusal(answer["refused"], rule="字形")
    if not body:
        raise Refusal(FAILED)
    return body


def as_asked(job: Job) -> bytes:
    """The job as the child reads it; the same job is the same bytes."""
    asked = {
        "template": job.template,
        "sheet": changed(job.sheet, set_text),
        "pictures": {name: printable(svg) for name, svg in job.pictures.items()},
        "form": job.form,
        "ppi": job.ppi,
        "at": int(job.at.timestamp()) if job.at else 0,
    }
    return json.dumps(asked, sort_keys=True).encode()


def _by_child(asked: bytes) -> bytes:
    environment = {name: os.environ[name] for name in KEPT if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        run = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "shichen.documents.child"],
            input=asked,
            capture_output=True,
            timeout=limits.CHILD_WALL_SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refusal(SLOW) from None
    return run.stdout

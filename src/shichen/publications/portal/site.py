"""The public's pages (公开发布) as files: every released public edition, corrections, data, the method, and their digests."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from shichen.audit.context import now
from shichen.disclosure import queries
from shichen.disclosure.models import PublicFile
from shichen.disclosure.policy import policy
from shichen.publications.editions import pages
from shichen.publications.portal import leveled, levels, rendering, tables
from shichen.publications.portal.leaf import Leaf, as_data, as_table, cleared, written
from shichen.publications.portal.numbers import Record, Told

Files = dict[str, bytes]
TEMPLATES = Path(__file__).parents[1] / "templates" / "open"
STYLE = Path(__file__).parents[1] / "static" / "publications" / "open.css"
ICON = Path(__file__).parents[2] / "web" / "static" / "web" / "shichen.svg"
INDEX, DATA, FIGURES, ORIGINAL = "index.html", "data.json", "figures.csv", "original.html"
SUMS = "sha256sums.txt"
LATEST = 5


@dataclass(frozen=True)
class Site:
    """All files of the portal, and for each edition what they were made of: made of the same they are the same."""

    files: Files
    keys: dict[str, str]


Shelf = Callable[[str, str], Files | None]
"""The files of an edition (by its path) that lie there already, if they were made of the same (by its key)."""


def build(shelf: Shelf = lambda path, key: None) -> Site:
    """Every file of the portal as the record stands now; what is new is kept as it was first written."""
    record = Record.now()
    leaves = [Leaf(one, record.clearances[one.pk]) for one in record.editions]
    form = shape()
    keys = {leaf.path: _key(leaf, record, form) for leaf in leaves}
    files: Files = {"open.css": STYLE.read_bytes(), "icon.svg": ICON.read_bytes()}
    listed = []
    for leaf in leaves:
        made = shelf(leaf.path, keys[leaf.path]) or _edition(leaf, record)
        files |= made
        listed.append(Leaf(leaf.edition, leaf.clearance, sha256(made[leaf.path + INDEX])))
    files |= tables.files(rendering.shared()) | leveled.files(rendering.shared())
    files |= rendering.page("method.html", "method/", {**rendering.shared(), "rules": policy()})
    files |= _corrections(record, listed)
    files |= _index(record, listed)
    files["index.json"] = rendering.data({"editions": [_listed(leaf, files) for leaf in listed]})
    files[SUMS] = "".join(f"{sha256(files[path])}  {path}\n" for path in sorted(files)).encode()
    return Site(files, keys)


def shape() -> str:
    """What changes with the pages' own form: their templates and their style."""
    parts = [*sorted(TEMPLATES.glob("*.html")), STYLE]
    return sha256(b"".join(path.read_bytes() for path in parts))


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _key(leaf: Leaf, record: Record, form: str) -> str:
    """Everything that the pages of an edition are made of."""
    ids = [UUID(one) for one in (leaf.edition.content or {})["figures"]]
    told = [record.corrections[one].data() for one in ids if one in record.corrections]
    decisions = {str(one): [made.basis, made.decided_at] for one, made in queries.decisions_on(ids).items()}
    made_of = [leaf.edition.digest, leaf.edition.state, leaf.reason, leaf.clearance.digest, told, decisions]
    return sha256(rendering.data({"of": made_of, "shape": form}))


def _edition(leaf: Leaf, record: Record) -> Files:
    if leaf.withdrawn:
        shown = {**rendering.shared(), "edition": leaf.edition, "reason": leaf.reason}
        return rendering.page("withdrawn.html", leaf.path, shown)
    numbers = record.figures(UUID(one) for one in (leaf.edition.content or {})["figures"])
    items = pages.items_of(leaf.edition)
    files = written(leaf, items, numbers, amended=False)
    files |= {leaf.path + DATA: as_data(leaf, items, numbers), leaf.path + FIGURES: as_table(items, numbers)}
    originals = _kept(leaf.edition.pk, files)
    if any(originals[path] != files[path] for path in files):
        files |= written(leaf, items, numbers, amended=True)
        files |= {f"{folder}{leaf.path}{ORIGINAL}": originals[f"{folder}{leaf.path}{INDEX}"] for folder in ("", "en/")}
        files |= {f"{leaf.path}original-{name}": originals[leaf.path + name] for name in (DATA, FIGURES)}
    return files


@transaction.atomic
def _kept(document: UUID, files: Files) -> Files:
    """The files of a release as they were first written; written down now where they are new."""
    known = {one.path: gzip.decompress(bytes(one.packed)) for one in PublicFile.objects.filter(document=document)}
    PublicFile.objects.bulk_create(
        PublicFile(
            path=path,
            document=document,
            sha256=sha256(body),
            size=len(body),
            packed=gzip.compress(body, mtime=0),
            written_at=now(),
        )
        for path, body in files.items()
        if path not in known
    )
    return {**files, **known}


def _corrections(record: Record, leaves: list[Leaf]) -> Files:
    made = [(told, _used(told, leaves)) for told in record.corrections.values()]
    return rendering.page("corrections.html", "corrections/", {**rendering.shared(), "corrections": made})


def _used(told: Told, leaves: Iterable[Leaf]) -> list[Leaf]:
    mark = str(told.was.pk)
    return [leaf for leaf in leaves if not leaf.withdrawn and mark in (leaf.edition.content or {})["figures"]]


def _index(record: Record, leaves: list[Leaf]) -> Files:
    shown = {
        **rendering.shared(),
        "editions": leaves,
        "tables": tables.current(),
        "levels": next(iter(levels.current()), None),
        "corrections": list(record.corrections.values())[:LATEST],
        "at": max(_moments(record, leaves), default=None),
    }
    return rendering.page("index.html", "", shown)


def _moments(record: Record, leaves: Iterable[Leaf]) -> Iterator[datetime]:
    """When anything that the portal says changed last."""
    told = (one.correction.decided_at for one in record.corrections.values())
    went = ((leaf.edition.released_at, leaf.edition.withdrawn_at) for leaf in leaves)
    tabled = ((one.decided_at, one.withdrawn_at) for one in (*tables.all_released(), *levels.all_released()))
    return (at for at in chain(told, *went, *tabled) if at is not None)


def _listed(leaf: Leaf, files: Files) -> dict[str, Any]:
    mine = {path: body for path, body in files.items() if path.removeprefix("en/").startswith(leaf.path)}
    return {
        "kind": leaf.edition.kind,
        "first": leaf.edition.first,
        "last": leaf.edition.last,
        "number": leaf.edition.number,
        "path": leaf.path,
        "released_at": leaf.edition.released_at,
        "withdrawn_at": leaf.edition.withdrawn_at,
        "reason": leaf.reason or None,
        "clearance": cleared(leaf.clearance),
        "files": {path: {"sha256": sha256(body), "bytes": len(body)} for path, body in sorted(mine.items())},
    }

"""The lake of bulk rows (流水湖): which files a moment sees, and the one door to the engine that asks them."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shichen.records.bulk import durable
from shichen.refusal import Refusal

if TYPE_CHECKING:
    import duckdb

PASSINGS, STAYS = "passings", "stays"
PLACE, PERSON, ROLLUP, ORIGINS = "place", "person", "rollup", "origins"
LAYOUTS = (PLACE, PERSON, ROLLUP, ORIGINS)
GROUP = 16_384
"""Rows of a group in a file: small enough that the footers let most groups be passed over."""
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class File:
    """One file of the lake as a question needs it: where it lies, what is in it, what its bytes must be."""

    path: str
    table: str
    layout: str
    day: date
    rows: int
    size: int
    sha256: str
    earliest: int
    latest: int
    period: int
    until: int = 0
    """The last second that its rows speak of; of stays the last departure."""


@dataclass(frozen=True)
class Beside:
    """What the files of a snapshot do not say yet: rows that are in none, and rows in them that no longer stand. A column an array."""

    hot: Mapping[str, Any]
    gone: Mapping[str, Any]

    def __len__(self) -> int:
        return sum(len(one["t"]) for one in (self.hot, self.gone))


@dataclass(frozen=True)
class View:
    """The files that one snapshot sees, in the folder they lie in. Paths come from the manifest, never from a folder."""

    folder: Path
    snapshot: int
    files: tuple[File, ...]
    missing: tuple[File, ...] = ()
    """Files that are set aside: whatever is counted over this view is not complete (数据不完整)."""
    beside: Beside | None = field(default=None, compare=False)
    """Passings that are still in the database; a view that travels has none."""

    def of(self, table: str, layout: str, earliest: int | None = None, latest: int | None = None) -> tuple[File, ...]:
        """The files of one layout that can hold a row between two seconds, both included."""
        return tuple(
            file
            for file in self.files
            if (file.table, file.layout) == (table, layout)
            and (earliest is None or file.latest >= earliest)
            and (latest is None or file.earliest <= latest)
        )

    def path(self, file: File) -> Path:
        return self.folder / file.path

    @property
    def complete(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Settings:
    """How much of the machine the engine may take: by default all cores and six tenths of the memory."""

    threads: int = 0
    memory: str = ""
    spill: Path | None = None
    changing: bool = False
    """Whether it also reads files whose bytes change under one name: pieces of a load."""


FEW = 100
"""Index persons up to which a trace is held to `SMALL` at first."""
SMALL = "500MB"
"""Memory of a trace of few: it runs beside everything else on the machine. Most of a question spills where that is not enough, not all."""


def sized(persons: int) -> Settings:
    """The settings of a trace of so many index persons."""
    return Settings(memory=SMALL) if persons <= FEW else Settings()


def connect(folder: Path, settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """A connection that reads the folder and nothing else, and whose settings nobody changes any more."""
    import duckdb  # heavy: commands that ask nothing of the lake do not pay for it

    settings = settings or Settings()
    spill = settings.spill or folder / "tmp" / "spill"
    spill.mkdir(parents=True, exist_ok=True, mode=0o700)
    con = duckdb.connect()
    if settings.threads:
        con.execute(f"SET threads = {int(settings.threads)}")
    for name, value in (("memory_limit", settings.memory or _share(0.6)), ("temp_directory", str(spill))):
        con.execute(f"SET {name} = '{_quoted(value)}'")
    con.execute("SET dynamic_or_filter_threshold = 100000")
    con.execute("SET parquet_metadata_cache = true")
    con.execute(f"SET enable_external_file_cache = {str(not settings.changing).lower()}")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    con.execute(f"SET allowed_directories = ['{_quoted(str(folder))}', '{_quoted(str(spill))}', '/proc/self/fd/']")
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return con


def reading(paths: Iterable[Path], *, named: bool = False) -> str:
    """SQL that reads exactly these files; a folder's name never becomes a column. With `named` a column says which file it was."""
    listed = ", ".join(f"'{_quoted(str(path))}'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false{', filename = true' if named else ''})"


class Damaged(Refusal):
    """A file of the lake is not what the manifest says it is; nothing is counted over it."""

    def __init__(self, file: File) -> None:
        super().__init__(
            f"数据文件 {file.path} 缺失或已损坏，已隔离；凡经它的数字均为数据不完整。请运行 shichen lake verify。",
            rule="数据不完整",
        )
        self.file = file


_whole: dict[Path, tuple[int, int]] = {}
_whole_lock = threading.Lock()


def must_be_whole(view: View, files: Iterable[File]) -> None:
    """Each file's bytes are compared with the manifest when a process first opens it. Raises Damaged."""
    for file in files:
        if not _is_whole(view.path(file), file):
            raise Damaged(file)


def damaged(view: View, files: Iterable[File]) -> tuple[File, ...]:
    """Those of the files that are missing, or whose bytes are not those of the manifest."""
    return tuple(file for file in files if not _is_whole(view.path(file), file))


def _is_whole(path: Path, file: File) -> bool:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return False
    seen = (stat.st_mtime_ns, stat.st_size)
    with _whole_lock:
        if _whole.get(path) == seen:
            return True
    if stat.st_size != file.size or durable.digest(path) != file.sha256:
        return False
    with _whole_lock:
        _whole[path] = seen
    return True


def exported(view: View) -> str:
    """The view as a text that travels with the files: what another machine, or a cluster, is given instead of the manifest."""
    listed = {"files": view.files, "missing": view.missing}
    return json.dumps(
        {
            "snapshot": view.snapshot,
            "complete": view.complete,
            **{
                name: [{**asdict(file), "day": file.day.isoformat()} for file in files]
                for name, files in listed.items()
            },
        },
        ensure_ascii=False,
        indent=1,
    )


def imported(folder: Path) -> View:
    """The view that lies beside files which travelled. Raises Refusal where there is none."""
    try:
        said = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files, missing = (
            tuple(File(**{**one, "day": date.fromisoformat(one["day"])}) for one in said[name])
            for name in ("files", "missing")
        )
        return View(folder, int(said["snapshot"]), files, missing)
    except FileNotFoundError:
        raise Refusal(
            f"{folder} 里没有清单 {MANIFEST}；请用 shichen lake export 导出，或指明指挥部的目录。", field="lake"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise Refusal(f"{folder / MANIFEST} 读不懂；请重新导出。", field="lake") from None


@contextmanager
def workplace(folder: Path, name: str) -> Iterator[Path]:
    """A folder for what is not finished; gone with all that is in it when the work is over."""
    import shutil

    place = folder / "tmp" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def seconds(at: datetime) -> int:
    """An instant as the lake counts it: seconds since 1970, UTC."""
    return int(at.timestamp())


def moment(second: int) -> datetime:
    """The instant of a second of the lake."""
    return datetime.fromtimestamp(second, UTC)


def _share(part: float) -> str:
    """A part of the memory of this machine."""
    return f"{int(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') * part) >> 20}MiB"


def _quoted(text: str) -> str:
    return text.replace("'", "''")

"""The home of a post: the folder that holds its database, keys, profile, snapshots, uploads and bulk files."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from shichen.keys import Keyring
from shichen.refusal import Refusal

FOLDERS = ("keys", "profile", "snapshots", "files", "lake")


@dataclass(frozen=True)
class Home:
    """A folder readable by its owner alone (0700)."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / "shichen.sqlite3"

    @property
    def keyring(self) -> Path:
        return self.path / "keys" / "keyring.json"

    @property
    def profile(self) -> Path:
        return self.path / "profile"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def settings(self) -> Path:
        return self.path / "shichen.toml"

    @property
    def exists(self) -> bool:
        return self.keyring.parent.is_dir()

    def create(self) -> None:
        """The folder and its rooms, with rights for the owner alone; what is there already is left as it is."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.chmod(0o700)
        for name in FOLDERS:
            (self.path / name).mkdir(exist_ok=True, mode=0o700)
        Keyring.load(self.keyring).key("django-1")

    @contextmanager
    def occupied(self) -> Iterator[None]:
        """One post runs in one home at a time. Raises Refusal when another process holds it."""
        descriptor = os.open(self.path / "running.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refusal(f"{self.path} 已有一个时辰在运行；先停掉它，或用 --home 另选目录。") from None
            yield
        finally:
            os.close(descriptor)


def default_home() -> Path:
    """`$SHICHEN_HOME`, else `~/.shichen`."""
    return Path(os.environ.get("SHICHEN_HOME") or Path.home() / ".shichen").expanduser().absolute()

"""Files on their way in (上传): kept sealed in the home between the steps of an import, and gone within a day."""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from shichen import keys
from shichen.refusal import Refusal

KEPT_FOR = 24 * 3600
LEFT = "这次上传已过期或不是您的；请重新上传。"


@dataclass(frozen=True)
class Upload:
    """A file that someone wants to import, and what was decided about its columns so far."""

    id: uuid.UUID
    account: str
    kind: str
    filename: str
    sha256: str
    size: int
    details: dict[str, Any] = field(default_factory=dict)


def keep(data: bytes, filename: str, kind: str, *, account: str) -> Upload:
    """Put a file aside under a name of our own. Raises Refusal when it is empty or too large."""
    limit = settings.CONFIG["intake.max_file_bytes"]
    if not data:
        raise Refusal("文件是空的，一个字节也没有；请重新导出后再传。", field="file")
    if len(data) > limit:
        raise Refusal(
            f"文件有 {len(data)} 字节，超过上限 {limit} 字节；请分成几个文件再传。", rule="文件上限", field="file"
        )
    sweep()
    name = os.path.basename(filename.replace("\\", "/"))[-200:]
    upload = Upload(uuid.uuid4(), account, kind, name, hashlib.sha256(data).hexdigest(), len(data))
    _write(_path(upload.id, "file"), keys.seal(settings.KEYRING, _key(), data, _where(upload.id)))
    save(upload)
    return upload


def save(upload: Upload) -> Upload:
    """Note what was decided about the file."""
    said = asdict(upload) | {"id": str(upload.id)}
    _write(_path(upload.id, "json"), json.dumps(said, ensure_ascii=False).encode())
    return upload


def decided(upload: Upload, **details: Any) -> Upload:
    return save(replace(upload, details={**upload.details, **details}))


def found(number: uuid.UUID, *, account: str) -> Upload:
    """The upload of that number, of nobody but who made it. Raises Refusal."""
    try:
        said = json.loads(_path(number, "json").read_bytes())
    except (FileNotFoundError, ValueError):
        raise Refusal(LEFT) from None
    if said["account"] != account:
        raise Refusal(LEFT)
    return Upload(**{**said, "id": number})


def data_of(upload: Upload) -> bytes:
    """The bytes as they were uploaded. Raises Refusal."""
    try:
        return keys.unseal(settings.KEYRING, _path(upload.id, "file").read_bytes(), _where(upload.id))
    except (FileNotFoundError, keys.KeyGone, ValueError):
        raise Refusal(LEFT) from None


def drop(upload: Upload) -> None:
    """Take the file away; its envelope keeps the bytes now."""
    for ending in ("file", "json"):
        _path(upload.id, ending).unlink(missing_ok=True)


def sweep(*, before: float | None = None) -> int:
    """Take away what was left lying; how many files."""
    limit, gone = (time.time() - KEPT_FOR if before is None else before), 0
    for path in _folder().glob("upload-*"):
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    folder: Path = settings.HOME.path / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _path(number: uuid.UUID, ending: str) -> Path:
    return _folder() / f"upload-{number}.{ending}"


def _where(number: uuid.UUID) -> str:
    return f"intake.upload.{number}"


def _key() -> str:
    return "upload-1"


def _write(path: Path, data: bytes) -> None:
    """Written aside and put in place, readable by the owner of the home alone."""
    part = path.with_suffix(f".{uuid.uuid4().hex}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    part.replace(path)

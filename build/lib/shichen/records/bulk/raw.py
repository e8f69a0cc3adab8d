"""What was sent, as it was sent (原件): kept sealed in blocks, so that a file of any size is written and read in little memory."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shichen.keys import Keyring
from shichen.records.bulk import durable

MAGIC = b"SHICHEN-RAW-1\n"
BLOCK = 4 << 20
_NONCE, _TAG = 12, 16


@dataclass(frozen=True)
class Kept:
    """What lies in a sealed file: how many bytes were sent, and their SHA-256."""

    size: int
    sha256: str


class Writer:
    """Seals a stream into a file, block by block; nothing of it lies on the disk in clear at any moment."""

    def __init__(self, path: Path, ring: Keyring, key: str, *, most: int) -> None:
        self.most, self.size, self.number = most, 0, 0
        self._label, self._cipher, self._digest = key.encode(), AESGCM(ring.key(key)), hashlib.sha256()
        self._held = bytearray()
        self._file = path.open("wb")
        self._file.write(MAGIC + bytes([len(self._label)]) + self._label)

    def add(self, data: bytes) -> None:
        """More of the stream. Raises ValueError past `most` bytes."""
        self.size += len(data)
        if self.size > self.most:
            raise ValueError(f"more than {self.most} bytes")
        self._held += data
        while len(self._held) > BLOCK:  # the last block is not known to be the last before the end
            self._block(bytes(self._held[:BLOCK]), last=False)
            del self._held[:BLOCK]

    def finish(self) -> Kept:
        """The end: the file is whole and on the disk, under the name it has so far."""
        self._block(bytes(self._held), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Kept(self.size, self._digest.hexdigest())

    def close(self) -> None:
        self._file.close()

    def _block(self, block: bytes, *, last: bool) -> None:
        self._digest.update(block)
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, block, _bound(self._label, self.number, last))
        self._file.write(bytes([last]) + len(block).to_bytes(4, "big") + nonce + sealed)
        self.number += 1


def keep(path: Path, blocks: Iterable[bytes], ring: Keyring, key: str, *, most: int) -> Kept:
    """Seal a stream into a file and sync it, name and all. Raises ValueError past `most` bytes; then nothing is left."""
    part = path.with_name(path.name + ".part")
    folders = durable.made(part.parent)
    writer = Writer(part, ring, key, most=most)
    try:
        for block in blocks:
            writer.add(block)
        kept = writer.finish()
    except BaseException:
        writer.close()
        part.unlink(missing_ok=True)
        raise
    named(part, path, folders)
    return kept


def named(part: Path, path: Path, folders: Iterable[Path] = ()) -> None:
    """Give a finished file its name, and sync the folders that hold it."""
    made = durable.made(path.parent)
    part.replace(path)
    for folder in {path.parent, *made, *folders}:
        durable.sync(folder)


def opened(path: Path, ring: Keyring) -> Iterator[bytes]:
    """The bytes as they were sent, in blocks. Raises ValueError where the file was altered or cut, KeyGone once its key is."""
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ValueError(f"{path.name} is not a sealed original")
        label = file.read(file.read(1)[0])
        cipher, last, number = AESGCM(ring.held(label.decode())), False, 0
        while not last:
            head = file.read(5)
            if len(head) != 5:
                raise ValueError(f"{path.name} ends before its end")
            last, size = head[0] == 1, int.from_bytes(head[1:], "big")
            sealed = file.read(_NONCE + size + _TAG)
            yield _unsealed(cipher, sealed, _bound(label, number, last), path)
            number += 1


def _unsealed(cipher: AESGCM, sealed: bytes, bound: bytes, path: Path) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError):
        raise ValueError(f"{path.name} was altered") from None


def _bound(label: bytes, number: int, last: bool) -> bytes:
    return label + number.to_bytes(8, "big") + bytes([last])

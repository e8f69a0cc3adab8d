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


def keep(path: Path, blocks: Iterable[bytes], ring: Keyring, key: str, *, most: int) -> Kept:
    """Seal a stream into a file and sync it, name and all. Raises ValueError past `most` bytes; then nothing is left."""
    part = path.with_name(path.name + ".part")
    folders = durable.made(part.parent)
    try:
        with part.open("xb" if not part.exists() else "wb") as file:
            kept = _seal(file, blocks, ring, key, most)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    part.replace(path)
    for folder in {path.parent, *folders}:
        durable.sync(folder)
    return kept


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


def _seal(file: object, blocks: Iterable[bytes], ring: Keyring, key: str, most: int) -> Kept:
    label, write = key.encode(), file.write  # type: ignore[attr-defined]
    write(MAGIC + bytes([len(label)]) + label)
    cipher, digest, size = AESGCM(ring.key(key)), hashlib.sha256(), 0
    for number, (block, last) in enumerate(_with_last(_even(blocks))):
        size += len(block)
        if size > most:
            raise ValueError(f"more than {most} bytes")
        digest.update(block)
        nonce = secrets.token_bytes(_NONCE)
        sealed = cipher.encrypt(nonce, block, _bound(label, number, last))
        write(bytes([last]) + len(block).to_bytes(4, "big") + nonce + sealed)
    return Kept(size, digest.hexdigest())


def _unsealed(cipher: AESGCM, sealed: bytes, bound: bytes, path: Path) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound)
    except (InvalidTag, ValueError):
        raise ValueError(f"{path.name} was altered") from None


def _bound(label: bytes, number: int, last: bool) -> bytes:
    return label + number.to_bytes(8, "big") + bytes([last])


def _even(blocks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for block in blocks:
        held += block
        while len(held) >= BLOCK:
            yield bytes(held[:BLOCK])
            del held[:BLOCK]
    yield bytes(held)


def _with_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before = next(blocks)
    for block in blocks:
        yield before, False
        before = block
    yield before, True

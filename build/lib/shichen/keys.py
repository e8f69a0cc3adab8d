"""Keys of the post: a keyring kept outside the database, sealing, message codes and keyed digests (密钥)."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE = b"\x01"  # AES-256-GCM; another suite (SM4-GCM) takes another prefix
_NONCE = 12
_KEY = 32


class KeyGone(LookupError):
    """The key that sealed something is no longer in the keyring: destroyed on time, or never here."""


@dataclass
class Keyring:
    """Named 256-bit keys. With a `path` they live in a file readable by its owner alone; without one, in memory."""

    path: Path | None = None
    _keys: dict[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, path: Path) -> Keyring:
        ring = cls(path)
        ring._read()
        return ring

    def key(self, name: str) -> bytes:
        """The key called `name`, made at its first use. Two processes asking at once are given the same key."""
        if name not in self._keys:
            with self._locked():
                self._read()
                if name not in self._keys:
                    self._keys[name] = secrets.token_bytes(_KEY)
                    self._write()
        return self._keys[name]

    def held(self, name: str) -> bytes:
        """The key called `name`, never made anew. Raises KeyGone."""
        if name not in self._keys:
            self._read()
        try:
            return self._keys[name]
        except KeyError:
            raise KeyGone(name) from None

    def destroy(self, name: str) -> None:
        """Forget a key for ever; what it sealed cannot be opened again (销毁)."""
        with self._locked():
            self._read()
            self._keys.pop(name, None)
            self._write()

    def names(self) -> list[str]:
        return sorted(self._keys)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self.path is None:
            yield
            return
        descriptor = os.open(self.path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _read(self) -> None:
        if self.path is not None and self.path.exists():
            self._keys = {name: bytes.fromhex(value) for name, value in json.loads(self.path.read_text()).items()}

    def _write(self) -> None:
        if self.path is None:
            return
        part = self.path.with_suffix(".part")
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({name: value.hex() for name, value in self._keys.items()}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def seal(ring: Keyring, name: str, plain: bytes, where: str) -> bytes:
    """`plain` sealed under the key `name`, bound to `where` (table.column.pk) so that cells cannot be swapped."""
    nonce = secrets.token_bytes(_NONCE)
    label = name.encode()
    head = SUITE + bytes([len(label)]) + label
    return head + nonce + AESGCM(ring.key(name)).encrypt(nonce, plain, head + where.encode())


def unseal(ring: Keyring, sealed: bytes, where: str) -> bytes:
    """What `seal` was given. Raises KeyGone when the key was destroyed, ValueError when the bytes were altered."""
    sealed = bytes(sealed)
    if sealed[:1] != SUITE:
        raise ValueError("unknown cipher suite")
    end = 2 + sealed[1]
    name = sealed[2:end].decode()
    nonce, body = sealed[end : end + _NONCE], sealed[end + _NONCE :]
    try:
        return AESGCM(ring.held(name)).decrypt(nonce, body, sealed[:end] + where.encode())
    except InvalidTag:
        raise ValueError(f"sealed bytes at {where} were altered") from None


def mac(ring: Keyring, name: str, message: bytes) -> str:
    """Keyed SHA-256 of `message`, in hex."""
    return hmac.new(ring.key(name), message, hashlib.sha256).hexdigest()


def same(left: str, right: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(left, right)

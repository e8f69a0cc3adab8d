"""Sealed originals: read back byte for byte, in little memory; a changed, moved or missing byte is found."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shichen.keys import KeyGone, Keyring
from shichen.records.bulk import raw

RING = Keyring()
LARGE = bytes(range(256)) * 40_000


def kept(path: Path, data: bytes) -> raw.Kept:
    return raw.keep(
        path, [data[n : n + 7_000_000] for n in range(0, len(data), 7_000_000)], RING, "raw-1", most=1 << 40
    )


@pytest.mark.parametrize("data", [b"", b"x", LARGE, LARGE + b"!"], ids=["none", "one", "large", "odd"])
def test_what_was_sent_is_read_back(tmp_path: Path, data: bytes) -> None:
    assert kept(tmp_path / "a", data) == raw.Kept(len(data), hashlib.sha256(data).hexdigest())
    assert b"".join(raw.opened(tmp_path / "a", RING)) == data
    assert data[:1000] not in (tmp_path / "a").read_bytes() or len(data) < 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.floats(0, 1, exclude_max=True), st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_found(tmp_path: Path, where: float, bit: int) -> None:
    kept(tmp_path / "a", LARGE)
    data = bytearray((tmp_path / "a").read_bytes())
    data[int(where * len(data))] ^= 1 << bit
    (tmp_path / "a").write_bytes(data)
    with pytest.raises((ValueError, KeyGone, UnicodeDecodeError)):
        list(raw.opened(tmp_path / "a", RING))


@pytest.mark.parametrize("left", [0, 5, 30, 4_194_400, len(LARGE) - 3])
def test_a_file_that_was_cut_is_found(tmp_path: Path, left: int) -> None:
    kept(tmp_path / "a", LARGE)
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:left])
    with pytest.raises(ValueError, match=r"altered|ends|not a sealed"):
        list(raw.opened(tmp_path / "a", RING))


def test_past_the_limit_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more than 1000 bytes"):
        raw.keep(tmp_path / "a", [b"x" * 2000], RING, "raw-1", most=1000)
    assert list(tmp_path.iterdir()) == []


def test_without_its_key_nobody_reads_it(tmp_path: Path) -> None:
    ring = Keyring()
    raw.keep(tmp_path / "a", [b"secret"], ring, "raw-1", most=1000)
    ring.destroy("raw-1")
    with pytest.raises(KeyGone):
        list(raw.opened(tmp_path / "a", ring))

"""密钥: a keyring kept apart, seals bound to their place, and keys that can be destroyed for good."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shichen import keys
from shichen.keys import KeyGone, Keyring


@pytest.fixture
def ring(tmp_path: Path) -> Keyring:
    return Keyring.load(tmp_path / "keyring.json")


class TestKeyring:
    def test_a_key_is_made_at_its_first_use_and_stays(self, ring: Keyring) -> None:
        first = ring.key("audit-1")
        assert len(first) == 32
        assert ring.key("audit-1") == first
        assert Keyring.load(ring.path or Path()).key("audit-1") == first

    def test_two_names_are_two_keys(self, ring: Keyring) -> None:
        assert ring.key("a") != ring.key("b")
        assert ring.names() == ["a", "b"]

    def test_two_rings_over_one_file_see_each_others_keys(self, ring: Keyring) -> None:
        other = Keyring.load(ring.path or Path())
        assert other.key("late") == ring.key("late")
        assert ring.key("early") == other.key("early")

    def test_the_file_is_the_owners_alone(self, ring: Keyring) -> None:
        ring.key("audit-1")
        assert ring.path is not None
        assert stat.S_IMODE(ring.path.stat().st_mode) == 0o600
        assert not ring.path.with_suffix(".part").exists()

    def test_processes_that_ask_at_once_are_given_the_same_key(self, ring: Keyring) -> None:
        ask = (
            "import sys; from pathlib import Path; from shichen.keys import Keyring;"
            "print(Keyring.load(Path(sys.argv[1])).key('shared').hex())"
        )
        command = [sys.executable, "-c", ask, str(ring.path)]
        around = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
        asking = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=around) for _ in range(4)]
        (answer,) = {process.communicate()[0].strip() for process in asking}
        assert answer == ring.key("shared").hex()

    def test_a_key_that_is_only_held_is_never_made(self, ring: Keyring) -> None:
        with pytest.raises(KeyGone):
            ring.held("never")
        assert ring.names() == []

    def test_a_destroyed_key_is_gone_from_the_file_too(self, ring: Keyring) -> None:
        sealed = keys.seal(ring, "period-1", b"secret", "t.c.1")
        ring.destroy("period-1")
        with pytest.raises(KeyGone):
            keys.unseal(ring, sealed, "t.c.1")
        assert ring.path is not None
        assert json.loads(ring.path.read_text()) == {}

    def test_another_process_notices_that_a_key_was_destroyed_when_it_starts(self, ring: Keyring) -> None:
        ring.key("period-1")
        Keyring.load(ring.path or Path()).destroy("period-1")
        with pytest.raises(KeyGone):
            Keyring.load(ring.path or Path()).held("period-1")

    def test_keys_do_not_show_when_a_ring_is_printed(self, ring: Keyring) -> None:
        assert ring.key("audit-1").hex() not in repr(ring)
        assert repr(ring.key("audit-1")) not in repr(ring)


class TestSeal:
    @given(st.binary(max_size=2000), st.text(min_size=1, max_size=40).filter(str.isprintable))
    def test_what_was_sealed_comes_back_whole(self, plain: bytes, where: str) -> None:
        ring = Keyring()
        assert keys.unseal(ring, keys.seal(ring, "k", plain, where), where) == plain

    def test_the_same_text_never_looks_the_same_twice(self) -> None:
        ring = Keyring()
        assert keys.seal(ring, "k", b"x", "w") != keys.seal(ring, "k", b"x", "w")
        assert b"430221199001011234" not in keys.seal(ring, "k", b"430221199001011234", "w")

    def test_a_cell_moved_to_another_row_does_not_open(self) -> None:
        ring = Keyring()
        sealed = keys.seal(ring, "k", b"plain", "intake.envelope.body.1")
        with pytest.raises(ValueError, match="altered"):
            keys.unseal(ring, sealed, "intake.envelope.body.2")

    @given(st.integers(min_value=0, max_value=10_000), st.integers(min_value=0, max_value=7))
    def test_no_flipped_bit_goes_unnoticed(self, place: int, bit: int) -> None:
        ring = Keyring()
        sealed = bytearray(keys.seal(ring, "k", b"plain", "w"))
        sealed[place % len(sealed)] ^= 1 << bit
        with pytest.raises((ValueError, KeyGone)):
            keys.unseal(ring, bytes(sealed), "w")

    def test_a_seal_under_another_key_of_the_same_name_does_not_open(self) -> None:
        sealed = keys.seal(Keyring(), "k", b"plain", "w")
        other = Keyring()
        other.key("k")
        with pytest.raises(ValueError, match="altered"):
            keys.unseal(other, sealed, "w")

    def test_an_unknown_suite_is_said_plainly(self) -> None:
        with pytest.raises(ValueError, match="suite"):
            keys.unseal(Keyring(), b"\x09rest", "w")


class TestMac:
    def test_the_digest_depends_on_key_and_message(self) -> None:
        ring = Keyring()
        assert keys.mac(ring, "a", b"m") == keys.mac(ring, "a", b"m")
        assert len({keys.mac(ring, "a", b"m"), keys.mac(ring, "b", b"m"), keys.mac(ring, "a", b"n")}) == 3

    def test_same_compares_whole_digests(self) -> None:
        assert keys.same("ab", "ab")
        assert not keys.same("ab", "ac")

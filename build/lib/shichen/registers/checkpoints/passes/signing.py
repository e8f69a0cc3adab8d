"""The signature of a pass (签名): what its square code says, ECDSA on P-256, checked on any phone without the network."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date

import re2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from shichen.keys import KeyGone, Keyring
from shichen.refusal import Refusal

KEY_ID = "1"
HEAD = "SC1"
"""What the code of a pass begins with, its version in it."""
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256 (FIPS 186-4, D.1.2.3)
FORM = re2.compile(r"SC1\.([A-Z0-9-]{1,20})\.([^.\s]{2,12})\.([0-9]{8})\.([0-9]{8})\.([0-9]{1,4})\.([A-Za-z0-9_-]{86})")


@dataclass(frozen=True)
class Said:
    """What a pass says: its number, the plate, its first and last day. Neither a name nor anybody's health is in it."""

    number: str
    plate: str
    first: date
    last: date
    key: str = KEY_ID

    @property
    def text(self) -> str:
        return f"{HEAD}.{self.number}.{self.plate}.{self.first:%Y%m%d}.{self.last:%Y%m%d}.{self.key}"


def sign(ring: Keyring, said: Said) -> str:
    """The signature of what a pass says, 64 bytes in base64url: r and s as WebCrypto takes them."""
    return sign_text(ring, said.key, said.text)


def sign_text(ring: Keyring, key: str, text: str) -> str:
    r, s = decode_dss_signature(_private(ring.key(_name(key))).sign(text.encode(), ec.ECDSA(SHA256())))
    return _plain(r.to_bytes(32) + s.to_bytes(32))


def verify_text(ring: Keyring, key: str, text: str, signature: str) -> bool:
    """Whether a key of this post signed the text; a key that is not held has signed nothing."""
    raw = base64.urlsafe_b64decode(signature + "==")
    try:
        public = _private(ring.held(_name(key))).public_key()
        whole = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
        public.verify(whole, text.encode(), ec.ECDSA(SHA256()))
    except (KeyGone, InvalidSignature):
        return False
    return True


def read(code: str) -> tuple[Said, str]:
    """What a code says, and its signature. Raises Refusal for what is no code of a pass."""
    found = FORM.fullmatch(code.strip().rpartition("#")[2])
    if not found:
        raise Refusal("这不是通行证的二维码；请核对，或填写号码。", field="code")
    try:
        first, last = (date.fromisoformat(found[at]) for at in (3, 4))
    except ValueError:
        raise Refusal("这不是通行证的二维码；请核对，或填写号码。", field="code") from None
    return Said(found[1], found[2], first, last, found[5]), found[6]


def public_keys(ring: Keyring) -> dict[str, dict[str, str]]:
    """The keys that passes are checked with, by number, as browsers take them (JWK)."""
    ring.key(_name(KEY_ID))
    held = [name.removeprefix("pass-") for name in ring.names() if name.startswith("pass-")]
    return {key: _jwk(_private(ring.held(_name(key)))) for key in held}


def short(number: str, plate: str, last: date) -> str:
    """Three hex digits by which a number and a plate that were typed are held against the list.

    One wrong plate in 4,096 passes by chance; from the digits nobody finds the plate, for some thousand others have them.
    """
    return hashlib.sha256(f"{number}|{plate}|{last:%Y%m%d}".encode()).hexdigest()[:3]


def _name(key: str) -> str:
    return f"pass-{key}"


def _private(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The signing key that 32 bytes of the keyring stand for."""
    return ec.derive_private_key(int.from_bytes(seed) % (ORDER - 1) + 1, ec.SECP256R1())


def _jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": _plain(numbers.x.to_bytes(32)),
        "y": _plain(numbers.y.to_bytes(32)),
    }


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

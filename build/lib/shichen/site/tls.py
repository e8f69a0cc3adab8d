"""HTTPS for phones on the local network: a small authority of the city's own, and a certificate for this machine (证书)."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shichen.refusal import Refusal

CA_DAYS, SERVER_DAYS, RENEW_DAYS = 3650, 397, 30  # browsers take no certificate of more than 398 days
SKEW = timedelta(hours=1)  # a phone's clock may be behind
FOLDER = "tls"


@dataclass(frozen=True)
class Pair:
    """A certificate with its key, as files; `ca` is the authority's certificate where it is the city's own."""

    cert: Path
    key: Path
    ca: Path | None = None

    @property
    def asking(self) -> ssl.SSLContext:
        """How the house asks itself: by the city's own authority; a certificate of another name is not judged by us."""
        if self.ca is not None:
            return ssl.create_default_context(cafile=self.ca)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    @property
    def fingerprint(self) -> str:
        """The authority's SHA-256, as phones show it: AB:CD:…"""
        if self.ca is None:
            raise AssertionError("only the city's own authority is shown")
        return _certificate(self.ca).fingerprint(hashes.SHA256()).hex(":").upper()


def given(cert: Path, key: Path) -> Pair:
    """A certificate of one's own. Raises Refusal where the two do not belong together."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        raise Refusal(f"证书 {cert} 与私钥 {key} 用不了：{error}。请给 PEM 格式、成对的两个文件。") from None
    return Pair(cert.absolute(), key.absolute())


def own(home: Path, names: list[str], at: datetime) -> Pair:
    """The city's own authority, made once, and a certificate by it for these names, made anew when it runs out."""
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    ca, ca_key = folder / "ca.crt", folder / "ca.key"
    if not ca.exists() or not ca_key.exists():
        _make_authority(ca, ca_key, at)
    pair = Pair(folder / "server.crt", folder / "server.key", ca)
    if not pair.cert.exists() or not pair.key.exists() or not _fits(pair, names, at):
        _make_server(pair, ca_key, names, at)
    return pair


def names_here(host: str) -> list[str]:
    """What phones may call this machine: its name, its addresses on the network, and itself."""
    name = socket.gethostname()
    found = [host, "localhost", "127.0.0.1", name, f"{name}.local", *_addresses(name)]
    return [one for one in dict.fromkeys(found) if one and one not in ("0.0.0.0", "::")]  # noqa: S104 - left out, not bound


def address_for_phones(names: list[str]) -> str:
    """The first address of the machine that another can reach; its own name where it has none."""
    outside = [one for one in names if _is_address(one) and not ipaddress.ip_address(one).is_loopback]
    return outside[0] if outside else names[0]


def _addresses(name: str) -> list[str]:
    found = [_routed()]
    with suppress(OSError):  # a machine whose name nobody knows still has the address above
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(name, None, family=socket.AF_INET)]
    return [one for one in found if one]


def _routed() -> str:
    """The address by which this machine goes out; nothing is sent, only the route is asked for. Empty without network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # an address of documents (RFC 5737)
        return str(probe.getsockname()[0])
    return ""


def _make_authority(cert: Path, key_file: Path, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"shichen {socket.gethostname()} {at:%Y-%m-%d}"[:64])])
    made = _begun(name, name, key.public_key(), at, CA_DAYS)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    made = made.add_extension(usage, critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    _write(key_file, _pem(key))
    _write(cert, made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _make_server(pair: Pair, ca_key: Path, names: list[str], at: datetime) -> None:
    if pair.ca is None:
        raise AssertionError("a certificate is made by the city's own authority")
    authority = _certificate(pair.ca)
    signing = serialization.load_pem_private_key(ca_key.read_bytes(), None)
    if not isinstance(signing, ec.EllipticCurvePrivateKey):
        raise AssertionError("the authority's key is of this house")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    made = _begun(name, authority.subject, key.public_key(), at, SERVER_DAYS)
    made = made.add_extension(x509.SubjectAlternativeName([_named(one) for one in names]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key())
    made = made.add_extension(issuer, critical=False)
    _write(pair.key, _pem(key))
    _write(pair.cert, made.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), at - SKEW, at + timedelta(days=days)
    )


def _fits(pair: Pair, names: list[str], at: datetime) -> bool:
    """Whether the certificate is by this authority, for these names, and good for a while yet."""
    cert = _certificate(pair.cert)
    said = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = {str(one.value) for one in said}
    lasts = cert.not_valid_after_utc - at.astimezone(UTC) > timedelta(days=RENEW_DAYS)
    return lasts and set(names) <= known and pair.ca is not None and cert.issuer == _certificate(pair.ca).subject


def _named(one: str) -> x509.GeneralName:
    return x509.IPAddress(ipaddress.ip_address(one)) if _is_address(one) else x509.DNSName(one)


def _is_address(one: str) -> bool:
    try:
        ipaddress.ip_address(one)
    except ValueError:
        return False
    return True


def _certificate(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, data: bytes) -> None:
    """For the owner alone, whole or not at all."""
    part = path.with_suffix(f"{path.suffix}.part")
    descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)

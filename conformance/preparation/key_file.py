"""Private keys in files: PEM, DER and PKCS #12, encrypted or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    load_der_private_key,
    load_pem_private_key,
    pkcs12,
)

from conformance.errors import TadpError
from conformance.inputs import read_input
from conformance.preparation.secret import Ask
from conformance.signature.certificate import quietly
from conformance.signature.key import HASHES
from conformance.signature.signer import issuers_among

#: Bytes of the largest file of a key or of certificates that is read.
MAXIMUM = 1 << 20


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A key that was read from a file, with its certificate; see ``Signer``."""

    source: str
    certificate: bytes
    issuers: tuple[bytes, ...]
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    pss: bool = False

    def with_pss(self) -> FileSigner:
        """Return the same signer, which signs with RSA-PSS; see ``Signer``."""
        return replace(self, pss=True)

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """The signature over what has ``digest``; see ``Signer``."""
        prehashed = utils.Prehashed(HASHES[algorithm]())
        if isinstance(self.key, rsa.RSAPrivateKey):
            hash_type = HASHES[algorithm]()
            pss = padding.PSS(padding.MGF1(hash_type), padding.PSS.DIGEST_LENGTH)
            return self.key.sign(digest, pss if self.pss else padding.PKCS1v15(), prehashed)
        return self.key.sign(digest, ec.ECDSA(prehashed))


def key_signer(key: Path, certificate: Path, passphrase: Ask) -> FileSigner:
    """The signer with a key file, PEM or DER, and its certificate file.

    ``passphrase`` is asked for only if the key is encrypted. Of the certificates in the file,
    the first is the signer's.

    Raises:
        TadpError: the key or the certificate cannot be used.
        OSError: a file cannot be read.
    """
    own, *others = read_certificates(certificate)
    return FileSigner(str(key), own, issuers_among(own, others), _private(key, passphrase))


def pkcs12_signer(file: Path, certificate: Path | None, passphrase: Ask) -> FileSigner:
    """The signer in a PKCS #12 file; ``certificate`` takes the place of the one in it.

    Raises:
        TadpError: there is no key or no certificate in it, or they cannot be used.
        OSError: a file cannot be read.
    """
    data = _read(file)
    try:
        held = _unwrapped(data)
    except ValueError:
        held = _unlocked(data, file, passphrase)
    if held.key is None:
        raise TadpError("has no private key in it", where=str(file))
    ders = [one.certificate.public_bytes(Encoding.DER) for one in held.additional_certs]
    if certificate is not None:
        own, *others = [*read_certificates(certificate), *ders]
    elif held.cert is not None:
        own, others = held.cert.certificate.public_bytes(Encoding.DER), ders
    else:
        raise TadpError(
            "has no certificate for its key in it", where=str(file), remedy="give --certificate"
        )
    return FileSigner(str(file), own, issuers_among(own, others), _usable(held.key, file))


def read_certificates(path: Path) -> list[bytes]:
    """The certificates of a file, PEM or DER, in DER; one at least.

    Raises:
        TadpError: there is none that can be read.
        OSError: the file cannot be read.
    """
    data = _read(path)
    try:
        with quietly():
            if b"-----BEGIN" in data:
                found = x509.load_pem_x509_certificates(data)
            else:
                found = [x509.load_der_x509_certificate(data)]
        return [one.public_bytes(Encoding.DER) for one in found]
    except (ValueError, x509.InvalidVersion) as error:
        raise TadpError("holds no certificate that can be read", where=str(path)) from error


def _read(path: Path) -> bytes:
    return read_input(path, MAXIMUM)


def _private(path: Path, passphrase: Ask) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    data = _read(path)
    load: Any = load_pem_private_key if b"-----BEGIN" in data else load_der_private_key
    try:
        key = load(data, None)
    except TypeError:
        key = None
    except Exception as error:  # the library raises several that it does not document
        raise TadpError("holds no private key that can be read", where=str(path)) from error
    if key is None:
        secret = passphrase(f"passphrase of {path}")
        try:
            key = load(data, secret.value)
        except Exception:
            raise _locked(path) from None
    return _usable(key, path)


def _unwrapped(data: bytes) -> pkcs12.PKCS12KeyAndCertificates:
    """A PKCS #12 file without a passphrase, or with an empty one."""
    with quietly():
        try:
            return pkcs12.load_pkcs12(data, None)
        except ValueError:
            return pkcs12.load_pkcs12(data, b"")


def _unlocked(data: bytes, path: Path, passphrase: Ask) -> pkcs12.PKCS12KeyAndCertificates:
    if data[:1] != b"\x30":
        raise TadpError("is not a PKCS #12 file", where=str(path))
    secret = passphrase(f"passphrase of {path}")
    try:
        with quietly():
            return pkcs12.load_pkcs12(data, secret.value)
    except Exception:
        raise _locked(path) from None


def _locked(path: Path) -> TadpError:
    return TadpError("the passphrase is wrong, or the file is damaged", where=str(path))


def _usable(key: object, path: Path) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)):
        raise TadpError("the key is neither RSA nor ECDSA", where=str(path))
    return key

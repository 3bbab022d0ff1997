"""Files of trust anchors and of revocation lists."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from conformance.errors import TadpError
from conformance.signature import TrustStore, load_trust, trust
from tests.signature.signing import Hierarchy


def _write(path: Path, *parts: bytes) -> Path:
    path.write_bytes(b"".join(parts))
    return path


def _pem_of_crl(der: bytes) -> bytes:
    return x509.load_der_x509_crl(der).public_bytes(serialization.Encoding.PEM)


def test_nothing() -> None:
    assert load_trust([], []) == TrustStore()


def test_der(hierarchy: Hierarchy, tmp_path: Path) -> None:
    root = _write(tmp_path / "root.der", hierarchy.root.der)
    crl = _write(tmp_path / "ca.crl", hierarchy.crl)
    assert load_trust([root], [crl]) == TrustStore((hierarchy.root.der,), (hierarchy.crl,))


def test_bundle(hierarchy: Hierarchy, tmp_path: Path) -> None:
    bundle = _write(
        tmp_path / "bundle.pem", b"The CAs:\n", hierarchy.ca.pem, hierarchy.root.pem,
        _pem_of_crl(hierarchy.crl), hierarchy.root.pem.replace(b"\n", b"\r\n"),
    )  # fmt: skip
    store = load_trust([bundle], [bundle])
    assert store.anchors == (hierarchy.root.der,)
    assert store.intermediates == (hierarchy.ca.der,)
    assert store.crls == (hierarchy.crl,)


def test_a_file_without_a_root_is_trusted_as_it_is(hierarchy: Hierarchy, tmp_path: Path) -> None:
    ca = _write(tmp_path / "ca.pem", hierarchy.ca.pem, hierarchy.ec.pem)
    root = _write(tmp_path / "root.pem", hierarchy.root.pem)
    store = load_trust([ca, root], [])
    assert store.anchors == (hierarchy.ca.der, hierarchy.ec.der, hierarchy.root.der)
    assert store.intermediates == ()


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", "cannot be read as a"),
        (b"a,b\n", "cannot be read as a"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", ""),
        (b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", ""),
    ],
)
def test_what_holds_nothing(tmp_path: Path, data: bytes, trouble: str) -> None:
    path = _write(tmp_path / "bad", data)
    for anchors, crls in (([path], []), (list[Path](), [path])):
        with pytest.raises(TadpError) as caught:
            load_trust(anchors, crls)
        assert caught.value.where == str(path)
        assert trouble in caught.value.what
        assert "\n" not in str(caught.value)


def test_a_list_is_no_certificate(hierarchy: Hierarchy, tmp_path: Path) -> None:
    path = _write(tmp_path / "ca.crl", hierarchy.crl)
    with pytest.raises(TadpError, match="cannot be read as a certificate"):
        load_trust([path], [])
    path = _write(tmp_path / "ca.der", hierarchy.ca.der)
    with pytest.raises(TadpError, match="cannot be read as a revocation list"):
        load_trust([], [path])


def test_certificate_with_a_broken_key(hierarchy: Hierarchy, tmp_path: Path) -> None:
    point = hierarchy.ca.der.index(b"\x03\x42\x00\x04") + 4
    der = hierarchy.ca.der[:point] + b"\1" * 64 + hierarchy.ca.der[point + 64 :]
    pem = ssl.DER_cert_to_PEM_cert(der).encode()
    with pytest.raises(TadpError, match="cannot be read as a certificate"):
        load_trust([_write(tmp_path / "ca.pem", pem)], [])


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(TadpError, match="No such file"):
        load_trust([tmp_path / "none"], [])


def test_large_file(hierarchy: Hierarchy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "MAX_FILE", 10)
    with pytest.raises(TadpError, match="more than 10 bytes"):
        load_trust([_write(tmp_path / "root.pem", hierarchy.root.pem)], [])

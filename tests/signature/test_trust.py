"""Files of trust anchors and of revocation lists."""

from __future__ import annotations

import ssl
import warnings
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from conformance.errors import TadpError
from conformance.signature import Opened, TrustStore, examine, load_trust, trust
from tests.signature import pki
from tests.signature.signing import CERTIFICATE_RULES, Hierarchy


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


def test_files_of_the_same_content_are_in_memory_once(hierarchy: Hierarchy, tmp_path: Path) -> None:
    root = _write(tmp_path / "root.der", hierarchy.root.der)
    crl = _write(tmp_path / "ca.crl", hierarchy.crl)
    store = load_trust([root], [crl])
    assert load_trust([root], [crl]) is store
    assert load_trust([root], [crl], test_keys=True) == TrustStore(
        store.anchors, store.crls, test_keys=True
    )
    _write(crl, _pem_of_crl(hierarchy.crl).replace(b"CRL-----", b"CRL-----\n\n", 1))
    assert load_trust([root], [crl]) is store
    assert load_trust([root], []) == TrustStore(store.anchors)


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
    ("data", "of_certificates", "of_lists"),
    [
        (b"", "cannot be read", "cannot be read"),
        (b"a,b\n", "cannot be read", "cannot be read"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "none", "none"),
        (b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n", "broken", "none"),
        (b"-----BEGIN X509 CRL-----\nA\n-----END X509 CRL-----\n", "none", "broken"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "unreadable", "none"),
        (b"-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "none", "unreadable"),
        (b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END X509 CRL-----\n", "none", "none"),
    ],
)
def test_files_without_certificates_or_lists_are_refused(
    tmp_path: Path, data: bytes, of_certificates: str, of_lists: str
) -> None:
    path = _write(tmp_path / "bad", data)
    for what, options, wanted in (
        ("certificate", ([path], []), of_certificates),
        ("revocation list", ([], [path]), of_lists),
    ):
        with pytest.raises(TadpError) as caught:
            load_trust(*options)
        assert caught.value.where == str(path)
        if wanted == "none":
            said = (f"holds no {what}", "")
        elif wanted == "broken":
            assert caught.value.what.startswith("has broken base64")
            continue
        else:
            trouble = f"holds something that cannot be read as a {what}"
            said = (trouble, f"give a {what} in PEM or DER")
        assert (caught.value.what, caught.value.remedy or "") == said


@pytest.mark.parametrize("label", ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"])
def test_each_label_of_a_certificate(hierarchy: Hierarchy, tmp_path: Path, label: str) -> None:
    pem = hierarchy.root.pem.replace(b"CERTIFICATE", label.encode())
    found = load_trust([_write(tmp_path / "root.pem", b"Root\n", pem)], [])
    assert found == TrustStore((hierarchy.root.der,))


def test_a_list_is_not_a_certificate(hierarchy: Hierarchy, tmp_path: Path) -> None:
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


def test_a_certificate_that_only_others_read(hierarchy: Hierarchy, tmp_path: Path) -> None:
    """One odd certificate in a file of many does not keep the others from use."""
    loose = b"\x30\x83\0" + hierarchy.ca.der[2:]
    pem = ssl.DER_cert_to_PEM_cert(loose).encode()
    store = load_trust([_write(tmp_path / "trust.pem", pem, hierarchy.root.pem)], [])
    assert (store.anchors, store.intermediates) == ((hierarchy.root.der,), (loose,))


def test_the_certificates_of_a_ca_that_changed_its_key(tmp_path: Path) -> None:
    """Certificates that it issued to itself are not roots."""
    old, new = pki.authority("Root"), pki.authority("Root")
    new_with_old = pki.authority("Root", old, key=new.key)
    file = _write(tmp_path / "trust.pem", old.pem, new_with_old.pem)
    store = load_trust([file], [])
    assert (store.anchors, store.intermediates) == ((old.der,), (new_with_old.der,))


def test_nothing_is_warned_of(tmp_path: Path) -> None:
    """A name that is too long, for instance: pytest turns each warning into a failure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cryptography warns of what it writes, too
        long = x509.NameAttribute(x509.NameOID.COMMON_NAME, "x" * 65, _validate=False)
        ca = pki.issue(x509.Name([long]), None, extensions=pki.CA_EXTENSIONS)
        signer, der = pki.issue(pki.subject(), ca), pki.revocation_list(ca)
    anchor, crl = _write(tmp_path / "ca.pem", ca.pem), _write(tmp_path / "ca.crl", der)
    opened = Opened("cms-attached", certificate=signer.der)
    found = examine(opened, load_trust([anchor], [crl]), CERTIFICATE_RULES, pki.NOW)
    assert (found.faults, found.gaps) == ((), ())


def test_no_such_file(tmp_path: Path) -> None:
    for path, trouble in ((tmp_path / "none", "no such file"), (tmp_path, "is not a regular file")):
        with pytest.raises(TadpError, match=trouble) as caught:
            load_trust([path], [])
        assert caught.value.where == str(path)


@pytest.mark.parametrize(("less", "good"), [(0, True), (1, False)])
def test_large_file(
    hierarchy: Hierarchy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, less: int, good: bool
) -> None:
    path, size = _write(tmp_path / "root.pem", hierarchy.root.pem), len(hierarchy.root.pem) - less
    monkeypatch.setattr(trust, "MAX_FILE", size)
    if good:
        assert load_trust([path], []).anchors == (hierarchy.root.der,)
        return
    with pytest.raises(TadpError) as caught:
        load_trust([path], [])
    assert (caught.value.what, caught.value.where) == (f"has more than {size} bytes", str(path))


def test_the_largest_file_that_is_read() -> None:
    assert trust.MAX_FILE == 64 * 1024 * 1024


def test_certificates_and_lists_are_known_once(hierarchy: Hierarchy, tmp_path: Path) -> None:
    both = _write(tmp_path / "both.pem", hierarchy.root.pem, hierarchy.ca.pem, hierarchy.ca.pem)
    again = _write(tmp_path / "again.pem", hierarchy.ca.pem, hierarchy.root.pem, hierarchy.root.pem)
    lists = [_write(tmp_path / name, hierarchy.crl) for name in ("a.crl", "b.crl")]
    expected = TrustStore((hierarchy.root.der,), (hierarchy.crl,), (hierarchy.ca.der,))
    assert load_trust([both, again], lists) == expected

"""Signatures with one thing wrong, made by hand."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm, SignatureRules
from conformance.signature.key import Key
from tests.signature import pki
from tests.signature.signing import RULES, Forgery, Hierarchy, data_of, messages, open_bytes

DATA = b"a,b\n"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BAD_SIGNATURE = "the signature does not verify with the key of the signer's certificate"


def _messages(forgery: Forgery) -> list[str]:
    return messages(open_bytes(forgery.der()))


@pytest.mark.parametrize("signer", ["ec", "rsa"])
@pytest.mark.parametrize("attributes", [(), None])
@pytest.mark.parametrize("data", [b"", b"a,b\n", b"x" * 70_000])
def test_a_forgery_without_a_fault_opens(
    hierarchy: Hierarchy, signer: str, attributes: Any, data: bytes
) -> None:
    forgery = Forgery(getattr(hierarchy, signer), data=data, attributes=attributes)
    opened = open_bytes(forgery.der())
    assert opened.faults == ()
    assert data_of(opened) == data
    detached = open_bytes(data, replace(forgery, detached=True).der())
    assert detached.faults == ()
    assert detached.container == "cms-detached"


@pytest.mark.parametrize("high", [True, False])
def test_either_s_of_ecdsa_is_taken(hierarchy: Hierarchy, high: bool) -> None:
    forgery = Forgery(hierarchy.ec, attributes=None)
    r, s = decode_dss_signature(forgery.sign(forgery.data))
    signature = encode_dss_signature(r, max(s, _ORDER - s) if high else min(s, _ORDER - s))
    assert _messages(replace(forgery, signature=signature)) == []


@pytest.mark.parametrize("signer", ["ec", "rsa"])
@pytest.mark.parametrize("signature", [b"x", b"\x30\x06\x02\x01\x00\x02\x01\x00", b"\0" * 256])
def test_signature_value_of_nothing(hierarchy: Hierarchy, signer: str, signature: bytes) -> None:
    forgery = Forgery(getattr(hierarchy, signer), signature=signature)
    assert _messages(forgery) == [_BAD_SIGNATURE]


def test_signature_by_another_key(hierarchy: Hierarchy) -> None:
    other = pki.Holder(hierarchy.ec.certificate, pki.new_key())
    assert _messages(Forgery(other)) == [_BAD_SIGNATURE]


def test_changed_attributes_give_one_finding(hierarchy: Hierarchy) -> None:
    der = Forgery(hierarchy.ec).der()
    digest = cms.ContentInfo.load(der)["content"]["signer_infos"][0]["signed_attrs"]
    old = next(a["values"][0].native for a in digest if a["type"].native == "message_digest")
    assert _messages_of(der.replace(old, b"\1" * 32)) == [
        f"{_BAD_SIGNATURE}; it names the digest of another file, too"
    ]


def _messages_of(der: bytes) -> list[str]:
    return messages(open_bytes(der))


def test_attributes_out_of_order(hierarchy: Hierarchy) -> None:
    (fault,) = open_bytes(Forgery(hierarchy.ec, sort=False).der()).faults
    assert fault.found == "attributes that are not sorted by their encoding"


def test_attributes_out_of_order_signed_in_order(hierarchy: Hierarchy) -> None:
    good = Forgery(hierarchy.ec)
    attributes = cms.ContentInfo.load(good.der())["content"]["signer_infos"][0]["signed_attrs"]
    in_order = b"\x31" + attributes.dump()[1:]
    (fault,) = open_bytes(replace(good, sort=False, tbs=in_order).der()).faults
    assert fault.found == "attributes that are not sorted by their encoding"


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ([("content_type", ["data"])], "do not give the digest of the file"),
        ([("content_type", ["data"]), ("message_digest", [b"1" * 32, b"2" * 32])], "do not give"),
        ([("content_type", ["data"]), ("message_digest", [])], "do not give"),
        ([("content_type", ["data"]), ("message_digest", [b"1" * 32])], "was changed after"),
        ([("content_type", ["data"]), ("message_digest", [b"1" * 20])], "was changed after"),
    ],
)
def test_digest_attribute(hierarchy: Hierarchy, attributes: Any, message: str) -> None:
    (found,) = _messages(Forgery(hierarchy.ec, attributes=attributes))
    assert message in found


@pytest.mark.parametrize("types", [[], ["data", "data"]])
def test_content_type_attribute(hierarchy: Hierarchy, types: list[str]) -> None:
    given = Forgery(hierarchy.ec)
    attributes = cms.ContentInfo.load(given.der())["content"]["signer_infos"][0]["signed_attrs"]
    digest = next(a["values"][0].native for a in attributes if a["type"].native == "message_digest")
    attribute = [("content_type", types)] if types else []
    forgery = replace(given, attributes=[*attribute, ("message_digest", [digest])])
    (found,) = _messages(forgery)
    assert "the kind of the signed content" in found


def test_another_content_type_is_named_beside_that_of_the_content(hierarchy: Hierarchy) -> None:
    given = [
        ("content_type", ["enveloped_data"]),
        ("message_digest", [hashlib.sha256(DATA).digest()]),
    ]
    (fault,) = open_bytes(Forgery(hierarchy.ec, data=DATA, attributes=given).der()).faults
    assert fault.found == "contentType enveloped (encrypted) data (1.2.840.113549.1.7.3)"
    assert fault.expected == "contentType data (1.2.840.113549.1.7.1), as the content is"


def test_content_type_of_the_content(hierarchy: Hierarchy) -> None:
    der = Forgery(hierarchy.ec, attributes=None).der()
    # 1.2.840.113549.1.7.1 is data, .5 digested data.
    other = der.replace(
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x05"
    )
    (fault,) = open_bytes(other).faults
    assert (fault.found, fault.expected) == ("digested data (1.2.840.113549.1.7.5)", "data")


def test_stripped_attributes_are_not_a_file(hierarchy: Hierarchy) -> None:
    """Attributes and signature of another file, made to look like a signed file."""
    good = Forgery(hierarchy.ec)
    signer = cms.ContentInfo.load(good.der())["content"]["signer_infos"][0]
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    forged = Forgery(
        hierarchy.ec, data=attributes, attributes=None, signature=signer["signature"].native
    )
    assert "attributes of another signature" in _messages(forged)[0]
    assert len(_messages(forged)) == 1


@pytest.mark.parametrize(
    "data", [b"1", b"\x31\x02\x05\x00", b"\x31\x00", b"1,2,3\n", b"\x31\x03\x05\x00"]
)
def test_a_file_that_only_begins_like_signed_attributes_has_no_fault(
    hierarchy: Hierarchy, data: bytes
) -> None:
    assert _messages(Forgery(hierarchy.ec, data=data, attributes=None)) == []


def test_key_identifier(hierarchy: Hierarchy) -> None:
    from cryptography import x509

    extension = hierarchy.ec.certificate.extensions.get_extension_for_class(
        x509.SubjectKeyIdentifier
    )
    identifier = extension.value.digest
    assert _messages(Forgery(hierarchy.ec, key_identifier=identifier)) == []
    (fault,) = open_bytes(Forgery(hierarchy.ec, key_identifier=b"\1\2").der()).faults
    assert fault.expected == "the certificate with key identifier 0102"


def test_two_signers_and_certificates_in_order(hierarchy: Hierarchy) -> None:
    ders = [hierarchy.root.der, hierarchy.ca.der, hierarchy.ec.der]
    opened = open_bytes(Forgery(hierarchy.ec, signers=2, certificates=ders).der())
    assert messages(opened) == ["more than one person has signed"]
    assert opened.others == (hierarchy.root.der, hierarchy.ca.der)


def test_two_digests(hierarchy: Hierarchy) -> None:
    forgery = Forgery(hierarchy.ec, algorithm="sha384_ecdsa")
    rules = SignatureRules(
        RULES.containers, (KeyAlgorithm("ecdsa", ("sha256", "sha384"), "secp256r1"),), "optional"
    )
    faults = open_bytes(forgery.der(), rules=rules).faults
    (fault,) = (one for one in faults if one.message == "the signature names two digests")
    assert (fault.found, fault.expected) == ("SHA-256 and SHA-384", "one digest")
    assert fault.profile == ("signature.algorithms",)


def test_algorithm_for_another_key(hierarchy: Hierarchy) -> None:
    opened = open_bytes(Forgery(hierarchy.ec, algorithm="sha256_rsa").der())
    assert [fault.found for fault in opened.faults] == ["RSA with PKCS #1 v1.5"]
    opened = open_bytes(Forgery(hierarchy.rsa, algorithm="sha256_ecdsa").der())
    assert [fault.found for fault in opened.faults] == ["an algorithm for ECDSA keys"]


def test_algorithm_no_one_knows(hierarchy: Hierarchy) -> None:
    opened = open_bytes(Forgery(hierarchy.ec, algorithm="1.2.3.4").der())
    assert [fault.found for fault in opened.faults] == ["algorithm 1.2.3.4"]


@pytest.mark.parametrize("certificates", [None, []])
@pytest.mark.parametrize("attributes", [None, ()])
def test_unknown_digest(hierarchy: Hierarchy, certificates: Any, attributes: Any) -> None:
    der = Forgery(hierarchy.ec, attributes=attributes, certificates=certificates).der()
    # SHA-256 is 2.16.840.1.101.3.4.2.1.
    other = der.replace(bytes.fromhex("608648016503040201"), bytes.fromhex("60864801650304027f"))
    faults = open_bytes(other).faults
    assert "algorithm 2.16.840.1.101.3.4.2.127" in [
        (fault.found or "").removeprefix("SHA-").lower() for fault in faults
    ]


def test_algorithm_without_a_certificate(hierarchy: Hierarchy) -> None:
    forgery = Forgery(hierarchy.rsa, digest="sha1", certificates=[])
    found = [fault.found for fault in open_bytes(forgery.der()).faults]
    assert found == ["no certificate in it", "SHA-1"]
    rules = replace(RULES, algorithms=RULES.algorithms[:1])
    faults = open_bytes(forgery.der(), rules=rules).faults
    assert [fault.found for fault in faults] == [
        "no certificate in it",
        "RSA with PKCS #1 v1.5",
    ]
    assert faults[-1].expected == "ECDSA on P-256 with SHA-256"


@pytest.mark.parametrize(
    ("key", "found"),
    [
        (ec.generate_private_key(ec.SECP384R1()), "ECDSA on P-384"),
        (ec.generate_private_key(ec.SECP256K1()), "ECDSA on secp256k1"),
        (rsa.generate_private_key(65537, 1024), "RSA of 1,024 bits"),  # noqa: S505 - on purpose
    ],
    ids=["p384", "k1", "rsa1024"],
)
@pytest.mark.parametrize("attributes", [(), None])
def test_key_that_may_not_sign(
    hierarchy: Hierarchy, key: pki.PrivateKey, found: str, attributes: Any
) -> None:
    holder = pki.issue(pki.subject(), hierarchy.ca, key=key)
    (fault,) = open_bytes(Forgery(holder, attributes=attributes).der()).faults
    assert fault.found == found
    assert fault.expected == (
        "ECDSA on P-256 with SHA-256 or RSA of 2,048 bits or more with SHA-256"
    )


@pytest.mark.parametrize("attributes", [(), None])
def test_key_of_another_kind(hierarchy: Hierarchy, attributes: Any) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    holder = pki.issue(pki.subject(), hierarchy.ca, key=key)
    forgery = Forgery(holder, attributes=attributes, algorithm="ed25519", signature=b"\0" * 64)
    (fault,) = open_bytes(forgery.der()).faults
    assert fault.found == "Ed25519"


def test_key_that_cannot_be_read(hierarchy: Hierarchy) -> None:
    # A point that is not on the curve.
    point = hierarchy.ec.der.index(b"\x03\x42\x00\x04") + 4
    broken = hierarchy.ec.der[:point] + b"\1" * 64 + hierarchy.ec.der[point + 64 :]
    (fault,) = open_bytes(Forgery(hierarchy.ec, certificates=[broken]).der()).faults
    assert "a key that cannot be read" in (fault.found or "")


@pytest.mark.parametrize("attributes", [None, ()])
def test_a_signature_that_cannot_be_verified_here_does_not_pass(
    hierarchy: Hierarchy, attributes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unable:
        def verify(self, *_: object) -> None:
            raise UnsupportedAlgorithm("not in this build")

    unable: Any = Unable()
    real = Key.of
    monkeypatch.setattr(Key, "takes", lambda *_: True)
    monkeypatch.setattr(Key, "of", lambda one: replace(real(one), public=unable))
    (fault,) = open_bytes(Forgery(hierarchy.ec, attributes=attributes).der()).faults
    assert "cannot be verified here" in fault.message
    assert fault.found == "ECDSA on P-256 with SHA-256"

"""OCSP responses, as RFC 6960 has them: who may sign one, what it is about, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile import RevocationBy
from conformance.signature import Examination, Opened, TrustStore, examine, load_trust
from conformance.signature.key import HASHES
from conformance.signature.writing.pem import armour
from tests.signature import pki
from tests.signature.pki import DAY, NOW
from tests.signature.signing import CERTIFICATE_RULES, openssl
from tests.signature.test_revocation import CA, LONG, ROOT, listed, revoked, signer

SIGNER = signer()
SHA1 = hashes.SHA1()  # noqa: S303 - as most requests have it
GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus
FOR_OCSP = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False)
NO_CHECK = (x509.OCSPNoCheck(), False)
SIGNS = (pki.usage("digital_signature"), True)


def responder(
    *extensions: tuple[x509.ExtensionType, bool], by: pki.Holder = CA, **options: Any
) -> pki.Holder:
    """Somebody who is certified by a CA to answer for it, unless ``extensions`` say otherwise."""
    name = pki.subject("Responder", None, None)
    given = {"extensions": extensions or (SIGNS, FOR_OCSP, NO_CHECK), "serial": 77, "until": LONG}
    return pki.issue(name, by, **{**given, **options})


RESPONDER = responder()


def response(
    status: ocsp.OCSPCertStatus = GOOD,
    by: pki.Holder = CA,
    *more: tuple[x509.ExtensionType, bool],
    of: pki.Holder = SIGNER,
    issuer: pki.Holder = CA,
    **options: Any,
) -> bytes:
    """Return a response about the signer by its CA, of now and for a day."""
    given: dict[str, Any] = {
        "algorithm": SHA1, "this_update": NOW - DAY, "next_update": NOW + DAY,
        "revocation_time": NOW - 5 * DAY if status is REVOKED else None,
        "revocation_reason": None,
    }  # fmt: skip
    along, signs = options.pop("along", [by]), options.pop("signs", by)
    digest, named = options.pop("digest", "sha256"), options.pop("named", "HASH")
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=of.certificate, issuer=issuer.certificate, cert_status=status, **{**given, **options}
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding[named], by.certificate)
    if by is not CA and along:
        builder = builder.certificates([one.certificate for one in along])
    for extension, critical in more:
        builder = builder.add_extension(extension, critical)
    made = builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)  # type: ignore[arg-type]
    return made if signs is by and digest == "sha256" else signed_again(made, signs, digest)


def signed_again(der: bytes, signs: pki.Holder, digest: str) -> bytes:
    """Return a response with another signature, which ``cryptography`` would not make."""
    whole = asn1.OCSPResponse.load(der)
    basic = whole["response_bytes"]["response"].parsed
    assert isinstance(signs.key, ec.EllipticCurvePrivateKey)
    body, scheme = basic["tbs_response_data"].dump(), ec.ECDSA(HASHES[digest]())
    basic["signature_algorithm"] = {"algorithm": f"{digest}_ecdsa"}
    basic["signature"] = signs.key.sign(body, scheme)
    whole["response_bytes"]["response"] = asn1.ParsableOctetString(basic.dump())
    return bytes(whole.dump(force=True))


def examined(
    *responses: bytes,
    crls: Sequence[bytes] = (),
    by: RevocationBy = RevocationBy.OCSP,
    at: datetime = NOW,
    holder: pki.Holder = SIGNER,
    others: Sequence[pki.Holder] = (),
) -> Examination:
    trust = TrustStore(
        (ROOT.der,), tuple(crls), tuple(one.der for one in (CA, *others)), ocsp=responses
    )
    rules = replace(CERTIFICATE_RULES, revocation=by, maximum_issuing_cas=3)
    return examine(Opened("cms-attached", certificate=holder.der), trust, rules, at)


def verdict(found: Examination) -> str:
    if found.faults:
        (fault,) = found.faults
        assert fault.message == "the certificate had been revoked by its issuer"
        return "revoked"
    return found.gaps[0].reason if found.gaps else "good"


@pytest.mark.parametrize("digest", [hashes.SHA1, hashes.SHA256, hashes.SHA384, hashes.SHA512])
@pytest.mark.parametrize("named", ["HASH", "NAME"])
def test_a_certificate_is_named_by_any_digest_and_a_responder_in_either_way(
    digest: type[hashes.HashAlgorithm], named: str
) -> None:
    for by in (CA, RESPONDER):
        given = response(by=by, named=named, algorithm=digest())
        assert verdict(examined(given)) == "good"
        given = response(REVOKED, by, named=named, algorithm=digest())
        assert verdict(examined(given)) == "revoked"


NOT_SIGNED = "is not signed by"
OTHER_CA = pki.authority("CA", ROOT, key=pki.same_key(8), serial=8, until=LONG)
NOT_GIVEN = "no OCSP response about serial number 7 of"


@pytest.mark.parametrize(
    ("by", "options", "expected"),
    [
        (RESPONDER, {}, "good"),
        (RESPONDER, {"along": []}, NOT_SIGNED),
        (responder(SIGNS, FOR_OCSP), {}, "good"),
        (responder(FOR_OCSP), {}, "good"),
        (responder((pki.usage("content_commitment"), True), FOR_OCSP), {}, "good"),
        (responder((pki.usage("key_agreement"), True), FOR_OCSP), {}, NOT_SIGNED),
        (responder(SIGNS), {}, NOT_SIGNED),
        (responder(SIGNS, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), False)), {},
         NOT_SIGNED),
        (responder(SIGNS, FOR_OCSP, by=ROOT), {}, NOT_SIGNED),
        (responder(SIGNS, FOR_OCSP, by=OTHER_CA), {}, NOT_SIGNED),
        (responder(SIGNS, FOR_OCSP, until=NOW - DAY), {}, NOT_SIGNED),
        (responder(SIGNS, FOR_OCSP, (x509.UnrecognizedExtension(
            x509.ObjectIdentifier("1.2.3"), b"\5\0"), True)), {}, NOT_SIGNED),
        (SIGNER, {}, NOT_SIGNED),
        (ROOT, {}, NOT_SIGNED),
        (RESPONDER, {"signs": SIGNER}, NOT_SIGNED),
        (CA, {"signs": SIGNER}, NOT_SIGNED),
        (CA, {"issuer": OTHER_CA}, NOT_GIVEN),
        (CA, {"of": signer(serial=8)}, NOT_GIVEN),
    ],
)  # fmt: skip
def test_who_may_sign(by: pki.Holder, options: dict[str, Any], expected: str) -> None:
    for status in (GOOD, REVOKED):
        found = verdict(examined(response(status, by, **options)))
        wanted = "revoked" if (status, expected) == (REVOKED, "good") else expected
        assert wanted in found


def test_a_responder_may_come_with_the_trust_anchors_and_be_revoked_itself() -> None:
    plain = responder(SIGNS, FOR_OCSP)
    given = response(by=plain, along=[])
    assert verdict(examined(given, others=[plain])) == "good"
    of_responder = listed(revoked=[(77, NOW - 5 * DAY)])
    assert NOT_SIGNED in verdict(examined(given, others=[plain], crls=[of_responder]))
    about_it = response(REVOKED, CA, of=plain)
    assert NOT_SIGNED in verdict(examined(given, about_it, others=[plain]))
    unchecked = response(by=RESPONDER)
    assert verdict(examined(unchecked, crls=[of_responder])) == "good"


def test_a_responder_is_certified_by_the_key_that_has_issued_the_certificate() -> None:
    """A response of another trusted CA with the same name is not enough."""
    other = response(by=responder(SIGNS, FOR_OCSP, by=OTHER_CA))
    assert NOT_SIGNED in verdict(examined(other, others=[OTHER_CA]))


def test_no_one_vouches_for_itself() -> None:
    plain = responder(SIGNS, FOR_OCSP)
    about_itself = response(REVOKED, plain, of=plain)
    assert verdict(examined(response(by=plain), about_itself)) == "good"


CUTOFF = x509.UnrecognizedExtension(
    x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.6"), b"\x18\x0f20250101000000Z"
)
SHORT = signer(until=NOW - DAY, first=NOW - 50 * DAY)


@pytest.mark.parametrize(
    ("options", "at", "expected"),
    [
        ({}, NOW, "good"),
        ({}, NOW + 2 * DAY, "is out of date"),
        ({}, NOW - 30 * DAY, "good"),
        ({"next_update": None}, NOW, "does not say until when it holds"),
        ({"next_update": None}, NOW - 30 * DAY, "good"),
        ({"this_update": LONG - DAY, "next_update": LONG}, NOW, "is in the future"),
        ({"status": UNKNOWN}, NOW, "does not know the certificate: one of a responder for"),
        ({"status": REVOKED}, NOW, "revoked"),
        ({"status": REVOKED}, NOW - 5 * DAY, "revoked"),
        ({"status": REVOKED}, NOW - 6 * DAY, "good"),
        ({"status": REVOKED, "next_update": NOW - DAY / 2}, NOW, "revoked"),
        ({"status": REVOKED, "revocation_reason": ReasonFlags.certificate_hold}, NOW, "revoked"),
        ({"digest": "sha512"}, NOW, "good"),
        ({"digest": "sha1"}, NOW, "is signed with SHA-1, which can be forged"),
        ({"digest": "sha1", "status": REVOKED}, NOW, "revoked"),
    ],
)
def test_a_response_counts_by_its_status_times_and_digest(
    options: dict[str, Any], at: datetime, expected: str
) -> None:
    found = examined(response(**options), at=at)
    assert expected in verdict(found)
    assert [gap.evidence for gap in found.gaps] in ([], [("--ocsp",)])


def test_a_certificate_that_had_expired_need_not_be_known_any_more() -> None:
    at = NOW - 10 * DAY
    given = {"of": SHORT, "this_update": NOW}
    assert "need not have a certificate that" in verdict(
        examined(response(**given), holder=SHORT, at=at)
    )
    before = {**given, "this_update": NOW - 5 * DAY}
    assert verdict(examined(response(**before), holder=SHORT, at=at)) == "good"


def test_a_response_with_an_unknown_critical_extension_decides_nothing() -> None:
    other = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\5\0")
    assert verdict(examined(response(GOOD, CA, (other, False)))) == "good"
    said = verdict(examined(response(GOOD, CA, (other, True))))
    assert "has something critical in it that is not understood here" in said
    assert verdict(examined(response(GOOD, CA, (x509.OCSPNonce(b"12345678"), True)))) == "good"


def test_a_hold_is_released_by_a_later_word() -> None:
    hold = response(
        REVOKED, this_update=NOW - 4 * DAY, revocation_reason=ReasonFlags.certificate_hold
    )
    assert verdict(examined(hold)) == "revoked"
    assert verdict(examined(hold, response())) == "good"
    by_list = revoked(reason=ReasonFlags.certificate_hold, updated=NOW - 4 * DAY)
    assert verdict(examined(response(), crls=[by_list])) == "good"


BY = RevocationBy


@pytest.mark.parametrize(
    ("by", "responses", "lists", "expected"),
    [
        (BY.CRL, [], [listed()], "good"),
        (BY.CRL, [response()], [], "no revocation list of"),
        (BY.CRL, [response(REVOKED)], [listed()], "revoked"),
        (BY.OCSP, [response()], [], "good"),
        (BY.OCSP, [], [listed()], NOT_GIVEN),
        (BY.OCSP, [response()], [revoked()], "revoked"),
        (BY.EITHER, [response()], [], "good"),
        (BY.EITHER, [], [listed()], "good"),
        (BY.EITHER, [], [], "no revocation list of"),
        (BY.EITHER, [], [], NOT_GIVEN),
        (BY.EITHER, [response(UNKNOWN)], [listed()], "good"),
        (BY.EITHER, [response(UNKNOWN)], [], "does not know the certificate"),
        (BY.NONE, [response(REVOKED)], [revoked()], "good"),
    ],
)
def test_the_profile_decides_whether_lists_or_responses_count(
    by: RevocationBy, responses: list[bytes], lists: list[bytes], expected: str
) -> None:
    found = examined(*responses, crls=lists, by=by)
    assert expected in verdict(found)
    options = {BY.NONE: "", BY.CRL: "--crl", BY.OCSP: "--ocsp", BY.EITHER: "--crl or --ocsp"}
    if by is BY.EITHER and responses:
        options[by] = "--ocsp"
    assert [gap.evidence for gap in found.gaps] == [(options[by],)] * len(found.gaps)


def test_a_ca_is_looked_up_where_there_is_a_response_and_not_asked_for() -> None:
    about_ca = {"of": CA, "issuer": ROOT, "by": ROOT}
    assert verdict(examined(response(), response(**about_ca))) == "good"
    assert verdict(examined(response(), response(REVOKED, **about_ca))) == "revoked"
    assert "does not know" in verdict(examined(response(), response(UNKNOWN, **about_ca)))


def test_without_the_certificate_of_the_issuer_nothing_is_verified() -> None:
    trust = TrustStore((ROOT.der,), ocsp=(response(),))
    rules = replace(CERTIFICATE_RULES, revocation=RevocationBy.OCSP)
    found = examine(Opened("cms-attached", certificate=SIGNER.der), trust, rules, NOW)
    assert found.gaps[-1].evidence == ("--trust",)
    assert "without the certificate of" in found.gaps[-1].reason


def test_files_have_responses_in_der_or_pem(tmp_path: Path) -> None:
    one, other, file = response(), response(REVOKED), tmp_path / "response"
    file.write_bytes(one)
    assert load_trust([], [], [file]).ocsp == (one,)
    file.write_bytes(b"".join(armour("OCSP RESPONSE", der) for der in (one, other, one)))
    assert load_trust([], [], [file]).ocsp == (one, other)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds something that cannot be read as an OCSP response (give an OCSP response in"),
        (response()[:-1], "cannot be read as an OCSP response"),
        (listed(), "cannot be read as an OCSP response"),
        (armour("CERTIFICATE", CA.der), "holds no OCSP response"),
        (b"\x30\x03\x0a\x01\x03", "holds no answer: the responder says try later (ask the"),
        (b"\x30\x03\x0a\x01\x06", "holds no answer: the responder says unauthorized"),
    ],
)
def test_a_file_without_an_ocsp_answer_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    file = tmp_path / "response"
    file.write_bytes(data)
    with pytest.raises(TadpError) as caught:
        load_trust([], [], [file])
    assert said in str(caught.value)


def test_damaged_responses_are_refused_or_show_nothing(tmp_path: Path) -> None:
    """Whatever byte is changed, nothing but a word of its own is made of it."""
    whole, file = response(by=RESPONDER), tmp_path / "response"
    for place in range(0, len(whole), 3):
        file.write_bytes(whole[:place] + bytes((whole[place] ^ 0x41,)) + whole[place + 1 :])
        try:
            store = load_trust([], [], [file])
        except TadpError:
            continue
        assert verdict(examined(*store.ocsp)) != "revoked"


@pytest.mark.openssl
@pytest.mark.parametrize("digest", ["sha1", "sha256"])
def test_a_response_made_with_openssl_is_accepted(tmp_path: Path, digest: str) -> None:
    for name, holder in {"ca": CA, "responder": RESPONDER, "signer": SIGNER}.items():
        (tmp_path / f"{name}.pem").write_bytes(holder.pem)
        (tmp_path / f"{name}.key").write_bytes(holder.key_pem)
    lines = {"good": "V\t350101000000Z\t\t07", "revoked": "R\t350101000000Z\t250501000000Z\t07"}
    for expected, line in lines.items():
        index, answer = tmp_path / "index.txt", tmp_path / f"{expected}.der"
        index.write_text(f"{line}\tunknown\t/CN=x\n", "ascii")
        openssl(
            "ocsp", "-index", index, "-CA", tmp_path / "ca.pem", f"-{digest}",
            "-rsigner", tmp_path / "responder.pem", "-rkey", tmp_path / "responder.key",
            "-issuer", tmp_path / "ca.pem", "-cert", tmp_path / "signer.pem", "-ndays", "3650",
            "-respout", answer, "-noverify",
        )  # fmt: skip
        # Its answer is of today; in this test the signer's certificate has expired since.
        store = load_trust([], [], [answer])
        found = verdict(examined(*store.ocsp))
        assert found == "revoked" if expected == "revoked" else "any more" in found

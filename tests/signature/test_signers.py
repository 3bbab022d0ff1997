"""Several officers sign one file: each signature, each certificate, and how many there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.profile import SignerCount
from conformance.signature import Opened, Presence, SignedInput, open_file
from conformance.signature.fault import SignatureFault
from generators.signing import Signing, sign
from tests.generators.golden import AT
from tests.signature.signing import RULES

DATA = b"a,b\nc,d\n"
TWO = SignerCount(2, 2)
NAME = "TADP TEST ARO {} (not for use)"


def opened(
    *names: str, count: SignerCount = TWO, certificate: str = "either", **changes: Any
) -> Opened:
    signed = sign("adt.csv", DATA, Signing(signer=names[0], cosigners=names[1:], **changes), AT)
    rules = replace(RULES, signers=count, certificate=certificate)
    beside = Content.of_bytes("adt.csv.p7s", signed.signature or b"")
    return open_file(SignedInput(Content.of_bytes("adt.csv", DATA), beside), rules)


def said(found: Opened) -> list[tuple[str, str | None]]:
    return [(one.message, one.found) for one in found.faults]


def test_each_signer_is_known_by_a_certificate_and_a_time() -> None:
    found = opened("aro-1", "aro-2")
    assert said(found) == []
    pki, signers = Signing().pki, found.by_signer
    ders = {pki.certificate("aro-1"), pki.certificate("aro-2")}
    assert {one.certificate for one in signers} == ders
    assert [one.signing_time for one in signers] == [AT, AT]
    # Of each, the other's certificate is among those that came along.
    assert all(ders - {one.certificate} <= set(one.others) for one in signers)
    assert opened("aro-1", count=SignerCount()).by_signer[0].cosigners == ()
    (cosigner,) = found.cosigners
    later = replace(cosigner, signing_time=AT + timedelta(days=1))
    apart = replace(found, cosigners=(later,)).by_signer
    assert [one.signing_time for one in apart] == [AT, AT + timedelta(days=1)]


@pytest.mark.parametrize("name", ["aro-1", "aro-2"])
def test_a_signature_that_does_not_hold_is_that_of_the_one_who_made_it(name: str) -> None:
    for fault in (SignatureFault.TAMPERED_SIGNATURE, SignatureFault.WRONG_KEY):
        ((message, _),) = said(opened("aro-1", "aro-2", fault=fault, faulty=name))
        who, _, what = message.partition(": ")
        assert who in {f"signer {n} of 2, {NAME.format(name[-1])}" for n in (1, 2)}
        assert what == "the signature does not verify with the key of the signer's certificate"


ONE_OR_TWO = SignerCount(1, 2)


@pytest.mark.parametrize(
    ("names", "count", "message", "found"),
    [
        (("aro-1",), TWO, "fewer have signed than have to", "1 signer"),
        (("aro-1", "aro-2", "aro-3"), TWO, "more have signed than may", "3 signers"),
        (("aro-1", "aro-2"), SignerCount(), "more than one person has signed", "2 signers"),
        (("aro-1", "aro-1"), TWO, "the same person has signed more than once, which counts once",
         f"2 signatures by {NAME.format(1)}"),
        (("aro-1", "aro-1-renewed"), TWO,
         "the same person has signed more than once, which counts once",
         f"2 signatures by {NAME.format(1)}"),
        (("aro-1",), ONE_OR_TWO, None, None),
        (("aro-2", "aro-1"), ONE_OR_TWO, None, None),
        (("aro-1", "aro-1"), ONE_OR_TWO, None, None),
    ],
)  # fmt: skip
def test_as_many_persons_sign_as_the_profile_has_it(
    names: tuple[str, ...], count: SignerCount, message: str | None, found: str | None
) -> None:
    checked = opened(*names, count=count)
    assert said(checked) == ([(message, found)] if message else [])
    assert {fault.profile for fault in checked.faults} <= {("signature.signers",)}


def test_a_certificate_that_is_missing_is_said_of_each_signer() -> None:
    found = opened("aro-1", "aro-2", certificates="none")
    assert [message.partition(": ")[0] for message, _ in said(found)] == [
        "signer 1 of 2", "signer 2 of 2",
    ]  # fmt: skip
    elsewhere = opened("aro-1", "aro-2", certificates="none", certificate="elsewhere")
    assert elsewhere.presence is Presence.UNKNOWN

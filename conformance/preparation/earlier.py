"""The signatures of those who signed a file before, to which another is added."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile import SignatureRules, SignerCount
from conformance.phrases import counted
from conformance.signature import Opened, SignedInput, oid, open_file
from conformance.signature.certificate import Certificate
from conformance.signature.cms import SignedData
from conformance.signature.message import Unreadable, read_message
from conformance.signature.signer import Signer
from conformance.signature.signers import same_person
from conformance.signature.subject import common_name
from conformance.signature.writing.form import Earlier


def read_earlier(path: Path, content: Content, rules: SignatureRules) -> tuple[Earlier, Opened]:
    """Return the signatures over ``content`` in the CMS file at ``path``, and what that is.

    Raises:
        TadpError: it is not CMS, does not hold, or the profile takes no more signatures.
    """
    where = str(path)
    file = Content.of_file(where, path)
    try:
        signed, _, _ = read_message(file)
    except Unreadable as error:
        raise TadpError(
            f"is not a signature that another can be added to: {error.finding.message}",
            where=where,
            remedy="give the CMS signature of whoever signed before",
        ) from error
    count = len(signed.signers)
    if count >= rules.signers.maximum:
        raise TadpError(
            f"has {counted(count, 'signature')}, and the profile takes no more",
            where=where,
            remedy="leave --signature out to sign the file alone",
        )
    signed_input = SignedInput(content, file) if signed.content is None else SignedInput(file)
    opened = open_file(signed_input, with_fewer(rules, count))
    trouble = opened.faults[0].message if opened.faults else None
    if opened.data is None or opened.data.digest("sha256") != content.digest("sha256"):
        trouble = trouble or "it is over another file"
    if trouble is not None:
        raise TadpError(
            f"does not hold, so that nothing is added to it: {trouble}",
            where=where,
            remedy="have the file signed again by whoever signed it before",
        )
    return _earlier(signed, where), opened


def with_fewer(rules: SignatureRules, count: int) -> SignatureRules:
    """Return ``rules`` for a file that ``count`` have signed so far, others being still to sign."""
    least, most = rules.signers.minimum, rules.signers.maximum
    return replace(rules, signers=SignerCount(min(count, least), most))


def require_another(signer: Signer, opened: Opened, path: Path) -> None:
    """See that who signs is another person than those who have signed.

    Raises:
        TadpError: it is the same person.
    """
    own = Certificate.read(signer.certificate)
    for one in opened.by_signer:
        known = Certificate.read(one.certificate) if one.certificate is not None else None
        if own is not None and known is not None and same_person(own, known):
            name = common_name(known.subject) or "the holder of this certificate"
            raise TadpError(
                f"has the signature of {name} already, which counts once",
                where=str(path),
                remedy="have another Authorised Responsible Officer sign beside it",
            )


def _earlier(signed: SignedData, where: str) -> Earlier:
    digests = [oid.DIGESTS.get(dotted) for dotted in signed.digests]
    signers = [one.encoded for one in signed.signers]
    if None in signers or None in digests:
        raise TadpError(
            "has a signature in a form of BER that is not copied here",
            where=where,
            remedy="have whoever signed before write it in DER",
        )
    return Earlier(
        tuple(one for one in signers if one is not None),
        signed.certificates,
        tuple(one for one in digests if one is not None),
        any(one.key_identifier is not None for one in signed.signers),
    )

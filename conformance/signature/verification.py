"""Verification of a signature over the bytes of a file: clauses 3.4(b), 4.7(b) and 4.13(b).

Everything that speaks against it is a ``Finding``, the most useful first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import chain

from msgspec import Struct

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import KeyAlgorithm, SignatureRules
from conformance.signature import oid
from conformance.signature.algorithm_names import digest_title, signature_title
from conformance.signature.ber import OCTETS
from conformance.signature.cms import Attributes, Signer, attributes_of
from conformance.signature.digest import OTHER_BYTES, TextChange, matching_change
from conformance.signature.key import Key, rule_title
from conformance.signature.pss import Pss, read_pss

_BINARY = "Sign the bytes of the file as they are: with OpenSSL, openssl cms -sign -binary."
_AS_SIGNED = (
    "Send the very file that was signed. Something on the way changed its line endings: a "
    "spreadsheet, an editor, or a transfer in text mode."
)

_UNREAD = "RSA-PSS with parameters that cannot be read"
_NOT_BY_THIS_KEY = "the signature does not verify with the key of the signer's certificate"


class Claim(Struct, frozen=True):
    """One signature value, what it is said to be over, and by whom.

    ``digest`` and ``signature_digest`` are names as ``hashlib`` has them: of the file, and of
    what was signed. None where the algorithm is not known here, or is for other keys.
    """

    signature: bytes
    digest: str | None
    signature_digest: str | None
    attributes: Attributes | None
    key: Key | None
    pss: Pss | None = None

    @classmethod
    def of(cls, signer: Signer, key: Key | None) -> Claim:
        name = oid.DIGESTS.get(signer.digest)
        kind, fixed = oid.SIGNATURES.get(signer.algorithm, ("", None))
        fits = key is None or kind in key.schemes
        pss = None
        if signer.algorithm == oid.RSA_PSS:
            pss = read_pss(signer.parameters)
            fits, fixed = fits and pss is not None, pss.digest if pss else None
        used = (fixed or name) if fits else None
        return cls(signer.signature, name, used, signer.attributes, key, pss)

    def signed(self, signed: bytes, algorithm: str) -> bool | None:
        """Return True if the signature is over what has this digest; None: not known."""
        return self.key.verifies(self.signature, signed, algorithm, self.pss) if self.key else None

    @property
    def undecided(self) -> list[Finding]:
        """Why it is not known, unless the key or its algorithm is a finding anyway."""
        if self.key is None or self.key.public is None or self.signature_digest is None:
            return []
        return [
            Finding(
                "the signature cannot be verified here: its algorithm is not supported",
                found=f"{self.key.title} with {digest_title(self.signature_digest)}",
                profile=("signature.algorithms",),
            )
        ]


def algorithm_faults(signer: Signer, key: Key | None, rules: SignatureRules) -> list[Finding]:
    """Return the fault of a signature's algorithms by the profile; one finding at most."""
    kind, fixed = oid.SIGNATURES.get(signer.algorithm, ("", None))
    taken: Sequence[KeyAlgorithm] = rules.algorithms
    if key is not None:
        rule = key.rule(rules.algorithms)
        if isinstance(rule, Finding):
            return [rule]
        taken = [one for one in rules.algorithms if key.takes(one)]
    wanted = [one for one in taken if one.key == kind]
    expected = wanted if key is not None and wanted else taken
    if not wanted:
        return [_algorithm_fault(_algorithm_title(signer), expected)]
    allowed = set(chain.from_iterable(rule.digests for rule in wanted))
    name = oid.DIGESTS.get(signer.digest, signer.digest)
    mask = None
    if kind == "rsa-pss":
        pss = read_pss(signer.parameters)
        # A signature that cannot be read has a digest that no profile allows.
        fixed, mask = (pss.digest, pss.mask) if pss else (_UNREAD, None)
    for used in (name, fixed or name, mask or name):
        if used not in allowed:
            title = used if used == _UNREAD else digest_title(used)
            return [_algorithm_fault(title, expected)]
    if fixed not in {None, name}:
        found = f"{digest_title(name)} and {digest_title(str(fixed))}"
        return [
            Finding(
                "the signature names two digests",
                found=found,
                expected="one digest",
                profile=("signature.algorithms",),
            )
        ]
    return []


def _algorithm_title(signer: Signer) -> str:
    if signer.algorithm in oid.SIGNATURES:
        kind, _ = oid.SIGNATURES[signer.algorithm]
        if kind == "rsa-pss":
            return "RSA-PSS"
        return "an algorithm for ECDSA keys" if kind == "ecdsa" else "RSA with PKCS #1 v1.5"
    return signature_title(signer.algorithm)


def _algorithm_fault(found: str, expected: Sequence[KeyAlgorithm]) -> Finding:
    return Finding(
        "the file is signed with an algorithm that is not allowed",
        found=found,
        expected=" or ".join(map(rule_title, expected)),
        profile=("signature.algorithms",),
    )


def content_faults(claim: Claim, content: Content) -> list[Finding]:
    """Return why the claim fails over ``content``, which is read once or twice."""
    if claim.attributes is None:
        return _plain_faults(claim, content)
    return _attributed_faults(claim, claim.attributes, content)


def _plain_faults(claim: Claim, content: Content) -> list[Finding]:
    """The signature is over the file itself."""
    if attributes_look_signed(content):
        return [
            Finding(
                "the content is not a file but the attributes of another signature, which was "
                "taken apart to look like a signature over them",
                expected="a CSV file",
            )
        ]
    algorithm = claim.signature_digest
    if algorithm is None:
        return []
    holds = claim.signed(content.digest(algorithm), algorithm)
    if holds is not False:
        return [] if holds else claim.undecided
    change = matching_change(content, algorithm, lambda value: bool(claim.signed(value, algorithm)))
    if change is not None:
        return [change_fault(change)]
    return [
        Finding(
            "the signature does not verify over the file with the key of the signer's "
            "certificate: the file or the signature was changed, or the key is another one",
            expected="a signature over exactly the bytes of the file",
        )
    ]


def _attributed_faults(claim: Claim, attributes: Attributes, content: Content) -> list[Finding]:
    """The signature is over attributes; one of them is the digest of the file."""
    faults: list[Finding] = []
    values = attributes.of(oid.MESSAGE_DIGEST)
    if len(values) != 1 or values[0][0] != OCTETS:
        faults.append(
            Finding(
                "the signed attributes do not give the digest of the file",
                found=f"{len(values)} values of messageDigest",
                expected="one messageDigest",
            )
        )
    elif claim.digest is not None:
        faults += _digest_faults(content, claim.digest, values[0][1])
    holds = _attributes_signed(claim, attributes)
    if holds is False:
        # Whoever changed the attributes may have changed the digest in them, too: one fault.
        other = "; it names the digest of another file, too" if faults else ""
        faults = [
            Finding(
                _NOT_BY_THIS_KEY + other,
                expected="a signature by the key of the certificate that came with it",
            )
        ]
    elif holds is None:
        faults += claim.undecided
    return faults


def _attributes_signed(claim: Claim, attributes: Attributes) -> bool | None:
    """Return True if the signature is over the attributes; None: not known."""
    algorithm = claim.signature_digest
    if algorithm is None:
        return None
    holds: bool | None = None
    for encoding in dict.fromkeys((attributes.encoded, attributes.as_sent)):
        value = hashlib.new(algorithm, encoding, usedforsecurity=False).digest()
        holds = claim.signed(value, algorithm)
        if holds:
            break
    return holds


def _digest_faults(content: Content, algorithm: str, signed: bytes) -> list[Finding]:
    found = content.digest(algorithm)
    if found == signed:
        return []
    change = matching_change(content, algorithm, lambda value: value == signed)
    if change is not None:
        return [change_fault(change)]
    title = digest_title(algorithm)
    return [
        Finding(
            OTHER_BYTES,
            found=f"{title} of the file {found.hex()}",
            expected=f"{title} as signed {signed[:64].hex()}",
        )
    ]


def change_fault(change: TextChange) -> Finding:
    """The signature is over the file in another form."""
    if change is TextChange.LF:
        return Finding(
            "the line endings of the file were changed after it was signed: the signature "
            "fits only after every CR LF became a line feed",
            found="CR LF in the file, line feeds in what was signed",
            expected="a signature over exactly the bytes of the file",
            hint=_AS_SIGNED,
        )
    return Finding(
        f"the file was signed in text mode (S/MIME): the signature fits only after {change.value}",
        found="a signature over changed bytes",
        expected="a signature over exactly the bytes of the file",
        hint=_BINARY,
    )


def separator_fault(entry: str, *, trimmed: bool) -> Finding:
    """The signature is over the last separator, which ``trimmed`` leaves out, or the reverse.

    ``entry`` of the profile says so.
    """
    titles = "the line feed at the end as well", "everything but the line feed at the end"
    return Finding(
        f"the signature is over {titles[not trimmed]}",
        found=f"a signature over {titles[not trimmed]}",
        expected=f"a signature over {titles[trimmed]}",
        profile=(entry,),
    )


def attributes_look_signed(content: Content) -> bool:
    """Return True if ``content`` encodes attributes with the digest of a file."""
    if content.head(1) != b"\x31":
        return False
    attributes = attributes_of(content)
    return attributes is not None and bool(attributes.of(oid.MESSAGE_DIGEST))

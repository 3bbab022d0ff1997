"""Signs CSV files: as the reference profile has it, or with one fault.

The same file, ``Signing`` and time give the same bytes on every machine. The keys are those of
the test PKI, which are public: nothing that is signed here may be trusted outside of tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.preparation.der import OCTETS, Frame
from conformance.preparation.pem import armour
from conformance.preparation.signed_data import SignedData
from conformance.preparation.signing import CONTAINERS as TAKEN
from conformance.preparation.signing import signature_record
from generators.ber import OCTETS_IN_PIECES, IndefiniteFrame, pieces
from generators.cms import enveloped, mail
from generators.pki import Pki
from generators.signature_fault import OF_ANY, OF_ATTRIBUTES, OF_CONTENT, SignatureFault
from generators.signer_info import (
    Credential,
    SignerForm,
    signature_value,
    signed_attributes,
    signer_info,
)

CONTAINERS = (*TAKEN, "none")
#: S/MIME is what OpenSSL writes unless told otherwise; no profile takes it.
ENCODINGS = ("DER", "PEM", "BER", "SMIME")
#: Which certificates come along: the signer's and its issuers', or some of them.
CERTIFICATES = ("chain", "signer", "issuers", "none")

_CMS = ("cms-detached", "cms-attached")


class Signing(Struct, frozen=True):
    """How a file is signed; the default conforms to the reference profile.

    ``signer`` names a certificate of ``pki.NAMES``, ``eui64`` its Party. ``encoding``,
    ``attributes`` and ``key_identifier`` bear on CMS alone; ``certificates`` on
    ``raw-detached`` as well.

    Raises:
        TadpError: a choice that there is not.
    """

    container: str = "cms-detached"
    algorithm: str = "ecdsa"
    signer: str = "aro-1"
    eui64: str = "70-00-00-00-00-00-00-01"
    encoding: str = "DER"
    attributes: bool = True  #: over signed attributes, rather than the file itself
    key_identifier: bool = False  #: names the certificate by it, not by issuer and serial
    certificates: str = "chain"
    fault: SignatureFault | None = None

    def __post_init__(self) -> None:
        for what, choice, choices in (
            ("container", self.container, CONTAINERS),
            ("encoding", self.encoding, ENCODINGS),
            ("choice of certificates", self.certificates, CERTIFICATES),
        ):
            if choice not in choices:
                remedy = f"one of: {', '.join(choices)}"
                raise TadpError(f"{choice!r} is no {what} of a signature", remedy=remedy)
        self.pki.check(self.signer)

    @property
    def pki(self) -> Pki:
        """The test PKI that the certificate of the signer is from."""
        return Pki(self.algorithm, self.eui64)

    @property
    def form(self) -> SignerForm:
        return SignerForm(self.attributes, self.key_identifier, self.fault)


class Signed(Struct, frozen=True):
    """Files to hand in. ``file`` is the CSV file itself, or the container with it inside."""

    file_name: str
    file: bytes
    signature_name: str | None = None
    signature: bytes | None = None
    certificate_name: str | None = None
    certificate: bytes | None = None


class SignedStream(Struct, frozen=True):
    """A signature for a file that is not in memory: its name, and what goes around its bytes.

    The file to hand in is ``before``, the CSV file, ``after``.
    """

    file_name: str
    before: bytes = b""
    after: bytes = b""
    signature_name: str | None = None
    signature: bytes | None = None
    certificate_name: str | None = None
    certificate: bytes | None = None

    def around(self, data: bytes) -> Signed:
        """The files to hand in, if the CSV file is ``data``."""
        return Signed(
            self.file_name,
            self.before + data + self.after,
            self.signature_name,
            self.signature,
            self.certificate_name,
            self.certificate,
        )


def sign(name: str, data: bytes, signing: Signing, at: datetime) -> Signed:
    """Sign ``data``, the CSV file called ``name``, at the aware instant ``at``.

    The names of the files follow from the container: ``adt.csv`` and ``adt.csv.p7s``;
    ``adt.csv.p7m``; ``adt.csv``, ``adt.csv.sig`` and ``adt.csv.pem``.

    Raises:
        TadpError: what is chosen does not go together.
        ValueError: the fault would change nothing (a file without line feeds in text mode).
    """
    fault = signing.fault
    _check(signing, at)
    if signing.container == "signature-record" and data and not data.endswith(b"\n"):
        data += b"\n"  # The record needs a line of its own.
    if fault is SignatureFault.STRIPPED_ATTRIBUTES:
        # The same bytes get the same signature here, so that signing the attributes once more
        # gives just what taking a genuine signature apart would.
        data = signed_attributes(signing.form, hashlib.sha256(data).digest(), at)
        signing = replace(signing, attributes=False, fault=None)
    if fault is SignatureFault.ENVELOPED:
        return _encrypted(name, data, signing)
    signed = data
    if fault in {SignatureFault.OTHER_CONTENT, SignatureFault.OTHER_ATTACHED}:
        signed = other_content(data)
    elif fault is SignatureFault.TEXT_MODE:
        signed = text_mode(data)
    digests = {signing.form.digest: hashlib.new(signing.form.digest, signed).digest()}
    if signing.container not in _CMS:
        return _bare(name, digests, signing).around(data)
    message = _signed_data(digests, signing, at)
    if fault is SignatureFault.OTHER_ATTACHED:
        return Signed(name, data, f"{name}.p7s", _message(message, signed, signing))
    if signing.container == "cms-detached":
        return Signed(name, data, f"{name}.p7s", _message(message, None, signing))
    inside = signed if fault is SignatureFault.TEXT_MODE else data
    return Signed(f"{name}.p7m", _message(message, inside, signing))


def sign_stream(
    name: str, digest: bytes, length: int, signing: Signing, at: datetime
) -> SignedStream:
    """Sign the CSV file called ``name``, of ``length`` bytes, by its SHA-256 alone.

    So files of any size can be signed in constant memory; the result is the one of ``sign``. A
    file that a ``signature-record`` is put to has to end in a line feed.

    Raises:
        TadpError: what is chosen does not go together, or needs the file: a fault of its
            content or of its digest, and an encoding other than DER with the file inside.
    """
    _check(signing, at)
    attached = signing.container == "cms-attached"
    if (attached and signing.encoding != "DER") or signing.fault in OF_CONTENT:
        raise TadpError("a signature of this kind cannot be made without the file")
    digests = {"sha256": digest}
    if signing.container not in _CMS:
        return _bare(name, digests, signing)
    message = _signed_data(digests, signing, at)
    if not attached:
        signature = _message(message, None, signing)
        return SignedStream(name, signature_name=f"{name}.p7s", signature=signature)
    frame = message.around(Frame(length).within(OCTETS))
    return SignedStream(f"{name}.p7m", frame.before, frame.after + _trailing(signing))


def fingerprint(signing: Signing) -> str:
    """The SHA-256 of the signer's certificate, in lower-case hex."""
    return signing.pki.fingerprint(signing.signer)


def other_content(data: bytes) -> bytes:
    """Another file, of the same length: its last letter or digit is another one."""
    for offset in range(len(data) - 1, -1, -1):
        character = data[offset : offset + 1]
        if character.isalnum():
            return data[:offset] + (b"2" if character == b"1" else b"1") + data[offset + 1 :]
    raise ValueError("the file has no letter or digit to change")


def text_mode(data: bytes) -> bytes:
    """The file as tools make it that take it for the text of an e-mail.

    Raises:
        ValueError: that is the same file.
    """
    text = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if text == data:
        raise ValueError("the file has no line feed that text mode would change")
    return text


def _check(signing: Signing, at: datetime) -> None:
    """Raise ``TadpError`` for what does not go together."""
    if at.tzinfo is None:
        raise TadpError("the time of a signature needs a time zone")
    fault, container = signing.fault, signing.container
    trouble = None
    if fault is not None:
        if container == "none":
            trouble = "a file without a signature"
        elif container not in _CMS and fault not in OF_ANY:
            trouble = f"the container {container}"
        elif fault in OF_ATTRIBUTES and not signing.attributes:
            trouble = "a signature without signed attributes"
        elif fault is SignatureFault.OTHER_ATTACHED and container != "cms-detached":
            trouble = "a file that is inside its signature"
    if trouble:
        raise TadpError(f"{trouble} cannot have the fault {fault}")
    if signing.encoding == "SMIME" and container == "cms-detached":
        raise TadpError("S/MIME is made with the file inside only")


def _credential(signing: Signing, name: str | None = None) -> Credential:
    name, pki = name or signing.signer, signing.pki
    wrong = signing.fault is SignatureFault.WRONG_KEY
    key = pki.spare_key(name) if wrong else pki.key(name)
    return Credential(key, pki.certificate(name), pki.issuers(name))


def _signed_data(digests: Mapping[str, bytes], signing: Signing, at: datetime) -> SignedData:
    form, fault = signing.form, signing.fault
    credentials = [_credential(signing)]
    signers = [signer_info(credentials[0], form, digests, at)]
    if fault is SignatureFault.TWO_SIGNERS:
        credentials.append(_credential(signing, "aro-1" if signing.signer == "aro-2" else "aro-2"))
        signers.append(signer_info(credentials[1], form, digests, at))
    certificates: list[bytes] = []
    if signing.certificates in {"chain", "signer"}:
        certificates += (one.certificate for one in credentials)
    if signing.certificates in {"chain", "issuers"}:
        certificates += (issuer for one in credentials for issuer in one.issuers)
    return SignedData(
        [] if fault is SignatureFault.NO_SIGNER else signers,
        list(dict.fromkeys(certificates)),
        form.digest,
        form.content_type,
        version_3=form.key_identifier,
    )


def _message(signed: SignedData, inside: bytes | None, signing: Signing) -> bytes:
    """The whole message, encoded."""
    indefinite, body = signing.encoding == "BER", inside or b""
    if indefinite:
        body = b"".join(pieces(body))
    frame = (IndefiniteFrame if indefinite else Frame)(len(body))
    if inside is not None:
        frame = frame.within(OCTETS_IN_PIECES if indefinite else OCTETS)
    frame = signed.around(frame)
    message = _encoded(frame.before + body + frame.after + _trailing(signing), signing.encoding)
    if signing.fault is SignatureFault.TRUNCATED:
        return message[: len(message) // 2]
    return message


def _encoded(message: bytes, encoding: str) -> bytes:
    if encoding == "PEM":
        return armour("CMS", message)
    return mail(message) if encoding == "SMIME" else message


def _trailing(signing: Signing) -> bytes:
    return b"\0" if signing.fault is SignatureFault.TRAILING_BYTE else b""


def _encrypted(name: str, data: bytes, signing: Signing) -> Signed:
    message = _encoded(enveloped(data, signing.pki.certificate(signing.signer)), signing.encoding)
    if signing.container == "cms-detached":
        return Signed(name, data, f"{name}.p7s", message)
    return Signed(f"{name}.p7m", message)


def _bare(name: str, digests: Mapping[str, bytes], signing: Signing) -> SignedStream:
    """A signature value without CMS around it, or none at all."""
    if signing.container == "none":
        return SignedStream(name)
    credential = _credential(signing)
    value = signature_value(credential.key, digests[signing.form.digest], signing.form)
    if signing.container == "signature-record":
        return SignedStream(name, after=signature_record(value, credential.certificate))
    along = {
        "chain": (credential.certificate, *credential.issuers),
        "signer": (credential.certificate,),
        "issuers": credential.issuers,
        "none": (),
    }[signing.certificates]
    certificates = b"".join(armour("CERTIFICATE", der) for der in along) or None
    return SignedStream(
        name,
        signature_name=f"{name}.sig",
        signature=value,
        certificate_name=f"{name}.pem" if certificates else None,
        certificate=certificates,
    )

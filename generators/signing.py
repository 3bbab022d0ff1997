"""Signs CSV files: as the reference profile has it, or with one fault.

The same file, ``Signing`` and time give the same bytes on every machine. The keys are those of
the test PKI, which are public: nothing that is signed here may be trusted outside of tests.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile import SignatureRules
from conformance.signature.containers import CMS_DETACHED, signing_containers
from conformance.signature.containers.base import (
    CERTIFICATE_SUFFIX,
    Placement,
    SigningContainer,
)
from conformance.signature.containers.cms import Cms, CmsDetached
from conformance.signature.fault import Scope, SignatureFault
from conformance.signature.record import SEPARATOR
from conformance.signature.writing.der import OCTETS, Frame
from conformance.signature.writing.form import Addition, SignatureForm
from conformance.signature.writing.pem import armour, certificates, encoded
from conformance.signature.writing.signed_data import SignedData
from generators.altered import other_content, text_mode
from generators.ber import OCTETS_IN_PIECES, IndefiniteFrame, pieces
from generators.cms import digested, enveloped, mail, plain
from generators.issuance import Issuance
from generators.people import certificates_beside, credential, other_officer
from generators.pki import Pki
from generators.signed import Digested, Signed, SignedStream
from generators.signer_info import (
    SignerForm,
    signature_value,
    signed_attributes,
    signer_info,
)

#: A file that is not signed.
NONE = "none"
#: A label of PEM.
PKCS7 = "PKCS7"
#: S/MIME is what OpenSSL writes by default; no profile takes it. PKCS7 is PEM with the
#: label that OpenSSL writes there, rather than the one of RFC 7468, in lines of Windows.
ENCODINGS = ("DER", "PEM", "BASE64", "BER", "SMIME", PKCS7)
#: Which certificates come along: the signer's and its issuers', or some of them.
#: ``beside``: all of them, in a file of their own, which a bare signature value has anyway.
#: ``crowd``: others besides, of which one has the signer's issuer, and one the serial number.
CERTIFICATES = ("chain", "signer", "issuers", "none", "beside", "other-beside", "crowd")
#: The others of a crowd.
_CROWD = ("root", "aro-2", "namesake")

#: What CMS beside a file may have inside.
SAME, OTHER = "same", "other"

#: Digests of which one is not that of the signer.
_OTHER_DIGEST = ("sha384", "sha256")
_OF_ATTRIBUTES = {fault for fault in SignatureFault if fault.scope is Scope.ATTRIBUTES}
_OF_PSS = {fault for fault in SignatureFault if fault.scope is Scope.PSS}
#: With the file inside, what is inside is what was signed.
_CHANGE_WHAT_IS_INSIDE = {SignatureFault.TEXT_MODE, SignatureFault.OTHER_ATTACHED}


def containers() -> tuple[str, ...]:
    """Return the names of what a file can be signed in, and that of no signature."""
    return (*signing_containers(), NONE)


class Signing(Struct, frozen=True):
    """How a file is signed; the default conforms to the reference profile.

    ``signer`` names a certificate of ``pki.NAMES``, ``eui64`` its Party. ``encoding``,
    ``attributes`` and ``key_identifier`` bear on CMS alone; ``certificates`` on
    certificates beside the file as well. ``issuance`` is what certificates say under the profile.
    ``pss``: RSA keys sign with RSA-PSS. ``cosigners`` sign CMS as well, and of several signers
    ``faulty`` is the one whose signature has the fault; None: each.
    ``fault`` is the name of one of the container's faults. ``rules`` are those of the profile,
    where its container depends on them.

    Raises:
        TadpError: a choice that there is not.
    """

    container: str = CMS_DETACHED.name
    algorithm: str = "ecdsa"
    signer: str = "aro-1"
    eui64: str = "70-00-00-00-00-00-00-01"
    encoding: str = "DER"
    attributes: bool = True  #: over signed attributes, rather than the file itself
    key_identifier: bool = False  #: names the certificate by it, not by issuer and serial
    certificates: str = "chain"
    fault: str | None = None
    digest: str = "sha256"
    issuance: Issuance = Issuance()
    pss: bool = False
    rules: SignatureRules | None = None
    cosigners: tuple[str, ...] = ()
    faulty: str | None = None
    inside: str = ""  #: with CMS beside the file, what is inside: the file too, or ``OTHER``

    def __post_init__(self) -> None:
        for what, choice, choices in (
            ("container", self.container, containers()),
            ("encoding", self.encoding, ENCODINGS),
            ("choice of certificates", self.certificates, CERTIFICATES),
        ):
            if choice not in choices:
                remedy = f"one of: {', '.join(choices)}"
                raise TadpError(f"{choice!r} is not a known {what} of a signature", remedy=remedy)
        for name in self.signers:
            self.pki.check(name)

    @property
    def signers(self) -> tuple[str, ...]:
        """All who sign."""
        return (self.signer, *self.cosigners)

    @property
    def pki(self) -> Pki:
        """The test PKI that the certificate of the signer is from."""
        return Pki(self.algorithm, self.eui64, self.issuance)

    @property
    def kind(self) -> SigningContainer | None:
        """The container; None: the file is not signed."""
        known = signing_containers().get(self.container)
        return known.under(self.rules) if known is not None and self.rules is not None else known

    @property
    def by_pss(self) -> bool:
        """True if the signature is made with RSA-PSS."""
        return self.pss and self.pki.kind_of_key(self.signer).startswith("rsa")

    @property
    def form(self) -> SignerForm:
        return SignerForm(self.attributes, self.key_identifier, self.fault, self.digest, self.pss)


def sign(name: str, data: bytes, signing: Signing, at: datetime) -> Signed:
    """Sign ``data``, the CSV file called ``name``, at the aware instant ``at``.

    The names of the files follow from the container: ``adt.csv`` and ``adt.csv.p7s``, say, or
    ``adt.csv.p7m`` alone.

    Raises:
        TadpError: what is chosen does not go together.
        ValueError: the fault would change nothing (a file without line feeds in text mode).
    """
    container = signing.kind
    _check(signing, at)
    if container is None:
        return Signed(name, data)
    return _signed(name, data, signing, at)


def _signed(name: str, data: bytes, signing: Signing, at: datetime) -> Signed:
    container, fault = signing.kind, signing.fault
    assert container is not None  # noqa: S101 - a file without a signature comes to nothing here
    if fault == SignatureFault.STRIPPED_ATTRIBUTES:
        # The same bytes get the same signature here, so that signing the attributes once more
        # gives just what taking a genuine signature apart would.
        data = signed_attributes(signing.form, hashlib.new(signing.digest, data).digest(), at)
        signing = replace(signing, attributes=False, fault=None)
    bare = container.placement is Placement.WITHIN and data and not data.endswith(SEPARATOR)
    signed = data + SEPARATOR if bare and container.own_line else data
    if fault in {SignatureFault.OTHER_CONTENT, SignatureFault.OTHER_ATTACHED}:
        signed = other_content(signed)
    elif fault == SignatureFault.TEXT_MODE:
        signed = text_mode(signed)
    if container.trimmed and fault != SignatureFault.SEPARATOR:
        signed = signed.removesuffix(SEPARATOR)
    file = Digested.of(signed, signing.form.digest)
    if not isinstance(container, Cms):
        stream = _stream(name, file, signing, at)
        if bare and stream.after:
            # The record needs a line of its own, and the file ends as it did without it.
            stream = replace(stream, after=SEPARATOR + stream.after.removesuffix(SEPARATOR))
        return stream.around(data)
    message = _without_signature(data, signing)
    if message is not None:
        whole = _encoded(message, signing.encoding)
    else:
        inside = _inside(data, signed, signing)
        whole = _message(_signed_data(file, signing, at), inside, signing)
    along = _along(name, signing)
    if container.placement is Placement.BESIDE:
        return Signed(name, data, name + container.suffix, whole, *along)
    return Signed(name + container.suffix, whole, None, None, *along)


def _inside(data: bytes, signed: bytes, signing: Signing) -> bytes | None:
    """Return what the message has inside, if anything."""
    container, fault = signing.kind, signing.fault
    assert container is not None  # noqa: S101 - a file without a signature comes to nothing here
    if signing.inside:
        return other_content(data) if signing.inside == OTHER else data
    if fault == SignatureFault.OTHER_ATTACHED or container.placement is Placement.AROUND:
        return signed if fault in _CHANGE_WHAT_IS_INSIDE else data
    return None


def sign_stream(name: str, file: Digested, signing: Signing, at: datetime) -> SignedStream:
    """Sign the CSV file called ``name``, of which ``file`` has the digest.

    So files of any size can be signed in constant memory; the result is the one of ``sign``. A
    file that gets a record with the signature has to end in a line feed.

    Raises:
        TadpError: what is chosen does not go together, or needs the file: a fault of its
            content or of its digest, and an encoding other than DER with the file inside.
    """
    _check(signing, at)
    container = signing.kind
    if container is None:
        return SignedStream(name)
    attached = container.placement is Placement.AROUND
    needs_file = any(one.needs_file for one in SignatureFault if one == signing.fault)
    needs_file |= bool(signing.inside)
    if (attached and signing.encoding != "DER") or needs_file:
        raise TadpError("a signature of this kind cannot be made without the file")
    if not isinstance(container, Cms):
        return _stream(name, file, signing, at)
    message = _signed_data(file, signing, at)
    if attached:
        frame = message.around(Frame(len(file)).within(OCTETS))
        addition = Addition(frame.before, frame.after + _trailing(signing))
    else:
        addition = Addition(signature=_message(message, None, signing))
    beside, certificate = _along(name, signing)
    made = SignedStream.of(name, container, addition)
    return replace(made, certificate_name=beside, certificate=certificate)


def fingerprint(signing: Signing) -> str:
    """The SHA-256 of the signer's certificate, in lower-case hex."""
    return signing.pki.fingerprint(signing.signer)


def _check(signing: Signing, at: datetime) -> None:
    """Raise ``TadpError`` for what does not go together."""
    if at.tzinfo is None:
        raise TadpError("the time of a signature needs a time zone")
    fault, container = signing.fault, signing.kind
    trouble = None
    if fault is not None:
        if container is None:
            trouble = "a file without a signature"
        elif fault not in _possible(container):
            trouble = f"the container {container.name}"
        elif not signing.attributes and fault in _OF_ATTRIBUTES:
            trouble = "a signature without signed attributes"
        elif not signing.by_pss and fault in _OF_PSS:
            trouble = "a signature that is not made with RSA-PSS"
    if trouble:
        raise TadpError(f"{trouble} cannot have the fault {fault}")
    if signing.certificates == "crowd" and not isinstance(container, Cms):
        raise TadpError("more certificates than are needed come along in CMS only")
    if signing.encoding == "SMIME" and isinstance(container, CmsDetached):
        raise TadpError("S/MIME is made with the file inside only")


def _possible(container: SigningContainer) -> set[str]:
    """Return the names of all faults that a signature in ``container`` can be given."""
    own = {damage.name for damage in container.damages()}
    return {*container.faults(), *container.file_faults()} | own


def _signed_data(file: Digested, signing: Signing, at: datetime) -> SignedData:
    form, fault = signing.form, signing.fault
    more = (other_officer(signing),) if fault == SignatureFault.TWO_SIGNERS else ()
    credentials, signers = [], []
    for name in (*signing.signers, *more):
        own = signing if signing.faulty in (None, name) else replace(signing, fault=None)
        credentials.append(credential(own, name))
        signers.append(signer_info(credentials[-1], own.form, file.digests, at))
    certificates: list[bytes] = []
    if signing.certificates == "crowd":
        certificates += (signing.pki.certificate(name) for name in _CROWD)
    if signing.certificates in {"chain", "signer", "crowd"}:
        certificates += (one.certificate for one in credentials)
    if signing.certificates in {"chain", "issuers", "crowd"}:
        certificates += (issuer for one in credentials for issuer in one.issuers)
    unannounced = fault == SignatureFault.UNANNOUNCED_DIGEST
    return SignedData(
        [] if fault == SignatureFault.NO_SIGNER else signers,
        list(dict.fromkeys(certificates)),
        [_OTHER_DIGEST[form.digest == "sha384"] if unannounced else form.digest],
        form.content_type,
        version_3=form.key_identifier,
    )


def _along(name: str, signing: Signing) -> tuple[str | None, bytes | None]:
    """Return the name and the bytes of a file of certificates beside CMS, if there is one."""
    if signing.certificates not in {"beside", "other-beside"}:
        return None, None
    return name + CERTIFICATE_SUFFIX, certificates(certificates_beside(signing))


def _without_signature(data: bytes, signing: Signing) -> bytes | None:
    """Return the message of a fault that puts another kind of CMS in the place of signed data."""
    if signing.fault == SignatureFault.ENVELOPED:
        return enveloped(data, signing.pki.certificate(signing.signer))
    if signing.fault == SignatureFault.PLAIN:
        return plain(data)
    return digested(data) if signing.fault == SignatureFault.DIGESTED else None


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
    if signing.fault == SignatureFault.TRUNCATED:
        return message[: len(message) // 2]
    return message


def _encoded(message: bytes, encoding: str) -> bytes:
    match encoding:
        case "SMIME":
            return mail(message)
        case "PKCS7":
            return armour(PKCS7, message).replace(b"\n", b"\r\n")
    return b"".join(encoded(encoding, [message]))


def _trailing(signing: Signing) -> bytes:
    return b"\0" if signing.fault == SignatureFault.TRAILING_BYTE else b""


def _stream(name: str, file: Digested, signing: Signing, at: datetime) -> SignedStream:
    """Sign as the container does it, with a signer that is faulty if need be."""
    container = signing.kind
    assert container is not None  # noqa: S101 - a file that is signed is signed in something
    signer = _TestSigner(signing)
    addition = container.add(file, signer, SignatureForm(container.name, signing.form.digest), at)
    if container.certificates_beside:
        addition = replace(addition, certificates=certificates(certificates_beside(signing)))
    for damage in container.damages():
        if damage.name == signing.fault:
            addition = damage.apply(addition)
    return SignedStream.of(name, container, addition)


class _TestSigner:
    """Somebody of the test PKI, who may sign with another key or spoil the signature."""

    def __init__(self, signing: Signing) -> None:
        own = credential(signing)
        self.source = signing.signer
        self.certificate, self.issuers = own.certificate, own.issuers
        self._key, self._form = own.key, signing.form

    pss = False

    def with_pss(self) -> _TestSigner:
        """Return itself: what it signs is not made with RSA-PSS."""
        return self

    def sign(self, digest: bytes, algorithm: str) -> bytes:
        """Return the signature over what has ``digest``; see ``Signer``."""
        del algorithm  # It is that of the form.
        return signature_value(self._key, digest, self._form)

"""CMS (RFC 5652), beside the file or around it: one format, distinguished by what is inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from conformance.model.profile import TRIMMED
from conformance.signature.containers.base import Likeness, Placement, SigningContainer, Terms
from conformance.signature.recognition import CMS_SHAPES, Shape
from conformance.signature.signed_input import Opened, SignedInput

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.model.profile import SignatureRules
    from conformance.signature.fault import SignatureFault
    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import Addition, Digestible, SignatureForm


class Cms(SigningContainer):
    """The common part of both. Which of them a file is, is known when the message is read."""

    distinct = several = dated = True
    certificates_optional = True
    encodings = ("DER", "PEM", "BASE64")

    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open CMS, whose file is inside or beside it."""
        # Most of the cryptography is behind it.
        from conformance.signature.cms_opening import open_cms

        return open_cms(signed_input, terms, (CMS_DETACHED, CMS_ATTACHED))

    def faults(self) -> tuple[SignatureFault, ...]:
        """Return all faults but those that show in the file."""
        from conformance.signature.fault import SignatureFault

        known = (*self.file_faults(), *(() if self.trimmed else (SignatureFault.SEPARATOR,)))
        return tuple(fault for fault in SignatureFault if fault not in known)

    def file_faults(self) -> tuple[SignatureFault, ...]:
        """Return the forgery that makes something else of the file than a CSV file."""
        from conformance.signature.fault import SignatureFault

        return (SignatureFault.STRIPPED_ATTRIBUTES,)


class CmsDetached(Cms):
    """CMS in a file beside the signed one."""

    name = "cms-detached"
    title = summary = "CMS beside the file"
    placement = Placement.BESIDE
    suffix = ".p7s"
    media_types = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})

    def __init__(self, *, trimmed: bool = False) -> None:
        self.trimmed = trimmed

    def under(self, rules: SignatureRules) -> Self:
        """Return the container as ``rules`` say what it is over."""
        return self if rules.over != TRIMMED else type(self)(trimmed=True)

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take any signature beside the file that is like nothing else."""
        if signed_input.detached is None:
            return Likeness.NONE
        return Likeness.CERTAIN if shape in CMS_SHAPES else Likeness.FALLBACK

    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file``, and return the message."""
        from conformance.signature.writing.der import Frame
        from conformance.signature.writing.form import Addition
        from conformance.signature.writing.message import sign_message
        from conformance.signature.writing.pem import encoded

        frame = sign_message(file, signer, form, at).around(Frame())
        message = frame.before + frame.after
        return Addition(signature=b"".join(encoded(form.encoding, [message])))


class CmsAttached(Cms):
    """CMS with the signed file inside."""

    name = "cms-attached"
    title = summary = "CMS with the file inside"
    placement = Placement.AROUND
    suffix = ".p7m"

    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Take a file that is CMS itself."""
        alone = signed_input.detached is None and shape in CMS_SHAPES
        return Likeness.CERTAIN if alone else Likeness.NONE

    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file``, and return the message around it."""
        from conformance.signature.writing.der import OCTETS, Frame
        from conformance.signature.writing.form import Addition
        from conformance.signature.writing.message import sign_message

        inside = Frame(len(file)).within(OCTETS)
        frame = sign_message(file, signer, form, at).around(inside)
        return Addition(frame.before, frame.after, form.encoding)

    def faults(self) -> tuple[SignatureFault, ...]:
        """Return them without the one of a second file beside the one inside."""
        from conformance.signature.fault import SignatureFault

        return tuple(one for one in super().faults() if one is not SignatureFault.OTHER_ATTACHED)

    def file_faults(self) -> tuple[SignatureFault, ...]:
        """Return those of CMS, and text mode, which changes the file inside and then signs it."""
        from conformance.signature.fault import SignatureFault

        return (*super().file_faults(), SignatureFault.TEXT_MODE)


CMS_DETACHED = CmsDetached()
CMS_ATTACHED = CmsAttached()

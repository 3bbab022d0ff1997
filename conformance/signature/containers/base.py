"""The interface of a container of signatures: one object that knows all about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Self

from msgspec import Struct
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import SignatureRules
from conformance.signature.recognition import Shape
from conformance.signature.record import SEPARATOR, without_last_separator
from conformance.signature.signed_input import Opened, SignedInput

if TYPE_CHECKING:
    from datetime import datetime

    from conformance.signature.fault import Damage, SignatureFault
    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import Addition, Digestible, SignatureForm, Written

#: The ending added to a file's name to name the certificate of its signer.
CERTIFICATE_SUFFIX = ".pem"


class Likeness(IntEnum):
    """How much a signed input looks like a container; the most alike opens it."""

    NONE = 0
    #: Nothing speaks for it: it is opened so that somebody says what is wrong.
    FALLBACK = 1
    LIKELY = 2
    CERTAIN = 3


class Placement(Enum):
    """Where a signature is put."""

    BESIDE = "in a file of its own"
    AROUND = "in a file with the signed file inside"
    WITHIN = "in the signed file"


class Terms(Struct, frozen=True):
    """The terms for opening a signed input.

    ``taken`` are the containers that the profile takes; ``extra`` are certificates in DER among
    which the signer's may be if it did not come along; ``beside`` the name of the file in which
    it should have come.
    """

    rules: SignatureRules
    taken: tuple[Container, ...]
    extra: tuple[bytes, ...] = ()
    beside: str | None = None


class Container(ABC):
    """A container that a signature can come in.

    A ``distinct`` one has bytes like nothing else, so that it is recognised, and refused, where
    the profile does not take it; others are looked for only where it does. ``media_types`` are
    those of its attachments to a message; ``several``: it has room for the signatures of several
    persons; ``dated``: a signature in it can state when it was made. ``refusal`` and
    ``refusal_hint`` are the words of the finding where the profile does not take it.
    """

    distinct: bool = False
    several: bool = False
    dated: bool = False
    media_types: Collection[str] = ()
    refusal: str = "the signature is in a container that the profile does not allow"
    refusal_hint: str | None = None

    @property
    @abstractmethod
    def name(self) -> str:
        """The name by which profiles and reports call it."""

    @property
    @abstractmethod
    def title(self) -> str:
        """The container in a few words, for findings."""

    @abstractmethod
    def recognise(self, signed_input: SignedInput, shape: Shape) -> Likeness:
        """Return how much ``signed_input`` looks like this, by its bytes and never by a name.

        ``shape`` is that of the signature beside the file or, if there is none, of the file.
        """

    @abstractmethod
    def open(self, signed_input: SignedInput, terms: Terms) -> Opened:
        """Open a signed input that looks like this, and verify its signature; see ``open_file``."""

    def under(self, rules: SignatureRules) -> Self:
        """Return the container as ``rules`` of a profile have it."""
        del rules  # Most are the same under every profile.
        return self

    def refusals(self, terms: Terms) -> list[Finding]:
        """Return what the profile has against the container itself: one finding, or none."""
        if any(one.name == self.name for one in terms.taken):
            return []
        return [
            Finding(
                self.refusal,
                found=self.title,
                expected=" or ".join(one.title for one in terms.taken),
                hint=self.refusal_hint,
                profile=("signature.containers",),
            )
        ]


class SigningContainer(Container):
    """A container that ``tadp sign`` and ``tadp generate`` can write.

    ``certificates_beside``: the certificates are in a file of their own. Where they are
    ``certificates_optional``, a signature without them can be written, which is a fault.
    ``own_line``: the signature is a record, so the file before it ends in a line feed.
    ``first``: the signature is the first record.
    ``trimmed``: the signature is over the file without the line feed that it ends in.
    ``encodings`` are those that a signer may choose from; without any there is one form only.
    """

    certificates_beside: bool = False
    certificates_optional: bool = False
    own_line: bool = False
    first: bool = False
    trimmed: bool = False
    encodings: tuple[str, ...] = ()

    @property
    @abstractmethod
    def summary(self) -> str:
        """The files that are written, for the help of commands."""

    @property
    @abstractmethod
    def placement(self) -> Placement:
        """Where the signature is put."""

    @property
    @abstractmethod
    def suffix(self) -> str:
        """The suffix of the file that is written; if empty, the name stays."""

    @abstractmethod
    def add(self, file: Digestible, signer: Signer, form: SignatureForm, at: datetime) -> Addition:
        """Sign ``file`` at the aware instant ``at``, and return what that adds to it.

        Whether ``signer`` has the key of its certificate is not looked at; ``write`` does that.
        """

    def write(
        self, content: Content, signer: Signer, form: SignatureForm, at: datetime
    ) -> list[Written]:
        """Sign ``content`` at the aware instant ``at``, and return the files to write.

        They are the signature or the signed file, and then the certificates if they go beside it.

        Raises:
            TadpError: the key cannot sign, or is not that of the certificate.
        """
        from conformance.signature.signer import Verified

        ended = content.slice(len(content) - 1, 1).head(1) in (b"", SEPARATOR)
        if self.own_line and not ended:
            content = Content(content.name, (*content.parts, SEPARATOR))
        signed = without_last_separator(content) if self.trimmed else content
        addition = self.add(signed, Verified(signer), form, at)
        if self.own_line and not ended:
            # The file ends as it did without its signature.
            addition = replace(addition, after=addition.after.removesuffix(SEPARATOR))
        return addition.files(content)

    def faults(self) -> tuple[SignatureFault, ...]:
        """Return the faults of a signature that it can have, and that are the signature's own."""
        from conformance.signature.fault import Scope, SignatureFault

        found = tuple(fault for fault in SignatureFault if fault.scope is Scope.ANY)
        return (*found, SignatureFault.SEPARATOR) if self.trimmed else found

    def file_faults(self) -> tuple[SignatureFault, ...]:
        """Return those that show in the file: the signature itself verifies, over other bytes."""
        return ()

    def damages(self) -> tuple[Damage, ...]:
        """Return the faults that no other container can have."""
        return ()

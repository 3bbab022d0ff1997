"""Faults of a signature, one thing at a time."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, StrEnum

from msgspec import Struct

from conformance.signature.writing.form import Addition


class Scope(Enum):
    """Which signatures can have a fault."""

    ANY = "any signature"
    ATTRIBUTES = "CMS with signed attributes"
    TRIMMED = "a signature over the file without its last separator"
    CMS = "CMS"
    PSS = "CMS signed with RSA-PSS"


class SignatureFault(StrEnum):
    """A fault of the signature, where the certificate has none.

    ``summary`` is what is wrong, in words. A fault that ``needs_file`` changes what is signed, or
    how it is digested. Faults of certificates are certificates of their own.
    """

    summary: str
    scope: Scope
    needs_file: bool

    def __new__(
        cls, value: str, summary: str = "", scope: Scope = Scope.CMS, needs_file: bool = False
    ) -> SignatureFault:
        """Make a member of its value, and of what is known of it."""
        made = str.__new__(cls, value)
        made._value_ = value
        made.summary, made.scope, made.needs_file = summary, scope, needs_file
        return made

    TAMPERED_SIGNATURE = (
        "tampered-signature", "the last bit of the signature is flipped", Scope.ANY
    )  # fmt: skip
    WRONG_KEY = "wrong-key", "signed with another key than that of the certificate", Scope.ANY
    OTHER_CONTENT = (
        "other-content", "signed over another file, of the same length", Scope.ANY, True
    )  # fmt: skip
    #: As ``openssl cms -sign`` does without ``-binary``. With the file inside, the copy is what
    #: is inside: then the signature holds, and it is the CSV file that has the fault.
    TEXT_MODE = "text-mode", "signed over a copy with CR LF", Scope.ANY, True
    SEPARATOR = (
        "separator", "signed with the last separator of the file", Scope.TRIMMED, True
    )  # fmt: skip
    SHA1 = "sha1", "signed with SHA-1 throughout", Scope.ANY, True
    SHA1_DIGEST = (
        "sha1-digest", "the digest of the file is SHA-1, that of the signature is not",
        Scope.ATTRIBUTES, True,
    )  # fmt: skip
    SHA1_SIGNATURE = (
        "sha1-signature", "the digest of the signature is SHA-1, the file's is not",
        Scope.ATTRIBUTES,
    )  # fmt: skip
    WRONG_CONTENT_TYPE = (
        "wrong-content-type", "the attribute contentType does not say data", Scope.ATTRIBUTES
    )  # fmt: skip
    DUPLICATED_DIGEST = (
        "duplicated-digest", "the attribute messageDigest is there twice", Scope.ATTRIBUTES
    )  # fmt: skip
    DUPLICATED_TIME = (
        "duplicated-time", "the attribute signingTime is there twice", Scope.ATTRIBUTES
    )  # fmt: skip
    UNSORTED_ATTRIBUTES = (
        "unsorted-attributes", "the attributes are sent and signed in reverse order",
        Scope.ATTRIBUTES,
    )  # fmt: skip
    #: Whoever has a signed file can do that without any key. OpenSSL takes it for a good one.
    STRIPPED_ATTRIBUTES = (
        "stripped-attributes", "the attributes of a genuine signature pass for the file",
        Scope.ATTRIBUTES, True,
    )  # fmt: skip
    PSS_SALT = "pss-salt", "the salt is not as long as the parameters of RSA-PSS say", Scope.PSS
    PSS_MASK = "pss-mask", "the mask of RSA-PSS is made with SHA-1", Scope.PSS
    PSS_NO_PARAMETERS = "pss-no-parameters", "RSA-PSS without its parameters", Scope.PSS
    NO_SIGNER = "no-signer", "there are certificates, and no signature"
    TWO_SIGNERS = "two-signers", "two officers of the Party have signed"
    UNANNOUNCED_DIGEST = (
        "unannounced-digest", "the container announces another digest than the signer's"
    )  # fmt: skip
    NOT_DATA = "not-data", "what is signed says that it is digested data"
    NOT_DATA_BUT_SO_CALLED = (
        "not-data-but-so-called", "digested data is signed, which an attribute calls data",
        Scope.ATTRIBUTES,
    )  # fmt: skip
    ENVELOPED = "enveloped", "encrypted, not signed", Scope.CMS, True
    PLAIN = "plain-data", "in CMS, and not signed", Scope.CMS, True
    DIGESTED = "digested-data", "with a digest in CMS, and not signed", Scope.CMS, True
    TRAILING_BYTE = "trailing-byte", "a byte follows the container"
    #: The second half is missing.
    TRUNCATED = "truncated", "the container is cut off in the middle"
    OTHER_ATTACHED = (
        "other-attached", "the signature has another file inside, which it is over",
        Scope.CMS, True,
    )  # fmt: skip


#: Those that leave nothing signed (clause 6.1), rather than a signature that does not hold.
UNSIGNED = (
    SignatureFault.NO_SIGNER,
    SignatureFault.ENVELOPED,
    SignatureFault.PLAIN,
    SignatureFault.DIGESTED,
    SignatureFault.TRUNCATED,
)


class Damage(Struct, frozen=True):
    """A fault of one container alone: ``apply`` spoils what a good signature adds to the file."""

    name: str
    summary: str
    apply: Callable[[Addition], Addition]

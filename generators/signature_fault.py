"""What can be wrong with a signature: one thing at a time."""

from __future__ import annotations

from enum import StrEnum


class SignatureFault(StrEnum):
    """A fault of the signature, where the certificate has none.

    Faults of certificates are certificates of their own (``pki.NAMES``); a signature without
    the signer's certificate is a choice of ``Signing.certificates``.
    """

    # Of any signature
    TAMPERED_SIGNATURE = "tampered-signature"
    WRONG_KEY = "wrong-key"
    OTHER_CONTENT = "other-content"
    #: As ``openssl cms -sign`` does without ``-binary``. With the file inside, the copy is what
    #: is inside: then the signature holds, and it is the CSV file that has the fault.
    TEXT_MODE = "text-mode"
    SHA1 = "sha1"

    # Of CMS with signed attributes
    SHA1_DIGEST = "sha1-digest"
    SHA1_SIGNATURE = "sha1-signature"
    WRONG_CONTENT_TYPE = "wrong-content-type"
    DUPLICATED_DIGEST = "duplicated-digest"
    UNSORTED_ATTRIBUTES = "unsorted-attributes"
    #: Whoever has a signed file can do that without any key. OpenSSL takes it for a good one.
    STRIPPED_ATTRIBUTES = "stripped-attributes"

    # Of CMS
    NO_SIGNER = "no-signer"
    TWO_SIGNERS = "two-signers"
    NOT_DATA = "not-data"
    ENVELOPED = "enveloped"
    TRAILING_BYTE = "trailing-byte"
    TRUNCATED = "truncated"
    """The second half of the container is missing."""
    OTHER_ATTACHED = "other-attached"

    @property
    def summary(self) -> str:
        """What is wrong, in words."""
        return _SUMMARIES[self]


_SUMMARIES = {
    SignatureFault.TAMPERED_SIGNATURE: "the last bit of the signature is flipped",
    SignatureFault.WRONG_KEY: "signed with another key than that of the certificate",
    SignatureFault.OTHER_CONTENT: "signed over another file, of the same length",
    SignatureFault.TEXT_MODE: "signed over a copy with CR LF",
    SignatureFault.SHA1: "signed with SHA-1 throughout",
    SignatureFault.SHA1_DIGEST: "the digest of the file is SHA-1, that of the signature is not",
    SignatureFault.SHA1_SIGNATURE: "the digest of the signature is SHA-1, the file's is not",
    SignatureFault.WRONG_CONTENT_TYPE: "the attribute contentType does not say data",
    SignatureFault.DUPLICATED_DIGEST: "the attribute messageDigest is there twice",
    SignatureFault.UNSORTED_ATTRIBUTES: "the attributes are sent and signed in reverse order",
    SignatureFault.STRIPPED_ATTRIBUTES: "the attributes of a genuine signature pass for the file",
    SignatureFault.NO_SIGNER: "there are certificates, and no signature",
    SignatureFault.TWO_SIGNERS: "two officers of the Party have signed",
    SignatureFault.NOT_DATA: "what is signed says that it is digested data",
    SignatureFault.ENVELOPED: "encrypted, not signed",
    SignatureFault.TRAILING_BYTE: "a byte follows the container",
    SignatureFault.TRUNCATED: "the container is cut off in the middle",
    SignatureFault.OTHER_ATTACHED: "the signature has another file inside, which it is over",
}

#: Those that a bare signature can have.
OF_ANY = frozenset(
    {
        SignatureFault.TAMPERED_SIGNATURE,
        SignatureFault.WRONG_KEY,
        SignatureFault.OTHER_CONTENT,
        SignatureFault.TEXT_MODE,
        SignatureFault.SHA1,
    }
)
#: Those that only a signature with signed attributes can have.
OF_ATTRIBUTES = frozenset(
    {
        SignatureFault.SHA1_DIGEST,
        SignatureFault.SHA1_SIGNATURE,
        SignatureFault.WRONG_CONTENT_TYPE,
        SignatureFault.DUPLICATED_DIGEST,
        SignatureFault.UNSORTED_ATTRIBUTES,
        SignatureFault.STRIPPED_ATTRIBUTES,
    }
)
#: Those that change what is signed, or how it is digested.
OF_CONTENT = frozenset(
    {
        SignatureFault.OTHER_CONTENT,
        SignatureFault.OTHER_ATTACHED,
        SignatureFault.TEXT_MODE,
        SignatureFault.STRIPPED_ATTRIBUTES,
        SignatureFault.ENVELOPED,
        SignatureFault.SHA1,
        SignatureFault.SHA1_DIGEST,
    }
)

"""The digests of a file that a signature states, by which it is found again."""

from __future__ import annotations

from conformance.content import Content
from conformance.foreign import HEAD
from conformance.signature.recognition import CMS_SHAPES, recognise


def stated_digests(signature: Content) -> list[tuple[str, bytes]]:
    """Return the digests of the signed file that a CMS signature states, with their algorithms."""
    if recognise(signature.head(HEAD)) not in CMS_SHAPES:
        return []
    # Loads the reader of CMS.
    from conformance.signature import oid
    from conformance.signature.message import Unreadable, read_message

    try:
        signed, _, _ = read_message(signature)
    except Unreadable:
        return []
    return [
        (oid.DIGESTS[signer.digest], value)
        for signer in signed.signers
        if signer.attributes is not None and signer.digest in oid.DIGESTS
        for _, value in signer.attributes.of(oid.MESSAGE_DIGEST)
    ]


def is_stated(content: Content, stated: list[tuple[str, bytes]]) -> bool:
    """Return True if one of the digests that a signature states is that of ``content``."""
    return any(content.digest(name) == digest for name, digest in stated)

"""Opens a signed CSV file: finds the signature, the signed bytes, and what is wrong with them.

Source: clauses 3.4(b), 4.7(b) and 4.13(b), and the form of clause 6.1, which the profile fills
in. Nothing that the bytes can hold raises: bad bytes are findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conformance.model.profile import SignatureRules
from conformance.signature.containers import CONTAINERS
from conformance.signature.containers.base import Container, Likeness, Terms
from conformance.signature.parcel import Opened, Parcel, Presence
from conformance.signature.recognition import HEAD, recognise


def open_file(
    parcel: Parcel, rules: SignatureRules, extra_certificates: Sequence[bytes] = ()
) -> Opened:
    """Open ``parcel`` and verify its signature, over exactly the bytes of the CSV file.

    ``extra_certificates`` are certificates in DER among which the signer's may be if it did
    not come along. The container is recognised by its bytes. A file without any signature is not a
    fault here: ``container`` is None, and nothing of the cryptography is loaded.

    Raises:
        SubmissionError: a file cannot be read.
    """
    known = {name: one.under(rules) for name, one in CONTAINERS.items()}
    container = _container_of(parcel, rules, known.values())
    if container is None:
        return Opened(None, data=parcel.content, presence=Presence.UNSIGNED)
    taken = tuple(known[name] for name in rules.containers)
    beside = parcel.certificate.name if parcel.certificate is not None else None
    return container.open(parcel, Terms(rules, taken, tuple(extra_certificates), beside))


def _container_of(
    parcel: Parcel, rules: SignatureRules, known: Iterable[Container]
) -> Container | None:
    """Return which of the ``known`` containers ``parcel`` looks most like, if like any."""
    signature = parcel.content if parcel.detached is None else parcel.detached
    shape = recognise(signature.head(HEAD))
    best, found = Likeness.NONE, None
    for container in known:
        if container.distinct or container.name in rules.containers:
            likeness = container.recognise(parcel, shape)
            if likeness > best:
                best, found = likeness, container
    return found

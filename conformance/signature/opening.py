"""Opens a signed CSV file: finds the signature, the signed bytes, and what is wrong with them.

Source: clauses 3.4(b), 4.7(b) and 4.13(b), and the form of clause 6.1, which the profile fills
in. Nothing that the bytes can hold raises: bad bytes are findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conformance.model.profile import SignatureRules
from conformance.signature.containers import CONTAINERS
from conformance.signature.containers.base import Container, Likeness, Terms
from conformance.signature.recognition import HEAD, recognise
from conformance.signature.signed_input import Opened, Presence, SignedInput


def open_file(
    signed_input: SignedInput, rules: SignatureRules, extra_certificates: Sequence[bytes] = ()
) -> Opened:
    """Open ``signed_input`` and verify its signature, over exactly the bytes of the CSV file.

    ``extra_certificates`` are certificates in DER among which the signer's may be if it did
    not come along. The container is recognised by its bytes. A file without any signature is not a
    fault here: ``container`` is None, and nothing of the cryptography is loaded.

    Raises:
        SubmissionError: a file cannot be read.
    """
    known = {name: one.under(rules) for name, one in CONTAINERS.items()}
    container = _container_of(signed_input, rules, known.values())
    if container is None:
        return Opened(None, data=signed_input.content, presence=Presence.UNSIGNED)
    taken = tuple(known[name] for name in rules.containers)
    beside = signed_input.certificate.name if signed_input.certificate is not None else None
    return container.open(signed_input, Terms(rules, taken, tuple(extra_certificates), beside))


def _container_of(
    signed_input: SignedInput, rules: SignatureRules, known: Iterable[Container]
) -> Container | None:
    """Return which of the ``known`` containers ``signed_input`` looks most like, if like any."""
    signature = signed_input.content if signed_input.detached is None else signed_input.detached
    shape = recognise(signature.head(HEAD))
    best, found = Likeness.NONE, None
    for container in known:
        if container.distinct or container.name in rules.containers:
            likeness = container.recognise(signed_input, shape)
            if likeness > best:
                best, found = likeness, container
    return found

"""Opens a signed message: its parts, and the CMS in it, over the file inside or beside it."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding, Place
from conformance.signature.ber import Malformed
from conformance.signature.cms_opening import same_text, two_files, unsigned, verified
from conformance.signature.containers.base import Container, Terms
from conformance.signature.message import Unreadable, read_message, unreadable
from conformance.signature.signed_input import Opened, Presence, SignedInput, placed
from conformance.signature.smime import MAX_MESSAGE, file_in, open_mail


def open_smime(signed_input: SignedInput, terms: Terms, container: Container) -> Opened:
    """Open a signed message, with the file in it, beside it or both."""
    outside = signed_input.content if signed_input.detached is not None else None
    message = signed_input.content if signed_input.detached is None else signed_input.detached
    opened = Opened(container.name, data=outside)
    faults = container.refusals(terms)
    try:
        mail = open_mail(message)
        signed, encoding, misencoded = read_message(Content.of_bytes(message.name, mail.signature))
    except Malformed as error:
        fault = unreadable(message, error.reason, error.offset)
        return Unreadable(fault, None).opened(opened)
    except Unreadable as error:
        fault = replace(error.finding, place=Place(message.name))
        return Unreadable(fault, error.encoding, error.presence).opened(opened)
    opened = replace(opened, encoding=encoding)
    forms, data = [Content.of_bytes(message.name, form) for form in mail.signed], mail.data
    if signed.content is not None:
        forms, data = [signed.content], file_in(signed.content.read(MAX_MESSAGE))
    if not signed.signers:
        return unsigned(opened, outside, message.name, terms)
    if not forms or data is None:
        fault = Finding("the message has a signature, but no file that it is over")
        alone = placed([*faults, fault], message.name)
        return replace(opened, faults=alone, presence=Presence.ALONE)
    inside = Content.of_bytes(message.name, data)
    if outside is None:
        opened = replace(opened, data=inside)
    elif not same_text(inside, outside):
        faults.append(two_files(inside, outside, message.name))
    faults += misencoded
    found: list[Opened] = []
    for form in forms:
        found.append(verified(opened, signed, form, (faults, terms)))
        if len(found[-1].faults) == len(faults):
            break
    return min(found, key=lambda one: len(one.faults))

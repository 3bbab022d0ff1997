"""Opens CMS: reads the message, and judges its signature over the file inside or beside it."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Finding, Place
from conformance.model.profile import TRIMMED
from conformance.signature.cms import SignedData
from conformance.signature.containers.base import Container, Terms
from conformance.signature.digest import OTHER_FILE, TextChange, text_digest
from conformance.signature.judgement import judge
from conformance.signature.message import Unreadable, encoding_faults, read_message
from conformance.signature.record import without_last_separator
from conformance.signature.signed_input import Opened, Presence, SignedInput, placed
from conformance.signature.signers import expected
from conformance.signature.verification import change_fault, separator_fault


def open_cms(signed_input: SignedInput, terms: Terms, pair: tuple[Container, Container]) -> Opened:
    """Open CMS; ``pair`` are the containers of a message beside the file, and around it."""
    beside, around = pair
    outside = signed_input.content if signed_input.detached is not None else None
    message = signed_input.content if signed_input.detached is None else signed_input.detached
    opened = Opened((around if outside is None else beside).name, data=outside)
    try:
        signed, encoding, misencoded = read_message(message)
    except Unreadable as error:
        return error.opened(opened)
    inside = signed.content
    container = beside if inside is None else around
    opened = replace(opened, container=container.name, encoding=encoding)
    content = outside if inside is None else inside
    if not signed.signers:
        return unsigned(opened, content, message.name, terms)
    if content is None:
        fault = Finding(
            "the signature came without the file that it is over",
            expected="the CSV file beside it, or inside it",
            hint="Put the CSV file that was signed beside its signature.",
            place=Place(message.name),
        )
        return replace(opened, faults=(fault,), presence=Presence.ALONE)
    if inside is not None and outside is None:
        opened = replace(opened, data=inside)
    faults = container.refusals(terms) + misencoded
    faults += encoding_faults(message, encoding, terms.rules)
    if inside is not None and outside is not None and not _same(inside, outside):
        faults.append(two_files(inside, outside, message.name))
    over = _trimmed if inside is None and terms.rules.over == TRIMMED else verified
    return over(opened, signed, content, (faults, terms))


def _trimmed(
    opened: Opened, signed: SignedData, content: Content, given: tuple[list[Finding], Terms]
) -> Opened:
    """Do what ``verified`` does, of a signature over ``content`` without its last separator."""
    found = verified(opened, signed, without_last_separator(content), given)
    whole = verified(opened, signed, content, given) if found.faults else found
    if len(whole.faults) >= len(found.faults):
        return found
    fault = separator_fault("signature.cms.over", trimmed=True)
    return replace(whole, faults=placed([fault, *whole.faults], content.name))


def verified(
    opened: Opened, signed: SignedData, content: Content, given: tuple[list[Finding], Terms]
) -> Opened:
    """Return ``opened`` with what is wrong with ``signed`` over ``content``.

    ``given`` are the findings so far, and with what it is opened.
    """
    faults, terms = given
    judgement = judge(signed, content, terms.rules, terms.extra)
    found = judgement.faults
    signers = (judgement.certificate, *(one.certificate for one in judgement.cosigners))
    if None in signers and terms.rules.certificate == "elsewhere":
        if terms.beside is None:
            opened = replace(opened, presence=Presence.UNKNOWN)
        else:
            found = [not_the_signers(one, terms.beside) for one in found]
    return replace(
        opened,
        faults=placed(faults + found, content.name),
        certificate=judgement.certificate,
        others=judgement.others,
        signing_time=judgement.signing_time,
        cosigners=judgement.cosigners,
    )


def not_the_signers(fault: Finding, beside: str) -> Finding:
    """Return ``fault``; where the certificate is missing, that the one in ``beside`` is another."""
    if fault.profile != ("signature.cms.certificate",):
        return fault
    return replace(
        fault,
        message="the certificate that came with the signature is not the signer's",
        found=f"no such certificate in {beside}",
        hint="Send the certificate of the officer who signed, or have that officer sign whose "
        "certificate it is.",
    )


def unsigned(opened: Opened, content: Content | None, name: str, terms: Terms) -> Opened:
    """Return ``opened`` with the finding that the message ``name`` has no signer."""
    fault = Finding(
        "the container has no signature in it, only certificates",
        found="no signer",
        expected=expected(terms.rules),
        place=Place(name),
    )
    return replace(opened, data=content, faults=(fault,), presence=Presence.UNSIGNED)


def two_files(inside: Content, outside: Content, signature: str) -> Finding:
    """Return the finding that the file inside ``signature`` is not the one beside it."""
    if same_text(inside, outside):
        return replace(change_fault(TextChange.CRLF), place=Place(outside.name))
    name = signature if signature.isprintable() else "the signature"
    return Finding(
        f"{OTHER_FILE} {name}",
        found=f"{len(outside):,} bytes, with SHA-256 {outside.digest('sha256').hex()}",
        expected=f"{len(inside):,} bytes, with SHA-256 {inside.digest('sha256').hex()}",
        place=Place(outside.name),
        hint=f"If the file is right, sign it again. If what was signed is right, send {name} "
        "without the file beside it.",
    )


def _same(one: Content, other: Content) -> bool:
    return len(one) == len(other) and one.digest("sha256") == other.digest("sha256")


def same_text(one: Content, other: Content) -> bool:
    """Return True if two files are the same except for the line endings that mail changes."""
    return _same(one, other) or text_digest(one) == text_digest(other)

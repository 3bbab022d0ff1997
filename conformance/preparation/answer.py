"""From what a person answers, or has put into a cell, to the entry of a manifest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_never

from conformance.errors import TadpError
from conformance.inputs import read_input
from conformance.model.problem import MISSING
from conformance.model.schema import problems
from conformance.model.types.cell import Unreadable
from conformance.preparation.sheet import Value
from conformance.submission.facts import Answer, Fact, put
from conformance.submission.moments import (
    UnclearMomentError,
    as_written,
    format_moment,
    parse_moment,
)

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

#: Where the Users' clocks are.
_UK = "Europe/London"
#: The largest certificate that is read, in bytes.
_CERTIFICATE = 1 << 20
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = "write 2025-06-01 09:30, which is UK time, or 2025-06-01T08:30:00Z"
#: Finds a file by the name that was given: as the manifest is to call it, and where it is.
Find = Callable[[str], tuple[str, Path]]


def entry_of(fact: Fact, said: Value, find: Find) -> Any:
    """Return what the entry of ``fact`` is where ``said`` is the answer; None: there is no entry.

    Raises:
        TadpError: it is not an answer; the error says what would be one.
    """
    if isinstance(said, Unreadable):
        raise TadpError(said.message, remedy=said.fix)
    entry = _entry_of(fact, said, find)
    if entry is not None:
        alone: dict[str, Any] = {"submission": 1, "kind": fact.kinds[0].value}
        put(alone, fact.key, entry)
        # Related facts are separate, and not here.
        wrong = [p for p in problems("submission", alone) if p.what != MISSING]
        if wrong:
            raise TadpError(wrong[0].what, remedy=wrong[0].right or None)
    return entry


def _entry_of(fact: Fact, said: Value, find: Find) -> Any:  # noqa: PLR0911 - one for each kind
    text = plain(said)
    match fact.answer:
        case Answer.TIME:
            return format_moment(moment_of(said if isinstance(said, datetime) else text))
        case Answer.FILE:
            return find(text)[0]
        case Answer.CERTIFICATE:
            return text.lower() if re.fullmatch("[0-9a-fA-F]{64}", text) else _digest(find(text)[1])
        case Answer.CHOICE:
            return _choice(text, fact.choices)
        case Answer.YES_OR_NO:
            no = False if fact.yes is True else None
            return fact.yes if yes_or_no(text) else no
        case Answer.LIST:
            return _parts(text)
        case Answer.SETTERS:
            return [_setter(part) for part in _parts(text)]
        case Answer.TEXT:
            return text
        case _ as other:
            assert_never(other)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _setter(text: str) -> dict[str, Any]:
    """Return a User ID and a User Role, and the file for them if there is one."""
    user_id, *rest = text.split(maxsplit=2)
    if not rest:
        raise TadpError(
            f"{text[:60]!r} has no User Role", remedy="write a User ID, a User Role and a file"
        )
    return {"user_id": user_id, "user_role": rest[0], "file": rest[1] if rest[1:] else None}


def plain(said: Value) -> str:
    """Return a value as text; a whole number without a decimal point."""
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return str(said).strip()


def moment_of(said: str | datetime) -> datetime:
    """Return the moment that a text or a cell names; without a zone it is UK time.

    Raises:
        TadpError: it names none, or two, or one that the clocks skipped.
    """
    text = said if isinstance(said, str) else said.isoformat(" ")
    # A cell with a date alone has the time of midnight.
    whole_day = said.time() == time() if isinstance(said, datetime) else _DAY.fullmatch(text)
    if whole_day:
        raise TadpError(
            f"{text[:10]!r} has no time of day",
            remedy=f"write the hour and minute too, as text: {text[:10]} hh:mm, in UK time",
        )
    try:
        return parse_moment(text, "", _UK)
    except UnclearMomentError:
        raise
    except TadpError:
        raise TadpError(f"{text[:40]!r} is not a date and time", remedy=_remedy(text)) from None


def _remedy(text: str) -> str:
    """Return how the time is written, which is UK time where no zone is stated."""
    moment = as_written(text)
    if moment is None:
        return _TIME
    if not isinstance(moment, datetime):
        return f"write the year first, and the hour and minute too: {moment} hh:mm, in UK time"
    return f"write the year first: {moment.isoformat(' ', 'minutes')}, which is UK time"


def yes_or_no(text: str) -> bool:
    """Return True for "yes".

    Raises:
        TadpError: it is neither that nor "no".
    """
    return _choice(text, ("yes", "no")) == "yes"


def _choice(text: str, choices: tuple[str, ...]) -> str:
    for choice in choices:
        if choice.casefold() == text.casefold():
            return choice
    raise TadpError(f"{text[:40]!r} is not one of the answers", remedy=f"write {_or(choices)}")


def _or(choices: tuple[str, ...]) -> str:
    return " or ".join([", ".join(choices[:-1]), choices[-1]] if choices[1:] else choices)


def with_holder(manifest: dict[str, Any], fact: Fact, said: Value, find: Find) -> None:
    """Add the name of the holder to a manifest with the digest of a certificate from a file."""
    text = plain(said)
    if fact.answer is not Answer.CERTIFICATE or re.fullmatch("[0-9a-fA-F]{64}", text):
        return
    from cryptography import x509

    from conformance.signature.subject import common_name

    subject = x509.load_der_x509_certificate(_certificate(find(text)[1])).subject
    if name := common_name(subject.public_bytes()):
        put(manifest, fact.key.replace("certificate_sha256", "credential"), name[:4096])


def _digest(path: Path) -> str:
    return hashlib.sha256(_certificate(path)).hexdigest()


def _certificate(path: Path) -> bytes:
    """Return the certificate in a file, which may have its CAs with it, as DER.

    Raises:
        TadpError: there is none, or there are several.
    """
    from cryptography import x509

    from conformance.signature import read_certificates

    try:
        ders = read_certificates(read_input(path, _CERTIFICATE))
        (der,) = [der for der in ders if not _is_ca(x509.load_der_x509_certificate(der))]
    except ValueError:
        raise TadpError(
            "does not have the certificate of one holder in it",
            where=str(path),
            remedy="name the file of the certificate that was provided to the ARO, PEM or DER",
        ) from None
    return der


def _is_ca(certificate: Certificate) -> bool:
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False

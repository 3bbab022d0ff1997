"""The form of a submission's name by the guidance, and a right name as an example of it."""

from __future__ import annotations

from msgspec import Struct

from conformance.checks.context import Context
from conformance.model.reference_shape import example_of
from conformance.patterns import pattern
from conformance.submission.area.naming import EUI64

_EXTENSION = r"(?:\.[A-Za-z0-9]{1,8})?"
_EN_DASH = "\u2013"


class NameForm(Struct, frozen=True):
    """The text between the parts of a name, around the reference, and at its end.

    ``between`` are expressions, and ``typed`` is how a person may type the same.
    """

    between: tuple[str, str]
    typed: tuple[str, str]
    end: str = ""


_FORMS = {
    "lenient": NameForm((f" ?[-{_EN_DASH}] ?",) * 2, ("-", "-"), _EXTENSION),
    "rule": NameForm((f" {_EN_DASH} ",) * 2, (f" {_EN_DASH} ",) * 2),
    "example": NameForm((_EN_DASH, "-"), (_EN_DASH, "-")),
}


def name_form_of(context: Context) -> NameForm:
    """Return the form that names have by the reading of the note name-form."""
    return _FORMS[context.reading("name-form")]


def right_name(context: Context) -> str:
    """Return a right name, with what is known of the submission in it."""
    name, shape = context.submission.delivery.name or "", context.profile.references.smsr
    known = (context.submission.sender.user_id, name, context.sender_user_id)
    owner = next(
        (found[0] for one in known if one and (found := pattern(EUI64).search(one))), "EUI-64"
    )
    said = pattern(shape).search(name)
    number = context.smsr_number or (said[0] if said else example_of(shape))
    first, second = name_form_of(context).typed
    tag = context.profile.delivery.tags[context.submission.kind]
    return f"{owner}{first}{number}{second}{tag}"


def right_file_name(context: Context) -> str:
    """Return a right name with the extension that the file has, if the form allows one."""
    end = name_form_of(context).end
    found = pattern(f"{end}$").search(context.submission.delivery.name or "")
    return right_name(context) + (found[0] if found else "")

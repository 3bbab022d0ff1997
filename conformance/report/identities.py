"""User IDs, references and mailboxes that a submission and a profile name.

It is in the raw report, so that a report can be redacted without the files it was made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.model.column import Role
from conformance.model.profile import Profile
from conformance.report.visible import visible_text
from conformance.submission.evidence import Absent, Submission


def identities_of(submission: Submission) -> dict[str, list[str]]:
    """The User IDs, references and mailboxes that the evidence of ``submission`` names."""
    return {
        "user": _distinct(_users(submission)),
        "reference": _distinct(_references(submission)),
        "mailbox": _distinct(submission.delivery.recipients or ()),
    }


def shapes_of(profile: Profile) -> dict[str, list[str]]:
    """The expressions (RE2 syntax) that ``profile`` has for User IDs and for references."""
    columns = [c for f in profile.files.values() for c in f.columns if c.role is Role.USER_ID]
    users = [shape for column in columns for shape in column.type.shapes]
    references = (profile.references.smsr, profile.references.incident)
    return {"user": _distinct(users), "reference": _distinct(references)}


def _users(submission: Submission) -> Iterator[str | None]:
    sender = submission.sender
    yield from (sender.user_id, sender.party_eui64)
    yield from (setter.user_id for setter in sender.adt_setters or ())
    yield from submission.area.live_user_ids or ()


def _references(submission: Submission) -> Iterator[str | None]:
    for one in (submission.request, submission.incident):
        if one is not None and not isinstance(one, Absent):
            yield one.number
    if submission.survey is not None:
        yield from submission.survey.incidents.values()


def _distinct(names: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(visible_text(name) for name in names if name))

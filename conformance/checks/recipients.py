"""To whom an email went: clauses 3.4, 4.7 and 4.13 before MP109; guidance 1.6."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.context import Context
from conformance.findings import Finding, NotShown, Outcome

#: Entries of a profile with mailboxes, and whose they are.
_WHOSE = {
    "delivery.service_desk_mailboxes": "DCC's Service Desk",
    "delivery.contingency_mailboxes": "DCC's Service Centre",
}


def sent_to(context: Context, entry: str) -> Iterator[Outcome]:
    """Yield what shows that the message did not go to a mailbox of the profile's ``entry``."""
    rules = context.profile.delivery
    recipients, whose = context.submission.delivery.recipients, _WHOSE[entry]
    wanted = getattr(rules, entry.rpartition(".")[2])
    if recipients is None:
        yield NotShown("the recipients are not known", ("delivery.recipients",))
    elif not wanted:
        yield NotShown(
            f"the mailbox of {whose} is not known: the profile has none", (f"{entry} of a profile",)
        )
    elif not {r.casefold() for r in recipients} & {w.casefold() for w in wanted}:
        yield Finding(
            f"the message did not go to {whose}",
            found=", ".join(recipients) or "no recipient",
            expected=" or ".join(wanted),
            profile=(entry,),
        )

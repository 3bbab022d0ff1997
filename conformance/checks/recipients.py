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

#: The remedy for a message that somebody passed on to another person.
_PASSED_ON = (
    "If the message in its text is what went to DCC, check that one: open it in the Sent folder, "
    "and save it as .eml. If it was not sent yet, send a new message with the file and its "
    "signature attached to {}."
)
_ATTACHED = ("signature-present",)


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
        passed_on = context.submission.delivery.passed_on
        yield Finding(
            f"the message forwards another one in its text, and did not go to {whose}"
            if passed_on
            else f"the message did not go to {whose}",
            found=", ".join(recipients) or "no recipient",
            expected=" or ".join(wanted),
            profile=(entry,),
            hint=_PASSED_ON.format(wanted[0]) if passed_on else None,
        )


def only_forwarded(context: Context) -> NotShown | None:
    """Return that the message that is at hand is not the one that was sent, if so."""
    delivery = context.submission.delivery
    if not delivery.passed_on and delivery.forwarded is None:
        return None
    failed = ("contingency-mailbox", "delivery-method") if delivery.passed_on else _ATTACHED
    return NotShown("the message was only forwarded", blocked_by=failed)

"""Checks on names, folders and alerts of a profile that a schema cannot express."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.expression import compile_expression
from conformance.model.problem import Problem
from conformance.model.validated import MAILBOXES

#: Texts that no shape of a reference can all have, unless it has any.
_ANY = ("x", "0", "A 1", "\u00e9", "[]{}()", "a" * 50)


def delivery_problems(delivery: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what does not fit in ``[delivery]``."""
    methods = delivery["methods"]
    for entry in ("method", "contingency"):
        if entry in delivery and delivery[entry] not in methods:
            what = f"{delivery[entry]!r} is not one of delivery.methods"
            yield Problem(("delivery", entry), what, f"one of {', '.join(methods)}")
    if delivery.get("contingency") == delivery["method"]:
        what = "is the method itself, so that it is never used"
        yield Problem(("delivery", "contingency"), what, "name another, or leave it out")
    yield from mailbox_problems(delivery)
    yield from _folders(delivery)


def mailbox_problems(delivery: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield mailboxes in ``[delivery]`` that no email message can be sent to."""
    for entry in MAILBOXES:
        for index, mailbox in enumerate(delivery.get(entry, ())):
            if "@" not in mailbox:
                what = f"{mailbox!r} is not an address of email"
                yield Problem(("delivery", entry, index), what, "write name@domain")


def _folders(delivery: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield folders and tags that no system can have, or none can distinguish."""
    for entry in ("folders", "tags"):
        if len({name.casefold() for name in delivery[entry].values()}) < len(delivery[entry]):
            what = "the ADT File and the QCAF have the same one, so they cannot be distinguished"
            yield Problem(("delivery", entry), what, "give each its own")
    beside: dict[tuple[str, str], str] = {}
    for entry in ("folders", "live", "archives"):
        for kind, path in delivery.get(entry, {}).items():
            place = ("delivery", entry, kind)
            why = _not_portable(path)
            if why is not None:
                yield Problem(
                    place, f"{path!r} {why}", "write the names of folders, with / between"
                )
            name = path.rpartition("/")[2].casefold()
            other = beside.setdefault((kind, name), entry)
            if other != entry:
                what = f"is the folder of delivery.{other}.{kind} too, which makes them the same"
                yield Problem(place, what, "give each its own")


def _not_portable(path: str) -> str | None:
    """Return why some system does not take a path, or None."""
    if all(part.replace(" ", "a").isalpha() and part.isascii() and len(part) > 3 and part[-1] != " "
           for part in path.split("/")):  # fmt: skip
        return None  # As most are; the rest is a module that takes a while to load.
    from conformance.portable import problem

    return problem(path)


def reference_problems(references: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what does not fit in ``[references]``."""
    for entry, pattern in references.items():
        path = ("references", entry)
        try:
            compiled = compile_expression(pattern)
        except ValueError as error:
            yield Problem(path, f"is not a regular expression: {error}")
        else:
            if all(compiled.fullmatch(text) for text in _ANY):
                what = "any text at all fits, so that no reference is ever wrong"
                yield Problem(path, what, "say what it looks like, such as AB[0-9]{8}")
    if len(set(references.values())) < len(references):
        what = "the references of an SMSR and of an Incident look the same"
        yield Problem(("references",), what, "give each a shape of its own, such as its letters")


def alert_problems(alerts: Mapping[str, str], breaches: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield the elements of ``[alerts]`` that would be two things at once."""
    seen = dict.fromkeys(breaches, "a breach")
    for entry, name in alerts.items():
        if name in seen:
            what = f"{name} is {seen[name]} as well"
            yield Problem(("alerts", entry), what, "name the element that has this alone")
        seen.setdefault(name, f"alerts.{entry}")

"""A file that a spreadsheet program saved: one act, whatever it has changed.

What it changed is one fault, at the record separator of clause 6.1. The rules that are broken by
the same act fail through that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.content import Content
from conformance.findings import Finding
from conformance.records import Rule, Scan
from conformance.records.wording import named
from conformance.signature import Opened, Parcel, open_file
from conformance.signature.digest import OTHER_BYTES, OTHER_FILE

#: The largest file that is tried as it was before it was saved, in bytes.
LARGEST = 8 << 20
#: What shows by itself that the file was saved, if the signature is over it as it was before.
_ALONE = (Rule.BYTE_ORDER_MARK, Rule.QUOTING)
#: The check with the one finding where the ends of the records are right.
SIGNATURE = "signature-verifies"
_MEMORY = "saved"
#: A null in quotation marks, as a finding has it.
_EMPTY = "'\"\"'"
_CR_LF = b"\r\n"
_MARK = b"\xef\xbb\xbf"
#: What a spreadsheet program may put between fields in place of a comma.
_SEPARATORS = (b";", b"\t")
#: What else it changes, beside the ends of the records, in the words of a finding.
_CHANGES = {
    Rule.BYTE_ORDER_MARK: "a byte order mark is in front",
    Rule.HEADER: "a row of headings is in it",
    Rule.FIELD_SEPARATOR: "no comma separates the fields",
    Rule.QUOTING: "values are in quotation marks",
}


class Saved(Struct, frozen=True):
    """What a spreadsheet program did to a file; ``rules`` are those that it broke besides.

    ``cause`` is the check with the one finding: that of the ends of records or, where those are
    right, of the signature. ``signed_before``: that is over the file as it was before.
    ``altered``: it is over other bytes, whether a value was rewritten on saving or before.
    """

    rules: frozenset[Rule]
    signed_before: bool
    cause: str = Rule.RECORD_SEPARATOR
    altered: bool = False

    @property
    def breaks_signature(self) -> bool:
        """Return True if the signature does not fit since the file was saved."""
        return self.signed_before or self.altered

    def has_to_do_with(self, rule: Rule) -> bool:
        """Return True if ``rule`` is the one with the finding, or broken by the same act."""
        return rule is self.cause or rule in self.rules

    def finding(self, first: Finding) -> Finding:
        """Return the one finding, at the place of the ``first`` record that it ended."""
        separated = self.cause is Rule.RECORD_SEPARATOR
        changes = [f"{first.found} ends each record"] if separated else []
        changes += [words for rule, words in _CHANGES.items() if rule in self.rules]
        changes += ["other bytes are not those that were signed"] if self.altered else []
        after = " after it was signed" if self.breaks_signature else ""
        hint = "Take the file as `tadp make` wrote it, or make it again from the sheet. "
        hint += "Open it in no spreadsheet program afterwards."
        if not self.signed_before:
            hint += " Sign the file again afterwards."
        return replace(
            first,
            message=f"the file was saved by a spreadsheet program{after}: {', '.join(changes)}",
            hint=hint,
        )


def saved(context: Context) -> Saved | None:
    """Return what a spreadsheet program did to the file, if more than one thing shows that."""
    found = context.memory.get(_MEMORY, _MEMORY)
    if found is _MEMORY:
        # While the signature is looked at, it may be asked for again.
        context.memory[_MEMORY] = None
        found = context.memory[_MEMORY] = _saved(context)
    assert found is None or isinstance(found, Saved)  # noqa: S101 - nothing else is kept there
    return found


def _saved(context: Context) -> Saved | None:
    seen, opened = context.scan, context.opened
    if seen is None or opened is None:
        return None
    cause = _cause(seen, context.data)
    if cause is None:
        return None
    rules = frozenset(rule for rule in _CHANGES if seen.counts.get(rule))
    nulls = seen.faults.get(Rule.NULL_FORM, ())
    if nulls and Rule.QUOTING in rules and all(one.found == _EMPTY for one in nulls):
        # What puts values in quotation marks does that with nothing, too.
        rules |= {Rule.NULL_FORM}
    between = tuple(named(one) for one in _SEPARATORS)
    separated = seen.faults.get(Rule.FIELD_SEPARATOR, ())
    if not all((one.found or "").startswith(between) for one in separated):
        return None
    # In the order of clause 4.8, the signature is looked at before the bytes, and counts by itself.
    apart = bool(opened.faults) and context.reading("order-of-checks") != "in-order"
    signed_before = apart and _held_before(context, opened)
    shown = rules if cause is Rule.RECORD_SEPARATOR else frozenset()
    # Besides, such a program rewrites values, such as 7.10. It ended each record in any case.
    other = apart and not signed_before and cause is Rule.RECORD_SEPARATOR
    changed = (OTHER_BYTES, OTHER_FILE)
    altered = other and all(fault.message.startswith(changed) for fault in opened.faults)
    found = Saved(rules, signed_before, cause, altered)
    return found if shown or found.breaks_signature else None


def _cause(seen: Scan, data: Content | None) -> str | None:
    """Return the check with the one finding, if a spreadsheet program may have saved the file."""
    if _ends_in_cr_lf(seen, data):
        return Rule.RECORD_SEPARATOR
    if seen.counts.get(Rule.RECORD_SEPARATOR):
        return None
    # The legal text wants the signature to hold, and says nothing of these.
    return SIGNATURE if any(seen.counts.get(rule) for rule in _ALONE) else None


def _ends_in_cr_lf(seen: Scan, data: Content | None) -> bool:
    found = seen.faults.get(Rule.RECORD_SEPARATOR, ())
    if not found or data is None:
        return False
    # Such a program ends the last record, too.
    ended = seen.counts.get(Rule.RECORD_SEPARATOR, 0) >= seen.records
    return ended and all(one.found == named(_CR_LF) for one in found)


def _held_before(context: Context, opened: Opened) -> bool:
    """Return True if the signature is over the file as it was before it was saved."""
    submission = context.submission
    file, signature = submission.file, submission.signature
    if file is None or not isinstance(signature, Content) or len(file) > LARGEST:
        return False
    for before in dict.fromkeys(_before(file.read(LARGEST))):
        parcel = Parcel(Content.of_bytes(file.name, before), signature, submission.certificate)
        again = open_file(parcel, context.profile.signature, opened.others)
        if again.container is not None and not again.faults:
            return True
    return False


def _before(data: bytes) -> Iterator[bytes]:
    """Yield what a file may have been before a spreadsheet program saved it."""
    plain = data.removeprefix(_MARK).replace(_CR_LF, b"\n")
    # Thousands, which were formatted as 2,500, are in quotation marks.
    plain = re.sub(rb'"([^"\n]*)"', lambda value: value[1].replace(b",", b""), plain)
    for separator in (b",", *_SEPARATORS):
        yield plain.replace(separator, b",")

"""A file that a spreadsheet program saved: one act, whatever it has changed.

What it changed is one fault, at the record separator of clause 6.1. The rules that are broken by
the same act fail through that.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import PurePath

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.context import Context
from conformance.checks.in_transit import (
    Transit,
    in_encoding_of_mail,
    with_lines_added,
    with_other_line_ends,
)
from conformance.content import Content
from conformance.findings import Finding
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind
from conformance.model.types.dated import Dated
from conformance.records import Rule, Scan
from conformance.records.characters import foreign_encoding
from conformance.records.wording import named
from conformance.signature import Opened, SignedInput, open_file
from conformance.signature.digest import OTHER_BYTES, OTHER_FILE
from conformance.submission.area.spot import is_live, spot_of
from conformance.submission.moments import as_written
from conformance.submission.paths import is_file
from conformance.submission.signed_instead import signed_instead
from conformance.submission.stated import stated_digests
from conformance.submission.strayed import signed_among

#: The largest file that is tried as it was before it was saved, in bytes.
LARGEST = 8 << 20
#: The check with the one finding where the ends of the records are right.
SIGNATURE = "signature-verifies"
#: That of a copy without a signature.
PRESENT = "signature-present"
_MEMORY = "saved"
#: What a file is made from again, by its kind.
_SOURCES = {
    Kind.ADT: "from the sheet with `tadp make adt`",
    Kind.QCAF: "from the quarantine report as it was exported, with `tadp make qcaf`",
}
_CR_LF = b"\r\n"
_MARK = b"\xef\xbb\xbf"
#: Separators that a spreadsheet program may write instead of a comma.
_SEPARATORS = (b";", b"\t")
#: The words for a file in UTF-16 whose characters are wrong, and the bytes that identify it.
_UTF_16, _HEAD = "text in UTF-16", 64
#: In how many ways a date is read.
_READINGS = 2
#: Other changes that it makes, beside the ends of the records, in the words of a finding.
_CHANGES = {
    Rule.CHARACTERS: "it is UTF-16 text",
    Rule.BYTE_ORDER_MARK: "a byte order mark is in front",
    Rule.HEADER: "a row of headings is in it",
    Rule.FIELD_SEPARATOR: "no comma separates the fields",
    Rule.QUOTING: "values are in quotation marks",
    Rule.FIELD_FORM: "values, such as dates, are in another form",
}
#: Which of these show by themselves that such a program saved the file.
_ALONE = _CHANGES.keys() - {Rule.HEADER}


class Saved(Struct, frozen=True):
    """The changes that a spreadsheet program made to a file; ``rules`` are others that it broke.

    ``cause`` is the check with the one finding: that of the ends of records or, where those are
    right, of the signature. ``signed_before``: that is over the file as it was before.
    ``altered``: it is over other bytes, whether a value was rewritten on saving or before.
    ``transit`` is what happened to it on its way instead, if that is known.
    """

    rules: frozenset[Rule]
    signed_before: bool
    cause: str = Rule.RECORD_SEPARATOR
    altered: bool = False
    transit: Transit | None = None
    #: The signed file that it is a copy of, and whether that is beside it.
    original: str | None = None
    beside: bool = False
    #: What it is made from again, and the file at hand that the signature is over.
    source: str = ""
    signed: str | None = None
    #: True if it is in Live, the folder of DCC for files in production.
    live: bool = False

    @property
    def breaks_signature(self) -> bool:
        """Return True if the signature does not fit since the file was saved."""
        return self.signed_before or self.altered

    @property
    def shows_at_signature(self) -> bool:
        """Return True if the check of the signature has the one finding."""
        return self.cause == SIGNATURE

    def has_to_do_with(self, rule: Rule) -> bool:
        """Return True if ``rule`` is the one with the finding, or broken by the same act."""
        return rule is self.cause or rule in self.rules

    def finding(self, first: Finding) -> Finding:
        """Return the one finding, at the place of the ``first`` record that it ended."""
        if self.original is not None:
            return replace(first, **self._as_copy(self.original))
        separated = self.cause is Rule.RECORD_SEPARATOR
        changes = [f"{first.found} ends each record"] if separated else []
        changes += [words for rule, words in _CHANGES.items() if rule in self.rules]
        changes += ["other bytes are not those that were signed"] if self.altered else []
        after = " after it was signed" if self.breaks_signature else ""
        hint = f"Make the file again {self.source}, and sign that."
        if self.transit is not None:
            back = f"Put the file back as {self.signed} has it. " if self.signed else ""
            hint = f"{back}{self.transit.hint}"
        elif self.breaks_signature:
            back = f"as {self.signed} has it" if self.signed else "as it was when it was signed"
            hint = f"Put the file back {back}: its signature is over that. "
            hint += (
                "" if self.signed else f"If that is gone, make it again {self.source}, and sign it."
            )
        if self.transit is None:
            hint = f"{hint.strip()} Do not open it in a spreadsheet program afterwards."
        if self.live:
            hint = "Ask DCC's Service Centre to put the file into this folder as it was submitted."
        if self.transit is not None:
            seen = self.transit
            return replace(
                first, message=seen.message, found=seen.found, expected=seen.expected, hint=hint
            )
        return replace(
            first,
            message=f"the file was saved by a spreadsheet program{after}: {', '.join(changes)}",
            hint=hint,
        )

    def _as_copy(self, name: str) -> dict[str, str]:
        """Return the words of a finding on a changed copy of the signed file called ``name``."""
        hint = f"Put {name}, as it was signed, in the place of this file."
        if self.beside:
            hint = f"Take this file away: {name}, which is signed, is beside it."
        return {
            "message": "the file is a copy of a signed file that a program saved in another form",
            "found": f"a copy of {name}, without the signature",
            "expected": f"{name} itself, with its signature",
            "hint": hint,
        }


def saved(context: Context) -> Saved | None:
    """Return what a spreadsheet program did to the file, if more than one thing shows that."""
    found = context.memory.get(_MEMORY, _MEMORY)
    if found is _MEMORY:
        # While the signature is looked at, it may be asked for again.
        context.memory[_MEMORY] = None
        found = _saved(context)
        if found is not None:
            spot = spot_of(context.submission.root.absolute(), context.profile.delivery)
            other = None
            if found.breaks_signature:
                other = signed_instead(context.submission, context.profile.delivery)
            name = other.name if other is not None and _is_same_name(other.name, context) else None
            source = _SOURCES.get(context.submission.kind, "")
            found = replace(found, live=is_live(spot), signed=name, source=source)
        context.memory[_MEMORY] = found
    assert found is None or isinstance(found, Saved)  # noqa: S101 - nothing else is kept there
    return found


def _is_same_name(place: str, context: Context) -> bool:
    file = context.submission.file
    same = file is not None and PurePath(place).name == PurePath(file.name).name
    return same and place.isprintable()


def _saved(context: Context) -> Saved | None:
    seen, opened = context.scan, context.opened
    if seen is None or opened is None:
        return None
    # In the order of clause 4.8, the signature is looked at before the bytes, and counts by itself.
    apart = bool(opened.faults) and context.reading("order-of-checks") != "in-order"
    unsigned = opened.container is None and opened.data is not None
    moved = _in_transit(context, opened) if apart else _copy(context, seen) if unsigned else None
    cause = _cause(seen, context.data)
    if moved is not None or cause is None:
        return moved
    between = tuple(named(one) for one in _SEPARATORS)
    separated = seen.faults.get(Rule.FIELD_SEPARATOR, ())
    if not all((one.found or "").startswith(between) for one in separated):
        return None
    before = _file_before(context, opened) if apart else None
    if before is not None:
        return Saved(_broken(context, seen, before), True, cause)
    rules = _changed(seen)
    ended = cause is Rule.RECORD_SEPARATOR
    # Besides, such a program rewrites values, such as 7.10, or leaves out the seconds of a time.
    changed = (OTHER_BYTES, OTHER_FILE)
    altered = apart and all(fault.message.startswith(changed) for fault in opened.faults)
    if altered and signed_instead(context.submission, context.profile.delivery) is not None:
        return None
    # The legal text wants the signature to hold, and it is only there that the rest may be found.
    shown = rules if ended else rules & _ALONE if altered else frozenset()
    return Saved(rules, False, cause, altered) if shown or (ended and altered) else None


def _changed(seen: Scan) -> frozenset[Rule]:
    """Return the rules that a spreadsheet program broke, by what was found."""
    rules = {rule for rule in _CHANGES if seen.counts.get(rule)}
    form = seen.faults.get(Rule.FIELD_FORM, ())
    if not all(any(_moments((one.found or "")[1:-1])) for one in form):
        rules.discard(Rule.FIELD_FORM)
    if not any(one.found == _UTF_16 for one in seen.faults.get(Rule.CHARACTERS, ())):
        rules.discard(Rule.CHARACTERS)
    if seen.quotes_nulls:
        rules.add(Rule.NULL_FORM)
    return frozenset(rules)


def _cause(seen: Scan, data: Content | None) -> str | None:
    """Return the check with the one finding, if a spreadsheet program may have saved the file."""
    if _ends_in_cr_lf(seen, data):
        return Rule.RECORD_SEPARATOR
    return None if seen.counts.get(Rule.RECORD_SEPARATOR) else SIGNATURE


def _ends_in_cr_lf(seen: Scan, data: Content | None) -> bool:
    found = seen.faults.get(Rule.RECORD_SEPARATOR, ())
    if not found or data is None:
        return False
    # Such a program ends the last record, too.
    ended = seen.counts.get(Rule.RECORD_SEPARATOR, 0) >= seen.records
    return ended and all(one.found == named(_CR_LF) for one in found)


def _in_transit(context: Context, opened: Opened) -> Saved | None:
    """Return what changed the file on its way, if the signature is over it as it was before."""
    file, seen, signature = context.submission.file, context.scan, context.submission.signature
    if file is None or seen is None or len(file) > LARGEST or not isinstance(signature, Content):
        return None
    data = file.read(LARGEST)
    for found in (
        *with_other_line_ends(data),
        *in_encoding_of_mail(data),
        *with_lines_added(data, stated_digests(signature)),
    ):
        before = Content.of_bytes(file.name, found.before)
        if _is_signed(context, opened, before):
            broken = _broken(context, seen, before)
            if found.added and Rule.FIELD_COUNT not in broken:
                # Records that somebody added, which are no fault of form.
                return None
            cause = found.rule if found.rule in broken else None
            return Saved(broken, True, cause or SIGNATURE, transit=found)
    return None


def _copy(context: Context, seen: Scan) -> Saved | None:
    """Return what a program did to a file without a signature, if that it was is signed here."""
    submission, form = context.submission, context.format
    file = submission.file
    if file is None or form is None or len(file) > LARGEST or submission.strayed:
        return None
    if not is_file(submission.root / PurePath(file.name).name):
        # It came in a message or an archive, or by standard input.
        return None
    found = signed_among(submission.root.absolute(), _saved_from(file, form))
    if found is None or not found[0].isprintable() or found[0] == PurePath(file.name).name:
        return None
    name, before = found
    broken = _broken(context, seen, before)
    beside = is_file(submission.root / name)
    return Saved(broken, False, PRESENT, original=name, beside=beside)


def _saved_from(file: Content, form: FileFormat) -> Iterator[Content]:
    """Yield what ``file`` may have been before a program saved it in another form."""
    data = file.read(LARGEST)
    for text in _before(data, form):
        yield Content.of_bytes(file.name, text)
    for other in with_other_line_ends(data):
        yield Content.of_bytes(file.name, other.before)


def _broken(context: Context, seen: Scan, before: Content) -> frozenset[Rule]:
    """Return the rules that the file breaks, and did not ``before``."""
    was = Context(replace(context.submission, file=before), context.setting).scan
    left = was.counts if was is not None else {}
    return frozenset(rule for rule, count in seen.counts.items() if count and not left.get(rule))


def _file_before(context: Context, opened: Opened) -> Content | None:
    """Return the file as it was before it was saved, if the signature is over that."""
    file, form = context.submission.file, context.format
    if file is None or form is None or len(file) > LARGEST:
        return None
    for data in dict.fromkeys(_before(file.read(LARGEST), form)):
        before = Content.of_bytes(file.name, data)
        if _is_signed(context, opened, before):
            return before
    return None


def _is_signed(context: Context, opened: Opened, file: Content) -> bool:
    """Return True if the signature beside the file is over ``file``, and nothing is wrong then."""
    signature = context.submission.signature
    if not isinstance(signature, Content):
        return False
    given = SignedInput(file, signature, context.submission.certificate)
    again = open_file(given, context.profile.signature, opened.others)
    return again.container is not None and not again.faults


def _before(data: bytes, form: FileFormat) -> Iterator[bytes]:
    """Yield what a file of this ``form`` may have been before a spreadsheet program saved it."""
    plain = _in_ascii(data).removeprefix(_MARK).replace(_CR_LF, b"\n")
    # Thousands, which were formatted as 2,500, are in quotation marks.
    plain = re.sub(rb'"([^"\n]*)"', lambda value: value[1].replace(b",", b""), plain)
    for separator in (b",", *_SEPARATORS):
        records = plain.replace(separator, b",")
        for before in (records, *(_with_moments(records, form, n) for n in range(_READINGS))):
            yield before
            yield before.removesuffix(b"\n")


def _in_ascii(data: bytes) -> bytes:
    """Return ``data`` as one byte for each character, if it is UTF-16."""
    if foreign_encoding(data[:_HEAD]) != "UTF-16":
        return data
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    encoding = "utf-16" if marked else "utf-16-be" if data[0] == 0 else "utf-16-le"
    return data.decode(encoding, "replace").encode()


def _with_moments(records: bytes, form: FileFormat, reading: int) -> bytes:
    """Return ``records`` with their dates and times as the columns of ``form`` have them."""
    dated = [(n, c.type) for n, c in enumerate(form.columns) if isinstance(c.type, Dated)]
    lines = [line.split(b",") for line in records.split(b"\n")] if dated else []
    for fields in lines:
        for index, type_ in dated:
            text = fields[index].decode("latin-1") if index < len(fields) else ""
            moment = _moments(text)[reading]
            if isinstance(moment, datetime):
                fields[index] = type_.formats[0].write(moment).encode()
    return b"\n".join(map(b",".join, lines)) if dated else records


def _moments(text: str) -> tuple[date | None, date | None]:
    """Return the date and time that a program wrote, by a British and by an American reading."""
    with suppress(ValueError):
        return (found := datetime.fromisoformat(text), found)
    return as_written(text), as_written(text, month_first=True)

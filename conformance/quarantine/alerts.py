"""Alerts of quarantined communications, read from XML (DUIS) that cannot be trusted.

The reader is the expat of the standard library, fed piece by piece, so that memory does not grow
with the file. A document type is refused at its first word: without one there are no entities to
expand and nothing external to fetch. How deep, how long and how varied a document may be is
bounded here, since expat bounds none of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from xml.parsers import expat

from msgspec import Struct, field

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.findings import Progress
from conformance.model.profile import AlertForm

#: Bytes given to expat at a time.
_PIECE = 1 << 16
#: Bytes that may go by without an alert or a message: one tag, one comment.
LONGEST_TAG = 1 << 20
#: Elements inside one another.
DEEPEST = 100
#: Different names of elements and attributes, each of which expat remembers.
MOST_NAMES = 10_000
#: Breaches in one message; DUIS has one.
MOST_BREACHES = 10_000
#: Characters of a value; longer ones are not a Request ID, time or variant.
LONGEST_VALUE = 200
#: The encodings that expat knows by itself.
_ENCODINGS = frozenset({"utf-8", "utf-16", "iso-8859-1", "us-ascii"})


class Alert(Struct):
    """One communication that an alert is about; ``line`` counts from 1.

    What the alert does not say is nothing. The values are as they are in it, but for white
    space around them.
    """

    line: int
    breach: str
    request_id: str | None = None
    quarantined_at: str | None = None
    variant: str | None = None


class _Message(Struct):
    """The parts read so far of a message."""

    quarantined_at: str | None = None
    variant: str | None = None
    alerts: list[Alert] = field(default_factory=list)
    with_alerts: bool = False  #: a message inside it has alerts


class _Refused(Exception):  # noqa: N818 - it is about the document, not the program
    """Something that no alert needs."""


class AlertReader:
    """Reads the alerts of one document; ``others`` counts the messages without one."""

    def __init__(self, form: AlertForm, breaches: Collection[str]) -> None:
        self._form = form
        self._breaches = frozenset(breaches)
        self._values = frozenset({form.request_id, form.quarantined_at, form.variant})
        self._names: set[str] = set()
        self._path: list[str] = []
        self._messages: list[_Message] = []
        self._open: list[Alert] = []
        self._done: list[Alert] = []
        self._waiting = 0  # alerts of messages that have not ended
        self._text: list[str] | None = None
        self._length = 0
        self._text_depth = 0
        self._silent = 0
        self.others = 0
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration
        # With a default handler, no entity is expanded, and a comment is heard of.
        parser.DefaultHandler = self._anything

    def read(self, content: Content, progress: Progress | None = None) -> Iterator[Alert]:
        """Yield the alerts in the order of the document.

        Raises:
            SubmissionError: it is not well-formed XML, or more than a file of alerts needs; says
                at which line. The alerts before it have been yielded.
        """
        for piece in content.chunks(_PIECE):
            self._feed(content.name, piece, last=False)
            yield from self._taken()
            if progress:
                progress(len(piece))
        self._feed(content.name, b"", last=True)
        yield from self._taken()

    def _feed(self, name: str, piece: bytes, *, last: bool) -> None:
        self._silent += len(piece)
        try:
            self._parser.Parse(piece, last)
        except _Refused as error:
            raise self._refusal(name, str(error)) from None
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            what = expat.errors.messages.get(error.code, "not well-formed")
            raise SubmissionError(
                f"{place}: is not XML that can be read: {what}", where=name
            ) from None

        if self._silent > LONGEST_TAG:
            raise self._refusal(name, f"a tag or a comment has more than {LONGEST_TAG:,} bytes")

    def _refusal(self, name: str, what: str) -> SubmissionError:
        return SubmissionError(f"line {self._parser.CurrentLineNumber}: {what}", where=name)

    def _taken(self) -> list[Alert]:
        taken, self._done = self._done, []
        return taken

    # --- What expat calls -----------------------------------------------------------------------

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._silent = 0
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise _Refused(f"is in the encoding {encoding[:40]!r}, not in UTF-8")

    def _doctype(self, *_: object) -> None:
        raise _Refused("has a document type, which no alert needs and which could hold a trap")

    def _anything(self, _: str) -> None:
        self._silent = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._silent = 0
        self._names.add(name)
        self._names.update(attributes)
        if len(self._names) > MOST_NAMES:
            raise _Refused(f"has more than {MOST_NAMES:,} different names")
        if len(self._path) == DEEPEST:
            raise _Refused(f"has more than {DEEPEST} elements inside one another")
        local = name.rpartition(":")[2]
        self._path.append(local)
        if local == self._form.message:
            self._messages.append(_Message())
        if local in self._breaches:
            self._open.append(Alert(self._parser.CurrentLineNumber, local))
        if local in self._values and self._text is None:
            self._text, self._length, self._text_depth = [], 0, len(self._path)

    def _characters(self, text: str) -> None:
        self._silent = 0
        if self._text is not None and len(self._path) == self._text_depth:
            self._length += len(text)
            if self._length <= LONGEST_VALUE:
                self._text.append(text)

    def _end(self, _: str) -> None:
        self._silent = 0
        if self._text is not None and len(self._path) == self._text_depth:
            value = "".join(self._text).strip() if self._length <= LONGEST_VALUE else ""
            self._text = None
            self._keep(self._path[-1], value)
        local = self._path.pop()
        if local in self._breaches:
            self._alert(self._open.pop())
        if local == self._form.message:
            self._message(self._messages.pop())

    def _keep(self, name: str, value: str) -> None:
        """Keep a value with the alert that it is in, or else with the message; the first."""
        alert = self._open[-1] if self._open else None
        holder = alert or (self._messages[-1] if self._messages else None)
        if holder is None or not value:
            return
        if name == self._form.quarantined_at:
            holder.quarantined_at = holder.quarantined_at or value
        elif name == self._form.variant:
            holder.variant = holder.variant or value
        elif alert is not None:
            alert.request_id = alert.request_id or value

    def _alert(self, alert: Alert) -> None:
        if not self._messages:
            self._done.append(alert)
            return
        if self._waiting == MOST_BREACHES:
            raise _Refused(f"has more than {MOST_BREACHES:,} breaches in one message")
        self._waiting += 1
        self._messages[-1].alerts.append(alert)

    def _message(self, message: _Message) -> None:
        for alert in message.alerts:
            alert.quarantined_at = alert.quarantined_at or message.quarantined_at
            alert.variant = alert.variant or message.variant
        self._done += message.alerts
        self._waiting -= len(message.alerts)
        with_alerts = bool(message.alerts) or message.with_alerts
        if self._messages:
            self._messages[-1].with_alerts |= with_alerts
        elif not with_alerts:
            self.others += 1


def looks_like_xml(head: bytes) -> bool:
    """Return True if a file that begins with ``head`` looks like XML, in any encoding."""
    plain = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    return plain.startswith(b"<")

"""Alerts in XML, made for tests."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.content import Content
from conformance.quarantine.alerts import Alert, AlertReader
from tests.checks.situation import DEVICE, USER_ID, USERS, profile

WHEN = "2025-05-30T10:00:00Z"


def message(
    number: int = 1, breach: str = USERS, when: str | None = WHEN, variant: str = "", more: str = ""
) -> str:
    """One message, with a prefix as DUIS has one."""
    head = f"<sr:ResponseDateTime>{when}</sr:ResponseDateTime>" if when is not None else ""
    kind = f"<sr:ServiceReferenceVariant>{variant}</sr:ServiceReferenceVariant>" if variant else ""
    return (
        f"<sr:Response><sr:Header>{head}{kind}</sr:Header><sr:Body><sr:DCCAlertMessage>"
        f"<sr:{breach}><sr:RequestID>{USER_ID}:{DEVICE}:{number}</sr:RequestID>"
        f"<sr:QuarantineEventRef>{number}</sr:QuarantineEventRef>{more}</sr:{breach}>"
        "</sr:DCCAlertMessage></sr:Body></sr:Response>\n"
    )


def document(*messages: str, head: str = "") -> bytes:
    """Messages in one document."""
    return f'{head}<Alerts xmlns:sr="urn:example">\n{"".join(messages)}</Alerts>\n'.encode()


def read(data: bytes | Content) -> tuple[list[Alert], AlertReader]:
    """All alerts of a document, and the reader that read them."""
    content = Content.of_bytes("alerts.xml", data) if isinstance(data, bytes) else data
    form = profile().alerts
    assert form is not None
    reader = AlertReader(form, profile().breaches)
    return list(reader.read(content)), reader


def lines(count: int) -> Iterator[bytes]:
    """The pieces of a long document."""
    yield b'<Alerts xmlns:sr="urn:example">\n'
    for number in range(count):
        yield message(number).encode()
    yield b"</Alerts>\n"

"""An email message in a folder of an area, in place of the file that was sent with it."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from conformance.cli import main
from tests.corpus import FIXTURES
from tests.submission.area.test_area import ADT, NAME, QCAF, area, check, outcomes, whole
from tests.submission.area.test_misplaced import roots
from tests.submission.test_attachments import OLD

__all__ = ["area"]

QCAF_NAME = NAME.replace("0001-ADT", "0002-QCAF")
OUTLOOK = OLD[:512] + "__substg1.0_".encode("utf-16-le")
TNEF = b"\x78\x9f\x3e\x22and more"


def message(*attached: Path) -> EmailMessage:
    """Return a message by which files were sent."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "user@supplier.example", "dcc@dcc.example"
    mail["Subject"] = "REQ000000000001"
    mail.set_content("REQ000000000001 is attached.")
    for path in attached:
        data = path.read_bytes()
        mail.add_attachment(data, maintype="application", subtype="x", filename=path.name)
    return mail


def forwarded(*attached: Path) -> EmailMessage:
    mail = message()
    mail.add_attachment(message(*attached))
    return mail


@pytest.mark.parametrize(
    ("folder", "name"),
    [(f"{ADT}/Submitted", NAME), (f"{ADT}/Live", NAME), (f"{QCAF}/Submitted QCAF", QCAF_NAME)],
)
@pytest.mark.parametrize("kind", ["message", "forwarded", "nothing attached", ".msg", "winmail"])
def test_a_message_in_place_of_the_file_is_one_finding(
    area: Path, capsys: pytest.CaptureFixture[str], folder: str, name: str, kind: str
) -> None:
    file = area / folder / name
    beside = file.with_name(f"{name}.p7s")
    data = {
        "message": message(file, beside).as_bytes(),
        "forwarded": forwarded(file, beside).as_bytes(),
        "nothing attached": message().as_bytes(),
        ".msg": OUTLOOK,
        "winmail": TNEF,
    }[kind]
    register = area.parent / "register.csv"
    fixed = ["--profile", str(FIXTURES / "profile.toml")]
    assert main(["area", "register", str(area), "-o", str(register), *fixed]) == 0
    file.unlink()
    beside.unlink()
    instead = file.with_suffix(".eml")
    instead.write_bytes(data)
    capsys.readouterr()
    code, report = check(area, capsys, "--register", str(register))
    assert (roots(report), code) == ({instead.name: ["6.1-1"]}, 1)


def test_a_message_beside_the_file_is_not_another_submission_of_its_request(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = area / ADT / "Submitted" / NAME
    before = outcomes(whole(check(area, capsys)[1]))
    mail = message(file, file.with_name(f"{NAME}.p7s"))
    file.with_suffix(".eml").write_bytes(mail.as_bytes())
    code, report = check(area, capsys)
    assert (roots(report), code) == ({file.with_suffix(".eml").name: ["6.1-1"]}, 1)
    assert outcomes(whole(report)) == before


def test_a_message_that_the_register_has_as_sent_by_email_was_not_uploaded(
    area: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = area / ADT / "Submitted" / NAME
    mail = message(file, file.with_name(f"{NAME}.p7s"))
    kept = area / ADT / "Sent by email" / f"{NAME[:-4]}.eml"
    kept.parent.mkdir()
    kept.write_bytes(mail.as_bytes())
    file.unlink()
    file.with_name(f"{NAME}.p7s").unlink()
    register = area.parent / "register.csv"
    register.write_text(f"File,Kind,Sent by\n{kept.name},ADT File,email\n")
    _, report = check(area, capsys, "--register", str(register))
    assert "6.1-1" not in roots(report).get(kept.name, [])

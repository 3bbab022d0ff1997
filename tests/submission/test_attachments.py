"""Files that arrived together: submissions, their signatures, and other files."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError, TadpError
from conformance.findings import Status
from conformance.foreign import Foreign, foreign
from conformance.model.requirement import Kind
from conformance.signature import load_trust
from conformance.submission import archive
from conformance.submission.archive import files_of
from conformance.submission.attachments import Attached, Attachment, sort_attachments
from conformance.submission.evidence import ServiceRequest, Submission
from conformance.submission.hints import CliHints
from conformance.submission.lone import read_each
from conformance.submission.mailed import kind_of_file
from tests.checks.situation import ADT, check, profile, result, roots
from tests.corpus import CorpusCase
from tests.signature.signing import Forgery, Hierarchy, build_hierarchy

FILES = CorpusCase("conforming/qcaf-user-set").submission
QCAF, REPORT = ((FILES / f"{name}.csv").read_bytes() for name in ("qcaf", "report"))
OTHER = ADT.replace(b"100", b"200")
PNG = b"\x89PNG\r\n\x1a\n0000"
CARD = b"BEGIN:VCARD\r\nFN:A\r\nEND:VCARD\r\n"
PDF = b"%PDF-1.7\n"
WORKBOOK = b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml"
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
REFERENCE = "REQ000000000001"
IN_ZIP = "the file was sent in a zip archive, which is not allowed"


@pytest.fixture(scope="module")
def hierarchy(tmp_path_factory: pytest.TempPathFactory) -> Hierarchy:
    return build_hierarchy(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def signatures(hierarchy: Hierarchy) -> tuple[bytes, bytes]:
    """Return the signatures of ADT and of OTHER."""
    first, second = (Forgery(hierarchy.rsa, data, detached=True).der() for data in (ADT, OTHER))
    return first, second


def together(*files: tuple[str, bytes]) -> Attached:
    attachments = [Attachment(Content.of_bytes(name, data)) for name, data in files]
    return sort_attachments(attachments, lambda file: kind_of_file(file, profile()))


def test_a_signature_with_another_file_inside_goes_with_the_file_of_its_name(
    hierarchy: Hierarchy,
) -> None:
    around = ("adt.csv.p7m", Forgery(hierarchy.rsa, OTHER).der())
    assert names(together(("adt.csv", ADT), around)) == [("adt.csv", "adt.csv.p7m")]
    assert names(together(around)) == [("adt.csv.p7m", None)]


def names(found: Attached) -> list[tuple[str | None, str | None]]:
    return [
        (one.file.name if one.file else None, one.signature.name if one.signature else None)
        for one in found.enclosed
    ]


def zipped(*files: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files:
            opened.writestr(name, data)
    return made.getvalue()


def letter(*files: tuple[str, bytes], subject: str = REFERENCE, to: str = "b@example.com") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", to, subject
    made.set_content(f"For {REFERENCE}.")
    for name, data in files:
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def read(data: bytes, kind: Kind | None = None, name: str = "m.eml") -> list[Submission]:
    return read_each(Content.of_bytes(name, data), None, CliHints(kind), profile())


# --- Which signature is whose ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "files",
    [
        ("a.csv", "a.csv.p7s", "b.csv", "b.csv.p7s"),
        ("a.csv", "1.p7s", "b.csv", "2.p7s"),
        ("a.csv", "b.csv.p7s", "b.csv", "a.csv.p7s"),
        ("a.csv", "a.csv.p7s.txt", "b.csv", "b.csv.p7s.bin"),
        ("adt.csv", "adt.csv.p7s", "adt.csv", "adt.csv.p7s"),
    ],
)
def test_a_signature_goes_with_the_file_that_it_is_over(
    files: tuple[str, str, str, str], signatures: tuple[bytes, bytes]
) -> None:
    for order in ((0, 1, 2, 3), (3, 2, 1, 0), (0, 2, 3, 1)):
        given = [
            (files[n], (ADT, signatures[0], OTHER, signatures[1])[n]) for n in order
        ]  # fmt: skip
        found = together(*given)
        assert not found.passed_over
        seen = {
            (one.file.read(9999), one.signature.read(9999))
            for one in found.enclosed
            if one.file and one.signature
        }
        assert seen == {(ADT, signatures[0]), (OTHER, signatures[1])}


@pytest.mark.parametrize(
    ("files", "pairs"),
    [
        (("a.csv", "b.csv", "b.csv.p7s"), [("a.csv", None), ("b.csv", "b.csv.p7s")]),
        (("a.csv", "A.CSV.P7S"), [("a.csv", "A.CSV.P7S")]),
        (("a.csv", "b.csv", "b.p7s"), [("a.csv", None), ("b.csv", "b.p7s")]),
        (("a.csv", "x.p7s"), [("a.csv", "x.p7s")]),
        (("a.csv", "smime.p7s"), [("a.csv", None)]),
        (("a.p7s",), [(None, "a.p7s")]),
    ],
)
def test_without_a_digest_names_say_whose_a_signature_is(
    files: tuple[str, ...], pairs: list[tuple[str | None, str | None]]
) -> None:
    given = [(name, ADT if name.endswith(".csv") else b"no CMS") for name in files]
    assert names(together(*given)) == pairs


def test_a_signature_with_the_file_in_it_needs_no_other(hierarchy: Hierarchy) -> None:
    whole = Forgery(hierarchy.rsa, ADT).der()
    assert names(together(("adt.csv.p7m", whole), ("logo.png", PNG))) == [("adt.csv.p7m", None)]
    assert names(together(("adt.csv.p7s", whole))) == [("adt.csv.p7s", None)]


# --- What is passed over, and what was sent by mistake --------------------------------------------


def test_of_two_signatures_without_a_file_the_first_is_taken_and_the_other_listed(
    signatures: tuple[bytes, bytes],
) -> None:
    found = together(("a.csv.p7s", signatures[0]), ("b.csv.p7s", signatures[1]))
    assert names(found) == [(None, "a.csv.p7s")]
    assert [one.name for one in found.passed_over] == ["b.csv.p7s"]


def test_attachments_that_a_mail_program_adds_are_passed_over_and_listed() -> None:
    found = together(
        ("image001.png", PNG), ("card.vcf", CARD), ("guide.pdf", PDF), ("ATT00001.txt", b"regards"),
        ("notes.txt", b"see below"), ("adt.xlsx", WORKBOOK),
        ("aro.pem", b"-----BEGIN CERTIFICATE-----"), ("adt.csv", ADT), ("sent.msg", OLD),
    )  # fmt: skip
    assert names(found) == [("adt.csv", None)]
    passed = {one.name: one.why for one in found.passed_over}
    assert set(passed) == {
        "image001.png", "card.vcf", "guide.pdf", "ATT00001.txt", "notes.txt", "adt.xlsx",
        "aro.pem", "sent.msg",
    }  # fmt: skip
    assert passed["image001.png"] == "an image"
    assert passed["adt.xlsx"] == "an Excel workbook"
    assert passed["notes.txt"] == "neither an ADT File nor a QCAF"
    assert "save the message as .eml" in passed["sent.msg"]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("adt.xlsx", WORKBOOK, Foreign.EXCEL),
        ("adt.pdf", PDF, Foreign.PDF),
        ("adt.xls", OLD, Foreign.OLD_EXCEL),
        ("adt.csv.gz", b"\x1f\x8b\x08", Foreign.ARCHIVE),
        ("adt.ods", b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.sp",
         Foreign.OPEN_DOCUMENT),
        ("adt.zip", b"PK\x03\x04damaged", Foreign.ZIP),
        ("adt.numbers", b"PK\x03\x04Index/Document.iwa", Foreign.APPLE),
        ("adt.xls", OLD[:512] + "Workbook".encode("utf-16-le"), Foreign.OLD_EXCEL),
        ("adt.xlsx", OLD[:512] + "EncryptedPackage".encode("utf-16-le"), Foreign.LOCKED),
        ("adt.csv", OLD[:512] + "__substg1.0_".encode("utf-16-le"), Foreign.OUTLOOK),
        ("adt.html", b"\xef\xbb\xbf<!DOCTYPE html>", Foreign.HTML),
        ("adt.csv", b"\r\n\r\n<!-- (C) -->\r\n<!-- 2 -->\n<html lang>", Foreign.HTML),
        ("adt.csv", b"[InternetShortcut]\r\nURL=https://dcc.example/", Foreign.SHORTCUT),
    ],
)  # fmt: skip
def test_a_file_of_another_program_is_one_finding(name: str, data: bytes, kind: Foreign) -> None:
    # Where its directory begins: in the sector after the head.
    content = Content.of_bytes(name, data)
    assert foreign(content) is kind
    if kind is Foreign.OUTLOOK:
        with pytest.raises(SubmissionError, match=r"is an Outlook message \(\.msg\)"):
            read(data, Kind.ADT, name)
        return
    (submission,) = read(data, Kind.ADT, name)
    checked = check(submission)
    assert roots(checked) == ["6.1-1"]
    (finding,) = result(checked, "6.1-1").findings
    assert (finding.message, finding.found) == ("the file is not CSV", kind.title)
    # A table in any form has to be made into a CSV file before it is signed.
    table = "spreadsheet" in kind.title or "workbook" in kind.title or "password" in kind.title
    made = "with `tadp make`. Sign the CSV file, and send that" in (finding.hint or "")
    assert made or not table
    with pytest.raises(SubmissionError, match=r"is an? .*, not CSV"):
        read(data, None, "thresholds")


@pytest.mark.parametrize(("data", "title"), [(PDF, "a PDF"), (WORKBOOK, "an Excel workbook")])
def test_it_is_named_wherever_another_file_is_wanted(
    data: bytes, title: str, tmp_path: Path
) -> None:
    (submission,) = read(ADT, Kind.ADT, "adt.csv")
    signed = replace(submission, signature=Content.of_bytes("adt.csv.p7s", data))
    (finding,) = result(check(signed), "6.1-1").findings
    assert (finding.message, finding.found) == ("the signature is not CMS", title)
    path = tmp_path / "root.pem"
    path.write_bytes(data)
    with pytest.raises(TadpError, match=f"is {title}, not a file with a certificate"):
        load_trust([path], [])
    (report,) = read(data, Kind.REPORT, "report.csv")
    with pytest.raises(SubmissionError, match=f"is {title}, not CSV"):
        check(report)
    (template,) = read(data, Kind.PUBLICATION, "template")
    (finding,) = result(check(template), "2.2(b)-2").findings
    assert (finding.message, finding.found) == ("the file is not CSV", title)


def test_a_workbook_that_was_sent_by_mistake_is_found() -> None:
    (submission,) = read(letter(("adt.xlsx", WORKBOOK), ("logo.png", PNG)))
    assert "6.1-1" in roots(check(submission))
    assert [one.name for one in submission.passed_over] == ["m.eml: logo.png"]


# --- Messages -------------------------------------------------------------------------------------


def test_two_submissions_in_a_message_are_two(signatures: tuple[bytes, bytes]) -> None:
    one, two = read(
        letter(("a-adt.csv", ADT), ("a-adt.csv.p7s", signatures[0]), ("b-adt.csv", OTHER))
    )
    assert (one.source, two.source) == ("m.eml: a-adt.csv", "m.eml: b-adt.csv")
    assert (one.kind, two.kind) == (Kind.ADT, Kind.ADT)
    assert (one.signature is None, two.signature is None) == (False, True)


@pytest.mark.parametrize("files", [(), (("logo.png", PNG),), (("adt.csv.p7s", b"x"),)])
def test_a_message_with_nothing_attached_fails(files: tuple[tuple[str, bytes], ...]) -> None:
    (submission,) = read(letter(*files, subject=f"ADT File, {REFERENCE}"))
    checked = check(submission)
    assert "6.1-1" in roots(checked)
    assert result(checked, "3.4(b)-1").status is Status.FAILED
    (finding,) = result(checked, "6.1-1").findings
    assert finding.message == "the email message has no signed CSV file attached"


def test_a_subject_without_any_reference_fails_and_one_with_some_does_not() -> None:
    for subject, status in (
        ("ADT File June", Status.FAILED),
        ("", Status.FAILED),
        (f"ADT {REFERENCE}x", Status.FAILED),
        (f"Fw: {REFERENCE}", Status.NOT_SHOWN),
    ):
        (submission,) = read(letter(("adt.csv", ADT), subject=subject))
        assert result(check(submission), "3.4(a)-1").status is status, subject


def test_a_reference_in_the_subject_and_in_the_name_is_known() -> None:
    name = f"70-00-00-00-00-00-00-01-{REFERENCE}-ADT.csv"
    (agreed,) = read(letter((name, ADT), subject=REFERENCE))
    assert agreed.request == ServiceRequest(REFERENCE)
    for other in ("no number", f"{REFERENCE} or REQ000000000002"):
        (unknown,) = read(letter((name, ADT), subject=other))
        assert unknown.request is None


def forwarded(inner: bytes, how: str, to: str = "c@example.com") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "b@example.com", to, "FW: please check"
    made.set_content("See below.")
    if how == "as a file":
        made.add_attachment(inner, maintype="application", subtype="octet-stream", filename="s.eml")
        return made.as_bytes()
    head, _, tail = made.as_bytes().partition(b"\n\nSee below.")
    encoding = b"" if how == "attached" else b"Content-Transfer-Encoding: base64\n"
    if encoding:
        import base64

        inner = base64.encodebytes(inner)
    del tail
    head = head.replace(b'Content-Type: text/plain; charset="utf-8"\n', b"")
    head = head.replace(b"Content-Transfer-Encoding: 7bit\n", b"")
    return (
        head.rstrip() + b'\nContent-Type: multipart/mixed; boundary="zz"\n\n--zz\n'
        b"Content-Type: message/rfc822\n" + encoding + b"\n" + inner + b"\n--zz--\n"
    )


def test_a_workbook_beside_the_signature_of_another_file_is_one_finding(
    tmp_path: Path, signatures: tuple[bytes, bytes]
) -> None:
    path = tmp_path / "adt.csv"
    path.write_bytes(WORKBOOK)
    path.with_name("adt.csv.p7s").write_bytes(signatures[0])
    (submission,) = read_each(Content.of_file("adt.csv", path), path, CliHints(Kind.ADT), profile())
    assert roots(check(submission)) == ["6.1-1"]


@pytest.mark.parametrize("how", ["as a file", "attached", "encoded"])
def test_a_message_that_was_forwarded_is_opened(how: str) -> None:
    inner = letter(("adt.csv", ADT), to="dcc@example.com")
    (submission,) = read(forwarded(inner, how))
    assert submission.file is not None
    assert submission.file.read(9999) == ADT
    assert submission.delivery.subject == REFERENCE
    assert submission.delivery.recipients == ("dcc@example.com",)
    (around,) = submission.passed_over
    assert (around.name, around.why[:14]) == (
        "m.eml: the message 'FW: please check'",
        "only forwards ",
    )


def test_a_message_with_another_one_in_its_text_is_named_as_such() -> None:
    mailbox = profile().delivery.contingency_mailboxes[0]
    (submission,) = read(letter(("adt.csv", ADT), subject=f"Fwd: {REFERENCE}", to=mailbox))
    (stray,) = submission.passed_over
    assert (stray.name, stray.noted) == (f"m.eml: the message 'Fwd: {REFERENCE}'", True)
    assert not submission.delivery.passed_on
    for subject, body in (("Fwd: please check", ""), ("A", "\n> Begin forwarded message:\n\n")):
        sent = letter(("adt.csv", ADT), subject=subject)
        (passed,) = read(sent.replace(b"For ", body.encode() + b"For "))
        assert (passed.passed_over, passed.sent_at) == ((), None)
        checked = check(passed)
        # One mistake: it is not the message that was sent, whatever its subject line lacks.
        assert roots(checked) == ["6.1-1", "UG1.6-3"]
        (finding,) = result(checked, "UG1.6-3").findings
        assert finding.message.startswith("the message forwards another one in its text, and did ")
        assert mailbox in (finding.hint or "")
    answer = letter(("adt.csv", ADT), subject="RE: x")
    (reply,) = read(answer.replace(b"For ", b"-----Original Message-----\nFor "))
    assert not reply.delivery.passed_on
    (empty,) = read(letter(subject=f"FW: {REFERENCE}"), Kind.ADT)
    (finding,) = result(check(empty), "6.1-1").findings
    assert finding.message == "the email message was forwarded without a signed CSV file attached"


def test_the_reference_in_the_subject_line_is_that_in_the_name_of_the_file() -> None:
    for name, subject, failed in (
        (f"70-{REFERENCE}-ADT.csv", REFERENCE, False),
        (f"70-{REFERENCE}-ADT.csv", "REQ000000000002", True),
        (f"70-{REFERENCE}-ADT.csv", f"REQ000000000002 {REFERENCE}", False),
    ):
        (submission,) = read(letter((name, ADT), subject=subject))
        found = result(check(submission), "3.4(a)-1")
        assert [one.found for one in found.findings] == [subject] * failed, subject


def test_a_message_to_dcc_counts_and_not_what_is_attached_to_it() -> None:
    mailbox = profile().delivery.contingency_mailboxes[0]
    (submission,) = read(forwarded(letter(("adt.csv", ADT)), "attached", mailbox))
    assert (submission.delivery.subject, submission.passed_over) == ("FW: please check", ())
    found = result(check(submission), "6.1-1").findings
    assert found[0].message == "the file is in a message that was forwarded as an attachment"
    assert REFERENCE in (found[0].found or "")
    # Its own subject line is not the fault: another message has to be sent.
    assert result(check(submission), "3.4(a)-1").blocked_by == ("6.1-1",)


@pytest.mark.parametrize("inner", [("old.csv", ADT + b"\n"), ("adt.csv", ADT), ("q.csv", QCAF)])
def test_an_earlier_message_beside_what_is_attached_was_not_sent_by_this_one(
    inner: tuple[str, bytes],
) -> None:
    made = message_from_bytes(
        letter(("adt.csv", ADT), to=profile().delivery.contingency_mailboxes[0]), policy=default
    )
    made.add_attachment(message_from_bytes(letter(inner), policy=default))
    found = read(made.as_bytes())
    if inner[1] == QCAF:
        # No other is like it.
        assert [one.delivery.forwarded for one in found] == [None, REFERENCE]
        return
    (submission,) = found
    assert (submission.file and submission.file.name, submission.delivery.forwarded) == (
        "adt.csv", None
    )  # fmt: skip
    (passed,) = submission.passed_over
    assert passed.name == f"m.eml: {inner[0]}, in the message {REFERENCE!r} attached to it"
    assert passed.why.startswith("not looked at: one like it is attached to the message itself")


def test_messages_are_opened_to_a_bound() -> None:
    data = letter(("adt.csv", ADT))
    for _ in range(20):
        data = forwarded(data, "as a file")
    (submission,) = read(data, Kind.ADT)
    assert submission.file is None or submission.file.name == "s.eml"


# --- Archives -------------------------------------------------------------------------------------


def test_an_archive_with_a_submission_is_opened(signatures: tuple[bytes, bytes]) -> None:
    files = (("June/adt.csv", ADT), ("June/adt.csv.p7s", signatures[0]))
    rest = (("__MACOSX/June/._adt.csv", b"x"), ("June/logo.png", PNG), ("June/", b""))
    (submission,) = read(zipped(*files, *rest), name="adt.zip")
    assert submission.file is not None
    assert submission.file.read(9999) == ADT
    assert isinstance(submission.signature, Content)
    assert submission.signature.read(9999) == signatures[0]
    # It is not sent so; what is in it conforms.
    (finding,) = result(check(submission), "6.1-1").findings
    assert (finding.message, finding.found) == (IN_ZIP, "adt.zip")
    assert result(check(submission), "3.4(b)-2").count == 0
    assert [one.name for one in submission.passed_over] == [
        "adt.zip/__MACOSX/June/._adt.csv", "adt.zip/June/logo.png",
    ]  # fmt: skip


def test_a_folder_with_a_record_in_an_archive_is_read_as_one(
    signatures: tuple[bytes, bytes],
) -> None:
    record = {
        "submission": 1, "kind": "adt", "file": "adt.csv", "signature": "adt.csv.p7s",
        "sent_at": "2025-06-01T13:00", "replaces": {"file": "live.csv"},
    }  # fmt: skip
    files = (("sub/adt.csv", ADT), ("sub/adt.csv.p7s", signatures[0]), ("sub/live.csv", OTHER))
    data = zipped(*files, ("sub/submission.json", json.dumps(record).encode()))
    content = Content.of_bytes("sub.zip", data)
    (submission,) = read_each(content, None, CliHints(zone="Europe/London"), profile())
    assert (submission.source, submission.inputs) == ("sub.zip/sub", (content,))
    assert submission.sent_at == datetime(2025, 6, 1, 12, tzinfo=UTC)
    assert submission.replaced is not None
    checked = check(submission)
    assert result(checked, "3.4(b)-2").count == 0
    # The record does not say whether the archive was sent or only handed on.
    (finding,) = result(checked, "6.1-1").findings
    assert (finding.message, finding.found) == (IN_ZIP, "sub.zip")


def test_a_record_in_an_archive_that_cannot_be_used_leaves_the_rest_to_be_checked() -> None:
    good = json.dumps({"submission": 1, "kind": "adt", "file": "adt.csv"}).encode()
    outside = good.replace(b"adt.csv", b"../adt.csv")
    for name, record, why in (
        ("sub/submission.json", outside, "no such file in the archive, so nothing was read from "),
        ("submission.json", b"{", "is not JSON: Expecting property name"),
        ("submission.json", b'{"submission": 1, "fil": 2}', "kind: is missing"),
    ):
        (alone,) = read(zipped(("adt.csv", ADT), (name, record)), name="sub.zip")
        assert alone.file is not None
        assert alone.file.read(9999) == ADT
        assert roots(check(alone)) == ["6.1-1"]
        (stray,) = alone.passed_over
        assert (stray.name, stray.why[: len(why)]) == (f"sub.zip/{name}", why)
        beside = zipped(("a/adt.csv", ADT), ("a/submission.json", good), (f"b/{name}", record))
        (other,) = read(beside, name="sub.zip")
        assert (other.source, len(other.passed_over)) == ("sub.zip/a", 1)
    (bare,) = read(zipped(("submission.json", b"{")), Kind.ADT, "sub.zip")
    assert len(bare.passed_over) == 1
    assert result(check(bare), "6.1-1").findings[0].message == "the file is not CSV"


def test_an_archive_of_an_area_has_to_be_unpacked() -> None:
    folder = next(iter(profile().delivery.folders.values()))
    for place in (folder, folder.partition("/")[2].upper()):
        with pytest.raises(SubmissionError, match="is a zip archive of a SharePoint area"):
            read(zipped((f"{place}/adt.csv", ADT)), name="area.zip")
    (other,) = read(zipped(("Submitted/adt.csv", ADT)), name="adt.zip")
    assert other.file is not None


def test_a_message_in_an_archive_shows_how_its_file_was_sent() -> None:
    record = {"submission": 1, "kind": "adt", "delivery": {"message": "sent.eml"}}
    sent = ("sent.eml", letter(("adt.csv", ADT)))
    data = zipped(sent, ("submission.json", json.dumps(record).encode()))
    (submission,) = read(data, name="sub.zip")
    assert (submission.archive, submission.delivery.method) == (None, "email")


def test_a_signature_in_an_archive_is_to_be_unpacked_and_sent(
    signatures: tuple[bytes, bytes],
) -> None:
    mark = ("adt.csv.p7s", signatures[0])
    (submission,) = read(letter(("adt.csv", ADT), ("signature.zip", zipped(mark))))
    (finding,) = result(check(submission), "6.1-1").findings
    assert finding.found == "signature.zip/adt.csv.p7s"
    assert finding.hint == (
        "Unpack signature.zip, and send the signature that is in it by itself, called "
        "adt.csv.p7s, with the file."
    )
    # Where the file is in another archive, all of it is to be unpacked: one finding.
    both = (("adt.zip", zipped(("adt.csv", ADT))), ("signature.zip", zipped(mark)))
    (submission,) = read(letter(*both))
    (finding,) = result(check(submission), "6.1-1").findings
    assert finding.message == IN_ZIP
    # An archive that is not opened may have it, and the file may have none.
    (submission,) = read(letter(("adt.csv", ADT), ("mark.7z", b"7z\xbc\xaf\x27\x1c")))
    (finding,) = result(check(submission), "6.1-1").findings
    assert finding.hint == (
        "If the signature is in mark.7z, unpack it, and send the signature by itself, with the "
        "file. If there is none, sign the file."
    )


def test_a_readme_in_an_archive_beside_the_file_is_not_a_submission() -> None:
    found = together(("adt.csv", ADT), ("more.zip", zipped(("readme.txt", b"hello\n"))))
    assert names(found) == [("adt.csv", None)]


def test_an_archive_that_was_sent_is_a_fault_and_is_looked_into() -> None:
    archived = zipped(("adt.csv", ADT.replace(b"\n", b"\r\n")))
    (submission,) = read(letter(("adt.zip", archived)))
    checked = check(submission)
    messages = [one.message for one in result(checked, "6.1-1").findings]
    assert messages == [IN_ZIP, "the file is not signed"]
    assert "6.1-3" in roots(checked)


def entry(name: str, mode: int = 0o100644) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (entry("../adt.csv"), "is a path that leads out of the archive"),
        (entry("/etc/adt.csv"), "is a path that leads out of the archive"),
        (entry("C:\\adt.csv"), "is a path that leads out of the archive"),
        (entry("adt.csv", 0o120777), "is a link, which is not followed"),
    ],
)
def test_an_archive_that_leads_elsewhere_is_not_opened(member: zipfile.ZipInfo, says: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        opened.writestr(member, ADT)
    with pytest.raises(SubmissionError, match=says):
        files_of(Content.of_bytes("a.zip", made.getvalue()))
    (submission,) = read(made.getvalue(), Kind.ADT, "a.zip")
    assert "6.1-1" in roots(check(submission))


def test_an_archive_beyond_a_limit_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(("adt.csv", bytes(1 << 20)))
    for limit, value, says in (
        ("MAXIMUM_UNPACKED", 1 << 16, "unpacks to more than the 65,536 bytes"),
        ("MAXIMUM_FILES", 0, "has more than 0 files"),
        ("MAXIMUM_DIRECTORY", 10, "has a directory of"),
        ("MAXIMUM_BYTES", 100, "more than the 100 that are read"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(archive, limit, value)
            with pytest.raises(SubmissionError, match=says):
                files_of(Content.of_bytes("a.zip", bomb))


def test_an_archive_in_an_archive_is_not_opened() -> None:
    inner = zipped(("adt.csv", ADT))
    (submission,) = read(zipped(("inner.zip", inner)), Kind.ADT, "outer.zip")
    assert "6.1-1" in roots(check(submission))


# --- What came with a submission and belongs to it ------------------------------------------------


def test_the_one_report_beside_a_qcaf_is_what_it_is_compared_with() -> None:
    (one,) = read(letter(("qcaf.csv", QCAF), ("RSMI006.csv", REPORT)))
    assert one.quarantine.report is not None
    assert one.quarantine.report.read(1 << 20) == REPORT
    assert one.passed_over == ()
    (packed,) = read(zipped(("qcaf.csv", QCAF), ("RSMI006.csv", REPORT)), name="m.zip")
    assert packed.quarantine.report is not None
    # Of two it is not known which; and an ADT File has nothing to do with one.
    (doubtful,) = read(letter(("qcaf.csv", QCAF), ("RSMI006.csv", REPORT), ("RSMI006b.csv", QCAF)))
    assert doubtful.quarantine.report is None
    (other,) = read(letter(("adt.csv", ADT), ("RSMI006.csv", REPORT)))
    assert other.quarantine.report is None
    assert [stray.why for stray in other.passed_over] == [
        "a Quarantined Communications Report, which nothing here was compared with"
    ]


def test_a_signature_beside_the_archive_with_its_file_is_that_of_the_file(
    signatures: tuple[bytes, bytes],
) -> None:
    for name in ("adt.csv.p7s", "signature.p7s"):
        found = together(("adt.zip", zipped(("adt.csv", ADT))), (name, signatures[0]))
        assert names(found) == [("adt.csv", name)]
        assert found.passed_over == ()


def test_an_archive_with_a_password_is_what_was_sent() -> None:
    made = bytearray(zipped(("adt.csv", ADT)))
    # The bits that say so, in the header of the file and in the directory.
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    (one,) = read(letter(("files.zip", bytes(made))))
    assert one.kind is Kind.ADT
    assert result(check(one), "6.1-1").status is Status.FAILED
    assert [(stray.noted, stray.why) for stray in one.passed_over] == [
        (True, "'adt.csv': has a password (unpack it, and check the folder)")
    ]

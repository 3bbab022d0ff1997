"""Reading ``submission.json`` and ``publication.json``."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import BrokenFileError, SubmissionError
from conformance.model.requirement import Kind, SetBy
from conformance.submission.evidence import (
    ABSENT,
    AdtSetter,
    Area,
    Assignment,
    Attestation,
    Delivery,
    Incident,
    Quarantine,
    ResponsibleOfficer,
    Sender,
    ServiceRequest,
    Submission,
    Update,
)
from conformance.submission.manifest import MAXIMUM_BYTES, read_advice, read_manifest
from conformance.submission.publication import read_publication
from tests.running import run

EUI64 = "70-00-00-00-00-00-00-01"
OTHER = "70-00-00-00-00-00-00-0a"
NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def read(folder: Path, text: str | bytes | None = None, **entries: Any) -> Submission:
    """Write a manifest, and read it."""
    if text is None:
        text = json.dumps({"submission": 1, "kind": "adt", **entries})
    data = text if isinstance(text, bytes) else text.encode()
    (folder / "submission.json").write_bytes(data)
    return read_manifest(folder, "here")


def refuse(folder: Path, text: str | bytes | None = None, **entries: Any) -> str:
    """Return the message for a manifest that cannot be used: one line, and exit code 2."""
    with pytest.raises(SubmissionError) as caught:
        read(folder, text, **entries)
    place = re.compile(r"here/submission\.json(, line [0-9]+)?: ")
    said = str(caught.value)
    assert place.match(said)
    line = run("check", folder).trouble
    assert line.startswith(f"{folder}/submission.json")
    return place.sub("", said)


# --- Entries ------------------------------------------------------------------------------------


def test_the_least_that_a_submission_says(tmp_path: Path) -> None:
    submission = read(tmp_path)
    assert submission == Submission(
        source="here", kind=Kind.ADT, root=tmp_path, inputs=submission.inputs
    )
    assert [i.name for i in submission.inputs] == ["submission.json"]


@pytest.mark.parametrize("kind", ["adt", "qcaf", "report", "incident"])
def test_the_kind(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path, kind=kind).kind is Kind(kind)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-06-01T12:00:00Z", NOON),
        ("2025-06-01t12:00:00z", NOON),
        ("2025-06-01T13:00:00+01:00", NOON),
        ("2025-06-01T12:00:00.5Z", NOON.replace(microsecond=500000)),
    ],
)
def test_moments(tmp_path: Path, written: str, moment: datetime) -> None:
    submission = read(tmp_path, sent_at=written, completed_at=written)
    assert (submission.sent_at, submission.completed_at) == (moment, moment)


def test_the_sender(tmp_path: Path) -> None:
    submission = read(
        tmp_path,
        sender={
            "party": "Example", "party_eui64": EUI64, "user_id": OTHER, "user_role": "IS",
            "aros": [{"credential": "A"}, {"certificate_sha256": "0f" * 32}],
            "sets_adts": [
                {"user_id": EUI64, "user_role": "IS", "file": "x"},
                {"user_id": EUI64, "user_role": "GS", "file": None},
                {"user_id": EUI64, "user_role": "ES"},
            ],
        },
    )  # fmt: skip
    assert submission.sender == Sender(
        "Example", EUI64, OTHER, "IS",
        (ResponsibleOfficer("A", None), ResponsibleOfficer(None, "0f" * 32)),
        (AdtSetter(EUI64, "IS", "x"), AdtSetter(EUI64, "GS", None), AdtSetter(EUI64, "ES", None)),
    )  # fmt: skip


def test_the_delivery(tmp_path: Path) -> None:
    delivery = {
        "method": "sharepoint", "folder": "a/b", "name": "n", "subject": "", "body": "b",
        "recipients": ["x@example.com"], "primary_unavailable": False,
    }  # fmt: skip
    assert read(tmp_path, delivery=delivery).delivery == Delivery(
        "sharepoint", "a/b", "n", "", "b", ("x@example.com",), False
    )


def test_the_references(tmp_path: Path) -> None:
    when = "2025-06-01T12:00:00Z"
    submission = read(
        tmp_path,
        references={
            "smsr": {"number": "R", "raised_at": when, "via": "SSI", "catalogue_item": "c"},
            "incident": {
                "number": "I", "updates": [{"at": when, "component": "u"}, {"component": "v"}],
                "assignments": [{"at": when, "to": "DCC"}, {"to": "x"}],
            },
        },
    )  # fmt: skip
    assert submission.request == ServiceRequest("R", NOON, "SSI", "c")
    assert submission.incident == Incident(
        "I",
        (Update(NOON, "u"), Update(None, "v")),
        (Assignment(NOON, "DCC"), Assignment(None, "x")),
    )
    empty = read(tmp_path, references={"smsr": {}, "incident": {}})
    assert (empty.request, empty.incident) == (ServiceRequest(), Incident())


def test_null_says_that_there_was_none_and_nothing_says_nothing(tmp_path: Path) -> None:
    none = read(tmp_path, signature=None, references={"smsr": None, "incident": None})
    assert (none.signature, none.request, none.incident) == (ABSENT, ABSENT, ABSENT)
    nothing = read(tmp_path, references={})
    assert (nothing.signature, nothing.request, nothing.incident) == (None, None, None)


@pytest.mark.parametrize("entry", ["file", "sent_at", "sender", "delivery", "quarantine", "kind"])
def test_null_elsewhere_is_refused(tmp_path: Path, entry: str) -> None:
    assert refuse(tmp_path, **{entry: None}).startswith(f"{entry}: null ")


def test_the_quarantine(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_bytes(b"r")
    submission = read(
        tmp_path,
        quarantine={"set_by": "dcc", "report": "r.csv", "advised_at": "2025-06-01T12:00:00Z",
                    "advice": {"x": "Release"}},
    )  # fmt: skip
    quarantine = submission.quarantine
    assert (quarantine.set_by, quarantine.advised_at) == (SetBy.DCC, NOON)
    assert (quarantine.advice, quarantine.advice_for_all) == ({"x": "Release"}, None)
    assert quarantine.report is not None
    assert quarantine.report.read(9) == b"r"
    for_all = read(tmp_path, quarantine={"advice": "Delete"}).quarantine
    assert (for_all.advice, for_all.advice_for_all) == (None, "Delete")


def test_the_rest(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_bytes(b"o")
    submission = read(
        tmp_path,
        edition="v2.0",
        area={"live_user_ids": [EUI64], "live": ["a", "b"]},
        replaces={"file": "old.csv", "removed": [["a", "b"]]},
        attestations=[
            {"requirement": "4.7-4", "by": "A", "at": "2025-06-01T12:00:00Z", "statement": "s"},
            {"requirement": "6.1-1", "by": "B"},
        ],
    )
    assert submission.edition == "v2.0"
    assert submission.area == Area((EUI64,), ("a", "b"))
    assert submission.replaced is not None
    assert submission.replaced.removed == {("a", "b")}
    assert submission.attestations == (
        Attestation("4.7-4", "A", NOON, "s"), Attestation("6.1-1", "B", None, None),
    )  # fmt: skip


def test_files_are_read_from_beside_the_manifest_and_listed_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.csv", "in/a.p7s", "c.pem"):
        (tmp_path / name).write_text(name, "ascii")
    submission = read(
        tmp_path, file="a.csv", signature="./in/a.p7s", certificate="c.pem",
        quarantine={"report": "a.csv"},
    )  # fmt: skip
    assert [i.name for i in submission.inputs] == [
        "submission.json", "a.csv", "in/a.p7s", "c.pem",
    ]  # fmt: skip
    assert submission.certificate is not None
    assert submission.certificate.read(9) == b"c.pem"


def test_a_byte_order_mark_before_json_is_passed_over(tmp_path: Path) -> None:
    text = b'\xef\xbb\xbf{"submission": 1, "kind": "adt"}'
    assert read(tmp_path, text).kind is Kind.ADT


# --- Manifests that cannot be used --------------------------------------------------------------

BROKEN: list[tuple[str | bytes, str]] = [
    ("", "is not JSON: Expecting value, line 1 column 1"),
    ('{"submission": 1,', "is not JSON: "),
    ('{"submission": 1, "kind": "adt"} x', "is not JSON: Extra data, line 1 column 34"),
    (b'{"kind": "\xff"}', "is not UTF-8"),
    ("\ufeff".encode("utf-16"), "is not UTF-8"),
    ("[]", "a list cannot be used here"),
    ("null", "null cannot be used here"),
    ('"text"', '"text" cannot be used here'),
    ("17", "17 cannot be used here"),
    ("{}", "submission: is missing"),
    ('{"submission": 1}', "kind: is missing"),
    ('{"submission": 2, "kind": "adt"}', "submission: 2 cannot be used here (write 1"),
    ('{"submission": 1, "kind": "letter"}', 'kind: "letter" is not known here (one of: adt'),
    ('{"submission": 1, "kind": "adt", "kind": "qcaf"}', 'has "kind" twice in one object'),
    (
        '{"submission": 1, "kind": "adt", "sender": {"party": "a", "party": "a"}}',
        'has "party" twice',
    ),
    (
        '{"submission": 1, "kind": "adt", "flie": "a"}',
        "flie: there is no such entry (did you mean file?)",
    ),
    ('{"submission": 1, "kind": "adt", "signature": NaN}', "NaN, which is not a number"),
    ('{"submission": 1, "kind": "adt", "signature": -Infinity}', "-Infinity, which is not"),
    ('{"submission": 1, "kind": "adt", "signature": 1e999}', "1e999, which is not a number"),
    ('{"submission": %s, "kind": "adt"}' % ("9" * 5000), "has a number that is too long"),
    ('{"submission": %s, "kind": "adt"}' % ("9" * 400), "write 1"),
    ("[" * 100000, "is nested too deeply"),
    ('{"submission": 1, "kind": "adt", "sender": {"party": "\\ud800"}}', "is not text"),
    ('{"submission": 1, "kind": "adt", "\\udfff": 1}', "is not text"),
]


@pytest.mark.parametrize(
    ("text", "says"), BROKEN, ids=[repr(t[:40]) + str(i) for i, (t, _) in enumerate(BROKEN)]
)
def test_a_file_that_is_not_a_manifest_is_refused_in_one_line(
    tmp_path: Path, text: str | bytes, says: str
) -> None:
    assert says in refuse(tmp_path, text)


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"sent_at": "yesterday"}, 'sent_at: "yesterday" is not of the right form'),
    ({"sent_at": "2025-06-01T12"}, "such as 2026-01-31T09:30:00Z"),
    ({"sent_at": "2025-06-01T12:00:00"}, "does not say in which time zone it is (add Z for UTC"),
    ({"sent_at": "2025-02-30T12:00:00Z"}, "is not a date and time"),
    ({"sent_at": 0}, "sent_at: 0 cannot be used here"),
    ({"edition": ""}, "edition: "),
    ({"file": ""}, "file: the text is too short"),
    ({"file": "x" * 1025}, 'file: "xxx'),
    ({"file": ["a"]}, "file: "),
    ({"sender": {"user_id": "70-00"}}, "sender.user_id: "),
    ({"sender": {"user_id": EUI64 + "\n"}}, "sender.user_id: "),
    ({"sender": {"user_role": "XX"}}, "sender.user_role: "),
    ({"sender": {"aros": [{}]}}, "sender.aros.1: "),
    ({"sender": {"aros": [{"certificate_sha256": "00"}]}}, "sender.aros.1.certificate_sha256: "),
    ({"sender": {"sets_adts": [{"user_id": EUI64}]}}, "sender.sets_adts.1.user_role: is missing"),
    ({"delivery": {"primary_unavailable": "yes"}}, "delivery.primary_unavailable: "),
    ({"delivery": {"recipients": "me"}}, "delivery.recipients: "),
    (
        {"references": {"smsr": {"numbr": "x"}}},
        "references.smsr.numbr: there is no such entry (did you mean number?)",
    ),
    ({"references": {"incident": {"updates": [{"at": "2025-06-01T12:00:00Z"}]}}}, "incident"),
    ({"quarantine": {"set_by": "someone"}}, "quarantine.set_by: "),
    ({"quarantine": {"advice": "Keep"}}, "quarantine.advice: "),
    ({"quarantine": {"advice": {"x": "release"}}}, "quarantine.advice.x: "),
    ({"replaces": {"removed": []}}, "replaces.file: is missing"),
    ({"attestations": [{"requirement": "4.7-4"}]}, "attestations.1.by: is missing"),
]


@pytest.mark.parametrize(("entries", "says"), MISFITS, ids=[s + str(e)[:30] for e, s in MISFITS])
def test_an_entry_that_does_not_fit_the_schema_is_named(
    tmp_path: Path, entries: dict[str, Any], says: str
) -> None:
    assert says in refuse(tmp_path, **entries)


@pytest.mark.parametrize(
    "moment",
    [
        "2025-06-01T13:00+01:00", "2025-06-01T12:00Z", "2025-06-01T12:00:00.0000000Z",
        "2025-06-01 13:00:00 +0100", "2025-06-01T13:00:00", "2025-06-01 13:00",
    ],
)  # fmt: skip
def test_a_moment_is_read_as_people_and_programs_write_it(tmp_path: Path, moment: str) -> None:
    table = {"submission": 1, "kind": "adt", "sent_at": moment}
    (tmp_path / "submission.json").write_text(json.dumps(table), "utf-8")
    assert read_manifest(tmp_path, "here", "Europe/London").sent_at == NOON


@pytest.mark.parametrize(
    "moment",
    [
        "2025-06-01T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_a_moment_that_no_clock_here_shows_is_refused(tmp_path: Path, moment: str) -> None:
    assert f"sent_at: '{moment}' is not a date and time" in refuse(tmp_path, sent_at=moment)


def test_a_moment_of_advice_that_is_not_one_is_reported_with_its_place(tmp_path: Path) -> None:
    moment = "2025-06-01T23:59:60Z"
    table = {"submission": 1, "kind": "qcaf", "quarantine": {"advised_at": moment}}
    (tmp_path / "submission.json").write_text(json.dumps(table), "utf-8")
    with pytest.raises(SubmissionError) as caught:
        read_advice(tmp_path, "here")
    assert str(caught.value) == (
        f"here/submission.json: advised_at: {moment!r} is not a date and time "
        "(write 2025-06-01T09:30:00Z)"
    )


def test_a_record_without_advice_has_none(tmp_path: Path) -> None:
    read(tmp_path)
    assert read_advice(tmp_path, "here") == Quarantine()


def test_all_that_is_wrong_is_said_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = '{"submission": 1,\n "kind": "adt",\n "delivery": {\n  "method": 5,\n  "nam": "x"}}'
    (tmp_path / "submission.json").write_text(text, "utf-8")
    with pytest.raises(BrokenFileError) as caught:
        read_manifest(tmp_path, "here")
    assert list(map(str, caught.value.errors)) == [
        "here/submission.json, line 4: delivery.method: 5 cannot be used here "
        "(write text in quotes)",
        "here/submission.json, line 5: delivery.nam: there is no such entry (did you mean name?)",
    ]


def test_a_huge_manifest_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "submission.json"
    with path.open("wb") as file:
        file.truncate(MAXIMUM_BYTES + 1)
    with pytest.raises(SubmissionError, match="16,777,217 bytes, more than the 16,777,216"):
        read_manifest(tmp_path, "here")


def test_a_manifest_that_is_gone_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="no such file"):
        read_manifest(tmp_path, "here")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_manifest_that_may_not_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "submission.json").write_text("{}")
    (tmp_path / "submission.json").chmod(0)
    assert "Permission denied" in run("check", tmp_path).trouble


# --- Paths --------------------------------------------------------------------------------------

OUTSIDE = [
    ("../secret.csv", "leaves the submission"),
    ("a/../../secret.csv", "leaves the submission"),
    ("a/..", "leaves the submission"),
    ("..", "leaves the submission"),
    (".", "leaves the submission"),
    ("/etc/passwd", "leaves the submission"),
    ("//etc/passwd", "leaves the submission"),
    ("a\\b.csv", "is not a path that every system reads alike"),
    ("..\\secret.csv", "is not a path that every system reads alike"),
    ("a\0b", "is not a path that every system reads alike"),
    ("missing.csv", "no such file"),
    ("missing/file.csv", "no such file"),
    ("folder", "is not a regular file"),
    ("folder/", "is not a regular file"),
    ("pipe", "is not a regular file"),
    ("out.csv", "is a link that leads out of the submission"),
    ("out/secret.csv", "is a link that leads out of the submission"),
    ("dangling.csv", "no such file"),
    ("loop.csv", "is a link to itself"),
    ("submission.json/x", "Not a directory"),
    ("x" * 300, "File name too long"),
]
ENTRIES: list[dict[str, Any]] = [
    {"file": "{}"},
    {"signature": "{}"},
    {"certificate": "{}"},
    {"delivery": {"message": "{}"}},
    {"quarantine": {"report": "{}"}},
    {"replaces": {"file": "{}"}},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A submission with things in it and beside it that a manifest could name."""
    here = tmp_path / "here"
    (here / "folder").mkdir(parents=True)
    (tmp_path / "secret.csv").write_bytes(b"secret")
    (here / "out.csv").symlink_to(tmp_path / "secret.csv")
    (here / "out").symlink_to(tmp_path)
    (here / "dangling.csv").symlink_to("nowhere")
    (here / "loop.csv").symlink_to("loop.csv")
    (here / "real.csv").write_bytes(b"real")
    (here / "in.csv").symlink_to("real.csv")
    os.mkfifo(here / "pipe")
    return here


def fill(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: fill(inner, name) for key, inner in value.items()}
    return name


@pytest.mark.parametrize(("name", "says"), OUTSIDE, ids=[repr(n[:20]) for n, _ in OUTSIDE])
@pytest.mark.parametrize("entry", ENTRIES, ids=[next(iter(e)) for e in ENTRIES])
def test_a_path_that_leaves_the_submission_is_refused(
    folder: Path, entry: dict[str, Any], name: str, says: str
) -> None:
    line = refuse(folder, **fill(entry, name))
    assert line.startswith(repr(name))
    assert says in line


def test_a_link_inside_the_submission_is_followed(folder: Path) -> None:
    submission = read(folder, file="in.csv")
    assert submission.file is not None
    assert submission.file.read(9) == b"real"


@pytest.mark.parametrize("name", ["real.csv", "in.csv"])
def test_a_submission_may_itself_be_reached_through_a_link(
    folder: Path, tmp_path: Path, name: str
) -> None:
    read(folder, file=name)
    (tmp_path / "link").symlink_to(folder)
    submission = read_manifest(tmp_path / "link", "here")
    assert submission.file is not None
    assert submission.file.read(9) == b"real"


def test_a_link_leads_out_of_a_submission_that_is_reached_through_a_link(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "link").symlink_to(folder)
    with pytest.raises(SubmissionError, match="leads out of the submission"):
        read(tmp_path / "link", file="out.csv")


def test_a_path_that_no_file_system_can_have_is_refused(tmp_path: Path) -> None:
    text = '{"submission": 1, "kind": "adt", "file": "\\udc80"}'
    assert refuse(tmp_path, text)


# --- Publications -------------------------------------------------------------------------------


def publish(folder: Path, **entries: Any) -> Submission:
    table = {"publication": 1, "items": [], **entries}
    (folder / "publication.json").write_text(json.dumps(table), "utf-8")
    return read_publication(folder, "here")


def test_a_publication(tmp_path: Path) -> None:
    for name in ("t.csv", "f.csv"):
        (tmp_path / name).write_text(name, "ascii")
    submission = publish(
        tmp_path,
        edition="v2.0",
        published_at="2025-06-01T12:00:00Z",
        items=[
            {"item": "template", "via": ["SSI"], "file": "t.csv", "filled_in": "f.csv"},
            {"item": "setting-guidance", "via": []},
        ],
        attestations=[{"requirement": "2.2(a)-1", "by": "A"}],
    )
    assert (submission.kind, submission.edition) == (Kind.PUBLICATION, "v2.0")
    assert submission.sent_at == NOON
    template, guidance = submission.published
    assert (template.item, template.via) == ("template", ("SSI",))
    assert template.file is not None
    assert template.filled_in is not None
    assert (guidance.via, guidance.file, guidance.filled_in) == ((), None, None)
    assert [i.name for i in submission.inputs] == ["publication.json", "t.csv", "f.csv"]
    assert submission.attestations[0].by == "A"


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"items": None}, "items: null cannot be used here"),
        ({"items": [{"item": "poster", "via": []}]}, "items.1.item: "),
        ({"items": [{"item": "template"}]}, "items.1.via: is missing"),
        ({"kind": "publication"}, "kind: there is no such entry"),
        ({"items": [{"item": "template", "via": [], "file": "../x"}]}, "leaves the submission"),
        ({"items": [{"item": "template", "via": [], "filled_in": "x"}]}, "no such file"),
    ],
)
def test_a_publication_that_cannot_be_used_is_refused(
    tmp_path: Path, entries: dict[str, Any], says: str
) -> None:
    with pytest.raises(SubmissionError) as caught:
        publish(tmp_path, **entries)
    assert str(caught.value).startswith("here/publication.json")
    assert says in str(caught.value)
    assert says in run("check", tmp_path).trouble

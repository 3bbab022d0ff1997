"""A lone file, and what it reports itself: its kind, its signature, and nothing else."""

from __future__ import annotations

import base64
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.errors import SubmissionError
from conformance.model.requirement import Kind
from conformance.submission import below, strayed
from conformance.submission.area.stray import Stray
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import kind_by_content, kind_by_name
from conformance.submission.lone import is_signature_of
from conformance.submission.reading import (
    MAXIMUM_STDIN,
    Sources,
    find_sources,
    read_stdin,
    read_submission,
    read_submissions,
)
from tests.checks.situation import ADT, communications, profile, signed
from tests.running import check, run
from tests.signature.signing import Forgery, build_hierarchy

QCAF = communications("Release", "Delete")
REPORT = communications("", "")


def read(path: Path, reported: CliHints | None = None) -> Submission:
    return read_submission(str(path), reported or CliHints(), profile())


def write(path: Path, data: bytes = ADT) -> Path:
    path.write_bytes(data)
    return path


# --- The kind -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("adt.csv", Kind.ADT),
        ("ADT_June.csv.p7m", Kind.ADT),
        ("70-00-00-00-00-00-00-01\u2013REQ000000000001-ADT", Kind.ADT),
        ("70-00-00-00-00-00-00-01-REQ000000000001-QCAF.csv", Kind.QCAF),
        ("my qcaf (2)", Kind.QCAF),
        ("RSMI006.csv", Kind.REPORT),
        ("Quarantined_Requests_Report.csv", Kind.REPORT),
        ("quarantine communications report", Kind.REPORT),
        ("new adts.csv", Kind.ADT),
        ("adtenna.csv", None),
        ("roadt.csv", None),
        ("adt and qcaf.csv", None),
        ("file.csv", None),
        ("", None),
    ],
)
def test_a_name_may_show_the_kind(name: str, kind: Kind | None) -> None:
    assert kind_by_name(name) is kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ADT, Kind.ADT),
        (QCAF, Kind.QCAF),
        (REPORT, Kind.REPORT),
        # Faulty files are the normal case.
        (ADT.replace(b"\n", b"\r\n"), Kind.ADT),
        (ADT.replace(b",", b";"), Kind.ADT),
        (ADT.replace(b",", b"\t"), Kind.ADT),
        (b"\xef\xbb\xbf" + QCAF, Kind.QCAF),
        (ADT.decode().encode("utf-16-le"), Kind.ADT),
        (b'"' + ADT.replace(b",", b'","'), Kind.ADT),
        (QCAF.replace(b",Release", b",Hold"), Kind.QCAF),
        (b"hello\n" + ADT, Kind.ADT),
        (b"", None),
        (b"hello, world\n", None),
        (b",,,,,\n", None),
        (bytes(range(256)), None),
    ],
)
def test_the_content_may_show_the_kind(data: bytes, kind: Kind | None) -> None:
    assert kind_by_content(data, profile().files) is kind


def test_the_form_of_text_columns_helps_to_recognise(tmp_path: Path) -> None:
    from conformance.model.column import Column
    from conformance.model.types.text import Text

    form = profile().files[Kind.ADT]
    text = replace(form, columns=(Column("A", Text(pattern="x+")),) * 2)
    files = {Kind.ADT: text, Kind.QCAF: profile().files[Kind.QCAF]}
    assert kind_by_content(b"a,b\n", files) is Kind.ADT
    assert kind_by_content(b",\n", files) is None


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("adt.csv", QCAF, Kind.ADT),
        ("file", QCAF, Kind.QCAF),
        ("file", ADT, Kind.ADT),
        ("file.p7m", None, Kind.ADT),
    ],
    ids=["name", "qcaf", "adt", "signed"],
)
def test_the_name_goes_before_the_content(
    tmp_path: Path, name: str, data: bytes | None, kind: Kind
) -> None:
    path = write(tmp_path / name, signed(ADT).read(1 << 20) if data is None else data)
    assert read(path).kind is kind


def test_the_signed_content_may_show_the_kind(tmp_path: Path) -> None:
    signature = base64.encodebytes(b"".join(signed(ADT).chunks()))
    assert read(write(tmp_path / "file.p7m", signature)).kind is Kind.ADT


def test_the_folder_that_a_file_is_in_is_not_a_name_of_it(tmp_path: Path) -> None:
    (tmp_path / "adt files").mkdir()
    assert read(write(tmp_path / "adt files" / "june.csv", QCAF)).kind is Kind.QCAF
    path = write(tmp_path / "adt files" / "july.csv", b"hello\n")
    with pytest.raises(SubmissionError, match="neither its name nor its content"):
        read(path)


@pytest.mark.parametrize("kind", [Kind.ADT, Kind.QCAF, Kind.REPORT])
def test_a_kind_that_is_given_goes_before_name_and_content(tmp_path: Path, kind: Kind) -> None:
    assert read(write(tmp_path / "adt.csv"), CliHints(kind)).kind is kind


@pytest.mark.parametrize(
    "data",
    [b"", b"hello\n", bytes(range(256)), b"\x30\x80\x06\x09"],
    ids=["empty", "text", "bytes", "ber"],
)
def test_a_kind_that_nothing_shows_is_asked_for(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path / "file", data)
    assert run("check", path).trouble == (
        f"{path}: neither its name nor its content shows what it is "
        "(say --kind adt, qcaf, report or publication)"
    )
    assert run("check", path, "--kind", "adt").code == 1


def test_a_lone_template_is_looked_at_as_one(tmp_path: Path) -> None:
    path = write(tmp_path / "template.csv", b"UserID;UserRole\n")
    ran = check(path, "--kind", "publication")
    assert ran.roots == {"2.2(a)-1", "2.2(b)-2", "2.2(c)-1"}
    assert ran.status("2.2(d)-1") == "not shown"
    assert ran.requirement("2.2(d)-1")["evidence"] == ["items.via"]
    assert check(path, "--kind", "publication", "--only", "2.2(b)").roots == {"2.2(b)-2"}


# --- What lies beside it ------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".p7s", ".sig"])
def test_a_signature_beside_a_file_belongs_to_it(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / "adt.csv")
    beside = write(tmp_path / f"adt.csv{suffix}", b"signature")
    submission = read(path)
    assert isinstance(submission.signature, Content)
    assert submission.signature.read(99) == b"signature"
    assert [i.name for i in submission.inputs] == [str(path), beside.name]


def test_a_signature_with_the_file_inside_goes_with_the_file_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    around = tmp_path / "adt.csv.p7m"
    around.write_bytes(signed(ADT).read(1 << 16))
    assert check(tmp_path).status("3.4(b)-2") == "passed"
    write(path, ADT.replace(b"100", b"200"))
    changed = check(tmp_path)
    assert "3.4(b)-2" in changed.roots
    assert "6.1-1" not in changed.roots
    assert len(check(path, around).report["submissions"]) == 1
    finding = changed.finding("3.4(b)-2")
    assert finding["message"] == "the file differs from what was signed, which is in adt.csv.p7m"
    assert "sign it again" in finding["hint"]
    # Signed in both ways, each is one that can be sent.
    write(tmp_path / "adt.csv.p7s", b"signature")
    assert len(check(tmp_path).report["submissions"]) == 2


def test_a_signature_elsewhere_is_found_by_its_digest(tmp_path: Path) -> None:
    spots = [tmp_path / folder for folder in sorted(profile().delivery.folders.values())]
    name = "70-B3-D5-1F-30-01-00-00-REQ000000000001-ADT.csv"
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    for spot in spots:
        spot.mkdir(parents=True)
    path = write(spots[0] / name)
    assert read(path).strayed is None
    away = write(spots[1] / "other.csv.p7s", mark)
    found = read(path).strayed
    assert found is not None
    assert found.place == away.relative_to(tmp_path).as_posix()
    assert found.remedy == f"Move it to be beside the file, and call it {name}.p7s."
    finding = check(path).finding("6.1-1")
    assert (finding["found"], finding["hint"]) == (found.place, found.remedy)
    away.rename(spots[0] / "old.csv.p7s")
    renamed = read(path).strayed
    assert renamed is not None
    assert renamed.remedy == (
        "Give both the same name: rename the file to old.csv if that is its right name, or else "
        f"the signature to {name}.p7s."
    )
    # A signature over another file does not count.
    write(path, ADT.replace(b"100", b"200"))
    assert read(path).strayed is None


def test_no_signature_is_looked_for_outside_the_copy_of_an_area(tmp_path: Path) -> None:
    """A copy may lack the outermost folder that the profile names, and others be beside it."""
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    spot = tmp_path / Path("copy", *Path(min(profile().delivery.folders.values())).parts[-2:])
    for folder in (spot, tmp_path / "beside", tmp_path / "copy" / "within"):
        folder.mkdir(parents=True)
    path = write(spot / "70-B3-D5-1F-30-01-00-00-REQ000000000001-ADT.csv")
    write(tmp_path / "beside" / "other.csv.p7s", mark)
    assert read(path).strayed is None
    write(tmp_path / "copy" / "within" / "other.csv.p7s", mark)
    assert read(path).strayed is not None


def test_a_signature_that_a_record_does_not_name_is_found(tmp_path: Path) -> None:
    (tmp_path / "one" / "in").mkdir(parents=True)
    path = write(tmp_path / "one" / "adt.csv")
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    record = path.with_name("submission.json")
    for name in ("adt.csv.p7s", "old.p7s", "in/old.p7s"):
        away = write(path.parent / name, mark)
        for said in ("", ', "signature": null'):
            record.write_text(f'{{"submission": 1, "kind": "adt", "file": "adt.csv"{said}}}')
            finding = check(path.parent).finding("6.1-1")
            assert finding["found"] == name
            assert finding["message"].startswith("submission.json does not name the signature")
            assert finding["hint"] == (
                f'If it was sent, name it in submission.json: "signature": "{name}".'
            )
        away.unlink()
    assert check(path.parent).finding("6.1-1")["message"] == "the file is not signed"


def test_the_older_version_that_a_signature_is_over_is_named(tmp_path: Path) -> None:
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    spot = tmp_path / min(profile().delivery.folders.values())
    (archive := spot.with_name("Archive")).mkdir(parents=True)
    spot.mkdir()
    new, names = ADT.replace(b"100", b"200"), ("REQ000000000001-ADT.csv", "REQ000000000002-ADT.csv")
    path = write(spot / f"70-B3-D5-1F-30-01-00-00-{names[1]}", new)
    write(path.with_name(f"{path.name}.p7s"), mark)
    unknown = check(path).finding("3.4(b)-2")
    assert unknown["message"].startswith("the file was changed after it was signed, or ")
    old = write(archive / f"70-B3-D5-1F-30-01-00-00-{names[0]}")
    found = check(path).finding("3.4(b)-2")
    assert found["message"] == f"the signature is over another file, Archive/{old.name}"
    alone = write(tmp_path / "one.csv", new)
    write(tmp_path / "one.csv.p7s", mark)
    write(tmp_path / "live.csv")
    beside = check(alone, "--kind", "adt").finding("3.4(b)-2")
    assert beside["message"] == "the signature is over another file, live.csv"


def test_a_signature_below_the_folder_of_a_lone_file_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    (tmp_path / "other").mkdir()
    away = write(tmp_path / "other" / "other.csv.p7s", mark)
    assert read(path).strayed is None
    away.rename(tmp_path / "other.csv.p7s")
    assert read(path).strayed is not None


def test_the_signatures_of_a_folder_are_read_once_for_all_files_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [ADT.replace(b"100", b"%d" % number) for number in range(101, 105)]
    files = [write(tmp_path / f"{n}.csv", data) for n, data in enumerate([*others, ADT])]
    mark = Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    away = write(tmp_path / "other.csv.p7s", mark)
    opened: list[Path] = []
    stated = strayed._stated

    def counted(path: Path) -> list[tuple[str, bytes]]:
        opened.append(path)
        return stated(path)

    monkeypatch.setattr(strayed, "_stated", counted)
    found = [read(path).strayed for path in files]
    assert [one is not None for one in found] == [False] * 4 + [True]
    # Once more where it is the one, as it may have been written over.
    assert opened == [away] * 2
    away.write_bytes(b"another")
    assert read(files[4]).strayed is None


def test_a_certificate_counts_beside_a_signature_only(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    write(tmp_path / "adt.csv.pem", b"certificate")
    assert read(path).certificate is None
    write(tmp_path / "adt.csv.sig", b"signature")
    submission = read(path)
    assert submission.certificate is not None
    assert [i.name for i in submission.inputs] == [str(path), "adt.csv.sig", "adt.csv.pem"]


def test_a_link_is_not_taken_for_a_signature(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    write(tmp_path / "other", b"signature")
    (tmp_path / "adt.csv.p7s").symlink_to("other")
    assert read(path).signature is None


def test_a_signature_may_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    write(tmp_path / "adt.csv.p7s", b"beside")
    named = write(tmp_path / "named", b"named")
    submission = read(path, CliHints(signature=named))
    assert isinstance(submission.signature, Content)
    assert submission.signature.read(99) == b"named"
    assert [i.name for i in submission.inputs] == [str(path), str(named)]


@pytest.mark.parametrize("option", ["--signature", "--certificate"])
def test_an_option_for_one_file_is_refused_beside_an_archive_of_several(
    tmp_path: Path, option: str
) -> None:
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        for name in ("adt-1.csv.p7m", "adt-2.csv.p7m"):
            archive.writestr(name, b"".join(signed(ADT).chunks()))
    beside = write(tmp_path / "beside")
    path = tmp_path / "both.zip"
    with pytest.raises(SubmissionError) as caught:
        read_submissions(str(path), CliHints(**{option.removeprefix("--"): beside}), profile())
    assert str(caught.value) == f"{path}: has 2 submissions in it, and {option} goes with one file"


def test_a_signature_that_is_not_there_is_reported(tmp_path: Path) -> None:
    path = write(tmp_path / "adt.csv")
    named = tmp_path / "missing.p7s"
    assert run("check", path, "--signature", named).trouble == f"{named}: no such file"


def test_a_letter_may_be_a_lone_file(tmp_path: Path) -> None:
    letter = (
        b"To: x@example.com\r\nSubject: REQ1\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=anything.csv\r\n\r\n"
        + base64.b64encode(ADT) + b"\r\n--b--\r\n"
    )  # fmt: skip
    submission = read(write(tmp_path / "letter.eml", letter))
    assert submission.kind is Kind.ADT
    assert submission.file is not None
    assert submission.file.read(1 << 20) == ADT
    assert submission.delivery.method == "email"
    assert [i.name for i in submission.inputs] == [str(tmp_path / "letter.eml")]


def test_a_letter_with_nothing_in_it_shows_no_kind(tmp_path: Path) -> None:
    path = write(tmp_path / "letter", b"To: x@example.com\r\n\r\nhello\r\n")
    assert "neither its name nor its content" in run("check", path).trouble
    assert run("check", path, "--kind", "qcaf").code in (0, 1)


def test_an_smime_entity_is_a_signature_and_no_letter(tmp_path: Path) -> None:
    entity = b'MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary="b"\r\n\r\n'
    submission = read(write(tmp_path / "adt.p7m", entity))
    assert submission.delivery.method is None
    assert submission.file is not None


# --- Standard input -----------------------------------------------------------------------------


def test_standard_input_shows_its_kind_by_its_content_only() -> None:
    assert check("-", stdin=ADT).submission["kind"] == "adt"
    assert check("-", stdin=QCAF).submission["kind"] == "qcaf"
    assert "(standard input): neither its name" in run("check", "-", stdin=b"hello").trouble
    assert check("-", "--kind", "report", stdin=ADT).submission["kind"] == "report"


def test_standard_input_has_nothing_beside_it(tmp_path: Path) -> None:
    assert check("-", stdin=ADT).roots == {"6.1-1"}


def test_standard_input_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAXIMUM_STDIN == 256 * 1024 * 1024
    monkeypatch.setattr("conformance.submission.reading.MAXIMUM_STDIN", 10)
    assert run("check", "-", "--kind", "adt", stdin=b"x" * 10).code == 1
    assert "larger than 256 MiB" in run("check", "-", "--kind", "adt", stdin=b"x" * 11).trouble


def test_standard_input_is_read_only_once() -> None:
    assert run("check", "-", "-", stdin=ADT).trouble == "standard input can be read only once"


# --- Folders ------------------------------------------------------------------------------------


def sources(*paths: Path | str) -> list[str]:
    return list(found(*paths).names)


def found(*paths: Path | str) -> Sources:
    return find_sources([str(p) for p in paths], CliHints(), profile())


def record(folder: Path, kind: str = "submission") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{kind}.json").write_text("{}")
    return folder


def test_a_folder_that_is_a_submission_is_one_source(tmp_path: Path) -> None:
    for kind in ("submission", "publication"):
        folder = record(tmp_path / kind, kind)
        write(folder / "adt.csv")
        record(folder / "below")
        assert sources(folder) == [str(folder)]


def test_a_folder_of_submissions_is_all_of_them_in_order(tmp_path: Path) -> None:
    folders = [record(tmp_path / name) for name in ("b/x", "b/a", "a", "c/d/e")]
    write(tmp_path / "adt.csv")
    write(tmp_path / "b" / "adt.csv")
    assert sources(tmp_path) == sorted(str(f) for f in folders)


def test_a_folder_of_files_is_all_of_them_without_their_signatures(tmp_path: Path) -> None:
    for name in ("b.csv", "b.csv.p7s", "a.csv", "a.csv.SIG", "alone.p7s", ".p7s"):
        write(tmp_path / name)
    names = [Path(s).name for s in sources(tmp_path)]
    assert names == ["a.csv", "alone.p7s", "b.csv"]


def test_a_folder_without_anything_is_reported(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("check", tmp_path).trouble == (
        f"{tmp_path}: contains nothing to check "
        "(a submission is a folder with submission.json or publication.json)"
    )


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    record(tmp_path / "elsewhere")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "here" / "loop").symlink_to(tmp_path / "here")
    with pytest.raises(SubmissionError, match="contains nothing"):
        sources(tmp_path / "here")


def test_a_signature_named_with_its_file_is_left_out(tmp_path: Path) -> None:
    file, signature = write(tmp_path / "a.csv"), write(tmp_path / "a.csv.p7s")
    other = write(tmp_path / "b.csv")
    assert sources(file, signature) == [str(file)]
    assert sources(signature, f"{tmp_path}/./a.csv") == [f"{tmp_path}/./a.csv"]
    # Alone, somebody wants to know of it.
    assert sources(signature) == [str(signature)]
    assert sources(signature, other, "-") == [str(signature), str(other), "-"]


@pytest.mark.parametrize("name", ["nothing", "nothing/at/all", ""])
def test_a_path_with_nothing_at_it_is_reported(name: str) -> None:
    with pytest.raises(SubmissionError, match="no such file or directory"):
        sources(name)


@pytest.mark.parametrize(
    ("name", "signs"),
    [("a.csv.p7s", True), ("a.csv.P7S", True), ("a.csv.sig", True), ("a.csv", False),
     (".p7s", False), ("b.csv.p7s", False)],
)  # fmt: skip
def test_whose_signature_a_file_is(tmp_path: Path, name: str, signs: bool) -> None:
    write(tmp_path / "a.csv")
    whose = is_signature_of(tmp_path / name)
    assert whose == (tmp_path / "a.csv" if signs else None)


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).symlink_to("/dev/null")])
def test_a_path_that_is_not_a_regular_file_is_reported(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    path = tmp_path / "adt.csv"
    make(path)
    assert run("check", path).trouble == f"{path}: is not a regular file"


def test_a_publication_is_read_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "publication.json").write_text('{"publication": 1, "items": []}')
    assert read(tmp_path).kind is Kind.PUBLICATION


# --- What is to be checked ----------------------------------------------------------------------


@pytest.mark.parametrize(("name", "shown"), [("nothing.csv", "nothing.csv"), ("", "''")])
def test_a_path_with_nothing_at_it_is_named(name: str, shown: str) -> None:
    with pytest.raises(SubmissionError) as raised:
        find_sources([name], CliHints(), profile())
    assert str(raised.value) == f"{shown}: no such file or directory"


def test_beside_a_folder_of_records_all_sorts_of_things_may_lie(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "submission.json").write_text("{}", "utf-8")
    (tmp_path / "read me.txt").write_text("x", "utf-8")
    below = found(tmp_path)
    assert (below.names, below.strays) == ((str(tmp_path / "one"),), ())


def test_a_folder_of_files_reports_what_it_cannot_recognise(tmp_path: Path) -> None:
    write(tmp_path / "adt.csv")
    (tmp_path / "read me.txt").write_text("x", "utf-8")
    below = found(tmp_path)
    assert below.names == (str(tmp_path / "adt.csv"),)
    assert [Path(stray.name).name for stray in below.strays] == ["read me.txt"]


def test_why_a_file_is_not_reported_is_what_would_be_said_of_it_alone(tmp_path: Path) -> None:
    write(tmp_path / "june.csv", b"hello\n")
    write(tmp_path / "adt.csv", b"hello\n")
    below = found(tmp_path)
    assert below.names == (str(tmp_path / "adt.csv"),)
    assert [stray.why for stray in below.strays] == [
        "neither its name nor its content shows what it is"
    ]


def test_a_folder_that_cannot_be_listed_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, why in (
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (OSError("odd"), "cannot be listed"),
    ):

        def fail(_: Path, error: OSError = error) -> None:
            raise error

        monkeypatch.setattr(below, "listing", fail)
        assert below._contents(tmp_path) == ([], [Stray(f"{tmp_path}/", why)])
        with pytest.raises(SubmissionError) as caught:
            below._loose(tmp_path, CliHints(), profile())
        assert str(caught.value) == f"{tmp_path}: {error.strerror or 'odd'}"


def test_hints_are_empty_by_default() -> None:
    assert CliHints() == CliHints(kind=None, signature=None, live_users=None)


def test_a_standard_input_that_is_closed_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(SubmissionError, match=r"^standard input is closed$"):
        read_stdin()


def test_a_signature_that_lacks_the_ending_of_its_file_is_to_be_renamed(tmp_path: Path) -> None:
    file = write(tmp_path / "adt.csv")
    short = write(tmp_path / "adt.p7s", b"signature")
    assert sources(tmp_path) == sources(file, short) == [str(file)]
    assert sources(short) == [str(short)]
    ran = check(file, "--kind", "adt", "--only", "6.1-1")
    (finding,) = ran.requirement("6.1-1")["findings"]
    assert (finding["found"], finding["expected"]) == ("adt.p7s", "adt.csv.p7s")
    assert finding["hint"].startswith("Rename the signature: ")
    write(tmp_path / "adt.csv.p7s", b"signature")
    assert sources(file, short) == [str(file), str(short)]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        *((f"adt.csv.p7s.{end}", "adt.csv.p7s") for end in ("txt", "bin", "dat", "TXT")),
        ("adt.csv.sig.txt", "adt.csv.sig"),
        ("adt.csv.p7m.txt", "adt.csv.p7m"),
        ("ADT.csv.P7S.txt", "adt.csv.P7S"),
        ("adt.p7s.txt", "adt.csv.p7s"),
        ("smime.p7s", "adt.csv.p7s"),
    ],
)
def test_a_signature_that_a_mail_gateway_renamed_is_one_finding(
    tmp_path: Path, name: str, right: str
) -> None:
    (tmp_path / "in").mkdir()
    file = write(tmp_path / "in" / "adt.csv")
    mark = write(
        file.with_name(name), Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der()
    )
    ran = check(file.parent)
    assert [s["source"] for s in ran.report["submissions"]] == [str(file)]
    assert ran.report["strays"] == []
    (finding,) = ran.requirement("6.1-1")["findings"]
    assert (finding["found"], finding["hint"][:20]) == (name, "Rename the signature")
    assert right in f"{finding['expected']} {finding['hint']}"
    mark.rename(file.with_name(right))
    assert check(file.parent).requirement("6.1-1")["status"] == "passed"


def test_an_archive_or_a_certificate_is_no_signature_with_another_ending(tmp_path: Path) -> None:
    file = write(tmp_path / "adt.csv")
    write(tmp_path / "adt.csv.p7s.dat", b"PK\x03\x04")
    assert read(file).misnamed is None
    write(tmp_path / "adt.csv.p7s.pem", b"certificate")
    assert read(file).misnamed is None


@pytest.mark.parametrize(
    ("name", "mark"),
    [("adt.CSV", "adt.csv.p7s"), ("adt.csv", "ADT.csv.p7s"), ("adt.csv", "adt.csv.P7s")],
)
def test_names_that_differ_in_capitals_alone_go_together(
    tmp_path: Path, name: str, mark: str
) -> None:
    file, beside = write(tmp_path / name), write(tmp_path / mark, b"signature")
    assert sources(tmp_path) == sources(file, beside) == [str(file)]
    signature = read(file).signature
    assert isinstance(signature, Content)
    assert signature.read(9) == b"signature"


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="both names are one file there")
def test_a_signature_goes_with_the_file_of_its_own_capitals_first(tmp_path: Path) -> None:
    one, other = write(tmp_path / "ADT.csv"), write(tmp_path / "adt.csv")
    write(tmp_path / "adt.csv.p7s", b"signature")
    assert sources(tmp_path) == [str(one), str(other)]
    assert (read(one).signature is None, read(other).signature is None) == (True, False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (ADT.replace(b"\n", b"\r\n"), "line ends"),
        (ADT.replace(b",", b"\t"), "no comma separates the fields"),
        (ADT.decode().replace(",", "\t").replace("\n", "\r\n").encode("utf-16"), "UTF-16"),
    ],
)
def test_a_signed_file_that_was_saved_as_text_is_one_finding(
    tmp_path: Path, data: bytes, words: str
) -> None:
    (tmp_path / "in").mkdir()
    file = write(tmp_path / "in" / "adt.txt", data)
    write(
        file.with_name("adt.csv.p7s"),
        Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der(),
    )
    ran = check(file.parent)
    (one,) = ran.report["submissions"]
    found = [f for r in one["requirements"] for f in r["findings"] if r["id"] != "3.4(b)-3"]
    (finding,) = [f for f in found if "after it was signed" in f["message"]]
    assert words in finding["message"]
    assert not any(r["count"] for r in one["requirements"] if r["clause"] in {"6.1", "6.3"}) or (
        words == "line ends"
    )


QUOTED = b'"' + ADT[:-1].replace(b",", b'","').replace(b"\n", b'"\n"') + b'"\n'


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("adt (2).csv", QUOTED),
        ("adt (2).csv", QUOTED.replace(b"\n", b"\r\n")),
        ("adt - Copy.csv", ADT.replace(b"\n", b"\r\n")),
        ("adt-2.txt", ADT.decode().replace(",", "\t").replace("\n", "\r\n").encode("utf-16")),
    ],
)
def test_a_copy_of_a_signed_file_that_a_program_saved_is_one_finding(
    tmp_path: Path, name: str, data: bytes, beside: bool
) -> None:
    (tmp_path / "in").mkdir()
    copy = write(tmp_path / "in" / name, data)
    mark = copy.with_name("adt.csv.p7s")
    write(mark, Forgery(build_hierarchy(tmp_path).rsa, ADT, detached=True).der())
    if beside:
        write(copy.with_name("adt.csv"))
    ran = check(copy, "--kind", "adt")
    (one,) = ran.report["submissions"]
    ((id_, (finding,)),) = ((r["id"], r["findings"]) for r in one["requirements"] if r["count"])
    assert (id_, finding["found"]) == ("6.1-1", "a copy of adt.csv, without the signature")
    assert finding["hint"] == (
        "Take this file away: adt.csv, which is signed, is beside it."
        if beside
        else "Put adt.csv, as it was signed, in the place of this file."
    )


def test_a_misnamed_signature_may_have_any_name(tmp_path: Path) -> None:
    # A hint has no names in it, which may have characters that cannot be seen.
    file = write(tmp_path / "adt\u202e.csv")
    write(tmp_path / "adt\u202e.p7s", b"signature")
    (finding,) = check(file, "--kind", "adt", "--only", "6.1-1").requirement("6.1-1")["findings"]
    assert finding["hint"].isprintable()


def test_a_signed_file_of_another_ending_is_a_file_of_its_own(tmp_path: Path) -> None:
    file = write(tmp_path / "adt.csv")
    whole = tmp_path / "adt.p7s"
    whole.write_bytes(signed(ADT).read(1 << 20))
    assert sources(tmp_path) == [str(file), str(whole)]
    assert read(file).misnamed is None

# ruff: noqa: E501 - a row for each profile
"""A record of any columns has the signature: refused, shown, generated, spoilt, made and signed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.commands.common import catalogue
from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from conformance.signature.record import find_record
from generators.conforming import conforming
from generators.faults import faults_of
from generators.scenario import Scenario
from tests.generators.test_invariants import check, roots
from tests.model.profiles import extending
from tests.preparation.desk import CSV, SigningFolder
from tests.profiles.test_signatures import faults_of_signatures, ground
from tests.running import run
from tests.sampling import one_in

TAG = '{ name = "Tag", type = "constant", value = "SIG", tag = true }'
NAMED = '{ name = "By", role = "issuer", form = "rfc4514" }, { name = "No", role = "serial", form = "decimal" }'
DER = '{ name = "By", role = "issuer", form = "der-base64" }, { name = "No", role = "serial", form = "hex" }'
VALUE = '{ name = "Value", role = "signature", encoding = "hex" }'
FIXED = '{ name = "V", type = "constant", value = "1" }'
WHOLE = '{ name = "Own", role = "certificate", form = "der-base64" }'
EC = '{ key = "ecdsa", curve = "secp256r1", digests = ["sha256"] }'
RSA = '{ key = "rsa", minimum_bits = 2048, digests = ["sha256"] }'


def table(*columns: str, rest: str = "", algorithms: str = EC) -> str:
    return (
        f'[signature]\ncontainers = ["signature-record"]\nalgorithms = [{algorithms}]\n'
        f"[signature.record]\ncolumns = [ {', '.join(columns)} ]\n{rest}\n"
    )


RAW = VALUE.replace(" }", ', value = "raw" }')
#: Profiles, and the keys that sign under them.
TAKEN = {
    "last, with its certificate": (table(TAG, VALUE, WHOLE, algorithms=f"{EC}, {RSA}"), "rsa"),
    "first, r and s": (table(TAG, NAMED, RAW, rest='at = "first"'), "ecdsa"),
    "the issuer as text before the tag": (table(NAMED, TAG, VALUE), "ecdsa"),
    "without a tag, without the separator": (
        table(VALUE, DER, rest='over = "records-before-without-separator"'),
        "ecdsa",
    ),
}
#: Profiles with what is refused: the entry, and a few words of it.
REFUSED = {
    "no table": ('[signature]\ncontainers = ["signature-record"]\n', "", "is missing"),
    "no container": (table(TAG, VALUE, WHOLE).replace('"signature-record"', '"raw-detached"'), "", "makes no difference"),
    "no signature": (table(TAG, WHOLE), "columns", "no column has the role signature"),
    "two signatures": (table(TAG, VALUE, VALUE.replace("Value", "Again"), WHOLE), "columns", "2 columns have the role signature"),
    "one name twice": (table(TAG, VALUE, WHOLE.replace("Own", "Tag")), "columns", "2 columns have the name Tag"),
    "no signer": (table(TAG, VALUE), "columns", "nothing says whose"),
    "an issuer alone": (table(TAG, VALUE, NAMED.partition(", {")[0]), "columns", "nothing says whose"),
    "raw RSA": (table(TAG, RAW, WHOLE, algorithms=RSA), "columns.Value.value", "is about ECDSA"),
    "another value": (table(TAG, RAW.replace("raw", "xml"), WHOLE), "columns.Value.value", "not a form"),
    "no encoding": (table(TAG, VALUE.replace(', encoding = "hex"', ""), WHOLE), "columns.Value.encoding", "is missing"),
    "no form": (table(TAG, VALUE, WHOLE.replace(', form = "der-base64"', "")), "columns.Own.form", "is missing"),
    "a form of another": (table(TAG, VALUE, WHOLE.replace("der-base64", "hex")), "columns.Own.form", "is not written so"),
    "a tag that is a role": (table(TAG, VALUE.replace(" }", ", tag = true }"), WHOLE), "columns.Value.tag", "no such entry"),
    "neither": (table(TAG, VALUE, WHOLE, '{ name = "X" }'), "columns.X", "is neither"),
    "both": (table(TAG.replace(" }", ', role = "serial" }'), VALUE, WHOLE), "columns.Tag", "is both"),
    "a comma": (table(TAG.replace("SIG", "S,G"), VALUE, WHOLE), "columns.Tag.value", "S,G"),
    "before the first": (table(TAG, VALUE, WHOLE, rest='at = "first"\nover = "records-before"'), "over", "no records before"),
    "as wide as the file": (table(VALUE, WHOLE, DER, FIXED, FIXED.replace("V", "W")), "columns", "cannot be distinguished"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_record_that_makes_no_sense_is_refused(tmp_path: Path, name: str) -> None:
    text, entry, words = REFUSED[name]
    (one,) = examine(str(extending(tmp_path, text)), catalogue()).refused
    assert one.entry == ".".join(filter(None, ("signature.record", entry)))
    assert words in one.what
    assert one.right


@pytest.mark.parametrize("name", one_in(2, TAKEN))
def test_a_generated_submission_conforms_and_each_fault_breaks_its_requirement(
    tmp_path: Path, name: str
) -> None:
    draft = conforming(Scenario(), ground(tmp_path, TAKEN[name][0]))
    assert roots(draft) == []
    faults = list(faults_of_signatures(draft))
    # Those of any signature, and those of a record.
    assert {"signature-verifies/wrong-key", "signature-verifies/record-twice"} <= {
        fault.name for fault in faults
    }
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize("name", TAKEN)
def test_a_record_at_the_other_end_has_a_line_of_its_own_where_the_file_does_not_end_in_one(
    tmp_path: Path, name: str
) -> None:
    draft = conforming(Scenario(), ground(tmp_path, TAKEN[name][0]))
    draft = replace(draft, csv=(draft.csv or b"").removesuffix(b"\n"))
    moved = next(f for f in faults_of(draft) if f.variant == "record-at-other-end")
    assert roots(moved.apply(draft).draft) == ["3.4(b)-2"]


def test_a_trailer_with_a_checksum_is_not_taken_for_the_record_of_a_signature(
    tmp_path: Path,
) -> None:
    columns = (TAG, VALUE.replace("hex", "base64"), DER)
    form = ground(tmp_path, table(*columns)).profile.signature.record
    assert form is not None
    digest = hashlib.sha256(b"").hexdigest()
    data = f"H,1\nT,{digest},2,3\n".encode()
    assert find_record(Content.of_bytes("adt.csv", data), form) is None


def test_a_finding_is_at_its_place_in_the_file_whose_first_record_is_its_signature(
    tmp_path: Path,
) -> None:
    draft = conforming(Scenario(), ground(tmp_path, TAKEN["first, r and s"][0]))
    # One fault of each check, where a record or a field is at fault.
    faults = {fault.name.split("/")[0]: fault for fault in faults_of(draft)}
    found = {}
    for name, fault in faults.items():
        faulty = fault.apply(draft)
        if faulty.place.record is None:
            continue
        if name == "unique-key":
            (finding,) = check(faulty.draft).roots[0].findings
            assert "the same as in record 3" in finding.message
        (root,) = check(faulty.draft).roots
        place = root.findings[0].place
        assert (place.record, root.count) == (faulty.place.record, 1), fault.name
        assert place.offset is not None
        lines = faulty.draft.rendered["adt.csv"][: place.offset].count(b"\n")
        assert name == "record-separator" or lines + 1 == place.record, fault.name
        found[name] = place.record
    assert len(found) > 5
    assert min(found.values()) > 1


@pytest.mark.parametrize("ending", ["", "\n"])
@pytest.mark.parametrize("name", TAKEN)
def test_a_signature_record_is_written_as_the_profile_states(
    tmp_path: Path, name: str, ending: str
) -> None:
    entries, key = TAKEN[name]
    desk = SigningFolder(tmp_path, key)
    desk.profile = extending(tmp_path, entries)
    desk.file.write_bytes(CSV.removesuffix(b"\n") + ending.encode())
    made = desk.sign(*desk.pair, "--trust", desk.trust, "--crl", desk.crl)
    assert (made.code, made.err) == (0, ""), made.out
    output = desk.output("signature-record")
    assert output.with_name(f"{output.name}.pem").exists() == ("Own" not in entries)
    assert output.read_bytes().endswith(b"\n") == bool(ending)
    checked = desk.check("signature-record")
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}


def test_a_record_is_shown_as_a_clause_would_print_it(tmp_path: Path) -> None:
    paths = [
        extending(tmp_path, text, name=str(number))
        for number, (text, _) in enumerate(TAKEN.values())
    ]
    assert "SIG,By,No,Value\u25b2" in run("profile", "show", paths[1]).out
    differ = run("profile", "diff", paths[0], paths[1]).out
    assert "SIG,Value,Own\u25b2" in differ
    assert "SIG,By,No,Value\u25b2" in differ


def test_a_large_file_is_written_and_checked_in_one_piece(tmp_path: Path) -> None:
    profile = extending(tmp_path, TAKEN["without a tag, without the separator"][0])
    folder, here = tmp_path / "made", ("--profile", profile)
    assert run("generate", "adt", "--records", 20_000, "-o", folder, *here).code == 0
    ran = run("check", folder, "--format", "json", *here)
    assert ran.status("3.4(b)-2") == "passed"
    with (folder / "adt.csv").open("rb") as file:
        assert sum(1 for _ in file) == 20_001


@pytest.mark.parametrize("name", ["last, with its certificate", "first, r and s"])
def test_the_record_is_not_a_rule_and_no_communication(tmp_path: Path, name: str) -> None:
    place = ground(tmp_path, TAKEN[name][0])
    here = ("--profile", tmp_path / "profile.toml")
    for kind in ("adt", "qcaf"):
        draft = conforming(Scenario(kind=Kind(kind)), place)
        (tmp_path / f"{kind}.csv").write_bytes(draft.rendered[f"{kind}.csv"])
        (tmp_path / f"plain-{kind}.csv").write_bytes(draft.csv or b"")
    # Each file, signed or not, is what it is without the record.
    signed, plain = (tmp_path / "adt.csv", tmp_path / "plain-adt.csv")
    rules = json.loads(run("diff", signed, plain, *here, "--format", "json").out)["summary"]
    assert rules == {"removed": 0, "changed": 0, "added": 0, "unchanged": 4}
    signed, plain = (tmp_path / "qcaf.csv", tmp_path / "plain-qcaf.csv")
    for file in (signed, plain):
        due = json.loads(run("deadline", file, *here, "--format", "json").out)
        assert (due["summary"]["communications"], due["unknown"]) == (4, []), file

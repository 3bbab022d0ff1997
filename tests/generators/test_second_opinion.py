"""Two more opinions than our own: Python's csv, a splitter by hand, and OpenSSL.

OpenSSL is asked in each run about every case that is about a signature or conforms, and about the
first that breaks each other requirement; in ``tox -e whole`` about the others, signed alike.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.records import read_records, scan
from conformance.signature.fault import SignatureFault
from generators.strategies import ground
from tests.corpus import CASES, FIXTURES, CorpusCase, first_cases

#: Faults that OpenSSL does not mind, each for a reason.
UNMINDED = {
    SignatureFault.SHA1: "OpenSSL leaves the choice of a digest to its caller",
    SignatureFault.WRONG_CONTENT_TYPE: "it does not compare the attribute with the content",
    SignatureFault.UNSORTED_ATTRIBUTES: "it verifies the attributes in the order they came in",
    SignatureFault.TWO_SIGNERS: "both hold",
    SignatureFault.NOT_DATA: "it takes any type of content",
    SignatureFault.NOT_DATA_BUT_SO_CALLED: "it takes any type of content, and does not compare it",
    SignatureFault.TRAILING_BYTE: "it stops reading at the end of the container",
}
#: The requirements of signatures and of certificates.
OF_SIGNATURES = ("3.4(b)-", "4.7(b)-", "4.13(b)-", "6.1-1/")
#: Of signatures that have the same fault, which is named last, each run looks at the first.
FIRST = {i.rpartition("/")[2]: i for i in reversed(CASES) if i.startswith(OF_SIGNATURES)}.values()
EACH_RUN = {*first_cases(), *FIRST, *(i for i in CASES if i.startswith("conforming/"))}
SIGNED = [
    pytest.param(identifier, marks=() if identifier in EACH_RUN else pytest.mark.whole)
    for identifier, case in CASES.items()
    if case["kind"] in ("adt", "qcaf") and not identifier.startswith("notes/")
]


def split_by_hand(data: bytes) -> Iterator[list[bytes]]:
    """Records end at LF, fields at commas, and nothing else means anything."""
    record: list[bytes] = []
    field = bytearray()
    for byte in data:
        if byte == 0x0A:
            yield [*record, bytes(field)]
            record, field = [], bytearray()
        elif byte == 0x2C:
            record.append(bytes(field))
            field = bytearray()
        else:
            field.append(byte)
    if record or field:
        yield [*record, bytes(field)]


def plain_files() -> Iterator[tuple[str, Path]]:
    for identifier in CASES:
        for file in CorpusCase(identifier).submission.glob("*.csv"):
            if file.stem in ("adt", "qcaf", "report"):
                yield identifier, file


def test_conforming_files_have_the_records_and_fields_that_others_count() -> None:
    seen = 0
    for identifier, file in plain_files():
        if CASES[identifier]["verdict"] != "conforms" or identifier.startswith("notes/"):
            continue
        form = ground().profile.files[Kind(file.stem)]
        layout = _layout(form)
        data = file.read_bytes()
        ours = [fields for _, _, fields in read_records(Content.of_bytes("x", data), layout)]
        assert ours == list(split_by_hand(data))
        text = io.StringIO(data.decode("ascii"), newline="")
        assert [[f.encode() for f in row] for row in csv.reader(text)] == ours
        assert scan(Content.of_bytes("x", data), layout).records == len(ours)
        seen += 1
    assert seen >= 10


def _layout(form: object) -> object:
    from conformance.checks import Context
    from conformance.submission.evidence import Submission
    from tests.corpus import setting_of

    setting = setting_of(FIXTURES / "profile.toml")
    submission = Submission("x", form.kind, Path())  # type: ignore[attr-defined]
    return Context(submission, setting).layout(form)  # type: ignore[arg-type]


def test_a_wrong_number_of_fields_is_seen_by_hand_too() -> None:
    for identifier, file in plain_files():
        if "/last-field-missing" in identifier or "/extra-null-field" in identifier:
            wanted = len(ground().profile.files[Kind(file.stem)].columns)
            place = CorpusCase(identifier).record["expected"]["place"]
            if file.stem != CASES[identifier]["kind"]:
                continue
            rows = list(split_by_hand(file.read_bytes()))
            wrong = [n for n, row in enumerate(rows, 1) if len(row) != wanted]
            assert wrong == [place["record"]], identifier


@pytest.mark.openssl
@pytest.mark.skipif(not shutil.which("openssl"), reason="the OpenSSL command line is not installed")
@pytest.mark.parametrize("identifier", SIGNED)
def test_openssl_agrees_on_every_signature(identifier: str, tmp_path: Path) -> None:
    case = CorpusCase(identifier)
    record = case.record
    fault = record.get("mutation", {}).get("operator") or ""
    holds = not fault.startswith(("signature-present/", "signature-verifies/"))
    name = fault.split("/")[-1]
    files = sorted(case.submission.iterdir())
    container = next((f for f in files if f.suffix in (".p7s", ".p7m")), None)
    if fault == "signature-present/unsigned":
        assert container is None
        return
    assert container is not None
    command = [
        "openssl", "cms", "-verify", "-binary", "-noverify", "-purpose", "any",
        "-inform", _form(container), "-in", str(container), "-out", str(tmp_path / "out"),
    ]  # fmt: skip
    if container.suffix == ".p7s":
        command += ["-content", str(container.with_suffix(""))]
    if name == "no-certificate":
        command += ["-certfile", str(FIXTURES / "trust" / "ecdsa-root.pem")]
    if name != "other-beside":
        for beside in (f for f in files if f.suffix == ".pem"):
            command += ["-certfile", str(beside)]
    done = subprocess.run(command, capture_output=True, check=False)
    unminded = name in {f.value for f in UNMINDED} | {"weak-rsa", "wrong-curve"}
    unminded = unminded or name.startswith(("digest-", "scheme-"))
    # Where it is given the file beside the signature, it passes over what is inside.
    unminded = unminded or name == "other-inside"
    assert (done.returncode == 0) is (holds or unminded), done.stderr.decode()
    if holds and container.suffix == ".p7s":
        assert (tmp_path / "out").read_bytes() == container.with_suffix("").read_bytes()


def _form(container: Path) -> str:
    return "PEM" if container.read_bytes().startswith(b"-----BEGIN") else "DER"

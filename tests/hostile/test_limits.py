"""Test that the limits in ``docs/limits.md`` are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance import findings
from conformance.assessment import messages
from conformance.model import loading, profile_loading
from conformance.report import decoding
from conformance.signature import (
    bare,
    ber,
    chain,
    cms,
    record,
    revocation_path,
    signing_certificate,
    smime,
    trust,
)
from conformance.submission import manifest, message
from conformance.submission import reading as submissions

TEXT = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
ROWS = {
    cells[0]: (cells[1], cells[2])
    for line in TEXT.splitlines()
    if line.startswith("| ") and len(cells := [c.strip() for c in line.strip("|").split("|")]) == 3
}


@pytest.mark.parametrize(
    ("row", "limit"),
    [
        ("findings of one requirement that are reported in full", findings.CAP),
        ("standard input", submissions.MAXIMUM_STDIN),
        ("manifest of a submission, a publication or a corpus", manifest.MAXIMUM_BYTES),
        ("profile, scenario", profile_loading.MAXIMUM_BYTES),
        ("dots in one line of a profile", loading.MAXIMUM_DOTS),
        ("profiles that extend one another", profile_loading.MAXIMUM_DEPTH),
        ("report that is shown, verified or compared", decoding.MAXIMUM_BYTES),
        ("what is not alike in the submissions of such a report", decoding.MAXIMUM_DISTINCT),
        ("answer of an implementation that is assessed", messages.MAXIMUM),
        ("CMS beside the signed file", cms.MAX_OVERHEAD),
        ("elements within elements", ber.MAX_DEPTH),
        ("parts of one element", ber.MAX_CHILDREN),
        ("pieces of a signed file in BER", ber.MAX_PIECES),
        ("certificates that come with a signature", cms.MAX_CERTIFICATES),
        ("certificates of issuers from which chains are built", chain.MAX_ISSUERS),
        (
            "chains to trust anchors that are checked, if each has a fault",
            signing_certificate.MAX_CHAINS,
        ),
        (
            "certificates of one name that may have signed a revocation list, or an OCSP response",
            revocation_path.MAX_SIGNERS,
        ),
        ("file of trust anchors, revocation lists or OCSP responses", trust.MAX_FILE),
        ("file with the signer's certificate", bare.MAX_CERTIFICATE_FILE),
        ("bare signature value", bare.MAX_SIGNATURE),
        ("record with the signature, and the line feeds around it", record.MAX_RECORD),
        ("signed S/MIME message", smime.MAX_MESSAGE),
        ("whole message", message.MAXIMUM_BYTES),
        ("lines", message.MAXIMUM_LINES),
        ("parts", message.MAXIMUM_PARTS),
        ("fields of all headers", message.MAXIMUM_FIELDS),
        ("one field that is read, such as To", message.MAXIMUM_FIELD),
        ("all fields that are read", message.MAXIMUM_TELLING),
    ],
)
def test_each_limit_is_as_it_is_written(row: str, limit: int) -> None:
    written, said = ROWS[row]
    number, _, unit = written.removesuffix(" bytes").partition(" ")
    assert int(number.replace(",", "")) << {"GiB": 30, "MiB": 20}.get(unit, 0) == limit
    numbers = {limit, limit + 1, limit >> 20}
    if any(character.isdigit() for character in said):
        assert any(f"{n:,}" in said for n in numbers), said


def test_the_nesting_is_that_of_the_library() -> None:
    from conformance.model.schema import problems

    def nested(depth: int) -> object:
        value: object = 1
        for _ in range(depth):
            value = [value]
        return value

    deep = int(ROWS["nesting of JSON and of a profile"][0])
    assert "nested too deeply" in str(problems("submission", nested(deep + 1)))
    assert "nested too deeply" not in str(problems("submission", nested(deep - 1)))

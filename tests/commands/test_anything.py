"""Whatever the bytes: an exit code of 0, 1 or 2, and never a traceback."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.checks.situation import ADT, communications, officer, root, signed
from tests.running import Ran, run
from tests.sampling import examples
from tests.signature import pki

some = settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))

SIGNED = signed(ADT).read(1 << 20)
SEEDS = [ADT, communications("Release", "Delete"), SIGNED, officer().pem, root().der,
         pki.revocation_list(root()), b"From: a@example.com\r\nSubject: x\r\n\r\n"]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Something good with a piece of it changed."""
    data = draw(st.sampled_from(SEEDS))
    start = draw(st.integers(0, len(data)))
    end = min(len(data), start + draw(st.integers(0, 8)))
    return data[:start] + draw(st.binary(max_size=8)) + data[end:]


ANYTHING = st.one_of(
    st.binary(max_size=200),
    damaged(),
    st.text(',;\n\r" \0\ufeffA0-', max_size=80).map(str.encode),
)


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def assert_ends_well(ran: Ran) -> None:
    assert ran.code in (0, 1, 2), ran.err
    assert "Traceback" not in ran.err
    if ran.code == 2:
        for line in ran.err.splitlines():
            assert line.startswith("tadp: ")
            assert line.isprintable()
    else:
        assert ran.err == ""
    for line in ran.out.splitlines():
        assert line.isprintable()


@pytest.mark.parametrize("kind", ["adt", "qcaf", "report", "publication", None])
@some
@given(data=ANYTHING)
@example(data=b"")
def test_any_file(kind: str | None, data: bytes) -> None:
    reported = ["--kind", kind] if kind else []
    with folder() as here:
        path = here / "file"
        path.write_bytes(data)
        assert_ends_well(run("check", path, *reported))
        assert_ends_well(run("check", path, *reported, "--format", "json"))


@some
@given(data=ANYTHING)
def test_any_signature(data: bytes) -> None:
    with folder() as here:
        (here / "adt.csv").write_bytes(ADT)
        (here / "adt.csv.p7s").write_bytes(data)
        assert_ends_well(run("check", here / "adt.csv"))


@some
@given(data=ANYTHING)
def test_any_standard_input(data: bytes) -> None:
    assert_ends_well(run("check", "-", stdin=data))


@some
@given(data=st.one_of(st.binary(max_size=200), damaged()))
def test_any_bytes_of_a_letter(data: bytes) -> None:
    with folder() as here:
        path = here / "adt.eml"
        path.write_bytes(b"To: " + data)
        assert_ends_well(run("check", path))


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
TELLING = ["2025-06-01T10:00:00Z", "adt.csv", "..", "70-00-00-00-00-00-00-01", "\ud800"]
JSON = st.recursive(
    PLAIN | st.sampled_from(TELLING),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = [
    "edition", "sent_at", "completed_at", "file", "signature", "certificate", "sender",
    "delivery", "references", "quarantine", "area", "replaces", "attestations",
]  # fmt: skip
INNER = [
    "party", "user_id", "aros", "sets_adts", "method", "message", "subject", "smsr", "incident",
    "number", "raised_at", "updates", "set_by", "report", "advice", "live", "file", "removed",
    "requirement", "by",
]  # fmt: skip


@some
@given(
    st.one_of(
        st.binary(max_size=100),
        JSON.map(lambda v: json.dumps(v).encode()),
        st.dictionaries(
            st.sampled_from(NAMES),
            JSON | st.dictionaries(st.sampled_from(INNER), JSON, max_size=3),
            max_size=4,
        ).map(lambda v: json.dumps({"submission": 1, "kind": "adt", **v}).encode()),
    ),
    st.sampled_from(["submission", "publication"]),
)
def test_any_manifest(data: bytes, kind: str) -> None:
    with folder() as here:
        (here / "adt.csv").write_bytes(ADT)
        (here / f"{kind}.json").write_bytes(data)
        assert_ends_well(run("check", here))


@some
@given(
    st.one_of(st.binary(max_size=200), st.text("[]=\"'{},.#\n ab1", max_size=80).map(str.encode))
)
def test_any_profile(data: bytes) -> None:
    with folder() as here:
        path = here / "mine.toml"
        head = b'profile = "mine"\ntitle = "x"\nversion = "1"\nextends = "reference"\n'
        for text in (data, head + data):
            path.write_bytes(text)
            assert_ends_well(run("profile", "check", path, "--quick"))
            assert_ends_well(run("check", "-", "--profile", path, stdin=ADT))


@pytest.mark.parametrize("option", ["--trust", "--crl", "--ocsp"])
@some
@given(data=ANYTHING)
def test_any_trust_anchor_or_list(option: str, data: bytes) -> None:
    with folder() as here:
        path = here / "bytes"
        path.write_bytes(data)
        assert_ends_well(run("check", "-", option, path, stdin=SIGNED))


@some
@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), max_size=4))
def test_any_words(words: list[str]) -> None:
    for command in ("explain", "clauses", "diff-editions"):
        ran = run(command, *words)
        assert ran.code in (0, 2), ran.err

"""Signing as a library does it: any size, any bytes, and what comes along."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.content import Content
from conformance.model.profile import KeyAlgorithm, SignatureRules
from conformance.preparation.key_file import FileSigner
from conformance.signature import SignedInput, open_file
from conformance.signature.containers import CMS_DETACHED, signing_containers
from conformance.signature.signer import Signer, issuers_among
from conformance.signature.writing.form import SignatureForm, Written
from tests.preparation.desk import KEYS
from tests.sampling import examples
from tests.signature import pki
from tests.signature.signing import RECORD

CONTAINERS, ENCODINGS = tuple(signing_containers()), CMS_DETACHED.encodings
AT = datetime(2025, 6, 1, 12, 30, 15, tzinfo=UTC)
ROOT = pki.authority("Root")
CA = pki.authority("CA", ROOT)
RULES = SignatureRules(
    CONTAINERS,
    (
        KeyAlgorithm("ecdsa", ("sha256", "sha384", "sha512")),
        KeyAlgorithm("rsa", ("sha256", "sha384", "sha512")),
    ),
    "optional",
    encodings=("der", "pem", "base64"),
    record=RECORD,
)
FORMS = [SignatureForm(c) for c in CONTAINERS] + [
    SignatureForm(c, encoding="PEM") for c in CONTAINERS[:2]
]


def signer(algorithm: str = "ecdsa") -> FileSigner:
    holder = pki.issue(pki.subject(), CA, key=KEYS[algorithm])
    assert not isinstance(holder.key, pki.ed25519.Ed25519PrivateKey)
    return FileSigner("a test", holder.der, (CA.der,), holder.key)


SIGNERS = {name: signer(name) for name in ("ecdsa", "rsa", "p384")}


def sign(content: Content, signer: Signer, form: SignatureForm, at: datetime) -> list[Written]:
    return signing_containers()[form.container].under(RULES).write(content, signer, form, at)


def taken(written: list[Written]) -> list[Content]:
    return [Content.of_bytes("written", b"".join(one.chunks())) for one in written]


def signed_input(content: Content, form: SignatureForm, written: list[Content]) -> SignedInput:
    beside = form.container in ("cms-detached", "raw-detached")
    return SignedInput(content, *written) if beside else SignedInput(written[0])


@settings(max_examples=examples(100))
@given(
    data=st.binary(max_size=3000),
    container=st.sampled_from(CONTAINERS),
    encoding=st.sampled_from(ENCODINGS),
    name=st.sampled_from(sorted(SIGNERS)),
    digest=st.sampled_from(["sha256", "sha384", "sha512"]),
)
def test_any_bytes_are_signed_as_they_are(
    data: bytes, container: str, encoding: str, name: str, digest: str
) -> None:
    content, form = Content.of_bytes("adt.csv", data), SignatureForm(container, digest, encoding)
    written = taken(sign(content, SIGNERS[name], form, AT))
    opened = open_file(signed_input(content, form, written), RULES, [CA.der])
    assert (opened.container, opened.faults) == (container, ())
    assert opened.data is not None
    assert opened.data.digest("sha256") == hashlib.sha256(data).digest()
    assert opened.certificate == SIGNERS[name].certificate
    if container.startswith("cms"):
        assert opened.signing_time == AT
        assert opened.others == (CA.der,)
        assert opened.encoding == encoding


def test_attributes_are_left_out_where_the_profile_refuses_them() -> None:
    content, form = (
        Content.of_bytes("adt.csv", b"a,b\n"),
        SignatureForm("cms-detached", attributes=False),
    )
    rules = SignatureRules(CONTAINERS, RULES.algorithms, "refused")
    opened = open_file(SignedInput(content, *taken(sign(content, SIGNERS["rsa"], form, AT))), rules)
    assert (opened.faults, opened.signing_time) == ((), None)


@dataclass(frozen=True)
class Endless:
    """So many bytes that no one wants them in memory; a ``ContentPart``."""

    length: int

    def chunks(self, size: int) -> Iterator[bytes]:
        block = b"x" * (size - 1) + b"\n"
        for _ in range(self.length // size):
            yield block

    def slice(self, start: int, length: int) -> Endless:
        del start
        return Endless(length)


@pytest.mark.parametrize("form", FORMS, ids=lambda f: f"{f.container}-{f.encoding}")
def test_a_file_is_never_whole_in_memory(form: SignatureForm) -> None:
    content = Content("big.csv", (Endless(1 << 25), b"\n"))
    total = 0
    tracemalloc.start()
    try:
        for written in sign(content, SIGNERS["ecdsa"], form, AT):
            total += sum(map(len, written.chunks()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1 << 23
    assert total > (1 << 25 if form.container in ("cms-attached", "signature-record") else 100)


def test_only_the_issuers_come_along_and_no_root() -> None:
    stranger = pki.authority("Stranger")
    own = pki.issue(pki.subject(), CA)
    pool = [stranger.der, ROOT.der, CA.der, b"rubbish", own.der]
    assert issuers_among(own.der, pool) == (CA.der,)
    assert issuers_among(own.der, []) == ()


def test_a_key_is_in_nothing_that_is_printed(tmp_path: Path) -> None:
    from conformance.preparation.secret import Ask

    (tmp_path / "file").write_bytes(b"topsecret\r\nsecond\n")
    secret = Ask(tmp_path / "file", "--pin-file")("PIN")
    assert secret.value == b"topsecret"
    assert "topsecret" not in f"{secret!r} {secret}"
    assert "PrivateKey" not in repr(SIGNERS["ecdsa"])

"""A fault in a real signature fails its own requirement, and no other root."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from asn1crypto import cms
from msgspec import Struct
from msgspec.structs import replace

from tests.real.authority import AT, OTHER_EUI64, Hierarchy, openssl, sign
from tests.real.material import ADT, DCC_QCAF, OTHER_ADT, USER_QCAF
from tests.running import Ran, check

pytestmark = pytest.mark.openssl


class Kind(Struct, frozen=True):
    """A kind of file, and the requirements that its signature is checked against."""

    name: str
    data: bytes
    set_by: str | None
    signature: str
    certificate: str
    officer: str
    form: str


#: Failures where nothing is signed; the clause that requires the signature fails through it.
UNSIGNED = "6.1-1"
ADT_FILE = Kind("adt", ADT, None, "3.4(b)-2", "3.4(b)-3", "3.4(b)-4", "6.3")
USERS = Kind("qcaf", USER_QCAF, "user", "4.7(b)-3", "4.7(b)-5", "4.7(b)-6", "6.5")
DCCS = Kind("qcaf", DCC_QCAF, "dcc", "4.13(b)-3", "4.13(b)-5", "4.13(b)-6", "6.5")
CASES = {
    "ADT, EC": (ADT_FILE, "ec"),
    "ADT, RSA": (ADT_FILE, "rsa"),
    "user's QCAF, EC": (USERS, "ec"),
    "DCC's QCAF, RSA": (DCCS, "rsa"),
}


class Bench(Struct, frozen=True):
    """Where one submission is made: a kind of file, a signer, and how the signature goes along."""

    hierarchy: Hierarchy
    folder: Path
    kind: Kind
    signer: str
    attached: bool

    def sign(
        self,
        *options: str | Path,
        data: bytes | None = None,
        form: str = "DER",
        signer: str | None = None,
        binary: bool = True,
    ) -> bytes:
        """The signature over ``data``; attached, it has the file in it."""
        holder = self.hierarchy.signers[signer or self.signer]
        words = ["-outform", form, *(["-nodetach"] if self.attached else []), *options]
        to = self.folder / "signature"
        sign(self.kind.data if data is None else data, to, [holder], *words, binary=binary)
        return to.read_bytes()

    def check(self, signature: bytes, file: bytes | None = None) -> Ran:
        """Check what was signed, by itself; detached, the file beside it is ``file``."""
        return check(self._written(signature, file), *self.hierarchy.judged)

    def check_with_record(self, signature: bytes, file: bytes | None = None) -> Ran:
        """The same, where a record says what a broken file may no longer show."""
        path = self._written(signature, file)
        record = {"submission": 1, "kind": self.kind.name, "file": path.name}
        if not self.attached:
            record["signature"] = path.name + ".p7s"
        if self.kind.set_by:
            record["quarantine"] = {"set_by": self.kind.set_by}
        (self.folder / "submission.json").write_text(json.dumps(record), "utf-8")
        return check(self.folder, *self.hierarchy.judged)

    def _written(self, signature: bytes, file: bytes | None) -> Path:
        if self.attached:
            path = self.folder / f"{self.kind.name}.csv.p7m"
            path.write_bytes(signature)
            return path
        path = self.folder / f"{self.kind.name}.csv"
        path.write_bytes(self.kind.data if file is None else file)
        path.with_name(path.name + ".p7s").write_bytes(signature)
        return path


@pytest.fixture(params=CASES)
def detached(request: pytest.FixtureRequest, hierarchy: Hierarchy, tmp_path: Path) -> Bench:
    kind, signer = CASES[request.param]
    return Bench(hierarchy, tmp_path, kind, signer, attached=False)


@pytest.fixture(params=CASES)
def attached(request: pytest.FixtureRequest, hierarchy: Hierarchy, tmp_path: Path) -> Bench:
    kind, signer = CASES[request.param]
    return Bench(hierarchy, tmp_path, kind, signer, attached=True)


@pytest.fixture(
    params=[
        pytest.param((name, attached), marks=() if attached is alone else pytest.mark.whole,
                     id=f"{'attached' if attached else 'detached'}-{name}")
        for name, alone in zip(CASES, (False, True, True, False), strict=True)
        for attached in (False, True)
    ]
)  # fmt: skip
def either(request: pytest.FixtureRequest, hierarchy: Hierarchy, tmp_path: Path) -> Bench:
    """Detached and attached alike: in each run, each kind of file and signer in one of the two."""
    name, attached = request.param
    kind, signer = CASES[name]
    return Bench(hierarchy, tmp_path, kind, signer, attached)


@pytest.fixture
def lone(hierarchy: Hierarchy, tmp_path: Path) -> Bench:
    """One ADT File with its signature around it."""
    return Bench(hierarchy, tmp_path, ADT_FILE, "ec", attached=True)


def assert_fails_at(ran: Ran, *roots: str) -> None:
    assert ran.roots == set(roots)
    assert ran.code == 1
    binds = "clause" in ran.submission["rests_on"]
    assert ran.verdict == ("violates" if binds else "departs")


def test_the_bench_makes_valid_signatures(either: Bench) -> None:
    assert either.check(either.sign()).roots == set()
    assert either.check_with_record(either.sign()).roots == set()


# --- The file -----------------------------------------------------------------------------------


def test_one_byte_of_the_file_changed(either: Bench) -> None:
    data = either.kind.data
    changed = data.replace(b",100\n", b",109\n").replace(b":3,1.1.1", b":9,1.1.1")
    assert sum(a != b for a, b in zip(data, changed, strict=True)) == 1
    signature = either.sign()
    if either.attached:
        assert signature.count(data) == 1
        signature = signature.replace(data, changed)
    ran = either.check(signature, changed)
    assert_fails_at(ran, either.kind.signature)
    assert "changed" in ran.finding(either.kind.signature)["message"]


def test_the_file_cut_off_after_a_record(detached: Bench) -> None:
    data = detached.kind.data
    shorter = data[: data.rindex(b"\n", 0, -1) + 1]
    assert_fails_at(detached.check(detached.sign(), shorter), detached.kind.signature)


def test_a_record_added_to_the_file(detached: Bench) -> None:
    added = detached.kind.data.splitlines(keepends=True)[0]
    added = added.replace(b",24,", b",25,").replace(b":1,", b":77,")
    ran = detached.check(detached.sign(), detached.kind.data + added)
    assert_fails_at(ran, detached.kind.signature)


def test_the_signature_is_another_files(detached: Bench) -> None:
    ran = detached.check(detached.sign(data=OTHER_ADT))
    assert_fails_at(ran, detached.kind.signature)
    assert "another file's" in ran.finding(detached.kind.signature)["message"]


def test_there_is_no_signature(detached: Bench) -> None:
    path = detached.folder / f"{detached.kind.name}.csv"
    path.write_bytes(detached.kind.data)
    ran = check(path, *detached.hierarchy.judged)
    assert_fails_at(ran, "6.1-1")
    assert ran.requirement(detached.kind.signature)["through"] == ["6.1-1"]


# --- The signature ------------------------------------------------------------------------------


@pytest.mark.parametrize("attributes", [(), ("-noattr",)], ids=["attributes", "none"])
def test_one_bit_of_the_signature_changed(either: Bench, attributes: tuple[str, ...]) -> None:
    signature = bytearray(either.sign(*attributes))
    signature[-3] ^= 0x10
    assert_fails_at(either.check(bytes(signature)), either.kind.signature)


@pytest.mark.parametrize("form", ["DER", "PEM"])
@pytest.mark.parametrize("left", [0.97, 0.5, 0.1])
def test_the_signature_cut_off(either: Bench, form: str, left: float) -> None:
    signature = either.sign(form=form)
    ran = either.check_with_record(signature[: int(len(signature) * left)])
    assert_fails_at(ran, UNSIGNED)
    message = ran.finding(UNSIGNED)["message"]
    assert "cannot be read as CMS" in message


def test_a_lone_qcaf_that_cannot_be_opened_does_not_look_harmless(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    """Only the file itself shows whether 4.7 or 4.13 applies, so neither fails."""
    bench = Bench(hierarchy, tmp_path, USERS, "ec", attached=True)
    ran = bench.check(bench.sign()[:-100])
    assert (ran.roots, ran.verdict, ran.code) == ({UNSIGNED}, "departs", 1)
    for one in ("4.7(b)-3", "4.13(b)-3"):
        assert ran.status(one) == "not shown"


def test_the_key_is_not_that_of_the_certificate(either: Bench) -> None:
    """The certificate that came along has the name and number, and another key."""
    genuine = either.hierarchy.signers["ec"].certificate
    ran = either.check(either.sign("-nocerts", "-certfile", genuine, signer="impostor"))
    assert_fails_at(ran, either.kind.signature)
    assert "does not verify with the key" in ran.finding(either.kind.signature)["message"]


@pytest.mark.parametrize(
    ("options", "signer", "found"),
    [
        (("-md", "sha1"), None, "SHA-1"),
        (("-md", "sha512"), None, "SHA-512"),
        ((), "weak", "RSA of 1,024 bits"),
        ((), "p384", "ECDSA on P-384"),
    ],
)
@pytest.mark.parametrize("attributes", [(), ("-noattr",)], ids=["attributes", "none"])
def test_the_algorithm_is_not_allowed(
    either: Bench,
    options: tuple[str, ...],
    signer: str | None,
    found: str,
    attributes: tuple[str, ...],
) -> None:
    ran = either.check(either.sign(*options, *attributes, signer=signer))
    assert_fails_at(ran, either.kind.signature)
    assert found in ran.finding(either.kind.signature)["found"]
    assert ran.requirement(either.kind.signature)["count"] == 1


def test_the_padding_is_not_allowed(either: Bench) -> None:
    ran = either.check(either.sign("-keyopt", "rsa_padding_mode:pss", signer="rsa"))
    assert_fails_at(ran, either.kind.signature)
    findings = ran.requirement(either.kind.signature)["findings"]
    assert "RSA-PSS" in [f["found"] for f in findings]


def test_two_have_signed(either: Bench) -> None:
    holders = [either.hierarchy.signers[either.signer], either.hierarchy.signers["second"]]
    options = ("-outform", "DER", *(["-nodetach"] if either.attached else []))
    to = sign(either.kind.data, either.folder / "both", holders, *options)
    ran = either.check(to.read_bytes())
    assert_fails_at(ran, either.kind.signature)
    assert ran.finding(either.kind.signature)["found"] == "2 signers"


@pytest.mark.parametrize("attributes", [(), ("-noattr",)], ids=["attributes", "none"])
@pytest.mark.parametrize("text", [(), ("-text",)], ids=["plain", "text"])
def test_the_file_was_signed_in_text_mode(
    detached: Bench, attributes: tuple[str, ...], text: tuple[str, ...]
) -> None:
    ran = detached.check(detached.sign(*attributes, *text, binary=False))
    assert_fails_at(ran, detached.kind.signature)
    assert "text mode" in ran.finding(detached.kind.signature)["message"]
    assert "-binary" in ran.finding(detached.kind.signature)["hint"]


def test_text_mode_puts_crs_into_an_attached_file(attached: Bench) -> None:
    """The signature holds over what is inside; that is a file with CR LF."""
    assert_fails_at(attached.check(attached.sign(binary=False)), "6.1-3")


def test_a_mime_header_in_an_attached_file_is_found_there(lone: Bench) -> None:
    # The header is a record of one field, in a file whose records end in CR LF.
    assert_fails_at(lone.check(lone.sign("-text", binary=False)), "6.1-3", "6.3-7")


@pytest.mark.parametrize("binary", [True, False], ids=["binary", "text"])
def test_the_signature_is_a_mail(either: Bench, binary: bool) -> None:
    if either.attached and not binary:
        # Two things are wrong: the mail around it, and the CRs that it put into the file.
        ran = either.check(either.sign(form="SMIME", binary=False))
        assert_fails_at(ran, either.kind.signature, "6.1-3")
    else:
        ran = either.check(either.sign(form="SMIME", binary=binary))
        assert_fails_at(ran, either.kind.signature)
    assert "wrapped in S/MIME" in ran.finding(either.kind.signature)["message"]


def test_the_certificate_alone_is_not_a_signature(detached: Bench) -> None:
    holder = detached.hierarchy.signers[detached.signer]
    bundle = openssl("crl2pkcs7", "-nocrl", "-certfile", holder.certificate, "-outform", "DER")
    ran = detached.check(bundle)
    assert_fails_at(ran, UNSIGNED)
    assert "only certificates" in ran.finding(UNSIGNED)["message"]


def test_an_encrypted_file_is_not_a_signed_one(either: Bench) -> None:
    sealed = openssl(
        "cms", "-encrypt", "-binary", "-aes128", "-outform", "DER",
        either.hierarchy.signers["rsa"].certificate, data=either.kind.data,
    )  # fmt: skip
    ran = either.check_with_record(sealed)
    assert_fails_at(ran, UNSIGNED)
    assert "nothing in it is signed" in ran.finding(UNSIGNED)["message"]


@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_something_follows_the_signature(either: Bench, form: str) -> None:
    ran = either.check(either.sign(form=form) + b"and more\n")
    assert_fails_at(ran, either.kind.signature)
    assert "follows the signature" in ran.finding(either.kind.signature)["message"]


# --- The certificate ----------------------------------------------------------------------------


def test_the_certificate_is_forged(either: Bench) -> None:
    """It names the issuing CA, and another key has signed it."""
    ran = either.check(either.sign(signer="forged"))
    assert_fails_at(ran, either.kind.certificate)
    assert "not signed by the CA" in ran.finding(either.kind.certificate)["message"]


@pytest.mark.parametrize(
    ("signer", "says"),
    [
        ("expired", "had expired"),
        ("future", "not yet valid"),
        ("revoked", "had been revoked"),
        ("authority", "one of a CA"),
        ("stranger", "does not lead to a trust anchor"),
    ],
)
def test_the_certificate_is_not_good(either: Bench, signer: str, says: str) -> None:
    ran = either.check(either.sign(signer=signer))
    assert_fails_at(ran, either.kind.certificate)
    assert says in ran.finding(either.kind.certificate)["message"]
    # Only one thing is wrong with it.
    assert ran.requirement(either.kind.certificate)["count"] == 1


def test_the_certificate_is_another_partys(either: Bench) -> None:
    ran = either.check(either.sign(signer="other"))
    assert_fails_at(ran, either.kind.officer)
    assert ran.finding(either.kind.officer)["found"] == OTHER_EUI64


@pytest.mark.parametrize(
    ("signer", "moment", "fails"),
    [
        ("ec", "2033-12-31T23:59:59Z", False),
        ("ec", "2034-01-01T00:00:01Z", True),
        ("ec", "2024-01-01T00:00:00Z", False),
        ("ec", "2023-12-31T23:59:59Z", True),
        ("revoked", "2025-04-30T23:59:59Z", False),
        ("revoked", "2025-05-01T00:00:00Z", True),
        ("future", "2030-01-01T00:00:00Z", False),
    ],
)
def test_a_certificate_has_to_be_valid_at_the_time_of_sending(
    lone: Bench, signer: str, moment: str, fails: bool
) -> None:
    file = lone.folder / "adt.csv.p7m"
    file.write_bytes(lone.sign(signer=signer))
    trust = ["--trust", lone.hierarchy.trust, "--crl", lone.hierarchy.crl]
    ran = check(file, *trust, "--at", moment)
    assert ran.roots == ({"3.4(b)-3"} if fails else set())


@pytest.mark.parametrize("anchor", ["its own", "another"])
def test_trust_is_in_the_anchor_given(lone: Bench, anchor: str) -> None:
    file = lone.folder / "adt.csv.p7m"
    file.write_bytes(lone.sign(signer="stranger"))
    own = lone.hierarchy.folder / "stranger" / "ca.pem"
    ran = check(file, "--trust", own if anchor == "its own" else lone.hierarchy.trust, "--at", AT)
    assert ran.roots == (set() if anchor == "its own" else {"3.4(b)-3"})


def test_a_revocation_list_out_of_date_shows_nothing(lone: Bench) -> None:
    stale = lone.hierarchy.issuing.crl(
        lone.folder / "stale.crl", last="240601000000Z", following="240701000000Z"
    )
    file = lone.folder / "adt.csv.p7m"
    file.write_bytes(lone.sign())
    ran = check(file, "--trust", lone.hierarchy.trust, "--crl", stale, "--at", AT)
    assert ran.roots == set()
    assert ran.status("3.4(b)-3") == "not shown"
    assert "out of date" in ran.requirement("3.4(b)-3")["reason"]


def test_a_revocation_list_of_another_key_shows_nothing(lone: Bench) -> None:
    """Somebody who is not the issuing CA, but goes by its name, says that nothing is revoked."""
    double = lone.hierarchy.folder / "double"
    forged = lone.folder / "forged.crl"
    openssl(
        "ca", "-gencrl", "-config", double / "ca.cnf", "-cert", double / "ca.pem",
        "-keyfile", double / "ca.key", "-crl_lastupdate", "250531000000Z",
        "-crl_nextupdate", "340101000000Z", "-out", forged,
    )  # fmt: skip
    file = lone.folder / "adt.csv.p7m"
    file.write_bytes(lone.sign(signer="revoked"))
    ran = check(file, "--trust", lone.hierarchy.trust, "--crl", forged, "--at", AT)
    assert ran.status("3.4(b)-3") == "not shown"
    assert ran.requirement("3.4(b)-3")["evidence"] == ["--crl"]


# --- Encodings ----------------------------------------------------------------------------------


def to_crlf(data: bytes) -> bytes:
    return data.replace(b"\n", b"\r\n")


def to_utf16(data: bytes) -> bytes:
    return data.decode("ascii").encode("utf-16")


def with_bom(data: bytes) -> bytes:
    return b"\xef\xbb\xbf" + data


REENCODED: list[tuple[Callable[[bytes], bytes], str]] = [
    (to_crlf, "6.1-3"),
    (to_utf16, "{}-1"),
    (with_bom, "{}-2"),
]


@pytest.mark.parametrize(("change", "root"), REENCODED)
def test_the_file_was_reencoded_and_then_signed(
    either: Bench, change: Callable[[bytes], bytes], root: str
) -> None:
    changed = change(either.kind.data)
    ran = either.check_with_record(either.sign(data=changed), changed)
    assert_fails_at(ran, root.format(either.kind.form))


def test_a_file_that_was_put_into_utf_16_after_signing_is_one_fault(detached: Bench) -> None:
    ran = detached.check_with_record(detached.sign(), to_utf16(detached.kind.data))
    assert_fails_at(ran, detached.kind.signature)
    message = ran.finding(detached.kind.signature)["message"]
    assert "after it was signed: it is UTF-16 text" in message


def test_a_mark_that_was_put_in_front_after_signing_is_one_fault(detached: Bench) -> None:
    ran = detached.check_with_record(detached.sign(), with_bom(detached.kind.data))
    assert_fails_at(ran, detached.kind.signature)
    message = ran.finding(detached.kind.signature)["message"]
    assert "after it was signed: a byte order mark is in front" in message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([to_crlf], "the line ends of the file were changed after it was signed"),
        (
            [to_crlf, with_bom],
            "the file was saved by a spreadsheet program after it was signed: CR LF",
        ),
    ],
)
def test_crlf_after_signing_is_one_fault_and_called_what_it_is(
    detached: Bench, changes: list[Callable[[bytes], bytes]], words: str
) -> None:
    data = detached.kind.data
    for change in changes:
        data = change(data)
    ran = detached.check_with_record(detached.sign(), data)
    assert_fails_at(ran, "6.1-3")
    assert ran.finding("6.1-3")["message"].startswith(words)


# --- The stripping forgery ----------------------------------------------------------------------


def stripped(signed: bytes) -> bytes:
    """The attributes of a signature, presented as a file that was signed without any."""
    info = cms.ContentInfo.load(signed)
    data = info["content"]
    (signer,) = data["signer_infos"]
    content = b"\x31" + signer["signed_attrs"].dump()[1:]
    kept = ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")
    bare = cms.SignerInfo({name: signer[name] for name in kept})
    data["signer_infos"] = cms.SignerInfos([bare])
    data["encap_content_info"] = {"content_type": "data", "content": content}
    return bytes(info.dump(force=True))


@pytest.mark.parametrize("signer", ["ec", "rsa"])
def test_the_attribute_stripping_forgery_is_refused(lone: Bench, signer: str) -> None:
    forged = stripped(lone.sign(signer=signer))
    (lone.folder / "forged").write_bytes(forged)
    # It is not a clumsy one: OpenSSL is content with it.
    openssl(
        "cms", "-verify", "-binary", "-inform", "DER", "-in", lone.folder / "forged", "-CAfile",
        lone.hierarchy.trust, "-purpose", "any", "-no_check_time", "-out", lone.folder / "out",
    )  # fmt: skip
    ran = lone.check(forged)
    assert "attributes of another signature" in ran.finding("3.4(b)-2")["message"]
    # Besides, attributes are not a CSV file: they are not what 6.1 and 6.3 ask for.
    assert "3.4(b)-2" in ran.roots
    assert all(root.startswith(("6.1-", "6.3-")) for root in ran.roots - {"3.4(b)-2"})
    assert ran.status("3.4(b)-3") == "not shown"


def test_the_forgery_beside_its_file_fails_at_the_signature_alone(lone: Bench) -> None:
    beside = replace(lone, attached=False)
    assert_fails_at(beside.check(stripped(lone.sign()), ADT), "3.4(b)-2")

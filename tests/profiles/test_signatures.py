"""A profile's entries about signatures apply to generating, spoiling, signing and checking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.findings import Status
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, faults_of
from generators.faults.fault import edit_signing
from generators.scenario import Scenario
from tests.generators.test_invariants import check, roots
from tests.model.profiles import extending
from tests.preparation.desk import CONTAINERS, CSV, RECORD, SigningFolder
from tests.running import run
from tests.sampling import one_in

#: Entries of a profile, and the key in ``desk.KEYS`` that signs as they want it.
FORMS = {
    "base64": ('signature.cms.encodings = ["base64"]', "ecdsa"),
    "PEM alone": ('signature.cms.encodings = ["pem"]', "rsa"),
    "PEM, then base64, inside": (
        'signature.containers = ["cms-attached"]\nsignature.cms.encodings = ["pem", "base64"]',
        "ecdsa",
    ),
    "without the last separator": (
        'signature.cms.over = "file-without-final-separator"',
        "ecdsa",
    ),
}


#: Algorithms, and the key that signs by each.
ALGORITHMS = {
    "P-384, SHA-384": ('{ key = "ecdsa", curve = "secp384r1", digests = ["sha384"] }', "p384"),
    "P-521, SHA-512": ('{ key = "ecdsa", curve = "secp521r1", digests = ["sha512"] }', "p521"),
    "P-256, SHA-512": ('{ key = "ecdsa", curve = "secp256r1", digests = ["sha512"] }', "ecdsa"),
    "RSA, SHA-384": ('{ key = "rsa", minimum_bits = 2048, digests = ["sha384"] }', "rsa"),
    "RSA-PSS": ('{ key = "rsa-pss", minimum_bits = 2048, digests = ["sha256"] }', "rsa"),
    "RSA-PSS, SHA-512": ('{ key = "rsa-pss", minimum_bits = 2048, digests = ["sha512"] }', "rsa"),
}


def ground(folder: Path, entries: str) -> Ground:
    catalogue = load_catalogue(CHECKS)
    return Ground(
        catalogue, load_profile(str(extending(folder, entries, name="profile")), catalogue)
    )


def faults_of_signatures(draft: Draft) -> Iterator[Fault]:
    for fault in faults_of(draft):
        if fault.name.startswith(("signature-", "certificate-")):
            yield fault


@pytest.mark.parametrize("kind", [Kind.ADT, pytest.param(Kind.QCAF, marks=pytest.mark.whole)])
@pytest.mark.parametrize("form", FORMS)
def test_a_generated_submission_conforms_and_each_fault_breaks_its_requirement(
    tmp_path: Path, form: str, kind: Kind
) -> None:
    draft = conforming(Scenario(kind=kind), ground(tmp_path, FORMS[form][0]))
    assert roots(draft) == []
    faults = list(faults_of_signatures(draft))
    assert len(faults) > 20
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_signed_in_the_form_that_the_profile_states(tmp_path: Path, form: str) -> None:
    entries, key = FORMS[form]
    desk = SigningFolder(tmp_path, key)
    desk.profile = extending(tmp_path, entries)
    made = desk.sign(*desk.pair, "--trust", desk.trust, "--crl", desk.crl)
    assert (made.code, made.err) == (0, ""), made.out
    container = "cms-attached" if "attached" in entries else "cms-detached"
    checked = desk.check(container)
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}


@pytest.mark.openssl
@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("name", one_in(2, ALGORITHMS))
def test_a_file_is_signed_by_an_algorithm_of_the_profile(
    tmp_path: Path, name: str, container: str
) -> None:
    algorithm, key = ALGORITHMS[name]
    desk = SigningFolder(tmp_path, key)
    entries = f'signature.containers = ["{container}"]\nsignature.algorithms = [{algorithm}]'
    if container == "signature-record":
        entries += RECORD
    desk.profile = extending(tmp_path, entries)
    made = desk.sign(*desk.pair, "--trust", desk.trust, "--crl", desk.crl)
    assert (made.code, made.err) == (0, ""), made.out
    checked = desk.check(container)
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}
    if container.startswith("cms"):
        assert desk.openssl(container) == CSV


def test_an_encoding_that_the_profile_does_not_take_is_not_written(tmp_path: Path) -> None:
    desk = SigningFolder(tmp_path)
    desk.profile = extending(tmp_path, FORMS["base64"][0])
    trouble = desk.sign(*desk.pair, "--encoding", "PEM").trouble
    assert trouble == "profile mine takes no CMS in PEM (it takes BASE64)"


@pytest.mark.openssl
def test_openssl_takes_a_signature_over_the_file_without_its_last_separator(tmp_path: Path) -> None:
    desk = SigningFolder(tmp_path)
    desk.profile = extending(tmp_path, FORMS["without the last separator"][0])
    assert desk.sign(*desk.pair).code == 0
    desk.file.write_bytes(CSV.removesuffix(b"\n"))
    assert desk.openssl("cms-detached") == CSV.removesuffix(b"\n")
    desk.file.write_bytes(CSV)
    desk.profile = extending(tmp_path, "")
    assert desk.check("cms-detached").roots == {"3.4(b)-2"}


def test_a_signature_over_the_last_separator_is_found_out(tmp_path: Path) -> None:
    desk = SigningFolder(tmp_path)
    desk.profile = extending(tmp_path, "")
    assert desk.sign(*desk.pair).code == 0
    desk.profile = extending(tmp_path, FORMS["without the last separator"][0])
    ran = desk.check("cms-detached")
    assert ran.roots == {"3.4(b)-2"}
    finding = ran.finding("3.4(b)-2")
    assert finding["message"] == "the signature is over the line feed at the end as well"
    assert ran.requirement("3.4(b)-2")["count"] == 1


def test_the_bytes_that_an_attached_signature_covers_cannot_be_chosen(tmp_path: Path) -> None:
    entries = FORMS["without the last separator"][0] + '\nsignature.containers = ["cms-attached"]'
    (one,) = examine(str(extending(tmp_path, entries)), load_catalogue(CHECKS)).refused
    assert one.entry == "signature.cms.over"
    assert one.what.startswith("makes no difference")


def test_a_response_is_given_to_check_and_to_sign(tmp_path: Path) -> None:
    made, trust = tmp_path / "made", tmp_path / "made-trust"
    path = extending(tmp_path, 'certificate.revocation = "ocsp"\ntrust.test_keys = true\n')
    words = ["--profile", path, "--trust", trust / "root.pem"]
    assert run("generate", "adt", "-o", made, "--profile", path).code == 0
    assert not (trust / "crls.pem").exists()
    only = ["--only", "3.4(b)-3", "--format", "json"]
    (result,) = run("check", made, *words, *only).report["submissions"][0]["requirements"]
    assert (result["status"], result["evidence"]) == ("not shown", ["--ocsp"])
    words += ["--ocsp", trust / "ocsp.pem"]
    (result,) = run("check", made, *words, *only).report["submissions"][0]["requirements"]
    assert result["status"] == "passed"
    key = ["--key", trust / "aro.key", "--certificate", trust / "aro.pem"]
    signed = run("sign", made / "adt.csv", *key, *words, "-o", tmp_path / "new.p7s")
    assert (signed.code, signed.err) == (0, "")


@pytest.mark.parametrize("order", ["all", "in-order"])
def test_a_certificate_that_was_not_given_is_not_reported_as_wrong(
    tmp_path: Path, order: str
) -> None:
    readings = f'readings.order-of-checks = "{order}"\n'
    place = ground(tmp_path, 'signature.cms.certificate = "elsewhere"\n' + readings)
    draft, _ = edit_signing(conforming(Scenario(), place), "certificates", "none")
    found = {one.requirement.id: one for one in check(draft).results}
    for identifier in ("3.4(b)-2", "3.4(b)-3", "3.4(b)-4", *["6.3-7"] * (order == "in-order")):
        one = found[identifier]
        assert (one.status, one.reason, one.evidence) == (
            Status.NOT_SHOWN, "the certificate of the signer was not given", ("--certificate",),
        )  # fmt: skip


def test_no_fault_is_about_a_line_feed_that_the_file_does_not_have(tmp_path: Path) -> None:
    readings = 'readings.final-line-feed = "separator"\n'
    place = ground(tmp_path, FORMS["without the last separator"][0] + "\n" + readings)
    draft = conforming(Scenario(records=1), place)
    for fault in faults_of_signatures(draft):
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name

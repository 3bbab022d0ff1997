"""Good signatures of the OpenSSL command line are accepted, in every form that it writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.authority import AT, EUI64, HIGH_EUI64, Hierarchy, openssl, sign
from tests.real.material import ADT, DCC_QCAF, USER_QCAF
from tests.running import Ran, check

pytestmark = pytest.mark.openssl

DETACHED = {
    "DER": ("-outform", "DER"),
    "PEM": ("-outform", "PEM"),
    "key identifier": ("-outform", "DER", "-keyid"),
    "no attributes": ("-outform", "DER", "-noattr"),
    "no capabilities": ("-outform", "DER", "-nosmimecap"),
    "CAdES": ("-outform", "DER", "-cades"),
}
ATTACHED = {
    **DETACHED,
    "BER": ("-outform", "DER", "-stream"),
    "BER in PEM": ("-outform", "PEM", "-stream"),
    "BER, no attributes": ("-outform", "DER", "-stream", "-noattr"),
    "BER, key identifier": ("-outform", "DER", "-stream", "-keyid"),
}
KEYS = ("ec", "rsa")
#: Why requirements do not apply under the reference profile.
NOT_THERE = (
    "the profile has no such rule",
    "the profile has one kind of record",
    "the profile has no value that follows from others",
)


def assert_form_and_signature_hold(ran: Ran, form: str, signature: str, certificate: str) -> None:
    assert ran.roots == set()
    assert ran.code == 0
    assert ran.status(signature) == "passed"
    assert ran.status(certificate) == "passed"
    for requirement in ran.submission["requirements"]:
        if requirement["id"].startswith(("6.1-", form)):
            # Actions of DCC on reading, and rules that the profile does not have.
            other = requirement["id"] == "6.1-5" or requirement["reason"] in NOT_THERE
            assert requirement["status"] == ("not applicable" if other else "passed")


def assert_adt_holds(ran: Ran) -> None:
    assert_form_and_signature_hold(ran, "6.3-", "3.4(b)-2", "3.4(b)-3")
    assert ran.status("3.4(b)-1") == "passed"
    # No one has said who the Party's officers are.
    assert ran.verdict == "not shown"
    assert ran.requirement("3.4(b)-4")["evidence"] == ["sender.aros"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", DETACHED)
def test_a_detached_signature_verifies(
    hierarchy: Hierarchy, tmp_path: Path, key: str, form: str
) -> None:
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    sign(ADT, tmp_path / "adt.csv.p7s", [hierarchy.signers[key]], *DETACHED[form])
    assert_adt_holds(check(file, *hierarchy.judged))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("form", ATTACHED)
def test_an_attached_signature_verifies(
    hierarchy: Hierarchy, tmp_path: Path, key: str, form: str
) -> None:
    signer = hierarchy.signers[key]
    file = sign(ADT, tmp_path / "adt.csv.p7m", [signer], "-nodetach", *ATTACHED[form])
    assert_adt_holds(check(file, *hierarchy.judged))


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("tool", ["smime", "cms"])
def test_both_tools_of_openssl_are_read(
    hierarchy: Hierarchy, tmp_path: Path, key: str, tool: str
) -> None:
    holder = hierarchy.signers[key]
    file = tmp_path / "adt.csv.p7m"
    openssl(
        tool, "-sign", "-binary", "-nodetach", "-outform", "DER", "-out", file,
        "-signer", holder.certificate, "-inkey", holder.key, data=ADT,
    )  # fmt: skip
    assert_adt_holds(check(file, *hierarchy.judged))


@pytest.mark.parametrize("key", KEYS)
def test_a_chain_in_the_signature_needs_only_the_root_to_be_trusted(
    hierarchy: Hierarchy, tmp_path: Path, key: str
) -> None:
    issuer = hierarchy.issuing.holder.certificate
    file = tmp_path / "adt.csv"
    file.write_bytes(ADT)
    signature = tmp_path / "adt.csv.p7s"
    options = ["--trust", hierarchy.root.holder.certificate, "--crl", hierarchy.crl, "--at", AT]

    sign(ADT, signature, [hierarchy.signers[key]], "-outform", "DER")
    alone = check(file, *options)
    assert alone.roots == {"3.4(b)-3"}
    assert "Test issuing CA" in alone.finding("3.4(b)-3")["found"]

    sign(ADT, signature, [hierarchy.signers[key]], "-outform", "DER", "-certfile", issuer)
    assert_adt_holds(check(file, *options))


@pytest.mark.parametrize("key", KEYS)
def test_a_certificate_left_out_can_be_given_with_the_trust(
    hierarchy: Hierarchy, tmp_path: Path, key: str
) -> None:
    signer = hierarchy.signers[key]
    file = sign(ADT, tmp_path / "adt.csv.p7m", [signer], "-outform", "DER", "-nodetach", "-nocerts")
    without = check(file, *hierarchy.judged)
    assert without.roots == {"3.4(b)-2"}
    assert "did not come with the signature" in without.finding("3.4(b)-2")["message"]
    assert without.requirement("3.4(b)-3")["blocked_by"] == ["3.4(b)-2"]

    options = ["--trust", hierarchy.everything, "--crl", hierarchy.crl, "--at", AT]
    assert_adt_holds(check(file, *options))


def test_a_certificate_in_use_today_is_valid_without_a_time_given(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    """Issued by ``openssl x509``, for an EUI-64 with bytes of all kinds."""
    data = ADT.replace(EUI64.encode(), HIGH_EUI64.encode())
    file = sign(
        data, tmp_path / "adt.csv.p7m", [hierarchy.signers["high"]], "-outform", "DER", "-nodetach"
    )
    ran = check(file, "--trust", hierarchy.trust, "--crl", hierarchy.crl)
    assert_adt_holds(ran)


def test_a_signature_is_found_beside_the_file_or_named(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    file, signature = tmp_path / "adt.csv", tmp_path / "elsewhere.der"
    file.write_bytes(ADT)
    sign(ADT, signature, [hierarchy.signers["ec"]], "-outform", "DER")
    assert check(file, *hierarchy.judged).roots == {"6.1-1"}
    assert_adt_holds(check(file, "--signature", signature, *hierarchy.judged))


def test_the_file_comes_by_standard_input(hierarchy: Hierarchy, tmp_path: Path) -> None:
    signer = hierarchy.signers["ec"]
    file = sign(ADT, tmp_path / "signed", [signer], "-outform", "DER", "-nodetach")
    ran = check("-", *hierarchy.judged, stdin=file.read_bytes())
    assert_adt_holds(ran)
    assert ran.submission["source"] == "(standard input)"


def test_a_der_trust_anchor_and_a_der_revocation_list_are_read(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    root, crl = tmp_path / "root.der", tmp_path / "crl.der"
    openssl("x509", "-in", hierarchy.root.holder.certificate, "-outform", "DER", "-out", root)
    openssl("crl", "-in", hierarchy.crl, "-outform", "DER", "-out", crl)
    issuer = hierarchy.issuing.holder.certificate
    file = sign(
        ADT, tmp_path / "adt.csv.p7m", [hierarchy.signers["ec"]],
        "-outform", "DER", "-nodetach", "-certfile", issuer,
    )  # fmt: skip
    assert_adt_holds(check(file, "--trust", root, "--crl", crl, "--at", AT))


def test_without_anchor_or_list_the_certificate_is_not_shown(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    file = sign(
        ADT, tmp_path / "adt.csv.p7m", [hierarchy.signers["ec"]], "-outform", "DER", "-nodetach"
    )
    bare = check(file, "--at", AT)
    assert bare.roots == set()
    assert bare.status("3.4(b)-2") == "passed"
    assert bare.status("3.4(b)-3") == "not shown"
    assert bare.requirement("3.4(b)-3")["evidence"] == ["--trust", "--crl"]
    no_list = check(file, "--trust", hierarchy.trust, "--at", AT)
    assert no_list.requirement("3.4(b)-3")["evidence"] == ["--crl"]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("clause", ["4.7", "4.13"])
@pytest.mark.parametrize("form", ["detached", "attached", "BER"])
def test_a_qcaf_is_checked_against_the_clause_that_its_breaches_show(
    hierarchy: Hierarchy, tmp_path: Path, key: str, clause: str, form: str
) -> None:
    data = {"4.7": USER_QCAF, "4.13": DCC_QCAF}[clause]
    options = {
        "detached": ("-outform", "PEM"),
        "attached": ("-outform", "DER", "-nodetach"),
        "BER": ("-outform", "DER", "-nodetach", "-stream"),
    }[form]
    name = "qcaf.csv.p7s" if form == "detached" else "qcaf.csv.p7m"
    file = sign(data, tmp_path / name, [hierarchy.signers[key]], *options)
    if form == "detached":
        file = tmp_path / "qcaf.csv"
        file.write_bytes(data)
    ran = check(file, *hierarchy.judged)
    assert ran.roots == set()
    assert ran.status(f"{clause}(b)-3") == "passed"
    assert ran.status(f"{clause}(b)-5") == "passed"
    shown = ran.requirement(f"{clause}(b)-6")
    assert (shown["status"], shown["evidence"]) == ("not shown", ["sender.aros"])
    other = {"4.7": "4.13", "4.13": "4.7"}[clause]
    assert ran.status(f"{other}(b)-3") == "not applicable"
    assert ran.status(f"{clause}(b)-1") == "passed"
    assert ran.status(f"{clause}(b)-2") == "passed"
    for requirement in ran.submission["requirements"]:
        if requirement["id"].startswith("6.5-"):
            assert requirement["status"] == "passed" or requirement["reason"] in NOT_THERE


def test_the_command_itself_takes_what_openssl_pipes_into_it(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    """As the help of the command has it: ``openssl cms -sign ... | tadp check -``."""
    holder = hierarchy.signers["rsa"]
    (tmp_path / "adt.csv").write_bytes(ADT)
    signing = subprocess.Popen(
        [
            "openssl", "cms", "-sign", "-binary", "-nodetach", "-outform", "DER",
            "-signer", holder.certificate, "-inkey", holder.key, "-in", tmp_path / "adt.csv",
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    checking = subprocess.run(
        [sys.executable, "-m", "conformance", "check", "-", "--kind", "adt", *hierarchy.judged],
        stdin=signing.stdout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert signing.stdout is not None
    signing.stdout.close()
    assert signing.wait() == 0
    assert checking.returncode == 0, checking.stderr
    assert checking.stdout.startswith("NOT SHOWN  (standard input)  ADT File, edition mp109\n")

"""Where the certificate of the signer is: inside the signature, beside it, or not given at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.signature import Presence
from tests.model.profiles import extending
from tests.running import run
from tests.signature.mail import forged
from tests.signature.signing import RULES, Hierarchy, messages, open_bytes

DATA = b"a,b\nc,d\n"
CSV = b"70-00-00-00-00-00-00-01,IS,3.5,560,8,828\n"
MISSING = "the certificate of the signer did not come with the signature"


@pytest.mark.parametrize(
    ("where", "inside", "given", "found"),
    [
        ("inside", True, False, []),
        ("inside", False, True, ["the certificate of the signer is not inside the signature"]),
        ("inside", False, False, [MISSING]),
        ("elsewhere", True, False, []),
        ("elsewhere", False, True, []),
        ("elsewhere", False, False, [MISSING]),
        ("either", True, False, []),
        ("either", False, True, []),
        ("either", False, False, [MISSING]),
    ],
)
def test_the_profile_says_where_the_certificate_is(
    hierarchy: Hierarchy, where: str, inside: bool, given: bool, found: list[str]
) -> None:
    der = forged(hierarchy.ec, **({} if inside else {"certificates": []}))
    extra = [hierarchy.ec.der] if given else []
    opened = open_bytes(der, rules=replace(RULES, certificate=where), extra=extra)
    assert messages(opened) == found
    unknown = where == "elsewhere" and not inside and not given
    assert (opened.presence is Presence.UNKNOWN) == unknown


def _check(folder: Path, hierarchy: Hierarchy, where: str, *words: object, data: bytes = CSV):  # type: ignore[no-untyped-def]
    extending(folder, f'signature.cms.certificate = "{where}"', name="profile")
    (folder / "adt.csv").write_bytes(CSV)
    der = forged(hierarchy.ec, data=data, detached=True, certificates=[])
    (folder / "adt.csv.p7s").write_bytes(der)
    (folder / "own.crt").write_bytes(hierarchy.ec.pem)
    return run("check", folder / "adt.csv", "--format", "json", "--profile",
        folder / "profile.toml", *words)  # fmt: skip


@pytest.mark.parametrize("where", ["elsewhere", "either"])
def test_a_certificate_that_is_given_is_the_signers(
    hierarchy: Hierarchy, tmp_path: Path, where: str
) -> None:
    ran = _check(tmp_path, hierarchy, where, "--certificate", tmp_path / "own.crt")
    assert ran.status("3.4(b)-2") == "passed"
    other = _check(tmp_path, hierarchy, where, "--certificate", hierarchy.directory / "rsa.pem")
    (found,) = other.requirement("3.4(b)-2")["findings"]
    not_the_signers = "the certificate that came with the signature is not the signer's"
    assert found["message"] == (not_the_signers if where == "elsewhere" else MISSING)
    assert found["found"].startswith("no such certificate in ") or where != "elsewhere"


def test_without_it_a_signature_is_not_shown_to_hold(hierarchy: Hierarchy, tmp_path: Path) -> None:
    ran = _check(tmp_path, hierarchy, "elsewhere")
    one = ran.requirement("3.4(b)-2")
    assert (one["status"], one["evidence"]) == ("not shown", ["--certificate"])
    assert ran.status("6.1-1") == "passed"
    assert ran.status("3.4(b)-3") == "not shown"


def test_without_it_another_file_is_found_out_all_the_same(
    hierarchy: Hierarchy, tmp_path: Path
) -> None:
    ran = _check(tmp_path, hierarchy, "elsewhere", data=b"another\n")
    assert ran.status("3.4(b)-2") == "failed"


def test_it_goes_with_one_file(hierarchy: Hierarchy, tmp_path: Path) -> None:
    _check(tmp_path, hierarchy, "either")
    trouble = run("check", tmp_path / "adt.csv", tmp_path / "adt.csv", "--certificate",
        tmp_path / "own.crt").trouble  # fmt: skip
    assert trouble.startswith("--certificate goes with one file")

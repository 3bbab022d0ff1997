"""Two officers sign one file, one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.preparation.desk import CSV, KEYS, SigningFolder, private_pem
from tests.signature import pki

EUI64 = bytes.fromhex("7000000000000001")
PROFILE = """
profile = "ours"
title = "Two officers"
version = "1"
extends = "reference"
signature.signers = 2
signature.cms.encodings = ["pem", "der"]
"""


@pytest.fixture
def desk(tmp_path: Path) -> SigningFolder:
    desk = SigningFolder(tmp_path)
    desk.profile.write_text(PROFILE, "utf-8")
    return desk


def pair(desk: SigningFolder, name: str, key: str) -> tuple[object, ...]:
    """Return the options for the key of another officer."""
    holder = desk.issue(KEYS[key], name=pki.subject(common_name=name, eui64=EUI64))
    own = desk.put(f"{key}.pem", holder.pem + desk.ca.pem)
    return "--key", desk.put(f"{key}.key", private_pem(KEYS[key])), "--certificate", own


def trusted(desk: SigningFolder) -> tuple[object, ...]:
    return "--trust", desk.trust, "--crl", desk.crl


@pytest.mark.openssl
@pytest.mark.parametrize("container", ["cms-detached", "cms-attached"])
def test_each_puts_a_signature_beside_the_other(desk: SigningFolder, container: str) -> None:
    words = ("--container", container, *trusted(desk))
    first = desk.sign(*desk.pair, *words)
    assert (first.code, first.err) == (0, ""), first.out
    output = desk.output(container)
    assert (
        f"1 of 2 signatures: the next officer adds theirs with tadp sign {desk.file} "
        f"--signature {output} -o ANOTHER-FILE"
    ) in first.out
    (finding,) = desk.check(container).requirement("3.4(b)-2")["findings"]
    assert finding["message"] == "fewer have signed than have to"
    assert (finding["found"], finding["expected"]) == ("1 signer", "2 signers")

    output.rename(desk.folder / "first")
    two = pair(desk, "Second officer", "rsa")
    second = desk.sign(*two, *words, "--signature", desk.folder / "first")
    assert (second.code, second.err) == (0, ""), second.out
    assert "signatures" not in second.out
    checked = desk.check(container)
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}
    assert desk.openssl(container, "PEM") == CSV


def test_a_signature_that_another_cannot_be_added_to_is_refused(desk: SigningFolder) -> None:
    desk.sign(*desk.pair)
    first = desk.output("cms-detached").rename(desk.folder / "first")

    def trouble(*words: object) -> str:
        ran = desk.sign("--signature", first, *words)
        assert ran.code == 2
        assert not desk.output("cms-detached").exists()
        return ran.trouble

    assert "has the signature of " in trouble(*desk.pair)
    renewed = pair(desk, "TEST", "rsa")
    one = desk.issue(KEYS["rsa"])
    desk.put("rsa.pem", one.pem + desk.ca.pem)
    assert "already, which counts once" in trouble(*renewed)
    two = pair(desk, "Second officer", "rsa")
    bare = PROFILE.partition("signature")[0] + 'signature.containers = ["raw-detached"]\n'
    desk.profile.write_text(bare, "utf-8")
    assert "--signature does not go with raw-detached" in trouble(*two)
    desk.profile.write_text(PROFILE.replace("signers = 2", "signers = 1"), "utf-8")
    assert "has 1 signature, and the profile takes no more" in trouble(*two)
    desk.profile.write_text(PROFILE, "utf-8")
    desk.file.write_bytes(CSV.replace(b"560", b"561"))
    assert "does not hold, so that nothing is added to it" in trouble(*two)
    first.write_bytes(b"no signature")
    assert trouble(*two).startswith(f"{first}: is not a signature that another can be added to")

"""Signatures are valid for us and for OpenSSL, in every container and with every kind of key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.preparation.desk import CONTAINERS, CSV, PASSPHRASE, PROFILE, SigningFolder, private_pem
from tests.preparation.softhsm import Store
from tests.running import run
from tests.sampling import one_in

Source = Callable[[SigningFolder, pytest.FixtureRequest], tuple[object, ...]]


def key_file(desk: SigningFolder, _: pytest.FixtureRequest) -> tuple[object, ...]:
    return desk.pair


def encrypted_key_file(desk: SigningFolder, _: pytest.FixtureRequest) -> tuple[object, ...]:
    desk.key.write_bytes(private_pem(desk.holder.key, PASSPHRASE))
    return (*desk.pair, "--passphrase-file", desk.secret())


def pkcs12_file(desk: SigningFolder, _: pytest.FixtureRequest) -> tuple[object, ...]:
    return ("--pkcs12", desk.pkcs12(PASSPHRASE), "--passphrase-file", desk.secret())


def token(desk: SigningFolder, request: pytest.FixtureRequest) -> tuple[object, ...]:
    store: Store = request.getfixturevalue("store")
    made = store.token()
    made.add_key(desk.holder, "signing", "a1")
    made.add_certificate(desk.holder, "a1")
    made.add_certificate(desk.ca, "a2")
    return made.options


@dataclass(frozen=True)
class Way:
    """A container, with its encoding if it is CMS."""

    container: str
    encoding: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        encoding = ("--encoding", self.encoding) if self.encoding else ()
        return ("--container", self.container, *encoding)


WAYS = [Way(container) for container in CONTAINERS] + [Way(c, "PEM") for c in CONTAINERS[:2]]


@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
@pytest.mark.parametrize("source", [key_file, encrypted_key_file, pkcs12_file, token])
@pytest.mark.parametrize("algorithm", one_in(2, ["ecdsa", "rsa"]))
@pytest.mark.parametrize("way", WAYS, ids=lambda w: "-".join(w.words[1::2]))
def test_signatures_that_were_made_verify(
    tmp_path: Path, request: pytest.FixtureRequest, way: Way, algorithm: str, source: Source
) -> None:
    desk = SigningFolder(tmp_path, algorithm)
    key = source(desk, request)
    before = desk.names()
    ran = desk.sign(*way.words, *key, "--trust", desk.trust, "--crl", desk.crl)
    assert (ran.code, ran.err) == (0, ""), ran.out
    assert "signed by ARO 1" in ran.out
    assert "Not shown" not in ran.out
    written = {desk.output(way.container).name}
    if way.container == "raw-detached":
        written.add("adt.csv.pem")
    assert desk.names() - before == written
    assert desk.file.read_bytes() == CSV
    checked = desk.check(way.container)
    assert checked.roots == set()
    assert {checked.status(i) for i in ("6.1-1", "3.4(b)-2", "3.4(b)-3")} == {"passed"}
    assert desk.openssl(way.container, way.encoding or "DER") == CSV


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_file_that_is_altered_afterwards_is_rejected(desk: SigningFolder, container: str) -> None:
    assert desk.sign("--container", container, *desk.pair).code == 0
    for path in (desk.file, desk.output(container)):
        path.write_bytes(path.read_bytes().replace(b",8,828", b",9,828"))
    assert desk.check(container).status("3.4(b)-2") == "failed"


def test_a_container_that_is_only_read_is_refused(desk: SigningFolder) -> None:
    start = PROFILE.split("containers =")[0]
    desk.put("profile.toml", (start + 'containers = ["smime", "raw-detached"]\n').encode())
    trouble = desk.sign(*desk.pair).trouble
    assert trouble == "smime is read and not written (choose --container raw-detached)"
    desk.put("profile.toml", (start + 'containers = ["smime"]\n').encode())
    trouble = desk.sign(*desk.pair).trouble
    assert trouble == "smime is read and not written (choose another profile)"
    made = run("generate", "adt", "-o", desk.folder / "out", "--profile", desk.profile)
    assert "the profile takes no container that a signature can be written in" in made.trouble
    assert not (desk.folder / "out").exists()

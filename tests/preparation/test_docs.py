"""The commands of docs/signing.md do what they are said to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.preparation.desk import CSV, PASSPHRASE, SigningFolder
from tests.preparation.softhsm import MODULE

TEXT = (Path(__file__).parents[2] / "docs" / "signing.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"<!-- run: (\S+) -->\n```\n(.*?)```", TEXT, re.DOTALL))


@pytest.mark.openssl
@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no OpenSSL here")
def test_the_commands_work(desk: SigningFolder) -> None:
    desk.key.rename(desk.folder / "aro.key")
    desk.certificate.rename(desk.folder / "aro.pem")
    desk.pkcs12(PASSPHRASE, "aro.p12")
    desk.secret(name="passphrase.txt")
    bash(desk.folder, *(BLOCKS[name] for name in ("key-file", "chain", "pkcs12", "openssl")))
    assert (desk.folder / "verified.csv").read_bytes() == CSV


@pytest.mark.usefixtures("_store")
def test_the_commands_for_a_token_work(desk: SigningFolder) -> None:
    desk.key.rename(desk.folder / "aro.key")
    desk.certificate.rename(desk.folder / "aro.pem")
    # SoftHSM takes the place of the token of the first command, which asks for the PIN, and has no
    # certificate on it.
    module, given = "/usr/lib/opensc-pkcs11.so", "--certificate aro.pem --pin-file pin.txt"
    assert module in BLOCKS["token"]
    token = BLOCKS["token"].replace(module, f"{MODULE} {given}")
    softhsm = BLOCKS["softhsm"].replace("/usr/lib/softhsm/libsofthsm2.so", str(MODULE))
    bash(desk.folder, softhsm, token)
    assert (desk.folder / "adt.p7s").exists()
    assert (desk.folder / "adt.csv.p7s").exists()


def test_every_command_that_is_marked_is_run() -> None:
    assert set(BLOCKS) == {"key-file", "chain", "pkcs12", "token", "softhsm", "openssl"}
    assert TEXT.count("\n```\n") == 2 * len(BLOCKS), "a command that is not run"


def bash(folder: Path, *blocks: str) -> None:
    """Run the blocks as a reader would."""
    tadp = f'tadp() {{ "{sys.executable}" -m conformance "$@"; }}\n'
    ran = subprocess.run(
        ["bash", "-euc", tadp + "\n".join(blocks)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr

"""Fixtures that the tests of the generators share: the reference profile, and OpenSSL."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.checks import CHECKS
from conformance.model.loading import load_catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from generators.pki import Pki
from generators.signed import Signed
from tests.generators.golden import AT

#: Runs ``openssl cms -verify`` and returns what it takes for the signed file; None: refused.
Verify = Callable[[Signed, Pki], bytes | None]


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile("reference", load_catalogue(CHECKS))


@pytest.fixture
def openssl(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs OpenSSL in a directory of its own; skips the test if there is none."""
    found = shutil.which("openssl")
    if found is None:
        pytest.skip("the OpenSSL command line is not installed")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [found, *arguments], capture_output=True, text=True, cwd=tmp_path, check=False
        )

    return run


@pytest.fixture
def openssl_verifies(
    openssl: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> Verify:
    def verify(signed: Signed, pki: Pki) -> bytes | None:
        message = signed.file if signed.signature is None else signed.signature
        if message.startswith((b"MI", b"MG")) and not message.startswith(b"MIME"):
            message = base64.b64decode(message)  # OpenSSL does not read it so.
        (tmp_path / "message").write_bytes(message)
        # Of what is beside, OpenSSL takes the signer's certificate and not the issuer's.
        issuers = pki.issuers_pem() if signed.certificate is not None else b""
        (tmp_path / "trust.pem").write_bytes(pki.trust_pem() + issuers)
        (tmp_path / "file").write_bytes(signed.file)
        form = "DER"
        if message.startswith(b"-----BEGIN"):
            form = "PEM"
        elif message.startswith(b"MIME-Version"):
            form = "SMIME"
        beside = ["-content", "file"] if signed.signature is not None else []
        if signed.certificate is not None:
            (tmp_path / "certificate.pem").write_bytes(signed.certificate)
            beside += ["-certfile", "certificate.pem"]
        ran = openssl(
            "cms", "-verify", "-binary", "-purpose", "any", "-inform", form, "-in", "message",
            "-CAfile", "trust.pem", "-attime", str(int(AT.timestamp())), "-out", "out", *beside,
        )  # fmt: skip
        return (tmp_path / "out").read_bytes() if ran.returncode == 0 else None

    return verify

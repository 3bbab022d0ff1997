"""Keys whose curve the certificate spells out (RFC 5480 forbids it) are not taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm
from tests.signature.signing import RULES, open_bytes, openssl

ANY_CURVE = replace(RULES, algorithms=(KeyAlgorithm("ecdsa", ("sha256",)),))


@pytest.mark.openssl
@pytest.mark.parametrize("rules", [RULES, ANY_CURVE])
@pytest.mark.parametrize("form", ["named_curve", "explicit"])
def test_a_curve_is_named(tmp_path: Path, form: str, rules: object) -> None:
    key, certificate, file = (tmp_path / name for name in ("key.pem", "own.pem", "adt.csv"))
    file.write_bytes(b"a,b\n")
    openssl("ecparam", "-name", "prime256v1", "-param_enc", form, "-genkey", "-noout", "-out", key)
    openssl("req", "-x509", "-new", "-key", key, "-subj", "/CN=x", "-out", certificate)
    made = openssl("cms", "-sign", "-binary", "-in", file, "-signer", certificate, "-inkey", key,
        "-outform", "DER")  # fmt: skip
    faults = open_bytes(file.read_bytes(), made, rules).faults  # type: ignore[arg-type]
    if form == "named_curve":
        assert faults == ()
    else:
        assert [fault.found for fault in faults] == ["ECDSA on a curve that is spelt out"]

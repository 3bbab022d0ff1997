"""Keys whose curve the certificate spells out (RFC 5480 forbids it) are not taken."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm
from conformance.signature import Opened, TrustStore, examine
from tests.signature.examinations import NO_REVOCATION as NO_RULES
from tests.signature.signing import RULES, open_bytes, openssl

ANY_CURVE = replace(RULES, algorithms=(KeyAlgorithm("ecdsa", ("sha256",)),))


@pytest.mark.openssl
@pytest.mark.parametrize("trusted", ["root", "ca"])
def test_a_ca_names_its_curve_too(tmp_path: Path, trusted: str) -> None:
    """Also where it is trusted itself."""
    made = {name: tmp_path / f"{name}.pem" for name in ("root", "ca", "own")}
    extensions = {True: tmp_path / "of-ca", False: tmp_path / "of-signer"}
    extensions[True].write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign", "ascii")
    extensions[False].write_text("keyUsage=critical,digitalSignature", "ascii")
    issuer: str | None = None
    for name, form in (("root", "named_curve"), ("ca", "explicit"), ("own", "named_curve")):
        key, request = tmp_path / f"{name}.key", tmp_path / f"{name}.csr"
        openssl("ecparam", "-name", "prime256v1", "-param_enc", form, "-genkey", "-noout",
            "-out", key)  # fmt: skip
        openssl("req", "-new", "-key", key, "-subj", f"/CN={name}", "-out", request)
        signed_by = ["-signkey", key] if issuer is None else [
            "-CA", made[issuer], "-CAkey", tmp_path / f"{issuer}.key", "-CAcreateserial",
        ]  # fmt: skip
        more = ["-extfile", extensions[name != "own"]]
        openssl("x509", "-req", "-in", request, *signed_by, *more, "-out", made[name])
        issuer = name
    ders = {name: x509.load_pem_x509_certificate(path.read_bytes()) for name, path in made.items()}
    der = {name: one.public_bytes(Encoding.DER) for name, one in ders.items()}
    rules = replace(NO_RULES, maximum_issuing_cas=1)
    store = TrustStore((der[trusted],), intermediates=(der["ca"],))
    opened = Opened("cms-attached", certificate=der["own"])
    found = examine(opened, store, rules, datetime.now(UTC)).faults
    assert "CN=ca has a key that does not name its curve" in [fault.found for fault in found]


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

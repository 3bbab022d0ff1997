"""The expected bytes of the test PKI and of the signatures, as SHA-256.

``python tests/generators/golden.py > tests/generators/golden.json`` writes it again: only after a
change that was meant to change them.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.signature.fault import Scope, SignatureFault
from generators.keys import SigningKey, ecdsa_key, private_pem, rsa_key
from generators.pki import NAMES, PARTY_2, Pki
from generators.signing import CERTIFICATES, ENCODINGS, Signing, containers, sign
from generators.templates import AUTHORITIES
from tests.signature.signing import ALL_CONTAINERS

#: The container of a record depends on them.
RULES = ALL_CONTAINERS
AT = datetime(2025, 6, 2, 9, 0, tzinfo=UTC)
#: More than a piece of BER, and than what a length of one or two octets can say.
DATA = b"".join(
    b"70-00-00-00-00-00-00-01,IS,,%d,,%d\n" % (hours, 100 * hours) for hours in range(1, 700)
)


def signings() -> Iterator[tuple[str, Signing]]:
    """Every choice there is, one at a time, with a name; the faults for CMS of both kinds."""
    for algorithm in ("ecdsa", "rsa"):
        for container in containers():
            plain = Signing(container, algorithm, rules=RULES)
            found = [("plain", plain)]
            if container.startswith("cms"):
                found += [(one, replace(plain, encoding=one)) for one in ENCODINGS[1:]]
                found.append(("no-attributes", replace(plain, attributes=False)))
                found.append(("key-identifier", replace(plain, key_identifier=True)))
                found += [("pss", replace(plain, pss=True))] if algorithm == "rsa" else []
            if container not in {"signature-record", "none"}:
                chosen = CERTIFICATES[1:]
                if container == "raw-detached":  # Its certificates are beside it anyway.
                    chosen = tuple(one for one in chosen if one != "beside")
                found += [(one, replace(plain, certificates=one)) for one in chosen]
            for one in SignatureFault:
                found.append((one.value, replace(plain, fault=one, pss=one.scope is Scope.PSS)))
            for name, signing in found:
                try:
                    sign("adt.csv", b"1\n", signing, AT)
                except TadpError:
                    continue  # Combinations that are not possible are left out.
                yield f"{algorithm} {container} {name}", signing


def digest(*parts: bytes | None) -> str:
    """Return one digest of several byte strings; some may be missing."""
    whole = b"".join(b"-" if one is None else b"%d:" % len(one) + one for one in parts)
    return hashlib.sha256(whole).hexdigest()


def golden() -> dict[str, dict[str, str]]:
    """Everything, by kind and name."""
    keys: dict[str, SigningKey] = {
        "ecdsa": ecdsa_key("a"),
        "ecdsa secp384r1": ecdsa_key("a", "secp384r1"),
        "ecdsa secp521r1": ecdsa_key("a", "secp521r1"),
        "rsa": rsa_key("a"),
        "rsa 1024": rsa_key("a", 1024),
    }
    ecdsa, rsa = Pki("ecdsa"), Pki("rsa")
    certificates = {f"ecdsa {name}": ecdsa.fingerprint(name) for name in (*AUTHORITIES, *NAMES)}
    # Making an RSA key takes a while.
    for name in ("root", "issuing-ca", "aro-1", "weak-rsa", "wrong-curve"):
        certificates[f"rsa {name}"] = rsa.fingerprint(name)
    certificates["ecdsa aro-1 of Party 2"] = ecdsa.for_party(PARTY_2).fingerprint("aro-1")
    lists = {
        f"{pki.algorithm} {kind}": digest(pem)
        for pki in (ecdsa, rsa)
        for kind, pem in (("stale", pki.stale_crl_pem()), ("forged", pki.forged_crl_pem()))
    }
    lists["ecdsa"] = digest(ecdsa.crl_pem())
    signed: dict[str, str] = {}
    for name, signing in signings():
        made = sign("adt.csv", DATA, signing, AT)
        signed[name] = digest(made.file, made.signature, made.certificate)
    return {
        "keys": {name: digest(private_pem(key)) for name, key in keys.items()},
        "certificates": certificates,
        "revocation lists": lists,
        "signed files": signed,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(golden(), indent=1) + "\n")

"""Parcels with one thing wrong, or nothing, opened."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm
from tests.signature import pki
from tests.signature.encoding import MALFORMED, WRONG_FORMS, identifier, streamed
from tests.signature.mail import DATA, HEADER, TEXT, Case, armoured, forged, messages_of
from tests.signature.signing import ALL_CONTAINERS, RULES, Forgery, Hierarchy, open_bytes

ONE_CONTAINER = replace(RULES, containers=("cms-detached",))


def _cms(h: Hierarchy) -> Iterator[Case]:
    for kind in ("ec", "rsa"):
        for how, attributes in (("attributes", ()), ("no attributes", None)):
            der = forged(getattr(h, kind), attributes=attributes)
            yield f"{kind}, {how}, inside", open_bytes(der)
            der = forged(getattr(h, kind), attributes=attributes, detached=True)
            yield f"{kind}, {how}, beside", open_bytes(DATA, der)
            changed = DATA.replace(b"a", b"x")
            yield f"{kind}, {how}, changed", open_bytes(changed, der)
            yield f"{kind}, {how}, CR LF since", open_bytes(TEXT, der)
            for form, data in (("CR LF", TEXT), ("MIME", HEADER + TEXT)):
                der = forged(getattr(h, kind), attributes=attributes, detached=True, data=data)
                yield f"{kind}, {how}, {form} signed", open_bytes(DATA, der)
            for wanted in ("required", "refused"):
                rules = replace(RULES, signed_attributes=wanted)
                der = forged(getattr(h, kind), attributes=attributes)
                yield f"{kind}, {how}, {wanted}", open_bytes(der, rules=rules)
    for label in (b"CMS", b"PKCS7", b"PKCS #7 SIGNED DATA"):
        yield f"{label.decode()} armour", open_bytes(armoured(forged(h.ec), label))
    ders = [h.root.der, h.rsa.der, h.ca.der, h.ec.der, h.root.der]
    der = forged(h.ec, certificates=ders, signers=3)
    yield "three signers, certificates twice", open_bytes(der)
    yield "no signer", open_bytes(forged(h.ec, signers=0), extra=[h.ca.der])
    der = forged(h.ec, certificates=[h.ca.der, h.rsa.der])
    yield "no certificate of the signer", open_bytes(der)
    yield "certificate from elsewhere", open_bytes(der, extra=[h.root.der, h.ec.der])
    yield "no certificate", open_bytes(forged(h.ec, certificates=[]))
    der = forged(h.ec, key_identifier=b"\1\2")
    yield "key identifier of no certificate", open_bytes(der, extra=[h.root.der])
    other = pki.Holder(h.ec.certificate, pki.new_key())
    yield "another key, attributes", open_bytes(forged(other))
    yield "another key, none", open_bytes(forged(other, attributes=None))
    for number in (3, 5, 6, 99):
        other_type = identifier(bytes.fromhex("2a864886f70d0107") + bytes((number,)))
        der = forged(h.ec).replace(identifier(bytes.fromhex("2a864886f70d010702")), other_type, 1)
        yield f"content of type {number}", open_bytes(der)
        yield f"content of type {number} in armour", open_bytes(DATA, armoured(der))
        der = forged(h.ec, attributes=None)
        der = der.replace(identifier(bytes.fromhex("2a864886f70d010701")), other_type)
        yield f"signed content of type {number}", open_bytes(der)


def _algorithms(h: Hierarchy) -> Iterator[Case]:
    keys: dict[str, pki.PrivateKey] = {
        "p384": ec.generate_private_key(ec.SECP384R1()),
        "p521": ec.generate_private_key(ec.SECP521R1()),
        "k1": ec.generate_private_key(ec.SECP256K1()),
        "rsa1024": rsa.generate_private_key(65537, 1024),  # noqa: S505 - on purpose
    }
    for how, attributes in (("attributes", ()), ("no attributes", None)):
        for name, key in keys.items():
            holder = pki.issue(pki.subject(), h.ca, key=key, serial=7)
            yield f"{name}, {how}", open_bytes(forged(holder, attributes=attributes))
        key_25519 = ed25519.Ed25519PrivateKey.generate()
        holder = pki.issue(pki.subject(), h.ca, key=key_25519, serial=7)
        options = {"algorithm": "ed25519", "signature": b"\0" * 64, "attributes": attributes}
        yield f"ed25519, {how}", open_bytes(forged(holder, **options))
        for digest in ("sha1", "sha384", "sha512"):
            for holder in (h.ec, h.rsa):
                for inside in ([holder.der], []):
                    options = {"digest": digest, "certificates": inside, "attributes": attributes}
                    kind = "ec" if holder is h.ec else "rsa"
                    name = f"{digest} {kind}, {how}, {len(inside)} certificate"
                    yield name, open_bytes(forged(holder, **options))
    for kind, algorithm in (
        ("ec", "sha256_rsa"), ("rsa", "sha256_ecdsa"), ("rsa", "sha384_rsa"), ("rsa", "rsassa_pss"),
        ("rsa", "rsassa_pkcs1v15"), ("ec", "sha384_ecdsa"), ("ec", "1.2.840.10045.2.1"),
        ("ec", "1.2.3.4"), ("ec", "dsa"), ("ec", "ed448"), ("ec", "sha256_dsa"),
    ):  # fmt: skip
        holder = getattr(h, kind)
        for inside in ([holder.der], []):
            der = forged(holder, algorithm=algorithm, certificates=inside)
            yield f"{algorithm} with {kind}, {len(inside)} certificate", open_bytes(der)
    both = (KeyAlgorithm("ecdsa", ("sha256", "sha384"), "secp256r1"), KeyAlgorithm("rsa", ("md5",)))
    rules = replace(RULES, algorithms=both)
    yield "two digests", open_bytes(forged(h.ec, algorithm="sha384_ecdsa"), rules=rules)
    yield "another rule for RSA", open_bytes(forged(h.rsa), rules=rules)
    rules = replace(RULES, algorithms=(KeyAlgorithm("ecdsa", ("sha384",)),))
    yield "any curve, another digest", open_bytes(forged(h.ec), rules=rules)
    yield "no rule for RSA", open_bytes(forged(h.rsa), rules=rules)
    sha256, unknown = (bytes.fromhex(f"608648016503040{n}") for n in ("201", "27f"))
    for how, attributes in (("attributes", ()), ("no attributes", None)):
        der = forged(h.ec, attributes=attributes).replace(sha256, unknown)
        yield f"unknown digest, {how}", open_bytes(der)
    point = h.ec.der.index(b"\x03\x42\x00\x04") + 4
    broken = h.ec.der[:point] + b"\1" * 64 + h.ec.der[point + 64 :]
    yield "a key that cannot be read", open_bytes(forged(h.ec, certificates=[broken]))


def _attributes(h: Hierarchy) -> Iterator[Case]:
    made = cms.ContentInfo.load(forged(h.ec))["content"]["signer_infos"][0]
    digest = next(
        one["values"][0].native
        for one in made["signed_attrs"]
        if one["type"].native == "message_digest"
    )
    good, kind = ("message_digest", [digest]), ("content_type", ["data"])
    at, later = (cms.Time({"utc_time": datetime(2025, 6, day, 12, tzinfo=UTC)}) for day in (1, 2))
    for name, given in (
        ("no digest", [kind]),
        ("two digests", [kind, ("message_digest", [digest, digest])]),
        ("digest without a value", [kind, ("message_digest", [])]),
        ("another digest", [kind, ("message_digest", [b"1" * 32])]),
        ("a digest too long", [kind, ("message_digest", [b"1" * 99])]),
        ("no type", [good]),
        ("two types", [("content_type", ["data", "data"]), good]),
        ("another type", [("content_type", ["enveloped_data"]), good]),
        ("a time", [kind, good, ("signing_time", [at])]),
        ("two times", [kind, good, ("signing_time", [at, later])]),
        ("two times apart", [kind, good, ("signing_time", [at]), ("signing_time", [later])]),
    ):
        yield name, open_bytes(forged(h.ec, attributes=given))
        other = pki.Holder(h.ec.certificate, pki.new_key())
        yield f"{name}, another key", open_bytes(forged(other, attributes=given))
    yield "out of order", open_bytes(forged(h.ec, sort=False))
    ordered = b"\x31" + made["signed_attrs"].dump()[1:]
    yield "out of order, signed in order", open_bytes(forged(h.ec, sort=False, tbs=ordered))
    yield (
        "the digest is not octets",
        open_bytes(
            forged(h.ec).replace(b"\x31\x22\x04\x20" + digest, b"\x31\x22\x05\x20" + digest)
        ),
    )
    yield (
        "of another signature",
        open_bytes(forged(h.ec, data=ordered, attributes=None, signature=made["signature"].native)),
    )
    beside = forged(h.ec, data=ordered, attributes=None, detached=True)
    yield "of another signature, beside", open_bytes(ordered, beside)


def _files(h: Hierarchy) -> Iterator[Case]:
    der, beside = forged(h.ec), forged(h.ec, detached=True)
    yield "without the file", open_bytes(beside)
    yield "without the file, armoured", open_bytes(armoured(beside), rules=ONE_CONTAINER)
    as_long = DATA.replace(b"a", b"x")
    for name, data in (
        ("the same", DATA), ("another", b"x\n"), ("CR LF", TEXT), ("as long", as_long),
    ):  # fmt: skip
        yield f"inside, and {name} beside", open_bytes(data, der)
    yield "inside, which the profile refuses", open_bytes(der, rules=ONE_CONTAINER)
    rules = replace(RULES, containers=("cms-attached", "smime"))
    yield "beside, which the profile refuses", open_bytes(DATA, beside, rules)
    for name, container in (("DER", der), ("armour", armoured(der)), ("beside", beside)):
        content = (DATA, container + b" x") if name == "beside" else (container + b" x", None)
        yield f"{name} with something behind", open_bytes(*content)
    yield "armour, with something behind inside", open_bytes(armoured(der + b"x"))
    text = armoured(der + b"x") + b"x"
    yield "armour, with something behind inside and outside", open_bytes(text)
    yield "in pieces", open_bytes(streamed(b"\4\4a,b\n", b"\4\4c,d\n"))
    yield "unsigned", open_bytes(DATA, rules=ALL_CONTAINERS)


def _malformed(_: Hierarchy) -> Iterator[Case]:
    for number, sample in enumerate(MALFORMED):
        yield f"malformed {number}", open_bytes(b"a\n", sample)


def _forms(_: Hierarchy) -> Iterator[Case]:
    for sample, reason in WRONG_FORMS:
        yield reason, open_bytes(b"a\n", sample)
        yield f"{reason}, in armour", open_bytes(armoured(sample))


def _bytes(h: Hierarchy) -> Iterator[Case]:
    der = forged(h.ec)
    yield "cut short", open_bytes(der[:-1])
    yield "too many certificates", open_bytes(forged(h.ec, certificates=[h.ec.der] * 65))
    yield "as many certificates as may be", open_bytes(forged(h.ec, certificates=[h.ec.der] * 64))
    for name, sample in (
        ("empty", b""),
        ("text", b"hello"),
        ("armour of a certificate", h.ec.pem),
        ("a sequence with an integer", b"\x30\x03\2\1\1"),
        ("a sequence with octets", b"\x30\x03\4\1\1"),
        ("an integer", b"\x02\x01\x02"),
        *((f"{size} bytes", b"\0" * size) for size in (255, 256, 257, 384, 512)),
    ):
        yield name, open_bytes(b"a\n", sample)
    good = armoured(der)
    for name, text in (
        ("cut short", good[:300]),
        ("another end", good.replace(b"END CMS", b"END PKCS7")),
        ("broken base64", good[:200] + b"*" + good[200:]),
        ("padding within", good[:204] + b"=" + good[204:]),
        ("a group too short", good.replace(b"\n-----END", b"\nAA\n-----END")),
        ("padding, and more", good.replace(b"\n-----END", b"=\nAAAA\n-----END")),
        ("its end within a line", good.replace(b"\n-----END", b"-----END")),
        ("Windows", good.replace(b"\n", b"\r\n")),
        ("tabs", good.replace(b"-----\n", b"----- \t\n")),
        ("nothing in it", b"-----BEGIN CMS-----\n-----END CMS-----\n"),
        ("free text before it", b"Signed:\n" + good),
    ):
        yield f"armour: {name}", open_bytes(text)
        yield f"armour beside: {name}", open_bytes(DATA, text)


def _bare(h: Hierarchy) -> Iterator[Case]:
    for kind in ("ec", "rsa"):
        holder = getattr(h, kind)
        for digest in ("sha1", "sha256", "sha384", "sha512"):
            for name, signed in (("", DATA), (", CR LF", TEXT), (", MIME", HEADER + TEXT)):
                value = replace(Forgery(holder), digest=digest).sign(signed)
                opened = open_bytes(DATA, value, ALL_CONTAINERS, certificate=holder.pem)
                yield f"{kind} {digest}{name}", opened
        value = Forgery(holder).sign(DATA)
        yield f"{kind}, CR LF since", open_bytes(TEXT, value, ALL_CONTAINERS, extra=[holder.der])
        yield f"{kind}, changed", open_bytes(b"x\n", value, ALL_CONTAINERS, extra=[holder.der])
    yield "ec, refused", open_bytes(DATA, Forgery(h.ec).sign(DATA), certificate=h.ec.der)
    yield "rsa, refused", open_bytes(DATA, b"\0" * 256, certificate=h.rsa.der)
    value = Forgery(h.ec).sign(DATA)
    for name, certificate in (
        ("no certificate", None),
        ("no certificate in the file", b"x"),
        ("nothing in the armour", b"-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n"),
        ("a file too large", b"x" * ((1 << 20) + 1)),
        ("several certificates", h.ec.pem + h.ca.pem),
        ("the CA's certificate", h.ca.der),
    ):
        opened = open_bytes(DATA, value, ALL_CONTAINERS, certificate=certificate)
        yield name, opened
        opened = open_bytes(
            DATA, value, ALL_CONTAINERS, certificate=certificate, extra=[h.rsa.der, h.root.der]
        )
        yield f"{name}, and others", opened
    for size in (0, 1, 4096, 4097):
        opened = open_bytes(DATA, b"x" * size, ALL_CONTAINERS, certificate=h.ec.der)
        yield f"{size} bytes", opened
    for digest, used in (("sha384", "sha256"), ("sha224", "sha512"), ("sha256", "sha1")):
        algorithms = (KeyAlgorithm("ecdsa", (digest,)), KeyAlgorithm("rsa", (digest,)))
        rules = replace(ALL_CONTAINERS, algorithms=algorithms)
        for holder in (h.ec, h.rsa):
            value = replace(Forgery(holder), digest=used).sign(DATA)
            name = f"{used} where {digest} is taken, {'ec' if holder is h.ec else 'rsa'}"
            yield name, open_bytes(DATA, value, rules, extra=[holder.der])
    holder = pki.issue(pki.subject(), h.ca, key=ec.generate_private_key(ec.SECP384R1()), serial=7)
    value = Forgery(holder).sign(DATA)
    opened = open_bytes(DATA, value, ALL_CONTAINERS, certificate=holder.der)
    yield "a key that may not sign", opened


def record(signature: bytes, certificate: bytes) -> bytes:
    fields = (binascii.b2a_base64(one, newline=False) for one in (signature, certificate))
    return b",".join((b"SIGNATURE", *fields))


def _records(h: Hierarchy) -> Iterator[Case]:
    value = Forgery(h.ec).sign(DATA)
    good = DATA + record(value, h.ec.der)
    for name, content in (
        ("good", good),
        ("good, with its line ended", good + b"\n"),
        ("of another file", b"x\n" + record(value, h.ec.der)),
        ("of the file with CR LF", TEXT + record(value, h.ec.der)),
        ("no certificate", DATA + record(value, b"x")),
        ("no base64", DATA + b"SIGNATURE,*,*"),
        ("one field", DATA + b"SIGNATURE,AAAA"),
        ("three fields", DATA + b"SIGNATURE,AAAA,AAAA,AAAA"),
        ("alone", record(Forgery(h.ec).sign(b""), h.ec.der)),
    ):
        yield name, open_bytes(content, rules=ALL_CONTAINERS)
        yield f"{name}, and others", open_bytes(content, rules=ALL_CONTAINERS, extra=[h.ca.der])
    yield "which the profile refuses", open_bytes(good)


#: Parcels by name, opened, in groups.
OPENINGS: dict[str, Callable[[Hierarchy], Iterator[Case]]] = {
    "cms": _cms,
    "algorithms": _algorithms,
    "attributes": _attributes,
    "files": _files,
    "malformed": _malformed,
    "forms": _forms,
    "bytes": _bytes,
    "bare": _bare,
    "records": _records,
    "messages": messages_of,
}

"""How files are signed, and what certificates have, made up for a profile at random."""

from __future__ import annotations

from conformance.model.profile import TRIMMED
from conformance.model.profile_effect import is_cms
from conformance.model.signature_record_sense import CONTAINER as RECORD
from conformance.signature.containers import CMS_DETACHED, CONTAINERS, signing_containers
from generators.drawing import Drawing, Table

_ALGORITHMS: tuple[Table, ...] = (
    {"key": "ecdsa", "curve": "secp256r1", "digests": ["sha256"]},
    {"key": "ecdsa", "curve": "secp384r1", "digests": ["sha384", "sha512"]},
    {"key": "ecdsa", "curve": "secp521r1", "digests": ["sha512"]},
    {"key": "rsa", "minimum_bits": 2048, "digests": ["sha512", "sha256"]},
    {"key": "rsa-pss", "minimum_bits": 2048, "digests": ["sha256", "sha384"]},
    {"key": "ecdsa", "curve": "secp256r1", "digests": ["sha512"]},
)
#: Digests that are taken as well, and that nothing here is signed with.
_FURTHER: Table = {"key": "ecdsa", "curve": "secp256r1", "digests": ["sha224", "sha1"]}
_USAGES: tuple[Table, ...] = (
    {},
    {"key_usage": ["nonRepudiation"], "key_usage_refused": ["digitalSignature", "keyAgreement"]},
    {"key_usage": ["nonRepudiation", "digitalSignature"], "key_usage_refused": ["keyEncipherment"]},
    {"key_usage": ["digitalSignature"], "key_usage_refused": ["nonRepudiation"]},
    {"key_usage": [], "key_usage_refused": ["dataEncipherment"]},
)
_IDENTITIES: tuple[Table, ...] = (
    {},
    {"identity": "x500UniqueIdentifier"},
    {"identity": "common-name", "identity_text": "{any} {eui64}"},
    {"identity": "common-name", "identity_form": "none"},
    {"identity": "serial-number", "identity_form": "hyphens"},
    {"identity": "san-dns-name", "identity_text": "{eui64}.party.example"},
    {"identity": "san-email", "identity_form": "none", "identity_text": "{eui64}@party.example"},
    {"identity": "san-uri", "identity_form": "colons", "identity_text": "urn:eui64:{eui64}"},
    {"identity": "san-hardware-module-name"},
)
_SIGNERS = (1, 2, {"minimum": 1, "maximum": 3})
_PLACES: tuple[Table, ...] = (
    {},
    {"at": "first"},
    {"over": "records-before-without-separator"},
    {"at": "last", "over": "records-before"},
    {"at": "first", "over": "all-other-records"},
)


class SignatureMaker(Drawing):
    """Draws the tables of a profile about signatures and certificates."""

    def signature(self) -> Table:
        """Return how files are signed."""
        containers = self.some(list(signing_containers()))
        algorithms = self.some(_ALGORITHMS)
        ecdsa = any(one["key"] == "ecdsa" for one in algorithms)
        cms = self.perhaps(
            encodings=self.some(["der", "pem", "base64"]),
            certificate=self.one(["either", "inside", "elsewhere"]),
        )
        if CMS_DETACHED.name in containers:
            cms |= self.perhaps(over=self.one(["file", TRIMMED]))
        record = {"record": self._record(ecdsa=ecdsa)} if RECORD in containers else {}
        several = all(CONTAINERS[name].several for name in containers)
        if self.either():
            containers += [name for name in CONTAINERS if name not in signing_containers()]
        if self.either():
            algorithms = [*algorithms, _FURTHER]
        attributes = self.one(["optional", "required", "refused"])
        has_cms = any(map(is_cms, containers))
        return {
            "containers": containers,
            **(self.perhaps(signers=self.one(_SIGNERS)) if several else {}),
            "signed_attributes": attributes if has_cms else "optional",
            "algorithms": algorithms,
            **({"cms": cms} if cms and has_cms else {}),
            **record,
        }

    def _record(self, *, ecdsa: bool) -> Table:
        """Return the record of a signature, with a tag and any other columns."""
        value = {"role": "signature", "encoding": self.one(["base64", "hex"])}
        if ecdsa and self.either():
            value["value"] = self.one(["der", "raw"])
        ders = ["der-base64", "der-hex"]
        whole = {"role": "certificate", "form": self.one(ders)}
        named = [
            {"role": "issuer", "form": self.one([*ders, "rfc4514"])},
            {"role": "serial", "form": self.one(["hex", "decimal"])},
        ]
        columns: list[Table] = [value, *self.one([[whole], named, [whole, *named]])]
        if self.either():
            columns.append({"type": "constant", "value": self.word(), **self.perhaps(tag=False)})
        tag = {"type": "constant", "value": self.word().upper(), "tag": True}
        columns = self.mixed([tag, *columns])
        return {
            **self.one(_PLACES),
            "columns": [{"name": self.word(), **column} for column in columns],
        }

    def certificate(self) -> Table:
        """Return what a certificate must have."""
        switches = ("common_name", "role_code", "eui64", "key_usage_critical")
        purposes = self.one([[], ["2.999.8"], ["1.3.6.1.5.5.7.3.36", "2.999.8"]])
        return {
            **{name: self.either() for name in switches},
            "policies": self.one([[], ["2.999.7"], ["1.2.826.0.1.99", "2.999.8"]]),
            "maximum_issuing_cas": self.one([1, 2, 0, 8]),
            "revocation": self.one(["crl", "ocsp", "either", "none", True, False]),
            **self.one(_USAGES),
            **self.one(_IDENTITIES),
            **self.perhaps(extended_key_usage=purposes),
        }

"""The certificates that a profile asks for, as the test PKI issues them under it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.identity import Identity
from conformance.model.profile import SIGNING_USES, CertificateRules
from generators.templates import FOR_FILES, ISSUING_CA, OTHER_PURPOSE, POLICY, ROOT, Template

#: Uses of a key as profiles name them, and as ``cryptography`` does.
_USES = {
    "digitalSignature": "digital_signature",
    "nonRepudiation": "content_commitment",
    "keyEncipherment": "key_encipherment",
    "dataEncipherment": "data_encipherment",
    "keyAgreement": "key_agreement",
}
#: Purposes that are not those of files: the first that a profile does not list is a fault.
_OTHER_PURPOSES = ("1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.17", "2.999.7.998")


class Issuance(Struct, frozen=True):
    """The content of certificates that conform to a profile, and the changes in a faulty one.

    ``usage`` is what a key is for, as ``cryptography`` names it; ``refused`` what no key may be
    for, if anything; ``purpose`` an OID of extended key usage, if one is needed. ``identity`` is
    where the EUI-64 is, ``ca`` the CA that issues: the root, where no other may be in between.
    """

    policy: str = POLICY
    usage: str = "digital_signature"
    refused: str | None = None
    purpose: str | None = None
    other_purpose: str = _OTHER_PURPOSES[0]
    identity: Identity = Identity()
    ca: str = ISSUING_CA

    @classmethod
    def under(cls, rules: CertificateRules) -> Issuance:
        """Return what certificates say that conform to ``rules``."""
        refused, purposes = rules.key_usage_refused, rules.extended_key_usage
        return cls(
            policy=POLICY if POLICY in rules.policies or not rules.policies else rules.policies[0],
            usage=_USES[_first(rules.key_usage or SIGNING_USES, refused)],
            refused=_USES[refused[0]] if refused else None,
            purpose=purposes[0] if purposes else None,
            other_purpose=_first(_OTHER_PURPOSES, purposes),
            identity=rules.identity,
            ca=ISSUING_CA if rules.maximum_issuing_cas else ROOT,
        )

    def of_ca(self, template: Template) -> Template:
        """Return the template of a CA as it is under the profile."""
        return replace(template, policy=self.policy) if template.policy == POLICY else template

    def of_signer(self, template: Template) -> Template:
        """Return the template of a signer as it is under the profile."""
        usage = template.usage
        if usage is not None and "digital_signature" in usage:
            more = {self.refused} if template.refused_usage and self.refused else set()
            usage = usage - {"digital_signature"} | {self.usage} | more
        purposes = {OTHER_PURPOSE: self.other_purpose, FOR_FILES: self.purpose or FOR_FILES}
        also = purposes[template.also] if template.also else None
        issuer = self.ca if template.issuer == ISSUING_CA else template.issuer
        purpose = purposes.get(template.purpose or "", self.purpose)
        return replace(self.of_ca(template), usage=usage, purpose=purpose, also=also, issuer=issuer)


def _first(choices: Iterable[str], without: Iterable[str]) -> str:
    return next(one for one in choices if one not in without)

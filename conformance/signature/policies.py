"""The policies of a path of certificates, as RFC 5280 processes them in section 6.1.

Nothing is asked of them to begin with, as section 6.1.1 has it: any policy will do, mappings are
allowed, and no policy is needed. So a path fails only where a CA of it wants a policy, and there is
none that all of it is under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cryptography import x509

from conformance.content import Content
from conformance.signature import oid
from conformance.signature.ber import Malformed, Reader
from conformance.signature.certificate import Certificate

ANY = "2.5.29.32.0"
_MAPPINGS = x509.ObjectIdentifier("2.5.29.33")

#: The policies that are valid so far, and what each is called in the next certificate.
_Policies = dict[str, frozenset[str]]


def constrains_policies(certificate: Certificate) -> bool:
    """Return True if a certificate asks something of policies, or maps them.

    Raises:
        ValueError: its extensions cannot be read.
    """
    return any(
        isinstance(one.value, x509.PolicyConstraints | x509.InhibitAnyPolicy)
        or one.oid == _MAPPINGS
        for one in certificate.extensions()
    )


def policies_hold(path: Sequence[Certificate]) -> bool:
    """Return True if the policies of ``path`` hold, from below a trust anchor to the signer's.

    Raises:
        ValueError: an extension on policies cannot be read.
    """
    count = len(path)
    valid: _Policies = {ANY: frozenset({ANY})}
    # For how many certificates more a policy need not be there, may be mapped, or may be any one.
    explicit = mapping = any_policy = count + 1
    for number, one in enumerate(path, 1):
        last = number == count
        passes = one.self_issued and not last
        extensions = [extension.value for extension in one.extensions()]
        valid = _under(valid, extensions, any_allowed=any_policy > 0 or passes)
        if explicit == 0 and not valid:
            return False
        mapped = {} if last else _mappings(extensions)
        if ANY in mapped or any(ANY in named for named in mapped.values()):
            return False
        valid = _mapped(valid, mapped, allowed=mapping > 0)
        if not passes:
            explicit, mapping, any_policy = (
                max(left - 1, 0) for left in (explicit, mapping, any_policy)
            )
        for value in extensions:
            if isinstance(value, x509.PolicyConstraints):
                explicit = _least(explicit, value.require_explicit_policy, last=last)
                mapping = _least(mapping, value.inhibit_policy_mapping, last=last)
            elif isinstance(value, x509.InhibitAnyPolicy):
                any_policy = min(any_policy, value.skip_certs)
    return explicit > 0 or bool(valid)


def _least(left: int, asked: int | None, *, last: bool) -> int:
    """Return the smaller count; of the last certificate only a zero says something."""
    return left if asked is None or (last and asked) else min(left, asked)


def _under(
    valid: _Policies, extensions: Iterable[x509.ExtensionType], *, any_allowed: bool
) -> _Policies:
    """Return the policies that are valid for a certificate, of those for the one above."""
    stated = {
        information.policy_identifier.dotted_string
        for value in extensions
        if isinstance(value, x509.CertificatePolicies)
        for information in value
    }
    expected = frozenset().union(*valid.values())
    known = stated if ANY in valid else stated & expected
    found = known - {ANY}
    if ANY in stated and any_allowed:
        found |= expected
    return {policy: frozenset({policy}) for policy in found}


def _mapped(valid: _Policies, mapped: Mapping[str, frozenset[str]], *, allowed: bool) -> _Policies:
    """Return ``valid``, with what its policies are called in the certificates below."""
    if not allowed:
        return {policy: names for policy, names in valid.items() if policy not in mapped}
    renamed = {policy: names for policy, names in mapped.items() if policy in valid or ANY in valid}
    return {**valid, **renamed}


def _mappings(extensions: Iterable[x509.ExtensionType]) -> dict[str, frozenset[str]]:
    """Return what each policy of the issuer is called in the domain of the subject."""
    found: dict[str, frozenset[str]] = {}
    for value in extensions:
        if isinstance(value, x509.UnrecognizedExtension) and value.oid == _MAPPINGS:
            reader = Reader(Content.of_bytes("policy mappings", value.value))
            try:
                for pair in reader.children(reader.element(0, reader.size)):
                    above, below = map(oid.decode, map(reader.value, reader.children(pair)))
                    found[above] = found.get(above, frozenset()) | {below}
            except Malformed as error:
                raise ValueError(str(error)) from error
    return found

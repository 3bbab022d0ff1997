"""The attributes of a signature: what RFC 5652 has of them, whatever the signature is over."""

from __future__ import annotations

from datetime import datetime

from conformance.findings import Finding
from conformance.signature import oid
from conformance.signature.ber import UTC_TIME
from conformance.signature.cms import Attributes, Signer
from conformance.signature.moment import read_time

_ENTRY = ("signature.containers",)
_OTHER_TOOL = (
    "The tool that signed writes them so. Update it, or sign with another: openssl cms -sign "
    "-binary does it right."
)
#: The years that a UTCTime can have.
_FIRST_UTC_YEAR, _LAST_UTC_YEAR = 1950, 2049
#: Facts that a signature proves, but only if the attribute is signed.
_ONLY_SIGNED = {
    oid.CONTENT_TYPE: "contentType",
    oid.MESSAGE_DIGEST: "messageDigest",
    oid.SIGNING_TIME: "signingTime",
}


def attribute_faults(signer: Signer, content_type: str, wanted: str) -> list[Finding]:
    """Return what is wrong with the attributes of ``signer``, except for the digest in them.

    ``content_type`` is the OID of that of the content, ``wanted`` what the profile says of signed
    attributes.
    """
    faults = presence_faults(signer.attributes, wanted)
    if signer.attributes is not None:
        faults += _type_faults(signer.attributes, content_type)
        faults += _encoding_faults(signer.attributes)
        faults += _time_faults(signer.attributes)
    names = [name for type_, name in _ONLY_SIGNED.items() if type_ in signer.unsigned]
    if names:
        faults.append(
            Finding(
                "an attribute that has to be signed is among those that are not",
                found=f"{' and '.join(names)}, not signed",
                expected="signed attributes only, or none (RFC 5652, 11)",
                hint=_OTHER_TOOL,
                profile=_ENTRY,
            )
        )
    return faults


def presence_faults(attributes: Attributes | None, wanted: str) -> list[Finding]:
    """Return the faults of signed attributes that are there, or are missing, by the profile."""
    if wanted == "optional" or (attributes is not None) == (wanted == "required"):
        return []
    there = "signed attributes" if attributes is not None else "no signed attributes"
    return [
        Finding(
            f"the signature has {there}",
            found=there,
            expected=f"signed attributes are {wanted}",
            profile=("signature.signed_attributes",),
        )
    ]


def _type_faults(attributes: Attributes, content_type: str) -> list[Finding]:
    found = [oid.decode(value) for _, value in attributes.of(oid.CONTENT_TYPE)]
    # Content that is not data is a fault of its own.
    if found in ([content_type], [oid.DATA]):
        return []
    expected = f"contentType {oid.content_title(content_type)}, as the content is"
    if len(found) == 1:
        return [
            Finding(
                "the signed attributes name a different kind of content from the one that is "
                "signed",
                found=f"contentType {oid.content_title(found[0])}",
                expected=expected,
                hint=_OTHER_TOOL,
                profile=_ENTRY,
            )
        ]
    return [
        Finding(
            "the signed attributes do not state the kind of the signed content exactly once",
            found=f"{len(found)} values of contentType",
            expected=expected,
            hint=_OTHER_TOOL,
            profile=_ENTRY,
        )
    ]


def _encoding_faults(attributes: Attributes) -> list[Finding]:
    if attributes.sorted and attributes.der:
        return []
    if not attributes.sorted:
        message = "the signed attributes are not in the order in which they must be signed"
        found = "attributes that are not sorted by their encoding"
    else:
        message = "the signed attributes are not encoded as they have to be signed"
        found = "attributes in BER that is not DER"
    return [
        Finding(
            message,
            found=found,
            expected="a SET OF in DER, which is sorted (RFC 5652, 5.4)",
            hint=_OTHER_TOOL,
            profile=_ENTRY,
        )
    ]


def _time_faults(attributes: Attributes) -> list[Finding]:
    """Return what is wrong with the time of signing, which need not be there."""
    given = [values for type_, values in attributes.values if type_ == oid.SIGNING_TIME]
    times = [time for values in given for time in values]
    if not given:
        return []
    if len(given) == len(times) == 1:
        moment = read_time(*times[0])
        if moment is not None:
            return _form_faults(moment, times[0][0])
    if len(given) > 1:
        found = f"{len(given)} attributes signingTime"
    elif len(times) != 1:
        found = f"{len(times)} values of signingTime"
    else:
        found = "a signingTime that is not a time"
    return [
        Finding(
            "the signature does not state its time exactly once",
            found=found,
            expected="one signingTime with one time in it, or none (RFC 5652, 11.3)",
            hint=_OTHER_TOOL,
            profile=_ENTRY,
        )
    ]


def _form_faults(moment: datetime, tag: int) -> list[Finding]:
    """Return the finding that a time of signing is written as one of another century is."""
    if tag == UTC_TIME or not _FIRST_UTC_YEAR <= moment.year <= _LAST_UTC_YEAR:
        return []
    return [
        Finding(
            "the time of signing is not encoded as one of its year has to be",
            found=f"GeneralizedTime for {moment.year}",
            expected=f"by RFC 5652, 11.3, UTCTime from {_FIRST_UTC_YEAR} to {_LAST_UTC_YEAR}",
            hint=_OTHER_TOOL,
            profile=_ENTRY,
        )
    ]

"""Signed CSV files: whether the signature holds, and whose it is.

``open_file`` finds the signature and the exact bytes that it is over; ``examine`` looks at the
certificate behind it. Both tell all that is wrong as findings and never raise for what the
bytes hold. Nothing of the cryptography is loaded until there is a signature to look at.
"""

from conformance.signature.examination import Examination, examine
from conformance.signature.opening import open_file
from conformance.signature.signed_input import Opened, Presence, SignedInput
from conformance.signature.trust import Gap, TrustStore, load_trust, read_certificates

__all__ = [
    "Examination",
    "Gap",
    "Opened",
    "Presence",
    "SignedInput",
    "TrustStore",
    "examine",
    "load_trust",
    "open_file",
    "read_certificates",
]

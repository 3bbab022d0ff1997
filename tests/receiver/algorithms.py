"""The digests and algorithms of signatures by their OIDs, of which a profile takes some."""

from __future__ import annotations

DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
}
#: Algorithms of signatures that name their digest.
SCHEMES = {
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
}

"""Write the digests of what is shipped and valid: ``python -m tests.model.validated``.

Everything is validated on the way, as if there were no such list.
"""

from __future__ import annotations

import hashlib
from unittest.mock import patch

from conformance.checks import CHECKS
from conformance.home import HOME
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import load_profile, profile_text, shipped_profiles
from conformance.model.validated import digest_of_sense

FILE = HOME / "model" / "validated.txt"


def digests() -> str:
    """Return the digests of the shipped model and profiles, which are found valid."""
    with (
        patch("conformance.model.validated.known", return_value=frozenset()),
        patch("conformance.model.loading.known", return_value=frozenset()),
        patch("conformance.model.tables._tables", return_value={}),
    ):
        catalogue = load_catalogue(CHECKS)
        profiles = [load_profile(name, catalogue) for name in shipped_profiles()]
    model = HOME / "model"
    data = [path.read_bytes() for path in (*model.glob("*.toml"), *model.glob("clauses/*.toml"))]
    data += [profile_text(name).encode() for name in shipped_profiles()]
    found = {hashlib.sha256(one).hexdigest() for one in data}
    found |= {catalogue.digest, *(digest_of_sense(profile.raw) for profile in profiles)}
    return "".join(f"{digest}\n" for digest in sorted(found))


if __name__ == "__main__":
    FILE.write_text(digests(), "ascii", newline="\n")

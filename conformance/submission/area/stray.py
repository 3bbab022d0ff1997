"""Files in a copied folder that are not looked at, or are not submissions by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from conformance.submission.area.naming import Name

#: Names that systems and programs give to files of their own. Compiled when first used, as the
#: next one is: most checks see no area.
_LEFT_BEHIND = (
    (r"desktop\.ini|(?:eh)?thumbs\.db|~\$.*|.*\.lnk", "left by Windows or an office program"),
    (r"\.ds_store|\._.*|icon\r", "left by macOS"),
    (r"\.~lock\..*#", "left by an office program"),
    (
        r".*\.(?:tmp|temp|partial|crdownload|part)",
        "left by a transfer or a program that was cut off",
    ),
    (r"\..*", "a hidden file"),
)
_HIERARCHY = r".*\.(?:pem|crt|cer|der|crl|key|p12|pfx)"
_FLAGS = re.IGNORECASE | re.DOTALL


class Stray(Struct, frozen=True):
    """Something in the area that was not looked at, and why.

    ``noted``: it was, and ``why`` says how.
    """

    name: str
    why: str
    noted: bool = False


def no_submission(name: str, said: Name) -> str | None:
    """Why a file called ``name``, which says so much, is not a submission; nothing if it may be."""
    for pattern, why in _LEFT_BEHIND:
        if re.fullmatch(pattern, name, _FLAGS):
            return why
    if said.user_id is None and re.fullmatch(_HIERARCHY, name, _FLAGS):
        return "a certificate, revocation list or key by its name"
    return None

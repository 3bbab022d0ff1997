"""What lies about in a copied folder and is no submission, told by its name."""

from __future__ import annotations

import re

from conformance.submission.area.naming import Name

#: Names that systems and programs give to files of their own.
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
_LEFT_BEHIND_BY = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), why) for pattern, why in _LEFT_BEHIND
)
_HIERARCHY = re.compile(r".*\.(?:pem|crt|cer|der|crl|key|p12|pfx)", re.IGNORECASE | re.DOTALL)


def no_submission(name: str, said: Name) -> str | None:
    """Why a file called ``name``, which says so much, is no submission; nothing if it may be."""
    for pattern, why in _LEFT_BEHIND_BY:
        if pattern.fullmatch(name):
            return why
    if said.user_id is None and _HIERARCHY.fullmatch(name):
        return "a certificate, revocation list or key by its name"
    return None

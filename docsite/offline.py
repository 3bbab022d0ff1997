"""References of a built site to another host: there must be none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

#: Addresses that a browser loads by itself. A link in the text is followed by a reader only.
_LOADED = re.compile(
    r"""<(?:script|img|iframe|source|link)\b[^>]*?\s(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)"""
    r"""|url\(\s*["']?((?:https?:)?//[^"')]+)|@import\s+["']((?:https?:)?//[^"']+)"""
)


def from_elsewhere(site: Path) -> Iterator[str]:
    """Yield each address of another host that a page or a style of ``site`` loads."""
    for path in sorted(site.rglob("*")):
        if path.suffix in (".html", ".css"):
            for match in _LOADED.finditer(path.read_text("utf-8")):
                address = next(filter(None, match.groups()))
                yield f"{path.relative_to(site)}: loads {address}"

"""The page on the protocol, so that whoever has only the installed package can connect theirs."""

from __future__ import annotations

from conformance.errors import TadpError
from conformance.home import HOME

_PAGE = "docs/protocol.md"


def protocol_page() -> str:
    """``docs/protocol.md``, in Markdown, its links leading to the files of this installation.

    Raises:
        TadpError: it is neither in the package nor beside it.
    """
    package = HOME
    for root in (package / "shipped", package.parent):
        if (root / _PAGE).is_file():
            text = (root / _PAGE).read_text("utf-8")
            schemas = f"]({package.as_posix()}/"
            return text.replace("](../conformance/", schemas).replace(
                "](../", f"]({root.as_posix()}/"
            )
    raise TadpError("the page on the protocol is not installed")

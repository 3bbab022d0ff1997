"""The text of a web page that a person sees: without comments, styles, and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

#: Elements whose content is not shown, and those that end a line.
_UNSEEN = {"script", "style", "template", "noscript", "title", "object", "svg"}
_LINES = {
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th",
    "tr", "ul",
}  # fmt: skip
#: Elements without content, which nothing closes.
_EMPTY = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
}  # fmt: skip
_NAME = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]*")
_BEGINS = re.compile(r"/?[A-Za-z]|[!?]")
#: Quotation marks are left alone once one was not closed, so that no text is gone through twice.
_TAG = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")
_HIDDEN = re.compile(
    r"""(?i)\shidden(?=[\s/>=])|\bstyle\s*=[^>]*?\b(?:display\s*:\s*none|visibility\s*:\s*hidden"""
    r"""|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*[;"'>])"""
)
#: Characters of a page, and of a tag, that are looked at; hidden elements within one another.
MAXIMUM_PAGE = 4 << 20
_LONGEST, _DEEPEST = 1024, 64
#: Signs that take no room, so that a word with one of them in it looks like the word.
_NO_ROOM = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def visible_text(page: str) -> str:
    """Return what a person sees of the HTML ``page``; its time grows as the page does."""
    text = unescape("".join(_shown(page[:MAXIMUM_PAGE]))).translate(_NO_ROOM)
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\v"))))


def _shown(page: str) -> Iterator[str]:
    """Yield pieces of text, with a vertical tab for each end of a line."""
    hidden: list[str] = []
    for tag, text in _pieces(page):
        name = (_NAME.match(tag) or [""])[0].lower()
        if name.startswith("/"):
            if name[1:] in hidden:
                # Elements left open inside it end with it.
                del hidden[len(hidden) - 1 - hidden[::-1].index(name[1:]) :]
        elif name == "body":
            hidden.clear()
        elif (
            name
            and name not in _EMPTY
            and not tag.endswith("/>")
            and (hidden or name in _UNSEEN or _HIDDEN.search(tag[:_LONGEST]))
        ):
            hidden = [*hidden, name][:_DEEPEST]
        if not hidden:
            if name.removeprefix("/") in _LINES:
                yield "\v"
            yield text.replace("\v", " ")


def _pieces(page: str) -> Iterator[tuple[str, str]]:
    """Yield each tag, without its first sign, and the text after it; at first no tag."""
    quotes, position = True, 0
    tag = ""
    while True:
        start = page.find("<", position)
        # A sign that begins no tag is text.
        while start >= 0 and not _BEGINS.match(page, start + 1):
            start = page.find("<", start + 1)
        if start < 0:
            yield tag, page[position:]
            return
        yield tag, page[position:start]
        if page.startswith("<!--", start):
            end = page.find("-->", start + 4)
            tag, position = "", end + 3
        else:
            whole = _TAG.match(page, start + 1) if quotes else None
            quotes = whole is not None
            end = whole.end() - 1 if whole else page.find(">", start)
            tag, position = page[start + 1 : end + 1], end + 1
        if end < 0:
            return

"""Other bytes than those of a file, which a faulty signature is over."""

from __future__ import annotations


def other_content(data: bytes) -> bytes:
    """Another file, of the same length: its last letter or digit is another one."""
    for offset in range(len(data) - 1, -1, -1):
        character = data[offset : offset + 1]
        if character.isalnum():
            return data[:offset] + (b"2" if character == b"1" else b"1") + data[offset + 1 :]
    raise ValueError("the file has no letter or digit to change")


def text_mode(data: bytes) -> bytes:
    """The file as tools make it that take it for the text of an e-mail.

    Raises:
        ValueError: that is the same file.
    """
    text = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if text == data:
        raise ValueError("the file has no line feed that text mode would change")
    return text

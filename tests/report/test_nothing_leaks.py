"""Nothing that identifies is in any view of a redacted report, in whatever way it was written."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conformance.report.formats import FORMATS
from tests.corpus import FIXTURES
from tests.running import run

#: No word of it is in what the suite says, and no piece of it in a date or a time.
SECRETS = (
    "A1-B2-C3-D4-E5-F6-07-18",
    "ZQX 986797869798",
    "jozwik.quebal@xylt.wromp",
    "Jozwik Quebal",
)
BETWEEN = (
    "",
    "-",
    "--",
    " ",
    "_",
    "__",
    "/",
    "\t",
    ".",
    '"',
    "'",
    "\u2013",
    "\u200b",
    "%2D",
    "\0",
    "{",
    "\\",
)


def spellings(secret: str) -> Iterator[str]:
    """``secret`` in the ways in which somebody may write it."""
    yield from (secret, secret.lower(), secret.title(), secret[::-1], quote(secret, safe=""))
    pieces = secret.replace("@", " ").replace("-", " ").replace(".", " ").split()
    yield from (between.join(pieces) for between in BETWEEN)
    yield " ".join(secret)
    yield "".join(f"&#{ord(c)};" for c in secret)
    yield "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in secret)


def written(secret: str) -> Iterator[bytes]:
    """Each spelling in several encodings."""
    for one in spellings(secret):
        yield one.encode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp500", "utf-7"):
        yield secret.encode(encoding)


def pieces_of(secret: str) -> set[str]:
    """Yield the parts of ``secret`` that would give it away, in lower case and without marks."""
    plain = "".join(c for c in secret.lower() if c.isalnum())
    return {plain[i : i + 6] for i in range(len(plain) - 5)}


def squeezed(text: str) -> str:
    """``text`` as letters and digits alone, so that nothing between them hides them."""
    return "".join(c for c in text.lower() if c.isalnum())


LEAKS = {piece for secret in SECRETS for piece in pieces_of(secret)}


def leaks_in(text: str) -> list[str]:
    """Return the secrets still found, also in two bytes a character, full width or reversed."""
    # A digest has any letters and digits, by chance.
    text = re.sub("[0-9a-f]{64}", " # ", text)
    plain = squeezed(text.encode("ascii", "replace").decode().replace("%2d", ""))
    wide = squeezed(text.replace("\u2400", "").replace("\\u0000", ""))
    full = squeezed("".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text))
    views = (plain, wide, full, plain[::-1])
    return sorted(piece for piece in LEAKS if any(piece in view for view in views))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lone files and submissions that say the secrets wherever something can be said."""
    place = tmp_path_factory.mktemp("leaks") / "Jozwik Quebal" / "jozwik.quebal@xylt.wromp"
    place.mkdir(parents=True)
    records = [
        text[:half] + b"," * (number % 3) + text[half:] + (b",IS,,1,2,3\n", b"\r\n")[number % 2]
        for secret in SECRETS
        for number, text in enumerate(written(secret))
        for half in (len(text) // 2,)
    ]
    for number, start in enumerate(range(0, len(records), 18)):
        (place / f"{number}.csv").write_bytes(b"".join(records[start : start + 18]))
    for number, (secret, encoding) in enumerate(product(SECRETS, ("utf-8", "utf-16", "utf-32"))):
        text = f"{secret},IS,,1,2,3\n" * 3
        (place / f"whole-{number}-{secret}.csv").write_bytes(text.encode(encoding))
    for number, secret in enumerate(SECRETS):
        _submission(place / f"{secret}-{number}", secret)
        _submission(place / f"not-read-{secret}", secret, secret)
    (place / f"{SECRETS[3]}.eml").write_text(
        f'From: "{SECRETS[3]}" <{SECRETS[2]}>\nTo: {SECRETS[2]}\n'
        f"Subject: {SECRETS[1]}\n\n{SECRETS[0]}\n"
    )
    return place


def _submission(folder: Path, secret: str, kind: str | None = None) -> None:
    """A submission that says ``secret`` in each text of its manifest, if need be as its kind."""
    shutil.copytree(FIXTURES / "examples" / "adt-conforming", folder)
    manifest = json.loads((folder / "submission.json").read_text("utf-8"))
    named = {"kind", "edition", "file", "signature", "live", "sent_at", "path", "submission"}

    def said(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: said(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [said(inner, name) for inner in value]
        moment = isinstance(value, str) and value[:2] == "20" and "T" in value
        return value if not isinstance(value, str) or name in named or moment else secret

    changed = json.dumps({**manifest, **said(manifest), **({"kind": kind} if kind else {})})
    (folder / "submission.json").write_text(changed, "utf-8")


def test_no_view_has_anything_of_what_was_written(place: Path, tmp_path: Path) -> None:
    outputs = [
        tmp_path / f"r{ending}" for ending in (".json", ".html", ".md", ".xml", ".sarif", ".csv")
    ]
    asked = [word for path in outputs for word in ("--output", path)]
    files = [path for path in sorted(place.iterdir()) if path.is_file()]
    ran = run("check", place, *files, "--kind", "adt", "--redact", *asked)
    assert ran.code == 2
    assert "[user-" in ran.err
    report = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert len(report["submissions"]) > 10
    shown = {path.suffix: path.read_text("utf-8") for path in outputs}
    shown |= {"text": ran.out, "errors": ran.err}
    assert [(form, leaks) for form, text in shown.items() if (leaks := leaks_in(text))] == []
    assert len(shown) == len(FORMATS) + 1


def test_a_digest_by_which_a_guess_can_be_tried_is_left_out_or_keyed(
    place: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "r.json"
    run("check", place / "0.csv", "--kind", "adt", "--quiet", "--output", raw)
    digest = json.loads(raw.read_text("utf-8"))["submissions"][0]["inputs"][0]["sha256"]
    found = []
    for letter in "aab":
        (tmp_path / "key").write_bytes(letter.encode() * 32)
        ran = run("report", raw, "--redact-key", tmp_path / "key", "--format", "json")
        assert digest not in ran.out
        found.append(ran.report["submissions"][0]["inputs"][0])
    assert found[0] == found[1] != found[2]
    assert "sha256" not in found[0]
    assert "hmac" not in run("report", raw, "--redact", "--format", "json").out

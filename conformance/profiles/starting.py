"""The text of a profile to start from: a copy of a shipped one, or a few lines that extend it.

The first line names the schema of profiles, by which editors complete entries, describe them and
underline what cannot be. It is that of the installed package, so that no network is needed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from conformance.home import HOME
from conformance.model.profile_loading import profile_text
from conformance.model.schema import schema_of

#: Where the schema of profiles is.
SCHEMA = HOME / "schemas" / "profile.schema.json"
_EXTENDING = """\
# Extends the {base} profile: an entry here takes the place of its entry of the same name.
# `tadp profile show {base}` lists what there is to change.

profile = "{name}"
title = "{name}"
version = "1"
extends = "{base}"

# For instance, if you know the trust anchors and where revocation lists lie:
# [trust]
# anchors = ["root.pem"]
# crls = ["ca.crl"]

# If you take another reading of an open question (`tadp clauses --format json` lists them):
# [readings]
# final-line-feed = "terminator"

# An entry that somebody has confirmed: where it is laid down, who confirmed it, on which date.
# Without these three it is refused; whatever no entry here speaks of is unverified.
# [[assumptions]]
# entry = "references"
# verified = true
# reason = "The shapes of the references that the SSI generates."
# source = "Document, version and section"
# by = "Name of the person who compared them"
# on = "2026-01-31"
"""


def name_of(path: Path) -> str:
    """Return the name of a profile that is written to ``path``."""
    return re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._") or "mine"


def for_editors(schema: str = SCHEMA.as_uri()) -> str:
    """Return the line by which editors find the schema of a profile."""
    return f"#:schema {schema}\n"


def copy_of(base: str, name: str) -> str:
    """Return the shipped profile ``base`` under another name, comments and all."""
    text = profile_text(base)
    text = re.sub(r'(?m)^profile = ".*"$', f'profile = "{name}"', text, count=1)
    return for_editors() + re.sub(r'(?m)^title = ".*"$', f'title = "{name}"', text, count=1)


def extension_of(base: str, name: str) -> str:
    """Return a profile that extends ``base``, with examples of what it may state."""
    return for_editors() + _EXTENDING.format(name=name, base=base)


def schema_text() -> str:
    """Return the JSON Schema of a profile, with a description of each entry."""
    return json.dumps(schema_of("profile"), indent=2, ensure_ascii=False) + "\n"

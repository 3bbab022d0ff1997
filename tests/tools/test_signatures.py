"""Signatures of other tools hold here, and do not over another file: ``tox -e tools``."""

from __future__ import annotations

import pytest

from tests.signature.signing import data_of, messages, open_bytes
from tests.tools.signers import DATA, TOOLS, NotHere, Workshop

#: Faults of the signatures of a tool.
FOUND = {
    "node-forge": [
        "the signed attributes are not in the order in which they must be signed",
    ],
}
pytestmark = pytest.mark.tools


@pytest.mark.parametrize("where", ["inside", "beside"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_signature_of_another_tool_verifies(workshop: Workshop, tool: str, where: str) -> None:
    try:
        made = TOOLS[tool](workshop, where == "inside")
    except NotHere as missing:
        pytest.skip(f"{tool}: {missing}")
    opened = open_bytes(made) if where == "inside" else open_bytes(DATA, made)
    assert messages(opened) == FOUND.get(tool, [])
    assert opened.container == ("cms-attached" if where == "inside" else "cms-detached")
    assert data_of(opened) == DATA
    assert opened.certificate == workshop.signer.der
    other = DATA.replace(b"828", b"829")
    changed = made.replace(DATA, other) if where == "inside" else made
    spoilt = open_bytes(changed) if where == "inside" else open_bytes(other, changed)
    if changed != made or where == "beside":
        assert any("was changed" in message for message in messages(spoilt))

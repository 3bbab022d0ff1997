"""The page on the protocol: its links lead into the installation that prints it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.assessment import page
from conformance.errors import TadpError

TEXT = "\u2013 [a](../conformance/schemas/a.json) [b](../examples/b.sh) [c](https://c.example/)\n"


@pytest.mark.parametrize("home", ["package/shipped", "."])
def test_links_lead_to_the_files_of_the_package_and_beside_it(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "package"
    monkeypatch.setattr(page, "HOME", package)
    with pytest.raises(TadpError) as caught:
        page.protocol_page()
    assert str(caught.value) == "the page on the protocol is not installed"
    root = (tmp_path / home).resolve()
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "protocol.md").write_text(TEXT, "utf-8")
    assert page.protocol_page() == (
        f"\u2013 [a]({package}/schemas/a.json) [b]({root}/examples/b.sh) [c](https://c.example/)\n"
    )

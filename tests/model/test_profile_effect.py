"""An entry that makes no difference beside the others of its profile is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import ModelError
from conformance.model.profile_effect import effective, is_cms
from conformance.model.profile_loading import load_profile
from conformance.signature.containers import CONTAINERS
from conformance.signature.containers.cms import Cms
from conformance.signature.containers.smime import Smime
from generators.draft import Ground
from generators.hierarchy import trust
from generators.strategies import ground
from tests.profiles.apart import APART

HEAD = 'profile = "p"\ntitle = "P"\nversion = "1"\nextends = "reference"\n'
BARE = 'signature.containers = ["raw-detached"]\n'
NO_TIME = """\
[files.report]
columns = [
  { name = "RequestID", type = "request-id", role = "request-id" },
  { name = "Action", type = "nothing", role = "action", nullable = true },
]
rules = []
[files.qcaf]
columns = [
  { name = "RequestID", type = "request-id", role = "request-id" },
  { name = "Action", type = "action", role = "action" },
]
rules = []
"""
#: A profile's entries, the one without effect, and a few words of the reason.
REFUSED = {
    BARE + 'signature.signed_attributes = "required"': ("signature.signed_attributes", "only CMS"),
    BARE + 'signature.signed_attributes = "refused"': ("signature.signed_attributes", "only CMS"),
    BARE + 'signature.cms.encodings = ["pem"]': ("signature.cms", "no container of CMS"),
    BARE + 'signature.cms.certificate = "inside"': ("signature.cms", "no container of CMS"),
    'delivery.recipient = "90-B3-D5-1F-30-00-00-01"': ("delivery.recipient", "no column has"),
    'certificate.revocation = "none"\ntrust.crls = ["crls.pem"]': ("trust.crls", "revocation"),
    'certificate.revocation = "ocsp"\ntrust.crls = ["crls.pem"]': ("trust.crls", "revocation"),
    'certificate.revocation = "crl"\ntrust.ocsp = ["crls.pem"]': ("trust.ocsp", "revocation"),
    NO_TIME + '[readings]\nlate-release = "in-vain"': ("readings.late-release", "quarantined"),
    NO_TIME + '[readings]\nhours-counted-to = "completion"': (
        "readings.hours-counted-to", "quarantined",
    ),
}  # fmt: skip


def load(folder: Path, text: str) -> Ground:
    path = folder / "p.toml"
    path.write_text(text, "utf-8")
    return Ground(ground().catalogue, load_profile(str(path), ground().catalogue))


@pytest.mark.parametrize("text", REFUSED)
def test_it_is_refused_with_its_name_its_line_and_the_reason(tmp_path: Path, text: str) -> None:
    entry, words = REFUSED[text]
    (tmp_path / "crls.pem").write_bytes(b"")
    with pytest.raises(ModelError) as caught:
        load(tmp_path, HEAD + text)
    said = str(caught.value)
    last = entry.rpartition(".")[2]
    line = next(n for n, one in enumerate((HEAD + text).split("\n"), 1) if last in one)
    assert said.startswith(f"profile {tmp_path / 'p.toml'}, line {line}: {entry}: ")
    assert "makes no difference" in said or "decides nothing" in said
    assert words in said


#: Changes of the profile apart that leave an entry of it without effect.
CHANGED = {
    "delivery.contingency_mailboxes": [('contingency = "courier"\n', "")],
    "breaches": [
        (' role = "breach",', ""),
        ('  { id = "right-limb", rule = "breach-fits", columns = ["Limb"] },\n', ""),
        ('[alerts]\nmessage = "Alarm"\nrequest_id = "Held"\nquarantined_at = "Moment"\n', ""),
        ('variant = "Wanted"\n', ""),
    ],
}


@pytest.mark.parametrize("entry", CHANGED)
def test_a_whole_profile_is_taken_once_the_entry_is_left_empty(tmp_path: Path, entry: str) -> None:
    text = Path(APART).read_text("utf-8")
    for old, new in CHANGED[entry]:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(ModelError, match=f"{entry}: makes no difference"):
        load(tmp_path, text)
    mailboxes = 'contingency_mailboxes = ["intake@dcc.example"]'
    breaches = '[breaches]\nOwnCeiling = "user"\nCentralCeiling = "dcc"\nCentralRange = "dcc"\n'
    if entry == "breaches":
        text = text.replace(breaches, "[breaches]\n")
    else:
        text = text.replace(mailboxes, "contingency_mailboxes = []")
    assert load(tmp_path, text).profile.name == "apart"


def test_an_entry_of_the_profile_below_is_not_a_fault_of_this_one(tmp_path: Path) -> None:
    taken = load(tmp_path, HEAD + BARE + "certificate.revocation = false")
    table = effective(taken.profile.raw)
    assert "cms" in taken.profile.raw["signature"]
    assert "cms" not in table["signature"]
    assert effective(ground().profile.raw) == ground().profile.raw
    # A corpus states all of it in one file.
    files = dict(trust(taken))
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert load_profile(str(tmp_path / "profile.toml"), taken.catalogue).crls == ()


def test_the_containers_of_cms_are_known() -> None:
    for name, container in CONTAINERS.items():
        assert is_cms(name) is isinstance(container, (Cms, Smime)), name

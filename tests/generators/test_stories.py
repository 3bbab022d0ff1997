"""The stories of a corpus under profiles that offer less, and the reasons for what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.model.profile import KeyAlgorithm, Profile
from conformance.model.profile_loading import load_profile
from generators import corpus
from generators.case import Case
from generators.conforming import conforming
from generators.draft import Ground
from generators.expectation import with_verdicts
from generators.hierarchy import trust
from generators.left_out import LeftOut, without
from generators.stories import Story, stories
from generators.strategies import ground
from tests.generators.test_invariants import check
from tests.model.profiles import extending
from tests.profiles.apart import APART

LARGE = KeyAlgorithm("rsa", ("sha256",), minimum_bits=16384)
RSA = KeyAlgorithm("rsa", ("sha256",), minimum_bits=2048)


def with_rules(part: str, **changes: Any) -> Profile:
    base = ground().profile
    return replace(base, **{part: replace(getattr(base, part), **changes)})


def stories_under(profile: Profile) -> tuple[dict[str, Story], dict[str, str]]:
    found = list(stories(Ground(ground().catalogue, profile)))
    known = [one for one in found if isinstance(one, Story)]
    left = {one.id: one.reason for one in found if isinstance(one, LeftOut)}
    left |= {f"conforming/{one.name}": one.lacks for one in known if one.lacks}
    return {one.name: one for one in known if not one.lacks}, left


def test_the_reference_profile_has_a_place_for_every_story() -> None:
    there, left = stories_under(ground().profile)
    assert left == {}
    assert {"adt-sharepoint", "adt-rsa-attached", "adt-contingency"} <= set(there)


def test_stories_are_called_by_what_the_profile_has() -> None:
    there, left = stories_under(ground(APART).profile)
    assert left == {}
    assert {"adt-portal", "adt-ecdsa-within", "qcaf-user-set"} <= set(there)
    for story in there.values():
        assert "sharepoint" not in story.title
        assert "cms" not in story.title
    assert "by courier while portal is unavailable" in there["qcaf-contingency"].title
    assert there["qcaf-all-release"].scenario.quarantined_hours < 96


def test_without_a_contingency_method_there_is_no_story_by_it() -> None:
    there, left = stories_under(with_rules("delivery", contingency=None))
    reason = "the profile has no contingency method"
    assert left == {f"conforming/{kind}-contingency": reason for kind in ("adt", "qcaf")}
    assert not any(story.scenario.method for story in there.values())


def cases_of(
    monkeypatch: pytest.MonkeyPatch, profile: Profile, *names: str
) -> list[Case | LeftOut]:
    """Return the cases of some stories alone."""
    place = Ground(ground().catalogue, profile)
    few = [one for one in stories(place) if isinstance(one, Story) and one.name in names]
    monkeypatch.setattr(corpus, "stories", lambda _: few)
    return list(corpus.cases(place))


def test_cases_of_a_story_that_is_left_out_are_left_out_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = with_rules("delivery", contingency=None)
    made = cases_of(monkeypatch, profile, "adt-contingency", "qcaf-contingency")
    left = {one.id: one.reason for one in made if isinstance(one, LeftOut)}
    assert len(left) == len(made)
    assert left["conforming/adt-contingency"] == "the profile has no contingency method"
    for one in ("3.4(a)-1/adt-contingency", "UG1.6-2/adt-contingency", "4.7(a)-1/qcaf-contingency"):
        assert left[one] == without(one.rpartition("/")[2])


def test_faults_of_a_submission_that_does_not_conform_are_left_out_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = "incident"
    made = cases_of(monkeypatch, ground().profile, story)
    first, *faults = [one for one in made if isinstance(one, Case)][:4]
    wrong = replace(first, draft=faults[0].draft)
    found = list(with_verdicts([wrong, *faults], dict(trust(ground())), ground().catalogue))
    assert [one.id for one in found if isinstance(one, LeftOut)] == [
        first.id,
        *(f.id for f in faults),
    ]
    assert {one.reason for one in found[1:] if isinstance(one, LeftOut)} == {without(story)}


def test_one_algorithm_and_one_container_are_enough() -> None:
    one = with_rules("signature", algorithms=(RSA,), containers=("cms-attached",))
    there, left = stories_under(one)
    assert left == {}
    signed = [story.scenario for name, story in there.items() if name.startswith(("adt", "qcaf"))]
    assert {(s.algorithm, s.container) for s in signed} == {("rsa", "cms-attached")}


def test_each_digest_of_each_algorithm_has_a_submission_that_conforms() -> None:
    algorithms = (
        *(KeyAlgorithm("ecdsa", (name,), "secp256r1") for name in ("sha256", "sha512")),
        KeyAlgorithm("rsa-pss", ("sha384", "sha256"), minimum_bits=2048),
    )
    profile = with_rules("signature", algorithms=algorithms)
    there, _ = stories_under(profile)
    asked = {story.scenario.algorithm: story.scenario for story in there.values()}
    assert {"ecdsa", "ecdsa-sha512", "rsa-pss", "rsa-pss-sha256"} <= set(asked)
    for name in ("ecdsa-sha512", "rsa-pss", "rsa-pss-sha256"):
        draft = conforming(asked[name], Ground(ground().catalogue, profile))
        assert draft.signing is not None
        assert draft.signing.by_pss == name.startswith("rsa")
        assert check(draft).verdict == "conforms", name


@pytest.mark.parametrize(
    ("changes", "entry"),
    [({"algorithms": (LARGE,)}, "algorithms"), ({"containers": ("smime",)}, "containers")],
)
def test_where_nothing_can_be_signed_the_reason_names_the_entry(
    changes: dict[str, Any], entry: str
) -> None:
    there, left = stories_under(with_rules("signature", **changes))
    assert set(there) == {
        "report-user-set", "report-dcc-set", "incident", "incident-v2.0", "publication",
        "publication-v2.0",
    }  # fmt: skip
    ((identifier, reason),) = left.items()
    assert identifier.startswith("conforming")
    assert f"none of signature.{entry} can be made for tests" in reason


def test_without_network_operators_there_is_no_story_of_one(tmp_path: Path) -> None:
    text = (
        '[files.adt]\ncolumns = [{ name = "Party", type = "eui64", role = "user-id" },'
        '{ name = "Role", type = "code", role = "user-role", values = ["GS", "OU"] }]\n'
        "key = []\nrules = []\n"
    )
    there, left = stories_under(load_profile(str(extending(tmp_path, text)), ground().catalogue))
    reason = "the profile has no User Role ED, or no variant that it may send"
    assert left == {"conforming/adt-network-operator": reason}
    assert {s.scenario.user_role for s in there.values()} == {None}


@pytest.mark.parametrize(
    "text",
    [
        '[signature]\nsigned_attributes = "refused"\ncontainers = ["cms-attached"]\n',
        '[signature]\nsigned_attributes = "required"\n',
        '[readings]\nname-form = "rule"\n',
        "[delivery]\nhours = 3\n",
    ],
)
def test_the_usual_submission_keeps_to_the_profile(tmp_path: Path, text: str) -> None:
    base = ground()
    profile = load_profile(str(extending(tmp_path, text)), base.catalogue)
    there, _ = stories_under(profile)
    for name in ("adt-sharepoint", "qcaf-user-set"):
        checked = check(conforming(there[name].scenario, Ground(base.catalogue, profile)))
        assert checked.verdict == "conforms", [r.findings for r in checked.roots]

"""The User Role of what is made is one that the profile has, and that may send a variant of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind, SetBy
from conformance.profiles.checking import examine
from generators.conforming import conforming, fitted
from generators.draft import Ground
from generators.scenario import Scenario
from generators.strategies import ground
from generators.user_roles import user_roles
from tests.generators.test_under_profiles import roots
from tests.model.profiles import extending

_ADT = """
[files.adt]
key = ["Sender", "Per"]
columns = [
  {{ name = "Sender", type = "eui64", {user} }},
  {{ name = "Role", type = "code", {roles} }},
  {{ name = "Service", type = "code", {variants} }},
  {{ name = "Per", type = "integer", role = "period", maximum = 99 }},
  {{ name = "Most", type = "integer", role = "threshold", maximum = 20 }},
]
rules = [ {{ id = "one", rule = "one-sender", columns = ["Sender"] }}, {rule} ]
"""
_ELIGIBLE = '{ id = "may", rule = "eligible-variant", columns = ["Role", "Service"] }'
_ALL = '["IS", "ES", "GS", "ED", "GT", "RSA", "OU"]'


def adt(roles: str, variants: str, *, rule: str = _ELIGIBLE, with_role: bool = True) -> str:
    """Return an ADT File with those User Roles and variants; its columns say what they are for."""
    said = ('role = "user-id"', ', role = "user-role"', ', role = "variant"')
    user, role, variant = said if with_role else ('case = "upper"', "", "")
    chosen = {"roles": f"values = {roles}{role}", "variants": f"values = {variants}{variant}"}
    return _ADT.format(user=user, **chosen, rule=rule)


#: Profiles, and the User Role that is chosen under each.
PROFILES = {
    "variants of network operators": (adt(_ALL, '["6.18.1", "6.5"]'), "ED"),
    "variants that most may not send": (adt('["GT", "OU", "ES", "IS"]', '["6.20.2"]'), "ES"),
    "one role": (adt('["GS"]', '["1.1.1", "4.1.4"]'), "GS"),
    "one role, which may send one variant": (adt('["ED"]', '["1.1.1", "6.5", "1.7"]'), "ED"),
    "variants that anybody may send": (adt('["OU"]', '["1.7", "8.5"]'), "OU"),
    "codes of its own": (adt('["SUPPLIER", "NETWORK"]', '["6.5"]', rule=""), "ED"),
    "codes of its own for some roles": (adt('["SUPPLIER", "GS"]', '["4.1.4"]', rule=""), "GS"),
    "a role that may send all": (adt('["IS", "GS"]', '["1.1.1", "1.1.2"]'), "GS"),
    "columns without a role": (adt('["GS", "ED"]', '["1.1.1", "6.5"]', with_role=False), "ED"),
    "no column for the role": (
        adt('["A", "B"]', '["4.6.2"]', rule="").replace(', role = "user-role"', ""),
        "ES",
    ),
}
ONE_ROLE = '[readings]\nfile-per-role = "one"\n'


@pytest.mark.parametrize("name", PROFILES)
def test_a_generated_submission_conforms_in_the_role_that_the_profile_leaves(
    name: str, tmp_path: Path
) -> None:
    text, role = PROFILES[name]
    path = extending(tmp_path, text + ONE_ROLE)
    place = Ground(ground().catalogue, load_profile(str(path), ground().catalogue))
    assert user_roles(place, Kind.ADT)[0] == role
    for kind, who in ((Kind.ADT, SetBy.USER), (Kind.REPORT, SetBy.USER), (Kind.QCAF, SetBy.DCC)):
        made = conforming(fitted(Scenario(kind=kind, set_by=who), place), place)
        assert roots(made) == [], kind
    assert conforming(Scenario(), place).manifest["sender"]["user_role"] == role


# Each run has the self-test of whole profiles in ``tests/profiles/test_checking.py``.
@pytest.mark.whole
@pytest.mark.parametrize("name", ["a role that may send all", "codes of its own"])
def test_the_self_test_takes_profiles_that_leave_out_the_usual_role(
    name: str, tmp_path: Path
) -> None:
    path = extending(tmp_path, PROFILES[name][0])
    found = examine(str(path), ground().catalogue, lambda _: None)
    assert list(map(str, (*found.refused, *found.warnings))) == []


def test_a_role_without_a_place_in_the_profile_is_refused_with_those_that_have_one(
    tmp_path: Path,
) -> None:
    path = extending(tmp_path, adt('["GS", "ED", "GT"]', '["4.1.4", "6.5"]'))
    place = Ground(ground().catalogue, load_profile(str(path), ground().catalogue))
    for role in ("IS", "GT", "XX"):
        with pytest.raises(TadpError, match=f"is of the User Role '{role}'") as caught:
            conforming(Scenario(user_role=role), place)
        assert caught.value.remedy == "choose one of: ED, GS"
    made = conforming(Scenario(user_role="GS"), place)
    assert {line.split(b",")[2] for line in (made.csv or b"").splitlines()} == {b"4.1.4"}

"""The facts in the name of a file, also of files that are not submissions."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.model.profile import ReferenceRules
from conformance.submission.area.naming import Name, read_name
from conformance.submission.area.stray import no_submission

INCIDENT = "INC000000000007"
RULES = ReferenceRules("REQ[0-9]{12}", "INC[0-9]{12}")
USER = "70-00-00-00-00-00-00-0A"
BOTH = Name(USER, "REQ000000000001")


@pytest.mark.parametrize(
    "name",
    [
        f"{USER}-REQ000000000001-ADT",
        f"{USER} \u2013 REQ000000000001 \u2013 ADT.csv",
        f"{USER}\u2013REQ000000000001-ADT.csv.p7m",
        f"{USER.lower()}_REQ000000000001_ADT.CSV",
        f"{USER}.REQ000000000001.anything",
        f" {USER}-REQ000000000001",
        *(f"{USER.replace('-', d)}{d}REQ000000000001" for d in "\u2010\u2011\u2012\u2212\uff0d"),
    ],
)  # fmt: skip
def test_a_name_of_any_form_shows_whose_file_it_is_and_under_which_request(name: str) -> None:
    assert read_name(name, RULES) == BOTH


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (f"{USER}-00-REQ000000000001", Name(USER, "REQ000000000001")),
        (f"{USER}-{INCIDENT}-QCAF", Name(USER, None, INCIDENT)),
        (f"{USER}-REQ000000000001-{INCIDENT}", Name(USER, "REQ000000000001", INCIDENT)),
        (f"{USER}-REQ000000000001-{INCIDENT}7", Name(USER, "REQ000000000001")),
        (f"{USER}FF-REQ000000000001", Name(None, "REQ000000000001")),
        (f"ADT-{USER}-REQ000000000001", Name(None, "REQ000000000001")),
        (f"{USER}-REQ0000000000012", Name(USER, None)),
        (f"{USER}-XREQ000000000001", Name(USER, None)),
        (f"{USER[:-3]}-REQ00000000001", Name(None, None)),
        ("", Name(None, None)),
        ("\n\x1b[31m\u202e", Name(None, None)),
    ],
)
def test_a_part_that_is_missing_from_a_name_is_not_guessed(name: str, said: Name) -> None:
    assert read_name(name, RULES) == said


def test_the_shape_of_a_reference_is_the_profiles() -> None:
    rules = replace(RULES, smsr="SR[0-9]{4}|TKT-[a-z]+")
    assert read_name(f"{USER}-SR0042-ADT", rules).reference == "SR0042"
    assert read_name(f"{USER}-TKT-abc-ADT", rules).reference == "TKT-abc"
    assert read_name(f"{USER}-REQ000000000001-ADT", rules).reference is None


@pytest.mark.parametrize(
    "name",
    ["desktop.ini", "Desktop.INI", "Thumbs.db", "~$adt.xlsx", "adt - Shortcut.lnk", ".DS_Store",
     "._adt.csv", "Icon\r", ".~lock.adt.csv#", "adt.csv.tmp", "adt.csv.crdownload", ".hidden",
     "root.pem", "issuing.CRT", "list.crl", "aro.key", "line\nfeed.tmp"],
)  # fmt: skip
def test_certificates_keys_and_files_that_systems_leave_are_not_submissions(name: str) -> None:
    assert no_submission(name, read_name(name, RULES)) is not None


@pytest.mark.parametrize(
    "name", ["adt.csv", "adt", "adt.p7m", f"{USER}-REQ000000000001-ADT.pem", "temp", "notes.txt"]
)
def test_anything_else_may_be_one(name: str) -> None:
    assert no_submission(name, read_name(name, RULES)) is None

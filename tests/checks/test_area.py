"""The checks of an area where the evidence is in doubt: not shown, and never guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from conformance.checker import Checked, Result, check_submission
from conformance.checks.area_files import AreaFiles
from conformance.checks.context import Context
from conformance.errors import SubmissionError
from conformance.findings import Status
from conformance.submission.area.reading import read_area
from tests.checks.situation import checked_in_test, setting
from tests.signature.signing import Forgery, build_hierarchy

A, B = "70-00-00-00-00-00-00-0A", "70-00-00-00-00-00-00-0C"
ADT = "ADT File Submissions"
RULE = ",IS,7.1,24,80,100\n"
BROKEN = "-----BEGIN CMS-----\nnothing\n-----END CMS-----\n"


class Copy:
    """An area being put together; nothing in it is signed, which is not a concern of its checks."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("Submitted", "Live", "Archive"):
            (root / ADT / folder).mkdir(parents=True)

    def put(self, name: str, content: str) -> Copy:
        (self.root / ADT / name).write_text(content)
        return self

    def stating(self, **entries: object) -> Copy:
        (self.root / "area.json").write_text(json.dumps({"area": 1, **entries}))
        return self

    def check(self) -> Checked:
        given = setting()
        area = read_area(self.root, "area", None, given.profile)
        return checked_in_test(check_submission(area, given))

    def result(self, requirement: str) -> Result:
        return next(r for r in self.check().results if r.requirement.id == requirement)

    def status(self, requirement: str) -> Status:
        return self.result(requirement).status


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "area")


def test_a_file_of_no_one_may_be_the_one_that_is_missing(copy: Copy) -> None:
    copy.stating(live_user_ids=[A, B]).put(f"Live/{A}-REQ000000000001-ADT.csv", A + RULE)
    assert copy.status("UG1.1-2") is Status.FAILED
    copy.put("Submitted/garbage.csv", "\0")
    result = copy.result("UG1.1-2")
    assert (result.status, result.evidence) == (Status.NOT_SHOWN, ("the User ID in each name",))
    assert "garbage.csv" in (result.reason or "")


def test_a_folder_that_was_not_copied_may_have_the_file_that_is_missing(copy: Copy) -> None:
    copy.stating(live_user_ids=[A])
    assert copy.status("UG1.1-2") is Status.FAILED
    (copy.root / ADT / "Live").rmdir()
    result = copy.result("UG1.1-2")
    assert result.status is Status.NOT_SHOWN
    assert result.evidence == ("Anomaly Detection Files/ADT File Submissions/Live",)


def test_a_signature_alone_is_not_a_file(copy: Copy) -> None:
    copy.stating(live_user_ids=[A]).put(f"Submitted/{A}-REQ000000000001-ADT.csv.p7s", "signature")
    assert copy.status("UG1.1-2") is Status.FAILED
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv.p7s", "signature")
    copy.put(f"Live/{A}-REQ000000000002-ADT.csv", A + RULE)
    assert copy.status("UG1.4-3") is Status.PASSED


def test_an_archived_file_that_cannot_be_read_is_not_taken_for_another_file(copy: Copy) -> None:
    copy.put(f"Submitted/{A}-REQ000000000001-ADT.csv", A + RULE)
    copy.put(f"Archive/{A}-REQ000000000001-ADT.p7m", BROKEN)
    assert copy.status("UG1.3-2") is Status.PASSED
    copy.put(f"Archive/{A}-REQ000000000001-ADT.csv", A + RULE.replace("80", "70"))
    assert copy.status("UG1.3-2") is Status.FAILED


def test_a_live_file_that_cannot_be_read_is_not_taken_for_the_submitted_one(copy: Copy) -> None:
    copy.put(f"Live/{A}-REQ000000000001-ADT.p7m", BROKEN)
    copy.put(f"Submitted/{A}-REQ000000000001-ADT.csv", A + RULE)
    assert copy.status("UG1.4-4") is Status.NOT_SHOWN


def test_another_programs_file_is_not_compared_by_rules(copy: Copy) -> None:
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv", A + RULE)
    copy.put(f"Submitted/{A}-REQ000000000001-ADT.pdf", "%PDF-1.7\n")
    assert copy.status("UG1.4-4") is Status.NOT_SHOWN


def test_files_without_a_request_are_not_taken_for_one_another(copy: Copy) -> None:
    copy.put(f"Live/{A}-ADT.csv", A + RULE)
    copy.put(f"Submitted/{A}-ADT.csv", A + RULE.replace("80", "70"))
    assert copy.status("UG1.4-4") is Status.NOT_SHOWN
    assert copy.status("UG1.4-5") is Status.NOT_SHOWN
    result = copy.result("UG1.3-2")
    assert (result.status, result.reason) == (Status.NOT_SHOWN, "no name has a Request Id")


def test_when_the_request_of_live_was_completed_has_to_be_known_too(copy: Copy) -> None:
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv", A + RULE)
    copy.put(f"Archive/{A}-REQ000000000002-ADT.csv", A + RULE.replace("80", "70"))
    newer = {"number": "REQ000000000002", "completed_at": "2025-05-02T10:00:00Z"}
    result = copy.stating(requests=[newer]).result("UG1.4-5")
    assert (result.status, result.evidence) == (Status.NOT_SHOWN, ("requests in area.json",))
    assert "completed REQ000000000001 of " in str(result.reason)
    never = {"number": "REQ000000000001", "completed_at": None}
    assert copy.stating(requests=[newer, never]).status("UG1.4-5") is Status.FAILED


def test_a_file_that_went_from_live_to_the_archive_is_one_finding_and_says_what_it_has(
    copy: Copy,
) -> None:
    taken = {"number": "REQ000000000001", "completed_at": "2025-05-02T10:00:00Z"}
    copy.put(f"Archive/{A}-REQ000000000001-ADT.csv", A + RULE)
    copy.stating(live_user_ids=[A], requests=[taken])
    assert (copy.status("UG1.1-2"), copy.status("UG1.4-5")) == (Status.PASSED, Status.FAILED)
    (finding,) = copy.stating(live_user_ids=[A]).result("UG1.1-2").findings
    assert (
        finding.hint
        == "Submit an ADT File for it; or if it is not live, correct the list that says it is."
    )
    older = {"number": "REQ000000000000", "completed_at": "2025-05-01T10:00:00Z"}
    copy.put(f"Live/{A}-REQ000000000000-ADT.csv", A + RULE.replace("80", "70"))
    (finding,) = copy.stating(requests=[taken, older]).result("UG1.4-5").findings
    assert str(finding.found).endswith("; against it REQ000000000001 has 1 rule changed")


def test_a_file_that_was_put_into_live_before_its_request_was_completed_is_a_finding(
    copy: Copy,
) -> None:
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv", A + RULE)
    assert copy.status("UG1.4-5") is Status.PASSED
    never = {"number": "REQ000000000001", "completed_at": None}
    (finding,) = copy.stating(requests=[never]).result("UG1.4-5").findings
    assert finding.place.file == f"{ADT}/Live/{A}-REQ000000000001-ADT.csv"
    # Of some requests it is said, and of this one it is not.
    other = {"number": "REQ000000000002", "completed_at": None}
    result = copy.stating(requests=[other]).result("UG1.4-5")
    assert (result.status, result.evidence) == (Status.NOT_SHOWN, ("requests in area.json",))
    assert "completed REQ000000000001 of " in str(result.reason)


def test_an_area_without_files_shows_nothing_and_breaks_nothing(copy: Copy) -> None:
    found = {r.requirement.id: r.status for r in copy.check().results if r.requirement.id in IDS}
    assert found == {
        "UG1.1-2": Status.NOT_SHOWN,
        "UG1.3-2": Status.NOT_SHOWN,
        "UG1.4-3": Status.NOT_SHOWN,
        "UG1.4-4": Status.NOT_APPLICABLE,
        "UG1.4-5": Status.NOT_SHOWN,
    }


@pytest.mark.parametrize("folder", ["Submitted", "Archive"])
def test_an_empty_live_folder_shows_nothing_unless_nothing_was_taken(
    copy: Copy, folder: str
) -> None:
    copy.put(f"{folder}/{A}-REQ000000000001-ADT.csv", A + RULE)
    assert {copy.status("UG1.4-3"), copy.status("UG1.4-5")} == {Status.NOT_SHOWN}
    result = copy.result("UG1.4-3")
    assert result.evidence == ("requests in area.json",)
    never = {"number": "REQ000000000001", "completed_at": None}
    copy.stating(requests=[never])
    assert {copy.status("UG1.4-3"), copy.status("UG1.4-5")} == {Status.PASSED}
    copy.stating(requests=[{**never, "completed_at": "2025-05-01T10:00:00Z"}])
    found = (copy.status("UG1.4-3"), copy.status("UG1.4-5"))
    assert found == (Status.PASSED, Status.FAILED)
    # An old file that is not mentioned does not make that two faults.
    copy.put(f"Archive/{A}-REQ000000000009-ADT.csv", A + RULE)
    found = (copy.status("UG1.4-3"), copy.status("UG1.4-5"))
    assert found == (Status.PASSED, Status.FAILED)


IDS = ("UG1.1-2", "UG1.3-2", "UG1.4-3", "UG1.4-4", "UG1.4-5")


def test_a_file_that_goes_away_while_it_is_read_is_whoever_s(
    copy: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy.put("Live/thresholds.csv", A + RULE)
    assert copy.status("UG1.4-3") is Status.PASSED

    def gone(_: Context) -> str:
        raise SubmissionError("changed while it was read")

    monkeypatch.setattr(Context, "file_user_id", property(gone))
    assert copy.status("UG1.4-3") is Status.NOT_SHOWN


def test_of_two_files_in_live_it_is_not_clear_which_is_in_production(copy: Copy) -> None:
    for number in (1, 2):
        copy.put(f"Live/{A}-REQ00000000000{number}-ADT.csv", A + RULE)
    assert copy.status("UG1.4-3") is Status.FAILED
    result = copy.result("UG1.4-5")
    assert (result.status, result.blocked_by) == (Status.NOT_SHOWN, ("UG1.4-3",))


def test_no_two_states_of_a_file_are_compared(copy: Copy) -> None:
    live = f"Live/{A}-REQ000000000001-ADT.csv"
    copy.put(live, A + RULE).put(f"Archive/{A}-REQ000000000001-ADT.csv", A + RULE)
    given = setting()
    area_files = AreaFiles.of(Context(read_area(copy.root, "area", None, given.profile), given))
    one, other = area_files.survey.files
    assert area_files.difference(one, other) == "the same rules in other bytes"
    copy.put(live, A + RULE.replace("80", "70"))
    assert area_files.difference(one, other) is None
    assert {area_files.digest(one), area_files.digest(other)} > {None}


def test_findings_say_which_rules_are_other(copy: Copy) -> None:
    copy.put(f"Submitted/{A}-REQ000000000001-ADT.csv", A + RULE + A + ",IS,7.2,24,1,2\n")
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv", A + RULE.replace("80", "70"))
    assert copy.result("UG1.4-4").findings[0].found == "1 rule changed, 1 rule removed"
    copy.put(f"Live/{A}-REQ000000000001-ADT.csv", A + ",IS,7.2,24,1,2\n" + A + RULE)
    assert copy.result("UG1.4-4").findings[0].found == "the same rules in other bytes"


def test_the_reading_of_the_profile_decides_whether_a_request_may_serve_two_user_ids(
    copy: Copy,
) -> None:
    for user in (A, B):
        copy.put(f"Submitted/{user}-REQ000000000001-ADT.csv", user + RULE)
    assert copy.result("UG1.3-2").findings[0].notes == ("request-for-each-file",)
    given = setting()
    readings = {**given.profile.readings, "request-for-each-file": "file-per-user-id"}
    other = replace(given, profile=replace(given.profile, readings=readings))
    area = read_area(copy.root, "area", None, other.profile)
    checked = checked_in_test(check_submission(area, other))
    assert not checked.roots


def test_a_file_under_another_name_is_still_what_was_submitted(copy: Copy) -> None:
    live = f"Live/{A}-REQ000000000201-ADT.csv"
    copy.put(live, A + RULE).put(f"Submitted/{A}-REQ000000000210-ADT.csv", A + RULE)
    (finding,) = copy.result("UG1.4-4").findings
    assert finding.message == "the file in Live was submitted under another Request Id"
    assert (finding.found or "").startswith("REQ000000000210 in the name of ")
    # Under another's User ID it is the same file, and needs no request of its own.
    (copy.root / ADT / f"Submitted/{A}-REQ000000000210-ADT.csv").unlink()
    copy.put(f"Submitted/{B}-REQ000000000201-ADT.csv", A + RULE)
    taken = {"number": "REQ000000000201", "completed_at": "2025-05-01T10:00:00Z"}
    copy.stating(requests=[taken])
    assert {copy.status(f"UG1.{one}") for one in ("3-2", "4-4", "4-5")} == {Status.PASSED}
    copy.put(f"Submitted/{B}-REQ000000000201-ADT.csv", B + RULE)
    assert copy.status("UG1.4-4") is Status.NOT_SHOWN


def test_a_file_in_a_folder_of_ones_own_is_what_was_submitted(copy: Copy) -> None:
    (copy.root / ADT / "Submitted" / "June").mkdir()
    name = f"{A}-REQ000000000001-ADT.csv"
    copy.put(f"Live/{name}", A + RULE).put(f"Submitted/June/{name}", A + RULE)
    assert copy.status("UG1.4-4") is Status.PASSED
    copy.put(f"Submitted/June/{name}", A + RULE.replace("80", "70"))
    assert copy.status("UG1.4-4") is Status.FAILED


def test_a_file_that_was_changed_since_it_was_signed_is_one_fault_and_at_that_file(
    copy: Copy, tmp_path: Path
) -> None:
    name, data = f"{A}-REQ000000000001-ADT.csv", A + RULE
    mark = Forgery(build_hierarchy(tmp_path).rsa, data.encode(), detached=True).der()
    for folder in ("Live", "Submitted"):
        copy.put(f"{folder}/{name}", data)
        (copy.root / ADT / folder / f"{name}.p7s").write_bytes(mark)
    assert copy.status("UG1.4-4") is Status.PASSED
    copy.put(f"Submitted/{name}", data.replace("80", "70"))
    result = copy.result("UG1.4-4")
    assert result.status is Status.NOT_SHOWN
    assert f"Submitted/{name} was changed after it was signed" in (result.reason or "")
    copy.put(f"Submitted/{name}", data).put(f"Live/{name}", data.replace("80", "70"))
    result = copy.result("UG1.4-4")
    assert result.status is Status.NOT_SHOWN
    assert f"Live/{name} was changed after it was signed" in (result.reason or "")
    # Without a signature over what was submitted, nothing else shows that it was changed.
    (copy.root / ADT / f"Live/{name}.p7s").unlink()
    assert copy.status("UG1.4-4") is Status.FAILED

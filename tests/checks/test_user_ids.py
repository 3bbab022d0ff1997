"""A User ID is eight bytes, however it is written; a field that cannot be read accuses no one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from conformance.content import Content
from conformance.findings import Status
from conformance.model.column import Role
from conformance.model.profile import FileFormat, Profile
from conformance.model.requirement import Kind
from conformance.model.types.eui64 import Eui64, canonical
from conformance.model.types.request_id import RequestId
from conformance.submission.evidence import Area, Sender, Submission
from tests.checks.situation import (
    ADT,
    DEVICE,
    OTHER_ID,
    USER_ID,
    adt,
    check,
    communications,
    officer,
    profile,
    qcaf,
    result,
    root,
    roots,
    signed,
)
from tests.signature import pki

#: How a column writes User IDs, by the name of the spelling.
SPELLINGS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "hyphens, upper": ("hyphens", "upper", str),
    "hyphens, lower": ("hyphens", "lower", str.lower),
    "colons": ("colons", "upper", lambda text: text.replace("-", ":")),
    "colons, lower": ("colons", "lower", lambda text: text.replace("-", ":").lower()),
    "none": ("none", "upper", lambda text: text.replace("-", "")),
    "none, any": ("none", "any", lambda text: text.replace("-", "").swapcase()),
}


def spelled(spelling: str, *kinds: Kind) -> Profile:
    """The reference profile with another spelling of EUI-64s in files of these kinds."""
    form, case, _ = SPELLINGS[spelling]
    files = dict(profile().files)
    for kind in kinds:
        files[kind] = _spelled(files[kind], form, case)
    return replace(profile(), files=files)


def _spelled(file: FileFormat, form: str, case: str) -> FileFormat:
    types = {Role.USER_ID: Eui64(form, case), Role.REQUEST_ID: RequestId(form, case)}
    columns = tuple(replace(c, type=types.get(c.role, c.type)) for c in file.columns)
    return replace(file, columns=columns)


def written(data: bytes, spelling: str) -> bytes:
    """``data`` with its EUI-64s spelled so."""
    text = data.decode()
    for eui64 in (USER_ID, OTHER_ID, DEVICE):
        text = text.replace(eui64, SPELLINGS[spelling][2](eui64))
    return text.encode()


def lone(data: bytes, holder: pki.Holder | None = None, kind: Kind = Kind.ADT) -> Submission:
    """A file whose sender is known from its own bytes alone."""
    whole = adt() if kind is Kind.ADT else qcaf()
    sender = Sender(officers=whole.sender.officers)
    return replace(whole, sender=sender, file=signed(data, holder=holder), replaced=None)


def of_another_party() -> pki.Holder:
    return pki.issue(pki.subject(eui64=bytes.fromhex(OTHER_ID.replace("-", ""))), root())


@pytest.mark.parametrize("text", [USER_ID, *(spell(USER_ID) for *_, spell in SPELLINGS.values())])
def test_every_spelling_is_read_as_the_same_eight_bytes(text: str) -> None:
    assert canonical(text) == USER_ID


@pytest.mark.parametrize(
    "text",
    ["", USER_ID[:-3], USER_ID + "-00", USER_ID.replace("-", ":", 1), f'"{USER_ID}"', f" {USER_ID}",
     USER_ID.replace("-", "\u2013"), "G" + USER_ID[1:], USER_ID.replace("-", " ")],
)  # fmt: skip
def test_a_text_that_is_not_an_eui64_is_not_read_as_one(text: str) -> None:
    assert canonical(text) is None


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_user_id_is_compared_with_certificate_and_submission(spelling: str) -> None:
    known, data = spelled(spelling, Kind.ADT), written(ADT, spelling)
    assert roots(check(replace(adt(data), replaced=None), profile_=known)) == []
    assert result(check(lone(data), profile_=known), "3.4(b)-4").status is Status.PASSED
    other = check(lone(data, of_another_party()), profile_=known)
    assert result(other, "3.4(b)-4").findings[0].expected == USER_ID
    strange = replace(adt(data), sender=replace(adt().sender, user_id=OTHER_ID, party_eui64=None))
    assert "6.3-14" in roots(check(strange, profile_=known))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("where", ["qcaf", "report", "both"])
def test_a_request_is_compared_however_each_file_spells_it(spelling: str, where: str) -> None:
    actions, blank = communications("Release", "Delete"), communications("", "")
    kinds = {"qcaf": (Kind.QCAF,), "report": (Kind.REPORT,), "both": (Kind.QCAF, Kind.REPORT)}[
        where
    ]
    known = spelled(spelling, *kinds)
    if Kind.QCAF in kinds:
        actions = written(actions, spelling)
    if Kind.REPORT in kinds:
        blank = written(blank, spelling)
    answered = replace(qcaf().quarantine, report=Content.of_bytes("r.csv", blank))
    sent = qcaf("user", actions, quarantine=answered)
    assert roots(check(sent, profile_=known)) == []
    other = replace(sent, file=signed(actions.replace(b":1,", b":987,")))
    assert roots(check(other, profile_=known)) == ["4.7-2", "4.7-3"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_advice_is_found_however_the_file_spells_the_request(spelling: str) -> None:
    known = spelled(spelling, Kind.QCAF, Kind.REPORT)
    good = qcaf("dcc")
    actions = communications("Delete", "Delete", "Delete", breach="ADDCCThresholdBreach")
    blank = communications("", "", "", breach="ADDCCThresholdBreach")
    answered = replace(
        good.quarantine,
        report=Content.of_bytes("r.csv", written(blank, spelling)),
        advice={written(f"{USER_ID}:{DEVICE}:1".encode(), spelling).decode(): "Release"},
    )
    contrary = replace(good, file=signed(written(actions, spelling)), quarantine=answered)
    assert roots(check(contrary, profile_=known)) == ["4.13-4"]


MALFORMED: dict[str, str] = {
    "quoted": f'"{USER_ID}"',
    "spaced": f" {USER_ID}",
    "colons": USER_ID.replace("-", ":"),
    "en dashes": USER_ID.replace("-", "\u2013"),
    "a pair too few": USER_ID[:-3],
    "another's, quoted": f'"{OTHER_ID}"',
    "another's, with colons": OTHER_ID.replace("-", ":"),
}


@pytest.mark.parametrize("wrong", MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("kind", [Kind.ADT, Kind.QCAF])
def test_a_field_that_cannot_be_read_accuses_no_one(kind: Kind, wrong: str) -> None:
    requirement = "3.4(b)-4" if kind is Kind.ADT else "4.7(b)-6"
    data = ADT if kind is Kind.ADT else communications("Release", "Delete", "Delete")
    broken = data.replace(USER_ID.encode(), wrong.encode())
    for holder in (officer(), of_another_party()):
        shown = result(check(lone(broken, holder, kind)), requirement)
        assert shown.status is Status.NOT_SHOWN
        assert shown.blocked_by
    name = "UG1.4-1" if kind is Kind.ADT else "UG1.5-1"
    assert result(check(lone(broken, kind=kind)), name).status is Status.NOT_SHOWN


def test_the_first_record_that_can_be_read_says_who_sends() -> None:
    first, second = ADT.splitlines(keepends=True)
    data = first.replace(USER_ID.encode(), f'"{OTHER_ID}"'.encode()) + second
    assert result(check(lone(data)), "3.4(b)-4").status is Status.PASSED


def test_a_file_whose_user_cannot_be_read_is_not_missed_in_the_area() -> None:
    data = ADT.replace(USER_ID.encode(), f" {USER_ID}".encode())
    sent = replace(lone(data), area=Area((USER_ID,), ()))
    assert result(check(sent), "UG1.1-2").status is Status.NOT_SHOWN


def test_a_user_role_that_is_malformed_is_not_another_role() -> None:
    data = ADT.replace(b",GS,", b",IS ,")
    assert roots(check(replace(adt(data), replaced=None), file_per_role="one")) == ["6.3-11"]

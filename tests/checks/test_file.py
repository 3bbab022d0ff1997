"""The bytes, records, fields and keys of a file: 6.1, 6.3, 6.4, 6.5 and 4.7(b).

What each rule finds is tested with the records; here, that each becomes its requirement.
"""

from __future__ import annotations

import base64
import re

import pytest
from msgspec.structs import replace

from conformance.checks.file import has_any
from conformance.content import Content
from conformance.findings import CAP, Status
from conformance.model.requirement import Kind
from conformance.records import Rule
from conformance.submission.evidence import Submission
from tests.checks.situation import (
    ADT,
    OTHER_ID,
    SENT,
    USER_ID,
    adt,
    assert_fails_only_at,
    catalogue,
    check,
    communications,
    profile,
    qcaf,
    result,
    roots,
    signed,
)

FIRST, SECOND = ADT.splitlines(keepends=True)
FAULTS = {
    "6.1-2": ADT.replace(b",", b";"),
    "6.1-3": ADT.replace(b"\n", b"\r\n"),
    "6.1-4": ADT.replace(b",,24,,", b",,24,NULL,"),
    "6.1-6": ADT.replace(b"\n", "\u25b2\n".encode()),
    "6.3-1": ADT.replace(b",100\n", b",1\xe9\n"),
    "6.3-2": b"\xef\xbb\xbf" + ADT,
    "6.3-3": b"UserID,UserRole,ServiceReferenceVariant,TimePeriodHours,"
    b"WarningThreshold,AnomalyDetectionThreshold\n" + ADT,
    "6.3-4": ADT.replace(b",IS,", b',"IS",'),
    "6.3-5": b"",
    "6.3-6": FIRST + SECOND.replace(b"5000", b"5" * 1100),
    "6.3-7": ADT.replace(b",100\n", b"\n"),
    "6.3-8": ADT.replace(b",100\n", b",0100\n"),
    "6.3-9": ADT.replace(b",100\n", b",\n"),
    "6.3-10": ADT.replace(b",24,80", b",745,80"),
    "6.3-11": ADT.replace(b",IS,", b",XX,"),
    "6.3-12": ADT + FIRST,
    "6.3-13": ADT.replace(b",80,", b",101,"),
    "6.3-14": FIRST + SECOND.replace(USER_ID.encode(), OTHER_ID.encode()),
    "6.3-15": ADT.replace(b",IS,1.1.1", b",ED,1.1.1"),
}
ACTIONS = communications("Release", "Delete", "Delete")
QCAF_FAULTS = {
    "6.5-3": b"RequestID,ServiceReferenceVariant,QuarantineEventRef,QuarantinedAt,Breach,Action\n"
    + ACTIONS,
    "6.5-7": ACTIONS.replace(b",Release\n", b"\n"),
    "6.5-8": ACTIONS.replace(b"T10:00:00Z", b" 10:00:00", 1),
    "6.5-10": ACTIONS.replace(b"A0:1,", b"A0:18446744073709551616,"),
    "6.5-11": ACTIONS.replace(b",1.1.1,", b",9.9.9,", 1),
    "6.5-12": ACTIONS + ACTIONS.splitlines(keepends=True)[0],
    "6.5-13": ACTIONS.replace(USER_ID.encode(), OTHER_ID.encode(), 1),
    "6.5-14": ACTIONS.replace(b"ADUserThresholdBreach", b"ADDCCThresholdBreach", 1),
    "4.7(b)-2": ACTIONS.replace(b"Release", b"Hold"),
}


def actions(data: bytes) -> Submission:
    good = qcaf("user", data)
    return replace(good, quarantine=replace(good.quarantine, report=None))


@pytest.mark.parametrize("requirement", FAULTS)
def test_one_fault_of_an_adt_file_fails_at_one_requirement(requirement: str) -> None:
    checked = check(replace(adt(FAULTS[requirement]), replaced=None))
    failed = assert_fails_only_at(checked, requirement)
    assert failed.findings[0].place.file == "file.csv.p7m"
    assert requirement in result(checked, "3.4(b)-1").through


@pytest.mark.parametrize("requirement", QCAF_FAULTS)
def test_one_fault_of_a_qcaf_fails_at_one_requirement(requirement: str) -> None:
    checked = check(actions(QCAF_FAULTS[requirement]))
    assert_fails_only_at(checked, requirement)


def test_every_rule_is_some_requirements_check_for_every_kind_of_file() -> None:
    kinds = {Kind.ADT: "6.3", Kind.REPORT: "6.4", Kind.QCAF: "6.5"}
    used: dict[Kind, set[str]] = {kind: set() for kind in kinds}
    for requirement in catalogue().requirements():
        for kind in kinds:
            if kind in requirement.kinds:
                used[kind] |= set(requirement.checks)
    rules = {rule.value for rule in Rule}
    for kind, missing in {
        Kind.ADT: {"breach-fits", "action-values"},
        Kind.REPORT: {"eligible-variant", "action-values"},
        Kind.QCAF: {"eligible-variant"},
    }.items():
        assert rules - used[kind] == missing


def test_faults_beyond_the_cap_are_counted() -> None:
    data = "".join(f"{USER_ID},IS,,{n},,x\n" for n in range(1, CAP + 8)).encode()
    failed = result(check(replace(adt(data), replaced=None)), "6.3-8")
    assert (len(failed.findings), failed.count) == (CAP, CAP + 7)


def test_a_field_that_cannot_be_read_hides_what_is_asked_of_it_next() -> None:
    checked = check(adt(ADT.replace(b",24,80", b",x,80")))
    assert_fails_only_at(checked, "6.3-8")
    # Another record's time period is in its range; this one's is not known.
    assert result(checked, "6.3-10").blocked_by == ("6.3-8",)
    assert result(checked, "6.3-12").blocked_by == ("6.3-8",)


def test_without_a_file_nothing_is_shown() -> None:
    checked = check(adt(file=None))
    for one in checked.results:
        if one.requirement.id.startswith("6.3-"):
            assert (one.status, one.evidence) == (Status.NOT_SHOWN, ("file",))


def test_the_format_is_not_looked_at_in_order_when_the_signature_fails() -> None:
    broken = adt(
        file=Content.of_bytes("adt.csv", FAULTS["6.1-3"]), signature=signed(ADT), replaced=None
    )
    # It was saved again after it was signed, which is one fault unless the order counts.
    assert_fails_only_at(check(broken), "6.1-3")
    ordered = check(broken, order_of_checks="in-order")
    assert_fails_only_at(ordered, "3.4(b)-2")
    assert result(ordered, "6.1-3").blocked_by == ("3.4(b)-2",)


@pytest.mark.parametrize(
    ("rule", "requirement"),
    [("compare", "6.3-13"), ("one-sender", "6.3-14"), ("eligible-variant", "6.3-15")],
)
def test_a_profile_without_a_rule_has_nothing_to_hold_to(rule: str, requirement: str) -> None:
    form = profile().files[Kind.ADT]
    bare = replace(form, rules=tuple(r for r in form.rules if r.rule != rule))
    checked = check(
        replace(adt(FAULTS[requirement]), replaced=None),
        profile_=replace(profile(), files={**profile().files, Kind.ADT: bare}),
    )
    assert roots(checked) == []
    assert result(checked, requirement).status is Status.NOT_APPLICABLE


def test_a_profile_without_a_key_takes_a_record_twice() -> None:
    form = replace(profile().files[Kind.ADT], key=())
    checked = check(
        replace(adt(FAULTS["6.3-12"]), replaced=None),
        profile_=replace(profile(), files={**profile().files, Kind.ADT: form}),
    )
    assert roots(checked) == []
    assert result(checked, "6.3-12").status is Status.NOT_APPLICABLE


READINGS = [
    ("6.3-12", FAULTS["6.3-12"], {"duplicate_rules": "last-wins"}),
    ("6.3-13", FAULTS["6.3-13"], {"warning_above_adt": "allowed"}),
    ("6.3-2", FAULTS["6.3-2"], {"byte_order_mark": "ignored"}),
    ("6.3-4", FAULTS["6.3-4"], {"quotes": "rfc4180"}),
    ("6.3-5", FAULTS["6.3-5"], {"empty_file": "allowed"}),
    ("6.1-4", FAULTS["6.1-4"], {"null_form": "words"}),
]


@pytest.mark.parametrize(
    ("requirement", "data", "reading"), READINGS, ids=[one[0] for one in READINGS]
)
def test_another_reading_lets_it_pass(
    requirement: str, data: bytes, reading: dict[str, str]
) -> None:
    sent = replace(adt(data), replaced=None)
    assert_fails_only_at(check(sent), requirement)
    assert roots(check(sent, **reading)) == []


STRICTER = [
    ("6.1-3", ADT[:-1], {"final_line_feed": "terminator"}),
    ("6.1-3", ADT, {"final_line_feed": "separator"}),
    ("6.3-9", ADT, {"general_or_particular": "type-required"}),
    ("6.3-8", ADT.replace(b"70-B3-D5", b"70-b3-d5"), {"eui64_case": "upper"}),
]


@pytest.mark.parametrize(("requirement", "data", "reading"), STRICTER)
def test_another_reading_does_not_let_it_pass(
    requirement: str, data: bytes, reading: dict[str, str]
) -> None:
    sent = replace(adt(data), replaced=None)
    assert roots(check(sent)) == []
    assert_fails_only_at(check(sent, **reading), requirement)


def test_an_incident_is_not_a_file() -> None:
    from tests.checks.situation import incident

    for one in check(incident()).results:
        if one.requirement.id.startswith("6."):
            assert one.status is Status.NOT_APPLICABLE


@pytest.mark.parametrize("variants", [("7.16",), ("8.5", "7.16", "8.5")])
def test_a_variant_that_no_one_is_named_for_is_not_shown(variants: tuple[str, ...]) -> None:
    data = "".join(f"{USER_ID},IS,{v},{n},,10\n" for n, v in enumerate(variants, 1)).encode()
    checked = check(replace(adt(data), replaced=None))
    assert roots(checked) == []
    shown = result(checked, "6.3-15")
    assert shown.status is Status.NOT_SHOWN
    for variant in variants:
        assert f"which User Roles may send {variant}" in (shown.reason or "")
    assert (shown.reason or "").count("8.5") <= 1


def test_a_certificate_that_is_not_valid_ends_the_checks_in_order_too() -> None:
    expired = replace(adt(FAULTS["6.1-3"], sent_at=None), replaced=None)
    late = {"now": SENT.replace(year=2030)}
    assert "6.1-3" in roots(check(expired, **late))
    ordered = check(expired, order_of_checks="in-order", **late)
    assert roots(ordered) == ["3.4(b)-3"]
    assert result(ordered, "6.1-3").blocked_by == ("3.4(b)-3",)


def test_a_file_without_records_hides_what_would_be_asked_of_them() -> None:
    checked = check(qcaf("user", b""))
    assert_fails_only_at(checked, "6.5-5")
    for requirement in ("4.7-2", "4.7(b)-4", "UG1.2-1"):
        assert result(checked, requirement).blocked_by[0] == "6.5-5"


def test_a_form_without_values_that_follow_from_others_breaks_no_rule_about_them() -> None:
    derived = result(check(adt()), "6.3-18")
    assert derived.status is Status.NOT_APPLICABLE
    assert derived.reason == "the profile has no value that follows from others"


def test_values_are_found_in_whatever_chunks_the_bytes_come() -> None:
    content = Content("adt.csv", (b"GS,7.", b"1", b"6,24\n"))
    assert has_any(content, (b"8.5", b"7.16"))
    assert not has_any(content, (b"8.5", b"7.2"))
    assert not has_any(content, ())


HEADER = FAULTS["6.3-3"].removesuffix(ADT)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf" + ADT, "a byte order mark is in front"),
        (ADT.replace(b",", b";"), "no comma separates the fields"),
        (ADT.replace(b",", b"\t"), "no comma separates the fields"),
        (HEADER + ADT, "a row of headings is in it"),
        (ADT.replace(b",100\n", b',"1,000"\n'), "values are in quotation marks"),
    ],
)
def test_changes_by_a_spreadsheet_program_are_one_fault(data: bytes, words: str) -> None:
    found = assert_fails_only_at(check(adt(data.replace(b"\n", b"\r\n"))), "6.1-3")
    (finding,) = found.findings
    assert finding.message.startswith("the file was saved by a spreadsheet program: CR LF")
    assert words in finding.message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xef\xbb\xbf" + ADT, "a byte order mark is in front"),
        (ADT.replace(b",100\n", b',"100"\n'), "values are in quotation marks"),
        # A null among them, as nothing in quotation marks.
        (
            b'"' + ADT[:-1].replace(b",", b'","').replace(b"\n", b'"\n"') + b'"\n',
            "values are in quotation marks",
        ),
        (ADT.replace(b",", b";"), "no comma separates the fields"),
        (
            ADT.decode().replace(",", "\t").replace("\n", "\r\n").encode("utf-16"),
            "it is UTF-16 text",
        ),
        (ADT.decode().encode("utf-16-be"), "it is UTF-16 text"),
    ],
)
def test_changes_by_a_spreadsheet_program_after_signing_are_one_fault(
    data: bytes, words: str
) -> None:
    file = Content.of_bytes("adt.csv", data)
    sent = adt(file=file, signature=signed(ADT), replaced=None)
    (finding,) = assert_fails_only_at(check(sent), "3.4(b)-2").findings
    assert finding.message == (
        f"the file was saved by a spreadsheet program after it was signed: {words}"
    )


@pytest.mark.parametrize(
    ("old", "new", "at"), [(b"\n", b"\r\n", "6.1-3"), (b",", b";", "3.4(b)-2")]
)
def test_a_fault_from_before_a_spreadsheet_program_saved_the_file_is_found_too(
    old: bytes, new: bytes, at: str
) -> None:
    before = ADT.replace(b",IS,", b",XX,")
    file = Content.of_bytes("adt.csv", before.replace(old, new))
    checked = check(adt(file=file, signature=signed(before), replaced=None))
    assert sorted(roots(checked)) == sorted([at, "6.3-11"])
    assert "after it was signed" in result(checked, at).findings[0].message


NOTICE = b"\nThis message is confidential.\nhttps://example.com\n"


@pytest.mark.parametrize(
    ("data", "words", "found", "at"),
    [
        (ADT.replace(b"\n", b"\r\n"), "line ends", "CR LF (0x0D 0x0A) at the", "6.1-3"),
        (ADT.replace(b"\n", b"\r"), "line ends", "CR (0x0D) at the end", "6.1-3"),
        (ADT.replace(b"\n", b"\r\n") + b"\r\n", "line ends", "CR LF (0x0D 0x0A)", "6.1-3"),
        (ADT + b"\n", "line ends", "a line end after the last record", "3.4(b)-2"),
        (ADT[:-1], "line ends", "no line end after the last record", "3.4(b)-2"),
        (base64.encodebytes(ADT), "encoded", "base64", "3.4(b)-2"),
        (base64.encodebytes(ADT).replace(b"\n", b"\r\n"), "encoded", "base64", "3.4(b)-2"),
        (ADT.replace(b"\n", b"=0A=\r\n"), "encoded", "quoted-printable", "3.4(b)-2"),
        (ADT + NOTICE, "lines were added at the end", "'This message is", "3.4(b)-2"),
        (ADT + NOTICE.replace(b"\n", b"\r\n"), "at the end", "'This message is", "3.4(b)-2"),
        ((ADT + NOTICE).replace(b"\n", b"\r\n"), "at the end", "'This message is", "3.4(b)-2"),
        (b"External message\n\n" + ADT, "at the start", "'External message'", "3.4(b)-2"),
    ],
)
def test_changes_to_a_signed_file_on_its_way_are_one_fault(
    data: bytes, words: str, found: str, at: str
) -> None:
    file = Content.of_bytes("adt.csv", data)
    sent = adt(file=file, signature=signed(ADT), replaced=None)
    (finding,) = assert_fails_only_at(check(sent), at).findings
    assert words in finding.message
    assert finding.message.endswith("after it was signed")
    assert (finding.found or "").startswith(found)
    assert "Send the original file again as an attachment" in (finding.hint or "")
    assert "spreadsheet program after" not in finding.message


def test_records_that_somebody_added_after_signing_are_not_called_a_notice() -> None:
    sent = adt(file=Content.of_bytes("adt.csv", ADT + SECOND), signature=signed(ADT), replaced=None)
    (finding,) = result(check(sent), "3.4(b)-2").findings
    assert "added" not in finding.message


def test_values_and_nulls_in_quotation_marks_are_one_fault() -> None:
    quoted = b'"' + ADT[:-1].replace(b",", b'","').replace(b"\n", b'"\n"') + b'"\n'
    assert b'""' in quoted
    assert_fails_only_at(check(replace(adt(quoted), replaced=None)), "6.3-4")


@pytest.mark.parametrize("written", [rb"\3/\2/\1 \4", rb"\1-\2-\3 \4", rb"\2/\3/\1 \4 AM"])
@pytest.mark.parametrize(
    ("seconds", "more"), [(":00", ""), (":37", ", other bytes are not those that were signed")]
)
def test_dates_that_a_spreadsheet_program_wrote_after_signing_are_one_fault(
    written: bytes, seconds: str, more: str
) -> None:
    before = re.sub(rb"T(..:..):..Z", rb"T\1" + seconds.encode() + b"Z", ACTIONS)
    after = re.sub(rb"(\d{4})-(\d\d)-(\d\d)T(..:..):..Z", written, before)
    file = Content.of_bytes("qcaf.csv", after)
    sent = replace(qcaf("user", before), file=file, signature=signed(before))
    (finding,) = assert_fails_only_at(check(sent), "4.7(b)-3").findings
    words = "the file was saved by a spreadsheet program after it was signed: values, such as dates"
    assert finding.message == f"{words}, are in another form{more}"


def test_a_date_in_another_form_is_shown_as_it_should_be_written() -> None:
    data = re.sub(rb"(\d{4})-(\d\d)-(\d\d)T(..:..):..Z", rb"\3/\2/\1 \4", ACTIONS)
    found = assert_fails_only_at(check(qcaf("user", data)), "6.5-8").findings
    assert (found[0].found, found[0].expected) == (
        "'30/05/2025 10:00'",
        "a date and time that exist, as YYYY-MM-DDThh:mm:ssZ: 2025-05-30T10:00:00Z, if it is UTC",
    )


def test_a_value_that_changed_too_does_not_hide_what_saved_the_file() -> None:
    mark = signed(ADT)
    for other, roots_found in ((b",101\n", ["6.1-3"]), (b",1.5\n", ["6.1-3", "6.3-8"])):
        data = ADT.replace(b",100\n", other).replace(b"\n", b"\r\n")
        sent = adt(file=Content.of_bytes("adt.csv", data), signature=mark, replaced=None)
        checked = check(sent)
        assert sorted(roots(checked)) == roots_found
        (finding,) = result(checked, "6.1-3").findings
        assert finding.message == (
            "the file was saved by a spreadsheet program after it was signed: CR LF (0x0D 0x0A) "
            "ends each record, other bytes are not those that were signed"
        )
        assert "and sign it" in (finding.hint or "")
    # Where not every record has another end, no such program saved it.
    data = ADT.replace(b",100\n", b",101\r\n")
    sent = adt(file=Content.of_bytes("adt.csv", data), signature=mark, replaced=None)
    assert sorted(roots(check(sent))) == ["3.4(b)-2", "6.1-3"]


@pytest.mark.parametrize(
    ("data", "failed"),
    [
        # Of other records the ends are right, and another sign is between fields.
        (b"\xef\xbb\xbf" + FIRST + FIRST.replace(b"24", b"25") + SECOND[:-1] + b"\r\n", "6.3-2"),
        (ADT.replace(b",", b"|").replace(b"\n", b"\r\n"), "6.1-2"),
        # Bytes that it does not change are a fault of their own.
        (ADT.replace(b",IS,", b",XX,").replace(b"\n", b"\r\n"), "6.3-11"),
    ],
)
def test_a_change_that_no_spreadsheet_program_makes_is_a_fault_of_its_own(
    data: bytes, failed: str
) -> None:
    assert sorted(roots(check(adt(data)))) == sorted(["6.1-3", failed])

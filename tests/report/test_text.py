"""The report for a person: what failed, where, why, how to fix it; and nothing raw."""

from __future__ import annotations

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.content import Content
from conformance.model.verification import Assumption
from conformance.report import style
from conformance.report.brief import brief_lines
from conformance.report.frame import digest_of
from conformance.report.lines import WIDTH
from conformance.report.outline import how_to_give
from conformance.report.raw import report_of
from conformance.report.style import Style
from conformance.report.text import render_text
from conformance.report.visible import visible_bytes, visible_json, visible_text
from conformance.report.wording import reading_taken
from conformance.submission.evidence import (
    ABSENT,
    AdtSetter,
    Area,
    Assignment,
    Attestation,
    PublishedItem,
    Quarantine,
    ServiceRequest,
    Submission,
    Update,
)
from tests.checks import situation
from tests.checks.situation import ADT, USER_ID

PLAIN = Style(colour=False)


def lines(*submissions: Submission, quiet: bool = False, **changes: Any) -> list[str]:
    checked = [situation.check(s, **changes) for s in submissions]
    report = report_of(checked, situation.setting(**changes))
    return "\n".join((brief_lines if quiet else render_text)(report, PLAIN)).split("\n")


def crlf(at: int = 1) -> Submission:
    rows = ADT.splitlines(keepends=True)
    rows[at] = rows[at].replace(b"\n", b"\r\n")
    return situation.adt(b"".join(rows), replaced=None)


# --- What it says -------------------------------------------------------------------------------


def test_a_finding_is_reported_in_full() -> None:
    data = ADT.replace(b",24,80,100", b",24,101,100")
    text = lines(situation.adt(data, replaced=None))
    assert text[0] == "DEPARTS  adt  ADT File, edition mp109: 6.3-13"
    assert text[1] == "    Does not match the unverified profile 'reference'."
    assert re.fullmatch(r"    \d+ passed, 2 failed, 1 not shown", text[2])
    start = text.index("") + 1
    assert text[start].startswith("  6.3-13 (User) ")
    reported = "\n".join(text)
    assert "    file.csv.p7m, record 1, field 5, byte 36: WarningThreshold is above " in reported
    at = next(n for n, line in enumerate(text) if line.startswith("      | "))
    assert text[at] == f"      | {USER_ID},IS,1.1.1,24,101,100"
    # The mark is below the fault.
    assert text[at + 1].replace("|", " ", 1).index("^") == text[at].index("101")
    assert text[at + 1].endswith(" ^^^")
    for label in ("found ", "expected ", "why ", "fix ", "note ", "rests on "):
        assert any(line.startswith(f"      {label}") for line in text), label
    assert "note      warning-above-adt, read as refused: A Warning Threshold above" in reported
    assert (
        "rests on  the unverified profile 'reference' (files.adt.rules.warning-within-adt)"
        in reported
    )
    assert "  Also failed, because of the failures above" in text
    whose = "the unverified profile 'reference'"
    assert f"3.4(b)-1 (User) because of 6.3-13; rests on {whose}: The" in reported
    assert "  Not shown: evidence is missing" in text
    assert "    UG1.1-1: give replaces.file" in text


def test_a_requirement_that_is_not_shown_names_the_one_to_fix_first() -> None:
    container = situation.signed(ADT).read(1 << 20)
    broken = situation.adt(file=Content.of_bytes("adt.p7m", container[:-40]))
    text = lines(broken)
    assert "  Not shown: depends on a requirement that failed or is not shown" in text
    reported = " ".join(" ".join(text).split())
    assert "fix or show 6.1-1 first" in reported


def test_a_requirement_that_only_a_person_can_confirm_asks_for_attestations() -> None:
    (reported,) = (
        line
        for line in lines(replace(situation.incident(), attestations=()))
        if line.endswith(": give attestations")
    )
    assert "4.3-3" in re.split(r"[ ,:]+", reported)


def test_a_requirement_that_no_evidence_would_show_gives_its_reason() -> None:
    without_smsr = situation.qcaf("user", b"?", quarantine=Quarantine(), request=ABSENT)
    reported = "\n".join(lines(without_smsr))
    assert "\n    UG1.3-1: no SMSR was raised\n" in reported


def test_several_findings_are_shown_and_more_are_counted() -> None:
    data = "".join(f"{USER_ID},IS,,{n},,x\n" for n in range(1, 744)).encode()
    text = lines(situation.adt(data, replaced=None))
    assert sum(line.startswith("      found ") for line in text) == 3
    assert "    and 740 more like this" in text


def test_a_reference_in_another_place_changes_the_hint() -> None:
    sent = situation.adt()
    titled = replace(sent, delivery=replace(sent.delivery, subject="thresholds"))
    reported = " ".join(" ".join(lines(titled)).split())
    assert "fix It is in the name: put it in the subject line too." in reported


def test_a_conforming_submission_takes_three_lines() -> None:
    text = lines(situation.incident())
    assert text[0] == "CONFORMS  incident  Incident, edition mp109"
    assert " ".join(text[1].split()) == (
        "Conforms to what is known of edition mp109 and to the unverified profile 'reference'."
    )
    assert text[3] == ""
    assert text[4].startswith("Profile reference is unverified. Unconfirmed: files.adt,")


def test_a_verified_profile_is_not_spoken_of() -> None:
    entries = ("files", "breaches", "alerts", "signature", "certificate", "trust", "references",
               "delivery", "readings")  # fmt: skip
    said = tuple(Assumption(entry, "Seen.", verified=True) for entry in entries)
    text = lines(situation.adt(), profile_=replace(situation.profile(), assumptions=said))
    assert not [line for line in text if "nverified" in line]
    assert "the verified profile 'reference'" in text[1]


def test_quiet_is_a_line_for_each() -> None:
    text = lines(situation.adt(), crlf(), situation.adt(request=None), quiet=True)
    assert [h.split("  ")[0] for h in text[:3]] == ["CONFORMS", "VIOLATES", "NOT SHOWN"]
    assert text[3:] == ["3 submissions: 1 violates, 1 not shown, 1 conforms"]
    assert text[1].endswith("6.1-3; violates clauses 3.4(b) and 6.1 of Appendix AA")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data": ADT.replace(b",24,80,100", b",24,101,100")},
         "; does not match the unverified profile 'reference'"),
        ({"data": ADT.replace(b",24,80,100\n", b",24,101,100\r\n")},
         "; violates clauses 3.4(b) and 6.1 of Appendix AA; does not match the unverified profile "
         "'reference'"),
        ({"item": "another"}, "; departs from the User Guidance, 1.3"),
        ({"method": "post"},
         "; violates clause 3.4 if the unverified profile 'reference' is right"),
    ],
)  # fmt: skip
def test_the_line_says_what_is_broken_and_on_whose_word(changes: dict[str, Any], said: str) -> None:
    sent = situation.adt(changes.get("data", ADT), replaced=None)
    if "item" in changes:
        request = sent.request
        assert isinstance(request, ServiceRequest)
        sent = replace(sent, request=replace(request, catalogue_item="another"))
    if "method" in changes:
        sent = replace(sent, delivery=replace(sent.delivery, method="post"))
    (line,) = lines(sent, quiet=True)
    assert line.endswith(said), line


def test_lines_keep_to_the_width() -> None:
    everything = [crlf(), situation.adt(file=None), situation.qcaf("dcc", b"\x00" * 900)]
    for line in lines(*everything)[2:]:
        assert len(line) <= WIDTH + 10 or " " not in line.strip(), line


@pytest.mark.parametrize("place", [0, 1, 150, 700, 990])
def test_a_long_record_is_cut_around_the_place(place: int) -> None:
    """The field is too long to show; the mark is still below the fault."""
    value = b"9" * place + b"\xff" + b"9" * (990 - place)
    record = f"{USER_ID},IS,,24,,".encode() + value + b"\n"
    text = lines(situation.adt(record, replaced=None))
    at = next(n for n, line in enumerate(text) if line.startswith("      | "))
    column = text[at + 1].replace("|", " ", 1).index("^")
    assert text[at][column:].startswith("\\xff")
    assert text[at + 1].strip("| ") == "^^^^"
    assert len(text[at]) <= WIDTH


def test_a_place_where_something_is_missing_has_a_mark_too() -> None:
    text = lines(situation.adt(ADT.replace(b",100\n", b"\n"), replaced=None))
    assert any(line.strip().endswith("^") for line in text)


# --- Nothing raw --------------------------------------------------------------------------------

HOSTILE = "\x1b[31m\x1b]0;x\x07\u202egnp\u200b\x00\x9b\u2028\ud800\x7f"
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff]"
)


def hostile() -> list[Submission]:
    """Input that a terminal would obey, in every place that is shown."""
    sent = situation.adt()
    qcaf = situation.qcaf("dcc")
    return [
        replace(sent, source=HOSTILE),
        replace(sent, file=Content.of_bytes(HOSTILE, HOSTILE.encode("utf-8", "surrogatepass"))),
        situation.adt((ADT.decode() + HOSTILE + "\n").encode("utf-8", "surrogatepass")),
        replace(sent, inputs=(Content.of_bytes(HOSTILE, b""),)),
        replace(sent, delivery=replace(sent.delivery, method=HOSTILE, folder=HOSTILE)),
        replace(sent, delivery=replace(sent.delivery, name=HOSTILE, subject=HOSTILE)),
        replace(situation.email(body=HOSTILE, recipients=(HOSTILE,))),
        replace(sent, request=ServiceRequest(HOSTILE, None, HOSTILE, HOSTILE)),
        replace(sent, sender=replace(sent.sender, adt_setters=(AdtSetter(HOSTILE, "IS", None),),
                                     officers=())),
        replace(sent, area=Area((HOSTILE,), (HOSTILE, HOSTILE))),
        situation.incident(updates=(Update(None, HOSTILE),),
                           assignments=(Assignment(None, HOSTILE),)),
        replace(situation.incident(), attestations=(
            Attestation("4.3-3", HOSTILE, None, HOSTILE),)),
        replace(qcaf, quarantine=replace(qcaf.quarantine,
                                         report=Content.of_bytes(HOSTILE, another(qcaf)))),
        situation.publication(PublishedItem("template", (HOSTILE,), Content.of_bytes(
            HOSTILE, HOSTILE.encode("utf-8", "surrogatepass")), None)),
    ]  # fmt: skip


def another(qcaf: Submission) -> bytes:
    """The report of a QCAF, with another communication in it."""
    assert qcaf.quarantine.report is not None
    first = b"".join(qcaf.quarantine.report.chunks()).split(b"\n")[0]
    identifier, rest = first.split(b",", 1)
    return b"%b:9999,%b\n" % (identifier.rsplit(b":", 1)[0], rest)


HOSTILE_SITUATIONS = hostile()


@pytest.mark.parametrize("number", range(len(HOSTILE_SITUATIONS)))
def test_nothing_that_a_terminal_would_obey_is_shown(number: int) -> None:
    submission = HOSTILE_SITUATIONS[number]
    for line in lines(submission):
        assert RAW.search(line) is None, line
    report = report_of([situation.check(submission)], situation.setting())
    assert RAW.search(visible_json(report)) is None
    # And it is shown, not swallowed.
    assert "[31m" in str(report)


def test_a_hostile_profile_is_not_obeyed_either() -> None:
    assumption = replace(situation.profile().assumptions[0], entry=HOSTILE, reason=HOSTILE)
    profile = replace(
        situation.profile(), title=HOSTILE, version=HOSTILE, assumptions=(assumption,)
    )
    for line in lines(situation.adt(), profile_=profile):
        assert RAW.search(line) is None, line


@given(st.text(max_size=30))
def test_visible_text_has_nothing_hidden(text: str) -> None:
    shown = visible_text(text)
    assert RAW.search(shown) is None
    assert "\n" not in shown
    if text.isascii() and text.isprintable():
        assert shown == text


def test_visible_text_is_cut() -> None:
    assert visible_text("x" * 401) == "x" * 400 + "..."
    assert visible_text("x" * 400) == "x" * 400
    assert visible_text("abc", 2) == "ab..."


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"abc", "abc"),
        (b"a\tb\r\n", "a\u2409b\u240d\u240a"),
        (b"\x00\x1b\x7f", "\u2400\u241b\u2421"),
        (b"\xff\xfe", "\\xff\\xfe"),
        ("\u00e9\u25b2\U0001f600".encode(), "\u00e9\u25b2\U0001f600"),
        ("\u202e\ufeff\x9b".encode(), "\\u202e\\ufeff\\u009b"),
        ("a\xa0b\u3000".encode(), "a\\u00a0b\\u3000"),
        (b"\xe2\x96", "\\xe2\\x96"),
        (b"\xc3(", "\\xc3("),
        ("\U000e0001".encode(), "\\ue0001"),
    ],
)
def test_visible_bytes(data: bytes, shown: str) -> None:
    assert visible_bytes(data, 0, len(data)) == (shown, 0, len(shown))


@given(st.binary(max_size=40), st.integers(0, 45), st.integers(0, 45))
def test_the_place_is_moved_with_the_text(data: bytes, start: int, length: int) -> None:
    text, first, size = visible_bytes(data, start, length)
    assert RAW.search(text) is None
    assert 0 <= first <= len(text)
    assert 0 <= size <= len(text) - first
    if data.isascii():
        wanted = data[start : start + length].decode()
        plain = [chr(0x2400 + ord(c)) if ord(c) < 32 else c for c in wanted]
        assert text[first : first + size] == "".join(plain).replace("\x7f", "\u2421")


@given(st.recursive(st.text(max_size=8), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))
def test_visible_json_is_the_same_json(value: Any) -> None:
    import json

    text = visible_json(value)
    assert json.loads(text) == value
    assert RAW.search(text.replace("\n", "")) is None


_PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)


@given(
    st.recursive(_PLAIN | st.integers(), lambda s: st.lists(s) | st.dictionaries(_PLAIN, s))
    | st.dictionaries(_PLAIN, st.lists(st.dictionaries(_PLAIN, _PLAIN)))
)
def test_json_in_pieces_is_laid_out_and_sealed_as_the_whole(value: Any) -> None:
    import hashlib
    import json

    # Text that a runner would take for a command is escaped, and reads the same.
    plain = visible_json(value).replace("#\\u0023[", "##[")
    assert plain == json.dumps(value, indent=1)
    assert json.loads(visible_json(value)) == value
    if isinstance(value, dict) and value:
        value.setdefault("report", 1)
        value.pop("digest", None)
        whole = json.dumps(value, sort_keys=True, separators=(",", ":"))
        assert digest_of(value) == hashlib.sha256(whole.encode()).hexdigest()


# --- Colour -------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "colour"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, False),
        ({}, True, True),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], terminal: bool, colour: bool
) -> None:
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Style.of(Terminal() if terminal else io.StringIO()).colour is colour


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({}, False),
        ({"WT_SESSION": "1"}, True),
        ({"TERM": "xterm"}, True),
        ({"WT_SESSION": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_on_windows_colour_is_for_consoles_that_name_themselves(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], colour: bool
) -> None:
    monkeypatch.setattr(style, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(style.os, "environ", environment)
    assert Style.of(Terminal()).colour is colour


def test_style_marks_text_or_leaves_it() -> None:
    assert Style(colour=True)("x", "bold", "red") == "\x1b[1;31mx\x1b[0m"
    assert Style(colour=True)("x") == "x"
    assert Style(colour=False)("x", "bold") == "x"


def test_colour_changes_nothing_but_colour() -> None:
    submissions = [crlf(), situation.adt(), situation.adt(request=None)]
    report = report_of([situation.check(s) for s in submissions], situation.setting())
    coloured = "\n".join(render_text(report, Style(colour=True)))
    assert "\x1b[1;31mVIOLATES\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == "\n".join(render_text(report, PLAIN))


def test_paths_are_shown_as_given() -> None:
    sent = replace(situation.adt(), source=str(Path("some") / "where"))
    assert "some/where" in lines(sent)[0]


def test_evidence_in_separate_rows_of_a_register_is_asked_for_in_those_rows() -> None:
    asked = {"status": "not shown", "evidence": ["sender.sets_adts"]}
    (section,) = how_to_give({"submissions": [{"kind": "adt", "requirements": [asked]}]})
    assert section.lines == (
        'sender.sets_adts: headings "User Role" and "Is live", in the rows of kind "User ID", '
        "option --sets-adts",
    )


def test_a_note_that_is_read_otherwise_in_one_kind_of_file_says_so() -> None:
    files = {"qcaf": {"reading": "literal", "text": "It is part of the value."}}
    note = {"reading": "quoted", "text": "It is left out.", "files": files}
    assert reading_taken("quotes", {"notes": {"quotes": note}}) == (
        "quotes, read as quoted: It is left out. "
        "In the QCAF, read as literal: It is part of the value."
    )

"""Each entry of a file as a whole goes through every tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.cli import main as tadp
from conformance.commands.common import catalogue
from conformance.footing import Footing
from conformance.model.profile_loading import load_profile
from conformance.model.requirement import Kind
from conformance.profiles.checking import examine
from generators.conforming import conforming, fitted
from generators.draft import Draft, Ground
from generators.faults import faults_of
from generators.scenario import Scenario
from tests.generators.test_under_profiles import checked, roots
from tests.model.profiles import extending
from tests.sampling import one_in

CONFIRMED = """
[[assumptions]]
entry = "files.adt.final_separator"
verified = true
reason = "As printed."
source = "A document"
by = "An Officer"
on = "2025-03-04"
"""
#: Columns, one with texts.
TEXTS = """
key = ["Sender", "Hours"]
rules = []
columns = [
  { name = "Sender", type = "eui64", role = "user-id" },
  { name = "Hours", type = "integer", role = "period" },
  { name = "Note", type = "text", maximum_length = 20 },
  { name = "Remark", type = "text", pattern = "[A-Za-z, ]+", nullable = true },
]
"""
#: The statement, and the checks whose faults it changes.
STATED = {
    "few records": (
        """
        [files.adt]
        maximum_records = 4
        [files.report]
        maximum_records = 3
        [files.qcaf]
        maximum_records = 3
        """,
        ("maximum-records", "minimum-records"),
    ),
    **{
        f"quotes, {quoting}": (
            f"""
            [files.report]
            quoting = "{quoting}"
            [files.qcaf]
            quoting = "{quoting}"
            [files.adt]
            quoting = "{quoting}"
            {TEXTS}
            """,
            ("quoting-absent", "null-form", "field-count", "field-form", "unique-key"),
        )
        for quoting in ("none", "allowed", "text", "all")
    },
    "a comma after each record": (
        """
        [files.adt]
        record_end = "separator"
        [files.report]
        record_end = "separator"
        [files.qcaf]
        record_end = "separator"
        """,
        ("field-count", "field-separator", "record-sign-absent", "header-absent", "record-length"),
    ),
    "Latin-1": (
        """
        [files.adt]
        characters = "latin-1"
        [files.report]
        characters = "latin-1"
        quoting = "all"
        record_end = "separator"
        [files.qcaf]
        characters = "latin-1"
        """,
        ("characters", "record-sign-absent", "record-separator"),
    ),
    "a separator at the end": (
        """
        [files.adt]
        final_separator = "required"
        [files.report]
        final_separator = "required"
        [files.qcaf]
        final_separator = "required"
        """,
        ("record-separator", "unique-key", "field-count"),
    ),
    "no separator at the end": (
        """
        [files.adt]
        final_separator = "refused"
        [files.report.readings]
        final-line-feed = "separator"
        [files.qcaf]
        final_separator = "refused"
        """,
        ("record-separator", "unique-key", "field-count"),
    ),
}


def made(profile: Path, kind: Kind) -> Draft:
    ground = Ground(catalogue(), load_profile(str(profile), catalogue()))
    return conforming(fitted(Scenario(kind=kind), ground), ground)


@pytest.mark.parametrize(
    "kind",
    [Kind.ADT, *(pytest.param(k, marks=pytest.mark.whole) for k in (Kind.REPORT, Kind.QCAF))],
)
@pytest.mark.parametrize("stated", one_in(2, STATED))
def test_a_generated_submission_conforms_and_each_fault_breaks_its_requirement(
    tmp_path: Path, stated: str, kind: Kind
) -> None:
    text, checks = STATED[stated]
    draft = made(extending(tmp_path, text), kind)
    assert roots(draft) == []
    faults = [one for one in faults_of(draft) if one.name.split("/")[0] in checks]
    found = {one.name.split("/")[0] for one in faults}
    assert found == {*checks} if kind is Kind.ADT else found
    for fault in faults:
        assert roots(fault.apply(draft).draft) == [fault.requirement], fault.name


@pytest.mark.parametrize("stated", STATED)
def test_a_sheet_is_made_into_the_file(tmp_path: Path, stated: str) -> None:
    profile = extending(tmp_path, STATED[stated][0])
    draft, sheet, file = made(profile, Kind.ADT), tmp_path / "sheet.csv", tmp_path / "adt.csv"
    words = ("--profile", str(profile))
    assert list(map(str, examine(str(profile), catalogue()).refused)) == []
    assert tadp(["template", "adt", "-o", str(sheet), *words]) == 0
    sheet.write_bytes(sheet.read_bytes() + (draft.csv or b""))
    assert tadp(["make", "adt", str(sheet), "-o", str(file), *words]) == 0
    assert file.read_bytes() == draft.csv
    assert tadp(["diff", str(file), str(file), *words]) == 0


def test_a_sheet_with_too_many_records_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = made(extending(tmp_path, ""), Kind.ADT)
    profile, sheet = extending(tmp_path, "[files.adt]\nmaximum_records = 3\n"), tmp_path / "a.csv"
    tadp(["template", "adt", "-o", str(sheet), "--profile", str(profile)])
    sheet.write_bytes(sheet.read_bytes() + (draft.csv or b""))
    words = ["make", "adt", str(sheet), "-o", str(tmp_path / "b.csv"), "--profile", str(profile)]
    assert tadp(words) == 1
    assert "too many records" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[files.adt]\nminimum_records = 5\nmaximum_records = 4\n",
            "line 7: files.adt.maximum_records: allows 4 records, where minimum_records asks for 5",
        ),
        (
            "[files.qcaf]\nmaximum_records = 4\n",
            "line 6: files.qcaf.maximum_records: has no room for an action on each communication",
        ),
        (
            "[files.report]\nmaximum_records = 5\n[files.qcaf]\nmaximum_records = 4\n",
            "which may have 5 (at least 5, as files.report has it)",
        ),
        (
            """[files.adt]
            final_separator = "required"
            [files.adt.readings]
            final-line-feed = "terminator"
            """,
            "line 8: files.adt.readings.final-line-feed: decides nothing: final_separator = "
            "'required' says so already",
        ),
        (
            """[files.adt]
            final_separator = "either"
            [files.report]
            final_separator = "either"
            [files.qcaf.readings]
            final-line-feed = "either"
            [readings]
            final-line-feed = "either"
            """,
            "line 12: readings.final-line-feed: decides nothing: final_separator = 'either' says "
            "so already; each file has a reading of its own",
        ),
        (
            """[files.qcaf.readings]
            subject-line = "title"
            action-case = "lower"
            quotations = "data"
            duplicate-rules = "refused"
            """,
            "files.qcaf.readings.subject-line: is about more than the bytes of one file (choose "
            "it under [readings], for all files)",
        ),
        (
            """[files.qcaf.readings]
            duplicate-rules = "refused"
            """,
            "files.qcaf.readings.duplicate-rules: decides nothing: only an ADT File has rules",
        ),
    ],
)
def test_entries_that_would_have_no_effect_are_refused(
    tmp_path: Path, text: str, said: str
) -> None:
    found = examine(str(extending(tmp_path, text)), catalogue()).refused
    assert said in " ".join(map(str, found))


def test_a_reading_of_one_file_decides_in_that_file_alone(tmp_path: Path) -> None:
    text = """
    [readings]
    final-line-feed = "terminator"
    [files.adt.readings]
    final-line-feed = "separator"
    """
    profile = extending(tmp_path, text)
    for kind, ended in ((Kind.ADT, False), (Kind.QCAF, True)):
        draft = made(profile, kind)
        assert (draft.csv or b"").endswith(b"\n") is ended
        assert roots(draft) == []
        name = f"record-separator/{'none-' * ended}at-the-end"
        faulty = next(f for f in faults_of(draft) if f.name == name).apply(draft)
        (failed,) = checked(faulty.draft).roots
        (finding,) = failed.findings
        assert (finding.notes, finding.profile) == (("final-line-feed",), ())
        # The other readings of that file are tried, whichever table this one is from.
        taken = "terminator" if ended else "separator"
        tried = {one.reading for one in failed.others}
        assert tried == {"either", "separator", "terminator"} - {taken}


@pytest.mark.parametrize(
    ("said", "verdict"), [("", Footing.UNVERIFIED), (CONFIRMED, Footing.VERIFIED)]
)
def test_a_finding_rests_on_the_entry_that_settles_a_note(
    tmp_path: Path, said: str, verdict: Footing
) -> None:
    text = f'[files.adt]\nfinal_separator = "refused"\n{said}'
    draft = made(extending(tmp_path, text), Kind.ADT)
    fault = next(f for f in faults_of(draft) if f.name == "record-separator/at-the-end")
    (failed,) = checked(fault.apply(draft).draft).roots
    (finding,) = failed.findings
    assert (finding.notes, finding.profile) == ((), ("files.adt.final_separator",))
    assert (failed.others, failed.rests_on) == ((), verdict)

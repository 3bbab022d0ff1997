"""``tadp profile new --from-layout --from-sample``: profiles that are guessed, and say so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.profiles.guessing.seen import VALUES
from conformance.profiles.guessing.survey import Survey
from conformance.profiles.guessing.values import guesses
from generators.strategies import ground
from tests.running import Ran, run

USER = "70-B3-D5-00-00-00-0A-01"
REQUEST = f"{USER}:70-B3-D5-00-00-00-0B-02"


def new(folder: Path, *words: object) -> Ran:
    return run("profile", "new", folder / "ours.toml", *words)


def table(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "ours.toml").read_text("utf-8"))


def sample(folder: Path, *records: str, name: str = "sample") -> Path:
    path = folder / name
    path.write_text("".join(f"{record}\n" for record in records), "utf-8")
    return path


# --- From the fields of a record ------------------------------------------------------------------


def test_a_layout_makes_a_profile_that_can_be_used_and_says_what_is_assumed(tmp_path: Path) -> None:
    ran = new(
        tmp_path,
        *("--from-layout", "adt", "USER ID,UserRole,Region,WarningThreshold,Threshold\u25b2"),
        *("--from-layout", "qcaf", " Request ID ,\n  Note,\n What to do\u25b2\n"),
    )
    assert ran.code == 0
    files = table(tmp_path)["files"]
    roles = {kind: [c.get("role") for c in file["columns"]] for kind, file in files.items()}
    assert roles == {
        "adt": ["user-id", "user-role", None, "warning-threshold", "threshold"],
        "report": ["request-id", None, "action"],
        "qcaf": ["request-id", None, "action"],
    }
    assert files["adt"]["columns"][2] == {
        "name": "Region", "type": "text", "maximum_length": 100, "nullable": True
    }  # fmt: skip
    assert files["adt"]["key"] == ["USER ID", "UserRole"]
    text = (tmp_path / "ours.toml").read_text("utf-8")
    # A comment before each column and each key, whatever else there is.
    entries = re.findall(r"(?m)^(?:  \{|key)", text)
    assert len(entries) == len(
        re.findall(r"(?m)^ *# (?:Assumed|Guessed).*\n(?: *#.*\n)*(?:  \{|key)", text)
    )
    found = run("profile", "check", tmp_path / "ours.toml").out
    assert "faults tried" in found
    assert "warning" not in found


@pytest.mark.parametrize(
    ("layout", "says"),
    [
        (
            "Aa,B\u25b2Cc,D\u25b2",
            "several records have the same number of fields, so they cannot be distinguished",
        ),
        ("\u25b2", "has no field"),
        ("", "has no field"),
        ("A,\u2026,B\u25b2", "has \u2026 in place of fields (write out all of them)"),
        ("A,,B", "has a field ''"),
        ("A,*1st", "has a field '*1st'"),
        ("A,B,A", "has two fields A"),
    ],
)
def test_a_layout_that_says_too_little_is_refused(tmp_path: Path, layout: str, says: str) -> None:
    ran = new(tmp_path, "--from-layout", "adt", layout)
    assert says in ran.trouble
    assert not (tmp_path / "ours.toml").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("--from-layout", "area", "A,B"),
            "'area' is not a kind of file (write adt, report or qcaf)",
        ),
        (("--from-layout", "adt", "A") * 2, "--from-layout adt is given twice"),
        (
            ("--from-layout", "report", "A,B", "--from-layout", "qcaf", "C,D"),
            "which of them are the same is not known",
        ),
    ],
)
def test_words_that_do_not_go_together_are_refused(
    tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    assert says in new(tmp_path, *words).trouble


# --- From samples ---------------------------------------------------------------------------------

#: Values of a column that are seen, and what type and entries it is guessed to have.
COLUMNS: dict[str, tuple[list[str], dict[str, Any]]] = {
    "EUI-64": ([USER, USER.lower()], {"type": "eui64", "form": "hyphens", "case": "any"}),
    "colons": (["70:b3:d5:00:00:00:0a:01"], {"type": "eui64", "form": "colons", "case": "lower"}),
    "Request ID": (
        [f"{REQUEST}:7"],
        {"type": "request-id", "form": "hyphens", "case": "upper", "separator": ":"},
    ),
    "integer": (["12", "9400", "-3"], {"type": "integer", "maximum_digits": 4, "signed": True}),
    "filled up": (["00012", "94000"], {"type": "integer", "width": 5}),
    "with spaces": (["   12", "94000"], {"type": "integer", "width": 5, "pad": " "}),
    "decimal": (["0.50", "12.00"], {"type": "decimal", "fraction_digits": 2}),
    "more or less": (["0.5", "12"], {"type": "decimal", "maximum_fraction_digits": 1}),
    "a word among numbers": (
        ["12", "9400", "7", "UNLIMITED", "12"],
        {"type": "integer", "maximum_digits": 4, "also": [{"word": "UNLIMITED"}]},
    ),
    "a word among dates": (
        ["01/06/2025", "30/06/2025", "OPEN", "31/12/2025"],
        {"type": "date", "format": "DD/MM/YYYY", "also": [{"word": "OPEN"}]},
    ),
    "a word for null": (["1", "2", "3", "NULL", ""], {"type": "text", "maximum_length": 10}),
    "more words": (["one", "two", "3", "four", "five"], {"type": "text", "maximum_length": 10}),
    "codes of periods": (["H", "D"], {"type": "period", "codes": {"D": 24, "H": 1}}),
    "duration": (["P1D", "PT6H"], {"type": "period", "form": "iso-8601"}),
    "instant": (["2025-06-01T10:00:00Z"], {"type": "instant", "format": "YYYY-MM-DDThh:mm:ssZ"}),
    "British": (["03/04/2025 10:00"], {"type": "instant", "format": "DD/MM/YYYY hh:mm"}),
    "American": (["03/04/2025", "03/14/2025"], {"type": "date", "format": "MM/DD/YYYY"}),
    "two forms": (
        ["20250601", "2025-06-02"], {"type": "date", "format": ["YYYY-MM-DD", "YYYYMMDD"]}
    ),
    "time": (["10:00", "23:59"], {"type": "time", "format": "hh:mm"}),
    "no time": (["10:00", "24:59"], {"type": "text", "maximum_length": 10}),
    "variant": (["7.4", "4.1.1"], {"type": "code", "values_from": "service-reference-variants"}),
    "code": (["A", "B", "A", "B", "A", "B"], {"type": "code", "values": ["A", "B"]}),
    "constant": (["ADT2", "ADT2"], {"type": "constant", "value": "ADT2"}),
    "text": (["Unit 7", "Mill Lane, or so"], {"type": "text", "maximum_length": 20}),
    "nothing": (["", ""], {"type": "nothing"}),
}  # fmt: skip


@pytest.mark.parametrize("name", COLUMNS)
def test_a_type_is_guessed_from_values(name: str) -> None:
    values, entries = COLUMNS[name]
    survey = Survey(Kind.ADT)
    quoted = (f'"{one}"' if "," in one else one for one in values)
    survey.take(Content.of_bytes("x", "".join(f"{one},\n" for one in quoted).encode()))
    seen, nothing = survey.data.seen
    assert guesses(seen, ground().catalogue)[0].entries == entries
    assert nothing.nulls == len(values)
    assert seen.nulls == values.count("")


def test_samples_make_a_profile_that_they_conform_to(tmp_path: Path) -> None:
    adt = sample(tmp_path, f"{USER},7.4,24,100", f"{USER},,24,2500", name="a")
    more = sample(tmp_path, f"{USER},4.1.1,168,7", name="b")
    qcaf = sample(tmp_path, f"{REQUEST}:1,D,x", f"{REQUEST}:2,R,y", f"{REQUEST}:3,D,x", name="q")
    words: list[object] = ["--from-layout", "qcaf", "Request,Todo,Other"]
    for kind, file in (("adt", adt), ("adt", more), ("qcaf", qcaf)):
        words += ["--from-sample", kind, file]
    ran = new(tmp_path, *words)
    assert ran.code == 0
    assert ran.out.count("no signature): conforms") == 3
    files = table(tmp_path)["files"]
    assert [c["name"] for c in files["adt"]["columns"] if c.get("nullable")] == ["Field2"]
    assert files["adt"]["key"] == ["Field1", "Field2"]
    assert files["qcaf"]["columns"][1] == {
        "name": "Todo", "type": "action", "role": "action", "codes": {"Release": "R", "Delete": "D"}
    }  # fmt: skip
    assert [one["type"] for one in files["report"]["columns"]] == ["request-id", "nothing", "text"]
    text = (tmp_path / "ours.toml").read_text("utf-8")
    assert (
        "# Guessed: 3 seen; 3 different values, from 7 to 2,500; others may have more than 4"
        in text
    )
    assert "# The ADT File is guessed from 3 records in 2 files." in text
    words = [
        f"{one.name[0].replace('a', 'adt').replace('b', 'adt').replace('q', 'qcaf')}:{one}"
        for one in (adt, more, qcaf)
    ]
    assert run("profile", "check", tmp_path / "ours.toml", "--quick", "--good", *words).code == 0


def test_a_column_of_a_report_and_a_qcaf_takes_the_values_of_both(tmp_path: Path) -> None:
    report = sample(tmp_path, f"{REQUEST}:1,9400,", f"{REQUEST}:2,7,", name="report")
    qcaf = sample(tmp_path, f"{REQUEST}:3,12,R", f"{REQUEST}:4,8,D", name="qcaf")
    ran = new(tmp_path, "--from-sample", "report", report, "--from-sample", "qcaf", qcaf)
    assert ran.out.count("no signature): conforms") == 2
    files = table(tmp_path)["files"]
    for kind in ("report", "qcaf"):
        assert files[kind]["columns"][1] == {
            "name": "Field2", "type": "integer", "maximum_digits": 4
        }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "entries", "says"),
    [
        (b"\xef\xbb\xbfa,1\n", {"byte-order-mark": "ignored"}, "conforms"),
        (b'"a, b",1\n', {"quoting": "allowed"}, "conforms"),
        (b'a "b",1\n', None, "should conform, and fails"),
        (b"a,1\r\nb,2\r\n", None, "should conform, and fails"),
        ("\u00e9\u00e9,1".encode(), None, "conforms"),
        ("\u00e9\u00e9,1\nab,2\n".encode("latin-1"), None, "conforms"),
        (b"a,1\n" * 3, None, "conforms"),
        (b"N/A,1\nlong,2\n,3\n", {"null-form": "words"}, "conforms"),
        (b"1,1\n2,2\n3,3\nNULL,4\n,5\n", {"null-form": "words"}, "conforms"),
    ],
)
def test_an_entry_that_the_bytes_of_a_sample_show_is_guessed_or_reported(
    tmp_path: Path, data: bytes, entries: dict[str, str] | None, says: str
) -> None:
    file = tmp_path / "sample"
    file.write_bytes(data)
    ran = new(tmp_path, "--from-sample", "adt", file)
    assert f"no signature): {says}" in ran.out
    found = table(tmp_path)["files"]["adt"]
    stated = {**found.get("readings", {}), **{k: found[k] for k in ("quoting",) if k in found}}
    assert stated == (entries or {})


@pytest.mark.parametrize(
    ("kind", "data", "says"),
    [
        ("adt", "", "has no records, so that nothing can be guessed"),
        (
            "adt",
            "a,b\nc\n",
            "has one record of 1 field and one of 2 fields, and nothing shows which of them has",
        ),
        (
            "adt",
            "no tag at all,b\nno tag at all,b\nnor a tag here\nnor a tag here\n",
            "sample: has records of 1 field and of 2 fields, and nothing says what kind each is "
            "(correct them, or guess from a copy with one kind of records only)",
        ),
        (
            "adt",
            "H,1\nR,1,2\nR,1,2,3,4\nT,1,2,3\n",
            "has records R of 3 and 5 fields: which fields repeat, or are left out at the end, is",
        ),
        ("adt", "a,b\n\n", "record 2 has nothing in it"),
        ("adt", "a" * 70_000, "has a record of more than 65,536 bytes"),
        ("adt", b"a\x9f,b\n", "has the byte 0x9F, which is in neither UTF-8 nor Latin-1"),
        (
            "adt",
            f"{'Name' * 100},B\n1,2\n3,4\n",
            "sample: what is seen cannot be stated in a profile: files.adt.columns.Name",
        ),
        ("qcaf", "a,b\nc,d\ne,f\n", "no column has one or two different values"),
        ("qcaf", '"\n', "no column has one or two different values"),
        ("qcaf", "a\n", "no column but that of the action could identify a communication"),
    ],
)
def test_a_sample_that_nothing_can_be_made_of_is_refused(
    tmp_path: Path, kind: str, data: str | bytes, says: str
) -> None:
    file = tmp_path / "sample"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    assert says in new(tmp_path, "--from-sample", kind, file).trouble
    assert not (tmp_path / "ours.toml").exists()


# --- Several kinds of records ---------------------------------------------------------------------


def test_kinds_of_records_are_guessed_by_their_tags_and_places(tmp_path: Path) -> None:
    rows = ("U,70B3D50000000A01", "R,1.1.1,24,100", "R,,168,50", "U,70B3D50000000A02", "R,,168,50")
    one = sample(tmp_path, "H,20250601,ADT1", *rows, "T,3", name="one")
    other = sample(tmp_path, "H,20250602,ADT1", *rows[:2], "T,1", name="other")
    ran = new(tmp_path, *("--from-sample", "adt", one, "--from-sample", "adt", other))
    assert ran.out.count("no signature): conforms") == 2
    text = (tmp_path / "ours.toml").read_text("utf-8")
    assert "# The ADT File is guessed from 11 records in 2 files." in text
    file = table(tmp_path)["files"]["adt"]
    assert file["unit"] == "R"
    assert [(kind["name"], kind.get("at")) for kind in file["records"]] == [
        ("header", 1), ("U", None), ("R", None), ("trailer", -1)
    ]  # fmt: skip
    assert file["records"][0]["columns"][:2] == [
        {"name": "Tag", "type": "constant", "value": "H", "tag": True},
        {"name": "Field2", "type": "date", "format": "YYYYMMDD"},
    ]
    assert file["records"][2]["key"] == []
    assert file["records"][3]["columns"][1]["derived"] == {"count": ["R"]}
    # One that has another number at its end does not conform.
    wrong = sample(tmp_path, "H,20250601,ADT1", *rows, "T,4", name="wrong")
    words = ("--quick", "--good", f"adt:{one}", "--bad", f"adt:{wrong}")
    assert run("profile", "check", tmp_path / "ours.toml", *words).code == 0


def test_kinds_of_records_are_guessed_by_their_number_of_fields(tmp_path: Path) -> None:
    file = sample(tmp_path, "20250601,1", f"{USER},24,100", f"{USER},168,50", "2")
    assert "no signature): conforms" in new(tmp_path, "--from-sample", "adt", file).out
    kinds = table(tmp_path)["files"]["adt"]["records"]
    assert [kind["name"] for kind in kinds] == ["header", "record-2", "trailer"]
    assert kinds[2]["columns"][0]["derived"] == {"count": ["record-2"]}


def test_names_in_the_first_record_are_those_of_the_columns(tmp_path: Path) -> None:
    file = sample(tmp_path, "Sender,Hours,Most allowed", f"{USER},24,100", f"{USER},168,50")
    assert "no signature): conforms" in new(tmp_path, "--from-sample", "adt", file).out
    found = table(tmp_path)["files"]["adt"]
    assert found["header"] == "names"
    assert [one["name"] for one in found["columns"]] == ["Sender", "Hours", "Most allowed"]


def test_a_layout_can_have_several_kinds_of_records(tmp_path: Path) -> None:
    layout = "H,Made\u25b2R,Variant,Period,Threshold\u25b2T,Count\u25b2"
    assert new(tmp_path, "--from-layout", "adt", layout).code == 0
    file = table(tmp_path)["files"]["adt"]
    assert [(kind["name"], kind.get("at"), len(kind["columns"])) for kind in file["records"]] == [
        ("header", 1, 2), ("R", None, 4), ("trailer", -1, 2)
    ]  # fmt: skip
    assert file["records"][1]["columns"][0] == {
        "name": "Tag", "type": "constant", "value": "R", "tag": True
    }  # fmt: skip
    assert file["records"][1]["key"] == ["Variant", "Period"]
    assert run("profile", "check", tmp_path / "ours.toml", "--quick").code == 0


def test_tags_of_records_can_be_digits(tmp_path: Path) -> None:
    layout = "100,Made\u25b2200,Variant,Period,1st Threshold\u25b2999,Count\u25b2"
    assert new(tmp_path, "--from-layout", "adt", layout).code == 0
    kinds = table(tmp_path)["files"]["adt"]["records"]
    assert [(kind["name"], kind["columns"][0].get("value")) for kind in kinds] == [
        ("header", "100"), ("200", "200"), ("trailer", "999")
    ]  # fmt: skip
    assert run("profile", "check", tmp_path / "ours.toml", "--quick").code == 0
    (tmp_path / "ours.toml").unlink()
    assert new(tmp_path, "--from-layout", "adt", "200,Period,Threshold").code == 0
    first = table(tmp_path)["files"]["adt"]["columns"][0]
    assert first == {"name": "200", "type": "constant", "value": "200"}


def test_a_layout_has_as_many_fields_as_the_sample(tmp_path: Path) -> None:
    words = ("--from-sample", "adt", sample(tmp_path, "a,b"), "--from-layout", "adt", "A,B,C")
    assert (
        "has 2 fields in each record with data, and the layout 3" in new(tmp_path, *words).trouble
    )


def test_a_sample_whose_records_end_in_a_separator(tmp_path: Path) -> None:
    words = ("--from-sample", "adt", sample(tmp_path, "a,1,", "b,2,"))
    assert "conforms" in new(tmp_path, *words, "--from-layout", "adt", "A,B").out
    assert table(tmp_path)["files"]["adt"]["record_end"] == "separator"


def test_little_is_kept_of_many_records() -> None:
    survey = Survey(Kind.ADT)
    survey.take(Content.of_bytes("x", b"".join(b"%d,x%d\n" % (n, n) for n in range(60_000))))
    number, text = survey.data.seen
    assert (len(number.some), number.more, number.count) == (VALUES, True, 60_000)
    assert (number.numbers and number.numbers.high, text.longest) == (59_999, 6)
    assert len(text.shapes) < 100
    assert len(survey.data.kept) < 60_000

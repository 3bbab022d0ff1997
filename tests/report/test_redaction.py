"""``--redact``: no one and nothing is named, and a report stays a report."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest

from conformance.records.engine import search
from conformance.report.consistency import inconsistencies
from conformance.report.formats import FORMATS, render
from conformance.report.pseudonyms import Pseudonyms
from conformance.report.reading import read_report
from conformance.report.recognition import Recognition
from conformance.report.redaction import redact
from conformance.report.serialising import dump_report
from tests.corpus import CASES, CorpusCase, first_cases
from tests.report import made
from tests.report.assessed import made as assessed
from tests.report.test_schema import assert_fits
from tests.running import run

USER = "70-B3-D5-1F-30-01-00-00"


def pseudonyms(key: bytes | None = None, **named: list[str]) -> Pseudonyms:
    shapes = {"reference": ["REQ[0-9]{12}", "INC[0-9]{12}"]}
    return Pseudonyms(Recognition(shapes, named), key)


def replaced(text: str) -> str:
    return pseudonyms().text(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"{USER},IS,1.1.1", "[user-1],IS,1.1.1"),
        (USER.lower(), "[user-1]"),
        ("70B3D51F30010000", "[user-1]"),
        ("70:B3:D5:1F:30:01:00:00", "[user-1]"),
        ("70\u2013B3\u2013D5\u20131F\u201330\u201301\u201300\u201300", "[user-1]"),
        ("70-B3-D5-1F-30-01-00", "[user-1]"),
        (f"{USER}:{USER}:17", "[user-1]:[user-1]:17"),
        (f"{USER}-REQ000000000001-ADT", "[user-1]-[reference-1]-ADT"),
        (f"{USER} \u2013 INC000000000007 \u2013 QCAF", "[user-1] \u2013 [reference-1] \u2013 QCAF"),
        ("from a.b+c@example.org to x@y", "from [mailbox-1] to [mailbox-2]"),
        ("<a@b.example>, <A@B.EXAMPLE>", "<[mailbox-1]>, <[mailbox-1]>"),
        ('"jane doe"@b.example, x@[10.0.0.1]', "[mailbox-1], [mailbox-2]"),
        ("req000000000001 REQ000000000001", "[reference-1] [reference-1]"),
        ("byte 12345, record 1,234,567", "byte 12345, record 1,234,567"),
        ("2025-06-01T10:00:00Z, LF (0x0A), 6.1-3", "2025-06-01T10:00:00Z, LF (0x0A), 6.1-3"),
        ("0" * 64, "0" * 64),
    ],
)  # fmt: skip
def test_identifying_text_is_replaced_and_nothing_else(text: str, shown: str) -> None:
    assert replaced(text) == shown


def test_the_same_has_the_same_pseudonym_in_every_field() -> None:
    names = pseudonyms()
    shown = [names.text(t) for t in (USER, "other 00-00-00-00-00-00-00-02", USER.lower())]
    assert shown == ["[user-1]", "other [user-2]", "[user-1]"]


@pytest.mark.parametrize(
    ("start", "length", "marked"),
    [(24, 2, "IS"), (0, 23, "[user-1]"), (3, 2, "[user-1]"), (27, 3, "1.1"), (23, 0, "")],
)
def test_the_place_in_a_record_stays_marked(start: int, length: int, marked: str) -> None:
    excerpt = {"text": f"{USER},IS,1.1,INC000000000007", "start": start, "length": length}
    shown = pseudonyms().excerpt(excerpt)
    assert shown["text"] == "[user-1],IS,1.1,[reference-1]"
    assert shown["text"][shown["start"] :][: shown["length"]] == marked


def test_the_shapes_of_a_profile_are_found_where_they_identify_something() -> None:
    shapes = {"reference": ["T-[0-9]{3}", ".*", "[a-z]+"], "user": ["Party/[A-Z]"]}
    names = Pseudonyms(Recognition(shapes, {}))
    text = "record 3 of party/b: T-123 and t-123, not T-12"
    assert names.text(text) == "record 3 of [user-1]: [reference-1] and [reference-1], not T-12"


def test_a_name_in_a_submission_is_found_in_any_spelling() -> None:
    names = pseudonyms(user=["Big Supplier 7", "x1", USER], reference=["ticket 9"])
    assert names.text("xBIG SUPPLIER 7x, Ticket 9") == "x[user-1]x, [reference-1]"
    # A short name inside another word does not count.
    assert names.text("x1, ax1, x12") == "[user-2], ax1, x12"
    assert names.text("id70B3D51F30010000z") == "id[user-3]z"


# --- Keys ---------------------------------------------------------------------------------------


def test_with_a_key_the_same_has_the_same_pseudonym_in_every_report() -> None:
    one, other = pseudonyms(b"k" * 32), pseudonyms(b"k" * 32)
    other.text("00-00-00-00-00-00-00-02 REQ000000000009")
    name = one.text(USER)
    assert re.fullmatch(r"\[user-[a-p]{16}\]", name)
    assert other.text(USER.lower()) == other.text(USER.replace("-", "")) == name
    assert pseudonyms(b"j" * 32).text(USER) != name
    # No one who has not got the key can try the names that there are.
    digests = {hashlib.new(n, USER.encode()).hexdigest() for n in ("md5", "sha1", "sha256")}
    letters = {"".join("abcdefghijklmnop"[int(c, 16)] for c in d)[:16] for d in digests}
    assert name.removeprefix("[user-").removesuffix("]") not in letters


def test_a_key_is_a_secret_or_refused(tmp_path: Path) -> None:
    key, raw = tmp_path / "k", tmp_path / "r.json"
    key.write_bytes(b"short")
    raw.write_text(dump_report(made.examples()), "utf-8")
    ran = run("report", raw, "--redact-key", key)
    assert (ran.code, ran.out) == (2, "")
    assert "a key has 16 bytes or more, and this 5" in ran.err
    assert run("report", raw, "--redact-key", tmp_path / "nowhere").code == 2


def test_reports_of_one_key_are_shown_as_one_and_others_are_not(tmp_path: Path) -> None:
    def redacted(name: str, key: str | None) -> Path:
        path = tmp_path / name
        (tmp_path / "key").write_text((key or "-") * 32)
        option = ("--redact-key", tmp_path / "key") if key else ("--redact",)
        run("check", "--profile", made.PROFILE, made.EXAMPLES, *option, "--output", path)
        assert run("report", "verify", path).code == 0
        assert_fits(json.loads(path.read_text("utf-8")))
        return path

    a, b, c = redacted("a.json", "a"), redacted("b.json", "a"), redacted("c.json", "c")
    reports = [json.loads(path.read_text("utf-8"))["submissions"] for path in (a, b, c)]
    sources = [[one["source"] for one in submissions] for submissions in reports]
    assert sources[0] == sources[1] != sources[2]
    assert run("report", a, b, "--format", "json").code == 0
    assert "differ in their redacted" in run("report", a, c).err
    n = redacted("n.json", None)
    assert "mean something else in each report" in run("report", n, n).err
    diff = run("report", "diff", a, b)
    assert (diff.code, diff.out) == (0, "Nothing is worse than it was.\n")


# --- Whole reports ------------------------------------------------------------------------------

EUI64 = re.compile(rb"(?<![0-9A-Fa-f])[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}(?![0-9A-Fa-f])")
MAILBOX = re.compile(rb"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+[A-Za-z]")
REFERENCE = re.compile(rb"(?:REQ|INC)[0-9]{12}")


def named_in(folder: Path) -> set[str]:
    """Return the names in the files of a corpus, found in their bytes, not in a report."""
    found: set[bytes] = set()
    for file in folder.rglob("*"):
        if file.name in ("submission.json", "case.json") or file.suffix in (".csv", ".eml"):
            data = file.read_bytes()
            found |= {m for p in (EUI64, MAILBOX, REFERENCE) for m in p.findall(data)}
    return {name.decode() for name in found}


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(first_cases(), id="the first that breaks each requirement"),
        pytest.param([*CASES], id="all", marks=pytest.mark.whole),
    ],
)
def test_no_view_of_the_corpus_names_anybody(tmp_path: Path, cases: list[str]) -> None:
    raw, key = tmp_path / "r.json", tmp_path / "key"
    key.write_bytes(b"0" * 32)
    profile = ("--profile", made.PROFILE, "--at", "2025-06-02T12:00:00Z")
    some = sorted(CorpusCase(case).folder for case in cases)
    run("check", *profile, *some, "--redact-key", key, "--output", raw, "--quiet")
    report = read_report(str(raw))
    assert len(report["submissions"]) >= len(cases)
    names = {name for folder in some for name in named_in(folder)}
    assert len(names) > 10
    assert any("@" in n for n in names)
    assert any(n.startswith("INC") for n in names)
    spelt = sorted({re.escape(one) for name in names for one in (name, name.replace("-", ""))})
    # By one expression: to look for each of 265 names by itself takes half a minute.
    named = search(f"(?i){'|'.join(spelt)}")
    assert named.search(next(iter(names)).lower())
    for form in FORMATS:
        shown = render(report, form)
        assert shown.upper().count("USER-") > 100 or form == "markdown"
        assert named.search(shown) is None, form


def test_an_assessment_names_no_one_either() -> None:
    report = assessed.known()
    secret = (USER, "REQ000000000077", "jane@example.org")
    text = " ".join(secret)
    report["adapter"] = f"exec:./run {text}"
    report["implementation"] = {"name": text, "id": text, USER: "x"}
    report["troubles"] = [text]
    report["known_failures"][0]["owner"] = text
    for case in report["cases"]:
        case["reason"] = text
        case["reasons"] = [{"message": text, "file": f"{USER}.csv"}]
        if case["known"]:
            case["excuse"]["owner"] = text
    shown = redact(assessed.resealed(report), b"k" * 32)
    assert_fits(shown)
    assert list(inconsistencies(shown)) == []
    for form in FORMATS:
        view = render(shown, form)
        assert [name for name in secret if name in view] == []
    assert [case["id"] for case in shown["cases"]] == [case["id"] for case in report["cases"]]


def test_a_redacted_report_names_no_one_and_is_verified(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    words = ("--profile", made.PROFILE, made.EXAMPLES, "--redact")
    assert run("check", *words, "--output", path).code == 1
    assert run("report", "verify", path).code == 0
    report = json.loads(path.read_text("utf-8"))
    inputs = json.dumps(report)
    assert "70-00-00-00-00-00-00-01" not in inputs
    assert re.search(r"REQ\d|INC\d|@", inputs) is None
    assert "[user-1]" in inputs


def test_a_report_may_be_redacted_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(made.examples()), "utf-8")
    shown = run("report", path, "--redact", "--format", "json").out
    assert json.loads(shown) == redact(made.examples())
    assert redact(redact(made.examples())) == redact(made.examples())


@pytest.mark.parametrize("name", ["excerpt", "inputs", "strays"])
@pytest.mark.parametrize("value", ["OTHER", ["OTHER"], {"text": "OTHER"}, [{"by": "OTHER"}]])
def test_what_a_later_report_calls_so_is_redacted_too(name: str, value: object) -> None:
    report = made.examples()
    report["submissions"][0]["requirements"][0][name] = value
    shown = redact(report)["submissions"][0]["requirements"][0][name]
    assert type(shown) is type(value)
    assert "OTHER" not in json.dumps(shown)


def test_a_wrong_key_is_noticed_before_anything_is_checked_or_assessed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    words = ("--redact-key", tmp_path / "nowhere")
    receiver = f"exec:touch {shlex.quote(str(ready))}"
    assert "nowhere: no such file" in run("assess", "receiver", receiver, *words).trouble
    assert not ready.exists()
    assert "nowhere: no such file" in run("check", "gone", *words).trouble

"""Names in a text are recognised, exactly up to their last character."""

from __future__ import annotations

import pytest

from conformance.report.masking import masked_value
from conformance.report.pseudonyms import Pseudonyms
from conformance.report.recognition import Recognition, Span, canonical
from conformance.report.redaction import Redaction, redact
from conformance.report.vocabulary import Vocabulary
from tests.report import drawn

USER = "70-B3-D5-1F-30-01-00-00"
KEY = b"k" * 32


def pseudonyms(key: bytes | None = None, **named: list[str]) -> Pseudonyms:
    return Pseudonyms(Recognition({}, named), key)


def replaced(text: str, **named: list[str]) -> str:
    return pseudonyms(None, **named).text(text)


@pytest.mark.parametrize(
    "text",
    [
        "A1-B2-C3", "a1-b2-c3", "A1-B2-C3-D4-E5-F6-07-18-29", "A1\u2010B2\u2015C3",
        "00:11:22:33:44:55:66:77", "00.11.22.33.44.55.66.77", "00 11 22 33 44 55 66 77",
        "00:11.22 33:44:55:66:77", "0123456789abcDEF",
    ],
)  # fmt: skip
def test_an_eui64_is_one_with_any_separator_and_a_broken_one_with_dashes(text: str) -> None:
    assert replaced(f"({text}),{text}") == "([user-1]),[user-1]"


@pytest.mark.parametrize(
    "text",
    [
        "A1-B2", "A1-B2-C", "G1-B2-C3", "xA1-B2-C3", "A1-B2-C3x", "0A1-B2-C3", "A1-B2-C33",
        "A1_B2_C3", "00:11:22:33:44:55:66", "00:11:22:33:44:55:66:7", "x00:11:22:33:44:55:66:77",
        "00:11:22:33:44:55:66:77x", "00_11_22_33_44_55_66_77",
        "0123456789abcDE", "0123456789abcDEF0", "x0123456789abcDEF", "0123456789abcDEFx",
        "0123456789abcDEg",
    ],
)  # fmt: skip
def test_text_shorter_or_longer_than_a_user_id_or_inside_a_word_is_not_replaced(text: str) -> None:
    assert replaced(text) == text


@pytest.mark.parametrize(
    "text", ["RE12345", "REQUESTS12345", "req12345", "REQ-12345", "REQ_12345", "REQ1234567890123"]
)
def test_a_reference_is_some_letters_and_five_digits_or_more(text: str) -> None:
    assert replaced(f"({text}),{text}") == "([reference-1]),[reference-1]"


@pytest.mark.parametrize(
    "text",
    ["R12345", "REQUESTED12345", "REQ1234", "REQ 12345", "REQ--12345", "REQ12345x", "0REQ12345"],
)
def test_text_with_other_letters_or_digits_than_a_reference_is_not_replaced(text: str) -> None:
    assert replaced(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a@b", "[mailbox-1]"),
        ("to a@b.example.", "to [mailbox-1]."),
        ("a@b.example, c", "[mailbox-1], c"),
        ("<a+b_c@b-d.example>", "<[mailbox-1]>"),
        ("mail=a@b;c:d@e", "[mailbox-1];c:[mailbox-2]"),
        ('"jane doe"@b.example', "[mailbox-1]"),
        (f'"{"j" * 64}"@b', "[mailbox-1]"),
        (f'"{"j" * 63} {"j"}"@b', f'"{"j" * 63} j"@b'),
        ('"jane\ndoe"@b', '"jane\ndoe"@b'),
        ('""@b', '""@b'),
        ("x@[10.0.0.1]", "[mailbox-1]"),
        (f"x@[{'1' * 64}]", "[mailbox-1]"),
        (f"x@[{'1' * 65}]", f"x@[{'1' * 65}]"),
        ("x@[]", "x@[]"),
        ("j" * 320 + "@b", "[mailbox-1]"),
        ("j" * 321 + "@b", "j[mailbox-1]"),
        ("a@", "a@"),
        ("@b", "@b"),
        ("a @b", "a @b"),
        ("a@.", "a@."),
    ],
)
def test_a_mailbox_is_a_name_at_a_domain(text: str, shown: str) -> None:
    assert replaced(text) == shown


@pytest.mark.parametrize("separator", ["", "-", ":", " "])
@pytest.mark.parametrize("named", ["70-B3-D5-1F-30-01-00-00", "70.b3.d5.1f.30.01.00.00",
                                   "70B3D51F30010000", "70_B3\u2013D5:1F 30-01-00-00"])  # fmt: skip
def test_an_eui64_that_is_named_is_found_inside_of_words_in_each_spelling(
    separator: str, named: str
) -> None:
    written = separator.join(("70", "B3", "D5", "1f", "30", "01", "00", "00"))
    assert replaced(f"id{written}z", user=[named]) == "id[user-1]z"


def test_a_name_of_six_characters_is_found_inside_of_words_and_a_shorter_one_is_not() -> None:
    assert replaced("xabcdefx ABCDEF", user=["abcdef"]) == "x[user-1]x [user-1]"
    assert replaced("xabcde abcdex abcde-ABCDE", user=["abcde"]) == (
        "xabcde abcdex [user-1]-[user-1]"
    )
    # A sign that is not a letter or digit is its own boundary.
    assert replaced("x#ab# x#abx", user=["#ab#", "#ab"]) == "x[user-1] x#abx"
    assert replaced("x#aby x#ab", user=["#ab"]) == "x#aby x[user-1]"


def test_the_longest_of_names_that_begin_alike_is_taken() -> None:
    assert replaced("Supplier Seven", user=["Supplier", "Supplier Seven"]) == "[user-1]"


def test_names_are_found_however_many_there_are() -> None:
    named = [*(f"REQ{n:012}" for n in range(2000)), "Big Supplier", "ticket 99"]
    assert replaced("REQ000000000007 of big supplier, TICKET 99", reference=named) == (
        "[reference-1] of [reference-2], [reference-3]"
    )


def test_of_two_names_that_begin_alike_the_longer_is_found() -> None:
    assert replaced("of acme energy", user=["acme", "ACME Energy"]) == "of [user-1]"


@pytest.mark.parametrize(
    "pattern",
    ["a", "record", "accepted", r"adt\.csv", "[0-9]", r"2025-.*Z", "field 6, byte 40", "[a-z]*",
     "RECORD"],
)  # fmt: skip
def test_an_expression_that_takes_plain_words_says_nothing(pattern: str) -> None:
    text = "a record accepted adt.csv 1 2025-06-01T10:00:00Z field 6, byte 40"
    assert Pseudonyms(Recognition({"user": [pattern]}, {})).text(text) == text


def test_an_expression_that_takes_a_part_of_a_plain_word_is_one_all_the_same() -> None:
    names = Pseudonyms(Recognition({"user": ["rec|^fie", "x?y"]}, {}))
    assert names.text("a RECord, xy, Y") == "a [user-1]ord, [user-2], [user-3]"


def test_overlapping_names_are_replaced_as_one() -> None:
    found = Recognition({"reference": ["01-REQ"]}, {}).spans("A1-B2-01-REQ12345, x")
    assert found == [Span(0, 17, "user", "A1-B2-01-REQ12345")]
    beside = Recognition({"reference": ["T[0-9]"]}, {"user": ["abcdef"]}).spans("abcdefT1")
    assert beside == [Span(0, 6, "user", "abcdef"), Span(6, 8, "reference", "T1")]


# --- Pseudonyms ---------------------------------------------------------------------------------


def test_a_name_has_one_way_of_being_written() -> None:
    assert canonical("70-b3:d5.1f_30 01\u201300", "user") == "70B3D51F300100"
    assert canonical("req-12_3", "reference") == "REQ123"
    assert canonical("A.b-C@D.Example", "mailbox") == "a.b-c@d.example"
    assert canonical("A.b-C", "name") == "A.b-C"


def test_a_redacted_report_has_no_expressions_of_the_profile() -> None:
    report = drawn.everything()
    assert "identifiers" in report["profile"]
    assert "identifiers" not in redact(report)["profile"]
    del report["profile"]["identifiers"]
    assert redact(report)["profile"] == report["profile"]


def test_a_pseudonym_follows_from_the_key_by_hmac() -> None:
    """Worked out with OpenSSL, so that reports of today and of later go together."""
    assert pseudonyms(KEY).text(USER) == "[user-kpapjlchhbmdllch]"
    assert redact(drawn.everything(), KEY)["redacted"] == {"key": "b07074b79fe95906"}
    assert redact(drawn.everything())["redacted"] == {"key": None}


def redaction(**own: list[str]) -> Redaction:
    return Redaction(pseudonyms(None, **own), Vocabulary())


@pytest.mark.parametrize(
    "name",
    [
        "report",
        "kind",
        "tool",
        "model",
        "digest",
        "complete",
        "corpus",
        "role",
        "result",
        "id",
        "edition",
        "extends",
        "verdict",
        "status",
        "basis",
        "testable",
        "actor",
        "rests_on",
        "phase",
        "through",
        "blocked_by",
        "notes",
        "note",
        "reading",
        "evidence",
        "checked_at",
        "run_at",
        "sent_as",
        "outcome",
        "location",
        "roots",
        "positive",
        "counts",
        "clauses",
        "expires",
        "summary",
        "fail_on",
        "gate",
        "slow",
        "sha256",
        "on",
    ],
)
def test_words_of_the_reports_own_are_left(name: str) -> None:
    names = redaction(reference=["passed"])
    assert names.entry("", {name: "passed", "x": "passed"}) == {
        name: "passed", "x": "[reference-1]",
    }  # fmt: skip


def test_the_names_that_an_implementation_gives_itself_are_none_of_the_reports_own() -> None:
    names, said = redaction(), {"id": USER, USER: "REQ12345", "zorb": "zorb 7"}
    assert names.section("implementation", said) == {
        "aa": "[user-1]", "[user-1]": "[reference-1]", "aaaa": "aaaa 9",
    }  # fmt: skip
    assert names.entry("", {"id": USER}) == {"id": USER}


def test_a_clause_or_requirement_of_an_implementation_is_masked_unless_it_exists() -> None:
    names = redaction()
    names.ids.add("6.1")
    reasons = [{"clause": "6.1", "requirement": "zorb-9", "file": "zorb.csv", "record": 7}]
    assert names.entry("reasons", reasons) == [
        {"clause": "6.1", "requirement": "aaaa-9", "file": "[name-1].csv", "record": 7}
    ]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        (
            f"/home/jane/{USER}-REQ12345-ADT.csv",
            "/[name-1]/[name-2]/[user-1]-[reference-1]-AAA.csv",
        ),
        ("jane/submission.json", "[name-1]/submission.json"),
        ("jane/adt.csv.p7s", "[name-1]/[name-2].csv.p7s"),
        ("../jane.roe", "../[name-1]"),
        ("c:\\jane\\x.jane", "[name-1]\\[name-2]\\[name-3]"),
        ("-", "-"),
    ],
)
def test_each_part_of_a_path_is_a_name(path: str, shown: str) -> None:
    assert pseudonyms().path(path, masked_value) == shown


def test_paths_that_differ_are_shown_as_different_and_the_same_as_the_same() -> None:
    names = pseudonyms()
    paths = [f"{USER} (1).csv", f"{USER} (2).csv", "A-B.csv", "AB.csv", "ab.csv", "A-B.pem"]
    shown = [names.path(path, masked_value) for path in paths]
    assert len({*shown}) == len(paths)
    assert shown[0] == "[user-1] (9).csv"
    assert shown == [names.path(path, masked_value) for path in paths]
    # By a key they are the same in each report.
    keyed = pseudonyms(KEY).path("A-B.csv", masked_value)
    assert keyed == pseudonyms(KEY).path("A-B.csv", masked_value) != "[name-1].csv"


@pytest.mark.parametrize(
    ("start", "length", "moved"),
    [
        (0, 0, (0, 0)), (0, 2, (0, 2)), (2, 23, (2, 8)), (2, 1, (2, 8)), (3, 1, (2, 8)),
        (24, 1, (2, 8)), (25, 0, (10, 0)), (25, 3, (10, 3)), (26, 8, (11, 15)), (26, 2, (11, 2)),
        (27, 1, (12, 1)), (28, 7, (13, 13)), (35, 0, (26, 0)), (35, 1, (26, 1)), (0, 36, (0, 27)),
        (10, 0, (2, 8)),
    ],
)  # fmt: skip
def test_a_marked_place_moves_with_the_names_around_it(
    start: int, length: int, moved: tuple[int, int]
) -> None:
    text = f"a,{USER},b,RE12345,c"
    shown = pseudonyms().excerpt({"text": text, "start": start, "length": length, "bytes": 1})
    assert shown == {
        "text": "a,[user-1],b,[reference-1],c", "start": moved[0], "length": moved[1], "bytes": 1,
    }  # fmt: skip

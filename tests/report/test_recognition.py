"""What counts as a name in a text, up to the last character that makes it one."""

from __future__ import annotations

import pytest

from conformance.report.recognition import Recognition, Span, canonical, edges
from conformance.report.redaction import Pseudonyms, redact
from tests.report import drawn

USER = "70-B3-D5-1F-30-01-00-00"
KEY = b"k" * 32


def pseudonyms(key: bytes | None = None, **named: list[str]) -> Pseudonyms:
    return Pseudonyms(Recognition({}, named), key)


def replaced(text: str, **named: list[str]) -> str:
    return str(pseudonyms(None, **named).within(text))


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
def test_what_is_shorter_longer_or_part_of_a_word_is_none(text: str) -> None:
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
def test_what_has_other_letters_or_digits_is_none(text: str) -> None:
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


@pytest.mark.parametrize("mark", ["1", "10", "12345678", "abcdefghijklmnop"])
@pytest.mark.parametrize("kind", ["user", "reference", "mailbox"])
def test_nothing_in_a_pseudonym_is_a_name(kind: str, mark: str) -> None:
    names = [f"{kind}-{mark}", f"[{kind}-{mark}]", mark]
    assert replaced(f"of [{kind}-{mark}]", user=names) == f"of [{kind}-{mark}]"


@pytest.mark.parametrize(
    "text", ["[user-0]", "[user-01]", "[user-123456789]", "[user-abcdefghijklmno]",
             "[user-abcdefghijklmnoq]", "[users-1]", "user-1"]
)  # fmt: skip
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert replaced(text, reference=[text]) == "[reference-1]"


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
    # What is no letter or digit bounds itself.
    assert replaced("x#ab# x#abx", user=["#ab#", "#ab"]) == "x[user-1] x#abx"
    assert replaced("x#aby x#ab", user=["#ab"]) == "x#aby x[user-1]"


def test_the_longest_of_names_that_begin_alike_is_taken() -> None:
    assert replaced("Supplier Seven", user=["Supplier", "Supplier Seven"]) == "[user-1]"


def test_names_are_found_however_many_there_are() -> None:
    named = [*(f"REQ{n:012}" for n in range(2000)), "Big Supplier", "ticket 99"]
    assert replaced("REQ000000000007 of big supplier, TICKET 99", reference=named) == (
        "[reference-1] of [reference-2], [reference-3]"
    )


@pytest.mark.parametrize(
    "pattern",
    ["a", "record", "accepted", r"adt\.csv", "[0-9]", r"2025-.*Z", "field 6, byte 40", "[a-z]*",
     "RECORD"],
)  # fmt: skip
def test_an_expression_that_takes_plain_words_says_nothing(pattern: str) -> None:
    text = "a record accepted adt.csv 1 2025-06-01T10:00:00Z field 6, byte 40"
    assert Pseudonyms(Recognition({"user": [pattern]}, {})).within(text) == text


def test_an_expression_that_takes_a_part_of_a_plain_word_is_one_all_the_same() -> None:
    names = Pseudonyms(Recognition({"user": ["rec|^fie", "x?y"]}, {}))
    assert names.within("a RECord, xy, Y") == "a [user-1]ord, [user-2], [user-3]"


def test_what_overlaps_is_one_name() -> None:
    found = Recognition({"reference": ["01-REQ"]}, {}).spans("A1-B2-01-REQ12345, x")
    assert found == [Span(0, 17, "user", "A1-B2-01-REQ12345")]
    beside = Recognition({"reference": ["T[0-9]"]}, {"user": ["abcdef"]}).spans("abcdefT1")
    assert beside == [Span(0, 6, "user", "abcdef"), Span(6, 8, "reference", "T1")]


# --- Texts that were cut ------------------------------------------------------------------------

NAMED = {"user": ["SUPPLIER-ALPHA"], "reference": ["REQ000000000001"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("LPHA,x", [Span(0, 4, "user", "SUPPLIER-ALPHA")]),
        ("PHA,x", []),
        ("uPPLIER-alpha,x", [Span(0, 13, "user", "SUPPLIER-ALPHA")]),
        ("SUPPLIER-ALPHA,x", []),
        ("x,REQ0", [Span(2, 6, "reference", "REQ000000000001")]),
        ("x,REQ", []),
        ("x,req0...", [Span(2, 6, "reference", "REQ000000000001")]),
        ("x,REQ00000000000", [Span(2, 16, "reference", "REQ000000000001")]),
        ("x,REQ000000000001", []),
        ("ALPHA", [Span(0, 5, "user", "SUPPLIER-ALPHA")]),
        ("SUPP", [Span(0, 4, "user", "SUPPLIER-ALPHA")]),
        ("0001,SUPPL", [Span(0, 4, "reference", "REQ000000000001"),
                        Span(5, 10, "user", "SUPPLIER-ALPHA")]),
        ("", []),
    ],
)  # fmt: skip
def test_four_characters_of_a_name_at_an_end_tell_of_it(text: str, found: list[Span]) -> None:
    assert edges(text, NAMED) == found


def test_the_longest_of_names_is_what_was_cut() -> None:
    named = {"user": ["xALPHA", "yyALPHA", "ALPHAx"], "mailbox": ["ALPHAzz@a"]}
    assert edges("yALPHA", named) == [
        Span(0, 6, "user", "yyALPHA"),
        Span(1, 6, "user", "ALPHAx"),
    ]


# --- Pseudonyms ---------------------------------------------------------------------------------


def test_a_name_has_one_way_of_being_written() -> None:
    assert canonical("70-b3:d5.1f_30 01\u201300", "user") == "70B3D51F300100"
    assert canonical("req-12_3", "reference") == "REQ123"
    assert canonical("A.b-C@D.Example", "mailbox") == "a.b-c@d.example"


def test_a_redacted_report_has_no_expressions_of_the_profile() -> None:
    report = drawn.everything()
    assert "identifiers" in report["profile"]
    assert "identifiers" not in redact(report)["profile"]
    del report["profile"]["identifiers"]
    assert redact(report)["profile"] == report["profile"]


def test_a_pseudonym_follows_from_the_key_by_hmac() -> None:
    """Worked out with OpenSSL, so that reports of today and of later go together."""
    assert pseudonyms(KEY).within(USER) == "[user-kpapjlchhbmdllch]"
    assert redact(drawn.everything(), KEY)["redacted"] == {"key": "b07074b79fe95906"}
    assert redact(drawn.everything())["redacted"] == {"key": None}


@pytest.mark.parametrize(
    "name",
    [
        "report", "kind", "tool", "model", "digest", "complete", "corpus", "role", "result",
        "sha256", "id", "clause", "edition", "verdict", "status", "basis", "testable", "actor",
        "strength", "phase", "through", "blocked_by", "notes", "checked_at", "sent_as", "outcome",
        "location", "roots", "positive", "failing", "counts", "clauses", "expires", "summary",
    ],
)  # fmt: skip
def test_words_of_the_reports_own_are_left(name: str) -> None:
    own = {"reference": ["passed"]}
    assert pseudonyms(None, **own).within({name: "passed", "x": "passed"}) == {
        name: "passed", "x": "[reference-1]",
    }  # fmt: skip


def test_the_names_that_an_implementation_gives_itself_are_none_of_the_reports_own() -> None:
    said = {"id": USER, USER: "REQ12345"}
    assert pseudonyms().within({"implementation": said, "x": {"id": USER}}) == {
        "implementation": {"id": "[user-1]", "[user-1]": "[reference-1]"},
        "x": {"id": USER},
    }


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
    shown = pseudonyms().within({"text": text, "start": start, "length": length, "bytes": 1})
    assert shown == {
        "text": "a,[user-1],b,[reference-1],c", "start": moved[0], "length": moved[1], "bytes": 1,
    }  # fmt: skip

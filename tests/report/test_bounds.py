"""Where a view begins to leave something out, or to close it: up to the last that it still has."""

from __future__ import annotations

import base64
import hashlib
import html
import re

import pytest

from conformance.home import HOME
from conformance.report.area import SHOWN as AREA_SHOWN
from conformance.report.area import area_lines
from conformance.report.markdown import markdown_of
from conformance.report.page import _environment, catalogue_page, page_of
from conformance.report.style import Style
from tests.report.drawn import AREA, Table, finding, report, result, submission


def sent(verdict: str, number: int = 1, **changes: object) -> Table:
    """A submission with one requirement, which came out as the verdict says."""
    one = {
        "conforms": result("2.1-1", "passed"),
        "not shown": result("2.1-1", "not shown", "it is not known"),
        "violates": result("2.1-1", "failed", findings=[finding("it is late", file="adt.csv")]),
    }[verdict]
    return submission(f"sent/{number}", verdict, [one], **changes)


def opened(verdicts: list[str]) -> set[str]:
    """The verdicts of the submissions that are open at first on the page of these."""
    page = page_of(report(*(sent(verdict, n) for n, verdict in enumerate(verdicts, 1))))
    return set(re.findall(r'<details class="item[^>]* data-state="([^"]*)" open>', page))


# --- The page -----------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["conforms", "not shown", "violates"])
def test_one_submission_is_open_whatever_came_of_it(verdict: str) -> None:
    assert opened([verdict]) == {verdict}


@pytest.mark.parametrize(
    ("count", "wanted"),
    [
        (2, {"violates", "not shown"}),
        (3, {"violates", "not shown"}),
        (4, {"violates"}),
        (20, {"violates"}),
        (21, set()),
    ],
)
def test_of_several_those_are_open_that_do_not_conform_and_of_many_none(
    count: int, wanted: set[str]
) -> None:
    verdicts = ["violates", "not shown", *["conforms"] * (count - 2)]
    assert opened(verdicts) == wanted
    assert opened([*verdicts[1:], "conforms"]) == wanted & {"not shown"}


@pytest.mark.parametrize(("count", "linked"), [(200, True), (201, False)])
def test_passed_requirements_are_links_unless_there_are_too_many(count: int, linked: bool) -> None:
    page = page_of(report(*(sent("conforms", n) for n in range(count))))
    assert page.count('<a href="#r-v1.0-2.1-1">2.1-1</a>') == (count if linked else 0)
    assert page.count("<h3>Passed</h3><p>2.1-1</p>") == (0 if linked else count)


@pytest.mark.parametrize(
    ("count", "more"), [(10, ""), (11, "and 1 more"), (1210, "and 1,200 more")]
)
def test_a_requirement_names_ten_submissions_that_fail_it(count: int, more: str) -> None:
    page = page_of(report(*(sent("violates", n) for n in range(count))))
    (row,) = re.findall(r'<tr id="r-v1.0-2.1-1">.*?</tr>', page, re.DOTALL)
    assert re.findall(r'href="#(s\d+)"><bdi>(.*?)<', row) == [
        (f"s{n + 1}", f"sent/{n}") for n in range(10)
    ]
    assert re.sub(r"\s+", " ", row.rpartition("</a>")[2]) == f" {more}</td></tr>"


def shown_of_each(roots: int, each: int) -> list[int]:
    """How many findings the page has of requirements that fail so often."""
    late = [finding("it is late") for _ in range(each)]
    one = result("2.1-1", "failed", findings=late)
    page = page_of(report(submission("s", "violates", [one] * roots)))
    articles = re.findall(r'<article class="requirement">.*?</article>', page, re.DOTALL)
    return [article.count('<li class="finding">') for article in articles]


@pytest.mark.parametrize(
    ("roots", "each", "shown"),
    [
        (500, 20, [20] * 500),
        (501, 20, [3] * 501),
        (3333, 20, [3] * 3333),
        (3334, 20, [1] * 3334),
        (3334, 2, [2] * 3334),
    ],
)
def test_a_page_shows_as_many_findings_as_a_browser_can_show(
    roots: int, each: int, shown: list[int]
) -> None:
    assert shown_of_each(roots, each) == shown


def test_the_policy_of_a_page_admits_its_own_style_and_script_alone() -> None:
    page = page_of(report(sent("conforms")))
    policy = html.unescape(page.partition('http-equiv="Content-Security-Policy" content="')[2])

    def digest(name: str) -> str:
        data = (HOME / "report" / "pages" / name).read_bytes()
        return base64.b64encode(hashlib.sha256(data).digest()).decode()

    assert policy.partition('">')[0] == (
        f"default-src 'none'; style-src 'sha256-{digest('page.css')}'; "
        f"script-src 'sha256-{digest('page.js')}'; base-uri 'none'; form-action 'none'"
    )
    for name, tag in (("page.css", "style"), ("page.js", "script")):
        text = (HOME / "report" / "pages" / name).read_text("utf-8")
        assert page.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0] == text


def test_every_text_of_a_report_is_escaped() -> None:
    _environment.cache_clear()
    text = "</style><script>\"'&"
    late = finding(text, file=text, found=text, expected=text, profile=[text])
    failed = result("2.1-1", "failed", rests_on="unverified profile", findings=[late])
    page = page_of(report(submission(text, "departs", [failed]), not_read=[text]))
    assert page.count("&lt;/style&gt;&lt;script&gt;&#34;&#39;&amp;") >= 7
    assert text not in page
    assert page.count("</style>") == page.count("<script>") == 1


def test_control_characters_are_named_by_their_letters() -> None:
    pictures = "".join(chr(0x2400 + code) for code in range(0x20)) + "\u2421"
    names = (
        "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB "
        "CAN EM SUB ESC FS GS RS US DEL"
    )
    excerpt = {"text": f"<{pictures}\u2420", "start": 1, "length": 33}
    late = finding("it is late", excerpt=excerpt)
    page = page_of(
        report(submission("s", "violates", [result("2.1-1", "failed", findings=[late])]))
    )
    record = page.partition('<pre class="record" dir="ltr"><code>')[2].partition("</code>")[0]
    marked = "".join(f'<span class="control">{name}</span>' for name in names.split())
    assert record == f"&lt;<mark>{marked}</mark>\u2420"


def test_a_requirement_of_the_catalogue_is_under_the_longest_clause_that_it_belongs_to() -> None:
    words = {
        "strength": "shall", "actor": "User", "basis": "clause", "testable": "mechanical",
        "source": "Appendix AA", "effect": "", "hint": "", "notes": [], "editions": ["v1.0"],
        "kinds": [], "checks": [], "from": [], "example": {"conforms": "", "violates": ""},
    }  # fmt: skip
    requirements = [
        {**words, "id": f"{clause}-1", "clause": clause, "statement": f"Of {clause}"}
        for clause in ("6.1", "6.1(a)", "6.10(b)")
    ]
    clauses = [
        {"number": n, "title": f"it has {n}", "summary": ""} for n in ("6", "6.1", "6.10", "6.1(a)")
    ]
    model = {"version": "1", "sha256": "0" * 64}
    document = {"clauses": clauses, "requirements": requirements, "notes": [], "excluded": []}
    document["not_covered"] = document["edition_files"] = []
    page = catalogue_page({**document, "editions": [], "model": model})
    assert re.findall(r"Clause 6[^<]*|Of 6[^<]*", page) == [
        "Clause 6.1: it has 6.1", "Of 6.1", "Clause 6.1(a): it has 6.1(a)", "Of 6.1(a)",
        "Clause 6.10: it has 6.10", "Of 6.10(b)",
    ]  # fmt: skip


# --- Markdown and text --------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "more"), [(200, None), (201, "And 1 more."),
                                             (1400, "And 1,200 more.")])  # fmt: skip
def test_the_table_of_markdown_has_two_hundred_submissions(count: int, more: str | None) -> None:
    lines = markdown_of(report(*(sent("conforms", n) for n in range(count)))).splitlines()
    rows = [line for line in lines if line.startswith("| conforms |")]
    assert rows == [
        f"| conforms | sent/{n} | ADT File, v1.0 |  | 0 | 1 | 0 | 0 |" for n in range(200)
    ]
    after = lines[lines.index(rows[-1]) + 1 :]
    assert after[:2] == ["", more or "Verdicts that fail the run: violates, departs."]


@pytest.mark.parametrize(("count", "more"), [(25, 0), (26, 1), (1225, 1200)])
def test_markdown_reports_twenty_five_submissions_in_detail(count: int, more: int) -> None:
    submissions = [sent("not shown", 0), *(sent("violates", n) for n in range(1, count))]
    text = markdown_of(report(sent("conforms", count), *submissions))
    reported = [line for line in text.splitlines() if line.startswith("## ")]
    in_order = [*range(1, count), 0]
    assert reported == [f"## sent/{n}" for n in in_order[:25]]
    rest = f"\n\nAnd {more:,} more submissions that do not conform or are not shown to.\n\n"
    assert (rest in text) == bool(more)


@pytest.mark.parametrize("count", [3, 4])
def test_text_and_markdown_show_three_findings_of_a_requirement(count: int) -> None:
    from conformance.report.text import text_of

    late = [finding(f"it is late {n}") for n in range(count)]
    made = report(submission("s", "violates", [result("2.1-1", "failed", findings=late)]))
    for text in (text_of(made), markdown_of(made)):
        assert [f"late {n}" in text for n in range(count)] == [True, True, True, False][:count]
        assert ("and 1 more like this" in text) == (count == 4)


@pytest.mark.parametrize("count", [AREA_SHOWN, AREA_SHOWN + 1])
def test_of_an_area_twenty_things_of_a_sort_are_reported(count: int) -> None:
    area = {**AREA, "production": [], "twice": [], "incidents": [], "strays": []}
    names = [f"ADT/{n}.p7s" for n in range(count)]
    lines = list(area_lines({**area, "bare_signatures": names}, Style(colour=False)))
    more = ["    and 1 more, which the raw report has (--format json)"]
    assert lines == [
        "",
        f"  Signatures without their file ({count})",
        *(f"    {name}" for name in names[:20]),
        *more * (count - 20),
    ]
    alike = list(area_lines({**area, "bare_signatures": [], "twice": [names]}, Style(colour=False)))
    assert alike[2:] == [
        "    ADT/0.p7s",
        *(f"      {name}" for name in names[1:20]),
        *[f"  {line}" for line in more * (count - 20)],
    ]

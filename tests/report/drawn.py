"""Reports that are made up by hand, small and with something of everything that a view shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conformance.footing import Footing, in_order
from conformance.report.frame import sealed
from conformance.report.raw import summary_of

Table = dict[str, Any]

#: The requirements of the made-up text: strength, who, basis and what would test it, by id.
_REQUIREMENTS = {
    "2.1-1": ("shall", "User", "clause", "mechanical", "delivery"),
    "2.1-2": ("shall", "DCC", "guidance", "evidence", "delivery"),
    "2.2(a)-1": ("may", "User", "note", "attestation", "references"),
    "2.2(b)-1": ("shall", "User", "profile", "mechanical", "signature"),
    "3.1-1": ("shall", "DCC", "clause", "mechanical", "bytes"),
    "3.1-2": ("may", "User", "profile", "mechanical", "records"),
    "3.2-1": ("shall", "User", "clause", "evidence", "fields"),
    "3.2-2": ("shall", "DCC", "note", "evidence", "quarantine"),
    "UG1.1-1": ("shall", "User", "guidance", "attestation", "keys"),
}
GAPS = [
    {
        "clauses": ["1", "definitions"],
        "what": "What comes first.",
        "reason": "It is not known <yet>.",
    },
    {"clauses": ["9 on"], "what": "What comes last.", "reason": "Nor is this."},
]
#: The basis of a failure of each of them, unless something weaker decides it.
FOOTINGS = {
    identifier: "unverified profile" if reported[2] == "profile" else reported[2]
    for identifier, reported in _REQUIREMENTS.items()
}
NOTES = {
    "first-note": {
        "title": "What comes first",
        "reading": "either",
        "text": "Either may come first, as long as both are there and neither is there twice, "
        "which a reader of the text may take as meant.",
        "default": True,
    },
    "second-note": {
        "title": "What comes then",
        "reading": "strict",
        "text": "Nothing comes then.",
        "default": False,
    },
    "third-note": {"title": "What never is", "reading": "lax", "text": "Never.", "default": True},
}
_RESTING = {"2.2(a)-1": ["first-note"], "3.1-1": ["second-note", "first-note"]}


def wording(edition: str) -> Table:
    """How ``edition`` words the requirements."""
    words = {}
    for identifier, reported in _REQUIREMENTS.items():
        strength, actor, basis, testable, phase = reported
        words[identifier] = {
            "clause": identifier.rpartition("-")[0],
            "statement": f"The thing {identifier} is in the file, as edition {edition} has it, "
            "which is said at some length so that the line is longer than a page is wide.",
            "actor": actor,
            "strength": strength,
            "basis": basis,
            "testable": testable,
            "phase": phase,
            "source": f"Edition {edition}, clause {identifier.rpartition('-')[0]}",
            "effect": f"Without {identifier} a receiver takes one for the other.",
            "hint": f"Put {identifier} in.",
            "notes": _RESTING.get(identifier, []),
        }
    return words


def frame(kind: str, editions: tuple[str, ...], **changes: Any) -> Table:
    """Return the start of every report, made at one moment with a made-up tool."""
    whole: Table = {
        "report": 1,
        "kind": kind,
        "tool": {"name": "tadp-conformance", "version": "7.8.9"},
        "model": {"version": "7.8.9", "sha256": "5" * 64},
        "profile": {
            "name": "ours",
            "title": "The profile that we made",
            "version": "2025-1",
            "sha256": "6" * 64,
            "verified": False,
            "unverified": [
                {"entry": "files.adt", "reason": "No one has read clause 6.3 <yet>."},
                {"entry": "files.report", "reason": "Nor clause 6.4."},
            ],
            "identifiers": {"user": [], "reference": ["REQ[0-9]{12}"]},
        },
        "edition_files": [],
        "checked_at": "2025-06-02T12:34:56Z",
        "run_at": "2025-07-03T01:23:45Z",
        "catalogue": {edition: wording(edition) for edition in editions},
        "not_covered": dict.fromkeys(editions, GAPS),
        "notes": NOTES,
    }
    return {**whole, **changes}


VERIFIED = {
    "name": "theirs",
    "title": "The profile that they confirmed",
    "version": "3",
    "sha256": "7" * 64,
    "verified": True,
    "unverified": [],
}


#: Two files that state editions, one of them confirmed.
EDITION_FILES = [
    {
        "edition": "v1.0",
        "extends": "v0.9",
        "path": "ours/<v1>.toml",
        "sha256": "8" * 64,
        "source": "The Code of 1 May 2025",
        "verified": False,
        "by": "John Roe",
        "on": "2025-05-02",
    },
    {
        "edition": "v2.0",
        "extends": "v1.0",
        "path": "ours/v2.toml",
        "sha256": "9" * 64,
        "source": "The Code of 1 June 2025",
        "verified": True,
        "by": "Jane Doe",
        "on": "2025-06-01",
    },
]


def result(identifier: str, status: str, reason: str | None = None, **changes: Any) -> Table:
    """How one requirement came out."""
    _, actor, basis, testable, _ = _REQUIREMENTS[identifier]
    findings = changes.get("findings", [])
    return {
        "id": identifier,
        "clause": identifier.rpartition("-")[0],
        "basis": basis,
        "testable": testable,
        "actor": actor,
        "status": status,
        "rests_on": FOOTINGS[identifier] if status == "failed" else None,
        "reason": reason,
        "through": [],
        "blocked_by": [],
        "evidence": [],
        "count": len(findings),
        "findings": findings,
        **changes,
    }


def finding(message: str, **changes: Any) -> Table:
    """One thing that was found, nowhere unless ``changes`` say where."""
    return {
        "file": None,
        "record": None,
        "field": None,
        "offset": None,
        "found": None,
        "expected": None,
        "message": message,
        "hint": "Put 2.1-1 in.",
        "notes": [],
        "profile": [],
        **changes,
    }


def submission(source: str, verdict: str, results: list[Table], **changes: Any) -> Table:
    """Return the entry of one submission, an ADT File unless ``changes`` say otherwise."""
    return {
        "source": source,
        "kind": "adt",
        "edition": "v1.0",
        "verdict": verdict,
        "rests_on": list(in_order(Footing(r["rests_on"]) for r in results if r["rests_on"])),
        "inputs": [
            {"path": "adt.csv", "sha256": "a" * 64, "bytes": 1318},
            {"path": "/elsewhere/request.json", "sha256": "b" * 64, "bytes": 17},
        ],
        "identities": {"user": ["70-00-00-00-00-00-00-01"], "reference": [], "mailbox": []},
        "requirements": results,
        **changes,
    }


def report(*submissions: Table, **changes: Any) -> Table:
    """The report of a check, sealed."""
    editions = tuple(dict.fromkeys(one["edition"] for one in submissions))
    content = {
        "fail_on": ["violates", "departs"],
        "submissions": list(submissions),
        "not_read": [],
        "strays": [],
        "summary": summary_of(list(submissions)),
    }
    return sealed({**frame("check", editions), **content, **changes})


# --- Submissions --------------------------------------------------------------------------------

_RECORD = "70-00-00-00-00-00-00-01,IS,1.1.1,24,80,100\u240d\u240a"


def _findings() -> list[Table]:
    """Each way in which a finding may have a place, and what was found there."""
    return [
        finding(
            "something else stands where a line ends",
            file="adt.csv", record=1, field=6, offset=40,
            found="CR LF (0x0D 0x0A)", expected="LF (0x0A)",
            notes=["second-note"], profile=["files.adt.end", "files.adt"],
            excerpt={"text": _RECORD, "start": 40, "length": 2, "bytes": 2},
        ),
        finding(
            "the record is too long",
            file="/elsewhere/request.json", record=1204, offset=123_456,
            found="x" * 120, notes=["first-note", "second-note"], profile=["files.adt.width"],
            hint="Make it shorter.",
            excerpt={"text": "0123456789" * 30, "start": 150, "length": 7},
        ),
        finding("the file is empty", file="adt.csv", expected="a record or more"),
        finding("it came too late", found="2025-06-02", expected="2025-06-01"),
        finding(
            "a separator is missing", record=3, offset=9,
            excerpt={"text": "a,b\\xff", "start": 7, "length": 0, "bytes": 0},
        ),
    ]  # fmt: skip


def _failing() -> Table:
    """An ADT File in which requirements came out in every way."""
    capped = [finding("a value is out of its range", record=n + 1, field=2) for n in range(20)]
    results = [
        result("2.1-1", "failed", findings=_findings()),
        result("2.1-2", "failed", through=["2.1-1", "3.1-1"]),
        result("2.2(a)-1", "not shown", "no attestation says so", evidence=["attestations"]),
        result("2.2(b)-1", "not shown", "the signature was not read", blocked_by=["2.1-1"]),
        result("3.1-1", "failed", findings=capped, count=1234, through=["2.1-1"]),
        result("3.1-2", "failed", findings=[finding("no such rule", file="adt.csv", record=2)]),
        result("3.2-1", "not shown", "it is not known when", evidence=["sent_at", "request.at"]),
        result("3.2-2", "attested", "by Jane Doe on 2025-06-01"),
        result("UG1.1-1", "passed"),
    ]
    return submission("sent/first one", "violates", results)


def _departing() -> Table:
    """An ADT File that breaks no duty of the clause itself, as far as that is known."""
    results = [
        result("2.1-1", "passed"),
        result("2.1-2", "failed", findings=[finding("it is not so", file="adt.csv")]),
        result("2.2(b)-1", "failed", findings=[
            finding("it is out of range", profile=["files.adt.width", "files.adt"]),
        ]),
        result("3.1-1", "failed", rests_on="note", findings=[
            finding("it is late", notes=["first-note", "second-note"]),
        ], other_readings=[
            {"note": "first-note", "reading": "both", "status": "passed"},
            {"note": "second-note", "reading": "lax", "status": "failed"},
        ]),
        result("3.2-1", "failed", rests_on="unverified profile", through=["2.2(b)-1"]),
        result("3.2-2", "failed", findings=[finding("it is none", notes=["third-note"])],
               readings_not_tried="the files are too large"),
    ]  # fmt: skip
    return submission("sent/departs", "departs", results)


def _gaps() -> Table:
    """A QCAF with no failure, and with much that is not shown."""
    results = [
        result("2.1-1", "passed"),
        result("2.1-2", "not shown", "no request was given", evidence=["request"]),
        result("2.2(a)-1", "not shown", "no attestation says so", evidence=["attestations"]),
        result("2.2(b)-1", "not shown", "the file was not read", blocked_by=["2.1-2", "3.1-1"]),
        result("3.1-1", "not shown", "no request was given", evidence=["request"]),
        result("3.1-2", "not shown", "the file was not read", blocked_by=["2.1-2", "3.1-1"]),
        result("3.2-1", "not shown", "it cannot be known"),
        result("3.2-2", "not applicable", "applies to: publication"),
        result("UG1.1-1", "attested", "by Jane Doe on 2025-06-01"),
    ]
    return submission("./sent/qcaf.csv", "not shown", results, kind="qcaf", inputs=[
        {"path": "./sent/qcaf.csv", "sha256": "c" * 64, "bytes": 0},
    ])  # fmt: skip


def _good(source: str, kind: str, edition: str = "v1.0", number: int = 9) -> Table:
    """A submission that keeps to everything that bears on it."""
    every = list(_REQUIREMENTS)
    results = [result(identifier, "passed") for identifier in every[:number]]
    results += [result(i, "not applicable", "applies to: others") for i in every[number:]]
    return submission(source, "conforms", results, kind=kind, edition=edition)


def _stated(edition: str, verdict: str) -> Table:
    """A submission whose failures all rest on the edition file."""
    file = f"{'un' if edition == 'v1.0' else ''}verified edition file"
    return submission(f"sent/{edition}", verdict, [
        result("2.1-1", "failed", rests_on=file, findings=[finding("it is late")]),
        result("2.1-2", "failed", rests_on=file, through=["2.1-1"]),
        result("2.2(a)-1", "not applicable", f"withdrawn in edition {edition}: it is not needed"),
        result("UG1.1-1", "failed", rests_on=file, findings=[finding("it is none")]),
    ], edition=edition)  # fmt: skip


#: A copy of an area, with something of everything, as the raw report has it.
AREA: Table = {
    "production": [
        {"user_id": "70-00-00-00-00-00-00-01", "live": ["Live/a.p7m"], "submitted": 1,
         "latest": {"file": "ADT/a.p7m", "reference": "REQ000000000001",
                    "against_live": "3 rules change"}},
        {"user_id": "70-00-00-00-00-00-00-02", "live": ["Live/b.p7m", "Live/c.p7m"],
         "submitted": 1200, "latest": {"file": "ADT/b.p7m", "reference": "REQ000000000002",
                                       "against_live": None}},
        {"user_id": "70-00-00-00-00-00-00-03", "live": [], "submitted": 2, "latest": None},
        {"user_id": None, "live": ["Live/d.p7m"], "submitted": 0, "latest": None},
    ],
    "twice": [["ADT/a.p7m", "Live/a.p7m"], [f"ADT/copy {n}.p7m" for n in range(1, 24)]],
    "incidents": [
        {"incident": "INC000000000007", "files": ["QCAF/a.p7m", "QCAF/b.p7m"]},
        {"incident": "INC000000000008", "files": [f"QCAF/{n}.p7m" for n in range(1, 22)]},
    ],
    "bare_signatures": ["ADT/alone.p7s"],
    "strays": [
        {"name": f"Shared/{n}.docx", "why": "no name of a file has this form"} for n in range(1, 23)
    ],
}  # fmt: skip
_STRAYS = [
    {"name": "notes.txt", "why": "it is not a CSV file"},
    {"name": "x/", "why": "nothing is in it"},
]


def everything(**changes: Any) -> Table:
    """The report of submissions of each kind and of each verdict, in two editions."""
    broken = submission("sent/1.p7m", "violates", [
        result("2.1-1", "failed", findings=[finding("the file is empty", file="1.p7m")]),
        result("3.1-1", "failed", findings=[
            finding("it is late", hint="Put 3.1-1 in."), finding("so is this", hint="Send it."),
        ]),
        result("2.2(a)-1", "failed", findings=[finding("no file says so", notes=["first-note"])]),
        result("UG1.1-1", "failed", findings=[finding("it is not as the guidance has it")]),
    ], kind="report", edition="v2.0", inputs=[])  # fmt: skip
    return report(
        _good("sent/good.eml", "incident"),
        _gaps(),
        _failing(),
        _departing(),
        _good("area", "area", number=4) | {"area": AREA},
        broken,
        _good("sent/page", "publication", "v2.0"),
        not_read=["x.zip: no such file", "y: <cannot> be read"],
        strays=_STRAYS,
        **changes,
    )


_WITH_EVIDENCE = ["violates", "departs", "not shown"]
#: Every made-up report of a check, by the name of its files in ``shown``.
REPORTS: Mapping[str, Callable[[], Table]] = {
    "everything": everything,
    "evidence-required": lambda: everything(fail_on=_WITH_EVIDENCE),
    "one-conforms": lambda: report(_good("sent/adt.csv", "adt"), profile=VERIFIED),
    "one-violates": lambda: report(_failing()),
    "one-departs": lambda: report(_departing()),
    "none-violates-some-depart": lambda: report(_departing(), _good("b", "qcaf")),
    "one-not-shown": lambda: report(_gaps()),
    "one-wanting": lambda: report(_gaps(), fail_on=_WITH_EVIDENCE),
    "all-conform": lambda: report(_good("a", "adt"), _good("b", "qcaf", "v2.0")),
    "none-violates": lambda: report(_gaps(), _good("b", "qcaf"), not_read=["c: no such file"]),
    "edition-files": lambda: report(
        _stated("v1.0", "departs"), _stated("v2.0", "violates"), edition_files=EDITION_FILES
    ),
    "edition-file-alone": lambda: report(_stated("v2.0", "violates"), edition_files=EDITION_FILES),
    "edition-files-conform": lambda: report(
        _good("a", "adt"), _good("b", "qcaf", "v2.0"), edition_files=EDITION_FILES
    ),
    "edition-file-conforms": lambda: report(
        _good("a", "adt"), edition_files=EDITION_FILES[:1], profile=VERIFIED
    ),
    "nothing": report,
}

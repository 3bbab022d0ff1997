"""``tadp assess``: puts the corpus to somebody else's implementation, and says what it does."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from conformance.assessment.adapter import open_adapter
from conformance.assessment.assessing import Announce, AssessmentPlan, assess_receiver
from conformance.assessment.corpus import Choice, profile_of, read_corpus
from conformance.assessment.explaining import Again
from conformance.assessment.ics import PROFORMAS, ConformanceStatement, read_ics
from conformance.assessment.known import KnownFailure, known_failures_text, read_known_failures
from conformance.assessment.made_tasks import USUAL
from conformance.assessment.page import protocol_page
from conformance.assessment.report import Assessed, assessment_report
from conformance.assessment.terms import MEMORY, TIMEOUT
from conformance.commands.common import (
    Redact,
    add_gate,
    add_redaction,
    add_report_output,
    catalogue,
    print_report,
    redaction_of,
    require_new,
)
from conformance.commands.implementation import (
    ADAPTERS,
    add_corpus,
    add_role,
    chosen_corpus,
    seconds,
    terms_of,
)
from conformance.commands.progress import progress
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile_loading import DEFAULT
from conformance.model.requirement import Kind
from conformance.report.assessed.tally import USUAL_GATE
from conformance.report.formats import require_formats
from conformance.report.writing import write_reports

_EPILOG = f"""\
{ADAPTERS}
examples:
  tadp assess receiver exec:./receiver.sh
  tadp assess receiver 'ndjson:java -jar validator.jar --tadp' --jobs 4 --format json
  tadp assess receiver http://localhost:8080/tadp --only 4.8 --exclude '6.3-12'
  tadp assess receiver python:ours.tadp:receive --known-failures known.json
  tadp assess submitter exec:./submitter.sh
  tadp assess submitter exec:./submitter.sh --random 100 --seed 7
  tadp assess submitter exec:./submitter.sh --only random/7/42
  tadp assess receiver exec:./receiver.sh --profile ours.toml
  tadp assess receiver exec:./receiver.sh --output run.json --output run.html --output run.xml
  tadp assess ics --output ics.xlsx
  tadp assess receiver exec:./receiver.sh --ics ics.xlsx
  tadp assess protocol

The corpus for --profile is made when it is first wanted (some seconds) and kept in the cache
folder; --cache DIR names another. Cases and requirements that the profile has no place for are in
the report, each with the reason.

exit codes: 0 every case came out as it should (or is a known failure), 1 one did not, 2 the
assessment could not be carried out: the adapter does not work, or bad usage
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="ROLE", dest="verb", required=True)
    receiver = add_role(
        verbs, "receiver", "takes submissions, and accepts or rejects them", _EPILOG
    )
    _add_common(receiver)
    add = receiver.add_argument
    # An area is where submissions lie, and none itself.
    kinds = [k.value for k in Kind if k is not Kind.AREA]
    add("--kind", choices=kinds, action="append", default=[],
        help="kinds of cases (default: adt, qcaf, which DCC receives, and those without which what "
        "is claimed cannot be tested)")  # fmt: skip
    add("--all-readings", action="store_true",
        help="also the cases that go by other readings than those of the profile")  # fmt: skip
    add("--ics", metavar="FILE", type=Path,
        help="a filled-in conformance statement (tadp assess ics): only what it claims is "
        "asked")  # fmt: skip
    add("--scope", metavar="WORD", action="append", default=[],
        help="a kind, phase, requirement or clause that it looks at; the rest is not asked; may be "
        "repeated (default: the scope in its hello, if there is one)")  # fmt: skip
    add("--known-failures", metavar="FILE", type=Path,
        help="failures that are excused, each with reason, owner and expiry")  # fmt: skip
    add("--write-known-failures", metavar="FILE", type=Path,
        help="write such a file from this run; needs --owner")  # fmt: skip
    add(
        "--owner",
        metavar="NAME",
        help="who fixes the failures that are written to --write-known-failures",
    )
    receiver.set_defaults(run=run_receiver)

    submitter = add_role(verbs, "submitter", "is given tasks, and writes submissions", _EPILOG)
    _add_common(submitter)
    add = submitter.add_argument
    add("--refusals", action=argparse.BooleanOptionalAction, default=True,
        help="tasks that it has to refuse: a revoked certificate, a release that is too late, "
        "records that a rule of the profile forbids (default: with them)")  # fmt: skip
    add("--random", metavar="N", type=_tasks, default=USUAL,
        help=f"how many tasks are made up from --seed, beside the others (default {USUAL})"
    )  # fmt: skip
    submitter.set_defaults(
        run=run_submitter, kind=[], all_readings=False, known_failures=None, ics=None, scope=[]
    )
    proforma = verbs.add_parser("ics", help="write the proforma of a conformance statement")
    proforma.add_argument("-o", "--output", metavar="FILE", type=Path,
        help="a file: .toml, .csv or .xlsx (default: TOML to standard output)")  # fmt: skip
    proforma.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    add_corpus(proforma.add_argument)
    proforma.set_defaults(run=run_ics, corpus=None)
    protocol = verbs.add_parser("protocol", help="print the page that says how to connect yours")
    protocol.set_defaults(run=run_protocol)


def _add_common(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--jobs", metavar="N", type=_jobs, default=1, help="how many at once (default 1)")
    add_corpus(add)
    add("--corpus", metavar="FOLDER", type=Path, help="a corpus of your own, in place of a profile")
    add("--require-evidence", action="store_true", help="count what is skipped as failed")
    add_gate(add, USUAL_GATE, "what fails the run")
    add_report_output(add)
    add("--name", metavar="TEXT",
        help="name of the implementation in reports (default: the one that it gives)")  # fmt: skip
    add("--version", metavar="TEXT", help="version of the implementation in reports")
    add("--slow", metavar="S", type=seconds,
        help="list the cases that took more than so many seconds")  # fmt: skip
    add("--keep", metavar="DIR", type=Path,
        help="keep what was sent in this new folder, with a list of cases")  # fmt: skip
    add_redaction(add)


def _jobs(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= number <= 256:
        raise argparse.ArgumentTypeError("must be from 1 to 256")
    return number


def _tasks(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 6 else -1
    if not 0 <= number <= 10000:
        raise argparse.ArgumentTypeError("must be from 0 to 10000")
    return number


def run_receiver(options: argparse.Namespace) -> int:
    """Assess a receiver; return the exit code."""
    require_formats(options.output)
    redacted = redaction_of(options)
    if options.write_known_failures is not None and not (options.owner or "").strip():
        raise TadpError("--write-known-failures needs --owner", remedy="say who fixes them")
    known = read_known_failures(options.known_failures) if options.known_failures else []
    with progress("cases") as announce:
        plan = _plan(options, announce, tuple(known))
        adapter = open_adapter(options.adapter, terms_of(options, "receiver"))
        done = assess_receiver(plan, adapter)
    if options.write_known_failures is not None:
        from conformance.report.writing import write_whole

        text = known_failures_text(
            done.scores, options.owner, datetime.now(UTC).date(), options.gate
        )
        write_whole(options.write_known_failures, text.encode("utf-8"))
    return _report(options, done, redacted)


def run_submitter(options: argparse.Namespace) -> int:
    """Assess a submitter; return the exit code."""
    require_formats(options.output)
    redacted = redaction_of(options)
    from conformance.assessment.submitting import assess_submitter

    with progress("cases") as announce:
        plan = _plan(options, announce, ())
        adapter = open_adapter(options.adapter, terms_of(options, "submitter"))
        done = assess_submitter(plan, adapter)
    return _report(options, done, redacted)


def run_protocol(_: argparse.Namespace) -> int:
    """Print the page on the protocol; return the exit code."""
    print(protocol_page(), end="")
    return 0


def run_ics(options: argparse.Namespace) -> int:
    """Write the proforma of an Implementation Conformance Statement; return the exit code."""
    from conformance.report.writing import show, write_whole

    ending = options.output.suffix.lower() if options.output else ".toml"
    if ending not in PROFORMAS:
        raise TadpError(
            "the ending of the name is not that of a format", where=str(options.output),
            remedy=f"end it in one of: {', '.join(PROFORMAS)}",
        )  # fmt: skip
    if options.output is not None:
        require_new(options.output, overwrite=options.overwrite)
    data = PROFORMAS[ending](read_corpus(chosen_corpus(options)), catalogue())
    if options.output is None:
        show(data.decode())
    else:
        write_whole(options.output, data)
    return 0


def _plan(
    options: argparse.Namespace, announce: Announce, known: tuple[KnownFailure, ...]
) -> AssessmentPlan:
    model = catalogue()
    corpus = read_corpus(chosen_corpus(options))
    profile = profile_of(corpus, model)
    stated = read_ics(options.ics, corpus, model) if options.ics is not None else None
    if stated is not None and options.scope:
        raise TadpError("--scope does not go with --ics", remedy="leave one out")
    choice = Choice(
        tuple(options.only),
        tuple(options.exclude),
        tuple(Kind(k) for k in options.kind),
        None if options.all_readings else profile.readings,
    )
    return AssessmentPlan(
        adapter=options.adapter,
        corpus=corpus,
        catalogue=model,
        profile=profile,
        choice=choice,
        scope=tuple(options.scope),
        known=known,
        seed=options.seed,
        jobs=options.jobs,
        announce=announce,
        gate=options.gate,
        again=_again(options),
        slow=options.slow,
        keep=options.keep,
        named=_named(options, stated),
        ics=stated,
        refusals=getattr(options, "refusals", True),
        random=getattr(options, "random", 0),
    )


def _named(options: argparse.Namespace, stated: ConformanceStatement | None) -> dict[str, str]:
    """Return the name and the version that are given, by options or else by the statement."""
    own = (stated.implementation, stated.version) if stated is not None else ("", "")
    given = zip(("name", "version"), own, strict=True)
    found = {key: getattr(options, key) or claimed for key, claimed in given}
    return {key: value for key, value in found.items() if value}


def _again(options: argparse.Namespace) -> Again:
    """Return the commands by which a case of this run is looked at again."""
    words = ["tadp", "assess", options.verb, options.adapter]
    chosen: list[str] = []
    if options.corpus is not None:
        words += ["--corpus", str(options.corpus)]
    elif options.profile != DEFAULT:
        chosen += ["--profile", options.profile]
    if options.cache is not None:
        chosen += ["--cache", str(options.cache)]
    words += chosen
    for name, usual in (("seed", 0), ("timeout", TIMEOUT), ("memory", MEMORY)):
        value = getattr(options, name)
        words += [f"--{name}", f"{value:g}" if name == "timeout" else str(value)] * (value != usual)
    words += ["--exit-codes"] * getattr(options, "exit_codes", False)
    words += ["--all-readings"] * options.all_readings
    words += ["--no-refusals"] * (not getattr(options, "refusals", True))
    for kind in options.kind:
        words += ["--kind", kind]
    show = () if options.corpus is not None else ("tadp", "fixtures", "show", *chosen)
    return Again(tuple(words), show, str(options.keep.absolute()) if options.keep else "")


def _report(
    options: argparse.Namespace,
    done: Assessed,
    redacted: Redact,
) -> int:
    """Write the report to the files that were asked for, then to standard output."""
    given = [path for path in (options.known_failures, options.ics) if path is not None]
    inputs = tuple(Content.of_file(str(path), path) for path in given)
    report = assessment_report(done, require_evidence=options.require_evidence, inputs=inputs)
    passed = report["result"] == "passed"
    report = redacted(report)
    write_reports(report, options.output)
    print_report(report, options.format)
    return int(not passed)

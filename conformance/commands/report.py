"""``tadp report``: raw reports shown in other forms, verified, signed and compared."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.commands import credentials
from conformance.commands.common import (
    add_fail_on,
    add_gate,
    add_redaction,
    add_zone,
    fail_on,
    print_lines,
    print_report,
    redaction_of,
    require_new,
)
from conformance.commands.progress import working
from conformance.errors import TadpError
from conformance.findings import Verdict
from conformance.inputs import STDIN, require_apart
from conformance.report.assessed.tally import GATES
from conformance.report.formats import FORMATS, endings, format_of, render, require_formats
from conformance.report.frame import ReportKind, kind_of
from conformance.report.reading import examine_report, merged, read_report

_EPILOG = """\
FILE is a raw report, as `tadp check` and `tadp assess` write it with `--format json` or
`--output FILE.json`; - is standard input. Several reports of `tadp check` are shown as one if
tool, model and profile are the same.

  tadp report FILE...           show it in another form
  tadp report verify FILE       was it cut off, was it altered, does the signature hold?
  tadp report sign FILE         sign it: a detached CMS signature, FILE.p7s
  tadp report diff OLD NEW      what newly fails, what is newly shown or tested, what moved; as
                                --format text, markdown or json
  tadp report matrix FILE...    assessments side by side, as html, markdown, csv or json
  tadp report badge FILE        the verdict as a badge in SVG

examples:
  tadp report run.json --format markdown >> "$GITHUB_STEP_SUMMARY"
  tadp report run.json --output run.html --output run.sarif
  tadp report matrix ours.json theirs.json --output matrix.html --output matrix.csv
  tadp report badge run.json --output tadp.svg
  tadp report run.json --redact-key our.key --output public.json
  tadp report sign run.json --key auditor.key --certificate auditor.pem
  tadp report sign run.json --pkcs12 auditor.p12
  tadp report verify run.json --signature run.json.p7s --trust root.pem
  openssl cms -verify -binary -inform DER -in run.json.p7s -content run.json -CAfile root.pem

exit codes: 0 done, verified, nothing worse; 1 cut off, altered, signature does not hold,
something is worse, or a verdict is one of --fail-on; 2 the command could not be carried out
"""
#: The actions besides showing, each with its number of files and its options.
_VERBS: dict[str, tuple[int | None, set[str]]] = {
    "badge": (1, {"output"}),
    "matrix": (None, {"output", "format"}),
    "verify": (1, {"signature", "trust", "at", "zone"}),
    "sign": (1, {*credentials.NAMES, "output", "overwrite"}),
    "diff": (2, {"output", "fail_on", "gate", "format"}),
}
_SHOWING = {"format", "output", "redact", "redact_key", "fail_on", "require_evidence"}
_OPTIONS = _SHOWING | {"signature", "trust", "at", "zone", "overwrite", "gate", *credentials.NAMES}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.usage = "tadp report [verify|sign|diff|matrix|badge] FILE... [options]"
    parser.add_argument("words", metavar="FILE", nargs="+", help="raw reports")
    add = parser.add_argument_group("to show reports").add_argument
    add("--format", choices=list(FORMATS), help="form of the output (text)")
    add("--output", metavar="FILE", type=Path, action="append",
        help="write to a file, in the form of --format or else of its ending "
        f"({' '.join(endings())}); may be repeated")  # fmt: skip
    add_redaction(add)
    add_fail_on(parser.add_argument_group("to show or to compare reports").add_argument, None)
    add = parser.add_argument_group("to compare assessments").add_argument
    add_gate(add, None, "what is worse (default: verdict,clause,place)")
    add = parser.add_argument_group("to verify").add_argument
    add("--signature", metavar="FILE", type=Path, help="detached CMS signature over the file")
    add("--trust", metavar="FILE", type=Path, action="append",
        help="certificates to trust, PEM or DER; may be repeated")  # fmt: skip
    add("--at", metavar="TIME", help="when the certificate is to be valid; default: now")
    add_zone(add)
    credentials.add_options(parser, "to sign, ")
    parser.add_argument("--overwrite", action="store_true", default=None,
        help="to sign: replace a signature that is there already")  # fmt: skip
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    verb, files = None, list(options.words)
    if files[0] in _VERBS:
        verb, *files = files
    count, allowed = _VERBS[verb] if verb else (None, _SHOWING)
    title = f"report {verb}" if verb else "report FILE"
    if count is None and verb and not files:
        raise TadpError(f"{title} takes reports", remedy="see tadp report --help")
    if count is not None and len(files) != count:
        wanted = "two files, OLD and NEW" if count == 2 else "one file"
        raise TadpError(f"{title} takes {wanted}")
    for name in sorted(_OPTIONS - allowed):
        if getattr(options, name) is not None:
            option = name.replace("_", "-")
            raise TadpError(f"--{option} does not go with {title}", remedy="see tadp report --help")
    match verb:
        case "diff":
            return _diff(options, *files)
        case "matrix":
            return _matrix(options, files)
        case "verify" | "sign" | "badge":
            return {"verify": _verify, "sign": _sign, "badge": _badge}[verb](options, files[0])
    return _show(options, files)


def _show(options: argparse.Namespace, files: list[str]) -> int:
    outputs: list[Path] = options.output or []
    if options.format is None:
        require_formats(outputs)
    elif len(outputs) > 1:
        raise TadpError("--format goes with one --output", remedy="leave it to the endings")
    redacted = redaction_of(options)
    with working("reading"):
        report = redacted(merged([read_report(file) for file in files]))
    from conformance.report.writing import write_reports, write_whole

    if outputs:
        with working("writing"):
            if options.format is not None:
                write_whole(outputs[0], render(report, options.format).encode("utf-8"))
            else:
                write_reports(report, outputs)
    else:
        print_report(report, options.format or "text")
    return int(bool(options.fail_on or options.require_evidence) and _fails(report, options))


def _fails(report: Mapping[str, Any], options: argparse.Namespace) -> bool:
    """Return True if a verdict of ``report`` is one of those that ``options`` name."""
    if kind_of(report) is ReportKind.ASSESSMENT:
        from conformance.report.assessed.verdict import answer

        return answer(report)[0] in fail_on(options)
    return any(one["verdict"] in fail_on(options) for one in report["submissions"])


def _verify(options: argparse.Namespace, file: str) -> int:
    if (options.signature is None) != (options.trust is None):
        raise TadpError(
            "--signature and --trust go together",
            remedy="a signature proves nothing unless its certificate is trusted",
        )
    with working("reading"):
        read = examine_report(file)
    problems = list(read.problems)
    said = []
    if read.value is not None and not problems:
        said.append(f"{file}: whole and unaltered, digest {read.value['digest']['sha256']}")
    if options.signature is not None:
        from conformance.report.signature import signature_problems, signer_of
        from conformance.signature import load_trust
        from conformance.submission.moments import parse_moment, require_zone

        zone = require_zone(options.zone)
        at = datetime.now(UTC) if options.at is None else parse_moment(options.at, "--at", zone)
        trust = load_trust(options.trust, [])
        wrong = list(signature_problems(read.data, options.signature, trust, at))
        problems += wrong
        if not wrong:
            said.append(f"{options.signature}: signed by {signer_of(options.signature)}")
    print_lines([*said, *(f"{file}: {one}" for one in problems)])
    return int(bool(problems))


def _sign(options: argparse.Namespace, file: str) -> int:
    from conformance.preparation.signed_report import sign_report
    from conformance.report.signature import CONTAINER
    from conformance.report.writing import write_whole

    credentials.require_source(options)
    if options.output is not None and len(options.output) > 1:
        raise TadpError("report sign writes one --output")
    if file == STDIN and options.output is None:
        raise TadpError("a report from standard input wants --output for its signature")
    with working("reading"):
        read = examine_report(file)
    if read.problems:
        raise TadpError(read.problems[0], where=file, remedy="it is not signed")
    output = options.output[0] if options.output else Path(f"{file}{CONTAINER.suffix}")
    require_apart([output], [Path(file), *credentials.files_of(options)])
    require_new(output, overwrite=bool(options.overwrite))
    with credentials.signer_of(options) as signer:
        write_whole(output, sign_report(read.data, signer, datetime.now(UTC)))
    print_lines([f"{output}: signature over {file}"])
    return 0


def _diff(options: argparse.Namespace, old: str, new: str) -> int:
    from conformance.report.changes import regression
    from conformance.report.changes_views import DIFF_FORMATS
    from conformance.report.comparison import compare
    from conformance.report.writing import write_whole

    with working("comparing"):
        found = compare(read_report(old), read_report(new), options.gate or GATES)
    asked = tuple(Verdict) if options.fail_on is None else fail_on(options)
    form = options.format or "text"
    if form not in DIFF_FORMATS:
        raise TadpError(
            f"report diff is not written as {form}",
            remedy=f"--format one of: {', '.join(DIFF_FORMATS)}",
        )
    lines = list(DIFF_FORMATS[form](found, asked))
    for path in options.output or []:
        write_whole(path, "".join(f"{line}\n" for line in lines).encode("utf-8"))
    print_lines(lines)
    return int(regression(found, asked))


def _matrix(options: argparse.Namespace, files: list[str]) -> int:
    from conformance.report.assessed.matrix import matrix_of
    from conformance.report.assessed.matrix_views import MATRIX_FORMATS
    from conformance.report.writing import show, write_whole

    outputs: list[Path] = options.output or []
    if options.format is not None and len(outputs) > 1:
        raise TadpError("--format goes with one --output", remedy="leave it to the endings")
    forms = {path: options.format or format_of(path) for path in outputs}
    form = options.format or "markdown"
    for wanted in forms.values() if outputs else (form,):
        if wanted not in MATRIX_FORMATS:
            raise TadpError(
                f"report matrix is not written as {wanted}",
                remedy=f"one of: {', '.join(MATRIX_FORMATS)}",
            )
    require_apart(outputs, [Path(file) for file in files if file != STDIN])
    with working("reading"):
        matrix = matrix_of([read_report(file) for file in files])
    for path, wanted in forms.items():
        write_whole(path, MATRIX_FORMATS[wanted](matrix).encode("utf-8"))
    if not outputs:
        show(MATRIX_FORMATS[form](matrix))
    return 0


def _badge(options: argparse.Namespace, file: str) -> int:
    from conformance.report import badge
    from conformance.report.assessed import badge as assessed
    from conformance.report.writing import show, write_whole

    with working("reading"):
        report = read_report(file)
    text = (assessed if kind_of(report) is ReportKind.ASSESSMENT else badge).svg_of(report)
    outputs: list[Path] = options.output or []
    require_apart(outputs, [Path(file)] if file != STDIN else [])
    for path in outputs:
        write_whole(path, text.encode("utf-8"))
    if not outputs:
        show(text)
    return 0

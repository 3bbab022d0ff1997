"""``tadp profile``: make a profile of one's own, check it, show it."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.commands.common import add_format, catalogue, print_json, print_lines
from conformance.errors import TadpError
from conformance.model.profile_loading import (
    DEFAULT,
    load_profile,
    shipped_profiles,
)
from conformance.model.requirement import Kind
from conformance.report.style import Style
from conformance.report.visible import visible_text
from conformance.report.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.findings import Progress
    from conformance.profiles.document import Document
    from conformance.profiles.samples import Sample

_EPILOG = """\
examples:
  tadp profile new mine.toml            a copy of the reference profile, to be changed
  tadp profile new mine.toml --extend   a short one that extends it
  tadp profile new mine.toml --from-layout adt 'Who,Period,Threshold\u25b2'
  tadp profile new mine.toml --from-sample adt adt.csv --from-sample qcaf qcaf.csv
  tadp profile check mine.toml
  tadp profile check mine.toml --good adt.csv qcaf:last.csv --bad adt:wrong.csv
  tadp profile show reference
  tadp profile show mine.toml --format html > mine.html
  tadp profile diff reference mine.toml
  tadp profile schema -o profile.schema.json   for editors that know JSON Schemas

exit codes of check: 0 each profile can be used and each sample is as it should be, 1 a sample is
not, 2 a profile cannot be used or a sample cannot be read
"""
_FORMATS = ("text", "json", "markdown", "html")
#: Characters of a path or a reason that are shown.
_WIDEST = 4000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    new = verbs.add_parser("new", help="write a profile to start from")
    new.add_argument("file", metavar="FILE", type=Path, help="where to write it; must not exist")
    new.add_argument("--base", default=DEFAULT, choices=shipped_profiles(), help="what to copy")
    new.add_argument("--extend", action="store_true", help="extend the base, not copy it")
    new.add_argument("--from-layout", metavar=("KIND", "FIELDS"), nargs=2, action="append",
        default=[], help="guess columns from the names of the fields of an adt, report or qcaf, as "
        "a clause prints a record: 'Who,Period,Threshold\u25b2'; may be repeated")  # fmt: skip
    new.add_argument("--from-sample", metavar=("KIND", "FILE"), nargs=2, action="append",
        default=[], help="guess types, limits and keys from a file that is an adt, report or qcaf; "
        "may be repeated")  # fmt: skip
    new.set_defaults(run=run_new)
    check = verbs.add_parser("check", help="check that profiles can be used")
    check.add_argument("profiles", metavar="NAME|FILE", nargs="+")
    quick = "leave out the self-test, which makes submissions under each profile and breaks them"
    check.add_argument("--quick", action="store_true", help=quick)
    for option, what in (("--good", "have to conform"), ("--bad", "have to fail")):
        check.add_argument(option, metavar="FILE", nargs="+", action="extend", default=[],
            help=f"files that {what} under each profile, as far as a file shows by itself; "
            "adt:FILE, report:FILE or qcaf:FILE says what it is")  # fmt: skip
    add_format(check)
    check.set_defaults(run=run_check)
    show = verbs.add_parser("show", help="show a profile, with what it extends merged in")
    show.add_argument("profile", metavar="NAME|FILE", nargs="?", default=DEFAULT)
    show.add_argument("--format", choices=_FORMATS, default="text",
        help="text (default), json: the merged entries, markdown, or html: one page that needs "
        "nothing else")  # fmt: skip
    show.set_defaults(run=run_show)
    schema = verbs.add_parser("schema", help="print the JSON Schema of a profile, for editors")
    where = schema.add_mutually_exclusive_group()
    where.add_argument("-o", "--output", metavar="FILE", type=Path, help="write it to a file")
    where.add_argument("--path", action="store_true", help="print where it is in this installation")
    schema.set_defaults(run=run_schema)
    diff = verbs.add_parser("diff", help="compare two profiles, entry by entry")
    diff.add_argument("old", metavar="OLD", help="a name or a file")
    diff.add_argument("new", metavar="NEW", help="a name or a file")
    diff.add_argument("--format", choices=_FORMATS, default="text",
        help="text (default), json, markdown, or html")  # fmt: skip
    diff.set_defaults(run=run_diff)


def run_new(options: argparse.Namespace) -> int:
    """Write a new profile; an existing file is left alone."""
    from conformance.profiles.starting import SCHEMA, copy_of, extension_of, name_of

    if options.file.exists():
        raise TadpError("is there already", where=str(options.file), remedy="name a new file")
    name = name_of(options.file)
    said: list[str] = []
    if options.from_layout or options.from_sample:
        text, said = _guessed(options, name)
    else:
        text = (extension_of if options.extend else copy_of)(options.base, name)
    write_whole(options.file, text.encode("utf-8"))
    shown = visible_text(str(options.file), _WIDEST)
    print_lines(
        [
            f"wrote {shown}; change it, then: tadp profile check {shown}",
            *(visible_text(line, _WIDEST) for line in said),
            f"its first line names its schema for editors: {visible_text(str(SCHEMA), _WIDEST)}",
        ]
    )
    return 0


def _guessed(options: argparse.Namespace, name: str) -> tuple[str, list[str]]:
    """Return the text of a profile that is guessed, and what to say of it."""
    from conformance.profiles.examined import sample_lines
    from conformance.profiles.guessing.draft import Source, draft_of
    from conformance.profiles.guessing.layout import records_of

    layouts: dict[Kind, tuple[tuple[str, ...], ...]] = {}
    for kind, fields in options.from_layout:
        if _kind(kind) in layouts:
            raise TadpError(f"--from-layout {kind} is given twice", remedy="give one for each kind")
        layouts[_kind(kind)] = records_of(fields)
    samples = [(_kind(kind), Path(path)) for kind, path in options.from_sample]
    model = catalogue()
    base = load_profile(options.base, model)
    draft = draft_of(Source(layouts, samples), name, base, model)
    said = ["each guess is in it with what it is made from; none is verified"]
    return draft.text, said + [line for one in draft.results for line in sample_lines(one)]


def _kind(word: str) -> Kind:
    """Return the kind of a file that has columns.

    Raises:
        TadpError: ``word`` is not one.
    """
    from conformance.profiles.samples import KINDS

    if word not in [kind.value for kind in KINDS]:
        raise TadpError(f"{word!r} is not a kind of file", remedy="write adt, report or qcaf")
    return Kind(word)


def run_schema(options: argparse.Namespace) -> int:
    """Print the JSON Schema of a profile, or write it; an existing file is replaced."""
    from conformance.profiles.starting import SCHEMA, for_editors, schema_text

    if options.path:
        print_lines([str(SCHEMA)])
    elif options.output is None:
        print_lines(schema_text().splitlines())
    else:
        write_whole(options.output, schema_text().encode("utf-8"))
        shown = visible_text(str(options.output), _WIDEST)
        first = visible_text(for_editors(f"./{options.output.name}").strip(), _WIDEST)
        print_lines([f"wrote {shown}; the first line of a profile beside it: {first}"])
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Look at each profile, and say all that is wrong with it; exit code 2 if anything is.

    Samples are looked at under each profile that can be used; exit code 1 if one that is good
    fails, or one that is bad does not.
    """
    from conformance.inputs import look_at
    from conformance.profiles.checking import examine
    from conformance.profiles.examined import lines_of, record_of
    from conformance.profiles.samples import judge_samples

    samples = [*_samples(options.good, conforms=True), *_samples(options.bad, conforms=False)]
    for sample in samples:
        look_at(sample.path)
    model = catalogue()
    records: list[dict[str, Any]] = []
    code = 0
    for name in options.profiles:
        with _trying(quick=options.quick) as step:
            found = examine(name, model, step)
        usable = found.profile is not None and not found.refused
        results = judge_samples(samples, found.profile, model) if usable and found.profile else ()
        code = max(code, 2 if found.refused else int(not all(one.as_wanted for one in results)))
        if options.format == "json":
            records.append(record_of(name, found, results))
        else:
            print_lines(visible_text(one, _WIDEST) for one in lines_of(name, found, results))
    if options.format == "json":
        print_json({"profiles": records})
    return code


def _samples(given: Sequence[str], *, conforms: bool) -> Iterator[Sample]:
    """Yield the files that are ``given``; each may have its kind and a colon before it."""
    from conformance.profiles.samples import KINDS, Sample

    kinds = {kind.value: kind for kind in KINDS}
    for one in given:
        kind, colon, path = one.partition(":")
        named = bool(colon and path) and kind in kinds
        yield Sample(Path(path if named else one), conforms, kinds[kind] if named else None)


@contextmanager
def _trying(*, quick: bool) -> Iterator[Progress | None]:
    """Count on a terminal what the self-test tries, unless there is none."""
    if quick:
        yield None
        return
    from conformance.commands.progress import progress

    with progress("submissions tried") as announce:
        yield announce(None)


def run_show(options: argparse.Namespace) -> int:
    """Show a profile as it applies."""
    model = catalogue()
    profile = load_profile(options.profile, model)
    if options.format == "json":
        print_json(profile.raw)
        return 0
    from conformance.profiles.document import document_of

    _show(document_of(profile, model), options.format, "a profile")
    return 0


def run_diff(options: argparse.Namespace) -> int:
    """Compare two profiles, entry by entry."""
    from conformance.profiles.comparison import compared, comparison_of

    model = catalogue()
    old, new = (load_profile(name, model) for name in (options.old, options.new))
    if options.format == "json":
        print_json(comparison_of(old, new))
    else:
        _show(compared(old, new), options.format, "two profiles compared")
    return 0


def _show(document: Document, form: str, kicker: str) -> None:
    """Print a document in the format called ``form``, which is not JSON."""
    from conformance.report.writing import show

    if form == "html":
        from conformance.profiles.page import page_of

        show(page_of(document, kicker))
    elif form == "markdown":
        from conformance.profiles.markdown import markdown_of

        show(markdown_of(document))
    else:
        from conformance.profiles.text import text_of

        print_lines(text_of(document, Style.of(sys.stdout)))

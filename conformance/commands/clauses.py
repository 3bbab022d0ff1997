"""``tadp clauses``: the catalogue of requirements."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.commands.common import (
    add_edition_files,
    catalogue,
    print_json,
    print_lines,
)
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.report.catalogue import add_cases, catalogue_document
from conformance.report.edition_files import file_line
from conformance.report.lines import beside, wrapped
from conformance.report.style import Style
from conformance.report.visible import visible_json

if TYPE_CHECKING:
    from conformance.assessment.corpus_files import CorpusFiles

_EPILOG = """\
examples:
  tadp clauses
  tadp clauses --edition v2.0
  tadp clauses --edition-file current-code.toml
  tadp clauses --format json
  tadp clauses --format html --output catalogue.html
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "--edition", metavar="ID",
        help="only what this edition contains (default: all; with --edition-file, its own)",
    )  # fmt: skip
    add_edition_files(parser.add_argument)
    parser.add_argument(
        "--format", choices=("text", "json", "html"), default="text",
        help="text (default), json, or html: one page that needs nothing else",
    )  # fmt: skip
    parser.add_argument(
        "--corpus", metavar="FOLDER", type=Path,
        help="the corpus whose cases json and html name (default: the one that is installed)",
    )  # fmt: skip
    parser.add_argument("--output", metavar="FILE", type=Path, help="write to a file")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue(options.edition_file)
    # Who gives a file wants to see what it makes of the model.
    edition = options.edition or (model.edition_files and model.edition_files[-1].edition) or None
    if edition is not None:
        model.edition(edition)
    if options.format == "text":
        lines = _lines(model, edition, _style(options))
        if options.output is None:
            print_lines(lines)
        else:
            _write(options.output, "".join(f"{line}\n" for line in lines))
        return 0
    document = catalogue_document(model, edition)
    corpus = _corpus(options.corpus)
    if corpus is not None:
        where = str(corpus.place / "manifest.json")
        add_cases(document, lambda: corpus.content("manifest.json"), where)
    if options.format == "html":
        from conformance.report.page import catalogue_page
        from conformance.report.writing import show

        page = catalogue_page(document)
        if options.output is None:
            show(page)
        else:
            _write(options.output, page)
    elif options.output is None:
        print_json(document)
    else:
        _write(options.output, visible_json(document) + "\n")
    return 0


def _style(options: argparse.Namespace) -> Style:
    return Style.of(sys.stdout) if options.output is None else Style(colour=False)


def _write(path: Path, text: str) -> None:
    from conformance.report.writing import write_whole

    write_whole(path, text.encode("utf-8"))


def _corpus(folder: Path | None) -> CorpusFiles | None:
    """The corpus in ``folder``, or the one that is installed, if one is."""
    from conformance.assessment.corpus_files import CorpusFolder, find_corpus

    if folder is not None:
        return CorpusFolder(folder)
    try:
        return find_corpus()
    except TadpError:
        return None


def _lines(model: Catalogue, edition: str | None, style: Style) -> Iterator[str]:
    for file in model.edition_files:
        yield from wrapped(file_line(file), hanging=0, width=98)
    if model.edition_files:
        yield ""
    chosen = {r.id: r for r in model.requirements(edition)}
    for clause in model.clauses:
        mine = [chosen[r.id] for r in clause.requirements if r.id in chosen]
        if not mine:
            continue
        yield style(f"{clause.number}  {clause.title}", "bold")
        yield from wrapped(clause.summary, 2, 0, width=98)
        for requirement in mine:
            tags = f"{requirement.actor}, {requirement.basis}, {requirement.testable}"
            label = f"  {style(f'{requirement.id:<12}', 'cyan')}  "
            yield from beside(label, f"{requirement.statement} [{tags}]", 16)
        yield ""

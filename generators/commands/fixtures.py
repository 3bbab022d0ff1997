"""``tadp fixtures``: the corpus of cases, to be built, checked, listed, shown and found."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from conformance.assessment.corpus_files import (
    CorpusFiles,
    CorpusFolder,
    digests,
    unpacked,
)
from conformance.assessment.explaining import value_of
from conformance.cache import KEPT, PLACES
from conformance.commands.common import add_format, catalogue, print_lines
from conformance.commands.implementation import add_corpus, chosen_corpus
from conformance.commands.progress import progress, working
from conformance.commands.setting import add_profile
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue, selects_any
from conformance.model.profile import Profile
from conformance.model.profile_loading import load_profile
from conformance.phrases import beyond
from conformance.report.visible import visible_text
from conformance.staging import write_among

SUMMARY = "build, check, list and show the corpus of cases"

_EPILOG = f"""\
The corpus is one archive in the package, and is read there. path and show unpack it into the cache
folder, which is for its user alone; a copy that is there already is compared with the archive, and
replaced if it was altered. The cache folder is
{PLACES}.
A checkout has the corpus as plain files, and needs no cache. The corpus for another profile is made
when it is first wanted, and kept in the cache folder. Where one is made there, all but the {KEPT}
used last are removed, if they were not used for a day.

examples:
  tadp fixtures path                        a folder with the corpus
  tadp fixtures path --cache /srv/tadp      the same, in another cache folder
  tadp fixtures list 6.1 '3.4(b)'           the cases that break these
  tadp fixtures show 6.1-3/adt-sharepoint/crlf-everywhere
  tadp fixtures check                       are all files as they were built?
  tadp fixtures build corpus/               make it again, bit for bit the same
  tadp fixtures build --check fixtures/     does what is there differ from that?
  tadp fixtures build ours/ --profile ours.toml     the corpus for a profile of your own
  tadp fixtures export -o corpus.jsonl      all of it in one file, a JSON object a line
  tadp fixtures list --profile ours.toml    its cases, and what the profile has no place for
"""
#: Folders and files of a corpus that are generated; anything else in it is left alone.
_GENERATED = ("cases", "examples", "trust")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    build = verbs.add_parser("build", help="make the corpus in a folder")
    build.add_argument("folder", metavar="FOLDER", type=Path)
    build.add_argument("--check", action="store_true", help="write nothing; exit 1 on a difference")
    add_profile(build.add_argument, "make it for this profile")
    build.set_defaults(run=run_build)
    check = verbs.add_parser("check", help="compare the files with the digests in manifest.json")
    check.add_argument("folder", metavar="FOLDER", type=Path, nargs="?")
    check.set_defaults(run=run_check)
    listing = verbs.add_parser("list", help="list cases")
    listing.add_argument("only", metavar="ID", nargs="*", help="requirements or clauses they break")
    add_format(listing)
    listing.set_defaults(run=run_list)
    show = verbs.add_parser("show", help="show a case")
    show.add_argument("case", metavar="CASE")
    show.set_defaults(run=run_show)
    path = verbs.add_parser("path", help="print a folder with the corpus, unpacked if need be")
    export = verbs.add_parser("export", help="write all of it as one file, for other languages")
    export.add_argument("--format", choices=("jsonl",), default="jsonl",
        help="a JSON object a line: the corpus, then each case with its files (jsonl)")  # fmt: skip
    export.add_argument("-o", "--output", metavar="FILE", type=Path,
        help="write it to a file (default: standard output)")  # fmt: skip
    export.set_defaults(run=run_export)
    for verb in (check, listing, show, path, export):
        add_corpus(verb.add_argument)
    path.set_defaults(run=run_path)


def make_corpus(profile: Profile, model: Catalogue, archive: Path, step: Progress) -> None:
    """Write the corpus for a profile into an archive; see ``assessment.made_corpus``."""
    from generators.archive import write_members
    from generators.corpus import corpus_files
    from generators.draft import Ground

    write_members(corpus_files(Ground(model, profile), step), archive)


def write_random(profile: Profile, model: Catalogue, which: tuple[int, int], folder: Path) -> str:
    """Write a conforming submission that is made up; see ``assessment.made_tasks``."""
    from generators.random_submission import write_random

    return write_random(profile, model, which, folder)


def run_build(options: argparse.Namespace) -> int:
    """Make the corpus, or report how a folder differs from it."""
    from generators.corpus import corpus_files
    from generators.draft import Ground

    if os.path.lexists(options.folder) and not options.folder.is_dir():
        raise TadpError("is not a folder", where=str(options.folder), remedy="name another")
    model = catalogue()
    with progress("cases made") as announce:
        ground = Ground(model, load_profile(options.profile, model))
        made = corpus_files(ground, announce(None))
    folder: Path = options.folder
    if options.check:
        with working("comparing files"):
            drift = list(_drift(folder, made))
        print_lines(drift[:20])
        if more := beyond(len(drift), 20):
            print(more)
        if not drift:
            print(f"{folder}: all {len(made):,} files are as they are built")
        return int(bool(drift))
    with working("writing files"):
        _write(folder, made)
    count = sum(path.endswith("/case.json") for path in made)
    print(f"{folder}: {count:,} cases in {len(made):,} files")
    print_lines(_left_out(json.loads(made["manifest.json"])))
    return 0


def _write(folder: Path, made: dict[str, bytes]) -> None:
    """Write what has changed into ``folder``, and remove what is not made any more."""
    old = _present(folder) - set(made)
    # The manifest, which is built last, takes its place last: until then it lists the old files.
    write_among(folder, {path: data for path, data in made.items() if not _is(folder / path, data)})
    for path in old:
        (folder / path).unlink()
        _prune((folder / path).parent)


def _left_out(manifest: dict[str, Any]) -> Iterator[str]:
    """Yield what does not apply to the profile, so that nothing is missing unreported."""
    left = manifest.get("left_out", [])
    if left:
        yield f"{len(left):,} left out under this profile, each with the reason:"
    yield from (visible_text(f"  {one['id']}: {one['reason']}") for one in left)


def _prune(folder: Path) -> None:
    """Remove a folder that nothing is in any more, and those that held nothing else."""
    while not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _is(file: Path, data: bytes) -> bool:
    return file.is_file() and file.read_bytes() == data


def _present(folder: Path) -> set[str]:
    """The generated files that are in ``folder`` now."""
    return {
        file.relative_to(folder).as_posix()
        for name in _GENERATED
        for file in (folder / name).rglob("*")
        if file.is_file() or file.is_symlink()
    }


def _drift(folder: Path, made: dict[str, bytes]) -> Iterator[str]:
    for path in sorted(_present(folder) - set(made)):
        yield f"{path}: is not built any more"
    for path, data in made.items():
        file = folder / path
        if not file.is_file():
            yield f"{path}: is missing"
        elif file.read_bytes() != data:
            yield f"{path}: differs from what is built"


def read_manifest(files: CorpusFiles) -> dict[str, Any]:
    """``manifest.json`` of a corpus.

    Raises:
        TadpError: it is not there, or does not fit its schema.
    """
    from conformance.submission.manifest import load_json

    return load_json(files.content("manifest.json"), "corpus")


def run_check(options: argparse.Namespace) -> int:
    """Compare every file with its digest."""
    files = CorpusFolder(options.folder) if options.folder else chosen_corpus(options)
    listed: dict[str, str] = read_manifest(files)["files"]
    there = digests(files)
    others = (path for path in there if path.split("/")[0] in _GENERATED and path not in listed)
    troubles = [f"{path}: is not listed" for path in sorted(others)]
    for path, digest in listed.items():
        if path not in there:
            troubles.append(f"{path}: is missing")
        elif there[path] != digest:
            troubles.append(f"{path}: was altered")
    print_lines(troubles or [f"{files.place}: all {len(listed):,} files are as listed"])
    return int(bool(troubles))


def run_list(options: argparse.Namespace) -> int:
    """List cases, all or those that break something."""
    manifest = read_manifest(chosen_corpus(options))
    chosen = [
        case
        for case in manifest["cases"]
        if not options.only or any(selects_any(options.only, root) for root in case["roots"])
    ]
    if options.only and not chosen:
        raise TadpError(f"no case breaks {' or '.join(options.only)}", remedy="see tadp clauses")
    if options.format == "json":
        json.dump(chosen, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        print_lines(
            f"{case['verdict']:<10} {case['id']}"
            + (f"  ({', '.join(case['roots'])})" if case["id"].startswith("notes/") else "")
            for case in chosen
        )
        print(f"{len(chosen):,} cases")
        if not options.only:
            print_lines(_left_out(manifest))
    return 0


def run_show(options: argparse.Namespace) -> int:
    """Show what a case is, what is expected, and how to check it."""
    files = chosen_corpus(options)
    manifest = read_manifest(files)
    case = next((c for c in manifest["cases"] if c["id"] == options.case), None)
    if case is None:
        left = {one["id"]: one["reason"] for one in manifest.get("left_out", ())}
        if options.case in left:
            raise TadpError(
                f"the corpus for this profile has no case {options.case!r}: {left[options.case]}"
            )
        raise TadpError(f"there is no case {options.case!r}", remedy="see tadp fixtures list")
    print_lines(_shown(unpacked(files, options.cache), case))
    return 0


def _shown(folder: Path, case: dict[str, Any]) -> Iterator[str]:
    home = folder / case["path"]
    record = json.loads((home / "case.json").read_text("utf-8"))
    expected = record["expected"]
    yield record["id"]
    yield f"  {record['title']}"
    yield (
        f"  expected: {expected['verdict']}"
        + (f", {', '.join(expected['roots'])} by itself" if expected["roots"] else "")
        + (f", {', '.join(expected['through'])} through that" if expected["through"] else "")
    )
    if expected["place"]:
        yield "  at: " + ", ".join(f"{k} {v}" for k, v in expected["place"].items())
    for change in record.get("mutation", {}).get("changes", ()):
        where = ".".join(str(step) for step in change["where"])
        before, after = value_of(change["before"]), value_of(change["after"])
        yield f"  {change['part']} {where}: {before} -> {after}"
    if record["positive"]:
        yield f"  made from: {record['positive']}"
    profile = home / "profile.toml" if record["readings"] else folder / "profile.toml"
    yield f"  files: {home / record['submission']}"
    yield (
        f"  check: tadp check {home / record['submission']} --profile {profile} "
        f"--at {record['checked_at']}"
    )


def run_export(options: argparse.Namespace) -> int:
    """Write the corpus as one file."""
    from conformance.assessment.exporting import lines_of
    from conformance.report.writing import write_whole

    lines = lines_of(chosen_corpus(options))
    if options.output is not None:
        write_whole(options.output, b"".join(lines))
        return 0
    for line in lines:
        sys.stdout.write(line.decode("ascii"))
    return 0


def run_path(options: argparse.Namespace) -> int:
    """Print a folder with the corpus."""
    print(unpacked(chosen_corpus(options), options.cache))
    return 0

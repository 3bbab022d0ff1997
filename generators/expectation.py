"""The expected result of a case: its verdict, its footing, and whether it is as declared.

Which requirement a case breaks is declared by whoever breaks it, and not asked of the checker. How
much that says depends on the profile's entries and on the readings that decide it, which only the
check itself tells; the golden vectors, written by hand, hold it to the clauses. Under a profile of
somebody's own a fault may be none, or break something else with it. Such a case says nothing of an
implementation, and is left out, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from conformance.checker import Checked, check_submission
from conformance.checks import Setting
from conformance.errors import TadpError
from conformance.findings import Status
from conformance.model.catalogue import Catalogue
from conformance.model.profile_loading import load_profile
from conformance.portable import problem
from conformance.signature import load_trust
from conformance.submission.hints import CliHints
from conformance.submission.reading import read_submission
from generators.case import CHECKED_AT, ROOM, SUBMISSION, Case
from generators.left_out import LeftOut, without
from generators.trial import named, unlike


def with_verdicts(
    cases: Iterable[Case | LeftOut], common: Mapping[str, bytes], catalogue: Catalogue
) -> Iterator[Case | LeftOut]:
    """Yield the cases with what they come to, and what is left out.

    ``common`` holds the files, by their paths below the corpus, that every case is checked with.
    """
    settings: dict[bytes, Setting] = {}

    def setting(profile: Path) -> Setting:
        # Cases with the same readings have the same text in different folders.
        text = profile.read_bytes()
        if text not in settings:
            loaded = load_profile(str(profile), catalogue)
            trust = load_trust(loaded.trust, loaded.crls, loaded.ocsp, test_keys=loaded.test_keys)
            settings[text] = Setting(catalogue, loaded, trust, datetime.fromisoformat(CHECKED_AT))
        return settings[text]

    lost: set[str] = set()
    with TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        _write(root, common)
        for case in cases:
            if isinstance(case, LeftOut):
                yield case
            elif case.story in lost:
                yield LeftOut(case.id, without(case.story))
            else:
                found = _judged(case, root, setting)
                if isinstance(found, LeftOut) and case.id == f"conforming/{case.story}":
                    lost.add(case.story)
                yield found


def _judged(case: Case, root: Path, setting: Callable[[Path], Setting]) -> Case | LeftOut:
    files = case.files()
    for path in files:
        trouble = problem(path, ROOM)
        if trouble:
            return LeftOut(case.id, f"{path} {trouble}")
    _write(root, files)
    folder = root / case.path
    try:
        place = setting(folder / "profile.toml" if case.readings else root / "profile.toml")
        submission = read_submission(str(folder / SUBMISSION), CliHints(), place.profile)
        checked = check_submission(submission, place)
    except TadpError as error:
        return LeftOut(case.id, f"cannot be checked under this profile: {error.what}")
    wrong = _difference(case, checked)
    if wrong is not None:
        return LeftOut(case.id, wrong)
    if case.roots:
        return replace(case, failing=checked.verdict, rests_on=checked.rests_on)
    if case.hidden:
        hidden = (r for r in checked.results if r.status is Status.NOT_SHOWN)
        return replace(case, not_shown=tuple(r.requirement.id for r in hidden))
    bearing = {requirement.id for requirement in case.draft.requirements}
    unused = {
        r.requirement.id: r.reason or ""
        for r in checked.results
        if r.status is Status.NOT_APPLICABLE and r.requirement.id in bearing
    }
    return replace(case, unused=unused)


def _difference(case: Case, checked: Checked) -> str | None:
    """Return how a case comes out otherwise than it was made to, or None."""
    wrong = unlike(case.roots, checked)
    if wrong is not None:
        return wrong
    if not case.roots and checked.verdict != case.verdict:
        hidden = next((r for r in checked.results if r.status is Status.NOT_SHOWN), None)
        said = f"; {hidden.requirement.id}: {hidden.reason}" if hidden else ""
        return f"comes to '{checked.verdict.value}' under this profile{said}"
    through = [
        r.requirement.id for r in checked.results if r.status is Status.FAILED and not r.is_root
    ]
    if through != case.through:
        return f"fails {named(through) or 'nothing'} through what it breaks, under this profile"
    return None


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

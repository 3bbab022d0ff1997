"""What a faulty case comes to as a whole: its verdict, and what that rests on.

Which requirement a case breaks is declared by whoever breaks it, and not asked of the checker. How
much that says depends on the profile's entries and on the readings that decide it, which only the
check itself tells; the golden vectors, written by hand, hold it to the clauses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.model.catalogue import Catalogue
from conformance.model.profile_loading import load_profile
from conformance.signature import load_trust
from conformance.submission.lone import Told
from conformance.submission.reading import read_submission
from generators.case import CHECKED_AT, SUBMISSION, Case


def with_verdicts(
    cases: Iterable[Case], common: Mapping[str, bytes], catalogue: Catalogue
) -> Iterator[Case]:
    """Yield the cases, those that break something with what they come to.

    ``common`` holds the files, by their paths below the corpus, that every case is checked with.
    """

    @cache
    def setting(profile: Path) -> Setting:
        loaded = load_profile(str(profile), catalogue)
        trust = load_trust(loaded.trust, loaded.crls, test_keys=loaded.test_keys)
        return Setting(catalogue, loaded, trust, datetime.fromisoformat(CHECKED_AT))

    with TemporaryDirectory(prefix="tadp-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        _write(root, common)
        for case in cases:
            if not case.roots:
                yield case
                continue
            _write(root, case.files())
            folder = root / case.path
            place = setting(folder / "profile.toml" if case.readings else root / "profile.toml")
            submission = read_submission(str(folder / SUBMISSION), Told(), place.profile)
            checked = check_submission(submission, place)
            yield replace(case, failing=checked.verdict, rests_on=checked.rests_on)


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

"""All that is wrong with a profile, and what would make no difference: ``tadp profile check``.

What no schema says of entries is found as a profile is loaded, by any command. What needs files
beside it, or takes time, is looked at here alone: the files of trust, whether each pattern admits
any value, and the self-test, for which the generators are installed as a plug-in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from random import Random
from typing import Any, Protocol

from msgspec import Struct

from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue
from conformance.model.column import Role
from conformance.model.expression import compile_expression
from conformance.model.problem import Problem, path_of
from conformance.model.profile import TRIMMED, CharacterSet, FileFormat, Profile
from conformance.model.profile_loading import load_with_sources
from conformance.model.profile_problem import Located, ProfileError, located
from conformance.model.requirement import Kind
from conformance.model.types.language import LATIN, PLAIN, admitted, beyond_ascii, texts_of

#: The group of entry points in which the generators are, and the one that has the self-test.
GROUP, PLUG_IN = "tadp.commands", "generate"
#: Characters of printable ASCII.
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
#: Characters that only some files may have, some for each such kind.
_CONTROLS = "\t"
#: References that are made up to see whether a column admits any.
_DRAWN = 200


class Examined(Struct, frozen=True):
    """A profile that was looked at; ``profile`` is missing if it cannot be loaded.

    ``refused`` is what is wrong; ``warnings`` is what nothing would notice, or could not be tried;
    ``tried`` counts the faults of the self-test, and is missing if there was none.
    """

    profile: Profile | None
    refused: tuple[Located, ...]
    warnings: tuple[Located, ...] = ()
    tried: int | None = None


class Tried(Struct, frozen=True):
    """The findings of a self-test: what can never be right, and what is doubtful."""

    refused: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    faults: int


class SelfTest(Protocol):
    """Makes submissions under a profile, breaks them, and checks each; see ``generators``."""

    def __call__(self, profile: Profile, catalogue: Catalogue, step: Progress) -> Tried:
        """Return what was found; ``step`` is called with 1 for each submission that is tried."""


def examine(name: str, catalogue: Catalogue, step: Progress | None = None) -> Examined:
    """Look at the profile called ``name``; without ``step``, the self-test is left out.

    ``step`` is called with 1 for each submission that the self-test has tried.
    """
    try:
        profile, sources = load_with_sources(name, catalogue)
    except ProfileError as error:
        return Examined(None, (*error.problems, *_of_rest(name, catalogue)))
    except TadpError as error:
        source = (error.where or name).removeprefix("profile ")
        return Examined(None, (Located(source, None, "", error.what, error.remedy or ""),))

    def placed(problems: Sequence[Problem]) -> tuple[Located, ...]:
        return tuple(located(one, profile.raw, sources) for one in problems)

    refused = [problem for check in _CHECKS for problem in check(profile)]
    refused += _over(profile, sources[0].table)
    self_test = None if refused or step is None else _plug_in()
    if self_test is None or step is None:
        return Examined(profile, placed(refused))
    tried = self_test(profile, catalogue, step)
    return Examined(profile, placed(tried.refused), placed(tried.warnings), tried.faults)


def _of_rest(name: str, catalogue: Catalogue) -> Iterator[Located]:
    """Yield what is wrong with the parts of a profile that can be read, though it cannot be."""
    from conformance.model.profile_rest import rest_of

    rest = rest_of(name, catalogue)
    yield from (located(one, rest.table, rest.sources) for one in rest.unseen)
    for check in _CHECKS:
        # The syntax allowed in a pattern depends on readings.
        if check is not _patterns or rest.is_own(("readings",)):
            found = (one for one in check(rest.profile) if rest.is_own(one.path))
            yield from (located(one, rest.table, rest.sources) for one in found)


def _plug_in() -> SelfTest | None:
    for point in entry_points(group=GROUP, name=PLUG_IN):
        found: SelfTest | None = getattr(point.load(), "self_test", None)
        return found
    return None


def _trust(profile: Profile) -> Iterator[Problem]:
    """Yield the files of trust that are not there, or hold something else."""
    from conformance.model.profile_loading import TRUST
    from conformance.signature import load_trust

    named: Mapping[str, Any] = profile.raw.get("trust", {})
    lists = (profile.trust, profile.crls, profile.ocsp)
    for place, (entry, paths) in enumerate(zip(TRUST, lists, strict=True)):
        for index, path in enumerate(paths):
            given: list[list[Path]] = [[], [], []]
            given[place].append(path)
            try:
                load_trust(*given, test_keys=True)
            except TadpError as error:
                said = named.get(entry, [str(path)])[index]
                yield Problem(("trust", entry, index), f"{said}: {error.what}", error.remedy or "")


def _patterns(profile: Profile) -> Iterator[Problem]:
    """Yield the patterns that admit no value that a file could have."""
    for kind, form in profile.files.items():
        for index, column in enumerate(form.columns):
            pattern = column.type.pattern_of_text
            if not column.type.admits_any_of(characters_of(profile, form, pattern or "")):
                limited = column.type.cell_limits or column.type.narrowest > 1
                size = " within the limits of its length" if limited else ""
                yield Problem(
                    ("files", kind.value, "columns", index, "pattern"),
                    f"no value of the {kind.label}{size} fits {pattern}",
                    "use characters that the file may have, and no separator or quotation mark",
                )
    for entry in ("smsr", "incident"):
        pattern = getattr(profile.references, entry)
        if admitted(pattern, _PRINTABLE + beyond_ascii(pattern)) is None:
            yield Problem(("references", entry), f"no reference fits {pattern}")


def _unequal(profile: Profile) -> Iterator[Problem]:
    """Yield the columns that have to be the reference of an SMSR, and can never be one."""
    shape = profile.references.smsr
    is_one = compile_expression(shape).fullmatch
    for kind, form in profile.files.items():
        for column in (c for one in form.kinds for c in one.columns if c.equals is not None):
            random, judge = Random(0), column.type.judge(_fits)  # noqa: S311 - not secret
            try:
                texts = texts_of(shape)
                both = any(
                    judge(texts.make(random).encode()) is None
                    or is_one(column.type.make(index, random))
                    for index in range(_DRAWN)
                )
            except TadpError:
                continue  # Then it is said of the pattern itself.
            if not both:
                yield Problem(
                    path_of(
                        profile.raw, f"files.{kind}.{column.entry or f'columns.{column.name}'}"
                    ),
                    f"has to be the reference of the SMSR, and admits none like {shape}",
                    "give the column the pattern that references.smsr has",
                )


def _fits(pattern: str) -> Callable[[str], bool]:
    expression = compile_expression(pattern)
    return lambda text: expression.fullmatch(text) is not None


def _overruled(profile: Profile) -> Iterator[Problem]:
    """Yield the entries that the words of a clause leave nothing of."""
    for index, column in enumerate(profile.files[Kind.QCAF].columns):
        if column.role is Role.ACTION and column.nullable:
            yield Problem(
                ("files", Kind.QCAF.value, "columns", index, "nullable"),
                "clause 4.7(b) asks for an action in each record, whatever a profile says",
                "leave it out",
            )


def _over(profile: Profile, stated: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield that it is said what a signature beside the file is over, where there is none.

    ``stated`` is what the profile's own file has.
    """
    from conformance.signature.containers import CMS_DETACHED

    rules = profile.signature
    said = rules.over == TRIMMED or "over" in stated.get("signature", {}).get("cms", {})
    if said and CMS_DETACHED.name not in rules.containers:
        what = f"makes no difference: signature.containers does not have {CMS_DETACHED.name}"
        yield Problem(("signature", "cms", "over"), what, "add it there, or leave this out")


def _of_several(profile: Profile) -> Iterator[Problem]:
    """Yield the containers without room for as many signatures as have to be there."""
    from conformance.signature.containers import CONTAINERS

    rules = profile.signature
    for index, name in enumerate(rules.containers):
        if rules.signers.minimum > 1 and not CONTAINERS[name].several:
            yield Problem(
                ("signature", "containers", index),
                f"{name} has room for one signature, and signature.signers asks for "
                f"{rules.signers.minimum}",
                "leave it out, or have one officer sign",
            )


def _never_dated(profile: Profile) -> Iterator[Problem]:
    """Yield that no signature states the time at which its certificate has to be valid."""
    from conformance.signature.containers import CONTAINERS

    rules = profile.signature
    dated = any(CONTAINERS[name].dated for name in rules.containers)
    if profile.readings["certificate-time"] == "signing" and (
        not dated or rules.signed_attributes == "refused"
    ):
        yield Problem(
            ("readings", "certificate-time"),
            "no signature that the profile takes states a time of signing, so that no certificate "
            "is ever shown to be valid",
            "choose sending or checking, or let signatures in CMS have signed attributes",
        )


def characters_of(profile: Profile, form: FileFormat, pattern: str) -> str:
    """Return the characters that a value of the file may have.

    Of those that are not in Latin-1, it has those of the ``pattern`` of the value, and some more.
    """
    readings = profile.readings_of(form.kind)
    quoted = readings["quotes"] == "rfc4180"  # of a file with quotes around text, each text is
    found = _PRINTABLE if quoted else PLAIN
    if form.characters is CharacterSet.ASCII:
        found += _CONTROLS
    if form.characters is CharacterSet.LATIN_1:
        return found + LATIN
    if form.characters is CharacterSet.UTF_8 or readings["character-set"] == "utf-8":
        found += beyond_ascii(pattern)
    return found


#: What is looked at beside what any command does that loads a profile.
_CHECKS = (_trust, _patterns, _unequal, _overruled, _of_several, _never_dated)

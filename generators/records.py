"""The records of a conforming file, one by one, so that a million need little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import chain, product

from conformance.errors import TadpError
from conformance.model.cross_rule import CrossRuleName
from conformance.model.profile import FileFormat
from conformance.records import Layout, assembly
from generators.arrangement import FEW as FEW_IN_EACH
from generators.arrangement import Arrangement, Few
from generators.distinct import distinct
from generators.grouping import in_groups
from generators.row_maker import RowMaker, rules_of_completeness
from generators.together import ordered
from generators.values import Subjectmatter

#: Records of a file whose number is not given.
FEW = 4
#: Numbers of records that are tried, where rules ask for some of which no fewer will do.
_COUNTS = 60
#: More records than a file has whose number is not given.
MANY = 1_000_000
#: Numbers of groups that are tried, of as many as rules want; and ways to spread records at most.
_EXACT, _MOST = 6, 30


def usual_count(form: FileFormat, about: Subjectmatter, few: int = FEW) -> int:
    """Return how many records a small file has: about ``few``, as the profile allows.

    There is room for one more, if there can be, as a fault may add one.
    """
    keys = [one.count for one in distinct(form, about) if one.always]
    most = min([few, *keys])
    if form.several:
        usual = Arrangement.of(form).usual(most, min([MANY, *keys]), form, about)
    else:
        top = few if form.maximum_records is None else max(1, form.maximum_records - 1)
        usual = max(form.minimum_records, min(most, top))
    ordered_groups = form.several and form.rules_of(CrossRuleName.SORTED)
    if not form.rules_of(CrossRuleName.COMPLETE) and not ordered_groups:
        return usual
    counts = (*range(usual, usual + _COUNTS), *range(usual - 1, max(1, form.minimum_records), -1))
    return next((count for count in counts if _can_be_made(form, about, count)), usual)


def _can_be_made(form: FileFormat, about: Subjectmatter, count: int) -> bool:
    try:
        for _ in records(form, about, count, 0):
            pass
    except TadpError:
        return False
    return True


def records(form: FileFormat, about: Subjectmatter, count: int, seed: int) -> Iterator[list[str]]:
    """Return ``count`` records of ``form``, which keep its rules together.

    Raises:
        TadpError: there may not be so many records; the columns of the key, or of a rule, do not
            allow so many different ones, or want more; or, while the records are made, the rules
            do not allow so many.
    """
    if not form.several and not form.has_room_for(count):
        raise TadpError(
            f"a file has at most {form.maximum_records:,} records under the profile",
            where=form.kind.label,
            remedy=f"ask for at most {form.maximum_records:,} records",
        )
    for one in distinct(form, about):
        one.refuse(count)
    maker = RowMaker(form, about, seed)
    if maker.owed > count:
        raise TadpError(
            f"{maker.owed:,} different records are wanted, more than {count:,}",
            where=f"{form.kind.label}, {rules_of_completeness(form)}",
            remedy=f"ask for {maker.owed:,} records or more",
        )
    if form.several and (maker.wanted or form.rules_of(CrossRuleName.SORTED)):
        return _in_groups(form, about, count, seed)
    return ordered(form, maker.make(count))


def _in_groups(
    form: FileFormat, about: Subjectmatter, count: int, seed: int
) -> Iterator[list[str]]:
    """Return records in groups that rules on the whole file are about.

    How many there have to be below one depends on the rules, so that several numbers are tried.
    """

    def made(few: Few | None) -> Iterator[list[str]]:
        return RowMaker(form, about, seed, few).make(count)

    first: TadpError | None = None
    for few in _spreads(form, about, count, RowMaker(form, about, seed).wanted):
        try:
            return in_groups(form, about, count, partial(made, few))
        except TadpError as error:
            first = first or error
    assert first is not None  # noqa: S101 - one number is tried
    raise first


def _spreads(
    form: FileFormat, about: Subjectmatter, count: int, wanted: int
) -> Iterator[Few | None]:
    """Yield how many records may be below each other one, where rules want ``wanted`` or none.

    Each gives other groups, except for the first.
    """
    arrangement = Arrangement.of(form)
    usual = (FEW_IN_EACH, wanted, 2 * wanted, 1, count) if wanted else (1, count)
    # Or in as many groups as are wanted of what these share.
    exact: list[int | Fraction]
    exact = [Fraction(count, groups) for groups in range(wanted, count, wanted)] if wanted else []
    each: Iterable[Few] = product((1, *exact[:_EXACT], count), repeat=len(arrangement.levels))
    seen: list[list[int] | None] = []
    if not wanted:
        yield None
    singly: Iterable[Few] = ((one,) for one in usual)
    for few in chain(singly, each):
        groups = arrangement.spread(count, form, about, few)
        if groups not in seen:
            seen.append(groups)
            yield few
        if len(seen) > _MOST:
            return


def join(
    layout: Layout, rows: Iterable[Sequence[str]], others: assembly.Others = assembly.nothing
) -> bytes:
    """Return the bytes of a file of ``rows``, as ``layout`` has them written.

    ``others`` has the records that are not counted.
    """
    return assembly.file(layout, ([text.encode() for text in fields] for fields in rows), others)

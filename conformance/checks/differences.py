"""Differences between a QCAF and its report, and the findings about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct, field

from conformance.content import Content
from conformance.findings import CAP, Finding, OmittedFindings, Outcome, Place

#: The entries of the profile by which records of the two files are read, and found to be the same.
READ_BY = ("files.qcaf.key", "files.report.key", "files.qcaf.columns", "files.report.columns")
#: The values of some columns of a record.
Values = tuple[bytes, ...]


class Tally(Struct):
    """Findings up to the cap, and a count of all."""

    findings: list[Finding] = field(default_factory=list)
    count: int = 0

    @property
    def is_full(self) -> bool:
        """Return True if no more findings are kept, so that no place has to be looked for."""
        return len(self.findings) >= CAP

    def add(self, finding: Finding) -> None:
        """Count ``finding``, and keep it while there is room."""
        self.note(lambda: finding)

    def note(self, make: Callable[..., Finding], *parts: object) -> None:
        """Count a finding, and ``make`` it of ``parts`` while there is room."""
        self.count += 1
        if not self.is_full:
            self.findings.append(make(*parts))

    def outcomes(self) -> Iterator[Outcome]:
        """Yield the findings that are kept, and the number of the others."""
        yield from self.findings
        if self.count > len(self.findings):
            yield OmittedFindings(self.count - len(self.findings))


class Malformed(Struct):
    """Values of a column of the report that do not have its form: the first, and their number."""

    value: bytes
    place: Place
    count: int = 0


class Comparison(Struct, frozen=True):
    """The differences between a QCAF and the report it was made from.

    ``altered`` goes by the name of the column. ``unread`` are records of the report that cannot be
    taken apart, or whose key is malformed: any communication may be meant; the first of them is
    ``first_unread``. ``malformed`` are the values of the report that no value can be compared
    with: how many there are of each column, and the first. ``apart`` is the one finding if no
    record of the QCAF is one of the report, so that nothing could be compared. ``slips`` are
    records with one sign of the key wrong: they count as ``missing``, and not as ``added``.
    """

    missing: Tally
    added: Tally
    altered: Mapping[str, Tally]
    unread: int = 0
    first_unread: int = 0
    malformed: dict[str, Malformed] = field(default_factory=dict)
    apart: Finding | None = None
    slips: Tally = field(default_factory=Tally)


def key_text(key: Values) -> str:
    """A key as findings and DCC's advice write it."""
    return ", ".join(part.decode("latin-1") for part in key)


def added(key: Values, place: Place) -> Finding:
    """Return that the QCAF has a record that the report does not have."""
    return Finding(
        "an action for a communication that is not in the quarantine report",
        found=key_text(key),
        expected="only communications of the report",
        place=place,
        notes=("qcaf-completeness",),
        profile=READ_BY,
    )


def missing(key: Values, place: Place) -> Finding:
    """Return that the report has a record that the QCAF does not have."""
    return Finding(
        "a quarantined communication has no action",
        found=f"no record for {key_text(key)}",
        expected="a record with an action for each communication of the report",
        place=place,
        notes=("qcaf-completeness",),
        profile=READ_BY,
    )


def nothing_in_common(only: Tally, qcaf: Content, report: Content) -> Finding:
    """Return that no record of the QCAF is one of the report: ``only`` the QCAF has them."""
    first = only.findings[0]
    return Finding(
        "the QCAF and the quarantine report have no communication in common",
        found=f"{only.count:,} in the QCAF, the first {first.found}; none is in {report.name}",
        expected="the communications of the report",
        place=Place(qcaf.name),
        notes=("qcaf-completeness",),
        hint="It is the report of another quarantine, or the key was changed in one of the two. "
        "Find out which of the two files is the wrong one: give the report that the QCAF was made "
        "from, or make the QCAF again from this report with `tadp make qcaf`.",
        profile=READ_BY,
    )


def altered(name: str, old: bytes, new: bytes, place: Place) -> Finding:
    """Return that a value of the QCAF is not that of the report."""
    return Finding(
        f"{name} is not what the quarantine report says",
        found=new.decode("latin-1") or "null",
        expected=old.decode("latin-1") or "null",
        place=place,
        notes=("qcaf-other-fields",),
        profile=READ_BY,
    )

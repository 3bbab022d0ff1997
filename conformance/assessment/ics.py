"""An Implementation Conformance Statement (ISO/IEC 9646): what an implementation claims to support.

Its proforma has an item for each requirement that a case of the corpus can show. What is claimed
chooses the cases; what is not claimed is not asked.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from conformance.assessment.corpus import Corpus, putable, receivers_requirements
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.catalogue import Catalogue
from conformance.model.loading import parse_toml
from conformance.model.problem import MOST
from conformance.model.requirement import Kind, Requirement, Strength
from conformance.model.schema import problems

#: The columns of the sheet; the last two are filled in.
HEADINGS = ("requirement", "statement", "reference", "status", "support", "comment")
_LARGEST = 1 << 22
_HEAD = """\
# Implementation Conformance Statement (ICS, ISO/IEC 9646), Appendix AA of the Smart Energy Code.
# Write "yes" or "no" to `support` of each item: yes claims that the implementation notices what
# breaks the requirement, or, of one on the receiver, does what it says. What is left empty claims
# nothing. Publications, reports and Incident records are put only to what claims that it notices
# what breaks them. status: m is mandatory, o optional. Then: tadp assess receiver ... --ics FILE
ics = 1
implementation = ""
version = ""
"""


class Item(Struct, frozen=True):
    """The claim about one requirement: True, False, or nothing."""

    requirement: str
    claimed: bool | None
    comment: str = ""


class ConformanceStatement(Struct, frozen=True):
    """The claims of an implementation: by a filled-in statement, or by naming its scope.

    ``kinds`` are those of submissions to which the ``scope``, in its own words, is limited.
    """

    items: tuple[Item, ...]
    implementation: str = ""
    version: str = ""
    kinds: tuple[Kind, ...] = ()
    scope: tuple[str, ...] = ()

    @property
    def claimed(self) -> tuple[str, ...]:
        """The requirements that are claimed."""
        return tuple(item.requirement for item in self.items if item.claimed)


def requirements_of(corpus: Corpus, catalogue: Catalogue) -> list[Requirement]:
    """Return the requirements that an item of the proforma is about, in the order of the clauses.

    A requirement on the receiver to reject something is stated by the items for what it rejects.
    """
    broken = {root for case in putable(corpus.cases) for root in case.roots}
    accepting = {r.id for r in receivers_requirements(catalogue) if not r.rejects}
    return [r for r in catalogue.requirements() if r.id in broken or r.id in accepting]


def _rows(corpus: Corpus, catalogue: Catalogue) -> Iterator[dict[str, str]]:
    for r in requirements_of(corpus, catalogue):
        status = "m" if r.strength is Strength.SHALL else "o"
        values = (r.id, r.statement, r.source, status, "", "")
        yield dict(zip(HEADINGS, values, strict=True))


def proforma_toml(corpus: Corpus, catalogue: Catalogue) -> bytes:
    """Return the proforma as TOML."""
    text = _HEAD
    for row in _rows(corpus, catalogue):
        entries = (f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in row.items())
        text += "\n[[item]]\n" + "".join(entries)
    return text.encode()


def proforma_csv(corpus: Corpus, catalogue: Catalogue) -> bytes:
    """Return the proforma as CSV, with a header."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, HEADINGS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(corpus, catalogue))
    return out.getvalue().encode("utf-8-sig")


def proforma_workbook(corpus: Corpus, catalogue: Catalogue) -> bytes:
    """Return the proforma as a workbook (.xlsx), with yes and no to choose from."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    table = book.active
    table.title = "ICS"
    table.append(HEADINGS)
    for row in _rows(corpus, catalogue):
        table.append([row[name] for name in HEADINGS])
    for cell in table[1]:
        cell.font = Font(bold=True)
    for line in table.iter_rows(min_row=2):
        for cell in line:
            cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDEF", (14, 70, 30, 8, 10, 40), strict=True):
        table.column_dimensions[letter].width = width
    table.freeze_panes = "B2"
    choice = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    choice.add(f"E2:E{table.max_row}")
    table.add_data_validation(choice)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


#: The writers of the proforma, by the ending of its file.
PROFORMAS = {".toml": proforma_toml, ".csv": proforma_csv, ".xlsx": proforma_workbook}


def read_ics(path: Path, corpus: Corpus, catalogue: Catalogue) -> ConformanceStatement:
    """Read a filled-in statement: TOML, or a sheet as CSV or as a workbook.

    Raises:
        TadpError: it cannot be read, names what is not a requirement, or claims nothing.
    """
    content = Content.of_file(str(path), path)
    if path.suffix.lower() == ".toml":
        table = parse_toml(content.read(_LARGEST), str(path))
    else:
        table = _of_sheet(path)
    found = problems("ics", table)
    if found:
        said = "; ".join(one.line(table) for one in found[:MOST])
        raise TadpError(said, where=str(path), remedy="see tadp assess ics")
    items = tuple(_item(entry) for entry in table["item"])
    known = {r.id for r in catalogue.requirements()}
    unknown = [item.requirement for item in items if item.requirement not in known]
    if unknown:
        named = ", ".join(unknown[:MOST])
        raise TadpError(
            f"names no requirement: {named}", where=str(path), remedy="see tadp clauses"
        )
    names = [item.requirement for item in items]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise TadpError(f"has {twice[0]} twice", where=str(path), remedy="leave one item of it")
    if not any(item.claimed for item in items):
        raise TadpError(
            "claims nothing, so that nothing can be asked",
            where=str(path),
            remedy="write yes to the support of what is implemented",
        )
    stated = {item.requirement for item in items}
    rest = (r.id for r in requirements_of(corpus, catalogue) if r.id not in stated)
    items += tuple(Item(identifier, None) for identifier in rest)
    return ConformanceStatement(items, table.get("implementation", ""), table.get("version", ""))


def _item(entry: Mapping[str, Any]) -> Item:
    support = entry.get("support", "").lower()
    claimed = support.startswith("y") if support else None
    return Item(entry["requirement"], claimed, entry.get("comment", ""))


def _of_sheet(path: Path) -> dict[str, Any]:
    """Return what a sheet states, as TOML would have it."""
    from conformance.preparation.opening import open_sheet

    sheet = open_sheet(path, HEADINGS)
    rows = sheet.rows()
    first = next(rows, None)
    heads = [str(v).strip().lower() for v in first.values] if first else []
    if "requirement" not in heads or "support" not in heads:
        raise TadpError(
            "has no columns called requirement and support", where=str(path),
            remedy="fill in what tadp assess ics writes",
        )  # fmt: skip
    columns = {name: heads.index(name) for name in HEADINGS if name in heads}
    items = [
        {name: str(row.at(at)).strip() for name, at in columns.items()}
        for row in rows
        if str(row.at(columns["requirement"])).strip()
    ]
    return {"ics": 1, "item": items}

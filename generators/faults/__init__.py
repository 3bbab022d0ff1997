"""Fault operators: for each check of the model, every way to offend it, derived from its record."""

from conformance.findings import Place
from generators.faults import (
    area,
    certificates,
    characters,
    conditions,
    counts,
    cross,
    delivery,
    dialect,
    fields,
    kinds,
    publication,
    quarantine,
    quoting,
    references,
    signing,
)
from generators.faults.fault import OPERATORS, Change, Fault, Faulty, Part, faults_of, undo

__all__ = [
    "OPERATORS",
    "Change",
    "Fault",
    "Faulty",
    "Part",
    "Place",
    "area",
    "certificates",
    "characters",
    "conditions",
    "counts",
    "cross",
    "delivery",
    "dialect",
    "faults_of",
    "fields",
    "kinds",
    "publication",
    "quarantine",
    "quoting",
    "references",
    "signing",
    "undo",
]

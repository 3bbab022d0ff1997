"""Fault operators: for each check of the model, every way to offend it, derived from its record."""

from generators.faults import cross, dialect, evidence, fields, quarantine, signing
from generators.faults.fault import OPERATORS, Change, Fault, Faulty, Part, Place, faults_of, undo

__all__ = [
    "OPERATORS",
    "Change",
    "Fault",
    "Faulty",
    "Part",
    "Place",
    "cross",
    "dialect",
    "evidence",
    "faults_of",
    "fields",
    "quarantine",
    "signing",
    "undo",
]

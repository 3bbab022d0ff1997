"""Entries of columns of each type, of which profiles made up at random have some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generators.drawing import Table

FORMS = ("hyphens", "colons", "none")
CASES = ("upper", "lower", "any")
TEXTS: tuple[Table, ...] = (
    {"pattern": "[A-Z]{1,8}"},
    {"pattern": "[^,]{1,40}"},
    {"pattern": "[ -~]{0,20}"},
    {"pattern": r"\d{3}-\w+"},
    {"pattern": "(?:on|off)"},
    {"pattern": "[A-Z][a-z]{2,9}"},
    {"pattern": "(?:[a-f0-9]{2}:){3}[a-f0-9]{2}"},
    {"pattern": "T?[0-9]+"},
    {"maximum_length": 30},
    {"minimum_length": 3, "maximum_length": 3},
    {"pattern": "[0-9A-Z ]+", "minimum_length": 12},
    {"pattern": "(?:on|off)+", "minimum_length": 4, "maximum_length": 11},
)
INTEGERS: tuple[Table, ...] = (
    {"digits": 5},
    {"width": 6, "signed": False},
    {"width": 4, "pad": " ", "maximum": 500},
    {"width": 9, "pad": "0", "minimum": 70},
    {"signed": True, "minimum": -40},
    {"signed": True, "width": 5, "maximum": 70},
    {"signed": True, "maximum_digits": 4},
)
DECIMALS: tuple[Table, ...] = (
    {"fraction_digits": 2},
    {"maximum_fraction_digits": 1, "minimum": 0.5, "maximum": 70},
    {"fraction_digits": 3, "maximum": 12.5, "signed": True},
    {"fraction_digits": 2, "point": "implied", "minimum": 1},
    {"maximum_fraction_digits": 3, "point": ".", "signed": False},
    {"fraction_digits": 2, "width": 9, "pad": "0", "point": "implied"},
    {"fraction_digits": 1, "width": 7, "pad": " ", "signed": True},
)
INSTANTS: tuple[Table, ...] = (
    {},
    {"format": "DD/MM/YYYY hh:mm:ss", "zone": "Europe/London"},
    {"format": ["YYYYMMDDhhmmss", "YYYY-MM-DD hh:mm:ss"]},
    {"format": "YYYY-MM-DDThh:mm:ssZ", "zone": "Z"},
    {"format": "hh:mm:ss YYYY.MM.DD", "zone": "Australia/Lord_Howe"},
)
DATES: tuple[Table, ...] = ({}, {"format": "DD/MM/YYYY"}, {"format": ["YYYYMMDD", "YYYY-MM-DD"]})
TIMES: tuple[Table, ...] = ({}, {"format": "hhmm"}, {"format": ["hh:mm", "hhmmss"]})
PERIODS: tuple[Table, ...] = (
    {},
    {"codes": {"H": 1, "D": 24, "W": 168, "7D": 168}},
    {"form": "iso-8601"},
    {"form": "hours", "minimum": 2, "maximum": 744},
)
ENTRIES: Mapping[str, Sequence[Table]] = {
    "text": TEXTS, "decimal": DECIMALS, "instant": INSTANTS, "date": DATES, "time": TIMES,
    "period": PERIODS,
}  # fmt: skip
WHY = "Made up, with a reason."
CODES = (
    {"Release": "R", "Delete": "D"},
    {"Release": "1", "Delete": "0"},
    {"Release": "let go", "Delete": "Bin it"},
)

"""Small holes that only a receiver of a wide table can have, as in ``holes``.

Each is found by a case of the corpus for the example profile of such a table.
"""

from __future__ import annotations

from tests.receiver.holes import TAKES, Hole

_STATED = """\
        found = datetime.strptime(field, pattern)
    except ValueError:
        raise WrongError("form") from None
    _require(found.strftime(pattern) == field)
"""
_LENGTH = "    _require(len(field) == len(form) and field.isascii())\n"
_ZONE = '    there = UTC if zone == "Z" else ZoneInfo(zone)\n'
_KNOWN = '        match rule["rule"]:\n            case "compare"'
_ADT, _QCAF = "adt-sharepoint", "qcaf-user-set"
_AMERICAN = 'pattern.replace("%d/%m", "%m/%d")'


def _either(first: str, second: str) -> tuple[str, str, str]:
    """Return what reads a date one way, and another way where that does not fit."""
    return (
        "columns",
        _STATED,
        f"""\
        found = datetime.strptime(field, {first})
    except ValueError:
        try:
            found = datetime.strptime(field, {second})
        except ValueError:
            raise WrongError("form") from None
""",
    )


def _longer(test: str, changed: str) -> tuple[str, str, str]:
    """Return what reads a shorter date as if it were written in full."""
    return "columns", _LENGTH, f"    if {test}:\n        field = {changed}\n{_LENGTH}"


def _for(one: str, other: str) -> tuple[str, str, str]:
    """Return what takes a column of the table for another."""
    before = 'self._column(rule[side]["column"]) for'
    return "tables", before, f'self._column(rule[side]["column"].replace("{one}", "{other}")) for'


def _ignored(rule: str) -> tuple[str, str, str]:
    return (
        "tables",
        _KNOWN,
        f'        if rule["id"] == "{rule}":\n            return None\n{_KNOWN}',
    )


HOLES = {
    "reads dates the American way": Hole(
        "columns", _LENGTH, f"    pattern = {_AMERICAN}\n{_LENGTH}", "conforming/qcaf-summer-time",
        TAKES,
    ),
    "reads dates the American way where that fits": Hole(
        *_either(_AMERICAN, "pattern"), "conforming/qcaf-dcc-set", TAKES
    ),
    "reads dates the American way where nothing else fits": Hole(
        *_either("pattern", _AMERICAN), f"6.3-8/{_ADT}/To-no-such-month", "6.3-8"
    ),
    "takes two digits of a year": Hole(
        *_longer("len(field) == len(form) - 2", 'f"{field[:6]}20{field[6:]}"'),
        f"6.3-8/{_ADT}/To-short-year", "6.3-8",
    ),
    "takes days and months without zeros": Hole(
        *_longer('re.match("[0-9]/[0-9]/", field)', 'f"0{field[:2]}0{field[2:]}"'),
        f"6.3-8/{_ADT}/To-no-zeros", "6.3-8",
    ),
    "knows no summer time": Hole(
        "columns", _ZONE, "    there = UTC\n", "UG1.2-1/qcaf-all-delete/one-second-late", "UG1.2-1"
    ),
    "reads the clocks of Paris": Hole(
        "columns", _ZONE, '    there = ZoneInfo("Europe/Paris")\n', "conforming/qcaf-summer-time",
        TAKES,
    ),
    "takes the hour's threshold for the day's": Hole(
        *_for("Day limit", "Hour limit"), "conforming/adt-long", TAKES
    ),
    "takes the day's threshold for the hour's": Hole(
        *_for("Hour limit", "Day limit"), f"6.3-13/{_ADT}/hour-within-day-above", "6.3-13"
    ),
    "takes the week's threshold for the day's": Hole(
        *_for("Day limit", "Week limit"), f"6.3-13/{_ADT}/day-within-week-above", "6.3-13"
    ),
    "takes the hour's warning for the day's": Hole(
        *_for("Day warning", "Hour warning"), f"6.3-13/{_ADT}/day-warning-first-above", "6.3-13"
    ),
    "takes the day's warning for the week's": Hole(
        *_for("Week warning", "Day warning"), f"6.3-13/{_ADT}/week-warning-first-above", "6.3-13"
    ),
    "takes UNLIMITED for less than any number": Hole(
        "columns", "float(word", "-float(word", f"conforming/{_ADT}", TAKES
    ),
    "takes an end on the day of the beginning": Hole(
        "tables", "left < right if", "left <= right if",
        f"6.3-13/{_ADT}/ends-after-it-begins-equal", "6.3-13",
    ),
    "compares the days of the month alone": Hole(
        "columns", "dated(column, value).toordinal()", "dated(column, value).day",
        "conforming/adt-long", TAKES,
    ),
    "takes a comment of one character more": Hole(
        "columns", 'column.get("maximum_length", len(field))',
        'column.get("maximum_length", len(field)) + 1', f"6.3-8/{_ADT}/Comment-too-long", "6.3-8",
    ),
    **{
        f"ignores the rule {rule}": Hole(*_ignored(rule), f"{clause}/{_ADT}/{rule}-{slug}", clause)
        for clause, rule, slug in (
            ("6.3-13", "ends-after-it-begins", "equal"),
            ("6.3-13", "hour-warning-first", "above"),
            ("6.3-13", "day-warning-first", "above"),
            ("6.3-13", "week-warning-first", "above"),
            ("6.3-13", "hour-within-day", "above"),
            ("6.3-13", "day-within-week", "above"),
            ("6.3-14", "own-records", "another-user"),
            ("6.3-15", "variant-of-role", "other-role"),
            ("6.3-16", "open-end-has-a-comment", "broken"),
        )
    },
    "ignores the order of records": Hole(
        "tables", 'if rule["rule"] == "sorted":', "if False:",
        f"6.3-16/{_ADT}/earliest-first-last-two", "6.3-16",
    ),
    "compares the first two records alone": Hole(
        "tables", "pairwise(ranks)", "pairwise(ranks[:2])",
        f"6.3-16/{_ADT}/earliest-first-last-two", "6.3-16",
    ),
}  # fmt: skip

# Holes that were tried, and that no case gives away: a receiver that counts characters where bytes
# are limited, that limits the bytes of a comment, or that takes ASCII alone. No file of the corpus
# has a character beyond ASCII in a text that conforms.

"""A QCAF can have every value that the report can; otherwise the profile is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.commands.common import catalogue
from conformance.profiles.checking import examine
from tests.model.profiles import extending

PROFILE = """
[files.report]
key = ["Request"]
rules = []
columns = [
  {{ name = "Request", type = "request-id", role = "request-id" }},
  {{ name = "A", {report} }},
]
[files.qcaf]
key = ["Request"]
rules = []
columns = [
  {{ name = "Request", type = "request-id", role = "request-id" }},
  {{ name = "A", {qcaf} }},
  {{ name = "Action", type = "action", role = "action" }},
]
"""
UNLIMITED = 'also = [{ word = "UNLIMITED", means = "infinity" }]'
#: A column of the report, the same of the QCAF, and a value that only the report can have.
UNLIKE = [
    ("decimal", "fraction_digits = 3", "fraction_digits = 2", "0.001"),
    ("decimal", "fraction_digits = 2", "maximum_fraction_digits = 3", None),
    ("instant", "", 'format = "YYYY-MM-DD hh:mm"', "2025-06-01T00:00:01Z"),
    ("instant", 'format = "YYYYMMDDhhmm"', "", None),
    ("time", 'format = ["hh:mm", "hhmmss"]', 'format = "hh:mm:ss"', None),
    ("text", 'pattern = "[A-Z]{2,5}"', "maximum_length = 4", ""),
    ("integer", "digits = 3", "width = 5", None),
    ("eui64", 'form = "none", case = "any"', 'form = "colons", case = "lower"', None),
    ("integer", UNLIMITED, UNLIMITED.replace("UNLIMITED", "MAX"), None),
    ("integer", UNLIMITED, "", "UNLIMITED"),
    ("integer", UNLIMITED, UNLIMITED.replace('"infinity"', "{ value = 0 }"), "UNLIMITED"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "report", "qcaf", "value"), UNLIKE)
def test_a_value_that_only_the_report_can_have(
    tmp_path: Path, kind: str, report: str, qcaf: str, value: str | None
) -> None:
    columns = (f'type = "{kind}", {entries}'.rstrip(", ") for entries in (report, qcaf))
    path = extending(tmp_path, PROFILE.format(report=next(columns), qcaf=next(columns)))
    said = list(map(str, examine(str(path), catalogue()).refused))
    assert (f"can have {value}" in " ".join(said)) if value is not None else not said, said

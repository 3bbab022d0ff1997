"""A copy of the SharePoint area with nothing in it but what OpenSSL has signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.real.authority import EUI64, OTHER_EUI64, Hierarchy, sign
from tests.real.material import ADT, OTHER_ADT, USER_QCAF
from tests.running import Ran, check

pytestmark = pytest.mark.openssl

ADTS, QCAFS = "ADT File Submissions", "QCAF Submissions"
DER = ("-outform", "DER")


@pytest.fixture
def area(hierarchy: Hierarchy, tmp_path: Path) -> Path:
    """An older file in Archive, the one in force in Submitted and Live, and a QCAF."""
    copy = tmp_path / "Anomaly Detection Files"
    put(hierarchy, copy / ADTS / "Archive", name(1, "ADT"), OTHER_ADT)
    for folder in ("Submitted", "Live"):
        put(hierarchy, copy / ADTS / folder, name(2, "ADT"), ADT)
    put(hierarchy, copy / QCAFS / "Submitted QCAF", name(3, "QCAF"), USER_QCAF, attached=True)
    (tmp_path / "users.txt").write_text(f"{EUI64}\n", "ascii")
    return copy


def name(number: int, kind: str, user: str = EUI64) -> str:
    return f"{user}-REQ{number:012}-{kind}.csv"


def put(
    hierarchy: Hierarchy, folder: Path, file: str, data: bytes, *, attached: bool = False
) -> None:
    """A file with its signature beside it, or inside the signature."""
    folder.mkdir(parents=True, exist_ok=True)
    if attached:
        # A name has one extension.
        sign(
            data, (folder / file).with_suffix(".p7m"), [hierarchy.signers["rsa"]], *DER, "-nodetach"
        )
        return
    (folder / file).write_bytes(data)
    sign(data, folder / f"{file}.p7s", [hierarchy.signers["ec"]], *DER)


def audit(area: Path, hierarchy: Hierarchy) -> Ran:
    return check(area, *hierarchy.judged, "--live-users", area.parent / "users.txt")


def roots(ran: Ran) -> dict[str, list[str]]:
    """Return the requirements that fail by themselves, by folder."""
    return {
        Path(one["source"]).parent.name if one["kind"] != "area" else "": failed
        for one in ran.report["submissions"]
        if (failed := [r["id"] for r in one["requirements"] if r["count"]])
    }


def whole(ran: Ran) -> dict[str, Any]:
    (found,) = [one for one in ran.report["submissions"] if one["kind"] == "area"]
    return dict(found)


def test_nothing_is_wrong_with_it(area: Path, hierarchy: Hierarchy) -> None:
    ran = audit(area, hierarchy)
    assert roots(ran) == {}
    assert ran.code == 0
    status = {r["id"]: r["status"] for r in whole(ran)["requirements"]}
    for requirement in ("UG1.1-2", "UG1.3-2", "UG1.4-3", "UG1.4-4"):
        assert status[requirement] == "passed", requirement
    for one in ran.report["submissions"]:
        found = {r["id"]: r for r in one["requirements"]}
        if one["kind"] == "adt":
            assert found["3.4(b)-2"]["status"] == found["3.4(b)-3"]["status"] == "passed"
        elif one["kind"] == "qcaf":
            # All that is not known of the signature is who the Party's officers are.
            assert found["4.7(b)-6"]["evidence"] == ["sender.aros"]
    assert whole(ran)["area"]["strays"] == []


def test_faults_in_an_area_are_reported_for_the_folder_that_they_are_in(
    area: Path, hierarchy: Hierarchy
) -> None:
    put(hierarchy, area / ADTS / "Live", name(4, "ADT"), OTHER_ADT)
    put(hierarchy, area / QCAFS / "Submitted QCAF", name(1, "QCAF"), USER_QCAF + b"\n")
    altered = area / ADTS / "Submitted" / name(2, "ADT")
    altered.write_bytes(altered.read_bytes().replace(b",100\n", b",101\n"))
    (area.parent / "users.txt").write_text(f"{EUI64}\n{OTHER_EUI64}\n", "ascii")
    found = roots(audit(area, hierarchy))
    # The submitted file was changed after it was signed: Live is not at fault.
    assert set(found.pop("")) == {"UG1.1-2", "UG1.3-2", "UG1.4-3"}
    assert found["Submitted"] == ["3.4(b)-2"]
    assert "6.5-7" in found["Submitted QCAF"]
    assert set(found) == {"Submitted", "Submitted QCAF"}

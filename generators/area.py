"""A conforming copy of a Party's SharePoint area, and files to put into one.

A User ID has its file in Live, as it is in Submitted, an older one in Archive, and a QCAF in
Submitted QCAF; the record of the area tells which User IDs are live, and when DCC completed what.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.profile import DeliveryRules
from conformance.model.requirement import Kind
from conformance.signature.containers.base import Placement
from conformance.submission.area.spot import Folder, spots
from conformance.submission.moments import format_moment
from generators.draft import Draft, Ground
from generators.records import join
from generators.references import reference as numbered
from generators.scenario import Scenario
from generators.signing import sign
from generators.teller import Teller

_DAY = timedelta(days=1)


def area(scenario: Scenario, ground: Ground) -> Draft:
    """The draft of an area.

    Raises:
        TadpError: the profile's references cannot be in the name of a file.
    """
    old, new, other = (reference(ground, number) for number in (1, 2, 3))
    draft = Draft(
        ground,
        Kind.AREA,
        scenario.edition,
        {
            "area": 1,
            "edition": scenario.edition,
            "copied_at": format_moment(scenario.sent_at),
            "live_user_ids": [scenario.user_id],
            "requests": [
                {"number": old, "completed_at": format_moment(scenario.sent_at - 30 * _DAY)},
                {"number": new, "completed_at": format_moment(scenario.sent_at - _DAY)},
            ],
        },
        signing=scenario.signing(ground.profile),
        signed_at=scenario.sent_at - 31 * _DAY,
    )
    before, after = (adt_file(ground, scenario, n) for n in (1, 2))
    there = {(spot.kind, spot.folder) for spot in spots(ground.profile.delivery)}
    files: dict[str, Any] = {}
    for where, number, csv in (
        ((Kind.ADT, Folder.ARCHIVE), old, before),
        ((Kind.ADT, Folder.SUBMITTED), new, after),
        ((Kind.ADT, Folder.LIVE), new, after),
        ((Kind.QCAF, Folder.SUBMITTED), other, qcaf_file(ground, scenario)),
    ):
        if where in there:
            files |= placed(draft, where, number, csv)
    return replace(draft, files=files)


def reference(ground: Ground, number: int) -> str:
    """A Request Id of the shape that the profile has, another for each number.

    Raises:
        TadpError: it cannot be in the name of a file.
    """
    shape = ground.profile.references.smsr
    made = numbered(shape, number)
    if "/" in made or "\\" in made:
        raise TadpError(
            "the profile's references cannot be in the name of a file",
            where=f"references.smsr {shape}",
        )
    return made


def adt_file(ground: Ground, scenario: Scenario, number: int) -> bytes:
    """An ADT File of the scenario's User ID, another for each number."""
    another = replace(scenario, kind=Kind.ADT, seed=scenario.seed + number)
    return _csv(Teller(another, ground))


def qcaf_file(ground: Ground, scenario: Scenario) -> bytes:
    """A QCAF of the scenario's User ID."""
    return _csv(Teller(replace(scenario, kind=Kind.QCAF), ground))


def _csv(teller: Teller) -> bytes:
    return join(teller.layout(teller.scenario.kind), teller.rows()[0])


def placed(draft: Draft, where: tuple[Kind, Folder], number: str, csv: bytes) -> dict[str, bytes]:
    """A file in a folder of the area, signed, with what goes with it, by path.

    It is for the User ID whose key signs, and named by the Request Id ``number``.
    """
    assert draft.signing is not None  # noqa: S101 - an area is made with it
    assert draft.signed_at is not None  # noqa: S101
    kind, _ = where
    tag = draft.profile.delivery.tags[kind]
    name = f"{draft.signing.eui64}-{number}-{tag}"
    container = draft.signing.kind
    around = container is not None and container.placement is Placement.AROUND
    stem = name if around else f"{name}.csv"
    signed = sign(stem, csv, draft.signing, draft.signed_at)
    files: dict[str, Any] = {
        signed.file_name: signed.file,
        signed.signature_name or "": signed.signature,
        signed.certificate_name or "": signed.certificate,
    }
    folder = folder_of(draft.profile.delivery, where)
    return {f"{folder}/{file}": data for file, data in files.items() if data is not None}


def folder_of(rules: DeliveryRules, where: tuple[Kind, Folder]) -> str:
    """The path, in the area, of the folder for a kind.

    Raises:
        TadpError: the profile has no such folder.
    """
    for spot in spots(rules):
        if (spot.kind, spot.folder) == where:
            return "/".join(spot.path.split("/")[-2:])
    kind, folder = where
    raise TadpError(
        f"the profile has no folder {folder.value} for a file of the kind {kind.value}",
        where="delivery",
    )

"""Two conforming files that differ in records with nulls: what shows whether a receiver reads them.

A receiver that rejects the one and accepts the other does so for its nulls; one that rejects some
other file with nulls in it may have any reason.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from generators.case import Case
from generators.conforming import conforming
from generators.draft import Ground
from generators.left_out import UNFIT, LeftOut
from generators.scenario import Scenario
from generators.teller import Teller

#: The requirement on a receiver that the file with nulls is made for.
READS_NULLS = "6.1-5"
WITH, WITHOUT = "conforming/adt-with-nulls", "conforming/adt-without-nulls"
_RECORDS = 12
_SEED = 19


def null_cases(story: str, plain: Scenario, ground: Ground) -> Iterator[Case | LeftOut]:
    """Yield the file without nulls, and the same with further records that have some.

    ``plain`` is the scenario of ``story``, an ADT File.
    """
    try:
        teller = Teller(replace(plain, seed=_SEED), ground)
        count = teller.usual_count(_RECORDS)
        rows = [
            tuple(row) for row in Teller(replace(teller.scenario, records=count), ground).rows()[0]
        ]
        columns = teller.adt_form().columns
        nullable = [n for n, c in enumerate(columns) if c.nullable and not c.type.always_null]
        whole = [row for row in rows if all(row[n] for n in nullable)]
        if len(whole) in (0, len(rows)):
            yield LeftOut(WITH, "no column of the ADT File may be null, or none may be filled in")
            return
        drafts = [
            conforming(replace(teller.scenario, rules=tuple(rules)), ground)
            for rules in (whole, rows)
        ]
    except UNFIT as error:
        yield LeftOut(WITH, str(error))
        return
    yield Case(WITHOUT, "an ADT File without a null", story, drafts[0])
    yield Case(
        WITH,
        "the same ADT File, and records with nulls",
        story,
        drafts[1],
        positive=WITHOUT,
        shows=(READS_NULLS,),
    )

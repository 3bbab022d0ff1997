"""The conforming submissions that a corpus is made from, and which faults each is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.catalogue import selects_any
from conformance.model.requirement import Kind, SetBy
from conformance.portable import name_for
from conformance.signature.containers import signing_containers
from generators.draft import Ground
from generators.faults import Fault
from generators.left_out import LeftOut
from generators.offer import Offer, other, usual
from generators.pki import KNOWN
from generators.scenario import Scenario
from generators.user_roles import user_roles


class Story(Struct, frozen=True):
    """A conforming submission; ``breaks`` selects the requirements whose faults it is given.

    Stories differ in what is chosen; between them every requirement of the model is broken in
    every way that the operators know, and every container, algorithm and edition occurs. ``lacks``
    says why a profile has no place for it.
    """

    name: str
    title: str
    scenario: Scenario
    breaks: tuple[str, ...]
    spares: tuple[str, ...] = ()
    lacks: str = ""
    #: It is given one fault for each requirement, the last that the operators know.
    once: bool = False

    def takes(self, requirement: str) -> bool:
        """Return True if the faults of ``requirement`` are put into this story."""
        return selects_any(self.breaks, requirement) and not selects_any(self.spares, requirement)

    def chosen(self, faults: Iterable[Fault]) -> Iterable[Fault]:
        """Return those of ``faults``, of requirements that it takes, that it is given."""
        return {fault.requirement: fault for fault in faults}.values() if self.once else faults


_V2, _PEM, _BER = "v2.0", "PEM", "BER"
#: Records of files that are long enough for a fault after the first hundreds, as far as there are
#: keys. A QCAF has its report beside it.
_LONG, _LONG_QCAF = 1000, 250
#: Requirements on the file as a whole, which its length does not bear on.
_OF_THE_WHOLE = tuple(f"6.{clause}-{number}" for clause in (3, 5) for number in (2, 3, 5))
#: A User Role whose Users send other requests than suppliers do.
_NETWORK = "ED"


def stories(ground: Ground) -> Iterator[Story | LeftOut]:
    """Yield the stories under a profile, and those that it has no place for, with the reason."""
    profile = ground.profile
    offer = Offer.of(profile)
    try:
        plain = usual(profile)
    except TadpError as error:
        yield LeftOut("conforming: every signed file", str(error))
        yield from _of_others()
        return
    yield from _of_adt_files(plain, offer, user_roles(ground, Kind.ADT))
    yield from _of_qcafs(replace(plain, kind=Kind.QCAF), offer)
    yield from _of_others()
    yield Story(
        "area",
        "a copy of a Party's SharePoint area",
        replace(plain, kind=Kind.AREA, seed=16),
        ("UG",),
    )


def _of_adt_files(plain: Scenario, offer: Offer, roles: Sequence[str]) -> Iterator[Story]:
    another = other(offer.containers)
    varied = replace(plain, algorithm=other(offer.algorithms), container=another)
    yield Story(
        f"adt-{name_for(offer.method)}",
        f"an ADT File by {offer.method}, {plain.algorithm}, {plain.container}",
        plain,
        ("3.1", "3.4", "6.1", "6.3", "UG"),
    )
    yield Story(
        f"adt-{varied.algorithm}-{offer.placement(another)}",
        f"an ADT File by {offer.method}, {varied.algorithm}, {another}",
        replace(varied, encoding=_PEM if _PEM in offer.encodings else None, seed=1),
        ("3.4(b)-2", "3.4(b)-3", "6.1-1", "6.1-3"),
    )
    yield _contingency(
        offer,
        Story("adt-contingency", "an ADT File", replace(plain, seed=2), ("3.4(a)", "UG1.6")),
    )
    for name in offer.algorithms[2:]:
        yield Story(
            f"adt-{name}", f"an ADT File signed by {name}", replace(plain, algorithm=name, seed=1),
            ("3.4(b)-2",),
        )  # fmt: skip
    if offer.signers > 1 and signing_containers()[offer.containers[0]].several:
        yield Story(
            "adt-all-signers",
            f"an ADT File that {offer.signers} officers have signed",
            replace(plain, signers=offer.signers, seed=18),
            (),
        )
    yield Story(
        "adt-released",
        "an ADT File signed with a certificate that was on hold once",
        replace(plain, signer="released", seed=17),
        (),
    )
    yield from _in_ber(plain, offer)
    yield Story(
        "adt-summer-time",
        "an ADT File whose SMSR was raised half an hour before, by a clock of British Summer Time",
        replace(plain, summer_time="references", seed=19),
        (),
    )
    yield Story(
        "adt-fewest-records",
        "an ADT File with the fewest records allowed",
        # Of a User whose EUI-64 has letters.
        replace(plain, records=1, user_id=KNOWN[-1], party="TEST Party 8", seed=25),
        (),
    )
    yield Story(
        "adt-long",
        "a long ADT File",
        replace(plain, records=_LONG, seed=20),
        ("6.1", "6.3"),
        ("6.1-1", *_OF_THE_WHOLE),
        once=True,
    )
    yield Story(
        "adt-v2.0",
        "an ADT File by email, before MP109",
        replace(plain, edition=_V2, algorithm=varied.algorithm, seed=3),
        ("3.1-2", "3.4-1", "3.4(a)", "6.1-1", "6.3-7"),
    )
    lacks = ""
    if _NETWORK not in roles:
        lacks = f"the profile has no User Role {_NETWORK}, or no variant that it may send"
    yield Story(
        "adt-network-operator",
        f"an ADT File of a network operator, {another}",
        replace(
            plain,
            user_id=KNOWN[2],
            user_role=_NETWORK,
            party="TEST Party 7",
            container=another,
            seed=4,
        ),
        ("6.3-14", "6.3-15", "3.4(b)-4"),
        lacks=lacks,
    )


def _in_ber(plain: Scenario, offer: Offer) -> Iterator[Story]:
    """The stories of CMS that is not in DER, which is read wherever DER is."""
    known = signing_containers()
    names = [name for name in offer.containers if known[name].encodings]
    for name in names if _BER in offer.encodings else ():
        yield Story(
            f"adt-ber-{offer.placement(name)}",
            f"an ADT File by {offer.method}, {name} in BER",
            replace(plain, container=name, encoding=_BER, seed=21),
            (),
        )


def _of_qcafs(plain: Scenario, offer: Offer) -> Iterator[Story]:
    algorithm, another = other(offer.algorithms), other(offer.containers)
    yield Story(
        "qcaf-user-set",
        "a QCAF after a threshold that the User set",
        replace(plain, seed=5),
        ("4.7", "4.8", "6.1", "6.5", "UG1.3", "UG1.5"),
    )
    yield _contingency(
        offer,
        Story(
            "qcaf-contingency",
            "a QCAF",
            replace(plain, algorithm=algorithm, seed=6),
            ("4.7(a)", "UG1.6"),
        ),
    )
    yield Story(
        "qcaf-all-delete",
        "a QCAF that deletes every communication",
        replace(plain, action="Delete", container=another, seed=7),
        ("UG1.2",),
    )
    yield Story(
        "qcaf-all-release",
        "a QCAF that releases every communication",
        replace(plain, action="Release", quarantined_hours=offer.hours - 1, seed=8),
        ("UG1.2",),
    )
    yield Story(
        "qcaf-dcc-set",
        "a QCAF after a threshold that DCC set, with DCC's advice",
        replace(
            plain,
            set_by=SetBy.DCC,
            algorithm=algorithm,
            container=another,
            advice="each",
            seed=9,
        ),
        ("4.13", "6.5-14"),
    )
    yield Story(
        "qcaf-dcc-set-advised-once",
        "a QCAF after a threshold that DCC set, with one advice for all communications",
        replace(plain, set_by=SetBy.DCC, action="Delete", advice="all", seed=22),
        ("4.13-4",),
    )
    yield Story(
        "qcaf-summer-time",
        "a QCAF sent at the last moment, by a time in British Summer Time",
        # Of a User whose EUI-64 has letters.
        replace(
            plain,
            summer_time="sending",
            quarantined_hours=offer.hours,
            user_id=KNOWN[-1],
            party="TEST Party 8",
            seed=23,
        ),
        (),
    )
    yield Story(
        "qcaf-long",
        "a QCAF of a long report, quarantined on 29 February",
        replace(plain, records=_LONG_QCAF, sent=datetime(2024, 3, 1, 10, tzinfo=UTC), seed=24),
        ("4.7-2", "4.7-3", "4.7(b)-2", "4.7(b)-4", "6.5"),
        _OF_THE_WHOLE,
        once=True,
    )
    yield Story(
        "qcaf-v2.0",
        "a QCAF by email, before MP109",
        replace(plain, edition=_V2, seed=10),
        ("4.7-1", "4.7(a)", "4.8-2", "6.1-1"),
    )
    yield Story(
        "qcaf-dcc-set-v2.0",
        "a QCAF by email after a threshold that DCC set, before MP109",
        replace(plain, set_by=SetBy.DCC, edition=_V2, seed=11),
        ("4.13-2",),
    )


def _contingency(offer: Offer, story: Story) -> Story:
    """Return the story by the contingency method, if there is one."""
    if offer.contingency is None:
        return replace(story, lacks="the profile has no contingency method")
    return replace(
        story,
        title=f"{story.title} by {offer.contingency} while {offer.method} is unavailable",
        scenario=replace(story.scenario, method=offer.contingency),
    )


def _of_others() -> Iterator[Story]:
    """The stories of what is not signed."""
    yield Story(
        "report-user-set",
        "DCC's quarantine report after a threshold that the User set",
        Scenario(kind=Kind.REPORT, seed=12),
        ("6.4",),
    )
    yield Story(
        "report-dcc-set",
        "DCC's quarantine report after a threshold that DCC set",
        Scenario(kind=Kind.REPORT, set_by=SetBy.DCC, seed=13),
        ("6.4-14",),
    )
    yield Story(
        "incident",
        "the Incident after a Warning Threshold",
        Scenario(kind=Kind.INCIDENT),
        ("4.3",),
    )
    yield Story(
        "incident-v2.0",
        "the Incident after a Warning Threshold, before MP109",
        Scenario(kind=Kind.INCIDENT, edition=_V2),
        ("4.3-2",),
    )
    yield Story(
        "publication",
        "DCC's guidance and template",
        Scenario(kind=Kind.PUBLICATION, seed=14),
        ("2.2",),
    )
    yield Story(
        "publication-v2.0",
        "DCC's guidance and template, before MP109",
        Scenario(kind=Kind.PUBLICATION, edition=_V2, seed=15),
        ("2.2(d)",),
    )

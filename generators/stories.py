"""The conforming submissions that the corpus is made from, and which faults each is given."""

from __future__ import annotations

from msgspec import Struct

from conformance.model.catalogue import selects_any
from conformance.model.requirement import Kind, SetBy
from generators.scenario import Scenario


class Story(Struct, frozen=True):
    """A conforming submission; ``breaks`` selects the requirements whose faults it is given.

    Stories differ in what is chosen; between them every requirement of the model is broken in
    every way that the operators know, and every container, algorithm and edition occurs.
    """

    name: str
    title: str
    scenario: Scenario
    breaks: tuple[str, ...]
    spares: tuple[str, ...] = ()

    def takes(self, requirement: str) -> bool:
        """Whether the faults of ``requirement`` are put into this story."""
        return selects_any(self.breaks, requirement) and not selects_any(self.spares, requirement)


_V2 = "v2.0"
STORIES = (
    Story(
        "adt-sharepoint",
        "an ADT File by SharePoint, ECDSA, detached signature",
        Scenario(),
        ("3.1", "3.4", "6.1", "6.3", "UG"),
    ),
    Story(
        "adt-rsa-attached",
        "an ADT File by SharePoint, RSA, attached signature in PEM",
        Scenario(algorithm="rsa", container="cms-attached", encoding="PEM", seed=1),
        ("3.4(b)-2", "3.4(b)-3", "6.1-1", "6.1-3"),
    ),
    Story(
        "adt-contingency",
        "an ADT File by email while SharePoint is unavailable",
        Scenario(method="email", seed=2),
        ("3.4(a)", "UG1.6"),
    ),
    Story(
        "adt-v2.0",
        "an ADT File by email, before MP109",
        Scenario(edition=_V2, algorithm="rsa", seed=3),
        ("3.1-2", "3.4-1", "3.4(a)", "6.1-1", "6.3-7"),
    ),
    Story(
        "adt-network-operator",
        "an ADT File of a network operator, attached signature",
        Scenario(
            user_id="70-00-00-00-00-00-00-07",
            user_role="ED",
            party="TEST Party 7",
            container="cms-attached",
            seed=4,
        ),
        ("6.3-14", "6.3-15", "3.4(b)-4"),
    ),
    Story(
        "qcaf-user-set",
        "a QCAF after a threshold that the User set",
        Scenario(kind=Kind.QCAF, seed=5),
        ("4.7", "4.8", "6.1", "6.5", "UG1.3", "UG1.5"),
    ),
    Story(
        "qcaf-contingency",
        "a QCAF by email while SharePoint is unavailable",
        Scenario(kind=Kind.QCAF, method="email", algorithm="rsa", seed=6),
        ("4.7(a)", "UG1.6"),
    ),
    Story(
        "qcaf-all-delete",
        "a QCAF that deletes every communication",
        Scenario(kind=Kind.QCAF, action="Delete", container="cms-attached", seed=7),
        ("UG1.2",),
    ),
    Story(
        "qcaf-all-release",
        "a QCAF that releases every communication",
        Scenario(kind=Kind.QCAF, action="Release", quarantined_hours=119, seed=8),
        ("UG1.2",),
    ),
    Story(
        "qcaf-dcc-set",
        "a QCAF after a threshold that DCC set, with DCC's advice",
        Scenario(
            kind=Kind.QCAF,
            set_by=SetBy.DCC,
            algorithm="rsa",
            container="cms-attached",
            advice="each",
            seed=9,
        ),
        ("4.13", "6.5-14"),
    ),
    Story(
        "qcaf-v2.0",
        "a QCAF by email, before MP109",
        Scenario(kind=Kind.QCAF, edition=_V2, seed=10),
        ("4.7-1", "4.7(a)", "4.8-2", "6.1-1"),
    ),
    Story(
        "qcaf-dcc-set-v2.0",
        "a QCAF by email after a threshold that DCC set, before MP109",
        Scenario(kind=Kind.QCAF, set_by=SetBy.DCC, edition=_V2, seed=11),
        ("4.13-2",),
    ),
    Story(
        "report-user-set",
        "DCC's quarantine report after a threshold that the User set",
        Scenario(kind=Kind.REPORT, seed=12),
        ("6.4",),
    ),
    Story(
        "report-dcc-set",
        "DCC's quarantine report after a threshold that DCC set",
        Scenario(kind=Kind.REPORT, set_by=SetBy.DCC, seed=13),
        ("6.4-14",),
    ),
    Story(
        "incident",
        "the Incident after a Warning Threshold",
        Scenario(kind=Kind.INCIDENT),
        ("4.3",),
    ),
    Story(
        "incident-v2.0",
        "the Incident after a Warning Threshold, before MP109",
        Scenario(kind=Kind.INCIDENT, edition=_V2),
        ("4.3-2",),
    ),
    Story(
        "publication",
        "DCC's guidance and template",
        Scenario(kind=Kind.PUBLICATION, seed=14),
        ("2.2",),
    ),
    Story(
        "publication-v2.0",
        "DCC's guidance and template, before MP109",
        Scenario(kind=Kind.PUBLICATION, edition=_V2, seed=15),
        ("2.2(d)",),
    ),
    Story(
        "area",
        "a copy of a Party's SharePoint area",
        Scenario(kind=Kind.AREA, seed=16),
        ("UG",),
    ),
)

"""Conforming submissions of one file, and Incidents: all evidence there, nothing wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import TadpError
from conformance.model.column import Role
from conformance.model.counterparts import counterparts
from conformance.model.cross_rule import CrossRuleName
from conformance.model.profile import FileFormat
from conformance.model.requirement import Kind, Testable
from conformance.records import Layout
from conformance.submission.moments import format_moment
from generators.advice import advice
from generators.answering import Answering
from generators.arrangement import Arrangement
from generators.column_roles import with_roles
from generators.draft import Draft, Ground, layout_of
from generators.envelope import Envelope
from generators.grouping import limited
from generators.records import FEW, join, records, usual_count
from generators.references import reference
from generators.scenario import Scenario
from generators.signing import fingerprint
from generators.together import ordered
from generators.user_roles import user_roles
from generators.values import Subjectmatter

#: Names of files that a draft may have beside the CSV file.
REPORT, LIVE = "report.csv", "live.csv"
_EN_DASH = "\u2013"
_HOUR = timedelta(hours=1)
#: Whose form the records are made for, where it is not that of an ADT File.
FILES = {Kind.QCAF: Kind.REPORT, Kind.REPORT: Kind.REPORT}


class Teller(Struct, frozen=True):
    """Makes a draft of a scenario."""

    scenario: Scenario
    ground: Ground

    def draft(self) -> Draft:
        scenario = self.scenario
        manifest: dict[str, Any] = {
            "submission": 1,
            "kind": scenario.kind.value,
            "edition": scenario.edition,
            "sent_at": format_moment(scenario.sent_at, scenario.zone_of("sending")),
            "sender": self._sender(),
            "references": self._references(),
            "attestations": self._attestations(),
        }
        rows, files = self.rows()
        if scenario.kind is Kind.INCIDENT:
            return Draft(self.ground, scenario.kind, scenario.edition, manifest)
        if scenario.kind is Kind.REPORT:
            manifest["quarantine"] = {"set_by": scenario.set_by.value}
            return Draft(self.ground, scenario.kind, scenario.edition, manifest, self._file(rows))
        manifest["delivery"] = self._delivery()
        if scenario.kind is Kind.QCAF:
            manifest["quarantine"] = self._quarantine(rows)
            completed = scenario.sent_at + _HOUR
            manifest["completed_at"] = format_moment(completed, scenario.zone_of("sending"))
        else:
            manifest["replaces"] = {"file": LIVE, "removed": []}
            manifest["area"] = {
                "live_user_ids": [scenario.user_id],
                "live": [
                    self._name(reference(self.ground.profile.references.smsr, 0, {self.smsr}))
                ],
            }
        signing = scenario.signing(self.ground.profile)
        return Draft(
            self.ground,
            scenario.kind,
            scenario.edition,
            manifest,
            self._file(rows),
            files,
            signing,
            scenario.sent_at - _HOUR,
        )

    @property
    def user_role(self) -> str:
        """The User Role in which it is sent.

        Raises:
            TadpError: the profile has no place for the one that was chosen.
        """
        roles = user_roles(self.ground, self.scenario.kind)
        chosen = self.scenario.user_role or roles[0]
        if chosen not in roles:
            raise TadpError(
                f"under this profile, no {self.scenario.kind.label} is of the User Role {chosen!r}",
                remedy=f"choose one of: {', '.join(roles)}",
            )
        return chosen

    @property
    def smsr(self) -> str:
        """The reference of the SMSR."""
        return self.scenario.smsr or reference(self.ground.profile.references.smsr, 1)

    @property
    def incident(self) -> str:
        """The reference of the Incident, which is another."""
        shape = self.ground.profile.references.incident
        return self.scenario.incident or reference(shape, 1, {self.smsr})

    def rows(self) -> tuple[list[list[str]], dict[str, bytes]]:
        """The records of the file, and the files that go with it."""
        scenario = self.scenario
        if scenario.kind is Kind.INCIDENT:
            return [], {}
        if scenario.kind is Kind.ADT:
            rows = [list(rule) for rule in scenario.rules]
            if not rows:
                rows = list(self.records())
            return rows, {LIVE: self._file(rows[: self._half(rows)])}
        rows = list(self.records())
        if scenario.kind is Kind.REPORT:
            return rows, {}
        form = self.layout(Kind.QCAF).format
        made = list(self.limited(ordered(form, self.answering().of(rows))))
        return made, {REPORT: self.written(rows, Kind.REPORT)}

    def limited(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Yield the rows of a QCAF, which may be grouped otherwise than those of its report.

        Raises:
            TadpError: the profile does not allow such groups, or so many records.
        """
        form = self.layout(Kind.QCAF).format
        return limited(form, self.about(), rows) if form.several else iter(rows)

    def records(self) -> Iterator[list[str]]:
        """Return the records of the file, or of the report of a QCAF.

        Raises:
            TadpError: there cannot be so many of them.
        """
        count = self.scenario.records
        if self.scenario.kind is Kind.QCAF:
            self.answering().refuse(count)
        return records(self.form(), self.about(), count, self.scenario.seed)

    def layout(self, kind: Kind) -> Layout:
        """Return what a file of ``kind`` looks like."""
        return replace(layout_of(self.ground.profile, kind), request=self.smsr, columns=())

    def _file(self, rows: list[list[str]]) -> bytes:
        return self.written(rows, self.scenario.kind)

    def written(self, rows: list[list[str]], kind: Kind) -> bytes:
        """Return the file of ``kind`` that has ``rows``, with what belongs around them."""
        return join(self.layout(kind), rows, self.envelope(kind).of)

    def envelope(self, kind: Kind) -> Envelope:
        """Return what makes the records of a file that its rows do not say.

        Those of a QCAF are like those of its report.
        """
        files, seed = self.ground.profile.files, self.scenario.seed
        report = files.get(Kind.REPORT) if kind is Kind.QCAF else None
        like = Envelope(report, self.about(), seed) if report is not None else None
        return Envelope(files[kind], self.about(), seed, like)

    def _half(self, rows: list[list[str]]) -> int:
        """Return how many of the first rows are enough for a file of their own."""
        return len(rows) // 2

    def form(self) -> FileFormat:
        """Return what the records are made by, of which actions make those of a QCAF.

        For a QCAF they keep its rules on columns that it shares with the report as well.
        """
        files = self.ground.profile.files
        match self.scenario.kind:
            case Kind.ADT:
                return self.adt_form()
            case Kind.QCAF:
                report, qcaf = files[Kind.REPORT], files[Kind.QCAF]
                names = counterparts(qcaf.columns, report.columns)
                shared = (
                    rule.renamed(names) for rule in qcaf.rules
                    if names.keys() >= {*rule.looks_at, rule.eligible_for or rule.columns[0]}
                    and rule.rule is not CrossRuleName.SORTED
                )  # fmt: skip
                return with_roles(replace(report, rules=(*report.rules, *shared)))
            case kind:
                return with_roles(files[kind])

    def adt_form(self) -> FileFormat:
        """Return the form of ADT Files, where a note may ask for a variant in each record."""
        form = with_roles(self.ground.profile.files[Kind.ADT])
        if self.layout(Kind.ADT).readings["general-or-particular"] != "type-required":
            return form
        columns = (
            replace(column, nullable=False) if column.role is Role.VARIANT else column
            for column in form.columns
        )
        return replace(form, columns=tuple(columns))

    def usual_count(self, few: int = FEW) -> int:
        """Return how many records the file has where about ``few`` will do."""
        form = self.ground.profile.files.get(FILES.get(self.scenario.kind, Kind.ADT))
        if form is None:
            return self.scenario.records
        if self.scenario.kind is Kind.QCAF:
            few = min(few, self.answering().most)
            answer = self.ground.profile.files[Kind.QCAF]
            if answer.several and answer.maximum_records is not None:
                # Its records may be grouped otherwise than those of the report.
                few = min(few, Arrangement.of(answer).sure(answer.maximum_records - 1))
            return usual_count(self.form(), self.about(), few)
        return usual_count(with_roles(form), self.about(), few)

    def about(self) -> Subjectmatter:
        """The subject of the values of the files."""
        scenario, role = self.scenario, self.user_role
        eligible = self.ground.catalogue.eligible
        return Subjectmatter(
            scenario.user_id,
            role,
            tuple(srv for srv, roles in eligible.items() if role in roles),
            tuple(srv for srv, roles in eligible.items() if not roles),
            tuple(b for b, by in self.ground.profile.breaches.items() if by is scenario.set_by),
            scenario.quarantined_at,
            eligible,
            self.smsr,
            self.ground.profile.delivery.recipient or "",
            scenario.created_at,
        )

    def answering(self) -> Answering:
        """Return what gives the records of a quarantine report actions."""
        files = self.ground.profile.files
        return Answering(
            self.scenario, files[Kind.REPORT], with_roles(files[Kind.QCAF]), self.about()
        )

    def _sender(self) -> dict[str, Any]:
        scenario = self.scenario
        sender: dict[str, Any] = {
            "party": scenario.party,
            "user_id": scenario.user_id,
            "user_role": self.user_role,
        }
        if scenario.kind in (Kind.ADT, Kind.QCAF):
            signing = scenario.signing(self.ground.profile)
            # A register holds every officer of the Party, whichever of them signs.
            sender["aros"] = [
                {
                    "credential": name,
                    "certificate_sha256": fingerprint(replace(signing, signer=name)),
                }
                for name in dict.fromkeys(("aro-1", "aro-2", *signing.signers))
            ]
        if scenario.kind is Kind.ADT:
            sender["sets_adts"] = [
                {"user_id": scenario.user_id, "user_role": self.user_role, "file": "adt.csv"}
            ]
        return sender

    def _references(self) -> dict[str, Any]:
        scenario = self.scenario
        references: dict[str, Any] = {}
        if scenario.kind in (Kind.ADT, Kind.QCAF):
            item = "ADT File Submission" if scenario.kind is Kind.ADT else "QCAF Submission"
            references["smsr"] = {
                "number": self.smsr,
                "raised_at": format_moment(scenario.raised_at, scenario.zone_of("references")),
                "via": self._given("smsr-raised")["via"],
                "catalogue_item": item,
            }
        if scenario.kind in (Kind.QCAF, Kind.INCIDENT):
            references["incident"] = self._incident()
        return references

    def _incident(self) -> dict[str, Any]:
        sent, zone = self.scenario.sent_at, self.scenario.zone_of("references")
        return {
            "number": self.incident,
            "updates": [
                {
                    "at": format_moment(sent - 2 * _HOUR, zone),
                    "component": self._given("incident-updated")["component"],
                }
            ],
            "assignments": [
                {
                    "at": format_moment(sent - _HOUR, zone),
                    "to": self._given("incident-assigned")["to"],
                }
            ],
        }

    def _given(self, check: str) -> Mapping[str, Any]:
        """Return the edition's parameters of a check, also if an edition file has withdrawn it."""
        catalogue, edition = self.ground.catalogue, self.scenario.edition
        before = (r for r in catalogue.requirements() if check in r.checks)
        return next(iter((*catalogue.using(check, edition), *before))).parameters

    def _attestations(self) -> list[dict[str, Any]]:
        draft = Draft(
            self.ground,
            self.scenario.kind,
            self.scenario.edition,
            {"quarantine": {"set_by": self.scenario.set_by.value}},
        )
        return [
            {
                "requirement": requirement.id,
                "by": "TEST Officer",
                "at": format_moment(self.scenario.sent_at),
            }
            for requirement in draft.requirements
            if requirement.testable is Testable.ATTESTATION
        ]

    def _name(self, *references: str) -> str:
        tag = self.ground.profile.delivery.tags[self.scenario.kind]
        # As the rule of the guidance prints it, or as its example does.
        between = (_EN_DASH, "-")
        if self.ground.profile.readings["name-form"] == "rule":
            between = (f" {_EN_DASH} ", f" {_EN_DASH} ")
        parts = [f"{self.scenario.user_id}{between[0]}{references[0]}", *references[1:], tag]
        return between[1].join(parts)

    def _delivery(self) -> dict[str, Any]:
        scenario, rules = self.scenario, self.ground.profile.delivery
        named = self.ground.method_of(scenario.edition)
        method = scenario.method or named or rules.method
        if method != named and method not in rules.methods:
            raise TadpError(
                f"the profile has no delivery method {method!r}",
                remedy=f"one of: {', '.join(rules.methods)}",
            )
        references = self.smsr
        if scenario.kind is Kind.QCAF:
            references = f"{self.incident} {self.smsr}"
        if named is not None or method == rules.contingency:
            mailboxes = rules.contingency_mailboxes if named is None else self.ground.service_desk
            return {
                "method": method,
                "subject": references,
                "body": f"Please find attached the file for {references}.",
                "recipients": list(mailboxes),
                "primary_unavailable": True,
            }
        delivery: dict[str, Any] = {
            "method": method,
            "folder": rules.folders[scenario.kind],
            "name": self._name(self.smsr),
        }
        readings = self.ground.profile.readings
        if scenario.kind is Kind.QCAF and readings["incident-and-request-id"] == "name":
            delivery["name"] = self._name(self.smsr, self.incident)
        titled = readings["subject-line"] == "title"
        if titled or scenario.kind is Kind.QCAF or rules.methods[method].subject_line:
            delivery["subject"] = references
        return delivery

    def _quarantine(self, rows: list[list[str]]) -> dict[str, Any]:
        scenario = self.scenario
        quarantine: dict[str, Any] = {"set_by": scenario.set_by.value, "report": REPORT}
        if scenario.set_by == "dcc":
            quarantine["advised_at"] = format_moment(scenario.sent_at - 3 * _HOUR)
            quarantine["advice"] = advice(scenario, self.ground.profile, rows)
        return quarantine

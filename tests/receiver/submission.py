"""The facts about a submission: delivery, references, sender, and the quarantine of a QCAF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.receiver.records import Fault, Record, row_of

Table = dict[str, Any]

#: The entries of the SSI, and to whom an Incident is assigned, by edition.
COMPONENT = "Update Service Management Incident"
ASSIGNED = {"v2.0": "Service Desk", "mp109": "DCC"}
ITEMS = {"adt": "ADT File Submission", "qcaf": "QCAF Submission"}
DASHES = "[-\u2013]"
SPACED = f" ?{DASHES} ?"
BY_RULE, BY_EXAMPLE = " \u2013 ", ("\u2013", "-")
EMAIL = "v2.0"
#: Readings by which the method of choice is not unavailable, by the reason that is given.
OUTAGES = {"announced-outage": "unforeseen-only", "no-upload-right": "outage-only"}


def moment(text: str | None) -> datetime | None:
    """Return a time of the manifest, in UTC."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def mentions(text: str, reference: str) -> bool:
    """Return True if a reference is in a text, and not run together with anything."""
    return bool(re.search(rf"(?<![0-9A-Za-z]){re.escape(reference)}(?![0-9A-Za-z])", text))


@dataclass(frozen=True)
class Facts:
    """A manifest, and the profile that it is judged by."""

    manifest: Table
    profile: Table
    edition: str

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def set_by(self) -> str | None:
        return self._of("quarantine").get("set_by")

    @property
    def sent_at(self) -> datetime:
        found = moment(self.manifest["sent_at"])
        assert found is not None
        return found

    def _of(self, name: str) -> Table:
        return self.manifest.get(name) or {}

    def reading(self, note: str) -> str:
        return str(self.profile["readings"][note])

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with delivery, names and references."""
        yield from self._delivery()
        yield from self._requests()
        if self.kind == "qcaf":
            yield from self._incident()
        elif self.edition != EMAIL:
            yield from self._area()
        if self.kind == "adt" and not all(one["file"] for one in self._of("sender")["sets_adts"]):
            yield "file-for-each"

    def _delivery(self) -> Iterator[str]:
        delivery, rules = self._of("delivery"), self.profile["delivery"]
        method, contingency = delivery["method"], rules["contingency"]
        mailboxes = set(delivery.get("recipients", ()))
        if self.edition == EMAIL:
            both = self.reading("change-over") == "both" and method == rules["method"]
            desk = bool(mailboxes & set(rules["service_desk_mailboxes"]))
            if not both and (method != "email" or not desk):
                yield "method"
        elif method == contingency and self.reading("email-contingency") != "never":
            yield from self._by_contingency(delivery, mailboxes)
        elif method != rules["method"]:
            yield "method"
        else:
            yield from self._in_folder(delivery, rules)
        yield from self._subject(delivery)

    def _by_contingency(self, delivery: Table, mailboxes: set[str]) -> Iterator[str]:
        because = delivery.get("unavailable_because")
        excused = OUTAGES.get(because) not in self.profile["readings"].values()
        if not delivery.get("primary_unavailable") or not excused:
            yield "contingency"
        request = self._request()
        number = request["number"] if request else ""
        texts = [str(delivery.get(part)) for part in ("subject", "body")]
        own = self.kind == "qcaf"
        wanted = texts if own else texts[1:]
        if not all(mentions(text, number) for text in wanted):
            yield "contingency-reference"
        if not mailboxes & set(self.profile["delivery"]["contingency_mailboxes"]):
            yield "contingency-mailbox"

    def _in_folder(self, delivery: Table, rules: Table) -> Iterator[str]:
        if delivery["folder"] != rules["folders"][self.kind]:
            yield "folder"
        request = self._request()
        if request and not self._is_named(delivery["name"], rules["tags"][self.kind]):
            yield "name"

    def _is_named(self, name: str, tag: str) -> bool:
        sender = self._of("sender")
        own = [sender["user_id"]]
        if self.reading("party-or-user-id") == "party":
            own = [sender["party_eui64"]]
        shape = self.profile["references"]["smsr"]
        number = f"(?:{shape})?"
        form = self.reading("name-form")
        for one in map(re.escape, own):
            match form:
                case "rule":
                    pattern = BY_RULE.join((one, number, tag))
                case "example":
                    pattern = f"{one}{BY_EXAMPLE[0]}{number}{BY_EXAMPLE[1]}{tag}"
                case _:
                    pattern = rf"{one}{SPACED}{number}{SPACED}{tag}(?:\.[A-Za-z0-9]+)?"
            if re.fullmatch(pattern, name):
                return not self._has_another_number(name, shape)
        return False

    def _has_another_number(self, name: str, shape: str) -> bool:
        """Return True if a name has a Request Id other than the request's.

        Where there is no title, it is looked for in the name for the sake of the subject.
        """
        number = str(self._of("references")["smsr"]["number"])
        titled = self._of("delivery").get("subject") is not None
        return titled and bool(re.fullmatch(shape, number)) and not mentions(name, number)

    def _subject(self, delivery: Table) -> Iterator[str]:
        subject, name = delivery.get("subject"), str(delivery.get("name"))
        references = self._of("references")
        if self.kind == "adt":
            request = self._request()
            if request is None:
                return
            number = request["number"]
            by_name = subject is None and self.reading("subject-line") != "title"
            if not mentions(name if by_name else subject or "", number):
                yield "subject"
            return
        incident = references.get("incident") or {}
        number = str(incident.get("number"))
        if subject is None and self.reading("incident-and-request-id") == "request-id":
            return
        if not mentions(name if subject is None else subject, number):
            yield "subject"

    def _request(self) -> Table | None:
        found = self._of("references").get("smsr")
        return found if isinstance(found, dict) else None

    def _requests(self) -> Iterator[str]:
        request = self._request()
        is_dcc_set = self.set_by == "dcc" and self.edition != EMAIL
        if self.kind == "adt":
            yield from self._request_of_adt(request)
        elif is_dcc_set and not self._is_after_advice(request):
            yield "request-after-advice"
        if self.edition == EMAIL:
            return
        if self.kind == "adt" or is_dcc_set:
            needed = request is not None
        else:
            needed = self.reading("request-for-user-set-qcaf") != "dcc-set-only"
        item = request["catalogue_item"] if request is not None else None
        if needed and item != ITEMS[self.kind]:
            yield "catalogue-item"

    def _request_of_adt(self, request: Table | None) -> Iterator[str]:
        if request is None or not self._is_by_ssi(request):
            yield "request"
        if request is None:
            return
        raised = moment(request["raised_at"])
        assert raised is not None
        if raised >= self.sent_at:
            yield "request-before"
        if not re.fullmatch(self.profile["references"]["smsr"], request["number"]):
            yield "request-shape"

    def _is_by_ssi(self, request: Table) -> bool:
        return request["via"] == "SSI" or self.reading("users-without-ssi") == "otherwise"

    def _is_after_advice(self, request: Table | None) -> bool:
        if request is None:
            return False
        raised, advised = moment(request["raised_at"]), moment(self._of("quarantine")["advised_at"])
        assert raised is not None
        assert advised is not None
        return self._is_by_ssi(request) and advised < raised < self.sent_at

    def _incident(self) -> Iterator[str]:
        if self.set_by != "user":
            return
        incident = self._of("references")["incident"]
        updates = [one for one in incident["updates"] if one["component"] == COMPONENT]
        if not updates:
            yield "updated"
            return
        updated = min(str(moment(one["at"])) for one in updates)
        assigned = [one for one in incident["assignments"] if one["to"] == ASSIGNED[self.edition]]
        if self.reading("update-then-assign") != "any-order":
            assigned = [one for one in assigned if str(moment(one["at"])) >= updated]
        if not assigned:
            yield "assigned"

    def _area(self) -> Iterator[str]:
        area, sender = self._of("area"), self._of("sender")
        if not set(area["live_user_ids"]) <= {one["user_id"] for one in sender["sets_adts"]}:
            yield "file-for-each-user-id"
        live = [one[:23] for one in area["live"]]
        if len(live) != len(set(live)) and self.reading("live-folder") != "described":
            yield "one-live-file"


@dataclass(frozen=True)
class Quarantine:
    """The quarantine that a QCAF answers."""

    facts: Facts
    report: list[Record]

    def faults(self, records: list[Record]) -> Iterator[Fault]:
        """Yield what is wrong with the actions of a QCAF."""
        forms = self.facts.profile["files"]
        qcaf = [row_of(forms["qcaf"], one) for one in records]
        report = [row_of(forms["report"], one) for one in self.report]
        keys = self.facts.profile["files"]["qcaf"]["key"]
        columns = self.facts.profile["files"]["qcaf"]["columns"]
        action = next(one["name"] for one in columns if one.get("role") == "action")

        def key_of(row: dict[str, str]) -> tuple[str, ...]:
            return tuple(row[name] for name in keys)

        answered, asked = {key_of(row) for row in qcaf}, {key_of(row): row for row in report}
        missing = [key for key in asked if key not in answered]
        if missing and self.facts.reading("qcaf-completeness") != "missing-allowed":
            yield Fault("each")
        for number, row in enumerate(qcaf, 1):
            there = asked.get(key_of(row))
            if there is None:
                yield Fault("other", number)
                continue
            shared = [name for name in row if name in there and name != action]
            differs = any(row[name] != there[name] for name in shared)
            if differs and self.facts.reading("qcaf-other-fields") != "ignored":
                yield Fault("report", number)
        yield from self._advice(qcaf, action, key_of)
        if self.facts.edition != EMAIL:
            yield from self._late(qcaf, action)

    def _advice(self, qcaf: list[dict[str, str]], action: str, key_of: Any) -> Iterator[Fault]:
        advice = self.facts.manifest["quarantine"].get("advice")
        if self.facts.set_by != "dcc" or not advice:
            return
        if self.facts.reading("where-relevant") == "users-judgement":
            return
        for number, row in enumerate(qcaf, 1):
            one = advice if isinstance(advice, str) else advice.get(", ".join(key_of(row)))
            if one is not None and row[action] != one:
                yield Fault("advice", number)

    def _late(self, qcaf: list[dict[str, str]], action: str) -> Iterator[Fault]:
        columns = self.facts.profile["files"]["qcaf"]["columns"]
        when = next(one["name"] for one in columns if one.get("role") == "quarantined-at")
        by_completion = self.facts.reading("hours-counted-to") == "completion"
        end = moment(self.facts.manifest["completed_at"]) if by_completion else self.facts.sent_at
        assert end is not None
        limit = timedelta(hours=self.facts.profile["delivery"]["hours"])
        for number, row in enumerate(qcaf, 1):
            began = moment(row[when])
            assert began is not None
            over = end - began
            strict = self.facts.reading("exactly-120-hours") == "late"
            if over > limit or (strict and over == limit):
                released = row[action] == "Release" and self.facts.reading("late-release") != (
                    "in-vain"
                )
                yield Fault("late-release" if released else "late", number)
                return

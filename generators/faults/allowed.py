"""The faults that a reading of a note allows, so that no profile with it lists them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from conformance.model.requirement import Kind

#: By note and reading: kinds and names of faults, as patterns for ``kind:check/variant``.
_ALLOWED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("incident-and-request-id", "request-id"): ("qcaf:reference-in-subject/*",),
    ("byte-order-mark", "ignored"): ("*:byte-order-mark/*",),
    # Another rule names the letter then, which is not a value of its column.
    ("character-set", "utf-8"): ("*:characters/latin-letter",),
    ("null-form", "words"): ("*:null-form/*",),
    ("action-case", "any-case"): ("*:action-values/*-case",),
    ("qcaf-completeness", "missing-allowed"): ("*:action-for-each/*-left-out",),
    ("qcaf-other-fields", "ignored"): ("*:report-unchanged/*",),
    ("duplicate-rules", "last-wins"): ("adt:unique-key/*",),
    # Another rule that requires records is broken instead.
    ("empty-file", "allowed"): ("*:minimum-records/empty-file",),
    ("request-for-user-set-qcaf", "dcc-set-only"): ("qcaf:catalogue-item/*",),
    ("users-without-ssi", "otherwise"): ("*:smsr-raised/by-*", "*:smsr-after-advice/by-*"),
    ("whose-aro", "any"): ("*:certificate-of-aro/*",),
    ("party-or-user-id", "party"): ("*:name-form/another-party",),
    ("certificate-validity", "dcc"): ("*:certificate-valid/*",),
    ("late-release", "in-vain"): ("qcaf:no-late-release/*",),
    ("where-relevant", "users-judgement"): ("qcaf:actions-match-advice/*",),
    ("update-then-assign", "any-order"): ("*:incident-assigned/before-update",),
    ("live-folder", "described"): ("adt:one-live-file/two",),
    # Its character is one that the file may not have.
    ("record-sign", "allowed"): ("*:record-sign-absent/*",),
    ("ssi-or-sharepoint", "either"): ("*:published-via/*",),
}


def is_allowed(kind: Kind, name: str, readings: Mapping[str, str]) -> bool:
    """Return True if the fault called ``name`` breaks nothing under ``readings``."""
    return any(
        fnmatchcase(f"{kind.value}:{name}", pattern)
        for reading in readings.items()
        for pattern in _ALLOWED.get(reading, ())
    )

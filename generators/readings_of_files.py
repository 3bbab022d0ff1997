"""The questions of the notes on what is in a file: bytes, fields and records."""

from __future__ import annotations

from conformance.model.column import Role
from generators.question import (
    Question,
    fault,
    field,
    final_line_feed,
    originator_in_lower_case,
    request_in_lower_case,
    user_id_in_lower_case,
)

#: The stories that most questions are about.
ADT, QCAF = "adt-{method}", "qcaf-user-set"

OF_FILES = (
    Question(
        "final-line-feed",
        "line-feed-at-the-end",
        "the last record ends with a line feed",
        ADT,
        final_line_feed(there=True),
        {"either": (), "terminator": (), "separator": ("6.1-3",)},
    ),
    Question(
        "final-line-feed",
        "no-line-feed-at-the-end",
        "the last record ends with the file",
        ADT,
        final_line_feed(there=False),
        {"either": (), "terminator": ("6.1-3",), "separator": ()},
    ),
    Question(
        "quotes",
        "field-in-quotes",
        "a field in quotes",
        ADT,
        fault("quoting-absent/quoted/{user-id}"),
        {"data": ("6.3-4",), "rfc4180": ()},
    ),
    Question(
        "character-set",
        "letter-with-an-accent",
        "a letter with an accent in a code",
        ADT,
        field(Role.VARIANT, "7.1\u00e9".encode()),
        {"ascii": ("6.3-1",), "utf-8": ("6.3-11",)},
    ),
    Question(
        "byte-order-mark",
        "byte-order-mark",
        "a UTF-8 byte order mark",
        ADT,
        fault("byte-order-mark/utf-8"),
        {"refused": ("6.3-2",), "ignored": ()},
    ),
    Question(
        "null-form",
        "word-for-null",
        "the word NULL for a null",
        ADT,
        fault("null-form/{warning-threshold}/null-in-capitals"),
        {"commas-only": ("6.1-4",), "words": ()},
    ),
    Question(
        "action-case",
        "action-in-lower-case",
        "an action in lower case",
        QCAF,
        fault("action-values/lower-case"),
        {"exact": ("4.7(b)-2",), "any-case": ()},
    ),
    Question(
        "null-form",
        "space-for-null",
        "a space for a null",
        ADT,
        fault("null-form/{warning-threshold}/space"),
        {"commas-only": ("6.1-4",), "words": ()},
    ),
    Question(
        "eui64-case",
        "sender-in-lower-case",
        "a target EUI-64 in lower case",
        "report-user-set",
        fault("field-form/{request-id}/lower-case", {"eui64-case": "upper"}),
        {"upper": ("6.4-8",), "any": ()},
    ),
    Question(
        "eui64-case",
        "request-in-lower-case",
        "a Request ID in lower case",
        QCAF,
        request_in_lower_case,
        {"upper": ("6.5-8",), "any": ()},
    ),
    Question(
        "eui64-case",
        "originator-in-lower-case",
        "the originator of a Request ID in lower case",
        "qcaf-summer-time",
        originator_in_lower_case,
        {"upper": ("6.5-8",), "any": ()},
    ),
    Question(
        "eui64-case",
        "user-id-in-lower-case",
        "a User ID with a letter in lower case",
        "adt-fewest-records",
        user_id_in_lower_case,
        {"upper": ("6.3-8",), "any": ()},
    ),
    Question(
        "qcaf-completeness",
        "communication-left-out",
        "a quarantined communication left out",
        QCAF,
        fault("action-for-each/last-left-out"),
        {"exact": ("4.7-2",), "missing-allowed": ()},
    ),
    Question(
        "qcaf-other-fields",
        "other-field-changed",
        "another field than the action changed",
        QCAF,
        fault("report-unchanged/{variant}"),
        {"unchanged": ("4.7(b)-4",), "ignored": ()},
    ),
    Question(
        "warning-above-adt",
        "warning-above-threshold",
        "a Warning Threshold above its Anomaly Detection Threshold",
        ADT,
        fault("compare/*-above"),
        {"refused": ("6.3-13",), "allowed": ()},
    ),
    Question(
        "duplicate-rules",
        "rule-twice",
        "a rule twice",
        ADT,
        fault("unique-key/first-again"),
        {"refused": ("6.3-12",), "last-wins": ()},
    ),
)

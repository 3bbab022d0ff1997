"""Small holes that the author of a receiver might leave, made in the independent receiver.

``python:tests.receiver.holes:NAME`` is the receiver with one of them, for ``tadp assess`` and
``tadp fuzz``. Each is found by a case of the corpus, and would not be without it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.receiver.mutants import HOME, loaded

#: The requirement that a receiver breaks that rejects what conforms.
TAKES = "4.8-3"


class Hole(NamedTuple):
    """A replacement for text in a module, and the case that gives it away.

    ``case`` is a case of the corpus, ``laid_at`` the requirement that the hole is in.
    """

    module: str
    before: str
    after: str
    case: str
    laid_at: str

    def source(self) -> str:
        """Return the source of the module with the hole.

        Raises:
            ValueError: what is to be replaced is not there once.
        """
        whole = (HOME / f"{self.module}.py").read_text("utf-8")
        if whole.count(self.before) != 1:
            raise ValueError(f"{self.module} has {self.before!r} {whole.count(self.before)} times")
        return whole.replace(self.before, self.after)


def _end(stripped: str) -> tuple[str, str, str]:
    before = "        found = list(self._of_bytes(data))\n"
    return "records", before, f"        data = {stripped}\n{before}"


def _digits(pattern: str) -> tuple[str, str, str]:
    return "records", 'DIGITS = re.compile(r"0|[1-9][0-9]*")', f'DIGITS = re.compile(r"{pattern}")'


def _instant(pattern: str) -> tuple[str, str, str]:
    before = 're.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")'
    return "records", before, f're.compile(r"{pattern}")'


def _exists(value: str) -> tuple[str, str, str]:
    before = "datetime.fromisoformat(field)\n    except"
    return "records", before, f"datetime.fromisoformat(field := {value})\n    except"


_DAY, _TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_WORD = ("submission", r"(?![0-9A-Za-z])", r"(?![0-9])")
_FRONT = ("submission", r"(?<![0-9A-Za-z])", r"(?<![0-9])")
_NAME = ("submission", "if re.fullmatch(pattern, name):")
_FOLDER = ("submission", 'if delivery["folder"] != rules["folders"][self.kind]:')
_ADT, _QCAF = "adt-sharepoint", "qcaf-user-set"
_TEXT = '        text = data.decode("utf-8")\n        if not text'
_STRANGE = ("records", 'return not " " <= character <= "~"')
_COMPONENT = ("submission", 'if one["component"] == COMPONENT]')
_POWERS = ("certificates", "require(not usage.value.key_cert_sign and not usage.value.crl_sign)")
#: The signer's certificate is on lists that do not count, and is for other purposes, too.
_LISTS = "conforming/adt-other-lists"
_IS_CA = """\
    if constraints is None or not constraints.value.ca:
        return False
    if usage is not None and not usage.value.key_cert_sign:
        return False
"""
_SINCE = "notes/certificate-time/revoked-between-sending-and-checking/sending"

HOLES = {
    "ignores revocation dates": Hole(
        "certificates", " and entry.revocation_date_utc <= at", "", _SINCE, TAKES,
    ),
    "takes lists that were current when a file was sent": Hole(
        "certificates", "return until is not None and at <= until",
        "return one.last_update_utc <= at and until is not None and at <= until",
        f"3.4(b)-3/{_ADT}/revoked-by-later-list", "3.4(b)-3",
    ),
    "looks for serial numbers on the lists of every issuer": Hole(
        "certificates", "lists = [one for one in self.lists if _is_of(one, issuer, at)]",
        "lists = self.lists", "conforming/adt-same-serial", TAKES,
    ),
    "takes a certificate on hold": Hole(
        "certificates", "reason is REMOVED",
        "reason in (REMOVED, x509.ReasonFlags.certificate_hold)",
        f"3.4(b)-3/{_ADT}/on-hold", "3.4(b)-3",
    ),
    "knows signers by issuer": Hole(
        "signature", "return same and certificate.serial_number == serial.number", "return same",
        "conforming/adt-more-certificates", TAKES,
    ),
    "knows signers by serial number": Hole(
        "signature", "return same and certificate.serial_number == serial.number",
        "return certificate.serial_number == serial.number",
        "conforming/adt-more-certificates", TAKES,
    ),
    "looks for certificates inside alone": Hole(
        "signature", "    certificates += beside\n", "",
        "conforming/adt-certificates-beside", TAKES,
    ),
    "takes a CA that is not yet valid": Hole(
        "certificates", "require(below.not_valid_before_utc <= at <= below.not_valid_after_utc)",
        "require((len(path) > 1 or below.not_valid_before_utc <= at) "
        "and at <= below.not_valid_after_utc)",
        f"3.4(b)-3/{_ADT}/future-issuer", "3.4(b)-3",
    ),
    "takes a CA that may not sign certificates": Hole(
        "certificates", "if usage is not None and not usage.value.key_cert_sign:", "if False:",
        f"3.4(b)-3/{_ADT}/list-issuer", "3.4(b)-3",
    ),
    "takes an officer for a CA": Hole(
        "certificates", _IS_CA, "", f"3.4(b)-3/{_ADT}/officer-issuer", "3.4(b)-3"
    ),
    "takes a key for non-repudiation": Hole(
        "certificates", "usage.value.digital_signature)",
        "(usage.value.digital_signature or usage.value.content_commitment))",
        f"3.4(b)-3/{_ADT}/commitment-only", "3.4(b)-3",
    ),
    "knows role codes in decimal digits": Hole(
        "certificates", "[0-9A-Fa-f]{2}", "[0-9]{2}", "conforming/adt-same-serial", TAKES,
    ),
    "refuses PEM that says PKCS7": Hole(
        "signature", "BEGIN (?:CMS|PKCS7)-----", "BEGIN CMS-----", "conforming/adt-pkcs7-label",
        TAKES,
    ),
    "reads the first piece of BER": Hole(
        "encoding", 'b"".join(piece.octets for piece in self.inside)', "self.inside[0].octets",
        "conforming/adt-ber-attached", TAKES,
    ),
    "reads pieces of BER that have none themselves": Hole(
        "encoding", "piece.octets for piece", "piece.value for piece",
        "conforming/adt-ber-attached", TAKES,
    ),
    "takes a reference with a letter behind it": Hole(
        *_WORD, "4.7(a)-1/qcaf-contingency/run-together-with-a-letter", "4.7(a)-1",
    ),
    "takes a reference with a letter in front": Hole(
        *_FRONT, "4.7(a)-1/qcaf-contingency/run-together-in-front", "4.7(a)-1",
    ),
    "takes a request to the sender for one of the sender's": Hole(
        "records", 'senders != {self.sender}',
        'not all(self.sender in one for one in own)',
        f"6.5-13/{_QCAF}/one-originator-sender-as-target", "6.5-13",
    ),
    **{
        f"drops {what} at the end": Hole(
            *_end(f'data.rstrip(b"{code}")'), f"6.3-1/{_ADT}/{name}-at-the-end", "6.3-1"
        )
        for what, code, name in (
            ("VT", r"\x0b", "vertical-tab"), ("FF", r"\x0c", "form-feed")
        )
    },
    "drops CR at the end": Hole(
        *_end(r'data.rstrip(b"\r")'), f"6.1-3/{_ADT}/cr-at-the-end", "6.1-3"
    ),
    "drops CR LF at the end": Hole(
        *_end(r'data.removesuffix(b"\r\n")'), f"6.1-3/{_ADT}/crlf-at-the-end", "6.1-3"
    ),
    "drops empty records at the start": Hole(
        *_end(r'data.lstrip(b"\n")'), f"6.3-7/{_ADT}/blank-record-at-start", "6.3-7"
    ),
    "takes underscores in numbers": Hole(
        *_digits("0|[1-9][0-9]*(_[0-9]+)*"), f"6.3-8/{_ADT}/TimePeriodHours-underscore", "6.3-8"
    ),
    "takes 00": Hole(
        *_digits("0+|[1-9][0-9]*"), f"6.3-8/{_ADT}/WarningThreshold-double-zero", "6.3-8"
    ),
    "takes fractions of a second": Hole(
        *_instant(rf"{_DAY}T{_TIME}(\.[0-9]+)?Z"),
        f"6.5-8/{_QCAF}/QuarantinedAt-fraction", "6.5-8",
    ),
    "takes times without Z": Hole(
        *_instant(f"{_DAY}T{_TIME}Z?"), f"6.5-8/{_QCAF}/QuarantinedAt-no-zone", "6.5-8"
    ),
    "takes t and z": Hole(
        "records", "    if not INSTANT.fullmatch(field):",
        "    field = field.upper()\n    if not INSTANT.fullmatch(field):",
        f"6.5-8/{_QCAF}/QuarantinedAt-lower-case", "6.5-8",
    ),
    "takes times without seconds": Hole(
        *_instant(f"{_DAY}T[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?Z"),
        f"6.5-8/{_QCAF}/QuarantinedAt-no-seconds", "6.5-8",
    ),
    "takes times without hyphens and colons": Hole(
        *_instant("[0-9]{4}-?[0-9]{2}-?[0-9]{2}T[0-9]{2}:?[0-9]{2}:?[0-9]{2}Z"),
        f"6.5-8/{_QCAF}/QuarantinedAt-basic", "6.5-8",
    ),
    "takes 31 days in any month": Hole(
        *_exists('field.replace("-31T", "-28T")'), f"6.5-8/{_QCAF}/QuarantinedAt-no-such-day",
        "6.5-8",
    ),
    "takes month 13": Hole(
        *_exists('field.replace("-13-", "-12-")'), f"6.5-8/{_QCAF}/QuarantinedAt-no-such-month",
        "6.5-8",
    ),
    "takes minute 60": Hole(
        *_exists('field.replace(":60:", ":59:")'), f"6.5-8/{_QCAF}/QuarantinedAt-no-such-minute",
        "6.5-8",
    ),
    "refuses the counter 0": Hole(
        "records", ":(0|[1-9][0-9]*)", ":([1-9][0-9]*)", "conforming/qcaf-first-request", TAKES
    ),
    "takes a Request ID that ends in a colon": Hole(
        "records", "parts = REQUEST.fullmatch(field)",
        'parts = REQUEST.fullmatch(field + "0" * field.endswith(":"))',
        f"6.5-8/{_QCAF}/RequestID-empty-counter", "6.5-8",
    ),
    "takes the beginning of a code": Hole(
        "records", 'if field not in (VARIANTS if "values_from" in column else column["values"]):',
        'if not any(one.startswith(field) for one in '
        '(VARIANTS if "values_from" in column else column["values"])):',
        f"6.3-11/{_ADT}/UserRole-cut-short", "6.3-11",
    ),
    "takes a dot behind a code": Hole(
        "records", 'if field not in (VARIANTS if "values_from" in column else column["values"]):',
        'field = field.rstrip(".")\n'
        '    if field not in (VARIANTS if "values_from" in column else column["values"]):',
        f"6.3-11/{_ADT}/ServiceReferenceVariant-dot-behind", "6.3-11",
    ),
    "compares numbers in the first record alone": Hole(
        "records", "what = self._broken(rule, values)",
        'what = None if "left" in rule and number > 1 else self._broken(rule, values)',
        f"6.3-13/{_ADT}/warning-within-adt-above", "6.3-13",
    ),
    "lets OU send nothing": Hole(
        "records", "role not in VARIANTS[variant]",
        '(role == "OU" or role not in VARIANTS[variant])', "conforming/adt-every-role", TAKES,
    ),
    "takes an originator in lower case": Hole(
        "records",
        'if parts is None or (readings["eui64-case"] == "upper" and field != field.upper()):',
        'if parts is None or (readings["eui64-case"] == "upper" and '
        "field[23:] != field[23:].upper()):",
        "notes/eui64-case/originator-in-lower-case/upper", "6.5-8",
    ),
    "takes 30 February": Hole(
        *_exists('field.replace("-02-30T", "-02-28T")'), f"6.5-8/{_QCAF}/QuarantinedAt-february-30",
        "6.5-8",
    ),
    "takes day 32": Hole(
        *_exists('field.replace("-32T", "-28T")'), f"6.5-8/{_QCAF}/QuarantinedAt-day-32", "6.5-8"
    ),
    "drops fractions of a second of events": Hole(
        "submission", "    found = datetime.fromisoformat(text)\n",
        "    found = datetime.fromisoformat(text).replace(microsecond=0)\n",
        "conforming/adt-within-the-second", TAKES,
    ),
    "takes content that only the attribute calls data": Hole(
        "signature", "    require(content_type.oid == DATA)\n", "",
        f"3.4(b)-2/{_ADT}/not-data-but-so-called", "3.4(b)-2",
    ),
    "reads offsets in hours": Hole(
        "submission", "    found = datetime.fromisoformat(text)\n",
        '    found = datetime.fromisoformat(re.sub(r"([+-]\\d\\d:)\\d\\d$", r"\\g<1>00", text))\n',
        "conforming/adt-half-hour-zone", TAKES,
    ),
    "takes a name with something behind it": Hole(
        *_NAME, "if re.match(pattern, name):", f"UG1.4-1/{_ADT}/more-behind", "UG1.4-1"
    ),
    "takes a name with something in front": Hole(
        *_NAME, 'if re.search(f"{pattern}$", name):', f"UG1.4-1/{_ADT}/more-in-front", "UG1.4-1"
    ),
    "takes several extensions": Hole(
        "submission", r"(?:\.[A-Za-z0-9]+)?", r"(?:\.[A-Za-z0-9]+)*",
        f"UG1.4-1/{_ADT}/two-extensions", "UG1.4-1",
    ),
    "takes underscores in names": Hole(
        "submission", 'DASHES = "[-', 'DASHES = "[-_', f"UG1.4-1/{_ADT}/underscores", "UG1.4-1"
    ),
    "takes a folder inside": Hole(
        *_FOLDER, 'if not delivery["folder"].startswith(rules["folders"][self.kind]):',
        f"UG1.4-2/{_ADT}/folder-inside", "UG1.4-2",
    ),
    "knows a folder by its last name": Hole(
        *_FOLDER, 'if delivery["folder"].split("/")[-1] != '
        'rules["folders"][self.kind].split("/")[-1]:',
        f"UG1.4-2/{_ADT}/other-parent", "UG1.4-2",
    ),
    **{
        f"drops {what}": Hole(
            "records", _TEXT, _TEXT.replace("8\")", f'8").replace("{code}", "")'),
            f"6.3-1/{_ADT}/{name}", "6.3-1",
        )
        for what, code, name in (
            ("no-break spaces", r"\u00a0", "no-break-space"),
            ("byte order marks", r"\ufeff", "byte-order-mark"),
            ("control characters of Latin-1", r"\u0080", "latin-control"),
        )
    },
    "takes digits of full width": Hole(
        *_STRANGE, 'return not " " <= character <= "~" and character != "\uff11"',
        f"6.3-1/{_ADT}/full-width-digit", "6.3-1",
    ),
    "takes digits beyond U+FFFF": Hole(
        *_STRANGE, 'return not " " <= character <= "~" and character < "\U00010000"',
        f"6.3-1/{_ADT}/beyond-16-bits", "6.3-1",
    ),
    "takes a key twice that has a null": Hole(
        "records", "if key in seen and not (", 'if key in seen and "" not in key and not (',
        f"6.3-12/{_ADT}/null-again", "6.3-12",
    ),
    "takes a User ID with a letter in lower case": Hole(
        "records",
        'if not EUI64.fullmatch(field) or (readings["eui64-case"] == "upper" and '
        "field != field.upper()):",
        'if not EUI64.fullmatch(field) or (readings["eui64-case"] == "upper" and '
        "field == field.lower() != field.upper()):",
        "notes/eui64-case/user-id-in-lower-case/upper", "6.3-8",
    ),
    "compares all but the last byte of senders": Hole(
        "records", "!= {self.sender}",
        "!= {self.sender} and {one[:20] for one in own} != {self.sender[:20]}",
        f"6.3-14/{_ADT}/one-user-id-another-user", "6.3-14",
    ),
    "takes day 0": Hole(
        *_exists('field.replace("-00T", "-01T")'), f"6.5-8/{_QCAF}/QuarantinedAt-day-zero", "6.5-8"
    ),
    "takes month 0": Hole(
        *_exists('field.replace("-00-", "-01-")'), f"6.5-8/{_QCAF}/QuarantinedAt-month-zero",
        "6.5-8",
    ),
    "refuses 29 February": Hole(
        *_exists('field.replace("-02-29", "-02-30")'), "conforming/qcaf-long", TAKES
    ),
    "knows references in either case": Hole(
        "submission", '(?![0-9A-Za-z])", text)', '(?![0-9A-Za-z])", text, re.IGNORECASE)',
        f"4.7(a)-1/{_QCAF}/in-lower-case", "4.7(a)-1",
    ),
    "knows folders in either case": Hole(
        *_FOLDER, 'if delivery["folder"].lower() != rules["folders"][self.kind].lower():',
        f"UG1.4-2/{_ADT}/in-lower-case", "UG1.4-2",
    ),
    "takes the name of another request": Hole(
        "submission", "return not self._has_another_number(name, shape)", "return True",
        f"UG1.5-1/{_QCAF}/another-request", "UG1.5-1",
    ),
    "takes a request of the moment of sending": Hole(
        "submission", "advised < raised < self.sent_at", "advised < raised <= self.sent_at",
        "4.13-1/qcaf-dcc-set/at-sending", "4.13-1",
    ),
    "takes a component of a longer name": Hole(
        *_COMPONENT, 'if one["component"].startswith(COMPONENT)]', f"4.8-1/{_QCAF}/longer", "4.8-1"
    ),
    "knows components in either case": Hole(
        *_COMPONENT, 'if one["component"].lower() == COMPONENT.lower()]',
        f"4.8-1/{_QCAF}/in-lower-case", "4.8-1",
    ),
    "looks at the first update alone": Hole(
        "submission", 'for one in incident["updates"] if', 'for one in incident["updates"][:1] if',
        "conforming/qcaf-several-updates", TAKES,
    ),
    "ignores assignments after the sending": Hole(
        "submission", 'for one in incident["assignments"] if',
        'for one in incident["assignments"] if moment(one["at"]) <= self.sent_at and',
        "conforming/qcaf-several-updates", TAKES,
    ),
    "takes whom any edition names": Hole(
        "submission", '== ASSIGNED[self.edition]]', "in ASSIGNED.values()]",
        f"4.8-2/{_QCAF}/of-another-edition", "4.8-2",
    ),
    "compares neighbours in Live alone": Hole(
        "submission", "if len(live) != len(set(live))",
        "if any(one == other for one, other in zip(live, live[1:]))",
        f"UG1.4-3/{_ADT}/two", "UG1.4-3",
    ),
    "compares all fields with the report's but the last": Hole(
        "submission", "there[name] for name in shared)", "there[name] for name in shared[:-1])",
        "4.13(b)-4/qcaf-dcc-set/Breach", "4.13(b)-4",
    ),
    "wants advice on each communication": Hole(
        "submission", "if one is not None and row[action] != one:", "if row[action] != one:",
        "conforming/qcaf-partly-advised", TAKES,
    ),
    "looks for the last rule in force alone": Hole(
        "receiver", "not in there for record in live)", "not in there for record in live[-1:])",
        f"UG1.1-1/{_ADT}/beside-one-removed", "UG1.1-1",
    ),
    "misses no rule once one is removed": Hole(
        "receiver", "not in there for record in live)",
        'not in there and not replaced["removed"] for record in live)',
        f"UG1.1-1/{_ADT}/beside-one-removed", "UG1.1-1",
    ),
    "takes another file inside a signature beside": Hole(
        "signature", "require(file is not None and inside in (None, file))",
        "require(file is not None)", f"3.4(b)-2/{_ADT}/other-inside", "3.4(b)-2",
    ),
    "refuses the file inside a signature beside": Hole(
        "signature", "require(file is not None and inside in (None, file))",
        "require(file is not None and (inside is None or inside is file))",
        "conforming/adt-inside-as-well", TAKES,
    ),
    "refuses PEM in lines of Windows": Hole(
        "signature", "b64decode(armour[1])",
        'b64decode(armour[1].replace(b"\\n", b""), validate=True)', "conforming/adt-pkcs7-label",
        TAKES,
    ),
    "takes a certificate that says that it is a CA's": Hole(
        "certificates", "require(constraints is None or not constraints.value.ca)", "pass",
        f"3.4(b)-3/{_ADT}/ca-flag", "3.4(b)-3",
    ),
    "takes a key that may sign certificates": Hole(
        *_POWERS, "require(not usage.value.crl_sign)", f"3.4(b)-3/{_ADT}/issuing-usage", "3.4(b)-3"
    ),
    "takes a key that may sign lists": Hole(
        *_POWERS, "require(not usage.value.key_cert_sign)", f"3.4(b)-3/{_ADT}/list-usage",
        "3.4(b)-3",
    ),
    "refuses a purpose beside that of files": Hole(
        "certificates", "any(one in PURPOSES for", "all(one in PURPOSES for", _LISTS, TAKES
    ),
    "heeds lists that are out of date": Hole(
        "certificates", "return until is not None and at <= until", "return True", _LISTS, TAKES
    ),
    "heeds lists that another key has signed": Hole(
        "certificates", " or not one.is_signature_valid(issuer.public_key())", "", _LISTS, TAKES
    ),
    "heeds lists of another issuer": Hole(
        "certificates", "one.issuer != issuer.subject or ", "", _LISTS, TAKES
    ),
    "takes a certificate from the day on which it begins": Hole(
        "certificates", "require(below.not_valid_before_utc <= at",
        "require(below.not_valid_before_utc.date() <= at.date() and at",
        f"3.4(b)-3/{_ADT}/valid-that-day", "3.4(b)-3",
    ),
    "takes a certificate on the day on which it was revoked": Hole(
        "certificates", "entry.revocation_date_utc <= at",
        "entry.revocation_date_utc.date() < at.date()",
        f"3.4(b)-3/{_ADT}/revoked-that-day", "3.4(b)-3",
    ),
    "ignores how update-then-assign is read": Hole(
        "submission", 'if self.reading("update-then-assign") != "any-order":', "if True:",
        "notes/update-then-assign/qcaf-after-another-order/any-order", TAKES,
    ),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in HOLES:
        raise AttributeError(name)
    hole = HOLES[name]
    return loaded({hole.module: hole.source()})


# Holes that were tried, and that no case gives away.
#
# Equivalent: tabs that are stripped and digits of other scripts are characters that 6.1 refuses
# first; no conforming record is as long as the profile lets it be; fields of a QCAF that are
# compared with the report's in either case are codes, numbers and times, which have one case; no
# message has a time without a zone.
#
# Not seen by verdict: communications that are counted, not compared. As many, one of them
# missing are refused for the other one, or for a key that is there twice.
#
# Not decided by the clauses, as far as they are known: a folder with a slash behind it; a request
# "via ssi"; a request in the very second of the advice, an assignment in that of the update; text
# around PEM; a certificate whose issuer's lists are all out of date or missing; the dates of a
# trust anchor.
#

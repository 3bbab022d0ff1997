"""Everything that reads bytes of others, as functions of bytes: for fuzzing, and for the tests.

A target ends, with a value, a finding or a ``TadpError``; any other exception is a fault of ours.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from conformance.assessment.messages import Outcome, answer_of, parse
from conformance.assessment.neutral import Job, neutral_copies, prepare_workspace
from conformance.assessment.terms import Terms
from conformance.assessment.web import Web
from conformance.checker import check_submission
from conformance.checks import Setting
from conformance.content import Content
from conformance.errors import TadpError
from conformance.model.profile_loading import load_profile, profile_text
from conformance.model.requirement import Kind, Phase
from conformance.model.schema import validator
from conformance.quarantine.document import Deadlines
from conformance.quarantine.document import document_of as deadlines_of
from conformance.quarantine.schedule import Schedule
from conformance.quarantine.source import Source
from conformance.quarantine.text import text_of as deadline_text
from conformance.records.adt_change import compare
from conformance.records.time_limit import TimeLimit
from conformance.report.assessed.tally import result_of, tally
from conformance.report.formats import FORMATS, render
from conformance.report.frame import sealed
from conformance.report.raw import report_of, summary_of
from conformance.report.reading import examine_report
from conformance.report.style import Style
from conformance.signature import Opened, SignedInput, TrustStore, examine, load_trust, open_file
from conformance.submission.area.reading import read_area
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.lone import read_lone
from conformance.submission.reading import read_submission
from conformance.thresholds.adt_file import read_adt_file
from conformance.thresholds.document import Comparison, document_of
from conformance.thresholds.page import page_of as diff_page
from conformance.thresholds.text import text_of
from generators.signing import Signing, sign
from tests.checks.situation import DCCS
from tests.corpus import FIXTURES, setting_of
from tests.generators.golden import AT as SIGNED_AT
from tests.quarantine.alerts import document
from tests.quarantine.alerts import message as alert
from tests.report.assessed.made import ACCEPTS, assessed
from tests.running import PATIENCE
from tests.shipped import shipped_corpus
from tests.signature.signing import RECORD

_CASES = FIXTURES / "cases"
_ADT = FIXTURES / "examples" / "adt-conforming"
#: Cases that conform, by the name of the file that is signed in each.
_SIGNED = {"adt.csv": "adt-sharepoint", "qcaf.csv": "qcaf-user-set"}
#: All containers, so that each reader is reached.
_CONTAINERS = ("cms-attached", "cms-detached", "raw-detached", "signature-record", "smime")


@dataclass(frozen=True)
class Target:
    """A reader: ``run`` hands it bytes, and ``seeds`` are some that it takes, perhaps JSON."""

    name: str
    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    is_json: bool = False

    def put(self, data: bytes) -> str | None:
        """Hand it ``data``; the text of the ``TadpError`` that it ended with, if it did."""
        try:
            self.run(data)
        except TadpError as error:
            return str(error)
        return None


@cache
def _folder() -> Path:
    """A folder of this process, in memory where there is such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made for us alone
    holder = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None)
    _HOLDERS.append(holder)
    return Path(holder.name)


_HOLDERS: list[Any] = []


@cache
def _setting() -> Setting:
    setting = setting_of(FIXTURES / "profile.toml")
    rules = replace(setting.profile.signature, containers=_CONTAINERS, record=RECORD)
    return replace(setting, profile=replace(setting.profile, signature=rules))


def _file(name: str, data: bytes) -> Path:
    path = _folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


def _checked(submission: Submission, setting: Setting | None = None) -> None:
    """Check it with everything on, and write what was found as a person sees it."""
    setting = setting or _setting()
    checked = check_submission(submission, setting)
    findings = [finding for result in checked.results for finding in result.findings]
    assert all(finding.message for finding in findings)
    if findings:
        assert render(report_of([checked], setting), "text")


def _samples(pattern: str, most: int = 40) -> list[bytes]:
    """Different files of the corpus, small ones first."""
    found = {path.read_bytes() for path in _CASES.rglob(pattern)}
    return sorted(found, key=lambda data: (len(data), data))[:: max(1, len(found) // most)]


def _names() -> list[bytes]:
    found = {path.name for path in _CASES.rglob("*REQ*")}
    others = ["desktop.ini", "70-00-00-00-00-00-00-01\u2013REQ000000000001-ADT", "\u202e.csv"]
    return [os.fsencode(name) for name in [*sorted(found), *others]]


# --- Signatures ---------------------------------------------------------------------------------


def attached(data: bytes) -> None:
    """A lone file that may be a container, an S/MIME message or signed in its last record."""
    content = Content.of_bytes("adt.csv.p7m", data)
    _checked(read_lone(content, None, CliHints(Kind.ADT), _setting().profile))


def detached(data: bytes) -> None:
    """A detached signature beside a file."""
    file = Content.of_bytes("adt.csv", (_ADT / "adt.csv").read_bytes())
    signature = Content.of_bytes("adt.csv.p7s", data)
    _checked(Submission("adt.csv", Kind.ADT, Path(), file=file, signature=signature))


def certificate(data: bytes) -> None:
    """The certificate of a signer, and a file of trust anchors."""
    setting = _setting()
    rules = setting.profile.certificate
    opened = Opened("raw-detached", certificate=data, others=(data,))
    found = examine(opened, setting.trust, rules, setting.now)
    assert found.faults or found.gaps or found.fingerprint
    with suppress(TadpError):
        trust = load_trust([_file("trust", data)], [])
        examine(opened, trust, rules, setting.now)
        signer = Opened("raw-detached", certificate=_signer(), others=trust.anchors)
        examine(signer, trust, rules, setting.now)
    if not found.fingerprint:
        raise TadpError("no certificate")


@cache
def _signer() -> bytes:
    signed_input = SignedInput(*(Content.of_file(n, _ADT / n) for n in ("adt.csv", "adt.csv.p7s")))
    found = open_file(signed_input, _setting().profile.signature).certificate
    assert found is not None
    return found


def revocation_list(data: bytes) -> None:
    """A certificate revocation list."""
    setting = _setting()
    lists = load_trust([], [_file("crl", data)]).crls
    opened = Opened("raw-detached", certificate=_signer())
    trust = TrustStore(setting.trust.anchors, lists)
    examine(opened, trust, setting.profile.certificate, setting.now)


# --- Records, manifests, messages ---------------------------------------------------------------


def records(data: bytes) -> None:
    """A CSV file of each kind, with the same bytes as the report that a QCAF belongs to."""
    content = Content.of_bytes("file.csv", data)
    for kind in (Kind.ADT, Kind.QCAF, Kind.REPORT, Kind.PUBLICATION):
        submission = read_lone(content, None, CliHints(kind), _setting().profile)
        if kind is Kind.QCAF:
            quarantine = replace(submission.quarantine, report=content)
            submission = replace(submission, quarantine=quarantine)
        _checked(submission)


def lone(data: bytes) -> None:
    """A lone file, with nothing known about it."""
    setting = _setting()
    _checked(read_lone(Content.of_bytes("data", data), None, CliHints(), setting.profile))


def submission(data: bytes) -> None:
    """``submission.json`` beside the files of a conforming submission."""
    for path in _ADT.iterdir():
        _file(f"submission/{path.name}", path.read_bytes())
    _file("submission/submission.json", data)
    _checked(read_submission(str(_folder() / "submission"), CliHints(), _setting().profile))


def area(data: bytes) -> None:
    """``area.json`` in a copy of an area."""
    _checked(_area(_file("area/area.json", data).parent, None))


def live_users(data: bytes) -> None:
    """A list of live User IDs, for an area that has none."""
    _checked(_area(_folder(), _file("users/list", data)))


def names(data: bytes) -> None:
    """Names of files in an area, one a line."""
    home = Path(tempfile.mkdtemp(dir=_folder()))
    live = home / "ADT File Submissions" / "Live"
    live.mkdir(parents=True)
    try:
        for name in data.split(b"\n")[:20]:
            with suppress(OSError, ValueError):
                (live / os.fsdecode(name.replace(b"/", b""))).write_bytes(b"x")
        _checked(_area(home, None))
    finally:
        shutil.rmtree(home)


def _area(root: Path, users: Path | None) -> Submission:
    return read_area(root, "area", users, _setting().profile)


def publication(data: bytes) -> None:
    """``publication.json`` of DCC, beside some files."""
    for name in ("template.csv", "filled-in.csv", "guidance.txt"):
        _file(f"publication/{name}", (_ADT / "adt.csv").read_bytes())
    _file("publication/publication.json", data)
    _checked(read_submission(str(_folder() / "publication"), CliHints(), _setting().profile))


def message(data: bytes) -> None:
    """An email message, as a lone file and as evidence."""
    content = Content.of_bytes("message.eml", b"Subject: ADT\r\n" + data)
    _checked(read_lone(content, None, CliHints(Kind.ADT), _setting().profile))


def signed(data: bytes) -> None:
    """The file of a submission of each kind, signed again, so that all of it is checked."""
    for name, case in _SIGNED.items():
        folder = _folder() / f"signed-{case}"
        if not folder.is_dir():
            shutil.copytree(_CASES / "conforming" / case / "submission", folder)
        made = sign(name, data, Signing(), SIGNED_AT)
        assert made.signature is not None
        (folder / name).write_bytes(made.file)
        (folder / f"{name}.p7s").write_bytes(made.signature)
        checked = check_submission(
            read_submission(str(folder), CliHints(), _setting().profile), _setting()
        )
        wrong = [r for r in checked.roots if r.requirement.phase is Phase.SIGNATURE]
        assert not wrong, wrong
        assert render(report_of([checked], _setting()), "text")


# --- What is compared and counted -----------------------------------------------------------------


def compared(data: bytes) -> None:
    """An ADT File, compared with a good one, and reported in each form."""
    setting = _setting()
    live = read_adt_file(
        read_lone(
            Content.of_file("live.csv", _ADT / "live.csv"),
            None,
            CliHints(Kind.ADT),
            setting.profile,
        ),
        setting,
    )
    content = Content.of_bytes("new.csv", data)
    new = read_adt_file(read_lone(content, None, CliHints(Kind.ADT), setting.profile), setting)
    for pair in ((live, new), (new, live)):
        found = Comparison(*pair, compare(pair[0].table, pair[1].table), setting.profile)
        assert all(line.isprintable() for line in text_of(found, Style(colour=False)))
        assert validator("diff").is_valid(json.loads("".join(document_of(found))))
        assert diff_page(found)


def quarantine(data: bytes) -> None:
    """A report of a quarantine, or alerts in XML, whose deadlines are reported."""
    setting = _setting()
    source = Source.of(Content.of_bytes("quarantine", data), setting)
    schedule = Schedule(TimeLimit.of(setting.profile), setting.now)
    for communication in source.communications():
        schedule.add("quarantine", communication)
    document = deadlines_of(Deadlines(schedule, [source], setting))
    assert validator("deadline").is_valid(document)
    assert sum(group["count"] for group in document["groups"]) == source.count + source.unread
    assert all(line.isprintable() for line in deadline_text(document, Style(colour=False)))


# --- Profiles and reports -----------------------------------------------------------------------


def profile(data: bytes) -> None:
    """A profile, which then judges a submission."""
    setting = _setting()
    loaded = load_profile(str(_file("profile.toml", data)), setting.catalogue)
    mine = replace(setting, profile=loaded)
    content = Content.of_file("adt.csv", _ADT / "adt.csv")
    _checked(read_lone(content, None, CliHints(Kind.ADT), loaded), mine)


def report(data: bytes) -> None:
    """A raw report, which is shown in every form, sealed again so that the views are reached."""
    read = examine_report(str(_file("report.json", data)))
    if read.value is None:
        raise TadpError(read.problems[0])
    value = dict(read.value)
    if "submissions" in value:
        value["summary"] = summary_of(value["submissions"])
    else:
        value["summary"] = tally(value["cases"])
        value["result"] = result_of(value)
    if value.pop("digest", None) is not None:
        path = _file("report.json", render(sealed(value), "json").encode("utf-8"))
        read = examine_report(str(path))
    if read.value is None or read.problems:
        raise TadpError(read.problems[0])
    for form in FORMATS:
        assert isinstance(render(read.value, form), str)


# --- Replies of an implementation ---------------------------------------------------------------

#: The job that seeds answer.
_JOB_ID = b"0123456789abcdef"


def reply(data: bytes) -> None:
    """An answer of an implementation as JSON, through any adapter."""
    taken = False
    for schema in ("assess-answer", "assess-done", "assess-hello"):
        # A ValueError is what every adapter makes an answer of.
        with suppress(ValueError):
            found = parse(data, schema)
            taken = True
            if schema != "assess-hello":
                assert answer_of(found, _JOB_ID.decode(), required=False).outcome
    if not taken:
        raise TadpError("no answer by any schema")


def web(data: bytes) -> None:
    """Any response of an HTTP service."""
    place = _server()
    place.reply = data
    adapter = Web(f"http://127.0.0.1:{place.port}/", Terms(timeout=PATIENCE))
    answer = adapter.ask(_job())
    assert answer.outcome
    if answer.outcome is Outcome.ERROR:
        raise TadpError(answer.reason)


@cache
def _job() -> Job:
    """A case of the corpus, as an implementation elsewhere gets it, under the id of the seeds."""
    corpus = shipped_corpus()
    case = next(case for case in corpus.cases if case.conforms)
    workspace = prepare_workspace(corpus, _folder() / "workspace")
    ((_, job),) = neutral_copies([case], 0, workspace)
    name = _JOB_ID.decode()
    return Job(name, job.folder, {**job.message, "id": name})


class _Server:
    """Answers every connection with ``reply``, and closes it."""

    def __init__(self) -> None:
        self.reply = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection, suppress(OSError):
                connection.settimeout(5)
                connection.recv(1 << 20)
                connection.sendall(self.reply)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(1 << 16):
                    pass


@cache
def _server() -> _Server:
    return _Server()


# --- Seeds --------------------------------------------------------------------------------------


def _signatures() -> list[bytes]:
    return [*_samples("*.p7s"), *_signed_mail()]


def _containers() -> list[bytes]:
    return [*_samples("*.p7m"), *_signed_mail(), *_signatures()[:5]]


def _certificates() -> list[bytes]:
    trust = [path.read_bytes() for path in sorted((FIXTURES / "trust").glob("*root.pem"))]
    return [*trust, _signer(), *_setting().trust.anchors]


def _messages() -> list[bytes]:
    file, signature = ((_ADT / name).read_bytes() for name in ("adt.csv", "adt.csv.p7s"))
    made = []
    for kind, extra in (("mixed", ()), ("alternative", (signature,))):
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "a@example.com", '"B, C" <b@example.com>, c@example.com'
        mail["Subject"], mail["Date"] = (
            "REQ000000000001 \u2013 ADT",
            "Mon, 2 Jun 2025 10:00:00 +0100",
        )
        mail.set_content("REQ000000000001 \u00e4\n")
        mail.add_attachment(file, "text", "csv", filename="adt \u2013 1.csv")
        for data in extra:
            mail.add_attachment(data, "application", "pkcs7-signature", filename="adt.p7s")
        mail.replace_header("Content-Type", f"multipart/{kind}; boundary=b")
        made.append(mail.as_bytes())
    return made


def _alerts() -> list[bytes]:
    several = document(alert(1), alert(2, DCCS, variant="1.1.1"), alert(3, when=None))
    return [several, several.decode().encode("utf-16")]


def _signed_mail() -> list[bytes]:
    container = base64.encodebytes((_ADT / "adt.csv.p7s").read_bytes())
    head = b"MIME-Version: 1.0\nContent-Type: "
    opaque = b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n"
    encoding = b"Content-Transfer-Encoding: base64\n\n"
    clear = b'multipart/signed; protocol="application/pkcs7-signature"; boundary="b"\n\n'
    file = (_ADT / "adt.csv").read_bytes()
    part = b"\n--b\nContent-Type: application/pkcs7-signature\n" + encoding + container
    armour = b"-----BEGIN CMS-----\n" + container + b"-----END CMS-----\n"
    several = head + clear + b"--b\n" + file + part + b"--b--\n"
    return [head + opaque + encoding + container, several, armour]


def _lists() -> list[bytes]:
    lists = [path.read_bytes() for path in sorted((FIXTURES / "trust").glob("*crls.pem"))]
    return [*lists, *_setting().trust.crls]


def _profiles() -> list[bytes]:
    head = 'profile = "mine"\ntitle = "x"\nversion = "1"\nextends = "reference"\n'
    extra = '[readings]\nfinal-line-feed = "terminator"\n[references]\nsmsr = "REQ[0-9]{12}"\n'
    return [profile_text("reference").encode(), head.encode(), (head + extra).encode()]


def _reports() -> list[bytes]:
    setting = _setting()
    found = []
    for name in ("adt-conforming", "adt-saved-by-a-spreadsheet"):
        source = str(FIXTURES / "examples" / name)
        checked = check_submission(read_submission(source, CliHints(), setting.profile), setting)
        found.append(_small(report_of([checked], setting)))
    assessment = assessed(ACCEPTS, "--only", "6.1-6")
    return [*found, render(assessment, "json").encode("utf-8")]


def _small(report: dict[str, Any]) -> bytes:
    """A report of two requirements, so that most of its bytes matter."""
    (one,) = report["submissions"]
    results = [r for r in one["requirements"] if r["id"] in ("6.1-3", "3.4(b)-1")]
    words = report["catalogue"][one["edition"]]
    kept = {r["id"]: words[r["id"]] for r in results}
    notes = {name for wording in kept.values() for name in wording["notes"]}
    relying = [*results, *(f for r in results for f in r["findings"])]
    notes |= {name for one_of in relying for name in one_of.get("notes", ())}
    submissions = [{**one, "requirements": results}]
    rest = {key: value for key, value in report.items() if key not in ("digest", "complete")}
    small = {
        **rest,
        "catalogue": {one["edition"]: kept},
        "notes": {name: report["notes"][name] for name in notes},
        "submissions": submissions,
        "summary": summary_of(submissions),
    }
    return render(sealed(small), "json").encode("utf-8")


def _replies() -> list[bytes]:
    return [
        b'{"tadp":1,"type":"answer","id":"%s","outcome":"accepted"}' % _JOB_ID,
        b'{"tadp":1,"type":"answer","id":"%s","outcome":"rejected","reasons":[{"clause":"6.1",'
        b'"requirement":"6.1-3","record":1,"field":2,"offset":3}]}' % _JOB_ID,
        b'{"tadp":1,"type":"done","id":"%s","outcome":"written","files":{"adt.csv":"YSxiCg=="}}'
        % _JOB_ID,
        b'{"tadp":1,"type":"hello","name":"x","version":"1"}',
    ]


def _responses() -> list[bytes]:
    ok = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    body = _replies()[0]
    chunked = b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    return [
        ok + b"Content-Length: %d\r\n\r\n" % len(body) + body,
        ok + chunked,
        b"HTTP/1.1 500 No\r\n\r\n",
    ]


def _all() -> Iterator[Target]:
    yield Target("attached", attached, _containers)
    yield Target("detached", detached, _signatures)
    yield Target("certificate", certificate, _certificates)
    yield Target("crl", revocation_list, _lists)
    yield Target("records", records, lambda: _samples("*.csv"))
    yield Target("lone", lone, lambda: [*_samples("*.csv", 8), *_containers()[:8]])
    yield Target("signed", signed, lambda: [*_samples("adt.csv", 20), *_samples("qcaf.csv", 20)])
    yield Target("compared", compared, lambda: [*_samples("adt.csv", 20), *_containers()[:8]])
    yield Target("quarantine", quarantine, lambda: [*_samples("report.csv", 10), *_alerts()])
    yield Target("submission", submission, lambda: _samples("submission.json"), is_json=True)
    yield Target("publication", publication, lambda: _samples("publication.json"), is_json=True)
    yield Target("area", area, lambda: _samples("area.json"), is_json=True)
    yield Target("live-users", live_users, lambda: [b"70-00-00-00-00-00-00-01 # live\r\n\n"])
    yield Target("names", names, _names)
    yield Target("message", message, _messages)
    yield Target("profile", profile, _profiles)
    yield Target("report", report, _reports, is_json=True)
    yield Target("reply", reply, _replies, is_json=True)
    yield Target("web", web, _responses)


TARGETS = {target.name: target for target in _all()}

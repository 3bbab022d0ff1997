"""Checks before and after signing: a file is fit to be signed, and then to be sent.

Both are asked of the checker: what ``tadp check`` would reject is not worth a signature.
"""

from __future__ import annotations

from pathlib import Path

from conformance.checker import Checked, check_submission
from conformance.checks.context import Setting
from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.profile import SignatureRules
from conformance.model.requirement import Kind, Phase
from conformance.signature import SignedInput, open_file
from conformance.signature.writing.form import SignatureForm
from conformance.submission.evidence import Submission
from conformance.submission.hints import CliHints
from conformance.submission.kind import require_csv
from conformance.submission.lone import read_lone

#: Requirements that the bytes of the file show, signed or not.
_OF_THE_FILE = (Phase.BYTES, Phase.RECORDS, Phase.FIELDS, Phase.KEYS)


def unsigned(path: Path, kind: Kind | None, setting: Setting) -> Submission:
    """The file at ``path`` as a submission without a signature; ``kind``: what it is.

    Raises:
        TadpError: it is not an ADT File or QCAF, or it is signed already.
    """
    content = Content.of_file(str(path), path)
    require_csv(content, "sign the CSV file itself")
    read = read_lone(content, path, CliHints(kind), setting.profile)
    if read.file is not content:
        raise TadpError("is a message", where=str(path), remedy="sign the CSV file itself")
    if read.kind is Kind.REPORT:
        raise TadpError(
            f"looks like a {read.kind.label}, which is not signed by Users",
            where=str(path),
            remedy="enter an action for each record, or say --kind qcaf",
        )
    if read.kind not in (Kind.ADT, Kind.QCAF):
        raise TadpError("is not a file that a User signs", where=str(path), remedy="say --kind")
    container = open_file(SignedInput(content), setting.profile.signature).container
    if container is not None:
        raise TadpError(
            f"is signed already: {container}", where=str(path), remedy="sign the CSV file itself"
        )
    return Submission(source=content.name, kind=read.kind, root=path.parent, file=content)


def check_unsigned(
    submission: Submission, setting: Setting, progress: Progress | None = None
) -> Checked:
    """Check all that the bytes of a file show before it is signed."""
    # Requirements derived from others would fail because there is no signature.
    wanted = [
        r.id
        for r in setting.catalogue.requirements()
        if r.phase in _OF_THE_FILE and not r.derived_from
    ]
    return check_submission(submission, setting, wanted, progress)


def check_signed(submission: Submission, signed_input: SignedInput, setting: Setting) -> Checked:
    """Check ``submission`` as it would be sent: signed, as ``signed_input`` has it."""
    signed = Submission(
        source=signed_input.content.name,
        kind=submission.kind,
        root=submission.root,
        file=signed_input.content,
        signature=signed_input.detached,
        certificate=signed_input.certificate,
    )
    return check_submission(signed, setting)


def require_proof(
    original: Content, signed_input: SignedInput, form: SignatureForm, rules: SignatureRules
) -> None:
    """Open what was written, as any receiver would, and hold it to the file that was signed.

    Raises:
        TadpError: the signature does not hold, or not over the bytes that ``original`` had when
            it was digested.
    """
    opened = open_file(signed_input, rules)
    problem = None
    if opened.container != form.container:
        problem = f"it reads as {opened.container}, not as {form.container}"
    elif opened.faults:
        problem = opened.faults[0].message
    elif opened.data is None or opened.data.digest(form.digest) != original.digest(form.digest):
        problem = "it is over other bytes"
    if problem is not None:
        raise TadpError(
            f"what was signed does not verify: {problem}",
            where=original.name,
            remedy="nothing was written; was the file changed meanwhile?",
        )

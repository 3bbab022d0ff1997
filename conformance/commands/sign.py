"""``tadp sign``: an ADT File or a QCAF in, a signature that a receiver takes out."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.context import Setting
from conformance.commands import credentials
from conformance.commands.common import (
    add_edition_files,
    add_overwrite,
    complain,
    print_lines,
    require_new,
)
from conformance.commands.progress import over_bytes, working
from conformance.commands.setting import add_setting, setting_spec
from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import FAIL_ON, Finding, Status
from conformance.inputs import require_apart
from conformance.model.profile import Profile
from conformance.model.requirement import Kind
from conformance.report.visible import visible_text
from conformance.signature import SignedInput
from conformance.signature.containers import CONTAINERS, SigningContainer, signing_containers
from conformance.signature.containers.base import CERTIFICATE_SUFFIX, Placement
from conformance.staging import Staged, staged

if TYPE_CHECKING:
    from conformance.checker import Checked
    from conformance.signature.signer import Signer
    from conformance.signature.writing.form import SignatureForm

_EPILOG = """\
FILE is the CSV file. It is read as it is, byte for byte, and never changed. It is checked first,
as `tadp check` does, and not signed if it would be rejected. The signed file is opened and checked
again before it is written.

{containers}

Passphrases and PINs are typed or read from a file, never given on the command line, and never
shown. A wrong PIN is tried once: a few of them lock a token.

examples:
  tadp sign adt.csv --key aro.key --certificate aro.pem
  tadp sign adt.csv --pkcs12 aro.p12 --container cms-attached -o out/adt.csv.p7m
  tadp sign qcaf.csv --module /usr/lib/softhsm/libsofthsm2.so --token ARO --key-label signing
  tadp sign adt.csv --pkcs12 aro.p12 --passphrase-file /run/secrets/aro --trust root.pem
  tadp sign adt.csv --key two.key --certificate two.pem --signature adt.csv.p7s -o both.p7s
  tadp check adt.csv --signature adt.csv.p7s

A QCAF that is too late for what it deletes is signed, with a warning: that departs from the User
Guidance (UG1.2-1), and no change of the file makes it earlier.

exit codes: 0 signed, 1 the file or the certificate would be rejected (with --force, it is signed
all the same), 2 the command could not be carried out
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG.format(containers="\n".join(_table()))
    add = parser.add_argument
    add("file", metavar="FILE", type=Path, help="the ADT File or QCAF")
    add("-o", "--output", metavar="FILE", type=Path, help="where to; default: beside FILE")
    add("--container", metavar="NAME", help="one of the profile's; default: its first")
    encodings = dict.fromkeys(e for one in signing_containers().values() for e in one.encodings)
    add("--encoding", choices=tuple(encodings), help="of CMS; default: the first of the profile")
    add("--signature", metavar="FILE", type=Path,
        help="CMS of an officer who has signed FILE before: yours is put beside it")  # fmt: skip
    add("--kind", choices=(Kind.ADT.value, Kind.QCAF.value), help="what FILE is")
    credentials.add_options(parser)
    add = parser.add_argument_group("what it is checked against").add_argument
    add_setting(add)
    add_edition_files(add)
    add("--force", action="store_true", help="sign a file that would be rejected")
    add_overwrite(add, "files that are there")
    parser.set_defaults(run=run)


def _table() -> Iterator[str]:
    """Return the lines of the help that describe each container."""
    row = "  {:<18} {:<27} {}".format
    yield row("container", "writes", "what it is")
    for name, container in signing_containers().items():
        file = Path("FILE" if container.suffix else "adt.csv")
        paths = " and ".join(str(path) for path in _outputs(container, file, None))
        yield row(name, paths, container.summary)


class SigningPlan(Struct, frozen=True):
    """The plan: ``file``, the ``setting`` to check it with, and the ``outputs`` to write.

    ``outputs`` is the signature or the signed file, and the certificate if it goes beside.
    """

    file: Path
    outputs: tuple[Path, ...]
    container: SigningContainer
    encoding: str
    setting: Setting
    force: bool
    before: Path | None = None


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    from conformance.preparation.lateness import can_be_fixed, is_late, late_warning
    from conformance.preparation.readiness import check_signed, check_unsigned, unsigned

    credentials.require_source(options)
    plan = _plan(options)
    signers = plan.setting.profile.signature.signers.minimum
    submission = unsigned(plan.file, Kind(options.kind) if options.kind else None, plan.setting)
    content = submission.file
    assert content is not None  # noqa: S101 - that is what it was made of
    # Before anything else, so that a change of the file from here on comes to light.
    rules = plan.setting.profile.signature.algorithms
    content.digests({name for rule in rules for name in rule.digests})
    with over_bytes(len(content)) as advance:
        checked = check_unsigned(submission, plan.setting, advance)
    if checked.verdict in FAIL_ON and not plan.force:
        return _rejected(checked, plan)
    with credentials.signer_of(options) as held, ExitStack() as stack:
        form, signer = _form(plan, held, content)
        plan = _for_now(plan, form)
        new = [stack.enter_context(staged(path)) for path in plan.outputs]
        with working("signing"):
            signed_input = _write(plan, content, signer, form, new)
            result = check_signed(submission, signed_input, plan.setting)
        if can_be_fixed(result) and not plan.force:
            return _rejected(result, plan)
        for one in new:
            one.keep()
    if can_be_fixed(result):
        _rejected(result, plan)
    for late in filter(is_late, result.roots):
        complain(f"warning: {late_warning(late, [_record(one) for one in late.findings])}")
    print_lines(_said(plan, signer, form, result))
    print_lines(_missing(plan, _signatures(form), signers))
    return int(can_be_fixed(result))


def _plan(options: argparse.Namespace) -> SigningPlan:
    now = datetime.now(UTC).replace(microsecond=0)
    spec = setting_spec(options, now, sent_at=now)
    setting = spec.build(spec.model())
    container = _container(options.container, setting.profile)
    if options.encoding and not container.encodings:
        raise TadpError(f"--encoding does not go with {container.name}")
    encoding = _encoding(options.encoding, setting.profile)
    outputs = _outputs(container, options.file, options.output)
    _require_free(outputs, options)
    if options.signature is not None and not container.several:
        raise TadpError(
            f"--signature does not go with {container.name}, which has room for one",
            remedy="choose a --container of CMS",
        )
    return SigningPlan(
        options.file, outputs, container, encoding, setting, options.force, options.signature
    )


def _container(name: str | None, profile: Profile) -> SigningContainer:
    """Return the container called ``name``, or the first that ``profile`` takes.

    Raises:
        TadpError: the profile does not take it, or it is not written here.
    """
    taken = profile.signature.containers
    name = name or taken[0]
    if name not in taken:
        what = f"profile {profile.name} takes no container {name!r}"
        raise TadpError(what, remedy=f"it takes {' or '.join(taken)}")
    container = CONTAINERS[name].under(profile.signature)
    if not isinstance(container, SigningContainer):
        others = [one for one in taken if one in signing_containers()]
        remedy = f"choose --container {' or '.join(others)}" if others else "choose another profile"
        raise TadpError(f"{name} is read and not written", remedy=remedy)
    return container


def _encoding(name: str | None, profile: Profile) -> str:
    """Return the encoding of CMS called ``name``, or the first that ``profile`` takes.

    Raises:
        TadpError: the profile does not take it.
    """
    taken = [one.upper() for one in profile.signature.encodings]
    if name is not None and name not in taken:
        what = f"profile {profile.name} takes no CMS in {name}"
        raise TadpError(what, remedy=f"it takes {' or '.join(taken)}")
    return name or taken[0]


def _outputs(container: SigningContainer, file: Path, first: Path | None) -> tuple[Path, ...]:
    """Return where to write to; ``first`` is what was asked for."""
    if first is None:
        # A signed copy of the same name would take the place of the file.
        name = (
            file.name + container.suffix if container.suffix else f"{file.stem}.signed{file.suffix}"
        )
        first = file.with_name(name)
    if not container.certificates_beside:
        return (first,)
    stem = first.name.removesuffix(container.suffix)
    return (first, first.with_name(stem + CERTIFICATE_SUFFIX))


def _require_free(outputs: Sequence[Path], options: argparse.Namespace) -> None:
    """Complain of an output that would take the place of an input, or of what is there."""
    given = [
        Path(options.profile),
        options.file,
        *options.trust,
        *options.crl,
        *options.ocsp,
        *options.edition_file,
        *([options.signature] if options.signature is not None else []),
    ]
    require_apart(outputs, (*given, *credentials.files_of(options)))
    for path in outputs:
        require_new(path, overwrite=options.overwrite)


def _form(plan: SigningPlan, signer: Signer, content: Content) -> tuple[SignatureForm, Signer]:
    """Return how the file is signed, and the signer who does it so."""
    from conformance.preparation.earlier import read_earlier, require_another
    from conformance.signature.signer import algorithm_for, fitted, require_private
    from conformance.signature.writing.form import SignatureForm

    rules = plan.setting.profile.signature
    digest = algorithm_for(signer, rules.algorithms)
    if not plan.setting.profile.test_keys:
        require_private(signer)
    attributes = rules.signed_attributes != "refused"
    form = SignatureForm(plan.container.name, digest, plan.encoding, attributes)
    if plan.before is not None:
        earlier, opened = read_earlier(plan.before, content, rules)
        require_another(signer, opened, plan.before)
        form = replace(form, earlier=earlier)
    return form, fitted(signer, rules.algorithms)


def _for_now(plan: SigningPlan, form: SignatureForm) -> SigningPlan:
    """Return ``plan`` with a profile that takes what is signed before all have signed."""
    from conformance.preparation.earlier import with_fewer

    profile = plan.setting.profile
    rules = with_fewer(profile.signature, _signatures(form))
    return replace(plan, setting=replace(plan.setting, profile=replace(profile, signature=rules)))


def _signatures(form: SignatureForm) -> int:
    """Return how many will have signed."""
    return len(form.earlier.signers) + 1


def _write(
    plan: SigningPlan, content: Content, signer: Signer, form: SignatureForm, new: Sequence[Staged]
) -> SignedInput:
    """Sign the file into ``new``; what was written is opened again before it is believed."""
    from conformance.preparation.readiness import require_proof

    made = plan.container.write(content, signer, form, plan.setting.now)
    for written, one in zip(made, new, strict=True):
        with one.part.open("wb") as file:
            file.writelines(written.chunks())
    read = [
        Content.of_file(str(path), one.part) for path, one in zip(plan.outputs, new, strict=True)
    ]
    signed_input = SignedInput(read[0], certificate=read[1] if len(read) > 1 else None)
    if plan.container.placement is Placement.BESIDE:
        signed_input = SignedInput(Content.of_file(str(plan.file), plan.file), *read)
    require_proof(content, signed_input, form, plan.setting.profile.signature)
    return signed_input


def _rejected(checked: Checked, plan: SigningPlan) -> int:
    """Show what is violated."""
    from conformance.report.raw import report_of
    from conformance.report.style import Style
    from conformance.report.text import render_text

    print_lines(render_text(report_of([checked], plan.setting), Style.of(sys.stdout)))
    if not plan.force:
        complain(f"{plan.file}: is not signed, as it would be rejected (--force signs it)")
    return 1


def _record(finding: Finding) -> str:
    """Return where a finding is, in a word or two."""
    number = finding.place.record
    return "the file" if number is None else f"record {number:,}"


def _missing(plan: SigningPlan, count: int, wanted: int) -> Iterator[str]:
    """Yield who has still to sign."""
    if count < wanted:
        yield visible_text(
            f"{count} of {wanted} signatures: the next officer adds theirs with tadp sign "
            f"{plan.file} --signature {plan.outputs[0]} -o ANOTHER-FILE"
        )


def _said(plan: SigningPlan, signer: Signer, form: SignatureForm, result: Checked) -> Iterator[str]:
    """Yield what was done, and what is not known."""
    from conformance.signature.algorithm_names import digest_title
    from conformance.signature.certificate import Certificate
    from conformance.signature.signer import key_of
    from conformance.signature.subject import common_name

    own = Certificate.read(signer.certificate)
    name = common_name(own.subject) if own else None
    who = f"{name or 'a certificate'}, serial number {own.serial:X}" if own else "a certificate"
    how = f"{key_of(signer).title} with {digest_title(form.digest)}"
    yield visible_text(f"{plan.outputs[0]}: {plan.file} signed by {who} ({how})")
    for path in plan.outputs[1:]:
        yield visible_text(f"{path}: the certificate")
    open_ = {r.requirement.id: r.evidence for r in result.results if r.status is Status.NOT_SHOWN}
    wanted = sorted({e for evidence in open_.values() for e in evidence if e.startswith("--")})
    if wanted:
        ids = ", ".join(i for i, evidence in open_.items() if set(evidence) & set(wanted))
        yield f"Not shown: {ids}; give {', '.join(wanted)}"

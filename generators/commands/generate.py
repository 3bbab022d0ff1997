"""``tadp generate``: conforming submissions, and faulty ones, from a scenario."""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from conformance.commands.common import add_edition_files, catalogue, print_lines
from conformance.commands.progress import over_things, working
from conformance.commands.setting import add_profile
from conformance.content import Content
from conformance.errors import TadpError
from conformance.findings import Progress
from conformance.model.catalogue import Catalogue
from conformance.model.loading import parse_toml
from conformance.model.profile_loading import MAXIMUM_BYTES, load_profile
from conformance.model.requirement import Kind
from conformance.signature.containers import signing_containers
from conformance.staging import parents_of, staged_folder, write_among
from generators.algorithm import NAMES
from generators.draft import Draft, Ground
from generators.offer import usual_hours
from generators.scenario import SIGNED, Scenario, read_scenario
from generators.teller import Teller

if TYPE_CHECKING:
    from conformance.model.catalogue import Catalogue
    from conformance.model.profile import Profile
    from conformance.profiles.checking import Tried

SUMMARY = "make a conforming or a faulty submission"

_EPILOG = """\
Whatever you do not choose conforms. The signatures are of a TEST hierarchy whose private keys are
public; its trust anchors, revocation lists and an officer's key (aro.key, aro.pem) are written
beside the submission, into FOLDER-trust.

examples:
  tadp generate adt -o out/ --records 20 --seed 7
  tadp generate qcaf -o out/ --set-by dcc --container cms-attached --algorithm rsa
  tadp generate adt -o out/ --fault record-separator/crlf-everywhere
  tadp generate qcaf -o out/ --scenario story.toml
  tadp generate qcaf --list-faults
  tadp check out/ --profile out-trust/profile.toml --at 2026-01-01
"""
#: Options that are entries of a scenario, and what each is.
_OPTIONS = {
    "edition": "v2.0, mp109 or that of an edition file (default: mp109, or that of the last file)",
    "user_id": "EUI-64 of the sender",
    "user_role": "IS, ES, GS, ED, GT, RSA or OU (default: one that the profile has variants for)",
    "set_by": "who set the threshold: user or dcc",
    "advice": "DCC's advice: none, all or each",
    "action": "Release, Delete or both",
    "method": "a delivery method of the profile (default: the first choice of the edition)",
    "container": "{containers} or none",
    "algorithm": "{algorithms} (default: the first that the profile admits)",
    "encoding": "of CMS: DER, PEM, BASE64 or BER (default: the first that the profile takes)",
    "sent": "when it is sent, as 2025-06-02T10:00:00Z",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.epilog = _EPILOG
    add = parser.add_argument
    add("kind", choices=[k.value for k in Kind], help="what to make")
    add("-o", "--output", metavar="FOLDER", type=Path, help="where to; must not exist")
    add("--scenario", metavar="FILE", type=Path, help="a TOML file with entries of a scenario")
    add(
        "--records",
        type=int,
        metavar="N",
        help="records of the file (default 4, or as many as the profile allows)",
    )
    add("--seed", type=int, metavar="N", help="the same seed makes the same bytes (default 0)")
    add_profile(add)
    add_edition_files(add)
    add("--fault", metavar="NAME", help="give it this one fault")
    add("--list-faults", action="store_true", help="list the faults that it can be given")
    for name, meaning in _OPTIONS.items():
        text = meaning.format(
            containers=", ".join(signing_containers()), algorithms=", ".join(NAMES)
        )
        add(f"--{name.replace('_', '-')}", dest=name, metavar="X", help=text)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out the command; return its exit code."""
    model = catalogue(options.edition_file)
    ground = Ground(model, load_profile(options.profile, model))
    scenario, chosen = _scenario(options)
    scenario = _in_force(scenario, model, options)
    if "quarantined_hours" not in chosen:
        scenario = replace(scenario, quarantined_hours=usual_hours(ground.profile))
    if "records" not in chosen:
        scenario = replace(scenario, records=Teller(scenario, ground).usual_count())
    if options.list_faults:
        return _list(scenario, ground)
    if options.output is None:
        raise TadpError("name a folder to write to with -o", remedy="see tadp generate --help")
    home = _trust_beside(options.output)
    if os.path.lexists(options.output) or (os.path.lexists(home) and not home.is_dir()):
        there = options.output if os.path.lexists(options.output) else home
        raise TadpError("is there already", where=str(there), remedy="name a new folder")
    return _make(options, scenario, ground)


def _in_force(scenario: Scenario, model: Catalogue, options: argparse.Namespace) -> Scenario:
    """The scenario in the edition of the last edition file, unless another edition was chosen.

    Unless a time was chosen, it is sent when that edition is in force.
    """
    edition = model.edition(scenario.edition)
    if model.edition_files and options.edition is None and options.scenario is None:
        edition = model.edition(model.edition_files[-1].edition)
    scenario = replace(scenario, edition=edition.id)
    if edition.file is None or scenario.sent is not None or edition.in_force is None:
        return scenario
    first = datetime.fromisoformat(f"{edition.in_force}T10:00:00Z")
    return replace(scenario, sent=max(first, scenario.sent_at))


def _make(options: argparse.Namespace, scenario: Scenario, ground: Ground) -> int:
    from generators.conforming import conforming
    from generators.stream import LARGE, write_large

    folder: Path = options.output
    home = _trust_beside(folder)
    broken = None
    with parents_of(folder), _gone_after_an_error(home), staged_folder(folder) as part:
        if scenario.records >= LARGE and not options.fault:
            with over_things(scenario.records, "records") as step:
                write_large(scenario, ground, part, step)
        else:
            with working("making the submission"):
                draft = conforming(scenario, ground)
                if options.fault:
                    draft, broken = _broken(draft, options.fault, scenario.sent_at)
                draft.write(part)
        _trust(home, scenario, options.profile, ground)
    if broken:
        print(f"breaks {broken}")
    print(f"wrote {folder}")
    return 0


def _trust_beside(folder: Path) -> Path:
    """Where the trust for the submission in ``folder`` goes."""
    return folder.with_name(folder.name + "-trust")


@contextmanager
def _gone_after_an_error(folder: Path) -> Iterator[None]:
    """Remove a ``folder`` that is new if not all else can be written."""
    new = not folder.exists()
    try:
        yield
    except BaseException:
        if new:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _scenario(options: argparse.Namespace) -> tuple[Scenario, Collection[str]]:
    """Return the scenario, and which of its entries were chosen."""
    table: dict[str, Any] = {}
    text = ""
    if options.scenario is not None:
        where = str(options.scenario)
        data = Content.of_file(where, options.scenario).read(MAXIMUM_BYTES)
        table, text = parse_toml(data, where), data.decode()
    for name in ("records", "seed", *_OPTIONS):
        given = getattr(options, name)
        if given is not None:
            table[name] = given
    where = str(options.scenario) if options.scenario else "the command line"
    scenario = replace(read_scenario(table, where, text), kind=Kind(options.kind))
    return scenario, table.keys()


def _list(scenario: Scenario, ground: Ground) -> int:
    from generators.conforming import conforming
    from generators.faults import faults_of
    from generators.left_out import LeftOut
    from generators.trial import NOW, tried_faults

    with working("trying faults"):
        draft = conforming(scenario, ground)
        found = list(tried_faults(draft, faults_of(draft), max(NOW, scenario.sent_at)))
    left = [one for one in found if isinstance(one, LeftOut)]
    faults = [one for one in found if not isinstance(one, LeftOut)]
    print_lines(f"{f.requirement:<11} {f.name}  {f.title}" for f in faults)
    print(f"{len(faults)} faults")
    print_lines(f"not listed: {one.id}: {one.reason}" for one in left)
    return 0


def _broken(draft: Draft, name: str, at: datetime) -> tuple[Draft, str]:
    from generators.faults import faults_of
    from generators.left_out import LeftOut
    from generators.trial import NOW, tried_faults

    chosen = (f for f in faults_of(draft) if name in (f.name, f"{f.requirement}/{f.name}"))
    fault = next(tried_faults(draft, chosen, max(NOW, at)), None)
    if fault is None:
        what = f"no fault of such a submission is called {name!r}"
        raise TadpError(what, remedy="see --list-faults")
    if isinstance(fault, LeftOut):
        raise TadpError(f"{fault.id} {fault.reason}", remedy="see --list-faults")
    return fault.apply(draft).draft, fault.requirement


def _trust(home: Path, scenario: Scenario, profile: str, ground: Ground) -> None:
    """Write the files of the TEST hierarchy beside the submission.

    The trust anchors, what shows who was revoked, a profile with them, and an officer's key and
    certificate to try signing with.
    """
    from generators.signing import Signing

    signed = scenario.kind in SIGNED
    others = scenario.cosigners(ground.profile) if signed else ()
    pki = (scenario.signing(ground.profile) if signed else Signing(eui64=scenario.user_id)).pki
    shown = pki.revocation_pem(ground.profile.certificate.revocation)
    base = profile if not Path(profile).is_file() else str(Path(profile).resolve())
    text = (
        "# The TEST hierarchy, whose private keys are public: never for a real submission.\n"
        'profile = "test"\ntitle = "With the test hierarchy"\nversion = "1"\n'
        f"extends = '{base}'\n\n[trust]\nanchors = [\"root.pem\"]\ntest_keys = true\n"
        + "".join(f'{kind} = ["{kind}.pem"]\n' for kind in shown)
    )
    if not ground.profile.delivery.service_desk_mailboxes:
        text += f"\n[delivery]\nservice_desk_mailboxes = {json.dumps(ground.service_desk)}\n"
    files = {
        # The issuing CA goes along for containers that have no room for it.
        "root.pem": pki.trust_pem() + pki.issuers_pem(),
        **{f"{kind}.pem": data for kind, data in shown.items()},
        "aro.key": pki.key_pem("aro-1"),
        "aro.pem": pki.certificate_pem("aro-1") + pki.issuers_pem(),
        **{f"{name}.key": pki.key_pem(name) for name in others},
        **{f"{name}.pem": pki.certificate_pem(name) + pki.issuers_pem() for name in others},
        "profile.toml": text.encode("utf-8"),
    }
    write_among(home, files)


def self_test(profile: Profile, catalogue: Catalogue, step: Progress) -> Tried:
    """Try a profile, for ``tadp profile check``, which finds this by its name."""
    from generators.selftest import self_test

    return self_test(profile, catalogue, step)

"""The job for each source, and the setting that is built from it, once a process."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.catalogue import catalogue_with
from conformance.checks.context import Setting
from conformance.errors import TadpError
from conformance.home import HOME
from conformance.model.catalogue import Catalogue
from conformance.model.profile import Profile
from conformance.model.profile_loading import DEFAULT, load_profile
from conformance.signature import load_trust
from conformance.submission.hints import CliHints
from conformance.version import __version__


class SettingSpec(Struct, frozen=True):
    """How to build a ``Setting``: where its parts are, rather than the parts.

    ``now`` is the time of checking, ``sent_at`` is the time of sending where a submission
    does not say; ``edition`` overrules what that time would choose.
    """

    now: datetime
    profile: str | Profile = DEFAULT
    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    edition: str | None = None
    sent_at: datetime | None = None
    #: Files that state editions, in the order of these.
    edition_files: tuple[Path, ...] = ()
    ocsp: tuple[Path, ...] = ()

    def model(self) -> Catalogue:
        """Return the shipped model, with the editions that files state.

        Raises:
            TadpError: such a file cannot be read or used.
        """
        return catalogue_with(self.edition_files)

    def build(self, model: Catalogue) -> Setting:
        """The setting, with everything read again.

        Raises:
            TadpError: the profile, or a file of trust anchors, revocation lists or OCSP
                responses, cannot be used.
        """
        profile = self.profile
        if isinstance(profile, str):
            profile = load_profile(profile, model)
        return Setting(
            catalogue=model,
            profile=profile,
            trust=load_trust(
                [*profile.trust, *self.trust],
                [*profile.crls, *self.crls],
                [*profile.ocsp, *self.ocsp],
                test_keys=profile.test_keys,
            ),
            now=self.now,
            sent_at=self.sent_at,
            edition=self.edition,
        )


class CheckJob(Struct, frozen=True):
    """The job for each source: the setting, what the user said about it, and the requirements.

    Nothing that is ``written`` is read. ``digests`` are those of what the setting was built from
    where the job was made. Whoever builds it again has to come to the same; without them, nothing
    is compared.
    """

    spec: SettingSpec
    hints: CliHints = field(default_factory=CliHints)
    only: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    digests: tuple[tuple[str, str], ...] = ()

    def fixed(self, setting: Setting) -> CheckJob:
        """Return the job of checking in ``setting``, built from its spec, and in no other."""
        return replace(self, digests=tuple(digests_of(setting).items()))

    def setting(self) -> Setting:
        """The setting, built once in this process.

        Raises:
            TadpError: it cannot be built here, or comes out otherwise than where the job was
                fixed.
        """
        return _setting(self.spec, self.digests)


@lru_cache(maxsize=4)
def _setting(spec: SettingSpec, digests: tuple[tuple[str, str], ...]) -> Setting:
    setting = spec.build(spec.model())
    different = differing(dict(digests), digests_of(setting)) if digests else []
    if different:
        import platform

        raise TadpError(
            f"the worker on {platform.node()} has another {' and another '.join(different)}",
            remedy="install the same version there, and share the files of the profile",
        )
    return setting


def digests_of(setting: Setting) -> dict[str, str]:
    """The SHA-256, in hex, of the program, the model, the profile and the trust of ``setting``."""
    trust = hashlib.sha256()
    store = setting.trust
    for ders in (store.anchors, store.crls, store.intermediates, store.ocsp):
        trust.update(json.dumps([hashlib.sha256(der).hexdigest() for der in ders]).encode())
    files = setting.catalogue.edition_files
    stated = hashlib.sha256(json.dumps([file.sha256 for file in files]).encode())
    return {
        "version of tadp": program(),
        "model": setting.catalogue.digest,
        "set of edition files": stated.hexdigest(),
        "profile": setting.profile.digest,
        "set of trust anchors and revocation lists": trust.hexdigest(),
    }


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The names under which two tables of digests do not have the same."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


@cache
def program() -> str:
    """The SHA-256 of the version and of every module and schema of ``conformance``."""
    digest = hashlib.sha256(__version__.encode())
    pending = [("", str(HOME))]
    while pending:
        where, here = pending.pop()
        with os.scandir(here) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                name = f"{where}/{entry.name}"
                if entry.is_dir():
                    pending.append((name, entry.path))
                elif name.endswith((".py", ".json")):
                    # Half the time that Path.read_bytes takes, for some 500 files.
                    with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123
                        data = file.read()
                    digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()

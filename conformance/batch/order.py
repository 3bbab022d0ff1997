"""What is to be done with each source, and the setting that is built from it, once a process."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from conformance.checks.context import Setting
from conformance.model.catalogue import Catalogue
from conformance.model.profile_loading import DEFAULT
from conformance.submission.lone import Told


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to build a ``Setting``: where its parts are, rather than the parts.

    ``now`` is the time of checking, ``sent_at`` stands for the time of sending where a submission
    does not say; ``edition`` overrules what that time would choose.
    """

    now: datetime
    profile: str = DEFAULT
    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    edition: str | None = None
    sent_at: datetime | None = None

    def build(self, model: Catalogue) -> Setting:
        """The setting, with everything read anew.

        Raises:
            TadpError: the profile, or a file of trust anchors or revocation lists, is no good.
        """
        from conformance.model.profile_loading import load_profile
        from conformance.signature import load_trust

        profile = load_profile(self.profile, model)
        return Setting(
            catalogue=model,
            profile=profile,
            trust=load_trust(
                [*profile.trust, *self.trust],
                [*profile.crls, *self.crls],
                test_keys=profile.test_keys,
            ),
            now=self.now,
            sent_at=self.sent_at,
            edition=self.edition,
        )


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with each source: the setting, what is told of it, what is asked."""

    recipe: Recipe
    told: Told = field(default_factory=Told)
    only: tuple[str, ...] = ()

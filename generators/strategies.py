"""Hypothesis strategies for conforming and for faulty submissions, for tests of one's own.

A test of a receiver, in full, is in the README. ``conforming_submissions`` gives a draft,
``faulty_submissions`` a ``Broken``; ``draft.write(folder)`` writes the files of either.

They shrink towards an ADT File of one record. ``pip install 'tadp-conformance[strategies]'``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from hypothesis import assume
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from conformance.checks import CHECKS
from conformance.model.catalogue import selects
from conformance.model.loading import load_catalogue
from conformance.model.profile_loading import DEFAULT, load_profile
from conformance.model.requirement import Kind, SetBy
from generators.conforming import conforming
from generators.draft import Draft, Ground
from generators.faults import Fault, Faulty, faults_of
from generators.offer import Offer
from generators.scenario import SUMMER_TIMES, Scenario, encodings
from generators.teller import Teller
from generators.user_roles import user_roles

#: What is submitted to DCC; other kinds can be asked for.
SUBMITTED = (Kind.ADT, Kind.QCAF)
#: Records of a file, if there are as many keys.
_MOST = 12
#: A few senders: certificates are made for each, and a key of RSA takes its time.
_SENDERS = ("70-00-00-00-00-00-00-01", "70-00-00-00-00-00-00-0A", "90-B3-D5-1F-30-01-00-00")


class Broken(Struct, frozen=True):
    """A submission with one fault, the fault, and the conforming submission it was made from."""

    draft: Draft
    fault: Fault
    faulty: Faulty
    positive: Draft


@cache
def ground(profile: str = DEFAULT) -> Ground:
    """The model and a profile, loaded once, with a mailbox for the Service Desk in any case."""
    catalogue = load_catalogue(CHECKS)
    base = Ground(catalogue, load_profile(profile, catalogue))
    delivery = replace(base.profile.delivery, service_desk_mailboxes=base.service_desk)
    return replace(base, profile=replace(base.profile, delivery=delivery))


@st.composite
def scenarios(
    draw: st.DrawFn, kinds: Sequence[Kind] = SUBMITTED, profile: str = DEFAULT
) -> Scenario:
    """Scenarios of these kinds that fit the profile."""
    base = ground(profile)
    rules = base.profile
    kind = draw(st.sampled_from(list(kinds)))
    # The areas came with MP109: before, nothing bears on one.
    editions = ["mp109"] if kind is Kind.AREA else ["mp109", "v2.0"]
    edition = draw(st.sampled_from(editions))
    named = base.method_of(edition)
    methods = list(rules.delivery.methods) if named is None else [named]
    form = rules.files.get(Kind.REPORT if kind is Kind.QCAF else kind)
    least = max(1, form.minimum_records if form else 1)
    offer = Offer.of(rules)
    container = draw(st.sampled_from(offer.containers))
    scenario = Scenario(
        kind=kind,
        edition=edition,
        seed=draw(st.integers(0, 1 << 16)),
        user_id=draw(st.sampled_from(_SENDERS)),
        user_role=draw(st.sampled_from(user_roles(base, kind))),
        set_by=draw(st.sampled_from([SetBy.USER, SetBy.DCC])),
        advice=draw(st.sampled_from(["all", "each", "none"])),
        action=draw(st.sampled_from(["both", "Release", "Delete"])),
        quarantined_hours=draw(st.integers(min(1, offer.hours), offer.hours)),
        method=draw(st.sampled_from(methods)),
        container=container,
        algorithm=draw(st.sampled_from(offer.algorithms)),
        encoding=draw(st.sampled_from(encodings(rules.signature))),
        summer_time=draw(st.sampled_from(SUMMER_TIMES)),
    )
    teller = Teller(scenario, base)
    most = teller.usual_count(_MOST)
    return replace(scenario, records=teller.usual_count(draw(st.integers(least, max(least, most)))))


@st.composite
def conforming_submissions(
    draw: st.DrawFn, kinds: Sequence[Kind] = SUBMITTED, profile: str = DEFAULT
) -> Draft:
    """Drafts with nothing wrong; ``draft.write(folder)`` writes the submission."""
    return conforming(draw(scenarios(kinds, profile)), ground(profile))


@st.composite
def faulty_submissions(
    draw: st.DrawFn,
    only: str | None = None,
    kinds: Sequence[Kind] = SUBMITTED,
    profile: str = DEFAULT,
) -> Broken:
    """Submissions with exactly one fault.

    ``only`` selects the requirements that are broken: an id, a clause or a pattern, as for
    ``tadp check --only``.
    """
    positive = draw(conforming_submissions(kinds, profile))
    found = list(faults_of(positive, lambda one, _: only is None or selects(only, one)))
    assume(found)
    fault = draw(st.sampled_from(found))
    faulty = fault.apply(positive)
    return Broken(faulty.draft, fault, faulty, positive)

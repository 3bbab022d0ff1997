"""The digests in a job: of the program, the model, the profile and the trust."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from conformance import __version__
from conformance.batch import CheckJob, SettingSpec, job
from conformance.batch.job import differing, digests_of
from conformance.errors import TadpError
from conformance.signature import TrustStore
from conformance.submission.hints import CliHints
from tests.checks import situation
from tests.checks.situation import catalogue
from tests.corpus import FIXTURES
from tests.signature import pki

AT = datetime(2025, 6, 1, 10, tzinfo=UTC)
SENT = datetime(2025, 5, 1, 10, tzinfo=UTC)
NAMES = [
    "version of tadp", "model", "set of edition files", "profile",
    "set of trust anchors and revocation lists",
]  # fmt: skip


def test_a_setting_is_built_from_its_recipe(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(situation.root().pem)
    crl = pki.revocation_list(situation.root())
    (tmp_path / "crl.der").write_bytes(crl)
    spec = SettingSpec(
        AT,
        str(FIXTURES / "profile.toml"),
        (tmp_path / "root.pem",),
        (tmp_path / "crl.der",),
        "v2.0",
        SENT,
    )
    setting = spec.build(catalogue())
    assert (setting.now, setting.sent_at, setting.edition) == (AT, SENT, "v2.0")
    assert setting.catalogue is catalogue()
    assert setting.profile.title == "Reference profile with the test hierarchy"
    # Those of the profile, and then those that were reported.
    assert len(setting.trust.anchors) == 3
    assert setting.trust.anchors[-1] == situation.root().der
    assert setting.trust.crls[-1] == crl
    assert len(setting.trust.crls) > 2


def test_a_setting_without_more_is_that_of_the_reference_profile() -> None:
    setting = SettingSpec(AT).build(catalogue())
    assert (setting.profile.name, setting.sent_at, setting.edition) == ("reference", None, None)
    assert setting.trust == TrustStore()


def test_the_digests_are_of_all_that_the_outcome_rests_on() -> None:
    setting = situation.setting()
    found = digests_of(setting)
    assert list(found) == NAMES
    assert found["model"] == setting.catalogue.digest
    assert found["profile"] == setting.profile.digest
    assert {len(digest) for digest in found.values()} == {64}


def test_each_list_of_the_trust_has_its_part_in_its_digest() -> None:
    a, b, c = b"a", b"b", b"c"
    stores = [
        TrustStore((a,), (b,), (c,)), TrustStore((b,), (a,), (c,)), TrustStore((a,), (c,), (b,)),
        TrustStore((a, b), (), (c,)), TrustStore((a, b, c)), TrustStore((), (a, b, c)),
        TrustStore((), (), (a, b, c)), TrustStore(), TrustStore((a,)), TrustStore((), (a,)),
        TrustStore(ocsp=(a,)),
    ]  # fmt: skip
    found = {digests_of(replace(situation.setting(), trust=one))[NAMES[-1]] for one in stores}
    assert len(found) == len(stores)
    whole = "".join(
        json.dumps([hashlib.sha256(der).hexdigest()] if der else []) for der in (a, b, b"", b"")
    )
    one = digests_of(replace(situation.setting(), trust=TrustStore((a,), (b,))))[NAMES[-1]]
    assert one == hashlib.sha256(whole.encode()).hexdigest()


def test_each_edition_file_has_its_part_in_its_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    setting, found = situation.setting(), set()
    for digests in ((), ("a",), ("b",), ("a", "b"), ("b", "a")):
        files = [SimpleNamespace(sha256=digest * 64) for digest in digests]
        monkeypatch.setattr(type(setting.catalogue), "edition_files", files)
        found.add(digests_of(setting)["set of edition files"])
    assert len(found) == 5


def test_the_program_is_its_version_its_modules_and_its_schemas(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "HOME", tmp_path)

    def program() -> str:
        job.program.cache_clear()
        return job.program()

    try:
        assert program() == hashlib.sha256(__version__.encode()).hexdigest()
        (tmp_path / "b.py").write_bytes(b"1")
        (tmp_path / "a").mkdir()
        (tmp_path / "a" / "c.json").write_bytes(b"{}")
        (tmp_path / "a" / "z.py").write_bytes(b"")
        # Folders after files, each by its path from the top, with its size.
        text = __version__ + "/b.py\x001\x001" + "/a/c.json\x002\x00{}" + "/a/z.py\x000\x00"
        assert program() == hashlib.sha256(text.encode()).hexdigest()
        before = program()
        for name in ("notes.toml", "x.pyc", "py", "a/t.html"):
            (tmp_path / name).write_bytes(b"1")
        assert program() == before
        (tmp_path / "a" / "b").mkdir()
        (tmp_path / "a" / "b" / "d.py").write_bytes(b"1")
        assert program() != before
    finally:
        job.program.cache_clear()


def test_tables_differ_where_one_has_something_else_or_more() -> None:
    one = {"a": "1", "b": "2", "c": "3"}
    assert differing(one, dict(one)) == []
    assert differing(one, {"a": "1", "b": "3", "d": "4"}) == ["b", "c", "d"]
    assert differing({"d": "4", "a": "1"}, one) == ["d", "b", "c"]
    assert differing({}, {}) == []


def test_an_order_that_is_fixed_is_carried_out_in_the_same_setting_alone() -> None:
    spec = SettingSpec(AT, sent_at=SENT)
    bare = CheckJob(spec, CliHints(), ("6.1",))
    fixed = bare.fixed(spec.build(catalogue()))
    assert fixed == replace(bare, digests=tuple(digests_of(spec.build(catalogue())).items()))
    setting = fixed.setting()
    assert (setting.now, setting.sent_at) == (AT, SENT)
    assert fixed.setting() is setting
    # Without digests, nothing is compared.
    assert bare.setting().profile == setting.profile
    digests = dict(fixed.digests)
    for names in ([NAMES[0]], [NAMES[1], NAMES[3]], NAMES):
        other = replace(bare, digests=tuple({**digests, **dict.fromkeys(names, "0" * 64)}.items()))
        with pytest.raises(TadpError) as caught:
            other.setting()
        assert str(caught.value) == (
            f"the worker on {platform.node()} has another {' and another '.join(names)} "
            "(install the same version there, and share the files of the profile)"
        )

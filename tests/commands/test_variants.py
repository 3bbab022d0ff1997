"""``tadp variants``: the Service Reference Variants, and who may send them."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

from conformance.home import HOME
from tests.running import run

LISTED = tomllib.loads(
    Path(HOME, "model", "service-reference-variants.toml").read_text("utf-8")
)["variant"]  # fmt: skip


def test_every_format_has_each_variant_with_the_user_roles_that_may_send_it() -> None:
    assert len(LISTED) == 129
    wanted = [(one["srv"], one["name"], one["critical"], sorted(one["roles"])) for one in LISTED]
    report = run("variants", "--format", "json").report
    assert [(v["srv"], v["name"], v["critical"], v["roles"]) for v in report] == wanted
    rows = list(csv.DictReader(io.StringIO(run("variants", "--format", "csv").out)))
    assert [(r["srv"], r["name"], r["critical"], r["roles"].split()) for r in rows] == wanted
    lines = run("variants").out.splitlines()
    assert lines[-1] == "129 Service Reference Variants"
    for line, (srv, name, _, roles) in zip(lines, wanted, strict=False):
        assert line.split()[: 1 + len(roles)] == [srv, *roles]
        assert name in line


def test_a_role_has_only_what_it_may_send() -> None:
    report = run("variants", "--role", "OU", "--format", "json").report
    wanted = [one["srv"] for one in LISTED if "OU" in one["roles"]]
    assert [one["srv"] for one in report] == wanted
    assert 0 < len(wanted) < 129


def test_a_role_that_there_is_not_is_refused_with_those_that_there_are() -> None:
    trouble = run("variants", "--role", "XX").trouble
    assert trouble.startswith("there is no User Role 'XX' (one of: ")
    for role in ("IS", "ES", "GS", "ED", "GT", "RSA", "OU"):
        assert role in trouble

"""Faults of DCC's publication: clause 2.2."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from conformance.model.requirement import Kind, Requirement
from generators.conforming import FILLED_IN, TEMPLATE
from generators.draft import Draft
from generators.faults.entries import set_entries
from generators.faults.fault import Faulty, Variant, edit_file, operator


@operator("published-item")
def published_item(draft: Draft, requirement: Requirement) -> Iterator[Variant]:
    """Something not published (2.2)."""
    item = requirement.parameters["item"]
    kept = [i for i in draft.manifest["items"] if i["item"] != item]
    yield item, f"no {item}", set_entries((("items",), kept))


@operator("published-via")
def published_via(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """Something published elsewhere only (2.2(d))."""
    for number, item in enumerate(draft.manifest["items"]):
        yield (
            item["item"],
            f"{item['item']} on SharePoint only",
            set_entries((("items", number, "via"), ["SharePoint"])),
        )


@operator("template-format")
def template_format(draft: Draft, _: Requirement) -> Iterator[Variant]:
    """A template of another format than clause 6.3 (2.2(b))."""
    names = [c.name for c in draft.profile.files[Kind.ADT].columns]
    for variant, title, new in (
        ("semicolons", "semicolons between the headings", ";".join(names)),
        ("column-missing", "a column missing", ",".join(names[:-1])),
        ("other-order", "columns in another order", ",".join(reversed(names))),
        ("other-name", "a column with another name", ",".join([*names[:-1], "Limit"])),
        ("crlf", "CR LF after the headings", ",".join(names) + "\r"),
    ):
        yield variant, title, _rewrite(TEMPLATE, new.encode() + b"\n")

    def copy(draft: Draft) -> Faulty:
        old = draft.files[FILLED_IN]
        changed, recorded = edit_file(draft, FILLED_IN, 0, len(old), old.replace(b"\n", b"\r\n"))
        return Faulty(changed, (recorded,))

    yield "filled-in-copy", "a filled-in copy with CR LF", copy


def _rewrite(name: str, data: bytes) -> Callable[[Draft], Faulty]:
    def apply(draft: Draft) -> Faulty:
        changed, recorded = edit_file(draft, name, 0, len(draft.files[name]), data)
        return Faulty(changed, (recorded,))

    return apply

"""Edition files with something wrong in any place: refused in lines, or usable for any check."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.checker import check_submission
from conformance.checks import CHECKS, PARAMETERS
from conformance.errors import CollectedError, TadpError
from conformance.model.edition_changes import changes_between
from conformance.model.edition_extending import extended
from conformance.report.catalogue import catalogue_document
from conformance.report.page import catalogue_page
from conformance.report.raw import draft_on, submission_of
from tests.checks.situation import adt, catalogue, incident, publication, qcaf, setting
from tests.sampling import examples

EXAMPLE = (Path(__file__).parents[2] / "examples" / "edition.toml").read_text("utf-8")
LINES = EXAMPLE.splitlines()
IDS = [one.id for one in catalogue().requirements()]
#: Values that could be where another should be.
VALUES = st.one_of(
    st.sampled_from(
        ['""', "1", "true", "[]", "{}", "[[]]", "nan", "2025-05-01", "07:00:00", '"mp109"',
         '"v2.0"', '"shall"', '"note"', '["adt", "qcaf"]', '["area"]', '["report"]', '"dcc"',
         '["6.1-*"]',
         '["*"]', '["quotes"]', '{ separator = ";" }', '{ via = "x" }', "{ values = [] }"]
    ),
    st.sampled_from(IDS).map('"{}"'.format),
    st.sampled_from(IDS).map('["{}"]'.format),
    st.sampled_from(sorted(CHECKS)).map('"{}"'.format),
    st.text(max_size=20).map(lambda text: repr(text) if text.isprintable() else f'"{text}"'),
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "extends", "in_force", "covers", "ids", "reason", "clause", "check", "with", "from",
     "rejects", "kinds", "set_by", "notes", "basis", "strength", "testable", "subject", "verified",
     "statement", "hint", "source", "x"]
)  # fmt: skip
ADDED = st.builds("{} = {}".format, KEYS, VALUES)
HEADERS = st.sampled_from(
    ["[[word]]", "[[withdraw]]", "[[clause]]", "[[requirement]]", "[[excluded]]", "[[note]]",
     "[[not_covered]]", "[word]", "[x]", "[[requirement.x]]"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Return the example with a few of its lines lost, doubled, changed or put in."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(lines) - 1))
        what = draw(st.sampled_from(("lost", "changed", "changed", "added", "header", "doubled")))
        key, equals, _ = lines[place].partition(" = ")
        if what == "changed" and equals:
            lines[place] = f"{key} = {draw(VALUES)}"
        elif what == "added":
            lines.insert(place, draw(ADDED))
        elif what == "header":
            lines.insert(place, draw(HEADERS))
        elif what == "doubled":
            start = draw(st.integers(0, place))
            lines += lines[start : place + 1]
        else:
            del lines[place]
    return "\n".join(lines)


@settings(max_examples=examples(150))
@given(text=damaged())
def test_a_damaged_file_is_refused_or_can_be_used(text: str, tmp_path_factory: object) -> None:
    path = tmp_path_factory.getbasetemp() / "edition.toml"  # type: ignore[attr-defined]
    path.write_text(text, "utf-8", "surrogatepass", newline="\n")
    try:
        model = extended(catalogue(), [path], PARAMETERS)
    except TadpError as error:
        errors = error.errors if isinstance(error, CollectedError) else (error,)
        assert errors
        assert all(str(one).startswith(str(path)) and "\n" not in str(one) for one in errors)
        return
    (file,) = model.edition_files
    now = setting(catalogue=model, edition=file.edition)
    checked = [check_submission(one(), now) for one in (adt, qcaf, incident, publication)]
    assert draft_on([submission_of(one) for one in checked], now)["edition_files"]
    document = catalogue_document(model, file.edition)
    assert file.sha256 in catalogue_page(document)
    assert list(changes_between(model, file.extends, file.edition)) is not None

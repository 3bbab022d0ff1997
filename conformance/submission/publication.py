"""Reading ``publication.json``: what DCC publishes under clause 2.2."""

from __future__ import annotations

from pathlib import Path

from conformance.content import Content
from conformance.model.requirement import Kind
from conformance.submission.evidence import PublishedItem, Submission
from conformance.submission.manifest import Reader, load_json
from conformance.submission.names import PUBLICATION


def read_publication(directory: Path, source: str, zone: str | None = None) -> Submission:
    """The publication that ``publication.json`` in ``directory`` describes.

    Raises:
        SubmissionError: the manifest cannot be read, does not fit its schema, or names a file
            that is missing or outside the directory.
    """
    content = Content.of_input(PUBLICATION, directory / PUBLICATION)
    table = load_json(content.named(f"{source}/{PUBLICATION}"), "publication")
    reader = Reader(directory, content, zone)
    reader.where = f"{source}/{PUBLICATION}"
    published = tuple(
        PublishedItem(
            i["item"], tuple(i["via"]), reader.file(i.get("file")), reader.file(i.get("filled_in"))
        )
        for i in table["items"]
    )
    return Submission(
        source=source,
        kind=Kind.PUBLICATION,
        root=directory,
        edition=table.get("edition"),
        sent_at=reader.moment(table, "published_at"),
        published=published,
        attestations=reader.attestations(table),
        inputs=tuple(reader.inputs),
    )

"""Uploading a content once leaves the PIM as uploading it each time would, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import define, evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch
from importbus.bus.errors import Recoverable, SinkUnavailable
from importbus.bus.outcomes import OutcomeKind
from importbus.handlers.akeneo import CreateAssetMediaFile, CreateProductMediaFile, DeleteProduct
from importbus.handlers.akeneo.sink import AkeneoSink
from media_pim import Answer, MediaPim, batch_with, file_of, products

Owners = dict[str, dict[str, Any]]
CODES = "abcd"
FILES = [file_of("one"), file_of("two"), file_of("one", "other.png")]


@frozen
class Upload:
    """A file for a product or for an asset of that code."""

    code: str
    attribute: str
    file: Attachment


@frozen
class Purge:
    """The PIM forgets all files; the values stay."""


@frozen
class Create:
    """A product comes into being."""

    code: str


@frozen
class Delete:
    """A product goes."""

    code: str


Step = tuple[Upload, ...] | Purge | Create | Delete
"""A batch has one upload a product at most, as a sink gets it."""

uploads = st.builds(Upload, st.sampled_from(CODES), st.sampled_from("xy"), st.sampled_from(FILES))
steps = st.lists(
    st.one_of(
        st.lists(uploads, min_size=1, max_size=4, unique_by=lambda each: each.code).map(tuple),
        st.builds(Purge),
        st.builds(Create, st.sampled_from(CODES)),
        st.builds(Delete, st.sampled_from(CODES)),
    ),
    max_size=8,
)
losses = st.lists(st.sampled_from([None, "before", "after"]), max_size=12)


@define
class LosingPim(MediaPim):
    """Loses calls on the way to it, or their answers."""

    losses: list[str | None] = field(factory=list)

    def call(self, method: str, path: str, *args: Any, **more: Any) -> Answer:
        return self._lossy(lambda: super(LosingPim, self).call(method, path, *args, **more))

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> Answer:
        return self._lossy(lambda: super(LosingPim, self).upload(path, fields, file))

    def _lossy(self, call: Callable[[], Answer]) -> Answer:
        loss = self.losses.pop(0) if self.losses else None
        if loss == "before":
            raise SinkUnavailable("out of reach")
        answer = call()
        if loss == "after":
            raise SinkUnavailable("the connection broke", maybe_running=True)
        return answer


def written(sink: AkeneoSink, batch: Batch[Any]) -> list[str]:
    """Write *batch* until every command has an outcome, and return the names of these."""
    found: dict[int, str] = {}
    while left := tuple(each for each in batch.envelopes if each.number not in found):
        try:
            outcomes = sink.write(evolve(batch, envelopes=left))
        except Recoverable:
            batch = evolve(batch, envelopes=tuple(evolve(e, sends=1) for e in batch.envelopes))
            continue
        kept = zip(left, outcomes, strict=True)
        found |= {e.number: o.kind.value for e, o in kept if o.kind is not OutcomeKind.UNKNOWN}
    return [found[each.number] for each in batch.envelopes]


def asset(upload: Upload) -> CreateAssetMediaFile:
    """Return the upload for an asset."""
    return CreateAssetMediaFile(
        asset_family="shots", code=upload.code, attribute=upload.attribute, file="f"
    )


def picture(upload: Upload) -> CreateProductMediaFile:
    """Return the upload for a product."""
    return CreateProductMediaFile(identifier=upload.code, attribute=upload.attribute, file="f")


def carried_out(
    pim: MediaPim, script: Sequence[Step], command: Callable[[Upload], Any], path: str
) -> list[list[str]]:
    """Carry *script* out on *pim*; return how the uploads of each batch ended."""
    sink, found = AkeneoSink(pim), []
    for step in script:
        if isinstance(step, tuple):
            batch = batch_with(*((command(each), each.file) for each in step))
            found.append(written(sink, batch))
        elif isinstance(step, Purge):
            pim.files.clear()
        elif isinstance(step, Create):
            pim.add(f"{path}/{step.code}")
        else:
            written(sink, batch_with((DeleteProduct(identifier=step.code), None)))
    return found


def expected(
    script: Sequence[Step], path: str
) -> tuple[dict[str, dict[str, Any]], list[list[str]]]:
    """Return what every upload by itself would leave, and the outcomes."""
    owners: Owners = {f"{path}/a": {}, f"{path}/b": {}}
    found: list[list[str]] = []
    for step in script:
        if isinstance(step, Create):
            owners.setdefault(f"{path}/{step.code}", {})
        elif isinstance(step, Delete):
            owners.pop(f"{path}/{step.code}", None)
        elif isinstance(step, tuple):
            found.append([_alone(owners, f"{path}/{each.code}", each) for each in step])
    return owners, found


def _alone(owners: Owners, path: str, upload: Upload) -> str:
    if path not in owners:
        return "parked"
    owners[path][f"{upload.attribute} None None"] = (upload.file.name, upload.file.content)
    return "uploaded"


def without_deletes(script: list[Step]) -> list[Step]:
    """Return *script* for what no command of ours deletes here."""
    return [step for step in script if not isinstance(step, Delete)]


@given(steps, losses)
def test_uploading_once_is_as_good_as_uploading_each(
    script: list[Step], lost: list[str | None]
) -> None:
    """For products: with files that are purged, calls that are lost, products that come and go."""
    pim = LosingPim(losses=lost).add("products/a", "products/b")
    found = carried_out(pim, script, picture, "products")

    assert (pim.owners, found) == expected(script, "products")


@given(steps.map(without_deletes), losses)
def test_storing_once_is_as_good_as_storing_each(
    script: list[Step], lost: list[str | None]
) -> None:
    """For assets, whose files are stored first."""
    path = "asset-families/shots/assets"
    pim = LosingPim(losses=lost).add(f"{path}/a", f"{path}/b")
    found = carried_out(pim, script, asset, path)

    assert (pim.owners, found) == expected(script, path)


@given(st.lists(uploads, max_size=12))
def test_each_content_and_name_is_sent_once(script: list[Upload]) -> None:
    """When nothing is lost, purged or missing."""
    pim = MediaPim().add(*(f"products/{code}" for code in CODES))
    sink = AkeneoSink(pim)
    sink.write(products(CODES))
    for upload in script:
        sink.write(batch_with((picture(upload), upload.file)))

    assert pim.posts() == len({(each.file.sha256, each.file.name) for each in script})

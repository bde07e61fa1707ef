"""Uploads: one call a file, and one upload a content of an import."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Thread

import orjson
import pytest
from attrs import evolve

from akeneo_batches import COLLECTION
from importbus.bus.attachments import Attachment
from importbus.bus.errors import JournalError
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo import CreateProductModelMediaFile, DeleteProduct, DeleteProductModel
from importbus.handlers.akeneo.sink import AkeneoSink
from media_pim import (
    MUG,
    Answer,
    MediaPim,
    batch_with,
    file_of,
    kinds,
    picture,
    pictures,
    pim_of,
    products,
    refusal,
)


def test_a_file_becomes_the_value_of_a_product_by_its_upload() -> None:
    """201: the product has it at once, and nothing else is called but the attribute."""
    pim = pim_of("a")
    written = AkeneoSink(pim).write(batch_with((picture("a", locale="en_US"), MUG)))

    assert written.requests == 2
    assert written == (Outcome.uploaded(201),)
    assert pim.owners["products/a"] == {"picture en_US None": ("mug.png", b"a mug")}
    assert pim.calls == ["GET attributes/picture", "POST media-files"]


def test_the_form_names_the_value() -> None:
    """All four properties must be there, also when they are null."""
    pim = pim_of("a")
    AkeneoSink(pim).write(batch_with((picture("a", scope="shop"), MUG)))

    (form,) = pim.forms
    assert {part: orjson.loads(text) for part, text in form.items()} == {
        "product": {"identifier": "a", "attribute": "picture", "scope": "shop", "locale": None}
    }


def test_a_file_of_a_model_names_the_model() -> None:
    """The part has another name, and the key, too."""
    pim = MediaPim().add("product-models/m")
    command = CreateProductModelMediaFile(code="m", attribute="picture", file="mug.png")
    written = AkeneoSink(pim).write(batch_with((command, MUG)))

    assert kinds(written) == ["uploaded"]
    assert orjson.loads(pim.forms[0]["product_model"])["code"] == "m"


def test_one_content_is_uploaded_once() -> None:
    """A hundred uploads of one file: one upload, and one PATCH for the other products."""
    codes = [f"p{n}" for n in range(100)]
    pim = pim_of(codes)
    sink = AkeneoSink(pim)
    sink.write(products(codes))
    pim.calls.clear()
    written = sink.write(batch_with(*pictures(codes)))

    assert kinds(written) == ["uploaded"] * 100
    assert pim.calls == ["GET attributes/picture", "POST media-files", "PATCH products 99"]
    assert len(pim.files) == 1
    assert all(values["picture None None"][1] == b"a mug" for values in pim.owners.values())


def test_a_value_is_written_with_the_code_of_the_file() -> None:
    """By attribute, locale and scope, as any other value."""
    pim = pim_of("ab")
    AkeneoSink(pim).write(batch_with((picture("a"), MUG), (picture("b", scope="shop"), MUG)))

    (code,) = pim.files
    value = {"locale": None, "scope": "shop", "data": code}
    assert pim.bodies == [{"identifier": "b", "values": {"picture": [value]}}]


def test_what_was_uploaded_in_an_earlier_batch_is_not_uploaded_again() -> None:
    """The sink remembers the code; products and models share their files."""
    pim = pim_of("a").add("product-models/m")
    sink = AkeneoSink(pim)
    sink.write(batch_with((picture("a"), MUG)))
    model = CreateProductModelMediaFile(code="m", attribute="picture", file="mug.png")
    written = sink.write(batch_with((model, MUG)))

    assert kinds(written) == ["uploaded"]
    assert pim.calls[-2:] == ["GET product-models/m", "PATCH product-models 1"]
    assert pim.owners["product-models/m"] == pim.owners["products/a"]


@pytest.mark.parametrize(
    "other", [file_of("another mug"), file_of("a mug", "cup.png")], ids=["content", "name"]
)
def test_another_content_or_name_is_another_file(other: Attachment) -> None:
    """The name is part of what the PIM stores and shows."""
    pim = pim_of("ab")
    AkeneoSink(pim).write(batch_with((picture("a"), MUG), (picture("b"), other)))

    assert pim.posts() == 2


def test_another_import_uploads_again() -> None:
    """Files may have been removed between two imports."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("a")))
    sink.write(evolve(batch_with(*pictures("b")), import_id="next"))

    assert pim.posts() == 2


def test_a_file_without_a_known_content_is_always_uploaded() -> None:
    """Nobody can tell whether it is the same."""
    pim = pim_of("ab")
    AkeneoSink(pim).write(batch_with(*pictures("ab", evolve(MUG, sha256=""))))

    assert pim.posts() == 2


def test_a_code_does_not_create_the_product_that_it_is_for() -> None:
    """A PATCH of a value would: so it is asked for, and the command waits for it."""
    pim = pim_of("a")
    written = AkeneoSink(pim).write(batch_with(*pictures("ab")))

    assert kinds(written) == ["uploaded", "parked"]
    assert written[1].wants == ("product:b",)
    assert pim.owners.keys() == {"products/a"}


@pytest.mark.parametrize(
    ("gone", "left", "ends"),
    [
        (DeleteProduct(identifier="a"), "bc", ["parked", "uploaded"]),
        (DeleteProductModel(code="m"), "c", ["parked", "parked"]),
    ],
    ids=["itself", "its tree"],
)
def test_what_was_deleted_is_not_taken_to_exist(
    gone: LaneCommand, left: str, ends: list[str]
) -> None:
    """A model takes its variants with it, without saying which."""
    pim = pim_of("abc")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("abc")))
    pim.next, pim.owners = [Answer(204)], {f"products/{code}": {} for code in left}
    sink.write(batch_with((gone, None)))
    written = sink.write(batch_with(*pictures("ab")))

    assert kinds(written) == ends


def test_a_product_that_vanished_meanwhile_is_told() -> None:
    """Somebody else deleted it: the PIM makes it anew, with nothing but the picture."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("ab")))
    del pim.owners["products/b"]
    written = sink.write(batch_with(*pictures("b")))

    assert kinds(written) == ["failed"]
    assert "deleted meanwhile" in written[0].errors[0].message


def test_where_nobody_says_whether_a_product_exists_its_file_is_uploaded() -> None:
    """A user who may not read products may upload files; the upload creates nothing."""
    pim = pim_of("ab")
    pim.next = [None, None, refusal(403, "No.")]
    written = AkeneoSink(pim).write(batch_with(*pictures("ab")))

    assert kinds(written) == ["uploaded", "uploaded"]
    assert pim.posts() == 2


def test_a_page_that_says_404_does_not_say_that_a_product_is_missing() -> None:
    """A front end has it for anything."""
    pim = pim_of("ab")
    pim.next = [None, None, Answer(404, b"<h1>Not Found</h1>", {"content-type": "text/html"})]

    assert kinds(AkeneoSink(pim).write(batch_with(*pictures("ab")))) == ["uploaded"] * 2


def test_a_product_is_asked_for_once() -> None:
    """It is known from then on."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("a")))
    for attribute in ("front", "back"):
        sink.write(batch_with((picture("b", attribute=attribute), MUG)))

    assert pim.calls.count("GET products/b") == 1


def test_a_code_that_the_pim_does_not_know_any_more_is_replaced_once() -> None:
    """Purged there: one further upload, and the others get its code."""
    pim = pim_of("abcd")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("abcd")))
    pim.files.clear()
    pim.calls.clear()
    written = sink.write(batch_with(*pictures("bcd")))

    assert kinds(written) == ["uploaded"] * 3
    assert pim.calls == ["PATCH products 3", "POST media-files", "PATCH products 2"]


def test_a_value_that_is_refused_with_a_known_code_is_uploaded_and_refused() -> None:
    """Then the upload says what is wrong, and nothing is tried for ever."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    sink.write(batch_with(*pictures("ab")))
    pim.next = [line(422, "No."), refusal(422, "The mug is too ugly.")]
    written = sink.write(batch_with(*pictures("b")))

    assert kinds(written) == ["failed"]
    assert written[0].errors[0].message == "The mug is too ugly."


def test_a_value_that_is_refused_with_a_code_just_given_has_failed() -> None:
    """The code is right: what is refused is the value."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim)
    sink.write(products("b"))
    pim.next = [None, None, line(422, "The mug is too ugly.")]
    written = sink.write(batch_with(*pictures("ab")))

    assert kinds(written) == ["uploaded", "failed"]
    assert pim.posts() == 1


def line(status: int, message: str) -> Answer:
    """Return the answer to a call with one line, which is refused."""
    said = orjson.dumps({"line": 1, "status_code": status, "message": message})
    return Answer(200, said, {"content-type": COLLECTION})


def test_a_code_that_no_location_tells_is_not_remembered() -> None:
    """The product has its picture all the same."""
    pim = pim_of("ab")
    pim.next = [None, Answer(201)]
    written = AkeneoSink(pim).write(batch_with(*pictures("ab")))

    assert kinds(written) == ["uploaded", "uploaded"]
    assert pim.posts() == 2


class LockedCodes:
    """Codes of a journal that cannot be read or written."""

    def get(self, import_id: str, kind: str, sha256: str, name: str) -> str | None:
        raise JournalError("locked")

    def put(self, import_id: str, kind: str, sha256: str, name: str, code: str) -> None:
        raise JournalError("locked")

    def forget(self, import_id: str, kind: str, sha256: str, name: str) -> None:
        raise JournalError("locked")


def test_a_journal_that_cannot_be_read_costs_uploads_only() -> None:
    """What stops the import is the batch that cannot be settled."""
    pim = pim_of("ab")
    sink = AkeneoSink(pim, LockedCodes())

    assert kinds(sink.write(batch_with(*pictures("ab")))) == ["uploaded"] * 2
    assert kinds(sink.write(batch_with(*pictures("b")))) == ["uploaded"]
    assert pim.posts() == 2


class OutdatedCodes(LockedCodes):
    """Codes of a journal that can be read and not be written."""

    def get(self, import_id: str, kind: str, sha256: str, name: str) -> str | None:
        return "4/d/e/purged.png"


def test_a_code_that_cannot_be_forgotten_is_not_tried_for_ever() -> None:
    """Once in a batch: then the file is uploaded."""
    pim = pim_of("a")
    sink = AkeneoSink(pim, OutdatedCodes())

    assert kinds(sink.write(batch_with(*pictures("a")))) == ["uploaded"]
    assert pim.calls[-2:] == ["PATCH products 1", "POST media-files"]


def test_a_location_is_decoded() -> None:
    """A code is written as it is, and stands in a URL as URLs are."""
    pim = pim_of("ab")
    where = "https://pim.example/api/rest/v1/media-files/4/d/e/b/4deb_my%20mug.png"
    pim.files["4/d/e/b/4deb_my mug.png"] = ("my mug.png", b"a mug")
    pim.next = [None, Answer(201, headers={"location": where})]

    assert kinds(AkeneoSink(pim).write(batch_with(*pictures("ab")))) == ["uploaded"] * 2
    assert pim.posts() == 1


def test_lanes_that_have_one_content_at_the_same_time_upload_it_once() -> None:
    """The second waits for the code that the first gets."""
    pim = pim_of("ab")
    other = Thread(target=lambda: sink.write(batch_with(*pictures("b"))))

    class Slow(MediaPim):
        def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> Answer:
            if not other.ident:
                other.start()
                other.join(timeout=0.2)  # it would be over if it did not wait
            return super().upload(path, fields, file)

    slow = Slow(pim.owners, pim.attributes)
    sink = AkeneoSink(slow)
    sink.write(batch_with(*pictures("a")))
    other.join()

    assert slow.posts() == 1
    assert slow.owners["products/b"] == slow.owners["products/a"]

"""A PIM of files: what has values, the files that it stores, and the calls that it got.

It is the model that the laws of uploads are held against; what it simplifies, the simulated PIM
does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

import orjson
from attrs import define, field, frozen

from akeneo_batches import COLLECTION, JSON
from importbus.bus.attachments import Attachment
from importbus.bus.batches import Batch, Envelope
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.outcomes import Outcome
from importbus.handlers.akeneo import (
    CreateAssetMediaFile,
    CreateOrUpdateProduct,
    CreateProductMediaFile,
    CreateReferenceEntityMediaFile,
)

API = "/api/rest/v1/"
NOUNS = {"product": "products", "product_model": "product-models"}
HEADERS = {
    "reference-entities-media-files": "reference-entities-media-file-code",
    "asset-media-files": "asset-media-file-code",
}


def file_of(content: str, name: str = "mug.png") -> Attachment:
    """Return a file that came along."""
    data = content.encode()
    return Attachment(name, len(data), sha256(data).hexdigest(), content=data)


def batch_with(*items: tuple[LaneCommand, Attachment | None], sends: int = 0) -> Batch[Any]:
    """Return a batch of commands, which are of one class, with their files."""
    envelopes = tuple(
        Envelope(command, Position("test", n), n, 100, sends, attachment=file)
        for n, (command, file) in enumerate(items, 1)
    )
    return Batch("import", "p", 1, 0, type(items[0][0]), envelopes)


MUG = file_of("a mug")
IMAGE = {"type": "pim_catalog_image"}

RECORD = CreateReferenceEntityMediaFile(
    reference_entity="brand", code="acme", attribute="logo", locale="en_US", file="mug.png"
)
LOGO = CreateReferenceEntityMediaFile(reference_entity="brand", file="mug.png")
ASSET = CreateAssetMediaFile(
    asset_family="shots", code="mug", attribute="media", channel="shop", file="mug.png"
)
OWNERS = {
    "reference-entities/brand/records/acme": RECORD,
    "reference-entities/brand": LOGO,
    "asset-families/shots/assets/mug": ASSET,
}
"""What is not a product: the path of what it is, and the upload of its file."""


def picture(identifier: str, **more: Any) -> CreateProductMediaFile:
    """Return the upload of a picture of a product."""
    said = {"attribute": "picture", "file": "mug.png", **more}
    return CreateProductMediaFile(identifier=identifier, **said)


def pictures(codes: Iterable[str], file: Attachment = MUG) -> list[tuple[LaneCommand, Attachment]]:
    """Return an upload of *file* for each of *codes*."""
    return [(picture(code), file) for code in codes]


def products(codes: Iterable[str]) -> Batch[Any]:
    """Return a batch that writes the products with *codes*."""
    return batch_with(*((CreateOrUpdateProduct(identifier=code), None) for code in codes))


def kinds(outcomes: Iterable[Outcome]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


@frozen
class Answer:
    """An answer of this PIM."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = {}
    request_id: str | None = None

    @property
    def content_type(self) -> str:
        """The media type."""
        return self.headers.get("content-type", "")


def pim_of(codes: Iterable[str]) -> MediaPim:
    """Return a PIM that has products with *codes* and an attribute for pictures."""
    pim = MediaPim(attributes={"attributes/picture": IMAGE})
    return pim.add(*(f"products/{code}" for code in codes))


Answering = Answer | Exception | None


@define
class MediaPim:
    """Implements ``Pim``.

    Attributes:
        owners: The values of what can have files, by its path: ``products/mug``.
        attributes: What is told of attributes, by path.
        files: The files that are stored, by code.
        calls: Method and path of each call, and for a PATCH the number of its items.
        next: What the next calls are answered in place of what would be right; None for that.
    """

    owners: dict[str, dict[str, Any]] = field(factory=dict)
    attributes: dict[str, dict[str, Any]] = field(factory=dict)
    files: dict[str, tuple[str, bytes]] = field(factory=dict)
    calls: list[str] = field(factory=list)
    forms: list[Mapping[str, str]] = field(factory=list)
    bodies: list[Any] = field(factory=list)
    next: list[Answering] = field(factory=list)
    _given: int = field(default=0, init=False)

    def add(self, *paths: str) -> MediaPim:
        """Let what is at *paths* exist."""
        for path in paths:
            self.owners.setdefault(path, {})
        return self

    def posts(self) -> int:
        """Return how many files were sent."""
        return sum(call.startswith("POST") for call in self.calls)

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        content_type: str = JSON,
        rate: float | None = None,
    ) -> Answer:
        """Answer a GET or DELETE of one item, or a PATCH of one or several."""
        short = path.removeprefix(API)
        if method == "GET":
            self.calls.append(f"GET {unquote(short)}")
            return self._scripted() or self._get(unquote(short))
        if method == "DELETE":
            self.calls.append(f"DELETE {unquote(short)}")
            return self._scripted() or self._delete(unquote(short))
        items = _items(body or b"", content_type)
        self.calls.append(f"{method} {short} {len(items) or ''}".rstrip())
        self.bodies += items
        return self._scripted() or self._patch(short, items, content_type)

    def upload(self, path: str, fields: Mapping[str, str], file: Attachment) -> Answer:
        """Store a file, and for products and models make it a value."""
        with file.open() as stream:
            content = stream.read()
        short = path.removeprefix(API)
        self.calls.append(f"POST {short}")
        self.forms.append(fields)
        if scripted := self._scripted():
            return scripted
        for part, text in fields.items():
            said = orjson.loads(text)
            key = said.get("identifier", said.get("code"))
            owner = self.owners.get(f"{NOUNS[part]}/{key}")
            if owner is None:
                return refusal(422, f'Product "{key}" does not exist.')
            owner[_place(said)] = (file.name, content)
        return self._stored(short, file.name, content)

    def probe(self) -> None:
        """Answer."""

    def recent_seconds(self) -> float | None:
        """Return what calls take."""
        return 0.5

    def _scripted(self) -> Answer | None:
        answer = self.next.pop(0) if self.next else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _stored(self, path: str, name: str, content: bytes) -> Answer:
        self._given += 1
        code = f"4/d/e/{self._given}_{name}"
        self.files[code] = (name, content)
        headers = {"location": f"https://pim.example{API}{path}/{code}"}
        if path in HEADERS:
            headers[HEADERS[path]] = code
        return Answer(201, headers=headers)

    def _get(self, path: str) -> Answer:
        if path in self.attributes:
            return told(self.attributes[path])
        return told({}) if path in self.owners else refusal(404, f'"{path}" does not exist.')

    def _delete(self, path: str) -> Answer:
        found = self.owners.pop(path, None)
        return refusal(404, f'"{path}" does not exist.') if found is None else Answer(204)

    def _patch(self, path: str, items: list[Any], content_type: str) -> Answer:
        if path in self.owners or path.count("/") == 1:
            return self._patch_one(path, items[0])
        statuses = [self._write(path, item) for item in items]
        if content_type == JSON:
            return told([{"code": i["code"], **s} for i, s in zip(items, statuses, strict=True)])
        lines = [{"line": n, **status} for n, status in enumerate(statuses, 1)]
        return Answer(200, b"\n".join(map(orjson.dumps, lines)), {"content-type": COLLECTION})

    def _patch_one(self, path: str, body: Any) -> Answer:
        if body["image"] not in self.files:
            return refusal(422, "Validation failed.")
        self.owners[path]["image"] = self.files[body["image"]]
        return Answer(204)

    def _write(self, path: str, item: Any) -> dict[str, Any]:
        key = item.get("identifier", item.get("code"))
        known = f"{path}/{key}" in self.owners
        self.owners.setdefault(f"{path}/{key}", {})
        for attribute, values in item.get("values", {}).items():
            for value in values:
                if value["data"] not in self.files:
                    message = f'Property "{attribute}" expects a valid pathname as data.'
                    return {"status_code": 422, "message": message}
                owner = self.owners[f"{path}/{key}"]
                owner[_place({**value, "attribute": attribute})] = self.files[value["data"]]
        return {"status_code": 204 if known else 201}


def told(content: Any) -> Answer:
    """Return JSON."""
    return Answer(200, orjson.dumps(content), {"content-type": JSON})


def refusal(status: int, message: str, **more: Any) -> Answer:
    """Return the answer to a call that is refused."""
    body = orjson.dumps({"code": status, "message": message, **more})
    return Answer(status, body, {"content-type": JSON})


def _items(body: bytes, content_type: str) -> list[Any]:
    if content_type == COLLECTION:
        return [orjson.loads(line) for line in body.split(b"\n") if line]
    if content_type != JSON or not body:
        return []
    said = orjson.loads(body)
    return said if isinstance(said, list) else [said]


def _place(said: Mapping[str, Any]) -> str:
    return f"{said['attribute']} {said['locale']} {said.get('scope', said.get('channel'))}"

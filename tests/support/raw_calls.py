"""The documented calls against a simulated PIM, each with the status that is wanted of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from api_inventory import Operation
from raw_http import API, BOUNDARY, COLLECTION, JSON, MULTIPART, TOKEN, RawClient, Reply
from raw_places import FILES, PLACES, Place


class World:
    """A PIM with one item of each kind, and the ways to get each status from it."""

    def __init__(self, raw: RawClient, files: Mapping[str, str]) -> None:
        self.raw, self.files = raw, files

    def place(self, path: str) -> tuple[Place | None, str | None]:
        """Return the collection of a path, and what follows the key of an item if it has one."""
        short = re.sub(r"\{\w+\}", "{}", path.removeprefix(API).strip("/"))
        if short in PLACES:
            return PLACES[short], None
        collection, _, below = short.rpartition("/{}")
        return PLACES.get(collection), below

    def target(self, operation: Operation, key: str | None = None) -> str:
        """Return a real path for a documented one."""
        place, below = self.place(operation.path)
        if place is None:
            return operation.path
        known = self.files.get(place.path[1:], place.known)
        return f"{API}{place.path}" + ("" if below is None else f"/{key or known}{below}")

    def send(self, operation: Operation, target: str, body: object = None, **headers: str) -> Reply:
        """Send a call with a token."""
        said = {"Authorization": f"Bearer {self.raw.token}"}
        said |= {name.replace("_", "-"): each for name, each in headers.items()}
        return self.raw.send(operation.method, target, body, said)

    def provoked(self, operation: Operation, status: int) -> Reply:
        """Return an answer to a call that should have *status*."""
        target = self.target(operation)
        if status == 401:
            return self.raw.send(operation.method, target)
        if status == 406:
            return self.send(operation, target, Accept="text/html")
        if status == 415:
            return self.send(operation, target, "x", Content_Type="text/plain")
        if status == 404:
            return self.send(operation, self.target(operation, "nope"))
        if operation.path == TOKEN:
            return self.token(status)
        if operation.method in ("GET", "DELETE"):
            return self.send(operation, target + ("?limit=101" if status == 422 else ""))
        return self.written(operation, status)

    def written(self, operation: Operation, status: int) -> Reply:
        """Write, well or badly."""
        place, below = self.place(operation.path)
        assert place is not None
        if place.path[1:] in FILES:
            return self.upload(place, status)
        if operation.method == "PATCH" and below is None:
            return self.batch(place, status)
        return self.single(operation, place, status)

    def token(self, status: int) -> Reply:
        """Ask for a token, well or badly."""
        wrong = {"grant_type": "password", "username": "admin", "password": "?"}
        if status == 400:
            return self.raw.send("POST", TOKEN, "{", {"Content-Type": JSON})
        return self.raw.token_request(wrong if status == 422 else None)

    def upload(self, place: Place, status: int) -> Reply:
        """Upload a file, well or badly."""
        kind = f"{MULTIPART}; boundary={BOUNDARY}"
        if status == 400:
            return self.raw.call("POST", place.path, "broken", kind)
        product = {"identifier": "mug", "attribute": "picture", "locale": None, "scope": None}
        return self.raw.upload(place.path, b"x" if status == 201 else None, product=product)

    def batch(self, place: Place, status: int) -> Reply:
        """Send a batch, well or badly."""
        items = [{**place.body, place.key: place.new}] * (101 if status == 413 else 1)
        if place.array:
            return self.raw.call("PATCH", place.path, "[" if status == 400 else items)
        return self.raw.call("PATCH", place.path, "\n".join(map(json.dumps, items)), COLLECTION)

    def single(self, operation: Operation, place: Place, status: int) -> Reply:
        """Write one item, well or badly."""
        key = place.known if status == 204 else place.new
        target = self.target(operation, key)
        if status in (400, 422):
            body: object = "{" if status == 400 else {place.key: key, "unicorn": 1}
        else:
            body = {} if status == 204 else {**place.body, place.key: key}
        return self.send(operation, target, body, Content_Type=JSON)

"""From a path to a row of the table of resources."""

from __future__ import annotations

from urllib.parse import quote, unquote

from attrs import frozen

from importbus.adapters.simulated_pim.model.resource import Parents, Resource

PREFIX = "/api/rest/v1"
_DOWNLOAD = "download"


def path_of(resource: Resource, parents: Parents, *keys: str) -> str:
    """Return the path of a collection, or with a key of one item in it."""
    above = iter(parents)
    segments = [segment or next(above) for segment in resource.path]
    return "/".join((PREFIX, *(quote(each, safe="") for each in (*segments, *keys))))


@frozen
class Route:
    """Where a path leads: to the collection of a resource, or with *key* to one item.

    Attributes:
        download: Whether it leads to the bytes of a file.
    """

    resource: Resource
    parents: Parents
    key: str | None
    download: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are allowed here, in the order in which the PIM names them."""
        if self.key is None:
            return self.resource.collection_methods
        return ("GET",) if self.download else self.resource.item_methods

    @property
    def template(self) -> str:
        """The path with `{code}` in place of what varies."""
        segments = [segment or "{parent}" for segment in self.resource.path]
        if self.key is not None:
            segments.append(f"{{{self.resource.key}}}")
        if self.download and self.resource.download == "below":
            segments.append(_DOWNLOAD)
        return "/".join((PREFIX, *segments))


class Routes:
    """Finds routes among *resources*."""

    def __init__(self, resources: tuple[Resource, ...]) -> None:
        self._resources = resources

    def find(self, path: str) -> Route | None:
        """Return where *path*, percent-encoded, leads; None if nowhere."""
        if not path.startswith(PREFIX + "/"):
            return None
        segments = tuple(unquote(each) for each in path[len(PREFIX) + 1 :].split("/"))
        if not all(segments):
            return None
        routes = (_match(resource, segments) for resource in self._resources)
        return next((route for route in routes if route), None)


def _match(resource: Resource, segments: tuple[str, ...]) -> Route | None:
    head, tail = segments[: len(resource.path)], segments[len(resource.path) :]
    if len(head) < len(resource.path) or (tail and not resource.single):
        return None
    if len(tail) > 1 and not resource.slashes:
        return None
    if any(said is not None and said != got for said, got in zip(resource.path, head, strict=True)):
        return None
    parents = tuple(got for said, got in zip(resource.path, head, strict=True) if said is None)
    if resource.download == "below" and len(tail) > 1 and tail[-1] == _DOWNLOAD:
        return Route(resource, parents, "/".join(tail[:-1]), download=True)
    download = bool(tail) and resource.download == "item"
    return Route(resource, parents, "/".join(tail) or None, download)

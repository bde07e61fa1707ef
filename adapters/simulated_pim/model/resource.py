"""What one row of the table of resources says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from attrs import frozen

from importbus.adapters.simulated_pim.model.media import Upload
from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.store import Body, Store
from importbus.adapters.simulated_pim.model.tables import Table

Parents = tuple[str, ...]
"""The codes in a path above the resource, e.g. the attribute of an option; often empty."""


Receive = Callable[[Store, dict[str, str], Upload | None], tuple[str, tuple[str, str] | None]]
"""Takes in a file; returns its code, and the collection and key of an item that it changed."""


def _read_only(store: Store, parents: Parents, key: str, body: Body) -> tuple[bool, str]:
    raise Refusal(405, "This resource is read only.")


def _kept(store: Store, parents: Parents, key: str) -> None:
    raise Refusal(405, "This resource cannot be deleted.")


@frozen
class Resource:
    """One resource of the API.

    Attributes:
        name: The resource in the state dump and in this program.
        path: The collection under `/api/rest/v1/`, one entry a segment; None stands for a parent.
        noun: The resource in messages.
        anchor: The item in the documentation's links, e.g. `families__code_`.
        table: Finds the items; raises a `Refusal` for an unknown parent.
        show: Turns a stored item into what the API shows.
        write: Creates or updates one item (store, parents, key, body) and returns whether it is
            new and its code; raises `Refusal` and then has changed nothing. Left out: read only.
        delete: Deletes one item. Left out: there is no DELETE.
        key: The property that identifies an item.
        settled: What of an item does not depend on the order of arrival; `show` by default.
        state_key: The key of an item in the state dump; its code by default.
        every: All items, for a resource whose table depends on a parent.
        taken: Property and message of the violation when a POST repeats a key.
        in_state: Whether the state dump has it.
        structure: Whether values of products depend on it.
        cursor: Whether lists can be paged with `search_after`.
        pages: Whether lists can be paged by number; if not, a page has 100 items by default.
        slashes: Whether keys may hold a slash, which may stand in a path as it is.
        plain: Whether the list is one JSON array, without pages.
        listed: Whether the collection can be read.
        single: Whether there are paths of items.
        posts: Whether items can be created by POST.
        batch: How a PATCH of the collection is said: `lines`, `array`, or not at all.
        echo: Turns a key into what the answer of its line repeats.
        held: The collection and the key under which writes of an item are compared with others;
            left out: its own.
        most: Most items of a batch that is an array; None for any number.
        receive: Takes in an uploaded file with the fields of its form; left out: no uploads.
        code_header: The header in which the answer to an upload names the code.
        download: Where the bytes of a file are: `item`, its own path; `below`, at `/download`
            under it; or nowhere.
    """

    name: str
    path: tuple[str | None, ...]
    noun: str
    anchor: str
    table: Callable[[Store, Parents], Table[Any]]
    show: Callable[[Store, Any], Body]
    write: Callable[[Store, Parents, str, Body], tuple[bool, str]] = _read_only
    delete: Callable[[Store, Parents, str], None] = _kept
    key: str = "code"
    settled: Callable[[Store, Any], Body] | None = None
    state_key: Callable[[Any], str] = lambda item: str(item["code"])
    every: Callable[[Store], list[Any]] | None = None
    taken: tuple[str, str] = ("code", "This value is already used.")
    in_state: bool = True
    structure: bool = True
    cursor: bool = False
    pages: bool = True
    slashes: bool = False
    plain: bool = False
    listed: bool = True
    single: bool = True
    posts: bool = True
    batch: Literal["lines", "array", None] = "lines"
    echo: Callable[[str], str] = str
    held: Callable[[Store, str], tuple[str, str]] | None = None
    most: int | None = 100
    receive: Receive | None = None
    code_header: str | None = None
    download: Literal["item", "below", None] = None

    @property
    def writable(self) -> bool:
        """Whether items can be created and updated."""
        return self.write is not _read_only

    @property
    def deletable(self) -> bool:
        """Whether items can be deleted."""
        return self.delete is not _kept

    @property
    def collection_methods(self) -> tuple[str, ...]:
        """The methods of the collection, in the order in which the PIM names them."""
        said = {
            "GET": self.listed,
            "POST": self.receive is not None or (self.writable and self.posts),
            "PATCH": self.writable and self.batch is not None,
        }
        return tuple(method for method, served in said.items() if served)

    @property
    def item_methods(self) -> tuple[str, ...]:
        """The methods of one item, in the order in which the PIM names them."""
        said = {"GET": True, "PATCH": self.writable, "DELETE": self.deletable}
        return tuple(method for method, served in said.items() if served)

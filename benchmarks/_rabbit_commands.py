"""What travels through RabbitMQ in benchmarks: a product of about 830 bytes a command."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from time import perf_counter
from typing import Any, Self

from attrs import define, field, frozen

from importbus.bus import Upsertable

TEXT = "A mug of glazed stoneware, thrown by hand and fired twice; it holds 300 ml. " * 4


@frozen
class SetProduct(Upsertable):
    """Set what a product has."""

    identifier: str
    family: str
    categories: Sequence[str]
    enabled: bool
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The identifier."""
        return self.identifier

    def fold(self, newer: Self) -> Self | None:
        """Let the newer one win."""
        return newer


def product(number: int) -> dict[str, Any]:
    """Return the data of a product."""

    def value(data: object, locale: str | None = None) -> dict[str, object]:
        return {"locale": locale, "scope": None, "data": data}

    return {
        "identifier": f"mug-{number:07d}",
        "family": "mugs",
        "categories": ["kitchen", "drinking", "stoneware"],
        "enabled": True,
        "values": {
            "name": [value(f"Mug {number}", "en_US"), value(f"Becher {number}", "de_DE")],
            "description": [value(TEXT, "en_US")],
            "weight": [value({"amount": "0.3400", "unit": "KILOGRAM"})],
            "price": [value([{"amount": "9.90", "currency": "EUR"}])],
        },
    }


def products(count: int) -> Iterator[dict[str, Any]]:
    """Yield the data of *count* products."""
    return map(product, range(count))


@define
class Work:
    """What a consumer does with commands: nothing but count, and tell when *count* are done."""

    count: int
    done: int = 0
    began: float | None = None
    over: Callable[[], object] = field(default=lambda: None)

    def one(self, commands: int = 1) -> None:
        """Take so many commands."""
        if self.began is None:
            self.began = perf_counter()
        self.done += commands
        if self.done >= self.count:
            self.over()

    @property
    def seconds(self) -> float:
        """Since the first command came."""
        assert self.began is not None
        return perf_counter() - self.began

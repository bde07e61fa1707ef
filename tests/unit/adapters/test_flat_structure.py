"""Where the structure behind a header comes from, and when it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from importbus.adapters.flat import FlatStructure
from importbus.bus.errors import SinkRefused

LISTS: Mapping[str, list[dict[str, Any]]] = {
    "attributes": [
        {"code": "sku", "type": "pim_catalog_identifier"},
        {"code": "ean", "type": "pim_catalog_identifier", "is_main_identifier": True},
        {"code": "name", "type": "pim_catalog_text", "localizable": True},
    ],
    "channels": [{"code": "print", "locales": ["en_US"], "currencies": ["EUR"]}],
    "association-types": [{"code": "PACK", "is_quantified": True}],
}


class Pim:
    """A client that counts what is asked of it."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.asked: list[str] = []
        self._refusal = refusal

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list."""
        self.asked.append(path)
        if self._refusal:
            raise self._refusal
        yield from LISTS[path.removeprefix("/api/rest/v1/")]


def test_each_list_is_read_once_and_only_when_it_is_needed() -> None:
    """A file of categories needs no PIM, and one of products needs one answer, not a million."""
    pim = Pim()
    structure = FlatStructure(pim)
    assert pim.asked == []

    for _ in range(3):
        assert structure.attribute("NAME") == structure.attribute("name")

    assert pim.asked == ["/api/rest/v1/attributes"]


def test_what_the_run_says_stands_above_what_the_pim_has() -> None:
    """It is about to be written; what it does not say stays."""
    structure = FlatStructure(Pim())
    structure.learn("CreateOrUpdateAttribute", {"code": "Name", "available_locales": ["en_US"]})
    structure.learn("CreateOrUpdateProduct", {"identifier": "mug"})

    name = structure.attribute("name")

    assert name is not None
    assert (name.code, name.localizable, name.available_locales) == ("name", True, ("en_US",))


def test_the_main_identifier_identifies_products() -> None:
    """Newer versions have several identifier attributes."""
    identifier = FlatStructure(Pim()).identifier

    assert identifier is not None
    assert identifier.code == "ean"


def test_locales_and_currencies_are_those_of_channels() -> None:
    """Akeneo calls a locale active when a channel has it."""
    structure = FlatStructure(Pim())

    assert structure.locales == frozenset({"en_US"})
    assert structure.currencies == frozenset({"EUR"})


def test_nobody_can_tell_locales_without_channels() -> None:
    """Then every locale is taken, and the PIM decides."""
    assert FlatStructure().locales is None
    partial = FlatStructure()
    partial.learn("CreateOrUpdateChannel", {"code": "print", "labels": {}})
    assert partial.locales is None


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (LookupError(), "This PIM has no list association-types."),
        (SinkRefused("no", status=403), "association-types could not be read (HTTP 403)."),
    ],
)
def test_a_list_that_is_not_there_is_told(refusal: Exception, said: str) -> None:
    """A user may lack a right; the rest of the file may need none."""
    structure = FlatStructure(Pim(refusal))

    assert structure.association_types() == []
    assert structure.refused == [said]


def test_wrong_credentials_are_an_error() -> None:
    """No list would ever be read."""
    with pytest.raises(SinkRefused):
        FlatStructure(Pim(SinkRefused("no", status=401))).attribute("name")


def test_a_pim_can_be_given_later() -> None:
    """The lists are read again from there."""
    structure = FlatStructure()
    assert structure.empty

    structure.read(Pim())

    assert not structure.empty

"""What the structure of a PIM says about the columns of a table: types, locales, channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from attrs import field, frozen

from importbus.bus.errors import SinkRefused

PAGE = {"limit": "100"}
"""The longest page of a list. Source: akeneo/pim-api-docs, content/rest-api/pagination.md."""

IDENTIFIER = "pim_catalog_identifier"


@frozen
class Attribute:
    """An attribute, as far as the reading of its values needs it.

    Attributes:
        code: In the spelling of the PIM.
        type: The API's own word, ``pim_catalog_text``; "" when nobody said it.
        available_locales: The only locales that it has values in; all when empty.
        default_metric_unit: What an amount without a unit has.
        decimals_allowed: Whether numbers may have a fraction; None when nobody said.
        reference_data_name: The reference entity, asset family or data that it names.
        main: Whether it is what identifies products, of several identifier attributes.
        labels: Locales, each with what people call it there.
    """

    code: str
    type: str = ""
    localizable: bool = False
    scopable: bool = False
    available_locales: tuple[str, ...] = ()
    metric_family: str | None = None
    default_metric_unit: str | None = None
    decimals_allowed: bool | None = None
    reference_data_name: str | None = None
    main: bool = False
    labels: tuple[tuple[str, str], ...] = ()


USUAL = Attribute("sku", IDENTIFIER, main=True)
"""What identifies products where nobody says it: the attribute that Akeneo is installed with."""


@frozen
class Channel:
    """A channel with its locales and currencies; None where nobody said which."""

    code: str
    locales: tuple[str, ...] | None = None
    currencies: tuple[str, ...] | None = None


@frozen
class AssociationType:
    """An association type."""

    code: str
    quantified: bool = False


class Reader(Protocol):
    """What is needed of a client of the PIM."""

    def items(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page.

        Raises:
            LookupError: There is no such list.
            SinkRefused: This user may not read it.
            SinkUnavailable: No usable answer.
        """
        ...


@frozen
class _List:
    """A list of the PIM: what is said of each item, by the folded code."""

    path: str
    said: dict[str, dict[str, Any]] = field(factory=dict)
    stored: dict[str, dict[str, Any]] = field(factory=dict)

    def learn(self, data: Mapping[str, Any], *, stored: bool = False) -> None:
        code = data.get("code")
        if isinstance(code, str):
            into = self.stored if stored else self.said
            into.setdefault(code.casefold(), {}).update(data)

    def get(self, code: str) -> dict[str, Any] | None:
        """Return what is known; what commands say stands above what the PIM has."""
        key = code.casefold()
        stored, said = self.stored.get(key), self.said.get(key)
        if stored is None or said is None:
            return stored or said
        return {**said, **stored, **{name: each for name, each in said.items() if name != "code"}}

    def codes(self) -> list[str]:
        return [each["code"] for each in {**self.said, **self.stored}.values()]


class FlatStructure:
    """Attributes, channels and association types, from commands, files and a PIM.

    What a PIM has is read once, a list at a time, and only when something is asked that needs it.
    What was learned from commands stands above it: they are about to be written.
    """

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader
        self._lists = {
            "CreateOrUpdateAttribute": _List("attributes"),
            "CreateOrUpdateChannel": _List("channels"),
            "CreateOrUpdateAssociationType": _List("association-types"),
        }
        self._read: set[str] = set()
        self.refused: list[str] = []
        """What could not be read of the PIM, and why, a sentence each."""

    def learn(self, name: str, data: Mapping[str, Any]) -> None:
        """Take in what a command of the class called *name* says; most classes say nothing."""
        if name in self._lists:
            self._lists[name].learn(data)

    def read(self, reader: Reader) -> None:
        """Take what is not known from *reader* from now on, a list when it is needed."""
        self._reader = reader
        self._read.clear()

    @property
    def empty(self) -> bool:
        """Whether no attribute is known at all."""
        return not self._known("CreateOrUpdateAttribute").codes()

    def attribute(self, code: str) -> Attribute | None:
        """Return the attribute called *code*, in any case; None if there is none.

        Raises:
            SinkRefused: The PIM refuses the credentials.
            SinkUnavailable: It gives no usable answer.
        """
        data = self._known("CreateOrUpdateAttribute").get(code)
        if data is None and code.casefold() == USUAL.code and self.identifier is USUAL:
            return USUAL
        return _attribute(data) if data else None

    def attributes(self) -> Iterator[Attribute]:
        """Yield every attribute; raises as ``attribute`` does."""
        table = self._known("CreateOrUpdateAttribute")
        yield from (_attribute(table.get(code) or {}) for code in table.codes())

    @property
    def identifier(self) -> Attribute:
        """The attribute that identifies products; raises as ``attribute`` does."""
        found = [each for each in self.attributes() if each.type == IDENTIFIER]
        return next((each for each in found if each.main), found[0] if found else USUAL)

    def channel(self, code: str) -> Channel | None:
        """Return the channel called *code*, in any case; raises as ``attribute`` does."""
        data = self._known("CreateOrUpdateChannel").get(code)
        return _channel(data) if data else None

    def channels(self) -> list[Channel]:
        """Return every channel; none known means nobody can tell; raises as ``attribute`` does."""
        table = self._known("CreateOrUpdateChannel")
        return [_channel(table.get(code) or {}) for code in table.codes()]

    @property
    def locales(self) -> frozenset[str] | None:
        """The active locales, those of a channel; None when nobody can tell."""
        return _all_of(each.locales for each in self.channels())

    @property
    def currencies(self) -> frozenset[str] | None:
        """The currencies of all channels; None when nobody can tell."""
        return _all_of(each.currencies for each in self.channels())

    def association_type(self, code: str) -> AssociationType | None:
        """Return the association type called *code*, in any case; raises as ``attribute`` does."""
        data = self._known("CreateOrUpdateAssociationType").get(code)
        return AssociationType(data["code"], bool(data.get("is_quantified"))) if data else None

    def association_types(self) -> list[AssociationType]:
        """Return every association type; raises as ``attribute`` does."""
        table = self._known("CreateOrUpdateAssociationType")
        found = (self.association_type(code) for code in table.codes())
        return [each for each in found if each]

    def _known(self, name: str) -> _List:
        """Return a list, after reading what the PIM has of it."""
        table = self._lists[name]
        if self._reader is not None and name not in self._read:
            try:
                for item in self._reader.items(f"/api/rest/v1/{table.path}", PAGE):
                    table.learn(item, stored=True)
            except LookupError:
                self.refused.append(f"This PIM has no list {table.path}.")
            except SinkRefused as error:
                if error.status is None or error.status == 401:
                    raise
                self.refused.append(f"{table.path} could not be read (HTTP {error.status}).")
            self._read.add(name)
        return table


def _attribute(data: Mapping[str, Any]) -> Attribute:
    return Attribute(
        code=data["code"],
        type=data.get("type") or "",
        localizable=bool(data.get("localizable")),
        scopable=bool(data.get("scopable")),
        available_locales=tuple(data.get("available_locales") or ()),
        metric_family=data.get("metric_family"),
        default_metric_unit=data.get("default_metric_unit"),
        decimals_allowed=data.get("decimals_allowed"),
        reference_data_name=data.get("reference_data_name"),
        main=bool(data.get("is_main_identifier")),
        labels=tuple((data.get("labels") or {}).items()),
    )


def _channel(data: Mapping[str, Any]) -> Channel:
    locales, currencies = data.get("locales"), data.get("currencies")
    return Channel(
        data["code"],
        None if locales is None else tuple(locales),
        None if currencies is None else tuple(currencies),
    )


def _all_of(parts: Iterator[tuple[str, ...] | None]) -> frozenset[str] | None:
    known = list(parts)
    if not known or None in known:
        return None
    return frozenset(one for each in known if each for one in each)

"""Reference entities with their records, and asset families with their assets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import quote

from attrs import frozen

from importbus.adapters.export.context import Context
from importbus.adapters.export.lists import Item
from importbus.adapters.export.shaping import Data, File, pieces, values_of
from importbus.adapters.export.structure import shaped

OPTION_TYPES: Final = ("single_option", "multiple_options")
"""Types of their attributes that have options."""


@frozen
class Library:
    """Reference entities, or asset families: they differ in words only.

    Attributes:
        path: The list of them.
        kind: What one is called in commands, and what its files are uploaded for.
        command: What the names of their commands begin with.
        entries: The list of what is in one, as the API calls it.
        entry: The class of the commands for that.
        upload: The class of the uploads.
        owner: How commands call what an entry or attribute is in.
        media: The types of attributes whose values are files.
    """

    path: str
    kind: str
    command: str
    entries: str
    entry: str
    upload: str
    owner: str
    media: tuple[str, ...]

    def families(self, context: Context) -> Iterator[Data]:
        """Yield the entities or families themselves; an image is kept for later."""
        for item in context.lists.items(self.path):
            if isinstance(item.get("image"), str):
                owner = {self.owner: item["code"]}
                context.upload(self.upload, self.kind, owner, File("", None, None, item["image"]))
            yield from shaped(context, self.command, {**item, "image": None})

    def attributes(self, context: Context) -> Iterator[Data]:
        """Yield the attributes of each."""
        for code, attributes in self._attributes(context):
            for item in attributes:
                owner = {self.owner: code}
                yield from shaped(context, f"{self.command}Attribute", item, **owner)

    def options(self, context: Context) -> Iterator[Data]:
        """Yield the options of each attribute that has such."""
        command, paths = f"{self.command}AttributeOption", dict(self._selects(context))
        for path, items in context.lists.inside(paths):
            for item in items:
                yield from shaped(context, command, item, **paths[path])

    def contents(self, context: Context) -> Iterator[Data]:
        """Yield the records or assets; their files are kept for later."""
        for code in context.lists.known(self.path):
            types = context.lists.known(self._inside(code, "attributes"))
            for item in context.lists.items(self._inside(code, self.entries)):
                yield from self._entry(context, code, types, item)

    def _entry(
        self, context: Context, code: str, types: Mapping[str, str], item: Item
    ) -> list[Data]:
        owner = {self.owner: code}

        def shape() -> list[Data]:
            values, files = values_of(item, types, "channel", self.media)
            for file in files:
                who = {**owner, "code": item["code"]}
                context.upload(self.upload, self.kind, who, file)
            data = context.shapes[self.entry].data(item, **owner, values=values)
            return list(pieces(data, [self.owner, "code"]))

        return context.shaped(self.entry, item, shape)

    def _attributes(self, context: Context) -> Iterator[tuple[str, list[Item]]]:
        codes = context.lists.known(self.path)
        paths = {self._inside(code, "attributes"): code for code in codes}
        for path, items in context.lists.inside(paths):
            yield paths[path], items

    def _selects(self, context: Context) -> Iterator[tuple[str, dict[str, str]]]:
        for code in context.lists.known(self.path):
            types = context.lists.known(self._inside(code, "attributes"))
            for attribute, kind in types.items():
                if kind in OPTION_TYPES:
                    inside = f"attributes/{quote(attribute, safe='')}/options"
                    yield self._inside(code, inside), {self.owner: code, "attribute": attribute}

    def _inside(self, code: str, rest: str) -> str:
        return f"{self.path}/{quote(code, safe='')}/{rest}"


ENTITIES: Final = Library(
    path="reference-entities",
    kind="reference_entity",
    command="CreateOrUpdateReferenceEntity",
    entries="records",
    entry="CreateOrUpdateReferenceEntityRecord",
    upload="CreateReferenceEntityMediaFile",
    owner="reference_entity",
    media=("image",),
)

ASSETS: Final = Library(
    path="asset-families",
    kind="asset",
    command="CreateOrUpdateAssetFamily",
    entries="assets",
    entry="CreateOrUpdateAsset",
    upload="CreateAssetMediaFile",
    owner="asset_family",
    media=("media_file",),
)

"""A dry run of records and assets: what is read, what is known, and what builds on what."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from checked_libraries import brand, brand_attribute, pack
from checked_shop import Record, ShopReader, command, entry, value
from checked_structure import product, valued
from importbus.bus.findings import Finding
from importbus.handlers.akeneo.checks.entries import Entries
from importbus.handlers.akeneo.checks.inspector import AkeneoInspector
from importbus.handlers.akeneo.checks.libraries import ASSETS, RECORDS, Kind
from inspected import inspected


def rules(inspector: AkeneoInspector, records: Sequence[Record]) -> list[list[str]]:
    """Return the rules that each of *records* breaks, checked as one source."""
    found: list[list[Finding]] = inspected(inspector, [command(record) for record in records])
    return [[each.rule for each in one] for one in found]


def asked(records: Sequence[Record]) -> list[str]:
    """Return the paths of libraries that are asked for *records*, those of searches with a mark."""
    reader = ShopReader()
    rules(AkeneoInspector(reader), records)
    return [
        f"{path}?" if params and "search" in params else path
        for path, params in reader.asked
        if path.startswith(("reference-entities", "asset-families"))
    ]


def test_a_source_without_them_reads_none() -> None:
    """A PIM of the Community Edition has no such lists."""
    assert asked([valued("a", "note", "x")]) == []


def test_values_of_products_look_up_the_codes_alone() -> None:
    """Attributes and options of the reference entity do not matter."""
    assert asked([valued("a", "brand", "acme")]) == ["reference-entities/brand/records?"]


def test_of_the_families_that_are_named_what_is_in_use_is_read() -> None:
    """Attributes, options of those with values, and the entries that values name."""
    assert asked([brand("new", style=entry("modern"), films=entry(["front"]))]) == [
        "reference-entities",
        "reference-entities/brand/attributes",
        "reference-entities/brand/attributes/style/options",
        "asset-families/Packshots/assets?",
    ]


def test_lists_of_what_only_the_source_has_are_not_missed() -> None:
    """The PIM cannot have records of a reference entity that the import is to create."""
    inspector = AkeneoInspector(ShopReader())
    records: list[Record] = [
        ("ReferenceEntity", {"code": "maker"}),
        ("ReferenceEntityRecord", {"reference_entity": "maker", "code": "ann"}),
        ("Attribute", {"code": "made_by", "type": "akeneo_reference_entity", "group": "other",
                       "reference_data_name": "maker", "localizable": False, "scopable": False}),
        valued("a", "made_by", "ann"),
    ]  # fmt: skip

    assert rules(inspector, records) == [[], [], [], []]
    assert inspector.scope().reasons == ()


def test_without_a_pim_what_nobody_vouches_for_is_counted() -> None:
    """By kind; and what is wrong in any PIM is an error."""
    inspector = AkeneoInspector(None)
    records: list[Record] = [
        brand_attribute("rivals", "reference_entity_multiple_links", reference_entity_code="brand"),
        brand("bad-code", motto=entry("x")),
        brand("one", rivals=entry(["two", "nobody"])),
        brand("two"),
        brand_attribute("year", "number", max_value="9"),
        brand("three", year=entry("10")),
    ]

    assert rules(inspector, records) == [
        *([], ["code-format"], [], [], [], ["value-range"]),
    ]
    assert inspector.scope().unchecked == {
        "record": 1,
        "reference entity": 1,
        "reference entity attribute": 1,
    }


def test_a_record_that_will_not_be_there_is_missed() -> None:
    """One that is refused for its links alone will be: it is written without them."""
    records: list[Record] = [
        brand("a", rivals=entry(["b"])),
        brand("b", rivals=entry(["c"])),
        brand("c", motto=entry(5)),
        product("d", values={"brand": value("c")}),
        product("e", values={"brand": value("b")}),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [
        *([], ["unknown-record"], ["value-type"], ["unknown-record"], []),
    ]


def test_a_refused_command_for_a_record_that_the_pim_has_takes_nothing_away() -> None:
    """It stays as it was; so does one that another command writes."""
    records: list[Record] = [
        brand("acme", motto=entry(5)),
        brand("twice", motto=entry(5)),
        brand("twice"),
        product("a", values={"brand": value("acme")}),
        product("b", values={"brand": value("twice")}),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [
        *(["value-type"], ["value-type"], [], [], []),
    ]


def test_what_builds_on_a_refused_family_is_wrong_too() -> None:
    """Its attributes, their options, and its entries."""
    records: list[Record] = [
        ("AssetFamily", {"code": "bad-code"}),
        ("AssetFamilyAttribute", {"asset_family": "bad-code", "code": "x", "type": "text"}),
        pack("front", "bad-code"),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [
        ["code-format"], ["unknown-asset-family"], ["unknown-asset-family"],
    ]  # fmt: skip


def test_a_new_family_has_the_attributes_that_come_with_it_and_no_others() -> None:
    """Label and image of a reference entity, label and media of an asset family."""
    records: list[Record] = [
        ("ReferenceEntity", {"code": "land"}),
        (
            "ReferenceEntityRecord",
            {
                "reference_entity": "land",
                "code": "it",
                "values": {"label": entry("Italy", "en_US"), "motto": entry("x")},
            },
        ),
        ("AssetFamily", {"code": "Films", "attribute_as_main_media": "media"}),
    ]

    assert rules(AkeneoInspector(ShopReader()), records) == [[], ["unknown-attribute"], []]


LIST = "reference-entities/brand/records"


@pytest.mark.parametrize(
    ("reader", "reasons"),
    [
        (ShopReader(refused=LIST), (f"The list {LIST} could not be read (HTTP 403).",)),
        (ShopReader(without=LIST), ()),
    ],
)
def test_records_that_cannot_be_read_are_not_called_missing(
    reader: ShopReader, reasons: tuple[str, ...]
) -> None:
    """They are counted, and a refusal is said."""
    inspector = AkeneoInspector(reader)

    assert rules(inspector, [valued("a", "brand", "nobody")]) == [[]]
    assert inspector.scope().unchecked == {"record": 1}
    assert inspector.scope().reasons == reasons


def test_an_entry_is_asked_for_once() -> None:
    """Whatever the case of its code; that of an asset family counts."""
    calls: list[tuple[str, list[str]]] = []

    def ask(kind: Kind, family: str, codes: list[str]) -> set[str]:
        calls.append((family, codes))
        return {"front"}

    entries = Entries()
    entries.connect(ask)
    for family in ("Packs", "Packs", "packs"):
        entries.ask(ASSETS, family, ["Front", "back"])
    entries.ask(RECORDS, "brand", ["front"])
    entries.ask(RECORDS, "BRAND", ["FRONT"])

    assert calls == [
        ("Packs", ["Front", "back"]), ("packs", ["Front", "back"]), ("brand", ["front"]),
    ]  # fmt: skip
    assert entries.lacks(ASSETS, "Packs", "BACK")
    assert not entries.lacks(RECORDS, "Brand", "Front")


def test_withdrawing_what_the_pim_has_is_no_news() -> None:
    """Nobody misses it, so nothing has to be checked again."""
    entries = Entries()
    entries.connect(lambda kind, family, codes: {"front"})
    for code in ("front", "back"):
        entries.note(ASSETS, "Packs", code)
    entries.ask(ASSETS, "Packs", ["front", "back"])

    assert not entries.withdraw(ASSETS, "Packs", "front")
    assert entries.withdraw(ASSETS, "Packs", "back")
    assert not entries.withdraw(ASSETS, "Packs", "back")


def test_refused_entries_are_looked_up_together() -> None:
    """A hundred in a call."""
    wrong = [brand(f"wrong_{n}", motto=entry(5)) for n in range(50)]

    assert asked(wrong).count("reference-entities/brand/records?") == 1

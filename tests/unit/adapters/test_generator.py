"""The fake catalogue: coherent, the same for the same seed, and in the best order."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import pytest

from importbus.adapters.generator import FILES, Extras, generate, write
from importbus.bus.errors import ConfigurationError
from importbus.handlers.akeneo import COMMANDS

Data = dict[str, Any]


EVERYTHING = Extras(enterprise=True, media=True)


def catalogue(
    products: int = 300, models: int | None = 30, seed: int = 1, extras: Extras = Extras()
) -> dict[str, list[Data]]:
    """Return the data of a catalogue by command class."""
    found: dict[str, list[Data]] = {}
    for record in generate(products=products, models=models, seed=seed, extras=extras):
        found.setdefault(record["command"], []).append(record["data"])
    return found


def encoded(extras: Extras = Extras(), **sizes: int) -> bytes:
    """Return a catalogue as JSONL."""
    return b"\n".join(map(orjson.dumps, generate(extras=extras, **sizes)))


def whole_products(found: dict[str, list[Data]]) -> list[Data]:
    """Return the products without the commands that only add associations."""
    return [data for data in found.get("CreateOrUpdateProduct", []) if "values" in data]


def test_one_seed_gives_one_catalogue() -> None:
    """Same seed, same bytes."""
    assert encoded(products=200, models=20, seed=7) == encoded(products=200, models=20, seed=7)


def test_another_seed_gives_other_values_and_the_same_keys() -> None:
    """The seed decides what goods are like and not what they are called."""
    one, other = catalogue(seed=1), catalogue(seed=2)

    assert one != other
    assert [p["identifier"] for p in whole_products(one)] == [
        p["identifier"] for p in whole_products(other)
    ]


@pytest.mark.parametrize(("products", "models"), [(0, 0), (1, 0), (1, 1), (10, 2), (97, 13)])
def test_there_are_as_many_as_were_asked_for(products: int, models: int) -> None:
    """Variants count as products, sub-models as models."""
    found = catalogue(products, models)

    assert len(whole_products(found)) == products
    assert len(found.get("CreateOrUpdateProductModel", [])) == models


def test_a_tenth_are_variants_when_nobody_says_how_many_models() -> None:
    """The default has five variants a model."""
    found = whole_products(catalogue(1000, None))

    assert sum("parent" in product for product in found) == 100


def test_half_of_the_roots_have_two_levels() -> None:
    """Each second root has sub-models, and these have the variants."""
    found = catalogue()["CreateOrUpdateProductModel"]
    roots = Counter(
        data["family_variant"].partition("_by")[2] for data in found if "parent" not in data
    )

    assert roots == {"_color_and_size": 8, "_color_then_size": 8}


def test_every_command_is_one_that_the_importer_knows() -> None:
    """The classes and their fields are those of the commands, in the order of their ranks."""
    known = {command.__name__: command for command in COMMANDS}
    names = list(catalogue(extras=EVERYTHING))

    assert [known[name].rank for name in names] == sorted(known[name].rank for name in names)
    assert list(FILES) == names


def test_no_key_has_two_commands_that_both_set_a_field() -> None:
    """So the order of the lines does not matter."""
    seen = Counter(
        (record["command"], record["data"].get("attribute"), key_of(record["data"]), field)
        for record in generate(products=400, models=40, seed=3, extras=EVERYTHING)
        for field in fields_of(record["data"])
    )

    assert [field for field, count in seen.items() if count > 1] == []


def fields_of(data: Data) -> set[str]:
    """Return what a command sets, its values by attribute; a file sets one."""
    parents = {"code", "identifier", "attribute", "reference_entity", "asset_family"}
    values = {f"values.{code}" for code in data.get("values", {})}
    return (data.keys() - parents - {"values"}) | values


def key_of(data: Data) -> str:
    """Return the code or identifier."""
    return str(data.get("code", data.get("identifier")))


def test_axes_are_unique_among_siblings() -> None:
    """No two children of a model have the same colour and size."""
    found = catalogue(60, 12)
    children = [*whole_products(found), *found["CreateOrUpdateProductModel"]]
    axes = Counter(
        (child["parent"], str(child["values"].get("color")), str(child["values"].get("size")))
        for child in children
        if "parent" in child
    )

    assert axes.most_common(1)[0][1] == 1


def test_products_have_about_ten_values_of_all_types() -> None:
    """Text, textarea, number, boolean, date, selects, metric and prices."""
    found = catalogue()
    types = {data["code"]: data["type"] for data in found["CreateOrUpdateAttribute"]}
    product = whole_products(found)[0]

    assert len(product["values"]) == 11
    assert {types[code].removeprefix("pim_catalog_") for code in product["values"]} == {
        *("text", "textarea", "number", "boolean", "date"),
        *("simpleselect", "multiselect", "metric", "price_collection"),
    }


def test_some_associations_go_round_in_circles() -> None:
    """A points to B, B to C, and C to A."""
    links = {
        data["identifier"]: set(data["associations"]["X_SELL"]["products"])
        for data in catalogue(1000, 0)["CreateOrUpdateProduct"]
        if "associations" in data
    }
    after = {code: _beyond(links, _beyond(links, targets)) for code, targets in links.items()}

    assert any(code in reached for code, reached in after.items())


def _beyond(links: dict[str, set[str]], codes: set[str]) -> set[str]:
    return {target for code in codes for target in links.get(code, ())}


def test_associations_point_to_other_products_of_the_catalogue() -> None:
    """Nothing points to itself or to nothing."""
    products = catalogue()["CreateOrUpdateProduct"]
    known = {data["identifier"] for data in products if "values" in data}
    wrong = [
        (data["identifier"], target)
        for data in products
        for target in data.get("associations", {}).get("X_SELL", {}).get("products", [])
        if target not in known or target == data["identifier"]
    ]

    assert wrong == []


def test_memory_does_not_grow_with_the_catalogue() -> None:
    """A million products are made one by one."""
    records = generate(products=1_000_000, seed=1)
    list(islice(records, 20_000))
    tracemalloc.start()
    for _ in islice(records, 20_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 200_000


def test_records_belong_to_records_of_the_catalogue() -> None:
    """Some of them in a circle."""
    found = catalogue(extras=EVERYTHING)["CreateOrUpdateReferenceEntityRecord"]
    owners = {
        data["code"]: data["values"]["belongs_to"][0]["data"]
        for data in found
        if "belongs_to" in data["values"]
    }

    assert set(owners.values()) <= {data["code"] for data in found}
    assert [owners[owners[owners[f"brand_0{n}"]]] for n in (1, 2, 3)] == [
        "brand_01",
        "brand_02",
        "brand_03",
    ]


def test_products_name_records_and_assets_of_the_catalogue() -> None:
    """Each simple product and each root model has a brand and packshots."""
    found = catalogue(extras=EVERYTHING)
    codes = {data["code"] for name in ENTRIES for data in found[name]}
    values = [data["values"] for data in whole_products(found) if "parent" not in data]

    assert {each["brand"][0]["data"] for each in values} <= codes
    assert {code for each in values for code in each["packshots"][0]["data"]} <= codes


ENTRIES = ("CreateOrUpdateReferenceEntityRecord", "CreateOrUpdateAsset")


def test_the_extras_change_nothing_else() -> None:
    """Goods are what they are without them, apart from what names records and assets."""
    plain, rich = catalogue(), catalogue(extras=EVERYTHING)
    special = ("brand", "packshots")
    for data in rich["CreateOrUpdateProduct"]:
        for code in special:
            data.get("values", {}).pop(code, None)

    assert rich["CreateOrUpdateProduct"] == plain["CreateOrUpdateProduct"]
    assert rich.keys() - plain.keys() == FILES.keys() - plain.keys()


def test_every_file_that_is_named_is_written(tmp_path: Path) -> None:
    """Beside the catalogue; PNG, JPEG and PDF, each different from the others."""
    write(str(tmp_path / "catalog.jsonl"), products=2000, extras=EVERYTHING)
    found = catalogue(2000, None, extras=EVERYTHING)
    named = {
        data["file"]
        for name in ("CreateProductMediaFile", "CreateProductModelMediaFile")
        for data in found[name]
    }
    written = {str(path.relative_to(tmp_path)) for path in (tmp_path / "media").iterdir()}
    contents = [(tmp_path / name).read_bytes() for name in sorted(written)]

    assert named == written
    assert len(set(contents)) == len(contents)
    assert {content[:4] for content in contents} == {b"\x89PNG", b"\xff\xd8\xff\xfe", b"%PDF"}


def test_files_belong_to_products_and_attributes_of_the_catalogue() -> None:
    """At a level at which the product can have them: pictures of variants are their own."""
    found = catalogue(extras=EVERYTHING)
    products = {data["identifier"]: data for data in whole_products(found)}
    uploads = found["CreateProductMediaFile"]

    assert {data["attribute"] for data in uploads} == {"packshot", "manual"}
    assert all(
        "parent" not in products[data["identifier"]]
        for data in uploads
        if data["attribute"] == "manual"
    )
    assert any("parent" in products[data["identifier"]] for data in uploads)
    for variant in found["CreateOrUpdateFamilyVariant"]:
        assert "packshot" in variant["variant_attribute_sets"][-1]["attributes"]


def test_files_cannot_be_written_to_standard_output() -> None:
    """The error says what to do instead."""
    with pytest.raises(ConfigurationError, match="name a folder"):
        write("-", products=1, extras=EVERYTHING)


def test_there_are_no_negative_catalogues() -> None:
    """A negative number is a mistake, not an empty catalogue."""
    with pytest.raises(ValueError, match="-1"):
        next(generate(products=-1))


def test_a_file_holds_a_record_a_line(tmp_path: Path) -> None:
    """What is written is what is generated, byte for byte."""
    out = tmp_path / "catalog.jsonl"

    counts = write(str(out), products=50, models=5, seed=4)

    assert out.read_bytes() == encoded(products=50, models=5, seed=4) + b"\n"
    assert sum(counts.values()) == out.read_bytes().count(b"\n")


def test_a_folder_holds_a_file_a_class_in_order(tmp_path: Path) -> None:
    """Read in the order of their names, the files say what the one file says."""
    write(str(tmp_path / "out"), products=50, models=5, seed=4, extras=EVERYTHING)
    files = sorted((tmp_path / "out").glob("*.jsonl"))

    assert [file.name for file in files] == list(FILES.values())
    assert b"".join(file.read_bytes() for file in files) == (
        encoded(products=50, models=5, seed=4, extras=EVERYTHING) + b"\n"
    )


@pytest.mark.parametrize("out", ["missing/catalog.jsonl", "catalog.csv", "taken/out"])
def test_what_cannot_be_written_is_named(tmp_path: Path, out: str) -> None:
    """A wrong OUT is an error of the command line."""
    (tmp_path / "taken").write_text("")

    with pytest.raises(ConfigurationError, match=out):
        write(str(tmp_path / out), products=1)

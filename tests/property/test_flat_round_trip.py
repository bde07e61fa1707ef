"""What is written in Akeneo's flat format is read back as the same command."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.flat import KINDS, FlatStructure, read_flat
from importbus.adapters.flat.writing import flat_cells
from importbus.adapters.flat.writing.rows import in_order
from importbus.adapters.sources.ports import SourceOptions

CHANNELS = ("ecommerce", "print")
LOCALES = ("en_US", "de_DE")

ATTRIBUTES: dict[str, dict[str, Any]] = {
    "sku": {"type": "pim_catalog_identifier"},
    "note": {"type": "pim_catalog_text"},
    "name": {"type": "pim_catalog_text", "localizable": True},
    "description": {"type": "pim_catalog_textarea", "localizable": True, "scopable": True},
    "stock": {"type": "pim_catalog_number", "decimals_allowed": False, "scopable": True},
    "ratio": {"type": "pim_catalog_number", "decimals_allowed": True},
    "handle": {"type": "pim_catalog_boolean"},
    "released": {"type": "pim_catalog_date"},
    "color": {"type": "pim_catalog_simpleselect"},
    "materials": {"type": "pim_catalog_multiselect", "localizable": True},
    "weight": {"type": "pim_catalog_metric", "decimals_allowed": True, "localizable": True},
    "price": {"type": "pim_catalog_price_collection", "decimals_allowed": True},
    "rows": {"type": "pim_catalog_table"},
}

codes = st.sampled_from(["a", "b_1", "X9", "007"])
code_lists = st.lists(codes, min_size=1, max_size=3, unique=True)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
sayable = st.builds("x{}y".format, texts.map(lambda text: text.replace("\r", "").replace("\0", "")))
labels = st.dictionaries(st.sampled_from(LOCALES), codes, min_size=1)
amounts = st.sampled_from(["0", "1", "12.50", "-3", "0.001"])

DATA: dict[str, st.SearchStrategy[Any]] = {
    "pim_catalog_text": sayable,
    "pim_catalog_textarea": sayable,
    "pim_catalog_boolean": st.booleans(),
    "pim_catalog_date": st.sampled_from(["2026-01-31", "1999-12-01"]),
    "pim_catalog_simpleselect": codes,
    "pim_catalog_multiselect": code_lists,
    "pim_catalog_metric": st.fixed_dictionaries({"amount": amounts, "unit": st.just("KILOGRAM")}),
    "pim_catalog_price_collection": st.lists(
        st.fixed_dictionaries({"amount": amounts, "currency": st.sampled_from(["EUR", "USD"])}),
        min_size=1,
        max_size=2,
        unique_by=lambda price: price["currency"],
    ),
    "pim_catalog_table": st.lists(
        st.dictionaries(codes, codes, min_size=1), min_size=1, max_size=2
    ),
}


def value_lists(code: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw the values of an attribute, each at another place."""
    rules = ATTRIBUTES[code]
    numbers = amounts if rules.get("decimals_allowed") else st.integers(-5, 10**12)
    one = st.fixed_dictionaries(
        {
            "locale": st.sampled_from(LOCALES) if rules.get("localizable") else st.none(),
            "scope": st.sampled_from(CHANNELS) if rules.get("scopable") else st.none(),
            "data": DATA.get(rules["type"], numbers),
        }
    )
    return st.lists(
        one, min_size=1, max_size=3, unique_by=lambda value: (value["locale"], value["scope"])
    )


def some_of(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw an object with one or more of these properties."""
    return st.fixed_dictionaries({}, optional=strategies).filter(bool)


values = some_of(**{code: value_lists(code) for code in ATTRIBUTES if code != "sku"})
links = some_of(products=code_lists, product_models=code_lists, groups=code_lists)
numbered = st.lists(
    st.fixed_dictionaries({"identifier": codes, "quantity": st.integers(1, 99)}),
    min_size=1,
    max_size=3,
    unique_by=lambda link: link["identifier"],
)
products = st.fixed_dictionaries(
    {"identifier": codes},
    optional={
        "enabled": st.booleans(),
        "family": codes,
        "parent": codes,
        "categories": code_lists,
        "groups": code_lists,
        "values": values,
        "associations": some_of(X_SELL=links, UPSELL=links),
        "quantified_associations": some_of(PACK=some_of(products=numbered)),
    },
)


def structure() -> FlatStructure:
    """Return what tells the types of the columns."""
    found = FlatStructure()
    for code, rules in ATTRIBUTES.items():
        found.learn("CreateOrUpdateAttribute", {"code": code, **rules})
    for code in CHANNELS:
        data = {"code": code, "locales": list(LOCALES), "currencies": ["EUR", "USD"]}
        found.learn("CreateOrUpdateChannel", data)
    for code in ("X_SELL", "UPSELL", "PACK"):
        quantified = code == "PACK"
        found.learn("CreateOrUpdateAssociationType", {"code": code, "is_quantified": quantified})
    return found


KNOWN = structure()


def read_back(kind: str, cells: dict[str, str]) -> Any:
    """Return the data of the one command that a row gives."""
    header = in_order(KINDS[kind].command, cells)
    reader = read_flat(header, kind, SourceOptions(), KNOWN)
    assert (list(reader.problems), reader.usable) == ([], True)
    ((part, name, data),) = reader.read([cells[column] for column in header], lambda name: True)
    assert (part, name) == ("", KINDS[kind].command)
    return data


def in_any_order(data: dict[str, Any]) -> dict[str, Any]:
    """Return *data* with lists sorted whose order says nothing."""
    values = {
        code: sorted(of_attribute, key=lambda v: (v["locale"] or "", v["scope"] or ""))
        for code, of_attribute in data.get("values", {}).items()
    }
    for of_price in values.get("price", []):
        of_price["data"] = sorted(of_price["data"], key=lambda price: price["currency"])
    return {**data, "values": values}


@given(products)
def test_a_product_comes_back(data: dict[str, Any]) -> None:
    """What is neither null nor empty can be said, and is read as it was."""
    cells = flat_cells("CreateOrUpdateProduct", data)

    assert cells is not None
    assert in_any_order(read_back("products", cells)) == in_any_order(data)


@given(texts)
def test_a_text_comes_back_or_is_no_cell(text: str) -> None:
    """Whatever is in it: no row says another text than the command."""
    values = {"note": [{"locale": None, "scope": None, "data": text}]}
    cells = flat_cells("CreateOrUpdateProduct", {"identifier": "a", "values": values})

    assert cells is None or read_back("products", cells)["values"] == values
    assert (cells is not None) == (text == text.strip() != "" and not {"\r", "\0"} & {*text})


@given(products, st.data())
def test_what_is_null_or_empty_is_no_row(data: dict[str, Any], drawn: st.DataObject) -> None:
    """It would read as untouched."""
    name = drawn.draw(st.sampled_from(["family", "categories", "values", "associations"]))
    empty: object = drawn.draw(st.sampled_from((None, [], {})))

    assert flat_cells("CreateOrUpdateProduct", {**data, name: empty}) is None


STRUCTURE: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "categories": st.fixed_dictionaries(
        {"code": codes, "parent": codes}, optional={"labels": labels}
    ),
    "attribute-groups": st.fixed_dictionaries(
        {"code": codes, "sort_order": st.integers(0, 9)}, optional={"attributes": code_lists}
    ),
    "channels": st.fixed_dictionaries(
        {"code": codes, "category_tree": codes},
        optional={
            "locales": code_lists,
            "conversion_units": st.dictionaries(codes, codes, min_size=1, max_size=2),
        },
    ),
    "attributes": st.fixed_dictionaries(
        {"code": codes, "type": st.just("pim_catalog_number"), "group": codes},
        optional={
            "localizable": st.booleans(),
            "sort_order": st.integers(0, 9),
            "allowed_extensions": code_lists,
            "number_min": amounts,
            "max_characters": st.integers(1, 99),
            "labels": labels,
            "table_configuration": st.lists(st.dictionaries(codes, codes), min_size=1),
        },
    ),
    "attribute-options": st.fixed_dictionaries(
        {"code": codes, "attribute": codes}, optional={"sort_order": st.integers(0, 9)}
    ),
    "families": st.fixed_dictionaries(
        {"code": codes, "attributes": code_lists, "attribute_as_label": codes},
        optional={
            "attribute_requirements": st.dictionaries(
                st.sampled_from(CHANNELS), code_lists, min_size=1
            ),
        },
    ),
    "family-variants": st.fixed_dictionaries(
        {
            "code": codes,
            "family": codes,
            "variant_attribute_sets": st.integers(1, 2).flatmap(
                lambda levels: st.tuples(
                    *(
                        st.fixed_dictionaries(
                            {
                                "level": st.just(n),
                                "axes": code_lists,
                                "attributes": code_lists,
                            }
                        )
                        for n in range(1, levels + 1)
                    )
                ).map(list)
            ),
        }
    ),
    "association-types": st.fixed_dictionaries(
        {"code": codes, "is_quantified": st.booleans()},
        optional={"labels": labels},
    ),
    "product-models": st.fixed_dictionaries(
        {"code": codes, "family_variant": codes},
        optional={"parent": codes, "categories": code_lists, "values": values},
    ),
}


@given(st.data())
def test_every_other_kind_comes_back(drawn: st.DataObject) -> None:
    """Each with some of its properties."""
    kind = drawn.draw(st.sampled_from(sorted(STRUCTURE)))
    data = drawn.draw(STRUCTURE[kind])
    cells = flat_cells(KINDS[kind].command, data)
    assert cells is not None

    assert in_any_order(read_back(kind, cells)) == in_any_order(data)


def test_every_kind_is_drawn() -> None:
    """None is forgotten."""
    assert {*STRUCTURE, "products"} == set(KINDS)

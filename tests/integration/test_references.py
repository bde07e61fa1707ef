"""What a reference costs: in order nothing, and one that never appears one send more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from akeneo_process import DirectClient
from import_desk import (
    MUGS,
    ImportDesk,
    attribute,
    only_failure,
    open_desk,
    outcomes,
    value,
    variant_set,
)
from importbus.bus import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateAssociationType,
    CreateOrUpdateAttributeGroup,
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateChannel,
    CreateOrUpdateFamily,
    CreateOrUpdateFamilyVariant,
)
from importbus.handlers.akeneo import CreateOrUpdateProduct as Product
from importbus.handlers.akeneo import CreateOrUpdateProductModel as Model

pytestmark = pytest.mark.integration

MODELS, VARIANTS = 1000, 5


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A PIM with a family of mugs, and a bus that leads to it."""
    with open_desk(tmp_path_factory.mktemp("desk")) as desk:
        desk.run(*MUGS)
        yield desk


def lines_with(desk: ImportDesk, key: str) -> int:
    """Return how many lines with *key* the PIM got."""
    return sum(request["keys"].count(key) for request in desk.pim.trace()["requests"])


def scoped(data: object) -> list[dict[str, object]]:
    """Return a value of a channel that nobody brings."""
    return [{"locale": None, "scope": "never", "data": data}]


NEVER: dict[str, Any] = {
    "parent of a category": CreateOrUpdateCategory(code="x", parent="never"),
    "attribute of a group": CreateOrUpdateAttributeGroup(code="x", attributes=["never"]),
    "tree of a channel": CreateOrUpdateChannel(
        code="x", category_tree="never", locales=["en_US"], currencies=["EUR"]
    ),
    "group of an attribute": attribute("x", group="never"),
    "attribute of an option": CreateOrUpdateAttributeOption(attribute="never", code="x"),
    "attribute of a family": CreateOrUpdateFamily(code="x", attributes=["never"]),
    "label of a family": CreateOrUpdateFamily(code="x", attribute_as_label="never"),
    "channel of a family": CreateOrUpdateFamily(
        code="x", attributes=["sku", "note"], attribute_requirements={"never": ["note"]}
    ),
    "family of a variant": CreateOrUpdateFamilyVariant(
        code="x", family="never", variant_attribute_sets=[{"level": 1, "axes": ["color"]}]
    ),
    "axis of a variant": CreateOrUpdateFamilyVariant(
        code="x", family="mugs", variant_attribute_sets=[{"level": 1, "axes": ["never"]}]
    ),
    "family variant": Model(code="x", family_variant="never"),
    "parent of a model": Model(code="x", parent="never", values={"handle": value(True)}),
    "category of a model": Model(code="x", family_variant="by_color", categories=["never"]),
    "attribute of a model": Model(
        code="x", family_variant="by_color", values={"never": value("n")}
    ),
    "family": Product(identifier="x", family="never"),
    "parent": Product(identifier="x", parent="never", values={"color": value("red")}),
    "category": Product(identifier="x", categories=["master", "never"]),
    "attribute": Product(identifier="x", values={"never": value("n")}),
    "option": Product(identifier="x", values={"color": value("never")}),
    "channel": Product(identifier="x", values={"note": scoped("n")}),
}
"""A command of each kind of reference, to what nobody brings."""

LINKS: dict[str, Any] = {
    "target": {"associations": {"X_SELL": {"products": ["never"]}}},
    "model": {"associations": {"X_SELL": {"product_models": ["never"]}}},
    "type": {"associations": {"never": {"products": ["y"]}}},
    "quantified target": {
        "quantified_associations": {"KIT": {"products": [{"identifier": "never", "quantity": 1}]}}
    },
}


NOTED = {"kind": "slow", "seconds": 0}
"""A fault that changes nothing: the calls that it matches are told apart in the trace."""

KIT = CreateOrUpdateAssociationType(code="KIT", is_quantified=True)
SHADES = [f"s{n}" for n in range(VARIANTS)]
SHADED = (
    attribute("shade", "simpleselect"),
    *(CreateOrUpdateAttributeOption(attribute="shade", code=shade) for shade in SHADES),
    CreateOrUpdateFamily(code="mugs", attributes=["sku", "note", "handle", "color", "shade"]),
    variant_set("by_shade", "shade"),
)
"""What models with five variants each need."""


def said_to(desk: ImportDesk, command: LaneCommand) -> tuple[int | None, str]:
    """Return status and message that the PIM gives to *command* alone, by plain HTTP."""
    reply = DirectClient(desk.pim).tell(command)
    errors = reply.get("errors") or [reply]
    return reply["status_code"], errors[0]["message"]


@pytest.mark.parametrize("command", NEVER.values(), ids=NEVER)
def test_what_never_appears_is_asked_for_twice(desk: ImportDesk, command: Any) -> None:
    """I4: then the command fails with the PIM's own message."""
    run = desk.run(command, Product(identifier="y"))
    sent = lines_with(desk, "x")
    failure = only_failure(run)

    assert outcomes(run) == {"created": 1, "failed": 1}
    assert (failure.status, failure.errors[0].message) == said_to(desk, command)
    assert sent == failure.attempts <= 2


@pytest.mark.parametrize("links", LINKS.values(), ids=LINKS)
def test_associations_with_what_never_appears_are_asked_for_twice(
    desk: ImportDesk, links: Any
) -> None:
    """I4: what else the command says is written after the first time, and stays."""
    desk.run(KIT, Product(identifier="y"))
    desk.pim.set_faults([{"match": {"body_contains": "never"}, "fault": NOTED}])
    command = Product(identifier="x", values={"note": value("n")}, **links)
    run = desk.run(command)
    asked = [call for call in desk.pim.trace()["requests"] if "fault" in call]
    failure, kept = only_failure(run), desk.stored("products", "x")["values"]["note"]

    assert (failure.status, failure.errors[0].message) == said_to(desk, command)
    assert kept[0]["data"] == "n"
    assert len(asked) == failure.attempts <= 2


def in_order() -> Iterator[LaneCommand]:
    """Yield models, each with its variants behind it."""
    for n in range(MODELS):
        yield Model(code=f"m{n}", family_variant="by_shade")
        for shade in SHADES:
            yield Product(
                identifier=f"m{n}-{shade}", parent=f"m{n}", values={"shade": value(shade)}
            )


def test_a_source_in_order_costs_nothing(desk: ImportDesk) -> None:
    """Models and their variants by turns: a line for each, and few more calls than full ones."""
    desk.run(*SHADED)
    before = desk.pim.trace()
    run = desk.run(*in_order())
    after = desk.pim.trace()
    lines, requests = after["lines"] - before["lines"], after["count"] - before["count"]

    assert outcomes(run) == {"created": MODELS * (1 + VARIANTS)}
    assert lines <= 1.05 * MODELS * (1 + VARIANTS)
    assert requests <= 150  # 104, and more where reading is so slow that batches linger

"""A file with a command of every class, in an order by chance."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from command_line import Shop
from importbus.adapters.wiring import open_codec
from importbus.bus import LaneCommand
from library_catalogue import in_order, shuffled


def lines(commands: Iterable[LaneCommand]) -> list[str]:
    """Return *commands* as a file says them."""
    codec = open_codec()
    return [
        orjson.dumps(
            {"command": type(each).__name__, "data": orjson.loads(codec.encode(each))}
        ).decode()
        for each in commands
    ]


def test_a_file_with_every_class_may_have_any_order(shop: Shop) -> None:
    """I4: read twice, structure first; and through a pipe, so in one reading."""
    commands = in_order()
    name = shop.write("all.jsonl", lines(shuffled(7)))
    said = shop.run("import", name, "--import-id", "first")
    first = shop.run("report", "first", "--json").document
    again = "\n".join(lines(shuffled(8))).encode()
    shop.run("import", "-", "--import-id", "second", stdin=again)
    second = shop.run("report", "second", "--json").document

    assert said.code == 0, said.err
    assert first["outcomes"] == {"created": len(commands)}
    assert (second["outcomes"], second["failures"]) == ({"updated": len(commands)}, [])
    assert shop.state["reference_entity_records"]["land/it"]["values"]["biggest"][0]["data"] == (
        "acme"
    )


def test_a_wrong_line_of_a_new_class_is_rejected_with_its_place(shop: Shop) -> None:
    """Before anything is sent, with the field and what to do."""
    uuid = "886313e1-3b8a-5372-9b90-0c9aee199e70"
    wrong = [
        {"command": "CreateOrUpdateProductByUuid", "data": {"uuid": uuid}},
        {"command": "CreateOrUpdateReferenceEntityRecord", "data": {"code": "acme"}},
        {"command": "CreateOrUpdateMeasurementFamily", "data": {"code": "a", "units": []}},
    ]
    name = shop.write("wrong.jsonl", [orjson.dumps(each).decode() for each in wrong])
    said = shop.run("import", name, "--import-id", "wrong")
    report = shop.run("report", "wrong", "--json").document

    assert said.code == 1
    assert [
        (failure["position"]["line"], failure["errors"][0]["message"].partition(":")[0])
        for failure in report["failures"]
    ] == [(1, "uuid"), (2, "reference_entity"), (3, "units")]

"""Laws of the files: whatever comes in whatever order, importing them in order says the same."""

from __future__ import annotations

import csv
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from file_desk import FileDesk, lines_of
from importbus.adapters.file_sink import Format
from importbus.adapters.generator import FILES
from importbus.adapters.wiring import open_codec
from importbus.bus import LaneCommand
from importbus.handlers.akeneo import (
    CreateOrUpdateProduct,
    CreateOrUpdateProductModel,
    DeleteProduct,
    DeleteProductModel,
)

codes = st.sampled_from(["a", "b"])
models = st.sampled_from(["m", "n"])
marks = st.one_of(st.none(), st.sampled_from(["x", "y"]))

Said = list[tuple[str, dict[str, Any]]]
"""Classes and data, in their order."""

commands = st.one_of(
    st.builds(CreateOrUpdateProduct, identifier=codes, family=marks),
    st.builds(CreateOrUpdateProduct, identifier=codes, parent=models, family=marks),
    st.builds(DeleteProduct, identifier=codes),
    st.builds(CreateOrUpdateProductModel, code=models, family_variant=st.just("v"), parent=marks),
    st.builds(DeleteProductModel, code=models),
)


def order_of(said: Said) -> dict[str, Said]:
    """Return what is said of each key, in its order."""
    found: dict[str, Said] = defaultdict(list)
    for name, data in said:
        kind = "model" if "Model" in name else "product"
        found[f"{kind} {data.get('identifier', data.get('code'))}"].append((name, data))
    return found


@pytest.mark.parametrize("format_", ["jsonl", "csv"])
@settings(max_examples=60)  # each waits for the disk a dozen times
@given(drawn=st.lists(commands, max_size=12))
@example(
    drawn=[
        DeleteProductModel(code="n"),
        CreateOrUpdateProductModel(code="n", family_variant="v", parent="x"),
        CreateOrUpdateProduct(identifier="a", parent="n"),
    ]
)
def test_the_commands_of_a_key_stand_in_their_order(
    format_: Format, drawn: list[LaneCommand]
) -> None:
    """I3: also across files, tables among them, which are imported by their names."""
    with tempfile.TemporaryDirectory() as folder:
        desk = FileDesk.opened(Path(folder), format_)
        desk.write(*enumerate(drawn, 1))
        desk.sink.flush()
        desk.sink.close()
        written = said_in(Path(folder))
    codec = open_codec()
    said = [(type(one).__name__, orjson.loads(codec.encode(one))) for one in drawn]

    assert order_of(written) == order_of(said)
    assert behind_their_model(written) == behind_their_model(said)


def said_in(folder: Path) -> Said:
    """Return what the files of *folder* say, one after the other."""
    found = [(file, name, dict(data)) for file, name, data in lines_of(folder)]
    for path in folder.glob("*.csv"):
        name = next(name for name, file in FILES.items() if file == f"{path.stem}.jsonl")
        with path.open(newline="") as stream:
            for row in csv.DictReader(stream, delimiter=";"):
                cells = {column: cell for column, cell in row.items() if cell}
                data = {"identifier" if c == "sku" else c: cell for c, cell in cells.items()}
                found.append((path.name, name, data))
    return [(name, data) for _, name, data in sorted(found, key=lambda each: each[0])]


def behind_their_model(said: Said) -> dict[str, bool]:
    """Return for each variant whether its last command stands behind the last delete of its model.

    What comes before is deleted with the model.
    """
    deletes = {
        data["code"]: n for n, (name, data) in enumerate(said) if name == "DeleteProductModel"
    }
    found = {}
    for n, (name, data) in enumerate(said):
        if name == "CreateOrUpdateProduct" and data.get("parent") in deletes:
            found[f"{data['identifier']} of {data['parent']}"] = n > deletes[data["parent"]]
    return found

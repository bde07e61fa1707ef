"""Histories of imports into one PIM: a few products that come again, changed and unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen
from hypothesis import strategies as st

from import_desk import MUGS, config_for
from importbus.adapters.config import MediaConfig
from importbus.adapters.import_run import ImportOptions, run_import
from importbus.adapters.media import MediaFiles
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.adapters.stopping import StopRequest
from importbus.adapters.unchanged import Skipping, name_of_pim
from importbus.adapters.wiring import open_runtime
from importbus.bus import Report
from importbus.handlers.akeneo import CreateOrUpdateAttribute, CreateOrUpdateCategory

Line = dict[str, Any]

HERE = "@"
"""Stands in a key for the number of its history: many histories share a PIM."""

KEYS = ("@a", "@b", "@c")

PICTURE = "mug.png"


@frozen
class Step:
    """One import of a history.

    Attributes:
        lines: What it reads.
        skips: Whether what is unchanged is skipped.
        stop_after: Commands after which it is stopped, and resumed; None when it is not.
        resume_skips: Whether it is resumed with skipping.
        picture: The bytes of the picture that lines may name.
    """

    lines: tuple[Line, ...]
    skips: bool = True
    stop_after: int | None = None
    resume_skips: bool = True
    picture: bytes = b"."


def line(command: str, **data: object) -> Line:
    """Return a line of JSONL."""
    return {"command": command, "data": data}


def product(key: str, **data: object) -> Line:
    """Return a product."""
    return line("CreateOrUpdateProduct", identifier=key, **data)


def note(text: str) -> dict[str, object]:
    """Return the values of a product with a note."""
    return {"note": [{"locale": None, "scope": None, "data": text}]}


def links(*keys: str) -> dict[str, object]:
    """Return the associations of a product."""
    return {"X_SELL": {"products": list(keys)}}


def writes(key: str) -> st.SearchStrategy[Line]:
    """Return commands for *key* that the PIM takes, or never takes (a family that is not there)."""
    return st.one_of(
        st.sampled_from("xyz").map(lambda text: product(key, values=note(text))),
        st.booleans().map(lambda enabled: product(key, enabled=enabled)),
        st.sampled_from(["add_categories", "remove_categories"]).map(
            lambda change: product(key, **{change: ["shoes"]})
        ),
        st.just(product(key, family="nowhere")),
        st.just(line("CreateProductMediaFile", identifier=key, attribute="picture", file=PICTURE)),
    )


def inputs() -> st.SearchStrategy[tuple[Line, ...]]:
    """Return inputs; what is deleted in one is not linked in it, whose order nobody keeps."""
    written = st.sampled_from(KEYS).flatmap(writes)
    linked = st.tuples(st.sampled_from(KEYS), st.lists(st.sampled_from(KEYS), max_size=2)).map(
        lambda pair: product(pair[0], associations=links(*pair[1]))
    )
    deleted = st.sampled_from(KEYS).map(lambda key: line("DeleteProduct", identifier=key))
    return st.one_of(
        st.lists(st.one_of(written, linked), max_size=5),
        st.lists(st.one_of(written, deleted), max_size=5),
    ).map(tuple)


def histories() -> st.SearchStrategy[list[Step]]:
    """Return histories whose imports often come again as they were."""
    some = st.lists(inputs(), min_size=1, max_size=3)
    return some.flatmap(
        lambda known: st.lists(
            st.builds(
                Step,
                st.sampled_from(known),
                skips=st.sampled_from([True, True, True, False]),
                stop_after=st.sampled_from([None, None, 1, 2]),
                resume_skips=st.booleans(),
                picture=st.sampled_from([b".", b"..", b"."]),
            ),
            min_size=2,
            max_size=5,
        )
    )


@frozen
class Side:
    """A PIM with its journal and its source."""

    pim: SimulatedPim
    folder: Path
    _numbers: Iterator[int] = field(factory=lambda: count(1))

    def prepare(self) -> None:
        """Give the PIM what products need."""
        config = config_for(self.pim, self.folder)
        structure = (
            *MUGS,
            CreateOrUpdateAttribute(code="picture", type="pim_catalog_image", group="other"),
            CreateOrUpdateCategory(code="shoes"),
        )
        with open_runtime(config) as runtime, runtime.bus.importing(id="structure"):
            for command in structure:
                runtime.bus.dispatch(command)

    def carry_out(self, step: Step, history: int, *, skipping: bool) -> list[Report]:
        """Import what *step* says; return the account, and that of the run before a stop."""
        name = f"i{next(self._numbers)}"
        (self.folder / PICTURE).write_bytes(step.picture)
        lines = "".join(f"{json.dumps(x)}\n" for x in step.lines).replace(HERE, f"{history}")
        (self.folder / "file.jsonl").write_text(lines)
        first = self.run(ImportOptions(import_id=name), skipping and step.skips, step.stop_after)
        if first.state != "stopped":
            return [first]
        again = self.run(ImportOptions(resume=name), skipping and step.resume_skips)
        return [first, again]

    def run(self, options: ImportOptions, skips: bool, stop_after: int | None = None) -> Report:
        """Run an import of the file, to its end or until it has heard of some commands."""
        config = evolve(config_for(self.pim, self.folder), media=MediaConfig(str(self.folder)))
        stop, heard = StopRequest(), count(1)
        skipping = Skipping(name_of_pim(self.pim.url), MediaFiles()) if skips else None
        with open_runtime(config) as runtime:
            return run_import(
                runtime,
                [str(self.folder / "file.jsonl")],
                options,
                watch=lambda *_: nullcontext(),
                stop=stop,
                heard=lambda *_: stop.set() if next(heard) == stop_after else None,
                skipping=skipping,
            )

    def stored(self, history: int) -> dict[str, Any]:
        """Return the products of a history; of a picture name and size, as each has a new code."""
        products = self.pim.state()["products"]
        own = {key: products[key] for key in products if key[:-1] == str(history)}
        text = json.dumps(own)
        for table in self.pim.application.store.media.tables.values():
            for medium in table:
                text = text.replace(medium.code, f"{medium.name}:{medium.size}")
        found: dict[str, Any] = json.loads(text)
        for one in found.values():
            for volatile in ("uuid", "created", "updated"):
                one.pop(volatile, None)
        return found


@contextmanager
def open_side(folder: Path) -> Iterator[Side]:
    """Open a PIM with the structure that histories need, and its journal in *folder*."""
    folder.mkdir()
    with SimulatedPim(option_rate=None) as pim:
        side = Side(pim, folder)
        side.prepare()
        yield side


def outcomes(reports: Sequence[Report]) -> dict[str, int]:
    """Return how the commands of an import ended."""
    return dict(reports[-1].outcomes)

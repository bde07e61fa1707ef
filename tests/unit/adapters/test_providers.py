"""Command providers: found by name, read item by item, and what is told of bad ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from importbus.adapters.sources import Providers, ProviderSource, open_sources
from importbus.bus.errors import ConfigurationError
from importbus.bus.messages import LaneCommand, Position
from importbus.bus.ports import Rejection
from importbus.handlers.akeneo import CreateOrUpdateFamily, CreateOrUpdateProduct
from read_sources import CODEC, shop_readers, told

MUG, CUP = CreateOrUpdateProduct(identifier="mug"), CreateOrUpdateProduct(identifier="cup")

MODULE = """\
from importbus.handlers.akeneo import CreateOrUpdateProduct

class Warehouse:
    def items(self):
        yield CreateOrUpdateProduct(identifier="mug")

warehouse = Warehouse()
text = "no function"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a module that nothing has imported, elsewhere than in its folder."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "warehouse_of_tests.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "warehouse_of_tests", raising=False)
    return tmp_path / "app"


def named(target: str, folder: Path) -> Providers:
    """Return the provider ``erp``, as a configuration in *folder* names it."""
    return Providers({"erp": target}, str(folder), "app/importbus.toml")


def source(*items: object) -> ProviderSource:
    """Return what a provider of *items* gives; one that is an error is raised."""

    def provider() -> Iterator[LaneCommand]:
        for item in items:
            if isinstance(item, Exception):
                raise item
            yield item  # type: ignore[misc] # bad ones, too

    return ProviderSource("erp", provider, CODEC)


def test_a_name_that_is_no_file_is_a_provider(folder: Path) -> None:
    """Its module may stand beside the configuration, and the function within something."""
    providers = named("warehouse_of_tests:warehouse.items", folder)
    (found,) = open_sources(["erp"], CODEC, shop_readers(), providers)

    assert told(found) == [("erp:1", "CreateOrUpdateProduct mug")]


def test_a_file_of_that_name_comes_first(folder: Path) -> None:
    """A new provider does not change what a file name means."""
    Path("erp").write_text("sku\ncup\n")
    providers = named("warehouse_of_tests:warehouse.items", folder)
    (found,) = open_sources(["erp"], CODEC, shop_readers(format="csv"), providers)

    assert told(found) == [("erp:2", "CreateOrUpdateProduct cup")]


def test_what_is_beside_the_configuration_hides_nothing(folder: Path) -> None:
    """Its folder is the last one in which modules are looked for."""
    named("warehouse_of_tests:warehouse.items", folder).get("erp")
    named("warehouse_of_tests:warehouse.items", folder).get("erp")

    assert sys.path[-1] == str(folder)
    assert sys.path.count(str(folder)) == 1


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("no_such_module:f", r"cannot be loaded: ModuleNotFoundError: No module named 'no_such_"),
        ("warehouse_of_tests:f", r"cannot be loaded: AttributeError: .*'f'"),
        ("warehouse_of_tests:text", r"is nothing that can be called; allowed: a function without"),
    ],
)
def test_a_provider_that_is_not_there_is_named_with_its_place(
    folder: Path, target: str, reason: str
) -> None:
    """The key of the configuration, and what is wrong."""
    place = rf"^app/importbus\.toml: providers\.erp = '{target}' "

    with pytest.raises(ConfigurationError, match=place + reason):
        named(target, folder).get("erp")


def test_a_slip_in_the_name_is_told(folder: Path) -> None:
    """With the kinds of files, all providers, and the one that was meant."""
    providers = Providers({"warehouse": "warehouse_of_tests:warehouse.items"}, str(folder))

    with pytest.raises(ConfigurationError, match=r"or a provider: warehouse.*mean the provider w"):
        open_sources(["warehose"], CODEC, shop_readers(), providers)


def test_an_item_without_a_position_has_its_number() -> None:
    """A pair brings its own position."""
    items = source(MUG, (Position("orders", 17), CUP), MUG)

    assert [at for at, _ in told(items)] == ["erp:1", "orders:17", "erp:3"]


@pytest.mark.parametrize(
    ("wrong", "at", "reason"),
    [
        (None, "erp:2", "expected a command, or a pair of a Position and one, not NoneType"),
        ({"identifier": "mug"}, "erp:2", "not dict"),
        (("mug", MUG), "erp:2", "not tuple"),
        ((Position("orders", 5), "mug"), "orders:5", "not str"),
        (LaneCommand(), "erp:2", "LaneCommand is no command that the PIM takes"),
    ],
)
def test_a_wrong_item_is_rejected_with_its_number(wrong: object, at: str, reason: str) -> None:
    """The others go on; where no rejections are wanted, it is left out."""
    items = source(MUG, wrong, CUP)

    assert told(items)[1][0] == at
    assert told(items)[1][1].endswith(reason)
    assert [at for at, _ in told(items, rejections=False)] == ["erp:1", "erp:3"]


@pytest.mark.parametrize(
    ("before", "when"), [((), "before its first item"), ((MUG, None), "after 2 items")]
)
def test_an_error_amid_ends_the_source(before: tuple[object, ...], when: str) -> None:
    """What came before was told; the message says how far it came, and why it ended."""
    got: list[object] = []
    broken = source(*before, ValueError("no stock."))
    with pytest.raises(ConfigurationError) as caught:
        got.extend(broken.read(lambda name: True))

    assert str(caught.value) == f"The provider erp failed {when}: ValueError: no stock."
    assert len(got) == len(before)


def test_a_provider_that_gives_nothing_to_read_is_told() -> None:
    """As one that forgets to return."""
    empty: Callable[[], Iterator[LaneCommand]] = lambda: None  # type: ignore[assignment,return-value] # noqa: E731

    with pytest.raises(ConfigurationError, match="erp failed before its first item: TypeError: "):
        told(ProviderSource("erp", empty, CODEC))


def test_a_reading_is_asked_once_for_each_command() -> None:
    """Only what it wants is told."""
    asked: list[str] = []

    def want(name: str) -> bool:
        asked.append(name)
        return name == "CreateOrUpdateFamily"

    items = source(MUG, CreateOrUpdateFamily(code="mugs"), None)
    found = [item for _, item in items.read(want)]

    assert [type(item) for item in found] == [CreateOrUpdateFamily, Rejection]
    assert asked == ["CreateOrUpdateProduct", "CreateOrUpdateFamily"]

"""The sink and the real client against a strict PIM: whatever a batch is answered, over a socket.

The answers are those of the API: what a line can get, what a call can get, and what is lost on the
way (`docs/simulated-pim.md` has the faults).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from attrs import frozen

from akeneo_batches import batch_of, value
from akeneo_world import put_world
from importbus.adapters.pim.client import PimClient
from importbus.adapters.simulated_pim import SimulatedPim
from importbus.bus.errors import SinkPaused, SinkRefused, SinkUnavailable
from importbus.bus.messages import LaneCommand
from importbus.bus.outcomes import Outcome, OutcomeKind, Written
from importbus.handlers.akeneo import (
    CreateOrUpdateAttributeOption,
    CreateOrUpdateCategory,
    CreateOrUpdateFamilyVariant,
    CreateOrUpdateProduct,
    DeleteProduct,
    DeleteProductModel,
)
from importbus.handlers.akeneo.sink import AkeneoSink
from raw_http import RawClient

pytestmark = pytest.mark.integration


@frozen
class Scene:
    """A PIM with a small catalogue, and a sink that writes into it."""

    pim: SimulatedPim
    sink: AkeneoSink

    def fault(
        self, kind: str, *, match: Any = None, times: int | None = None, **settings: Any
    ) -> None:
        """Let writes that *match* go wrong in one way."""
        wanted = {"path": "/api/rest/", **(match or {})}
        rule: dict[str, Any] = {"match": wanted, "fault": {"kind": kind, **settings}}
        self.pim.set_faults([{**rule, "times": times} if times else rule])

    def write(self, *commands: LaneCommand, sends: int = 0) -> Written:
        """Write *commands* as one batch; the sink itself says nothing of repeats."""
        written = self.sink.write(batch_of(*commands, sends=sends))
        assert isinstance(written, Written)
        return written

    def kinds(self, *commands: LaneCommand) -> list[str]:
        """Write *commands*, and return the names of their outcomes."""
        return names(self.write(*commands))

    def stored(self, resource: str = "products") -> set[str]:
        """Return the keys of *resource* that the PIM holds."""
        return set(self.pim.state()[resource])


def names(outcomes: tuple[Outcome, ...]) -> list[str]:
    """Return the names of *outcomes*."""
    return [outcome.kind.value for outcome in outcomes]


@pytest.fixture(scope="module")
def server() -> Iterator[SimulatedPim]:
    """A PIM that runs as long as these tests do."""
    with SimulatedPim(option_rate=None) as pim:
        yield pim


@pytest.fixture
def scene(server: SimulatedPim) -> Iterator[Scene]:
    """The PIM with a catalogue and without faults, and a client that has not logged in."""
    server.reset()
    server.set_faults(None)
    raw = RawClient(server.port)
    put_world(raw)
    raw.close()
    account = server.account
    with PimClient(
        url=server.url,
        client_id=account.client_id,
        secret=account.secret,
        username=account.username,
        password=account.password,
        timeout=2.0,
    ) as client:
        yield Scene(server, AkeneoSink(client))


def products(codes: str, **fields: Any) -> list[CreateOrUpdateProduct]:
    """Return a product with *fields* for each letter of *codes*."""
    return [CreateOrUpdateProduct(identifier=code, **fields) for code in codes]


def test_new_known_and_wrong_items_have_their_outcomes(scene: Scene) -> None:
    """201, 204 and 422 in one call."""
    wrong = CreateOrUpdateProduct(identifier="c", values={"note": value("x" * 11)})
    commands = [*products("a"), CreateOrUpdateProduct(identifier="mug"), wrong, *products("d")]
    written = scene.write(*commands)

    assert names(written) == ["created", "updated", "failed", "created"]
    assert written[2].errors[0].attribute == "note"
    assert written.requests == 1


def test_parents_may_stand_in_the_batch_of_their_children(scene: Scene) -> None:
    """Before them; a child that comes first is parked until its parent is there."""
    tree = [
        CreateOrUpdateCategory(code="late", parent="root"),
        CreateOrUpdateCategory(code="root"),
        CreateOrUpdateCategory(code="leaf", parent="root"),
    ]
    written = scene.write(*tree)

    assert names(written) == ["parked", "created", "created"]
    assert written[0].wants == ("category:root",)
    assert scene.kinds(tree[0]) == ["created"]


def test_an_answer_without_a_key_belongs_to_its_line(scene: Scene) -> None:
    """The PIM refuses a blank identifier before it knows whose it is."""
    blank = CreateOrUpdateProduct(identifier=" ")

    assert scene.kinds(*products("a"), blank, *products("b")) == ["created", "failed", "created"]


def test_an_unknown_parent_in_the_path_is_waited_for(scene: Scene) -> None:
    """A 404 on every line for options; a 422 about the family for family variants."""
    option = CreateOrUpdateAttributeOption(attribute="shape", code="round")
    variant = CreateOrUpdateFamilyVariant(
        family="hats", code="x", variant_attribute_sets=[{"level": 1, "axes": ["size"]}]
    )
    found = [scene.write(option)[0], scene.write(variant)[0]]

    assert [outcome.kind for outcome in found] == [OutcomeKind.PARKED] * 2
    assert "attribute:shape" in found[0].wants
    assert "family:hats" in found[1].wants


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, "failed"),
        (403, "failed"),
        (404, "failed"),
        (413, "failed"),
        (422, "failed"),
        (408, "unknown"),
        (429, "unknown"),
        (500, "unknown"),
        (503, "unknown"),
    ],
)
@pytest.mark.parametrize("field", ["status_code", "code"])
def test_a_line_may_have_any_status(scene: Scene, status: int, kind: str, field: str) -> None:
    """Also under the name that early versions gave it; the other lines are none the worse."""
    scene.fault("line_status", lines=[2], status=status, field=field)
    written = scene.write(*products("abc"))

    assert names(written) == ["created", kind, "created"]
    assert written[1].status == status


@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("abrupt", [False, True])
def test_a_stream_that_ends_early_leaves_the_rest_unknown(
    scene: Scene, commit: bool, abrupt: bool
) -> None:
    """Sent again, all is written, whether or not it was carried out the first time."""
    scene.fault("truncate", lines=2, commit=commit, abrupt=abrupt, times=1)
    written = scene.write(*products("abcd"))
    again = scene.write(*products("cd"))

    assert names(written) == ["created", "created", "unknown", "unknown"]
    assert [outcome.status for outcome in written[2:]] == [None, None]
    assert names(again) == (["updated"] * 2 if commit else ["created"] * 2)


def test_a_stream_that_breaks_off_before_its_first_line_is_no_answer(scene: Scene) -> None:
    """Then the whole call was lost."""
    scene.fault("truncate", lines=0, abrupt=True)

    with pytest.raises(SinkUnavailable) as caught:
        scene.write(*products("ab"))
    assert caught.value.maybe_running


def test_the_answer_of_one_line_may_be_missing(scene: Scene) -> None:
    """The lines after it keep their numbers."""
    scene.fault("line_status", lines=[2], missing=True)

    assert scene.kinds(*products("abc")) == ["created", "unknown", "created"]


@pytest.mark.parametrize(
    ("settings", "least", "most"),
    [
        ({"retry_after": 7}, 6.5, 7.5),
        ({"retry_after": 60, "retry_after_as": "date"}, 55.0, 61.0),
        ({}, 0.1, 60.0),
        ({"body": "slow down"}, 0.1, 60.0),
    ],
    ids=["seconds", "date", "nothing", "plain text"],
)
def test_a_429_asks_everyone_to_wait(
    scene: Scene, settings: dict[str, Any], least: float, most: float
) -> None:
    """For as long as it says, or as long as seems right; nothing was written."""
    scene.fault("429", **settings)

    with pytest.raises(SinkPaused) as caught:
        scene.write(*products("ab"))
    assert least <= (caught.value.retry_after or 0) <= most
    assert scene.stored().isdisjoint("ab")


@pytest.mark.parametrize(
    ("kind", "settings", "running"),
    [
        ("status", {"status": 408}, False),
        ("status", {"status": 503, "retry_after": 3}, True),
        ("html", {"status": 503}, True),
        ("status", {"status": 500}, True),
        ("html", {"status": 502, "commit": True}, True),
        ("html_200", {}, True),
        ("reset_before", {}, True),
        ("reset_after", {}, True),
        ("slow", {"seconds": 3}, True),
    ],
)
def test_a_call_without_a_usable_answer_is_made_again(
    scene: Scene, kind: str, settings: dict[str, Any], running: bool
) -> None:
    """Whoever does so waits first if it may still be running over there."""
    scene.fault(kind, match={"method": "PATCH"}, times=1, **settings)

    with pytest.raises(SinkUnavailable) as caught:
        scene.write(*products("ab"))
    assert caught.value.maybe_running is running
    assert set(scene.kinds(*products("ab"))) <= {"created", "updated"}


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        ("status", {"status": 403, "message": "Access forbidden."}, "grant the right"),
        ("status", {"status": 404}, "too old"),
        ("status", {"status": 405}, "too old"),
        ("status", {"status": 415}, "too old"),
        ("redirect", {"location": "https://login.example.com/"}, "redirected"),
    ],
)
def test_a_caller_who_cannot_write_at_all_is_told_what_to_do(
    scene: Scene, kind: str, settings: dict[str, Any], words: str
) -> None:
    """No item is to blame."""
    scene.fault(kind, match={"method": "PATCH"}, **settings)

    with pytest.raises(SinkRefused, match=words):
        scene.write(*products("abcd"))


@pytest.mark.parametrize("status", [403, 413])
def test_a_body_that_a_front_end_finds_too_large_goes_in_parts(scene: Scene, status: int) -> None:
    """An item that is too large by itself fails; with 403 as with 413."""
    scene.fault("status", match={"bytes_over": 90}, status=status, body="no", type="text/html")
    large = CreateOrUpdateProduct(identifier="x", values={"note": value("y" * 99)})
    written = scene.write(*products("abc"), large, *products("de"))

    assert names(written) == ["created"] * 3 + ["failed"] + ["created"] * 2
    assert written[3].status == status
    assert scene.stored().issuperset("abcde")


@pytest.mark.parametrize("refresh", [False, True])
def test_a_token_that_expires_amid_an_import_is_renewed(scene: Scene, refresh: bool) -> None:
    """The call is made again with a new token, by refreshing or by logging in anew."""
    scene.write(*products("a"))
    scene.fault("expire_tokens", match={"method": "PATCH"}, times=1, refresh=refresh)

    assert scene.kinds(*products("bc")) == ["created", "created"]


def test_what_was_answered_before_an_outage_is_kept(scene: Scene) -> None:
    """Options go by attribute: those of a call that was never made were not sent."""
    scene.fault("html", match={"path": "/size/options"}, status=502)
    commands = [
        CreateOrUpdateAttributeOption(attribute=attribute, code="x")
        for attribute in ("color", "size", "tags")
    ]
    written = scene.write(*commands)

    assert names(written) == ["created", "unknown", "unknown"]
    assert [outcome.sent for outcome in written] == [True, True, False]


def test_products_that_name_each_other_are_written_in_two_steps(scene: Scene) -> None:
    """Associations go round: what can be written is, and the rest is parked and then written."""
    a, b = (
        CreateOrUpdateProduct(
            identifier=code,
            family="shirts",
            associations={"PACK": {"products": [other]}},
            quantified_associations={"KIT": {"products": [{"identifier": other, "quantity": 2}]}},
        )
        for code, other in ("ab", "ba")
    )
    written = scene.write(a, b)
    rests = [outcome.remainder for outcome in written if outcome.remainder]

    assert [(outcome.kind.value, outcome.written) for outcome in written] == [
        ("parked", OutcomeKind.CREATED)
    ] * 2
    assert scene.kinds(*rests) == ["updated", "updated"]
    assert scene.pim.state()["products"]["a"]["associations"] == {"PACK": {"products": ["b"]}}


def test_missing_quantified_targets_are_waited_for_alone(scene: Scene) -> None:
    """They are told as violations, not as a sentence; the family is written meanwhile."""
    links = {"KIT": {"products": [{"identifier": "lid", "quantity": 1}]}}
    (written,) = scene.write(*products("a", family="shirts", quantified_associations=links))

    assert (written.kind, written.written) == (OutcomeKind.PARKED, OutcomeKind.CREATED)
    assert "product:lid" in written.wants


def test_deletes_are_carried_out_one_by_one(scene: Scene) -> None:
    """204, or 404 for what was never there; a model takes its variants with it."""
    commands = [DeleteProduct(identifier=code) for code in ("cap", "nope", "MUG")]

    assert scene.kinds(*commands) == ["deleted", "failed", "deleted"]
    assert scene.kinds(DeleteProductModel(code="tank")) == ["deleted"]
    assert scene.stored() == set()


def test_a_delete_whose_answer_was_lost_is_deleted(scene: Scene) -> None:
    """The second send finds nothing, and that is what was wanted."""
    scene.fault("reset_after", match={"method": "DELETE"}, times=1)
    command = DeleteProduct(identifier="cap")

    with pytest.raises(SinkUnavailable) as caught:
        scene.write(command)
    assert caught.value.maybe_running
    assert names(scene.write(command, sends=1)) == ["deleted"]


@pytest.mark.parametrize("identifier", ["a/b", "a//b", "é ?#%", "a\\b", "{code}", "a+b"])
def test_any_identifier_can_be_deleted(scene: Scene, identifier: str) -> None:
    """Its path means the same on both sides."""
    scene.write(CreateOrUpdateProduct(identifier=identifier))

    assert scene.kinds(DeleteProduct(identifier=identifier)) == ["deleted"]

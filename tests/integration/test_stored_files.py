"""Files of records, assets and reference entities on their whole way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from import_desk import ImportDesk, only_failure, open_desk, outcomes
from importbus.handlers.akeneo import CreateAssetMediaFile, CreateReferenceEntityMediaFile
from raw_http import RawClient

pytestmark = pytest.mark.integration

RECORDS = "/reference-entities/brand/records"
ASSETS = "/asset-families/shots/assets"


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImportDesk]:
    """A PIM with a reference entity of two records, a family of two assets, and a file."""
    with open_desk(tmp_path_factory.mktemp("desk"), quiet=0.2) as desk:
        raw = RawClient(desk.pim.port)
        put(raw, "/reference-entities/brand", {"code": "brand", "labels": {}})
        logo = {"code": "logo", "type": "image", "allowed_extensions": ["png"]}
        put(raw, "/reference-entities/brand/attributes/logo", logo)
        put(raw, "/asset-families/shots", {"code": "shots", "labels": {}})
        media = {"code": "media", "type": "media_file", "media_type": "image"}
        put(raw, "/asset-families/shots/attributes/media", media)
        for path in (RECORDS, ASSETS):
            for code in ("acme", "bolt"):
                put(raw, f"{path}/{code}", {"code": code})
        raw.close()
        desk.keep("acme.png", b"\x89PNG acme")
        yield desk


def put(raw: RawClient, path: str, body: dict[str, Any]) -> None:
    """Create what is at *path*."""
    reply = raw.patch(path, **body)
    assert reply.status in (201, 204), reply.text


def got(desk: ImportDesk, path: str) -> dict[str, Any]:
    """Return what is at *path*."""
    raw = RawClient(desk.pim.port)
    found: dict[str, Any] = raw.item(path)
    raw.close()
    return found


def logo(code: str | None = None, **more: Any) -> CreateReferenceEntityMediaFile:
    """Return the upload of a logo: of a record, or of the reference entity itself."""
    place = {"code": code, "attribute": "logo"} if code else {}
    said = {"reference_entity": "brand", "file": "acme.png", **place, **more}
    return CreateReferenceEntityMediaFile(**said)


def media(code: str) -> CreateAssetMediaFile:
    """Return the upload of the file of an asset."""
    return CreateAssetMediaFile(asset_family="shots", code=code, attribute="media", file="acme.png")


def test_a_file_becomes_a_value_of_a_record(desk: ImportDesk) -> None:
    """Stored once for both records; then both values in one call."""
    run = desk.run(logo("acme"), logo("bolt"))
    (first,), (second,) = (
        got(desk, f"{RECORDS}/{code}")["values"]["logo"] for code in ("acme", "bolt")
    )

    assert outcomes(run) == {"uploaded": 2}
    assert first["data"] == second["data"]
    assert desk.stored("reference_entity_media_files", first["data"])["size"] == 9


def test_a_file_becomes_the_image_of_a_reference_entity(desk: ImportDesk) -> None:
    """It is no value, and shares the stored file with those that are."""
    run = desk.run(logo(), logo("acme"))
    (record,) = got(desk, f"{RECORDS}/acme")["values"]["logo"]

    assert outcomes(run) == {"uploaded": 2}
    assert got(desk, "/reference-entities/brand")["image"]
    assert record["data"]


def test_a_file_becomes_a_value_of_an_asset(desk: ImportDesk) -> None:
    """Files of assets are stored apart."""
    run = desk.run(media("acme"), media("bolt"))
    (stored,) = got(desk, f"{ASSETS}/bolt")["values"]["media"]

    assert outcomes(run) == {"uploaded": 2}
    assert desk.stored("asset_media_files", stored["data"])["size"] == 9


def test_a_record_that_never_comes_is_told(desk: ImportDesk) -> None:
    """Nothing is stored for it, and nothing created."""
    run = desk.run(logo("never"))

    assert only_failure(run).errors[0].message.endswith("does not exist.")
    assert desk.pim.state()["reference_entity_media_files"] == {}


def test_what_the_attribute_of_a_record_does_not_take_is_not_sent(desk: ImportDesk) -> None:
    """It is read where it belongs."""
    desk.keep("acme.gif", b"GIF")
    run = desk.run(logo("acme", file="acme.gif"))

    assert "takes files with the extensions png only" in only_failure(run).errors[0].message
    assert desk.pim.state()["reference_entity_media_files"] == {}

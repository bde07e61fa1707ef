"""Reading and keeping media files.

Source: akeneo/pim-api-docs, the media files of the reference; akeneo/pim-community-dev,
GetMediaFileEndToEnd.php and DownloadMediaFileEndToEnd.php; what is kept on disk: this page.
"""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from http.client import HTTPConnection
from typing import Any

import pytest

from importbus.adapters.simulated_pim import SimulatedPim
from raw_http import API, BOUNDARY, MULTIPART, RawClient, multipart, value
from raw_media import KINDS, PICTURE, code_of, place


def test_a_file_is_read_by_its_code_with_slashes(mug: RawClient) -> None:
    """As they are, or percent-encoded."""
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    item = mug.item(f"/media-files/{code}")
    url = f"http://127.0.0.1:{mug.port}{API}/media-files/{code}"

    assert item == {
        "code": code,
        "original_filename": "red.png",
        "mime_type": "image/png",
        "size": len(PICTURE),
        "extension": "png",
        "_links": {"download": {"href": f"{url}/download"}},
    }
    assert mug.item(f"/media-files/{code.replace('/', '%2F')}") == item
    assert mug.get("/media-files/a/b/c").message == 'Media file "a/b/c" does not exist.'


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ('filename="röd.png"', "röd.png"),
        ("filename*=UTF-8''r%C3%B6d.png", "röd.png"),
        (r'filename="C:\\mugs\\red.png"', "red.png"),
        ('filename="../../red.png"', "red.png"),
        ('filename="red"', "red"),
    ],
)
def test_a_file_has_the_name_that_its_form_says(mug: RawClient, said: str, name: str) -> None:
    """In either way to write it, and without folders."""
    parts = [
        ('name="product"', json.dumps(place()).encode()),
        (f'name="file"; {said}', PICTURE),
    ]
    reply = mug.call("POST", "/media-files", multipart(parts), f"{MULTIPART}; boundary={BOUNDARY}")

    assert mug.item(f"/media-files/{code_of(reply)}")["original_filename"] == name


def test_files_are_listed_in_pages(mug: RawClient) -> None:
    """Each with links to itself and to its bytes."""
    codes = [
        code_of(mug.upload("/media-files", content, product=place())) for content in (b"a", b"b")
    ]
    page = mug.item("/media-files?limit=1&with_count=true")
    (item,) = page["_embedded"]["items"]

    assert page["items_count"] == 2
    assert item["code"] == min(codes)
    assert item["_links"]["self"]["href"].endswith(f"/media-files/{min(codes)}")
    assert item["_links"]["download"]["href"] == f"{item['_links']['self']['href']}/download"


def downloaded(raw: RawClient, path: str) -> tuple[int, bytes, Any]:
    """Return status, bytes and headers of what *path* leads to."""
    connection = HTTPConnection("127.0.0.1", raw.port, timeout=10)
    headers = {"Authorization": f"Bearer {raw.token}", "Accept": "image/*"}
    connection.request("GET", API + path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.read(), answer.headers
    connection.close()
    return found


def test_a_download_gives_the_bytes_as_they_came(mug: RawClient) -> None:
    """With their type and name, whatever the caller accepts."""
    code = code_of(mug.upload("/media-files", PICTURE, "röd mug.png", product=place()))
    status, content, headers = downloaded(mug, f"/media-files/{code}/download")

    assert (status, content) == (200, PICTURE)
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''r%C3%B6d%20mug.png"
    assert mug.get("/media-files/a/b/c/download").status == 404


def test_a_file_that_is_gone_from_the_disk_is_a_404(pim: SimulatedPim, mug: RawClient) -> None:
    """What is known of it can still be read."""
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    pim.application.store.media.close()

    assert mug.get(f"/media-files/{code}/download").status == 404
    assert mug.get(f"/media-files/{code}").status == 200


@pytest.mark.parametrize(("path", "header"), KINDS.items())
def test_files_of_records_and_assets_are_named_in_a_header(
    raw: RawClient, path: str, header: str
) -> None:
    """The code stands in a header of its own, and is where the bytes are."""
    reply = raw.upload(path, PICTURE)
    code = reply.headers[header]

    assert (reply.status, reply.text) == (201, "")
    assert code.endswith("_red.png")
    assert reply.headers["Location"].endswith(f"{API}{path}/{code}")
    assert downloaded(raw, f"{path}/{code}")[:2] == (200, PICTURE)
    assert raw.get(f"{path}/a/b").status == 404


@pytest.mark.parametrize("path", ["/media-files", *KINDS])
def test_a_file_cannot_be_changed_or_deleted(raw: RawClient, path: str) -> None:
    """Neither one file nor all."""
    replies = [
        raw.call(method, target, {})
        for method in ("PATCH", "DELETE")
        for target in (path, f"{path}/a/b/c/d/code")
    ]

    assert {reply.status for reply in replies} == {405}


@pytest.mark.parametrize("path", KINDS)
def test_files_of_records_and_assets_are_not_listed(raw: RawClient, path: str) -> None:
    """The documentation has no such call."""
    assert raw.get(path).status == 405


def test_files_of_records_are_unknown_to_products(mug: RawClient) -> None:
    """A code belongs to the kind that it was uploaded for."""
    code = mug.upload("/asset-media-files", PICTURE).headers["Asset-media-file-code"]

    assert mug.get(f"/media-files/{code}").status == 404
    assert mug.patch("/products/cup", values={"picture": value(code)}).status == 422


def test_the_state_tells_files_by_their_content(pim: SimulatedPim, mug: RawClient) -> None:
    """Two PIMs that were told the same are equal; another content is another state."""
    before = pim.state()["media_files"]
    code = code_of(mug.upload("/media-files", PICTURE, product=place()))
    mug.upload("/asset-media-files", b"film", "a.mp4")
    state = pim.state()

    assert before == {}
    assert state["media_files"][code]["sha1"] == hashlib.sha1(PICTURE).hexdigest()
    assert [each["size"] for each in state["asset_media_files"].values()] == [4]


def test_files_are_gone_after_a_reset_and_a_stop() -> None:
    """From the store and from the disk."""
    with SimulatedPim() as pim:
        raw = RawClient(pim.port)
        raw.upload("/asset-media-files", PICTURE)
        first = pim.application.store.media.folder()
        pim.reset()
        raw.upload("/asset-media-files", b"x")
        second = pim.application.store.media.folder()
        raw.close()

        assert not first.exists()
        assert [file.stat().st_size for file in second.iterdir()] == [1]
    assert not second.exists()


def test_an_upload_is_noted_as_a_write_of_its_product(pim: SimulatedPim, mug: RawClient) -> None:
    """The trace names the product; a fault plan can look into the form."""
    pim.set_faults(
        [{"match": {"body_contains": "a mug", "bytes_over": 50}, "fault": {"kind": "429"}}]
    )
    refused = mug.upload("/media-files", PICTURE, product=place())
    pim.set_faults(None)
    mug.upload("/media-files", PICTURE, product=place())
    call = pim.trace()["requests"][-1]

    assert refused.status == 429
    assert (call["path"], call["keys"]) == (f"{API}/media-files", ["mug"])
    assert call["bytes"] > len(PICTURE)


def pieces(size: int) -> Any:
    """Give a form with one file of *size* bytes, piece by piece."""
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f.mov"'.encode()
    yield b"\r\n\r\n"
    yield from (b"%032d" % n * 32_768 for n in range(size // 2**20))
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def test_a_large_file_is_not_held_in_memory(raw: RawClient) -> None:
    """200 MB, in chunks: caller and server together hold less than 8 MB of them at a time."""
    tracemalloc.start()
    connection = HTTPConnection("127.0.0.1", raw.port, timeout=60)
    headers = {
        "Authorization": f"Bearer {raw.token}",
        "Content-Type": f"{MULTIPART}; boundary={BOUNDARY}",
    }
    connection.request(
        "POST", f"{API}/asset-media-files", pieces(200 * 2**20), headers, encode_chunked=True
    )
    answer = connection.getresponse()
    code = answer.headers["Asset-media-file-code"]
    answer.read()
    connection.close()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status == 201
    assert code.endswith("_f.mov")
    assert most < 8 * 2**20

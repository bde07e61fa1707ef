"""Files are sent as forms, piece by piece, and again from their beginning when they must be."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
from attrs import field, frozen

from fake_clock import FakeClock
from importbus.adapters.pim import PimClient
from importbus.bus.attachments import Attachment
from importbus.bus.errors import BusError, SinkPaused, SinkRefused, SinkUnavailable
from scripted_pim import URL, Reply, ScriptedPim, breaks, grants, says

PATH = "/api/rest/v1/media-files"
CREATED = says(201, headers={"LOCATION": f"{URL}{PATH}/4/d/e/x_mug.png"})
FIELDS = {"product": '{"identifier":"mug"}'}
MEGABYTE = 1_000_000


def file_of(content: bytes, name: str = "mug.png") -> Attachment:
    """Return a file that came along."""
    return Attachment(name, len(content), sha256(content).hexdigest(), content=content)


def file_at(folder: Path, content: bytes, size: int | None = None) -> Attachment:
    """Return a file in *folder* that had *size* bytes when it was found."""
    path = folder / "mug.png"
    path.write_bytes(content)
    return Attachment("mug.png", len(content) if size is None else size, path=str(path))


def parts(request: httpx.Request) -> dict[str, Message]:
    """Return the parts of a form by their names."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    form = BytesParser().parsebytes(head + request.content)
    found = form.get_payload()
    assert isinstance(found, list)
    return {str(p.get_param("name", header="content-disposition")): p for p in found}  # type: ignore[union-attr, misc]


def test_a_file_is_a_part_of_a_form_behind_its_fields() -> None:
    """With name and type, as a browser sends it."""
    pim = ScriptedPim(calls=[CREATED])
    pim.client().upload(PATH, FIELDS, file_of(b"\x89PNG\r\n\x00"))
    form = parts(pim.requests[-1])

    assert pim.asked == [f"POST {PATH}"]
    assert list(form) == ["product", "file"]
    assert form["product"].get_payload() == '{"identifier":"mug"}'
    assert form["file"].get_payload(decode=True) == b"\x89PNG\r\n\x00"
    assert (form["file"].get_filename(), form["file"].get_content_type()) == (
        "mug.png",
        "image/png",
    )


def test_where_the_file_went_is_told_whatever_the_case_of_the_header() -> None:
    """Header names are compared in lower case."""
    answer = ScriptedPim(calls=[CREATED]).client().upload(PATH, FIELDS, file_of(b"x"))

    assert (answer.status, answer.headers["location"]) == (201, f"{URL}{PATH}/4/d/e/x_mug.png")


def test_the_length_of_the_form_is_said_before() -> None:
    """Front ends that take no chunks would refuse it otherwise."""
    pim = ScriptedPim(calls=[CREATED])
    pim.client().upload(PATH, FIELDS, file_of(b"x" * 100_000))
    sent = pim.requests[-1]

    assert int(sent.headers["Content-Length"]) == len(sent.content)
    assert "Transfer-Encoding" not in sent.headers


class Pieces(httpx.BaseTransport):
    """Reads what is sent piece by piece, and keeps how large the pieces are."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.timeout: float = 0.0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != PATH:
            return grants("t")(request)
        assert isinstance(request.stream, httpx.SyncByteStream)
        self.sizes = [len(piece) for piece in request.stream]
        self.timeout = request.extensions["timeout"]["read"]
        return httpx.Response(201)


def pieces_of(file: Attachment) -> Pieces:
    """Send *file*, and return what was seen of it."""
    carrier = Pieces()
    client = PimClient(
        url=URL, client_id="i", secret="s", username="u", password="p", transport=carrier
    )
    client.upload(PATH, {}, file)
    return carrier


def test_a_file_is_not_read_whole(tmp_path: Path) -> None:
    """A piece is 64 kB, however large the file is."""
    seen = pieces_of(file_at(tmp_path, bytes(5 * MEGABYTE)))

    assert max(seen.sizes) == 65_536
    assert sum(seen.sizes) > 5 * MEGABYTE


def test_a_large_file_gets_more_time_for_its_answer(tmp_path: Path) -> None:
    """A front end may pass it on only when it has come whole: 200 MB get 400 s more than 120 s."""
    path = tmp_path / "large.bin"
    with path.open("wb") as file:
        file.truncate(200 * MEGABYTE)

    assert pieces_of(Attachment("large.bin", 200 * MEGABYTE, path=str(path))).timeout == 520.0
    assert pieces_of(file_of(b"")).timeout == 120.0


def test_a_file_is_sent_again_from_its_beginning_when_the_token_is_refused(
    tmp_path: Path,
) -> None:
    """One refresh, and the whole file once more."""
    pim = ScriptedPim(calls=[says(401), CREATED])
    answer = pim.client().upload(PATH, FIELDS, file_at(tmp_path, b"a mug"))

    assert answer.status == 201
    assert pim.bearers == ["acc3ss-1", "acc3ss-2"]
    sent = [request for request in pim.requests if request.url.path == PATH]
    assert [parts(request)["file"].get_payload() for request in sent] == ["a mug", "a mug"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (says(429, headers={"Retry-After": "7"}), SinkPaused),
        (says(503), SinkUnavailable),
        (says(408), SinkUnavailable),
        (says(302), SinkRefused),
        (breaks(httpx.ReadTimeout("")), SinkUnavailable),
        (breaks(httpx.RemoteProtocolError("cut")), SinkUnavailable),
        (breaks(httpx.ConnectError("no")), SinkUnavailable),
    ],
    ids=["429", "503", "408", "302", "timeout", "cut", "out of reach"],
)
def test_what_concerns_every_call_is_raised_as_for_other_calls(
    reply: Reply, error: type[BusError]
) -> None:
    """Waiting and repeating are the business of whoever called."""
    with pytest.raises(error):
        ScriptedPim(calls=[reply]).client().upload(PATH, FIELDS, file_of(b"x"))


def test_a_lost_answer_says_that_the_upload_may_still_run() -> None:
    """Whoever repeats it waits first."""
    pim = ScriptedPim(calls=[breaks(httpx.ReadTimeout(""))])

    with pytest.raises(SinkUnavailable) as caught:
        pim.client().upload(PATH, FIELDS, file_of(b"x"))
    assert caught.value.maybe_running


def test_nothing_is_sent_while_everyone_has_to_wait() -> None:
    """Not even a small file."""
    pim = ScriptedPim(calls=[says(429, headers={"Retry-After": "7"})])
    client = pim.client()
    with pytest.raises(SinkPaused):
        client.call("GET", "/api/rest/v1/channels")
    with pytest.raises(SinkPaused):
        client.upload(PATH, FIELDS, file_of(b"x"))

    assert pim.asked == ["GET /api/rest/v1/channels"]


@pytest.mark.parametrize(
    ("size", "said"), [(4, "it has 5 bytes and had 4"), (6, "it has 5 bytes and had 6")]
)
def test_a_file_whose_size_has_changed_is_not_sent(tmp_path: Path, size: int, said: str) -> None:
    """It is not what was meant any more."""
    pim = ScriptedPim()

    with pytest.raises(OSError, match=said):
        pim.client().upload(PATH, FIELDS, file_at(tmp_path, b"a mug", size))
    assert pim.asked == []


def test_a_file_that_is_gone_is_told() -> None:
    """As the error of the file system."""
    with pytest.raises(FileNotFoundError):
        ScriptedPim().client().upload(PATH, FIELDS, Attachment("x", 1, path="/nowhere/x"))


@pytest.mark.parametrize("change", [b"a mug, and more", b"a"], ids=["longer", "shorter"])
def test_a_file_that_changes_while_it_is_sent_is_told(tmp_path: Path, change: bytes) -> None:
    """The error leads to no frame that holds the request, and the token in it (I9)."""
    path = tmp_path / "mug.png"

    def changed(request: httpx.Request) -> httpx.Response:
        path.write_bytes(change)
        return httpx.Response(401)

    pim = ScriptedPim(calls=[changed])
    with pytest.raises(OSError, match=r"any more") as caught:
        pim.client().upload(PATH, FIELDS, file_at(tmp_path, b"a mug"))
    frames = [frame.path for frame in caught.traceback]
    assert caught.value.__context__ is None
    assert not any("httpx" in str(path) for path in frames)


class SlowBytes(BytesIO):
    """Bytes that take ten minutes to read."""

    def __init__(self, content: bytes, clock: FakeClock) -> None:
        super().__init__(content)
        self._clock = clock

    def read(self, size: int | None = -1, /) -> bytes:
        self._clock.elapsed += 600.0 if self.tell() == 0 else 0.0
        return super().read(size)


@frozen
class SlowFile(Attachment):
    """A file of a byte that comes late."""

    clock: FakeClock = field(factory=FakeClock)

    def open(self) -> BinaryIO:
        return SlowBytes(b"x", self.clock)


def test_the_time_of_an_upload_counts_from_its_last_byte() -> None:
    """How long a lost call may still run does not depend on how long the file takes to send."""
    clock = FakeClock()

    def answered(request: httpx.Request) -> httpx.Response:
        clock.elapsed += 3.0
        return httpx.Response(201)

    client = ScriptedPim(calls=[answered]).client(clock)
    answer = client.upload(PATH, FIELDS, SlowFile("mug.png", 1, clock=clock))

    assert answer.milliseconds == 3000.0
    assert client.recent_seconds() == 3.0

"""Laws of forms with files: what was sent is read, wherever the pieces end."""

from __future__ import annotations

import hashlib
import tempfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.service.multipart import Form, read_form
from raw_http import BOUNDARY, MULTIPART, multipart

TYPE = f"{MULTIPART}; boundary={BOUNDARY}"
MARK = f"\r\n--{BOUNDARY}".encode()
TRICKY = [b"\r", b"\n", b"\r\n", b"--", b"-", BOUNDARY.encode(), MARK[:-1], MARK[1:], b"\x00", b"x"]
CONTENTS = (
    st.lists(st.sampled_from(TRICKY), max_size=30)
    .map(b"".join)
    .filter(lambda content: MARK not in b"\r\n" + content)
)
PIECES = st.integers(1, 40)


class InPieces(BytesIO):
    """Gives at most so many bytes at a time, whatever is asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self._most)


def read(body: bytes, most: int, folder: str) -> Form:
    """Read a form in pieces."""
    return read_form(InPieces(body, most), TYPE, lambda: Path(folder))


@given(CONTENTS, st.text(st.characters(codec="utf-8"), max_size=20), PIECES)
def test_a_form_is_read_as_it_was_sent(content: bytes, text: str, most: int) -> None:
    """Also where a file looks like the end of its part, and a piece ends inside of a mark."""
    said = text.replace(MARK.decode(), "")
    body = multipart([('name="product"', said.encode()), ('name="file"; filename="a"', content)])
    with tempfile.TemporaryDirectory() as folder:
        form = read(body, most, folder)
        file = form.files["file"]

        assert file.path.read_bytes() == content
        assert (file.size, file.sha1) == (len(content), hashlib.sha1(content).hexdigest())
        assert form.fields == {"product": said}


@given(CONTENTS, PIECES, st.data())
def test_a_form_that_ends_early_leaves_nothing(
    content: bytes, most: int, data: st.DataObject
) -> None:
    """Wherever it ends, it is refused and no file of it stays."""
    body = multipart([('name="file"; filename="a"', content), ('name="b"', b"x")])
    whole = len(body) - len(b"\r\n")
    part = body[: data.draw(st.integers(0, whole - 1))]
    with tempfile.TemporaryDirectory() as folder:
        with pytest.raises(Refusal, match="The form data cannot be read"):
            read(part, most, folder)

        assert list(Path(folder).iterdir()) == []

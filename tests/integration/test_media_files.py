"""The files that commands name: which ones are read, and how they travel."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importbus.adapters.media import MediaFiles
from importbus.bus.attachments import Attachment
from importbus.bus.errors import ConfigurationError, UndecodableMessage


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a source and a picture, a shared folder, and a secret beside them."""
    for name in ("shop/images", "shared/large"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "shop/images/mug.png").write_bytes(b"a mug")
    (tmp_path / "shared/large/film.mp4").write_bytes(b"a film" * 100)
    os.symlink(tmp_path / "secret.txt", tmp_path / "shop/images/link.png")
    os.symlink(tmp_path, tmp_path / "shop/up")
    return tmp_path


def files(shop: Path, *, most: int = 100) -> MediaFiles:
    """Return the files of a shop with a shared folder."""
    return MediaFiles(str(shop / "shared"), most)


def found(shop: Path, named: str) -> Attachment:
    """Return the file that a line of the source names."""
    return files(shop).find(named, str(shop / "shop/catalog.jsonl"))


@pytest.mark.parametrize("named", ["images/mug.png", "./images/../images/mug.png", "{}/mug.png"])
def test_a_file_is_found_in_the_folder_of_its_source(shop: Path, named: str) -> None:
    """By a relative path or by an absolute one, with what is known of its content."""
    file = found(shop, named.format(shop / "shop/images"))

    assert (file.name, file.size, file.problem) == ("mug.png", 5, None)
    assert file.sha256 == hashlib.sha256(b"a mug").hexdigest()
    with file.open() as content:
        assert content.read() == b"a mug"


def test_a_file_is_found_in_the_shared_folder(shop: Path) -> None:
    """Where the folder of the source has none of that name."""
    assert found(shop, "large/film.mp4").size == 600


def test_a_look_gives_the_same_but_the_digest(shop: Path) -> None:
    """Also what is wrong: a folder, a link that leads outside."""
    source = str(shop / "shop/catalog.jsonl")
    for named in ("images/mug.png", "large/film.mp4", "images", "images/link.png"):
        file = files(shop).find(named, source)

        assert files(shop).look(named, source) == evolve(file, sha256="")


@pytest.mark.parametrize("source", ["-", "dispatch"])
def test_what_comes_from_no_file_has_the_working_folder(
    shop: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard input and programs name files from where they run."""
    monkeypatch.chdir(shop / "shop")

    assert MediaFiles().find("images/mug.png", source).size == 5


@pytest.mark.parametrize(
    "named",
    ["../secret.txt", "images/link.png", "up/secret.txt", "{}/secret.txt", "/etc/passwd", "a\0b"],
)
def test_nothing_outside_is_read(shop: Path, named: str) -> None:
    """Whether a path leads there by itself or by a link; the reason names what was asked for."""
    file = found(shop, named.format(shop))

    assert (file.path, file.size, file.sha256) == (None, 0, "")
    assert f"leads outside of {shop / 'shop'}" in str(file.problem)
    with pytest.raises(OSError, match="outside"):
        file.open()


@pytest.mark.parametrize("named", ["images/cup.png", "images", "", ".", "x" * 300])
def test_what_is_no_file_says_where_it_was_looked_for(shop: Path, named: str) -> None:
    """A missing file, a folder, and a name that no file can have."""
    problem = str(found(shop, named).problem)

    assert problem.startswith(named)
    assert str(shop / "shop") in problem


def test_a_file_that_may_not_be_read_is_a_problem_of_its_command(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest goes on."""

    def refuse(*_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)

    assert found(shop, "images/mug.png").problem == (
        "images/mug.png cannot be read: Permission denied."
    )


NAMES = st.sampled_from(
    ["..", ".", "", "up", "shop", "images", "mug.png", "link.png", "secret.txt", "large", "/", "~"]
)


@given(st.lists(NAMES, max_size=6).map("/".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_read_stands_in_one_of_the_two_folders(shop: Path, named: str) -> None:
    """Links and dots lead nowhere else, and what has a problem is not read."""
    file = found(shop, named)

    if file.problem is None:
        path = Path(str(file.path))
        assert path.resolve() == path
        assert path.is_relative_to(shop / "shop") or path.is_relative_to(shop / "shared")
    else:
        assert (file.path, file.content) == (None, None)


def test_a_small_file_travels_as_bytes(shop: Path) -> None:
    """Whoever gets them needs no folder."""
    packed = files(shop).pack(found(shop, "images/mug.png"))

    assert (packed.content, packed.path, packed.reference) == (b"a mug", None, None)
    assert MediaFiles().unpack(packed) == packed


def test_a_large_file_travels_as_a_reference(shop: Path) -> None:
    """Below the folder that all processes share, wherever each of them has it."""
    packed = files(shop).pack(found(shop, "large/film.mp4"))
    os.rename(shop / "shared", shop / "elsewhere")
    unpacked = MediaFiles(str(shop / "elsewhere")).unpack(packed)

    assert (packed.reference, packed.path, packed.content) == ("large/film.mp4", None, None)
    assert unpacked.path == str(shop / "elsewhere/large/film.mp4")
    assert MediaFiles(str(shop / "elsewhere")).pack(unpacked).reference == "large/film.mp4"
    assert files(shop).pack(unpacked).reference == "large/film.mp4"  # a round, of another process


def test_a_large_file_that_nobody_else_reaches_is_not_sent(shop: Path) -> None:
    """The reason names the limit and what to do."""
    (shop / "shop/images/film.mp4").write_bytes(b"x" * 101)
    packed = files(shop).pack(found(shop, "images/film.mp4"))

    assert "has 101 bytes, and 100 travel in a message" in str(packed.problem)
    assert "media.root" in str(packed.problem)


@pytest.mark.parametrize("change", [b"a cup", b"a mug that has grown" * 50, None])
def test_a_file_that_changes_while_it_is_packed_is_a_problem(
    shop: Path, change: bytes | None
) -> None:
    """What is sent is what was read; nothing longer than a message is read either."""
    file = found(shop, "images/mug.png")
    path = shop / "shop/images/mug.png"
    path.unlink() if change is None else path.write_bytes(change)
    packed = files(shop).pack(file)

    assert packed.content is None
    assert packed.problem


def test_a_reference_is_looked_up_in_the_shared_folder_only(shop: Path) -> None:
    """What a message says can lead nowhere else."""
    for reference in ("../secret.txt", "/etc/passwd", "large/none.mp4"):
        sent = Attachment("a", 6, "0" * 64, reference=reference)
        assert files(shop).unpack(sent).problem == f"{reference} is no file below media.root here."


def test_a_reference_to_what_was_changed_since_is_a_problem(shop: Path) -> None:
    """Its code would otherwise stand for another content."""
    packed = files(shop).pack(found(shop, "large/film.mp4"))
    (shop / "shared/large/film.mp4").write_bytes(b"a flim" * 100)

    assert "was changed since" in str(files(shop).unpack(packed).problem)


def test_a_consumer_without_the_shared_folder_stops(shop: Path) -> None:
    """Nothing is lost: the batch stays in its lane for who has the folder."""
    packed = files(shop).pack(found(shop, "large/film.mp4"))

    with pytest.raises(ConfigurationError, match="IMPORTBUS_MEDIA_ROOT"):
        MediaFiles().unpack(packed)


def test_bytes_that_are_not_what_was_sent_are_no_message(shop: Path) -> None:
    """The digest says so."""
    packed = files(shop).pack(found(shop, "images/mug.png"))

    with pytest.raises(UndecodableMessage, match="not what was sent"):
        MediaFiles().unpack(evolve(packed, content=b"a cup"))

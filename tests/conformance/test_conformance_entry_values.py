"""Values of records and assets.

Source: akeneo/pim-api-docs, content/concepts/reference-entities.md and asset-manager.md (values,
the data format, locale and channel) and content/rest-api/update.md.
"""

from __future__ import annotations

from typing import Any

import pytest

from raw_http import Body, RawClient, Reply
from raw_libraries import ASSETS, ENTITY, entry

RECORD, ASSET = f"{ENTITY}/records/a", f"{ASSETS}/assets/a"
DAY = "2023-03-01T00:00:00+00:00"


@pytest.fixture
def shelf(library: RawClient) -> RawClient:
    """The client; there are records `acme` and `Usm`, assets `film` and `Clip`."""
    library.put_array(f"{ENTITY}/records", {"code": "acme"}, {"code": "Usm"})
    library.put_array(f"{ASSETS}/assets", {"code": "film"}, {"code": "Clip"})
    return library


READS = [
    (RECORD, "motto", "Hello", "Hello"),
    (RECORD, "founded", "1949", "1949"),
    (RECORD, "rating", "4.50", "4.50"),
    (RECORD, "region", "ASIA", "asia"),
    (RECORD, "goods", ["mugs", "CUPS", "mugs"], ["mugs", "cups"]),
    (RECORD, "owner", "usm", "Usm"),
    (RECORD, "rivals", ["usm", "acme", "USM"], ["Usm", "acme"]),
    (RECORD, "films", ["clip", "film"], ["Clip", "film"]),
    (ASSET, "url", "abc.mp4", "abc.mp4"),
    (ASSET, "height", "-3", "-3"),
    (ASSET, "size", "M", "m"),
    (ASSET, "tags", ["hot"], ["hot"]),
    (ASSET, "free", False, False),
    (ASSET, "until", "2023-03-01", DAY),
    (ASSET, "until", DAY, DAY),
    (ASSET, "shows", "ACME", "acme"),
]


@pytest.mark.parametrize(("path", "attribute", "sent", "shown"), READS)
def test_data_of_an_entry_reads_back(
    shelf: RawClient, path: str, attribute: str, sent: Any, shown: Any
) -> None:
    """Codes in the spelling of what they name, lists without repetition, dates with a time."""
    reply = shelf.patch(path, values={attribute: entry(sent)})

    assert reply.status == 201, reply.text
    assert shelf.item(path)["values"] == {attribute: entry(shown)}


SHAPES = [
    (RECORD, "motto", 1),
    (RECORD, "founded", 1949),
    (RECORD, "region", ["asia"]),
    (RECORD, "goods", "mugs"),
    (RECORD, "goods", [1]),
    (RECORD, "owner", ["acme"]),
    (RECORD, "rivals", "acme"),
    (RECORD, "films", "film"),
    (RECORD, "photo", 5),
    (ASSET, "url", ["x"]),
    (ASSET, "free", "yes"),
    (ASSET, "until", 2023),
    (ASSET, "shows", ["acme"]),
]


@pytest.mark.parametrize(("path", "attribute", "data"), SHAPES)
def test_data_of_an_entry_has_a_shape(
    shelf: RawClient, path: str, attribute: str, data: Any
) -> None:
    """Numbers are text, and links of one are no list."""
    reply = shelf.patch(path, values={attribute: entry(data)})

    assert reply.status == 422
    assert reply.message.endswith("has an invalid format.")
    assert shelf.get(path).status == 404


BROKEN = [
    (RECORD, "motto", "x" * 11),
    (RECORD, "founded", "a lot"),
    (RECORD, "founded", "1799"),
    (RECORD, "founded", "2101"),
    (RECORD, "founded", "1949.5"),
    (RECORD, "region", "moon"),
    (RECORD, "goods", ["mugs", "moon"]),
    (RECORD, "owner", "nobody"),
    (RECORD, "rivals", ["acme", "nobody"]),
    (RECORD, "films", ["film", "none"]),
    (RECORD, "photo", "a/b/c/d/none.png"),
    (ASSET, "until", "tomorrow"),
    (ASSET, "shows", "nobody"),
    (ASSET, "file", "a/b/c/d/none.png"),
]


@pytest.mark.parametrize(("path", "attribute", "data"), BROKEN)
def test_data_of_an_entry_follows_its_attribute(
    shelf: RawClient, path: str, attribute: str, data: Any
) -> None:
    """Lengths and ranges; options, records, assets and files that exist."""
    reply = shelf.patch(path, values={attribute: entry(data)})

    assert (reply.status, reply.blamed) == (422, [f"values.{attribute}"])
    assert reply.message.endswith("has data that does not comply with the business rules.")
    assert shelf.get(path).status == 404


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ({"validation_rule": "email"}, "a@b.example", "a"),
        ({"validation_rule": "url"}, "https://b.example", "b"),
        ({"validation_rule": "regexp", "validation_regexp": "/^[a-c]+$/"}, "abc", "abd"),
    ],
)
def test_text_of_an_entry_follows_the_rule_of_its_attribute(
    library: RawClient, rule: Body, good: str, bad: str
) -> None:
    """An address, a link or a regular expression."""
    library.patch(f"{ENTITY}/attributes/mail", type="text", **rule)
    statuses = [library.patch(RECORD, values={"mail": entry(said)}).status for said in (bad, good)]

    assert statuses == [422, 201]


@pytest.mark.parametrize(
    ("path", "attribute", "upload", "header"),
    [
        (
            RECORD,
            "photo",
            "/reference-entities-media-files",
            "Reference-entities-media-file-code",
        ),
        (ASSET, "file", "/asset-media-files", "Asset-media-file-code"),
    ],
)
def test_an_entry_names_uploaded_files(
    library: RawClient, path: str, attribute: str, upload: str, header: str
) -> None:
    """With an extension that the attribute allows, and of its own kind."""
    good, bad = (library.upload(upload, b"x", name).headers[header] for name in ("a.png", "a.gif"))
    fine = library.patch(path, values={attribute: entry(good)})
    wrong = library.patch(path, values={attribute: entry(bad)})

    assert (fine.status, wrong.status, wrong.blamed) == (201, 422, [f"values.{attribute}"])
    assert library.item(path)["values"] == {attribute: entry(good)}


def test_a_file_of_an_entry_has_a_size(library: RawClient) -> None:
    """In megabytes of 1,000,000 bytes."""
    codes = [
        library.upload("/reference-entities-media-files", b"x" * size, "a.png").headers[
            "Reference-entities-media-file-code"
        ]
        for size in (10_000, 10_001)
    ]

    assert [library.patch(RECORD, values={"photo": entry(code)}).status for code in codes] == [
        201,
        422,
    ]


PLACES: list[tuple[str, str | None, str | None, int]] = [
    ("motto", None, None, 201),
    ("motto", "en_US", None, 422),
    ("motto", None, "ecommerce", 422),
    ("label", "en_US", None, 201),
    ("label", None, None, 422),
    ("label", "de_DE", None, 422),
    ("label", "xx_XX", None, 422),
    ("story", "en_US", "ecommerce", 201),
    ("story", "en_US", None, 422),
    ("story", None, "ecommerce", 422),
    ("story", "en_US", "moon", 422),
]


@pytest.mark.parametrize(("attribute", "locale", "channel", "status"), PLACES)
def test_a_value_of_an_entry_has_the_place_of_its_attribute(
    library: RawClient, attribute: str, locale: str | None, channel: str | None, status: int
) -> None:
    """By locale and by channel as the attribute says; the locale must be active."""
    reply = library.patch(RECORD, values={attribute: entry("x", locale, channel)})

    assert reply.status == status
    if status == 422:
        assert reply.blamed == [f"values.{attribute}"]


def test_a_locale_of_an_entry_belongs_to_its_channel(library: RawClient) -> None:
    """Another channel may have it."""
    prints = {"category_tree": "master", "locales": ["de_DE"], "currencies": ["EUR"]}
    library.put("/channels", {"code": "print", **prints})

    def told(channel: str) -> Reply:
        return library.patch(RECORD, values={"story": entry("x", "de_DE", channel)})

    assert [told("ecommerce").status, told("print").status] == [422, 201]


FORMS: list[tuple[Any, str]] = [
    ("x", "values"),
    ({"motto": "x"}, "values.motto"),
    ({"motto": ["x"]}, "values.motto"),
    ({"motto": [1]}, "values.motto"),
    ({"motto": [{"locale": None, "channel": None}]}, "values.motto"),
    ({"motto": [{"locale": None, "data": "x"}]}, "values.motto"),
    ({"motto": [{"channel": None, "data": "x"}]}, "values.motto"),
    ({"motto": [{"locale": None, "scope": None, "data": "x"}]}, "values.motto"),
    ({"motto": [{"locale": 1, "channel": None, "data": "x"}]}, "values.motto"),
    ({"motto": [{**entry("x")[0], "scope": None}]}, "values.motto"),
    ({"unicorn": entry("x")}, "values.unicorn"),
    ({"motto": [*entry("x"), *entry("y")]}, "motto"),
]


@pytest.mark.parametrize(("values", "about"), FORMS)
def test_values_of_an_entry_have_a_format(library: RawClient, values: Any, about: str) -> None:
    """Lists of objects with `locale`, `channel` and `data`, of attributes that exist."""
    reply = library.patch(RECORD, values=values)

    assert (reply.status, reply.message) == (422, "The record has an invalid format.")
    assert reply.blamed == [about]


def test_values_of_an_entry_are_merged_by_place(library: RawClient) -> None:
    """What is listed is replaced, and everything else stays."""
    library.patch(RECORD, values={"motto": entry("x"), "story": entry("a", "en_US", "ecommerce")})
    library.patch(RECORD, values={"motto": entry("y"), "label": entry("A", "en_US")})

    assert library.item(RECORD)["values"] == {
        "label": entry("A", "en_US"),
        "motto": entry("y"),
        "story": entry("a", "en_US", "ecommerce"),
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_takes_a_value_of_an_entry_away(library: RawClient, nothing: Any) -> None:
    """The other values stay."""
    library.patch(RECORD, values={"motto": entry("x"), "founded": entry("1900")})
    library.patch(RECORD, values={"motto": entry(nothing)})

    assert library.item(RECORD)["values"] == {"founded": entry("1900")}


@pytest.mark.parametrize("nothing", [{}, []])
def test_no_values_change_nothing(library: RawClient, nothing: Any) -> None:
    """The empty list is an empty object, as in PHP."""
    library.patch(RECORD, values={"motto": entry("x")})

    assert library.patch(RECORD, values=nothing).status == 204
    assert library.item(RECORD)["values"] == {"motto": entry("x")}


def test_a_record_may_link_to_one_before_it_and_not_after_it(library: RawClient) -> None:
    """In one batch, too."""
    reply = library.array(
        f"{ENTITY}/records",
        {"code": "a", "values": {"owner": entry("b")}},
        {"code": "b"},
        {"code": "a", "values": {"owner": entry("b")}},
    )

    assert [each["status_code"] for each in reply.json] == [422, 201, 201]


def test_a_changed_attribute_counts_for_the_next_value(library: RawClient) -> None:
    """What was remembered of it is read anew."""
    before = library.patch(RECORD, values={"motto": entry("x" * 11)})
    library.patch(f"{ENTITY}/attributes/motto", max_characters=11)

    assert (before.status, library.patch(RECORD, values={"motto": entry("x" * 11)}).status) == (
        422,
        201,
    )

"""Batches.

Source: akeneo/pim-api-docs, content/rest-api/update.md (several resources at once);
akeneo/pim-community-dev, PartialUpdateList...EndToEnd.php of products, models and options.
"""

from __future__ import annotations

import json

import pytest

from raw_http import COLLECTION, RawClient

BAD_JSON = {"status_code": 400, "message": "Invalid json message received"}
MISSING = {"status_code": 422, "message": "Identifier is missing."}


def padded(identifier: str, size: int) -> str:
    """Return a line of *size* bytes that is otherwise fine."""
    return json.dumps({"identifier": identifier}).ljust(size)


def test_each_line_is_answered_by_itself_and_in_order(raw: RawClient) -> None:
    """A line that fails neither stops nor undoes the others."""
    reply = raw.lines(
        "/products", {"identifier": "a"}, {"identifier": "b", "family": "nope"}, {"identifier": "c"}
    )

    assert (reply.status, reply.headers["Content-Type"]) == (200, COLLECTION)
    assert [(each["line"], each["status_code"]) for each in reply.lines] == [
        (1, 201),
        (2, 422),
        (3, 201),
    ]
    assert [raw.get(f"/products/{code}").status for code in "abc"] == [200, 404, 200]


def test_a_success_says_line_key_and_status_only(raw: RawClient) -> None:
    """The text is compact, in this order, without a last newline."""
    reply = raw.lines("/products", {"identifier": "a/é"}, {"identifier": "b"})

    assert reply.text == (
        '{"line":1,"identifier":"a\\/\\u00e9","status_code":201}\n'
        '{"line":2,"identifier":"b","status_code":201}'
    )


def test_a_failure_has_its_status_between_key_and_message(raw: RawClient) -> None:
    """Keys stand in the order of the real answer, and slashes are escaped."""
    reply = raw.lines("/products", {"identifier": "b", "family": "nope"})

    assert list(reply.lines[0]) == ["line", "identifier", "status_code", "message", "_links"]
    assert '"href":"http:\\/\\/api.akeneo.com\\/api-reference.html#patch_products__code_"' in (
        reply.text
    )


def test_the_key_of_other_resources_is_the_code(raw: RawClient) -> None:
    """In a line `code` is the code of the item, not the HTTP status."""
    reply = raw.lines("/categories", {"code": "shoes"})

    assert reply.lines == [{"line": 1, "code": "shoes", "status_code": 201}]


def test_a_hundred_lines_are_fine_and_one_more_is_not(raw: RawClient) -> None:
    """Too many lines are refused as a whole, and nothing is done."""
    fine = raw.lines("/products", *({"identifier": f"p{n}"} for n in range(100)))
    reply = raw.lines("/products", *({"identifier": f"q{n}"} for n in range(101)))

    assert len(fine.lines) == 100
    assert (reply.status, reply.message) == (
        413,
        "Too many resources to process, 100 is the maximum allowed.",
    )
    assert raw.get("/products/q0").status == 404


def test_blank_lines_count(raw: RawClient) -> None:
    """A hundred lines and a blank one between them are too many."""
    lines = ["{}"] * 50 + [""] + ["{}"] * 50

    assert raw.lines("/products", *lines).status == 413


def test_a_newline_after_the_last_line_does_not_count(raw: RawClient) -> None:
    """Neither as a line nor as an answer."""
    reply = raw.call("PATCH", "/products", '{"identifier":"a"}\n', COLLECTION)

    assert len(reply.lines) == 1


@pytest.mark.parametrize("body", ["\n", "\r\n", " "])
def test_a_body_of_one_blank_line_has_one_answer(raw: RawClient, body: str) -> None:
    """And a second newline at the end makes a second, blank line."""
    blank = raw.call("PATCH", "/products", body, COLLECTION)
    second = raw.call("PATCH", "/products", f'{{"identifier":"a"}}\n{body}', COLLECTION)

    assert blank.lines == [{"line": 1, **BAD_JSON}]
    assert second.lines[1:] == [{"line": 2, **BAD_JSON}]


def test_an_empty_body_is_answered_with_an_empty_body(raw: RawClient) -> None:
    """No line, no answer, no error."""
    reply = raw.call("PATCH", "/products", "", COLLECTION)

    assert (reply.status, reply.text) == (200, "")


def test_a_line_of_a_million_bytes_is_fine_and_a_longer_one_fails_alone(raw: RawClient) -> None:
    """The limit includes its end; the next line goes on."""
    reply = raw.lines(
        "/products", padded("a", 1_000_000), padded("b", 1_000_001), {"identifier": "c"}
    )

    assert reply.lines == [
        {"line": 1, "identifier": "a", "status_code": 201},
        {"line": 2, "status_code": 413, "message": "Line is too long."},
        {"line": 3, "identifier": "c", "status_code": 201},
    ]


def test_the_limit_of_a_line_counts_bytes_not_characters(raw: RawClient) -> None:
    """A letter outside ASCII is two bytes or more."""
    line = '{"identifier":"a","values":{}}' + " " * 999_970
    accented = line.replace('"a"', '"é"')

    assert [each["status_code"] for each in raw.lines("/products", line, accented).lines] == [
        201,
        413,
    ]


@pytest.mark.parametrize("line", ['{"identifier":"a",}', "", "null", "nonsense"])
def test_a_line_that_cannot_be_read_is_a_400_without_key(raw: RawClient, line: str) -> None:
    """Broken, blank and null lines have no key to name."""
    reply = raw.lines("/products", line, {"identifier": "b"})

    assert reply.lines[0] == {"line": 1, **BAD_JSON}
    assert reply.lines[1]["status_code"] == 201


@pytest.mark.parametrize(
    "line",
    [
        "{}",
        "[]",
        '"x"',
        "1",
        "true",
        '{"identifier":null}',
        '{"identifier":""}',
        '{"identifier":" "}',
    ],
)
def test_a_line_without_a_key_is_a_422_without_key(raw: RawClient, line: str) -> None:
    """The key absent, null or blank, and what is no object."""
    reply = raw.lines("/products", line)

    assert reply.lines == [{"line": 1, **MISSING}]


def test_the_message_of_a_missing_key_names_it(raw: RawClient) -> None:
    """Other resources miss their code."""
    assert raw.lines("/categories", "{}").lines[0]["message"] == "Code is missing."


def test_a_key_must_be_text(raw: RawClient) -> None:
    """A number is no identifier."""
    reply = raw.lines("/products", {"identifier": 7})

    assert reply.lines == [
        {"line": 1, "status_code": 422, "message": "identifier must be of type string."}
    ]


def test_a_carriage_return_before_the_newline_is_fine(raw: RawClient) -> None:
    """It is a blank to JSON."""
    reply = raw.call("PATCH", "/products", '{"identifier":"a"}\r\n{"identifier":"b"}', COLLECTION)

    assert [each["status_code"] for each in reply.lines] == [201, 201]


def test_one_item_may_stand_in_a_batch_twice(raw: RawClient) -> None:
    """The first line creates it, the second one updates it and wins."""
    reply = raw.lines(
        "/products", {"identifier": "a", "enabled": True}, {"identifier": "a", "enabled": False}
    )

    assert [each["status_code"] for each in reply.lines] == [201, 204]
    assert raw.item("/products/a")["enabled"] is False


def test_a_parent_may_stand_before_its_child_in_a_batch(raw: RawClient) -> None:
    """Lines are carried out one after the other."""
    reply = raw.lines(
        "/categories",
        {"code": "shoes", "parent": "master"},
        {"code": "boots", "parent": "shoes"},
        {"code": "socks", "parent": "feet"},
        {"code": "feet"},
    )

    assert [each["status_code"] for each in reply.lines] == [201, 201, 422, 201]


def test_an_unknown_parent_in_the_path_fails_line_by_line(raw: RawClient) -> None:
    """The call is a 200; each line says 404 for an attribute, 422 for a family."""
    options = raw.lines("/attributes/nope/options", {"code": "red"}, {"code": "blue"})
    variants = raw.lines("/families/nope/variants", {"code": "v"})

    assert options.status == 200
    assert options.lines[0] == {
        "line": 1,
        "code": "red",
        "status_code": 404,
        "message": 'Attribute "nope" does not exist.',
    }
    assert [each["status_code"] for each in options.lines] == [404, 404]
    assert variants.lines[0]["status_code"] == 422


def test_codes_of_any_case_are_one_item(raw: RawClient) -> None:
    """The first spelling stays; the answer echoes what was sent."""
    raw.put("/products", {"identifier": "Mug", "enabled": True})
    reply = raw.lines("/products", {"identifier": "MUG", "enabled": False})

    assert reply.lines == [{"line": 1, "identifier": "MUG", "status_code": 204}]
    assert raw.item("/products/mUg")["identifier"] == "Mug"
    assert raw.item("/products/mug")["enabled"] is False


def test_a_validation_lists_errors(raw: RawClient) -> None:
    """Violations stand under `errors`, each with its property."""
    reply = raw.lines("/categories", {"code": "no blanks"})

    assert list(reply.lines[0]) == ["line", "code", "status_code", "message", "errors"]
    assert reply.lines[0]["message"] == "Validation failed."
    assert reply.lines[0]["errors"] == [
        {
            "property": "code",
            "message": "Category code may contain only letters, numbers and underscores",
        }
    ]

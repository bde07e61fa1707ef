"""Reading what the PIM answers, well formed or not."""

from __future__ import annotations

import pytest

from importbus.bus.outcomes import ServerError
from importbus.handlers.akeneo.replies import (
    LONGEST_MESSAGE,
    ItemAnswer,
    read_array,
    read_lines,
    read_refusal,
)


def statuses(found: list[ItemAnswer | None]) -> list[int | None]:
    return [answer.status if answer else None for answer in found]


def test_lines_are_told_apart_by_their_number() -> None:
    """The order of the answers and the codes in them decide nothing."""
    body = b'{"line":2,"code":"a","status_code":204}\n{"line":1,"code":"a","status_code":201}'

    assert statuses(read_lines(body, 2)) == [201, 204]


@pytest.mark.parametrize(
    "body",
    [
        b'  {"line": 1, "status_code": 201}  \n\n {"line": 2, "status_code": 204}\n\n',
        b'{"line":1,"status_code":201}\r\n{"line":2,"status_code":204}\r\n',
        b'{"line":1,"uuid":"u","code":201}\n{"line":2,"code":204}',
        b'{"line":1,"status_code":201}\n{"line":2,"status_code":204}\n{"line":1,"status_code":422}',
        b'{"line":0,"status_code":500}\n{"line":3,"status_code":500}\n{"line":-1,"status_code":500}'
        b'\n{"line":1,"status_code":201}\n{"line":2,"status_code":204}',
        b'[1]\nnull\n"x"\n{"line":1,"status_code":201}\n\xff\xfe\n{"line":2,"status_code":204}\n{"li',
        b'{"line":true,"status_code":500}\n{"line":1,"status_code":201}\n{"line":2,"status_code":204}',
    ],
    ids=["blanks", "crlf", "code", "twice", "surplus", "garbage", "true is no number"],
)
def test_what_is_no_answer_is_passed_over(body: bytes) -> None:
    """Two lines are answered, whatever else the body holds."""
    assert statuses(read_lines(body, 2)) == [201, 204]


@pytest.mark.parametrize(
    "answer",
    [
        b'{"line":1,"code":"shoes"}',
        b'{"line":1,"status_code":"201"}',
        b'{"line":1,"status_code":true}',
        b'{"line":1,"status_code":302}',
        b'{"line":1,"status_code":99}',
        b'{"line":1,"status_code":600}',
        b'{"line":1.0,"status_code":201}',
        b'{"line":"1","status_code":201}',
    ],
)
def test_an_answer_without_a_status_is_none(answer: bytes) -> None:
    """The code of an entity is no status, and neither is a number that HTTP does not have."""
    assert read_lines(answer, 1) == [None]


def test_a_stream_that_ends_early_leaves_lines_without_an_answer() -> None:
    """Nobody knows what became of them."""
    body = b'{"line":1,"status_code":201}\n{"line":2,"status_co'

    assert statuses(read_lines(body, 3)) == [201, None, None]


def test_violations_keep_all_that_they_say() -> None:
    """Property, attribute, locale and scope are where the PIM put them."""
    body = (
        b'{"line":1,"status_code":422,"message":"Validation failed.","errors":['
        b'{"property":"values","message":"No.","attribute":"name","locale":"en_US","scope":"shop"},'
        b'{"message":"Nor so."}]}'
    )
    (answer,) = read_lines(body, 1)

    assert answer
    assert answer.listed
    assert answer.errors == (
        ServerError("No.", "values", "name", "en_US", "shop"),
        ServerError("Nor so."),
    )


def test_a_single_sentence_names_its_property_itself() -> None:
    """It is read from the text, since it stands nowhere else."""
    message = b'Property \\"family\\" expects a valid family code.'
    body = b'{"line":1,"status_code":422,"message":"%s","_links":{}}' % message
    (answer,) = read_lines(body, 1)

    assert answer == ItemAnswer(
        422, (ServerError('Property "family" expects a valid family code.', "family"),)
    )


@pytest.mark.parametrize("errors", ["[]", "{}", "null", '["x"]', "[null]", "7"])
def test_a_strange_list_of_violations_leaves_the_sentence(errors: str) -> None:
    """No refusal is without a reason."""
    body = b'{"line":1,"status_code":422,"message":"Bad.","errors":%s}' % errors.encode()
    (answer,) = read_lines(body, 1)

    assert answer == ItemAnswer(422, (ServerError("Bad."),))


@pytest.mark.parametrize("message", ["7", "null", '""', "[]"])
def test_a_refusal_without_a_text_has_a_reason(message: str) -> None:
    """The status is better than nothing."""
    (answer,) = read_lines(b'{"line":1,"status_code":422,"message":%s}' % message.encode(), 1)

    assert answer
    assert answer.errors == (ServerError("HTTP 422 without a message"),)


def test_a_message_that_repeats_what_it_was_given_is_cut() -> None:
    """A value of a megabyte must not fill the journal."""
    answer = read_refusal(422, b'{"message":"%s"}' % (b"x" * 1_000_000))

    assert len(answer.errors[0].message) == LONGEST_MESSAGE


def test_an_array_is_told_apart_by_its_order() -> None:
    """Its items have no line; what is no object is no answer."""
    body = b'[{"code":"a","status_code":201},7,{"code":"c","status_code":422},{"status_code":204}]'

    assert statuses(read_array(body, ["a", "b", "c"])) == [201, None, 422]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b'{"code":"Acme","status_code":201}', 201),
        (b'{"code":"","status_code":422}', 422),
        (b'{"status_code":422}', 422),
        (b'{"code":422,"message":"no"}', 422),
        (b'{"code":"other","status_code":201}', None),
        (b'{"code":"other","status_code":422}', None),
    ],
)
def test_an_answer_to_another_code_is_none(answer: bytes, status: int | None) -> None:
    """What is shifted by a place must not become the outcome of a neighbour; case is no matter."""
    assert statuses(read_array(b"[%s]" % answer, ["acme"])) == [status]


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"[", b"[]", b"null"])
def test_an_array_that_is_none_answers_nothing(body: bytes) -> None:
    """Every item is without an answer."""
    assert read_array(body, ["a", "b"]) == [None, None]


@pytest.mark.parametrize("body", [b"", b"<html>413</html>", b"[]", b"\xff"])
def test_a_call_refused_without_json_has_its_status(body: bytes) -> None:
    """Front ends answer HTML."""
    assert read_refusal(413, body).errors == (ServerError("HTTP 413 without a message"),)

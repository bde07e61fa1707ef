"""What must not be shown, and how it is taken out of a text."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from html import escape
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from importbus.adapters.pim.secrets import Authorization, Credentials, Secrets
from importbus.bus.errors import ConfigurationError
from scripted_pim import CLIENT_ID, PASSWORD, SECRET, USERNAME, ScriptedPim

CREDENTIALS = Credentials(CLIENT_ID, SECRET, USERNAME, PASSWORD)


def b64(text: str) -> str:
    """Return the base64 of *text*."""
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "base64": b64,
    "base64 without its end": lambda text: b64(text).rstrip("="),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "in a URL": lambda text: quote(text, safe=""),
    "in a form": quote_plus,
    "in JSON": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "in JSON of ASCII": lambda text: json.dumps(text)[1:-1],
    "in JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "base64 in JSON of PHP": lambda text: b64(text).replace("/", "\\/"),
    "in HTML": escape,
    "in HTML of PHP": lambda text: escape(text).replace("&#x27;", "&#039;"),
    "between tags": lambda text: escape(text, quote=False),
}
"""How a server may repeat what it was sent."""


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("secret", [SECRET, PASSWORD, "T0ken-._~+/=", "a/b?c>d<e~"])
def test_a_secret_is_taken_out_however_it_is_written(secret: str, form: str) -> None:
    """The rest of the text stays."""
    secrets = Secrets(secret)

    assert secrets.hide(f"said: {FORMS[form](secret)}, twice") == "said: ***, twice"


def test_tokens_are_taken_out_as_soon_as_they_are_known() -> None:
    """Access and refresh token alike; there may be no refresh token."""
    secrets = Secrets("s3cret")
    before = secrets.hide("acc3ss r3fresh")
    secrets.add("acc3ss", "r3fresh")
    secrets.add("other", None)

    assert before == "acc3ss r3fresh"
    assert secrets.hide("acc3ss r3fresh") == "*** ***"


def test_the_last_tokens_are_remembered_and_the_credentials_for_good() -> None:
    """A long import has many tokens, and a text with an old one is rare."""
    secrets = Secrets("s3cret")
    for n in range(1000):
        secrets.add(f"acc3ss<{n}>", f"r3fresh<{n}>")

    assert secrets.hide("acc3ss<999> r3fresh<999> acc3ss<992> s3cret") == "*** *** *** ***"
    assert secrets.hide("acc3ss<1>") == "acc3ss<1>"


def test_a_secret_within_another_does_not_uncover_it() -> None:
    """The longest goes first."""
    assert Secrets("cret", "s3cret-s3cret").hide("s3cret-s3cret, cret") == "***, ***"


def test_a_secret_of_two_letters_stays() -> None:
    """It stands in too many words, which nobody could read any more."""
    assert Secrets("in", "").hide("an import is running") == "an import is running"


def test_nothing_shows_what_it_keeps() -> None:
    """I9: tracebacks with values print representations; a header's name of scheme is no secret."""
    shown = repr([CREDENTIALS, Secrets(SECRET), CREDENTIALS.basic, Authorization("Bearer", "t0k")])

    assert not any(word in shown for word in (SECRET, PASSWORD, b64(SECRET), "t0k"))
    assert "Authorization(scheme='Basic')" in shown


def test_a_header_is_scheme_and_value() -> None:
    """Basic is base64 of the pair in UTF-8."""
    assert CREDENTIALS.basic.header == f"Basic {b64(f'{CLIENT_ID}:{SECRET}')}"
    assert Authorization("Bearer", "t0k").header == "Bearer t0k"


@pytest.mark.parametrize("name", ["secret", "password"])
def test_a_credential_that_is_no_text_is_named_and_not_shown(name: str) -> None:
    """The environment may hold any bytes; JSON may not."""
    settings: dict[str, Any] = {name: "geheim\udcff"}
    with pytest.raises(ConfigurationError, match=rf"pim\.{name} is not text in UTF-8") as caught:
        ScriptedPim().client(**settings)

    assert "geheim" not in str(caught.value)
    assert caught.value.__context__ is None

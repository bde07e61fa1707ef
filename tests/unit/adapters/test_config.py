"""The configuration: file, environment and options, and every error at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from importbus.adapters.config import Config, MediaConfig, PimConfig, load_config
from importbus.adapters.log_config import LogConfig
from importbus.bus.errors import ConfigurationError

PIM = {
    "IMPORTBUS_PIM_URL": "https://pim.example",
    "IMPORTBUS_PIM_CLIENT_ID": "client",
    "IMPORTBUS_PIM_SECRET": "s3cret",
    "IMPORTBUS_PIM_USERNAME": "julia",
    "IMPORTBUS_PIM_PASSWORD": "passw0rd",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder without a configuration file."""
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "importbus.toml") -> Path:
    """Write a configuration file into the working folder."""
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def errors_of(environ: dict[str, str] | None = None) -> list[str]:
    """Return the errors of the configuration, a line each."""
    with pytest.raises(ConfigurationError) as caught:
        load_config(None, environ or {})
    return str(caught.value).splitlines()


def test_without_anything_there_are_defaults_and_no_pim() -> None:
    """Commands that only read the journal need no more."""
    config = load_config(None, {})

    assert config == Config()
    assert (config.transport.url, config.transport.lanes) == ("memory:", 4)
    assert config.journal.path == "importbus-journal.db"


def test_the_file_of_the_working_folder_is_taken() -> None:
    """All sections and keys, as the documentation shows them."""
    write(
        '[pim]\nurl = "https://a.example"\nclient_id = "c"\nsecret = "s"\nusername = "u"\n'
        'password = "p"\n[transport]\nurl = "memory:"\nlanes = 8\n[journal]\npath = "j.db"\n'
        '[media]\nroot = "."\nmax_message = 5\n'
    )
    config = load_config(None, {})

    assert config.pim == PimConfig("https://a.example", "c", "s", "u", "p")
    assert (config.transport.lanes, config.journal.path) == (8, "j.db")
    assert config.media == MediaConfig(".", 5)


def test_another_file_can_be_named() -> None:
    """By the environment, and before that by the option."""
    write("[transport]\nlanes = 1\n")
    write("[transport]\nlanes = 2\n", "two.toml")
    three = write("[transport]\nlanes = 3\n", "three.toml")
    named = {"IMPORTBUS_CONFIG": "two.toml"}

    assert load_config(None, {}).transport.lanes == 1
    assert load_config(None, named).transport.lanes == 2
    assert load_config(three, named).transport.lanes == 3


def test_the_environment_overrides_the_file_and_options_override_both() -> None:
    """Each key by itself; what is not overridden stays."""
    write('[transport]\nlanes = 8\n[journal]\npath = "file.db"\n')
    environ = {"IMPORTBUS_JOURNAL": "environment.db", **PIM}

    assert load_config(None, environ).journal.path == "environment.db"
    config = load_config(None, environ, {"journal.path": "option.db"})
    assert (config.journal.path, config.transport.lanes) == ("option.db", 8)
    assert config.pim == PimConfig("https://pim.example", "client", "s3cret", "julia", "passw0rd")


def test_an_empty_variable_counts_as_not_set() -> None:
    """As containers pass on what nobody has given them."""
    write("[transport]\nlanes = 8\n")
    config = load_config(None, dict.fromkeys([*PIM, "IMPORTBUS_LANES", "IMPORTBUS_CONFIG"], ""))

    assert (config.pim, config.transport.lanes) == (None, 8)


@pytest.mark.parametrize("variable", PIM)
def test_each_setting_of_the_pim_may_stand_in_a_file_of_its_own(variable: str) -> None:
    """White space around it does not count, as editors end files with a line break."""
    Path("one").write_text(f" {PIM[variable]}\n")
    environ = {name: value for name, value in PIM.items() if name != variable}

    config = load_config(None, {**environ, f"{variable}_FILE": "one"})

    assert config.pim == load_config(None, PIM).pim


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "IMPORTBUS_PIM_SECRET_FILE: one: No such file or directory."),
        (b"\xff\xfe", "IMPORTBUS_PIM_SECRET_FILE: one: is not text."),
        (b"\n", "IMPORTBUS_PIM_SECRET_FILE: one: is empty."),
    ],
)
def test_a_secret_that_cannot_be_read_is_one_error(content: bytes | None, says: str) -> None:
    """It is not called missing, too."""
    if content is not None:
        Path("one").write_bytes(content)
    environ = {name: value for name, value in PIM.items() if name != "IMPORTBUS_PIM_SECRET"}

    assert errors_of({**environ, "IMPORTBUS_PIM_SECRET_FILE": "one"}) == [says]


def test_every_error_is_told_at_once() -> None:
    """Where it was set, which key, what is allowed, and the nearest known name."""
    write(
        '[pim]\nulr = "x"\n[transprot]\n[transport]\nurl = "kafka:"\n[journal]\npath = ""\n'
        '[media]\nroot = "none"\nmax_message = 1000000000\n'
        "[import]\nskip_unchanged = 1\n"
    )

    assert errors_of({"IMPORTBUS_LANES": "99"}) == [
        "importbus.toml: pim.ulr is unknown; allowed: url, client_id, secret, username, password."
        " Did you mean url?",
        "importbus.toml: [transprot] is unknown; allowed: pim, transport, journal, media, import,"
        " log, imports, providers. Did you mean transport?",
        *(
            f"pim.{key} is missing: set IMPORTBUS_PIM_{key.upper()} or {key} in [pim]."
            for key in ("url", "client_id", "secret", "username", "password")
        ),
        "IMPORTBUS_LANES: transport.lanes is '99'; allowed: 1 to 64.",
        "importbus.toml: transport.url is 'kafka:'; allowed: memory:, "
        "sqlite:///file (four slashes before an absolute path), or "
        "amqp://user:password@host/vhost.",
        "importbus.toml: media.root is 'none'; allowed: a folder that is there.",
        "importbus.toml: media.max_message is 1000000000; allowed: bytes, 0 to 67,108,864.",
        "importbus.toml: import.skip_unchanged is 1; allowed: true or false.",
        "importbus.toml: journal.path is ''; allowed: a file's path.",
    ]


@pytest.mark.parametrize("lanes", ["0", "65", "-1", "4.0", "true", '"four"', '"²"', "[4]"])
def test_a_wrong_number_of_lanes_is_refused(lanes: str) -> None:
    """A whole number from 1 to 64, also as a text."""
    write(f"[transport]\nlanes = {lanes}\n")

    (error,) = errors_of()

    assert error.startswith("importbus.toml: transport.lanes is ")
    assert error.endswith("; allowed: 1 to 64.")


@pytest.mark.parametrize("text", ["pim = 5\n", 'pim = "https://a.example"\n', "pim = []\n"])
def test_a_section_must_be_a_table(text: str) -> None:
    """Also where the environment brings the keys of that section."""
    write(text)

    assert errors_of(PIM) == ["importbus.toml: pim must be a table, [pim]."]


def test_a_value_of_the_pim_that_is_no_text_is_named_but_not_shown() -> None:
    """A number as a secret would else be shown in an error."""
    write("[pim]\nsecret = 123456\n")
    environ = {name: value for name, value in PIM.items() if name != "IMPORTBUS_PIM_SECRET"}

    assert errors_of(environ) == ["importbus.toml: pim.secret must be a text, in quotes."]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("IMPORTBUS_PIM_URL", "ftp://julia:passw0rd@pim.example"),
        ("IMPORTBUS_TRANSPORT", "amqp:julia//julia:passw0rd@broker/"),
    ],
)
def test_a_password_in_an_address_is_not_shown(variable: str, value: str) -> None:
    """I9: the error shows the rest of the address."""
    (error,) = errors_of({**PIM, variable: value})

    assert "//***@" in error
    assert "passw0rd" not in error


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("amqp://ann:passw0rd@broker/?retries=3", "there is no option 'retries'; allowed: name,"),
        ("amqp://ann:passw0rd@broker:port/", "its port is not a number"),
        ("amqp://ann:passw0rd@[::1/", "it is no URL"),
    ],
)
def test_a_wrong_broker_is_named_without_its_password(url: str, says: str) -> None:
    """I9: the error says what is wrong and what is allowed."""
    (error,) = errors_of({"IMPORTBUS_TRANSPORT": url})

    assert error.startswith("IMPORTBUS_TRANSPORT: transport.url: ")
    assert says in error
    assert "passw0rd" not in error


def test_a_broker_can_stand_in_a_file_and_is_shown_without_its_password() -> None:
    """I9: neither the configuration nor what is shown of it has the password."""
    Path("broker").write_text("amqps://ann:passw0rd@mq.example/shop?name=night\n")

    transport = load_config(None, {"IMPORTBUS_TRANSPORT_FILE": "broker"}).transport

    assert transport.broker
    assert (transport.broker.name, transport.broker.password) == ("night", "passw0rd")
    assert transport.shown == "amqps://ann@mq.example:5671/shop"
    assert "passw0rd" not in repr(transport)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"[pim\n", "importbus.toml: is not valid TOML: "),
        (b"\xff", "importbus.toml: is not valid TOML: "),
        (b"a = 1\na = 2\n", "importbus.toml: is not valid TOML: "),
    ],
)
def test_a_file_that_is_no_toml_is_named(content: bytes, says: str) -> None:
    """With what is wrong, and where."""
    Path("importbus.toml").write_bytes(content)

    (error,) = errors_of()

    assert error.startswith(says)


def test_a_byte_order_mark_is_tolerated() -> None:
    """Some editors begin every file with it."""
    Path("importbus.toml").write_bytes(b"\xef\xbb\xbf[transport]\nlanes = 2\n")

    assert load_config(None, {}).transport.lanes == 2


def test_a_named_file_must_be_there() -> None:
    """Only importbus.toml may be missing."""
    with pytest.raises(ConfigurationError, match=r"^other\.toml: cannot be read: No such file"):
        load_config(Path("other.toml"), {})


def test_secrets_in_the_file_are_warned_about() -> None:
    """The warning says where else they can stand."""
    write('[pim]\nsecret = "s"\npassword = "p"\n')
    (warning,) = load_config(None, PIM).warnings

    assert warning.startswith("importbus.toml: secrets stand in the file (secret, password);")
    assert "IMPORTBUS_PIM_SECRET_FILE" in warning
    assert load_config(write("", "empty.toml"), PIM).warnings == ()


def test_no_secret_is_in_a_repr() -> None:
    """I9: neither alone nor as a part of the whole."""
    config = load_config(None, PIM)
    shown = repr(config) + str(config) + f"{config.pim}"

    assert "julia" in shown
    assert not any(secret in shown for secret in ("s3cret", "passw0rd", "client'"))


def test_the_log_is_set_by_file_environment_and_options() -> None:
    """The last one first."""
    write('[log]\nlevel = "info"\nformat = "json"\nfile = "a.log"\n')
    environ = {"IMPORTBUS_LOG_FORMAT": "human", "IMPORTBUS_LOG_FILE": "b.log"}

    log = load_config(None, environ, {"log.file": "c.log"}).log

    assert log == LogConfig("info", "human", "c.log")


def test_wrong_settings_of_the_log_are_told() -> None:
    """Each with where it was set and what is allowed."""
    write("[log]\nlevel = 5\n")
    with pytest.raises(ConfigurationError) as caught:
        load_config(None, {"IMPORTBUS_LOG_FORMAT": "xml"}, {"log.file": ""})

    assert str(caught.value).splitlines() == [
        "importbus.toml: log.level is 5; allowed: debug, info, warning, error.",
        "IMPORTBUS_LOG_FORMAT: log.format is 'xml'; allowed: auto, human, json.",
        "--log-file: log.file is ''; allowed: a file's path.",
    ]

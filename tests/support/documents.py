"""Reads the code blocks of a Markdown file, and what stands in them."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from attrs import field, frozen
from markdown_it import MarkdownIt
from markdown_it.token import Token

LANGUAGES = {"python", "console", "text", "json", "jsonl", "toml", "sh", "mermaid"}
"""What a block may be; ``text`` and ``mermaid`` are for the eye."""

FOR_THE_READER = re.compile(
    r"(make (demo|test|lint|bench|format|clean)"
    r"|importbus pim( [^#]*)?"
    r"|(\.|source) \S+(\.env|/activate)"
    r"|git clone \S+|cd \S+"
    r"|(sudo|supervisord|supervisorctl|docker compose) [^#]*"
    r"|python3? -m venv \S+|(python3? -m )?pip install \S+"
    r"|)( *#.*)?"
)
"""The lines that a ``sh`` block may hold: set-up and services, which the tests do not run."""

_INFO = re.compile(r"(?P<language>\w+)(?: file=(?P<file>[\w.-]+))?")
_EXIT = re.compile(r"# exit: (\d+)")


class DocumentError(Exception):
    """What a document says is not so; the message begins with file and line."""


@frozen
class Block:
    """One fenced block; ``line`` is that of its first line of content, from 1."""

    language: str
    text: str
    line: int
    file: str | None = None
    prints: str | None = None
    """What a Python block prints, when a ``text`` block says so."""


@frozen
class Step:
    """One command of a ``console`` block, with the lines that it prints."""

    command: str
    line: int
    expected: list[str] = field(factory=list)
    exit_code: int = 0


def read_blocks(path: Path) -> list[Block]:
    """Return the blocks of a document in order, each checked for its form."""
    tokens = MarkdownIt().parse(path.read_text(encoding="utf-8"))
    fences = [index for index, token in enumerate(tokens) if token.type == "fence"]
    blocks = [_block(path, tokens, index) for index in fences]
    for block in blocks:
        _check_form(path, block)
    return blocks


def read_links(path: Path) -> list[str]:
    """Return where the links and pictures of a document lead, as they are written."""
    inline = [
        child
        for token in MarkdownIt().parse(path.read_text(encoding="utf-8"))
        for child in token.children or []
    ]
    return [str(token.attrs.get("href") or token.attrs["src"]) for token in inline if _leads(token)]


def read_steps(block: Block) -> list[Step]:
    """Return the commands of a ``console`` block in order."""
    steps: list[Step] = []
    lines = iter(enumerate(block.text.splitlines(), start=block.line))
    for number, line in lines:
        if line.startswith("$ "):
            steps.append(Step(_whole_command(line[2:], lines), number))
        elif not steps:
            raise DocumentError(f"line {number}: a console block begins with a command: '$ ...'")
        else:
            steps[-1] = _with_line(steps[-1], line)
    return steps


def matches(expected: list[str], printed: str) -> bool:
    """Whether *printed* has the lines of *expected*.

    ``...`` stands for anything in a line, and on a line of its own for any
    number of lines. Spaces at the end of lines and empty lines at the end do
    not count.
    """
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "..." else _line_pattern(line) + r"\n"
        for line in "\n".join(expected).rstrip().splitlines()
    )
    stripped = [line.rstrip() for line in printed.rstrip().splitlines()]
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in stripped)) is not None


def _leads(token: Token) -> bool:
    return token.type in {"link_open", "image"}


def _line_pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in line.rstrip().split("..."))


def _whole_command(line: str, following: Iterator[tuple[int, str]]) -> str:
    while line.endswith("\\"):
        line += "\n" + next(following)[1].removeprefix("> ")
    return line


def _with_line(step: Step, line: str) -> Step:
    if code := _EXIT.fullmatch(line):
        return Step(step.command, step.line, step.expected, int(code[1]))
    return Step(step.command, step.line, [*step.expected, line], step.exit_code)


def _block(path: Path, tokens: list[Token], index: int) -> Block:
    token = tokens[index]
    line = (token.map or [0])[0] + 2
    info = _INFO.fullmatch(token.info.strip())
    if info is None or info["language"] not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise DocumentError(f"{path}:{line}: {token.info!r} is not one of {known}, or file=NAME")
    prints = _printed(tokens, index) if info["language"] == "python" else None
    return Block(info["language"], token.content, line, info["file"], prints)


def _printed(tokens: list[Token], index: int) -> str | None:
    following = tokens[index + 1 : index + 5]
    if [token.type for token in following[:2]] == ["paragraph_open", "inline"]:
        introduced = following[1].content.endswith(":")  # "It prints:"
        following = following[3:] if introduced else []
    is_text = bool(following) and following[0].type == "fence" and following[0].info == "text"
    return following[0].content if is_text else None


def _check_form(path: Path, block: Block) -> None:
    try:
        _parse(block)
    except ValueError as error:
        raise DocumentError(f"{path}:{block.line}: not {block.language}: {error}") from error


def _parse(block: Block) -> None:
    match block.language:
        case "json":
            json.loads(block.text)
        case "toml":
            tomllib.loads(block.text)
        case "jsonl" if block.file is None:  # a file may show what bad lines get
            for line in block.text.splitlines():
                json.loads(line)
        case "sh":
            for line in block.text.splitlines():
                if not FOR_THE_READER.fullmatch(line):
                    raise ValueError(f"{line!r} could be run: write it as console")

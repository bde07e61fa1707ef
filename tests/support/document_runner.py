"""Runs what a document shows, in the order of the document, and compares what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attrs import field, frozen

from documents import Block, DocumentError, Step, matches, read_blocks, read_steps

TIMEOUT = 120.0
"""Seconds that one block or command may take."""

_SESSION = Path(__file__).parent / "python_session.py"

# Each command has a shell of its own; folder and variables go on to the next.
_SHELL = """
command=$1 state=$2
if [ -e "$state" ]; then . "$state"; fi
trap 'code=$?; { export -p; printf "cd %q\\n" "$PWD"; } > "$state"; exit $code' EXIT
eval "$command"
"""


@frozen
class DocumentRun:
    """One document, its folder, and the variables that its programs see."""

    document: Path
    folder: Path
    environment: Mapping[str, str]
    python: subprocess.Popen[str] = field(kw_only=True)

    def run(self) -> None:
        """Write the files of the document, then run its blocks.

        Raises:
            DocumentError: A program fails, or prints something else than is said.
        """
        blocks = read_blocks(self.document)
        self._write_files(blocks)
        for block in blocks:
            if block.language == "python" and block.file is None:
                self._run_python(block)
            elif block.language == "console":
                for step in read_steps(block):
                    self._run_command(step)

    def _write_files(self, blocks: list[Block]) -> None:
        for block in blocks:
            if block.file is None:
                continue
            if (self.folder / block.file).exists():
                raise self._error(block.line, f"{block.file} is shown twice")
            if block.language == "python" and not _uses(blocks, Path(block.file).stem):
                raise self._error(block.line, f"nothing runs {block.file}")
            (self.folder / block.file).write_text(block.text, encoding="utf-8")

    def _run_python(self, block: Block) -> None:
        request = {"source": block.text, "file": str(self.document), "line": block.line}
        answer = self._ask(json.dumps(request))
        if not answer:
            raise self._error(block.line, f"ended the program, or took over {TIMEOUT} s")
        result = json.loads(answer)
        if result["error"]:
            raise self._error(block.line, result["error"])
        if block.prints is not None and result["stdout"].rstrip() != block.prints.rstrip():
            raise self._error(block.line, f"prints\n{result['stdout']}instead of\n{block.prints}")

    def _ask(self, request: str) -> str:
        assert self.python.stdin is not None
        assert self.python.stdout is not None
        impatience = threading.Timer(TIMEOUT, self.python.kill)
        impatience.start()
        try:
            self.python.stdin.write(request + "\n")
            self.python.stdin.flush()
            return self.python.stdout.readline()
        finally:
            impatience.cancel()

    def _run_command(self, step: Step) -> None:
        state = str(self.folder.with_suffix(".state"))
        done = subprocess.run(
            ["bash", "-c", _SHELL, "bash", step.command, state],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
        )
        if done.returncode != step.exit_code:
            said = f"`{step.command}` exits {done.returncode}, not {step.exit_code}"
            raise self._error(step.line, f"{said}, and prints\n{done.stdout}")
        if step.expected and not matches(step.expected, done.stdout):
            expected = "\n".join(step.expected)
            raise self._error(
                step.line, f"`{step.command}` prints\n{done.stdout}\ninstead of\n{expected}"
            )

    def _error(self, line: int, text: str) -> DocumentError:
        return DocumentError(f"{self.document}:{line}: {text}")


def run_document(document: Path, folder: Path, variables: Mapping[str, str]) -> None:
    """Run *document* in *folder*, with *variables* on top of those of this process.

    Raises:
        DocumentError: Something in it is not as it says.
    """
    environment = {**os.environ, **variables, "PATH": _path(), "NO_COLOR": "1", "COLUMNS": "100"}
    with _python_session(folder, environment) as python:
        DocumentRun(document, folder, environment, python=python).run()


def _uses(blocks: list[Block], name: str) -> bool:
    programs = (block.text for block in blocks if block.file is None)
    return any(name in program for program in programs)


def _path() -> str:
    # The programs of this environment come first, as in an activated one.
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


@contextmanager
def _python_session(
    folder: Path, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, _SESSION],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as python:
        try:
            yield python
        finally:
            python.kill()

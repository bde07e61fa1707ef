"""Runs Python blocks as one program, for ``document_runner``; started as a script.

Each line on standard input is a JSON object with ``source``, ``file`` and
``line``; it is answered by one with ``stdout`` and ``error``, a traceback or null.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import traceback
from pathlib import Path
from types import ModuleType


def run_block(source: str, file: str, line: int, program: ModuleType) -> dict[str, str | None]:
    """Run one block in the namespace of *program*; *line* is where it stands in *file*."""
    printed, error = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile("\n" * (line - 1) + source, file, "exec"), vars(program))
        except BaseException:  # an exit of the block is an answer, too
            error = traceback.format_exc()
    return {"stdout": printed.getvalue(), "error": error}


def main() -> None:
    """Answer block after block until standard input ends."""
    program = ModuleType("__main__")
    sys.path[0] = str(Path.cwd())  # as for a program that stands in this folder
    requests, answers = sys.stdin, sys.stdout
    sys.modules["__main__"] = program
    for request in requests:
        print(
            json.dumps(run_block(**json.loads(request), program=program)), file=answers, flush=True
        )


if __name__ == "__main__":
    main()

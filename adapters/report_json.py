"""The account of an import, and what was found in a check, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

import orjson
from attrs import asdict

from importbus.bus.findings import Located
from importbus.bus.report import Failure, Report


def report_document(report: Report, failures: Iterable[Failure]) -> dict[str, Any]:
    """Return what ``importbus report --json`` prints.

    Rejected lines stand among the failures, with ``status`` null and no attempts.
    """
    return {
        "import_id": report.import_id,
        "state": report.state,
        "read": report.read,
        "rejected": report.rejected,
        "open": report.open,
        "outcomes": dict(sorted(report.outcomes.items())),
        "failures": [failure_document(failure) for failure in failures],
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
    }


def write_report_document(stream: IO[bytes], report: Report, failures: Iterable[Failure]) -> None:
    """Write what ``report_document`` returns as JSON in a line, one failure in memory at a time."""
    before, after = orjson.dumps(report_document(report, ())).split(b'"failures":[]')
    stream.write(before + b'"failures":[')
    for number, failure in enumerate(failures):
        stream.write(b"," if number else b"")
        stream.write(orjson.dumps(failure_document(failure)))
    stream.write(b"]" + after + b"\n")


def failure_document(failure: Failure) -> dict[str, Any]:
    """Return one failure as an object of the document."""
    return {
        "position": {"source": failure.position.source, "line": failure.position.line},
        "command": failure.command,
        "key": failure.key,
        "status": failure.status,
        "errors": [
            asdict(error, filter=lambda _, value: value is not None) for error in failure.errors
        ],
        "attempts": failure.attempts,
        "number": failure.number,
        "closed": failure.closed,
        "batch_id": failure.batch_id,
        "request_id": failure.request_id,
        "at": failure.at,
    }


def finding_document(each: Located) -> dict[str, Any]:
    """Return a finding as one JSON object."""
    return {
        "position": {"source": each.position.source, "line": each.position.line},
        "command": each.command,
        "key": each.key,
        "severity": "error" if each.finding.error else "warning",
        "rule": each.finding.rule,
        "field": each.finding.field,
        "message": each.finding.message,
    }

"""Rows of failures and of rejected lines, as ``Failure``."""

from __future__ import annotations

from typing import Any

import orjson

from importbus.adapters.journal.reasons import decode_errors
from importbus.bus.messages import Position
from importbus.bus.outcomes import ServerError
from importbus.bus.report import Failure

FAILED = """
source, line, command, key, status, errors, attempts, kind, data, NULL AS raw, import_id, id,
batch, request_id, since, at, closed, retried_by
"""
"""What is read of ``failures``."""

REJECTED = """
source, line, command, NULL, NULL, message, 0, 'rejected', NULL, raw, import_id, NULL,
NULL, NULL, at, at, closed, NULL
"""
"""What is read of ``rejected``, in the same order."""


def failure_of(row: tuple[Any, ...]) -> Failure:
    """Return what the columns ``FAILED`` or ``REJECTED`` say."""
    source, line, command, key, status, errors, attempts, kind, data, raw, *rest = row
    rejected = kind == "rejected"
    import_id, number, batch_id, request_id, since, at, closed, retried_by = rest
    return Failure(
        position=Position(source, line),
        command=command,
        key=key,
        status=status,
        errors=(ServerError(errors),) if rejected else decode_errors(errors),
        attempts=attempts,
        kind=kind,
        data=None if rejected else orjson.loads(data),
        raw=raw,
        import_id=import_id,
        number=number,
        batch_id=batch_id,
        request_id=request_id,
        since=since,
        at=at,
        closed=closed,
        retried_by=retried_by,
    )

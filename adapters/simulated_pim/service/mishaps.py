"""Carrying out a fault: what the caller gets instead of, or on top of, the real answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from importbus.adapters.simulated_pim.service.batches import LineFault
from importbus.adapters.simulated_pim.service.faults import Fault
from importbus.adapters.simulated_pim.service.messages import HTML, Answer, html, json_answer

_INSTEAD = frozenset(("429", "status", "html", "html_200", "redirect", "reset_before"))
_TITLES = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


def instead(fault: Fault | None) -> bool:
    """Tell whether *fault* replaces the answer."""
    return fault is not None and fault.kind in _INSTEAD


def replacement(fault: Fault) -> Answer:
    """Return the answer that a fault gives in place of the real one."""
    if fault.kind == "429":
        return _too_many(fault)
    if fault.kind == "redirect":
        location = fault.get("location", "http://127.0.0.1:9/login")
        return Answer(int(fault.get("status", 302)), b"", HTML, {"Location": location})
    if fault.kind == "reset_before":
        return Answer(0, reset=True)
    if fault.kind == "html_200":
        return html(200, "Welcome")
    return _status(fault)


def _status(fault: Fault) -> Answer:
    status = int(fault.get("status", 502 if fault.kind == "html" else 500))
    title = fault.get("message", _TITLES.get(status, "Error"))
    if fault.kind == "html":
        answer = html(status, f"{status} {title}")
    elif fault.get("body") is not None:
        answer = Answer(status, str(fault.get("body")).encode(), fault.get("type", "text/plain"))
    else:
        answer = json_answer(status, {"code": status, "message": title})
    return _with_retry_after(answer, fault)


def _too_many(fault: Fault) -> Answer:
    text = fault.get("body")
    if text is not None:
        answer = Answer(429, str(text).encode(), "text/plain")
    else:
        message = "You have exceeded the limit of API requests per second."
        answer = json_answer(429, {"code": 429, "message": message})
    return _with_retry_after(answer, fault)


def _with_retry_after(answer: Answer, fault: Fault) -> Answer:
    wait = fault.get("retry_after")
    if wait is not None:
        if fault.get("retry_after_as") == "date":
            wait = format_datetime(datetime.now(UTC) + timedelta(seconds=wait), usegmt=True)
        answer.headers["Retry-After"] = str(wait)
    return answer


def line_faults(fault: Fault | None) -> Callable[[int, bytes], LineFault | None]:
    """Return what *fault* does to each line of a batch."""
    if fault is not None and fault.kind == "line_status":
        return _chosen_lines(fault)
    if fault is not None and fault.kind == "truncate" and not fault.get("commit", False):
        kept = int(fault.get("lines", 0))
        return lambda n, raw: LineFault(None) if n > kept else None
    return lambda n, raw: None


def _chosen_lines(fault: Fault) -> Callable[[int, bytes], LineFault | None]:
    lines, contains = fault.get("lines"), fault.get("contains")
    pattern = re.compile(fault.get("pattern", "")).search
    said = LineFault(
        status=None if fault.get("missing") else int(fault.get("status", 500)),
        message=fault.get("message", "Internal Server Error"),
        commit=bool(fault.get("commit", False)),
        field=fault.get("field", "status_code"),
    )

    def choose(n: int, raw: bytes) -> LineFault | None:
        text = raw.decode("utf-8", "replace")
        hit = (
            (lines is None or n in lines)
            and (contains is None or contains in text)
            and pattern(text) is not None
        )
        return said if hit else None

    return choose


def spoiled(fault: Fault | None, answer: Answer) -> Answer:
    """Return the real *answer* as *fault* leaves it."""
    if fault is None:
        return answer
    if instead(fault):
        return replacement(fault)
    if fault.kind == "reset_after":
        answer.reset = True
    if fault.kind == "truncate" and answer.stream:
        lines = answer.body.split(b"\n")[: int(fault.get("lines", 0))]
        answer.body = b"\n".join(lines)
        answer.cut = bool(fault.get("abrupt", False))
    return answer

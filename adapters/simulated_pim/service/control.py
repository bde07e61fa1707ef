"""The paths outside `/api` by which tests and people look into the server and steer it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from importbus.adapters.simulated_pim.digests import digests
from importbus.adapters.simulated_pim.service.application import Application
from importbus.adapters.simulated_pim.service.faults import BadPlan, FaultPlan, rules_of
from importbus.adapters.simulated_pim.service.messages import Answer, Request, json_answer

PREFIX = "/_"


class Control:
    """Answers `/_trace`, `/_state`, `/_digests`, `/_reset`, `/_faults` and `/_expire_tokens`.

    These answers have no latency, no limits, no faults, and do not stand in the trace.
    """

    def __init__(self, application: Application, reset: Callable[[], None]) -> None:
        self._application, self._reset = application, reset

    def answer(self, request: Request) -> Answer:
        """Answer a request whose path begins with `/_`."""
        name = f"{request.method} {request.path}"
        actions: dict[str, Callable[[Request], Any]] = {
            "GET /_trace": lambda _: self._application.trace.dump(),
            "DELETE /_trace": lambda _: self._application.trace.reset(),
            "GET /_state": lambda _: self._application.state(),
            "GET /_digests": lambda _: digests(self._application.store),
            "POST /_reset": lambda _: self._reset(),
            "POST /_faults": self._replace_plan,
            "POST /_expire_tokens": self._expire,
        }
        if name not in actions:
            return json_answer(404, {"code": 404, "message": f"There is no {name}"})
        try:
            found = actions[name](request)
        except (BadPlan, ValueError) as error:
            return json_answer(400, {"code": 400, "message": str(error)})
        return Answer(204, content_type=None) if found is None else json_answer(200, found)

    def _replace_plan(self, request: Request) -> None:
        self._application.plan = FaultPlan(rules_of(json.loads(request.body or b"[]")))

    def _expire(self, request: Request) -> None:
        self._application.tokens.expire(refresh=request.query.get("refresh") == "true")

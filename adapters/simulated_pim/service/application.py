"""From a request to its answer: routes, the gate, limits, faults, trace. Knows no socket."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from typing import Any

from attrs import frozen

from importbus.adapters.simulated_pim.model.refusals import Refusal
from importbus.adapters.simulated_pim.model.resource import Resource
from importbus.adapters.simulated_pim.model.store import Store
from importbus.adapters.simulated_pim.service import lists, mishaps, writing
from importbus.adapters.simulated_pim.service.arrays import patch_array
from importbus.adapters.simulated_pim.service.batches import Watch, patch_many
from importbus.adapters.simulated_pim.service.faults import Fault, FaultPlan
from importbus.adapters.simulated_pim.service.inventory import (
    ROOT,
    SYSTEM,
    TOKEN_PATH,
    inventory,
    system_information,
)
from importbus.adapters.simulated_pim.service.limits import Concurrency, Rate, TooMany
from importbus.adapters.simulated_pim.service.messages import (
    Answer,
    Request,
    html,
    json_answer,
    refused,
)
from importbus.adapters.simulated_pim.service.routes import Route, Routes
from importbus.adapters.simulated_pim.service.tokens import Tokens
from importbus.adapters.simulated_pim.service.trace import Call, Trace
from importbus.adapters.simulated_pim.service.uploads import get_file, post_file
from importbus.adapters.simulated_pim.table import RESOURCES, state


@frozen
class Settings:
    """How the server behaves.

    Attributes:
        latency: Least seconds from the end of a request to its answer.
        option_rate: Most writes of attribute options in a second; None: any number.
        concurrency: Most calls in flight; None: any number.
    """

    latency: float = 0.0
    option_rate: int | None = 3
    concurrency: int | None = 4


class Application:
    """One PIM."""

    def __init__(
        self,
        store: Store,
        tokens: Tokens,
        plan: FaultPlan,
        trace: Trace,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.store, self.tokens, self.plan, self.trace = store, tokens, plan, trace
        self.settings = settings
        self._clock, self._sleep = clock, sleep
        self._routes = Routes(RESOURCES)
        self._concurrency = Concurrency(settings.concurrency)
        self._unlimited = Concurrency(None)
        self._options = Rate(settings.option_rate, clock)

    def state(self) -> dict[str, Any]:
        """Return all that is stored; see `table.state`."""
        return state(self.store)

    def answer(self, request: Request) -> Answer:
        """Answer *request*, no sooner than the latency after this call began."""
        began = self._clock()
        route = self._routes.find(request.path)
        call = self.trace.begin(request, route)
        fault = self.plan.pick(request)
        call.fault = fault.kind if fault else None
        answer = Answer(500)
        try:
            answer = self._limited(request, route, call, fault, began)
        finally:
            self.trace.end(call, answer)
        return answer

    def reset(self, store: Store) -> None:
        """Go on with *store*, an empty trace and fresh limits; tokens and fault plan stay."""
        before, self.store = self.store, store
        before.media.close()
        self.trace.reset()
        self._options.reset()

    def _limited(
        self, request: Request, route: Route | None, call: Call, fault: Fault | None, began: float
    ) -> Answer:
        """Answer within the limit on concurrent calls, which is about resources only."""
        limit = self._concurrency if route else self._unlimited
        try:
            limit.enter()
        except TooMany as refusal:
            self._wait(began, None)
            return _refused(refusal, request, route)
        try:
            answer = self._spoiled(request, route, call, fault)
            self._wait(began, fault)
        finally:
            limit.leave()
        return answer

    def _wait(self, began: float, fault: Fault | None) -> None:
        extra = float(fault.get("seconds", 1)) if fault and fault.kind == "slow" else 0.0
        left = began + self.settings.latency + extra - self._clock()
        if left > 0:
            self._sleep(left)

    def _spoiled(
        self, request: Request, route: Route | None, call: Call, fault: Fault | None
    ) -> Answer:
        if fault is not None and fault.kind == "expire_tokens":
            self.tokens.expire(refresh=bool(fault.get("refresh", False)))
        if fault is not None and mishaps.instead(fault) and not fault.get("commit", False):
            return mishaps.replacement(fault)
        return mishaps.spoiled(fault, self._real(request, route, call, fault))

    def _real(
        self, request: Request, route: Route | None, call: Call, fault: Fault | None
    ) -> Answer:
        try:
            return self._special(request) or self._routed(request, route, call, fault)
        except Refusal as refusal:
            return _refused(refusal, request, route)
        except Exception:  # noqa: BLE001 - a bug here is a 500, as in any server
            traceback.print_exc(file=sys.stderr)
            return html(500, "Internal Server Error")

    def _special(self, request: Request) -> Answer | None:
        path = request.path.rstrip("/")
        if path not in (TOKEN_PATH, ROOT, SYSTEM):
            return None
        _check_method(request, ("POST",) if path == TOKEN_PATH else ("GET",))
        if path == TOKEN_PATH:
            return self.tokens.answer(request)
        _check_accept(request)
        return json_answer(200, inventory(request.base) if path == ROOT else system_information())

    def _routed(
        self, request: Request, route: Route | None, call: Call, fault: Fault | None
    ) -> Answer:
        if route is None:
            message = f"No route found for '{request.method} {request.base}{request.path}'"
            raise Refusal(404, message)
        _check_method(request, route.methods)
        self.tokens.check(request.headers.get("authorization", ""))
        if request.method == "GET":
            return self._read(request, route)
        if route.resource.name == "attribute_options":
            self._options.check()
        return self._write(request, route, call, fault)

    def _read(self, request: Request, route: Route) -> Answer:
        if route.download:
            return get_file(self.store, route.resource, route.key or "")
        _check_accept(request)
        resource, parents = route.resource, route.parents
        if route.key is None:
            return lists.get_many(self.store, resource, parents, request)
        return lists.get_one(self.store, resource, parents, route.key, request)

    def _hold(self, call: Call, resource: Resource, key: str) -> None:
        """Note which item *call* is about to write."""
        if resource.held is None:
            self.trace.hold(call, key)
            return
        with self.store.lock:
            collection, name = resource.held(self.store, key)
        self.trace.hold(call, name, f"{ROOT}/{collection}")

    def _write(self, request: Request, route: Route, call: Call, fault: Fault | None) -> Answer:
        resource, parents, key = route.resource, route.parents, route.key
        if key is None and request.method == "PATCH":
            watch = Watch(mishaps.line_faults(fault), lambda each: self._hold(call, resource, each))
            patch = patch_array if resource.batch == "array" else patch_many
            return patch(self.store, resource, parents, request, watch)
        if resource.receive is not None:
            holding = lambda path, each: self.trace.hold(call, each, path)  # noqa: E731
            return post_file(self.store, resource, resource.receive, request, holding)
        if key is None:
            return writing.post(self.store, resource, parents, request)
        self._hold(call, resource, key)
        if request.method == "DELETE":
            answer = writing.delete(self.store, resource, parents, key)
        else:
            answer = writing.patch_one(self.store, resource, parents, key, request)
        answer.keys = [key]
        return answer


def _check_accept(request: Request) -> None:
    accept = request.headers.get("accept", "*/*")
    if accept != "application/json" and "*/*" not in accept:
        raise Refusal(
            406,
            f'"{accept}" in "Accept" header is not valid. Only "application/json" is allowed.',
        )


def _check_method(request: Request, allowed: tuple[str, ...]) -> None:
    if request.method not in allowed:
        raise _NotAllowed(request, allowed)


class _NotAllowed(Refusal):
    def __init__(self, request: Request, allowed: tuple[str, ...]) -> None:
        self.allowed = ", ".join(allowed)
        super().__init__(
            405,
            f"No route found for '{request.method} {request.base}{request.path}': Method Not "
            f"Allowed (Allow: {self.allowed})",
        )


def _refused(refusal: Refusal, request: Request, route: Route | None) -> Answer:
    answer = refused(refusal, _anchor(request, route))
    if isinstance(refusal, TooMany):
        answer.headers["Retry-After"] = str(refusal.retry_after)
    if isinstance(refusal, _NotAllowed):
        answer.headers["Allow"] = refusal.allowed
    if route is not None and route.key is not None:
        answer.keys = [route.key]
    return answer


def _anchor(request: Request, route: Route | None) -> str:
    if route is None:
        return ""
    if request.method == "POST":
        return "post_" + route.resource.anchor.rsplit("__", 2)[0]
    return f"{request.method.lower()}_{route.resource.anchor}"

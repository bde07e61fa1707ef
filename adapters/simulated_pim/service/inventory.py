"""The two answers about the PIM itself, which need no token."""

from __future__ import annotations

from typing import Any

from importbus.adapters.simulated_pim.model.resource import Resource
from importbus.adapters.simulated_pim.service.routes import PREFIX, Route
from importbus.adapters.simulated_pim.table import RESOURCES

TOKEN_PATH = "/api/oauth/v1/token"  # noqa: S105 - a path
ROOT = PREFIX
SYSTEM = f"{PREFIX}/system-information"


def system_information() -> dict[str, str]:
    """Return version and edition, as the PIM whose rules are followed here gives them."""
    return {"version": "7.0.12", "edition": "CE"}


def inventory(base: str) -> dict[str, Any]:
    """Return every route of this server with its methods."""
    routes: dict[str, Any] = {}
    for resource in RESOURCES:
        for route in _routes(resource):
            for method in route.methods:
                name = _name(route, method)
                routes[name] = {"route": route.template, "methods": [method]}
    return {
        "host": base,
        "authentication": {"fos_oauth_server_token": {"route": TOKEN_PATH, "methods": ["POST"]}},
        "routes": routes,
    }


def _routes(resource: Resource) -> list[Route]:
    found = [Route(resource, (), None)]
    if resource.single:
        found.append(Route(resource, (), "code", resource.download == "item"))
    if resource.download == "below":
        found.append(Route(resource, (), "code", download=True))
    return found


def _name(route: Route, method: str) -> str:
    single = route.key is not None
    if route.download:
        return f"pim_api_{route.resource.name}_download"
    verbs = {"GET": "get" if single else "list", "POST": "create", "DELETE": "delete"}
    verb = verbs.get(method, "partial_update" if single else "partial_update_list")
    return f"pim_api_{route.resource.name}_{verb}"

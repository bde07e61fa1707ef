"""The peer of an import: ready bodies of 100 lines, posted by four threads, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import httpx
import orjson

from _importer import Pim
from importbus.handlers.akeneo import COMMANDS
from importbus.handlers.akeneo.resources import API, Resource, resource_of

COLLECTION = "application/vnd.akeneo.collection+json"

THREADS = 4
"""The PIM takes four calls at once."""

LINES = 100

AT_ONCE = 100
"""Bodies in memory of a file that is posted while it is read."""

RESOURCES = {command.__name__: resource_of(command) for command in COMMANDS}

Body = tuple[str, bytes]
"""Where a body goes, and its lines."""

Key = tuple[str, bool, bool]
"""What has to be in before what comes next: the path, and whether it names parents or links."""


def phases(catalogue: Path) -> list[list[Body]]:
    """Return the bodies of a sorted catalogue; those of a phase may go in any order."""
    with catalogue.open("rb") as stream:
        records = map(orjson.loads, stream)
        return [list(_bodies(key[0], group)) for key, group in groupby(records, _phase)]


def post_all(pim: Pim, bodies: Sequence[Sequence[Body]]) -> None:
    """Post every body; raises ``SystemExit`` for anything but success."""
    with httpx.Client(base_url=pim.url, timeout=60) as client, ThreadPoolExecutor(THREADS) as pool:
        client.headers["Authorization"] = f"Bearer {_token(client, pim)}"
        for phase in bodies:
            list(pool.map(lambda body: _post(client, *body), phase))


def post_file(pim: Pim, catalogue: Path) -> None:
    """Post a sorted catalogue of any size while it is read; raises as ``post_all``."""
    with catalogue.open("rb") as stream:
        for key, group in groupby(map(orjson.loads, stream), _phase):
            bodies = _bodies(key[0], group)
            while some := list(islice(bodies, AT_ONCE)):
                post_all(pim, [some])


def _path_in(resource: Resource, data: Mapping[str, Any]) -> str:
    """Return the path of the collection that *data* goes to."""
    return f"{API}/{resource.path.format_map(data)}"


def _phase(record: Mapping[str, Any]) -> Key:
    data = record["data"]
    path = _path_in(RESOURCES[record["command"]], data)
    return path, bool(data.get("parent")), "associations" in data


def _bodies(path: str, records: Iterator[Mapping[str, Any]]) -> Iterator[Body]:
    while some := list(islice(records, LINES)):
        yield path, b"\n".join(orjson.dumps(_item(record)) for record in some)


def _item(record: Mapping[str, Any]) -> dict[str, Any]:
    hidden = RESOURCES[record["command"]].path_only
    return {name: value for name, value in record["data"].items() if name not in hidden}


def _token(client: httpx.Client, pim: Pim) -> str:
    account = pim.settings
    answer = client.post(
        "/api/oauth/v1/token",
        auth=(account["IMPORTBUS_PIM_CLIENT_ID"], account["IMPORTBUS_PIM_SECRET"]),
        json={
            "grant_type": "password",
            "username": account["IMPORTBUS_PIM_USERNAME"],
            "password": account["IMPORTBUS_PIM_PASSWORD"],
        },
    )
    return str(answer.raise_for_status().json()["access_token"])


def _post(client: httpx.Client, path: str, body: bytes) -> None:
    answer = client.patch(path, content=body, headers={"Content-Type": COLLECTION})
    if answer.status_code != 200 or re.search(rb'"status_code":[345]', answer.content):
        raise SystemExit(f"{path} was answered {answer.status_code}: {answer.text[:500]}")

"""Uploads and downloads of files.

Source: akeneo/pim-api-docs, the media files of the reference; headers of the answers likewise.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from importbus.adapters.simulated_pim.model.refusals import Refusal, not_found
from importbus.adapters.simulated_pim.model.resource import Receive, Resource
from importbus.adapters.simulated_pim.model.store import Store
from importbus.adapters.simulated_pim.service.messages import MULTIPART, Answer, Request
from importbus.adapters.simulated_pim.service.multipart import read_form
from importbus.adapters.simulated_pim.service.routes import PREFIX, path_of
from importbus.adapters.simulated_pim.service.writing import check_type

Holding = Callable[[str, str], None]
"""Is told the collection and the key of an item that is about to be written."""


def post_file(
    store: Store, resource: Resource, receive: Receive, request: Request, holding: Holding
) -> Answer:
    """Answer an upload: 201 without a body, and where the file is."""
    check_type(request, MULTIPART)
    form = read_form(request.stream(), request.headers.get("content-type", ""), store.media.folder)
    try:
        code, changed = receive(store, form.fields, form.files.get("file"))
    finally:
        form.discard()
    if changed is not None:
        holding(f"{PREFIX}/{changed[0]}", changed[1])
    where = f"{request.base}{path_of(resource, ())}/{quote(code)}"
    headers = {"Location": where}
    if resource.code_header:
        headers[resource.code_header] = code
    return Answer(201, b"", None, headers, keys=[changed[1] if changed else code])


def get_file(store: Store, resource: Resource, key: str) -> Answer:
    """Answer a download: the bytes of the file, with their type and name."""
    with store.lock:
        medium = resource.table(store, ()).get(key)
        if medium is None:
            raise not_found(resource.noun, key)
        path = store.media.path(medium)
    if not path.exists():
        raise Refusal(404, f'{resource.noun} "{key}" is not present on the filesystem.')
    name = quote(medium.name)
    shown = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Answer(200, b"", medium.mime, shown, file=path)

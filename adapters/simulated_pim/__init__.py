"""A simulated Akeneo PIM: demo target, test double, rehearsal of failures.

It answers the REST API over HTTP on the loopback interface, as strictly as the real one: tokens,
headers, limits, per-line answers of batches, merge rules, references, immutable properties,
media, deletes, 429 to a fifth call at once. `docs/simulated-pim.md` lists every rule with its
source and its test.

`model` holds the tables and the rules that all resources share, `resources` one module a resource,
`catalog` the values and trees of products and product models: functions of what is stored and what
was sent, which raise `Refusal` before anything is changed. `table` is the one table of resources.
`service` is the HTTP side; only `service.wire` knows sockets.

What it simplifies:

- Texts are those of the 7.0 series where a source shows them, and our own elsewhere.
- The order of 404, 405, 401 and 415 is ours.
- One connection: the limit on concurrent calls counts all callers together.
- No permissions, no drafts, no search delay, no streaming line by line.
- Rules and transformations of asset families are kept and not carried out.
- The uuid of a product is made of its identifier unless one is given.
- No product groups: references to them are refused.
- The code of a file is made of its content and of what it was uploaded for, not drawn by lot.
- Values of reference data are checked for shape only.
- No completeness, quality scores or metadata in the answers.
- Association types without a target are left out; lists and attributes come sorted.
- `search` knows a few operators on codes, family, parent, categories and the like.
- HEAD is not served; the window of 10,000 items is there for every resource that has pages.

The whole list stands in `docs/simulated-pim.md`.
"""

from __future__ import annotations

from importbus.adapters.simulated_pim.server import (
    SimulatedPim,
    environment,
    serve,
    write_environment,
)
from importbus.adapters.simulated_pim.service.faults import BadPlan
from importbus.adapters.simulated_pim.service.tokens import Account

__all__ = ["Account", "BadPlan", "SimulatedPim", "environment", "serve", "write_environment"]

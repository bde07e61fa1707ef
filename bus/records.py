"""How the classes are made of which there is an object for every command."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attrs import frozen as record
else:
    from attrs import define

    record = partial(define, unsafe_hash=True)
"""A frozen attrs class for those who check types, and one that is made three times as fast.

Freezing costs an object of seven fields 0.5 us of 0.7, and a command takes 8 us on its way into a
queue. Type checkers refuse what would change one; nothing does so when it runs.
"""

__all__ = ["record"]

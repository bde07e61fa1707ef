"""How often something is told of an import."""

from __future__ import annotations

from attrs import define, field


@define
class Pacer:
    """Says when the next word about an import is due: *seconds* after the last one.

    Not thread-safe; whoever asks guards it.
    """

    seconds: float = 1.0
    _last: dict[str, float] = field(factory=dict, init=False)

    def is_due(self, import_id: str, now: float) -> bool:
        """Whether a word is due at *now*, in seconds that never go back; if so, it counts as said.

        The first is due at once.
        """
        last = self._last.get(import_id)
        if last is not None and now - last < self.seconds:
            return False
        self._last[import_id] = now
        return True

    def forget(self, import_id: str) -> None:
        """Say nothing more of an import that is over."""
        self._last.pop(import_id, None)

"""Settings of the interpreter with which many commands travel faster; for a whole process."""

from __future__ import annotations

import gc
import sys

SWITCH_SECONDS = 0.001
"""How long a thread may keep others from running Python code.

A lane whose call was answered waits so long while lines are read in another thread, several times
until its next call. With Python's own 0.005 the median wait between two calls of a lane was 1.3 to
1.5 times as long (three series on a busy machine); an import without latency took the same time.
"""

YOUNG_OBJECTS = 3_000
"""How many new objects there are before Python looks for those that hold each other alive.

With its own 700 it did so a thousand times for 20,000 products, each time with all threads stopped,
and found nothing: what is read holds nothing that holds it. That was a fifth of the processor time.
With 20,000 it would be a twentieth less; but requests and their answers hold each other, with all
that is in them, and the peak of memory of 100,000 products was 115 MB in place of 88.
"""

PUBLISHED_OBJECTS = 20_000
"""The same where no requests are made. Commands on their way into a queue are fewer, if small."""


def tune(young_objects: int = YOUNG_OBJECTS) -> None:
    """Let this process import faster, as the command line does.

    For a program whose main work are imports: it changes ``sys.setswitchinterval`` and
    ``gc.set_threshold`` for all of it, so the library never does so by itself. One that only
    publishes gives ``PUBLISHED_OBJECTS``.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(young_objects)

"""``importbus failed``: what failed, and what is done about it."""

from __future__ import annotations

import click

from importbus.adapters.cli.failed import dropping, exporting, listing, retrying, showing

EXAMPLES = """\b
Examples:
  importbus failed list spring
  importbus failed show 17
  importbus failed retry spring
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """See what failed, and send it again, write it to a file or give it up.

    A failure is open until a retry succeeds or somebody drops it. Rejected lines are failures, too;
    they are no commands and cannot be sent again.
    """


for one in (listing, showing, retrying, exporting, dropping):
    command.add_command(one.command)

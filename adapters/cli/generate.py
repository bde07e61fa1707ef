"""``importbus generate``: a coherent fake catalogue."""

from __future__ import annotations

import sys

import click

from importbus.adapters.cli.rendering import many
from importbus.adapters.cli.streams import note, writing_results
from importbus.adapters.generator import PROFILES, Extras, Profile, write
from importbus.bus.errors import ConfigurationError

EXAMPLES = """\b
Examples:
  importbus generate catalog.jsonl --products 2000 --models 200
  importbus generate catalog/ --products 2000 --media --enterprise
  importbus generate catalog/ --products 2000 --format csv
  importbus generate catalog/ --profile medium --products 2000
  importbus generate - --products 100 --seed 7 | importbus import -
"""


@click.command(epilog=EXAMPLES)
@click.argument("out", metavar="OUT")
@click.option(
    "--products",
    type=click.IntRange(min=0),
    metavar="N",
    help="Products, variants included; to be given without a profile.",
)
@click.option(
    "--models",
    type=click.IntRange(min=0),
    metavar="M",
    help="Product models; default: as many as make a tenth of the products variants.",
)
@click.option(
    "--profile",
    type=click.Choice(list(PROFILES)),
    help="How rich and how large: attributes of every type, channels, trees, options, links.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, metavar="S", help="Same seed, same bytes."
)
@click.option(
    "--bad",
    type=click.FloatRange(min=0, max=90),
    default=0.0,
    metavar="PERCENT",
    help="Share of the products that a PIM refuses, for a few reasons, evenly spread.",
)
@click.option(
    "--media/--no-media",
    default=None,
    help="Also images and documents, in a folder beside it; profiles have them.",
)
@click.option(
    "--enterprise",
    is_flag=True,
    help="Also a reference entity with records and an asset family with assets.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["jsonl", "csv"]),
    default="jsonl",
    show_default=True,
    help="Commands, or in a folder Akeneo's CSV as far as that goes.",
)
def command(
    out: str,
    products: int | None,
    models: int | None,
    profile: str | None,
    seed: int,
    bad: float,
    media: bool | None,
    enterprise: bool,
    format_: str,
) -> None:
    """Write a fake catalogue to OUT.

    OUT is a file ending in .jsonl, a folder (a file per class), or - for standard output.
    """
    rich = PROFILES[profile] if profile else None
    extras = Extras.of(rich, media=media, enterprise=enterprise, bad=bad)
    products = _count(products, rich)
    if out == "-" and sys.stdout is None:
        raise ConfigurationError("-: standard output is closed.")
    with writing_results():
        csv = format_ == "csv"
        found = write(out, products=products, models=models, seed=seed, extras=extras, csv=csv)
    count = sum(found.values())
    note(f"{many(count, 'command')} written to {'standard output' if out == '-' else out}")


def _count(products: int | None, profile: Profile | None) -> int:
    if products is not None:
        return products
    if profile is None:
        raise click.UsageError("Say how many with --products, or choose a --profile.")
    return profile.products

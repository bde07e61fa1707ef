"""``importbus generate``: a coherent fake catalogue."""

from __future__ import annotations

import click

from importbus.adapters.generator import write


@click.command()
@click.argument("out")
@click.option(
    "--products",
    type=click.IntRange(min=0),
    required=True,
    metavar="N",
    help="Products, variants included.",
)
@click.option(
    "--models",
    type=click.IntRange(min=0),
    metavar="M",
    help="Product models; default: as many as make a tenth of the products variants.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
def command(out: str, products: int, models: int | None, seed: int) -> None:
    """Write a fake catalogue to OUT.

    OUT is a file ending in .jsonl, a folder (a file per class), or - for standard output.
    """
    count = sum(write(out, products=products, models=models, seed=seed).values())
    click.echo(f"{count:,} commands written to {out}", err=True)

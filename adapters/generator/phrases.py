"""Channels beyond the first two, and what goods are said to be in the languages of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from importbus.adapters.generator.profiles import Profile
from importbus.adapters.generator.words import FIRST_SENTENCES, LOCALES, Words


@frozen
class Channel:
    """A channel with its locales, its currencies and its category tree."""

    code: str
    words: Words
    locales: tuple[str, ...]
    currencies: tuple[str, ...]
    tree: str


SEASONS: Final = "seasons"
"""The root of the second category tree."""

CHANNELS: Final = (
    Channel(
        "ecommerce", ("Shop", "Shop", "Boutique"), ("de_DE", "en_US", "fr_FR"), ("EUR", "USD"),
        "master",
    ),
    Channel("print", ("Print", "Druck", "Imprimé"), ("de_DE", "en_US"), ("EUR", "USD"), "master"),
    Channel(
        "marketplace", ("Marketplace", "Marktplatz", "Place de marché"), ("es_ES", "fr_FR"),
        ("EUR", "GBP"), SEASONS,
    ),
    Channel(
        "mobile", ("Mobile", "Mobil", "Mobile"), ("en_GB", "it_IT", "de_DE"), ("CHF", "GBP"),
        "master",
    ),
    Channel(
        "north", ("North", "Norden", "Nord"), ("da_DK", "nl_NL", "sv_SE"), ("EUR", "CHF"), SEASONS
    ),
    Channel("asia", ("Asia", "Asien", "Asie"), ("ja_JP", "en_US"), ("JPY", "USD"), "master"),
)  # fmt: skip
"""All channels; the first two are those of every catalogue."""

PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    **{
        locale: tuple(words[n] for words in FIRST_SENTENCES[:4]) for n, locale in enumerate(LOCALES)
    },
    "en_GB": (
        "Handmade in a small workshop.",
        "A quiet companion for every day.",
        "Designed to be mended, not replaced.",
        "At home in any room.",
    ),
    "es_ES": (
        "Hecho a mano en un pequeño taller.",
        "Un compañero discreto para cada día.",
        "Pensado para repararse, no para tirarse.",
        "Encaja en cualquier habitación, año tras año.",
    ),
    "it_IT": (
        "Fatto a mano in una piccola bottega.",
        "Un compagno discreto per ogni giorno.",
        "Pensato per essere riparato, non sostituito.",
        "Si trova a suo agio in ogni stanza, perché è semplice.",
    ),
    "da_DK": (
        "Fremstillet i hånden på et lille værksted.",
        "En stille følgesvend til hver dag.",
        "Lavet til at blive repareret, ikke udskiftet.",
        "Hører hjemme i ethvert rum.",
    ),
    "nl_NL": (
        "Met de hand gemaakt in een kleine werkplaats.",
        "Een stille metgezel voor elke dag.",
        "Gemaakt om te herstellen, niet om te vervangen.",
        "Past in elke kamer, ook in een kleine één.",
    ),
    "sv_SE": (
        "Tillverkad för hand i en liten verkstad.",
        "En stillsam följeslagare för varje dag.",
        "Gjord för att lagas, inte bytas ut.",
        "Passar i alla rum.",
    ),
    "ja_JP": (
        "小さな工房で手作りしています。",
        "毎日に寄り添う静かな道具です。",
        "買い替えるのではなく、直して使えます。",
        "どの部屋にもなじみます。",
    ),
}
"""Sentences about goods, as many in each language."""


def channels_of(profile: Profile) -> tuple[Channel, ...]:
    """Return the channels that a catalogue of *profile* has."""
    return CHANNELS[: max(profile.channels, 2)]


def locales_of(channels: Iterable[Channel]) -> list[str]:
    """Return the locales of *channels*, each once, sorted."""
    return sorted({locale for channel in channels for locale in channel.locales})

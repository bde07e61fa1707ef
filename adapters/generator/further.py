"""Further attributes of every type that the Community Edition has, and what goods say in them.

They come in turn: after the last one follows the first, with a number behind its code. Images and
files are attributes of ``media``. Source of types and rules: akeneo/pim-api-docs,
content/concepts/catalog-structure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from attrs import field, frozen

from importbus.adapters.generator.phrases import PHRASES, Channel, channels_of, locales_of
from importbus.adapters.generator.profiles import Profile
from importbus.adapters.generator.structure import Data, labels
from importbus.adapters.generator.words import COLORS, MATERIALS, SERIES, Words

VALUES: Final = 16
"""Different values of each further attribute."""

Place = tuple[str | None, Channel | None]
"""The locale and the channel of a value."""

Say = Callable[[Random, Place], Any]
"""Makes the data of a value for its place."""

TABLE_COLUMNS: Final = [
    {
        "code": "part", "data_type": "select",
        "labels": labels(("Part", "Teil", "Partie")),
        "options": [
            {"code": "body", "labels": labels(("Body", "Korpus", "Corps"))},
            {"code": "lid", "labels": labels(("Lid", "Deckel", "Couvercle"))},
        ],
    },
    {
        "code": "height", "data_type": "number", "labels": labels(("Height", "Höhe", "Hauteur")),
        "validations": {"min": 0, "decimals_allowed": True},
    },
    {
        "code": "removable", "data_type": "boolean",
        "labels": labels(("Can be taken off", "Abnehmbar", "Amovible")),
    },
]  # fmt: skip


@frozen
class Further:
    """A kind of further attribute: what it is called, its rules, and what goods say in it."""

    code: str
    type: str
    group: str
    words: Words
    say: Say | None
    rules: Data = field(factory=dict)

    @property
    def localizable(self) -> bool:
        """Whether it has a value a locale."""
        return bool(self.rules.get("localizable"))

    @property
    def scopable(self) -> bool:
        """Whether it has a value a channel."""
        return bool(self.rules.get("scopable"))

    @property
    def selects(self) -> bool:
        """Whether it has options."""
        return self.type in ("simpleselect", "multiselect")

    def places(self, channels: Sequence[Channel]) -> list[Place]:
        """Return where goods have a value; for each channel there is one in its first locale."""
        if self.scopable:
            return [(each.locales[0] if self.localizable else None, each) for each in channels]
        if self.localizable:
            return [
                (one, None) for one in self.rules.get("available_locales", locales_of(channels))
            ]
        return [(None, None)]


def _phrase(random: Random, place: Place) -> str:
    return random.choice(PHRASES[place[0] or "en_US"])


def _paragraph(random: Random, place: Place) -> str:
    said = PHRASES[place[0] or "en_US"]
    return "".join(f"<p>{text}</p>" for text in random.sample(said, 2))


def _flag(random: Random, place: Place) -> bool:
    return random.random() < 0.5


def _decimal(low: int, high: int) -> Say:
    """Return what says hundredths between *low* and *high*."""
    return lambda random, place: f"{random.randrange(low, high) / 100:.2f}"


def _whole(low: int, high: int) -> Say:
    return lambda random, place: random.randrange(low, high)


def _measure(unit: str, low: int, high: int) -> Say:
    amount = _decimal(low, high)
    return lambda random, place: {"amount": amount(random, place), "unit": unit}


def _prices(random: Random, place: Place) -> list[Data]:
    currencies = place[1].currencies if place[1] else ("EUR", "GBP", "USD")
    cents = random.randrange(100, 90_000)
    return [
        {"amount": f"{cents * (n + 10) / 1000:.2f}", "currency": currency}
        for n, currency in enumerate(sorted(currencies))
    ]


def _day(random: Random, place: Place) -> str:
    return (date(2024, 1, 1) + timedelta(days=random.randrange(900))).isoformat()


def _table(random: Random, place: Place) -> list[Data]:
    return [
        {"part": "body", "height": f"{random.randrange(10, 400) / 10:.1f}", "removable": False},
        {"part": "lid", "removable": True},
    ]


_METRIC: Final[Data] = {"decimals_allowed": True, "negative_allowed": False}

FURTHER: Final = (
    Further(
        "slogan", "text", "marketing", ("Slogan", "Slogan", "Slogan"), _phrase,
        {"localizable": True, "max_characters": 100},
    ),
    Further(
        "motto", "text", "marketing", ("Motto", "Motto", "Devise"), _phrase,
        {"localizable": True, "scopable": True},
    ),
    Further(
        "channel_note", "text", "marketing", ("Note", "Hinweis", "Remarque"), _phrase,
        {"scopable": True},
    ),
    Further(
        "page", "text", "technical", ("Page", "Seite", "Page"),
        lambda random, place: f"https://www.example.com/goods/{random.randrange(10**6):06d}",
        {"validation_rule": "url"},
    ),
    Further(
        "drawing", "text", "technical", ("Drawing", "Zeichnung", "Plan"),
        lambda random, place: f"DR-{random.randrange(10**4):04d}",
        {"validation_rule": "regexp", "validation_regexp": "/^DR-[0-9]{4}$/"},
    ),
    Further(
        "eco_tax_notice", "text", "logistics",
        ("Notice for France", "Hinweis für Frankreich", "Éco-participation"), _phrase,
        {"localizable": True, "available_locales": ["fr_FR"]},
    ),
    Further(
        "story", "textarea", "marketing", ("Story", "Geschichte", "Histoire"), _paragraph,
        {"localizable": True, "wysiwyg_enabled": True},
    ),
    Further("care", "textarea", "technical", ("Care", "Pflege", "Entretien"), _paragraph),
    Further(
        "pieces", "number", "logistics", ("Pieces", "Teile", "Pièces"), _whole(1, 60),
        {"decimals_allowed": False, "negative_allowed": False, "number_min": "1"},
    ),
    Further(
        "density", "number", "technical", ("Density", "Dichte", "Densité"), _decimal(10, 2000),
        {"decimals_allowed": True, "negative_allowed": False},
    ),
    Further(
        "coldest", "number", "technical", ("Coldest", "Kälteste", "Froid"), _whole(-40, 5),
        {"decimals_allowed": False, "negative_allowed": True},
    ),
    Further(
        "assembled", "boolean", "logistics", ("Assembled", "Montiert", "Monté"), _flag,
    ),
    Further(
        "promoted", "boolean", "marketing", ("Promoted", "Beworben", "En promotion"), _flag,
        {"scopable": True},
    ),
    Further(
        "checked", "date", "technical", ("Checked", "Geprüft", "Contrôlé"), _day,
        {"date_min": "2020-01-01", "date_max": "2039-12-31"},
    ),
    Further(
        "season_start", "date", "logistics", ("From", "Ab", "Dès le"), _day, {"scopable": True}
    ),
    Further("origin", "simpleselect", "technical", ("Origin", "Herkunft", "Origine"), None),
    Further(
        "mood", "simpleselect", "marketing", ("Mood", "Stimmung", "Ambiance"), None,
        {"scopable": True},
    ),
    Further("uses", "multiselect", "marketing", ("Uses", "Verwendung", "Usages"), None),
    Further(
        "list_price", "price_collection", "marketing", ("List price", "Listenpreis", "Tarif"),
        _prices, {"decimals_allowed": True},
    ),
    Further(
        "channel_price", "price_collection", "marketing",
        ("Price there", "Preis dort", "Prix sur place"), _prices,
        {"scopable": True, "decimals_allowed": True},
    ),
    Further(
        "width", "metric", "logistics", ("Width", "Breite", "Largeur"),
        _measure("CENTIMETER", 100, 30_000),
        {**_METRIC, "metric_family": "Length", "default_metric_unit": "METER"},
    ),
    Further(
        "freezing", "metric", "technical", ("Freezes at", "Gefriert bei", "Gèle à"),
        _measure("CELSIUS", -4000, 0),
        {
            "metric_family": "Temperature", "default_metric_unit": "CELSIUS",
            "decimals_allowed": True, "negative_allowed": True,
        },
    ),
)  # fmt: skip
"""All kinds of further attributes; texts in every way to depend on locale and channel."""

PARTS: Final = Further(
    "parts", "table", "technical", ("Parts", "Teile", "Parties"), _table,
    {"table_configuration": TABLE_COLUMNS},
)  # fmt: skip
"""A table, which only the Enterprise and Growth Editions have."""


@frozen
class Numbered:
    """The further attribute at a position: its code and what it is a kind of."""

    code: str
    kind: Further

    @property
    def data(self) -> Data:
        """What the PIM is told of it."""
        said: Data = {
            "code": self.code,
            "type": f"pim_catalog_{self.kind.type}",
            "group": self.kind.group,
            "localizable": False,
            "scopable": False,
            "labels": labels(self.kind.words),
        }
        return {**said, **self.kind.rules}

    def options(self, count: int) -> Iterator[Data]:
        """Yield *count* options, if it has any."""
        for number in range(count if self.kind.selects else 0):
            series = SERIES[number % len(SERIES)]
            _, color = COLORS[number // len(SERIES) % len(COLORS)]
            yield {
                "code": option_code(number),
                "attribute": self.code,
                "sort_order": number + 1,
                "labels": labels((f"{series} {color[0]}", f"{series} {color[1]}", series)),
            }

    def values(self, random: Random, profile: Profile) -> list[list[Data]]:
        """Return what goods can have there."""
        places = self.kind.places(channels_of(profile))
        say = self.kind.say or _chosen(self.kind, profile.options)
        return [[_value(place, say(random, place)) for place in places] for _ in range(VALUES)]


def option_code(number: int) -> str:
    """Return the code of the option *number* of a further select, from 0."""
    return f"{MATERIALS[number % len(MATERIALS)][0]}_{number:04d}"


def numbered(profile: Profile, *, enterprise: bool) -> list[Numbered]:
    """Return the further attributes of *profile*; a table is one more."""
    found = []
    for position in range(profile.attributes):
        turn, place = divmod(position, len(FURTHER))
        kind = FURTHER[place]
        found.append(Numbered(f"{kind.code}_{turn + 1}" if turn else kind.code, kind))
    return [*found, Numbered(PARTS.code, PARTS)] if enterprise else found


def _chosen(kind: Further, options: int) -> Say:
    """Return what chooses one of the options, or up to three."""
    codes = [option_code(number) for number in range(options)]
    if kind.type == "simpleselect":
        return lambda random, place: random.choice(codes)
    return lambda random, place: sorted(random.sample(codes, min(3, options)))


def _value(place: Place, data: Any) -> Data:
    locale, channel = place
    return {"locale": locale, "scope": channel.code if channel else None, "data": data}

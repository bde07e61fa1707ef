"""The words that fake catalogues are made of, in English, German and French."""

from __future__ import annotations

from typing import Final

from attrs import frozen

LOCALES: Final = ("en_US", "de_DE", "fr_FR")

Words = tuple[str, str, str]
"""One thing in the languages of ``LOCALES``."""


@frozen
class Kind:
    """A kind of goods: its family, its category, and the measure that only it has.

    Attributes:
        code: Code of the family and first part of identifiers.
        noun: One of it, as names need it.
        label: Many of it, as labels need it.
        measure: Code of its own metric attribute, with label, measurement family and unit.
        step: Difference between two amounts of the measure.
    """

    code: str
    noun: Words
    label: Words
    measure: str
    measure_label: Words
    metric_family: str
    unit: str
    step: int


KINDS: Final = (
    Kind(
        "mugs",
        ("mug", "Becher", "Tasse"),
        ("Mugs", "Becher", "Tasses"),
        "capacity",
        ("Capacity", "Fassungsvermögen", "Contenance"),
        "Volume",
        "MILLILITER",
        10,
    ),
    Kind(
        "lamps",
        ("lamp", "Lampe", "Lampe"),
        ("Lamps", "Lampen", "Lampes"),
        "power",
        ("Power", "Leistung", "Puissance"),
        "Power",
        "WATT",
        3,
    ),
    Kind(
        "chairs",
        ("chair", "Stuhl", "Chaise"),
        ("Chairs", "Stühle", "Chaises"),
        "seat_height",
        ("Seat height", "Sitzhöhe", "Hauteur d'assise"),
        "Length",
        "CENTIMETER",
        1,
    ),
    Kind(
        "tables",
        ("table", "Tisch", "Table"),
        ("Tables", "Tische", "Tables"),
        "table_top",
        ("Table top", "Tischplatte", "Plateau"),
        "Area",
        "SQUARE_CENTIMETER",
        250,
    ),
    Kind(
        "bags",
        ("bag", "Tasche", "Sac"),
        ("Bags", "Taschen", "Sacs"),
        "volume",
        ("Volume", "Volumen", "Volume"),
        "Volume",
        "LITER",
        1,
    ),
    Kind(
        "clocks",
        ("clock", "Uhr", "Horloge"),
        ("Clocks", "Uhren", "Horloges"),
        "diameter",
        ("Diameter", "Durchmesser", "Diamètre"),
        "Length",
        "MILLIMETER",
        5,
    ),
)

STYLES: Final[tuple[tuple[str, Words], ...]] = (
    ("new", ("New", "Neu", "Nouveautés")),
    ("classic", ("Classic", "Klassisch", "Classiques")),
    ("outdoor", ("For outside", "Für draußen", "Pour l'extérieur")),
    ("gifts", ("Gifts", "Geschenke", "Cadeaux")),
)

SERIES: Final = (
    *("Alma", "Birk", "Calla", "Dune", "Elba", "Fjord", "Gora", "Hygge"),
    *("Inari", "Juna", "Kivi", "Lindau", "Malmö", "Nadir", "Oder", "Ponte"),
    *("Quito", "Rila", "Sylt", "Tarn", "Ural", "Vega", "Wye", "Xenia"),
    *("Ystad", "Zora", "Åre", "Épinal", "Øresund", "Göteborg", "Łódź", "Çeşme"),
)

MATERIALS: Final[tuple[tuple[str, Words], ...]] = (
    ("oak", ("oak", "Eiche", "chêne")),
    ("beech", ("beech", "Buche", "hêtre")),
    ("walnut", ("walnut", "Nussbaum", "noyer")),
    ("bamboo", ("bamboo", "Bambus", "bambou")),
    ("cork", ("cork", "Kork", "liège")),
    ("steel", ("steel", "Stahl", "acier")),
    ("brass", ("brass", "Messing", "laiton")),
    ("aluminium", ("aluminium", "Aluminium", "aluminium")),
    ("glass", ("glass", "Glas", "verre")),
    ("porcelain", ("porcelain", "Porzellan", "porcelaine")),
    ("stoneware", ("stoneware", "Steinzeug", "grès")),
    ("leather", ("leather", "Leder", "cuir")),
    ("felt", ("felt", "Filz", "feutre")),
    ("linen", ("linen", "Leinen", "lin")),
    ("wool", ("wool", "Wolle", "laine")),
    ("cotton", ("cotton", "Baumwolle", "coton")),
)

COLORS: Final[tuple[tuple[str, Words], ...]] = (
    ("black", ("Black", "Schwarz", "Noir")),
    ("white", ("White", "Weiß", "Blanc")),
    ("grey", ("Grey", "Grau", "Gris")),
    ("red", ("Red", "Rot", "Rouge")),
    ("green", ("Green", "Grün", "Vert")),
    ("blue", ("Blue", "Blau", "Bleu")),
    ("yellow", ("Yellow", "Gelb", "Jaune")),
    ("orange", ("Orange", "Orange", "Orange")),
    ("purple", ("Purple", "Lila", "Violet")),
    ("pink", ("Pink", "Rosa", "Rose")),
    ("brown", ("Brown", "Braun", "Marron")),
    ("beige", ("Beige", "Beige", "Beige")),
    ("turquoise", ("Turquoise", "Türkis", "Turquoise")),
    ("olive", ("Olive", "Oliv", "Olive")),
    ("silver", ("Silver", "Silber", "Argent")),
    ("gold", ("Gold", "Gold", "Or")),
)

SIZES: Final[tuple[tuple[str, Words], ...]] = (
    ("xxs", ("Tiny", "Winzig", "Minuscule")),
    ("xs", ("Very small", "Sehr klein", "Très petit")),
    ("s", ("Small", "Klein", "Petit")),
    ("m", ("Medium", "Mittel", "Moyen")),
    ("l", ("Large", "Groß", "Grand")),
    ("xl", ("Very large", "Sehr groß", "Très grand")),
    ("xxl", ("Huge", "Riesig", "Énorme")),
    ("xxxl", ("Giant", "Gigantisch", "Géant")),
    *((f"no_{n}", (f"No. {n}", f"Nr. {n}", f"N° {n}")) for n in range(36, 44)),
)

FIRST_SENTENCES: Final[tuple[Words, ...]] = (
    (
        "Made by hand in a small workshop.",
        "In einer kleinen Werkstatt von Hand gefertigt.",
        "Fabriqué à la main dans un petit atelier.",
    ),
    (
        "A quiet companion for every day.",
        "Ein stiller Begleiter für jeden Tag.",
        "Un compagnon discret au quotidien.",
    ),
    (
        "Designed to be repaired, not replaced.",
        "Zum Reparieren gemacht, nicht zum Wegwerfen.",
        "Conçu pour être réparé, pas remplacé.",
    ),
    (
        "It looks at home in any room.",
        "Passt in jeden Raum.",
        "Trouve sa place dans chaque pièce.",
    ),
    (
        "The shape dates from 1958 and has not changed since.",
        "Die Form stammt von 1958 und ist seither dieselbe.",
        "La forme date de 1958 et n'a pas changé depuis.",
    ),
    (
        "Light enough to carry, solid enough to keep.",
        "Leicht genug zum Tragen, stabil genug fürs Leben.",
        "Assez léger à porter, assez solide pour durer.",
    ),
    (
        "One piece is never quite like the next.",
        "Kein Stück ist ganz wie das andere.",
        "Aucune pièce n'est tout à fait pareille.",
    ),
    (
        "Our bestseller for eleven years.",
        "Seit elf Jahren unser Bestseller.",
        "Notre meilleure vente depuis onze ans.",
    ),
)

SECOND_SENTENCES: Final[tuple[Words, ...]] = (
    ("Wipe with a damp cloth.", "Feucht abwischen.", "Nettoyer avec un chiffon humide."),
    (
        'Comes in a box that says "open here".',
        'Kommt im Karton mit der Aufschrift "hier öffnen".',
        "Livré dans un carton « ouvrir ici ».",
    ),
    (
        "Spare parts stay available for ten years.",
        "Ersatzteile gibt es zehn Jahre lang.",
        "Pièces détachées disponibles pendant dix ans.",
    ),
    (
        "Keep away from open fire & strong sun.",
        "Vor offenem Feuer & starker Sonne schützen.",
        "Tenir à l'écart du feu & du soleil.",
    ),
    (
        "Packed without plastic.",
        "Ohne Plastik verpackt.",
        "Emballé sans plastique.",
    ),
    (
        "Put together in 5 minutes.\nNo tools needed.",
        "In 5 Minuten aufgebaut.\nOhne Werkzeug.",
        "Monté en 5 minutes.\nSans outils.",
    ),
    (
        "Tested by an independent laboratory.",
        "Von einem unabhängigen Labor geprüft.",
        "Testé par un laboratoire indépendant.",
    ),
    (
        "You can return it within 100 days.",
        "Rückgabe innerhalb von 100 Tagen.",
        "Retour possible sous 100 jours.",
    ),
)

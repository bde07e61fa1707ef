"""What people call, in their files, what Akeneo calls otherwise; in English, German and French."""

from __future__ import annotations

from importbus.adapters.mapping.naming import words

KEYS = (
    "sku",
    "variant sku",
    "identifier",
    "code",
    "article number",
    "article no",
    "item number",
    "item no",
    "product number",
    "part number",
    "product code",
    "product id",
    "artikelnummer",
    "artikel nr",
    "art nr",
    "produktnummer",
    "materialnummer",
    "bestellnummer",
    "reference",
    "reference produit",
    "numero article",
    "handle",
    "id",
)
"""What a column is called that identifies things; the likelier ones first."""

PROPERTIES = {
    "family": "family, product family, familie, produktfamilie, famille",
    "categories": (
        "category, categories, product category, kategorie, kategorien, warengruppe, categorie"
    ),
    "enabled": "enabled, active, published, online, status, aktiv, veröffentlicht, actif, publié",
    "parent": "parent, parent sku, parent code, model, eltern, modell, parent article, modèle",
    "groups": "group, groups, gruppe, gruppen, groupe, groupes",
    "type": "type, typ, attribute type, attributtyp",
    "attribute": "attribute, attribut",
    "sort_order": "sort order, order, position, reihenfolge, sortierung, ordre",
}
"""Names of properties."""

LABELS = "label, name, title, bezeichnung, titel, beschriftung, libellé, nom, titre"
"""What labels are called."""

ATTRIBUTES = (
    "name, title, product name, product title, bezeichnung, artikelbezeichnung, produktname, "
    "titel, nom, titre, designation",
    "description, body, body html, product description, long description, beschreibung, langtext",
    "short description, kurzbeschreibung, kurztext, teaser",
    "price, unit price, list price, variant price, preis, verkaufspreis, listenpreis, vk, prix",
    "weight, gewicht, poids",
    "color, colour, farbe, couleur",
    "size, größe, groesse, taille",
    "material, werkstoff, matière",
    "brand, vendor, manufacturer, marke, hersteller, marque, fabricant",
    "ean, gtin, barcode, variant barcode, upc",
    "image, picture, photo, main image, bild, produktbild, foto",
    "width, breite, largeur",
    "height, höhe, hauteur",
    "length, länge, longueur",
    "depth, tiefe, profondeur",
)
"""Names of which each row means the same; a PIM has one of them as the code of an attribute."""


def _told_apart(names: str) -> frozenset[str]:
    return frozenset("".join(words(each)) for each in names.split(","))


PROPERTY_NAMES = {name: _told_apart(said) for name, said in PROPERTIES.items()}
LABEL_NAMES = _told_apart(LABELS)
ATTRIBUTE_NAMES = [_told_apart(said) for said in ATTRIBUTES]
KEY_NAMES = ["".join(words(each)) for each in KEYS]


def same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two names of attributes are known to mean the same."""
    both = {"".join(one), "".join(other)}
    return any(both <= names for names in ATTRIBUTE_NAMES)

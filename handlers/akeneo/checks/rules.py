"""The rules that commands are checked by, each with its source.

Sources: ``akeneo/pim-api-docs`` (content/rest-api/update.md, content/concepts,
content/swagger/akeneo-web-api.json) and the validation of ``akeneo/pim-community-dev`` (2018-2023).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from importbus.bus.findings import Finding

DOCS: Final = "akeneo/pim-api-docs, content/concepts"
UPDATE: Final = "akeneo/pim-api-docs, content/rest-api/update.md"
SWAGGER: Final = "akeneo/pim-api-docs, content/swagger/akeneo-web-api.json"
CORE: Final = "akeneo/pim-community-dev, validation configuration"

RULES: Mapping[str, str] = {
    "not-null": UPDATE,
    "code-format": CORE,
    "code-length": CORE,
    "code-reserved": CORE,
    "identifier-format": CORE,
    "uuid-version": CORE,
    "label-length": CORE,
    "label-locale": CORE,
    "fixed-at-creation": SWAGGER,
    "missing": SWAGGER,
    "attribute-type": SWAGGER,
    "attribute-property": CORE,
    "attribute-unique": CORE,
    "attribute-range": CORE,
    "measurement-unit": CORE,
    "option-of-no-select": CORE,
    "not-in-family": CORE,
    "label-attribute": SWAGGER,
    "image-attribute": SWAGGER,
    "variant-levels": CORE,
    "variant-axes": CORE,
    "category-circle": CORE,
    "category-root": CORE,
    "currency-inactive": CORE,
    "association-kind": DOCS,
    "unknown-attribute": UPDATE,
    "unknown-option": DOCS,
    "unknown-family": DOCS,
    "unknown-family-variant": DOCS,
    "unknown-parent": DOCS,
    "unknown-category": DOCS,
    "unknown-channel": DOCS,
    "unknown-locale": DOCS,
    "unknown-currency": DOCS,
    "unknown-attribute-group": DOCS,
    "unknown-association-type": DOCS,
    "unknown-measurement-family": DOCS,
    "unknown-target": DOCS,
    "value-localizable": DOCS,
    "value-scopable": DOCS,
    "value-locale": CORE,
    "value-twice": UPDATE,
    "value-type": DOCS,
    "value-length": CORE,
    "value-range": CORE,
    "value-unit": DOCS,
    "value-currency": DOCS,
    "value-dropped": CORE,
    "identifier-value": CORE,
    "parent-level": CORE,
    "parent-family": CORE,
    "axis-missing": CORE,
    "axis-repeated": CORE,
    "associated-with-itself": CORE,
    "quantified-shape": DOCS,
    "quantified-number": DOCS,
    "categories-twice": SWAGGER,
}
"""The short name of each rule and where it is written down."""


def error(rule: str, field: str, message: str) -> Finding:
    """Return that the PIM will refuse the command, by *rule*; a wrong name is a ``KeyError``."""
    RULES[rule]
    return Finding(rule, field, message)


def warning(rule: str, field: str, message: str) -> Finding:
    """Return that the PIM will take the command, but not do all that it says."""
    RULES[rule]
    return Finding(rule, field, message, error=False)


PIM_DECIDES = (
    "whether a unique value, or a combination of axis values, is taken by what the PIM holds",
    "validation rules of texts: regular expressions, e-mail and web addresses",
    "whether the codes of media files, records and assets exist; the cells of tables",
    "product groups, which the API does not tell of",
    "family, parent and values that a product has already and the source does not say",
    "rights of the user, drafts, and the limits and properties of its version",
    "what others change before the import has come so far",
)
"""What only the PIM can decide."""

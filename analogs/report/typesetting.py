"""Formulas of plain text as HTML: indices, powers and signs."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_SIGNS = {"&gt;=": "≥", "&lt;=": "≤", "+-": "±", "$": ""}
# An index is one letter or stands in braces, so that `macs_counted` stays a name.
_INDEX = re.compile(r"(?<=[\w|*)\]])_(?:\{(\w+)\}|(\w)(?!\w))")
_POWER = re.compile(r"(?<=[\w|)\]])\^(?:\{([^{}]+)\}|(\w+))")


def typeset(text: str) -> Markup:
    """Return a text with its indices lowered, its powers raised, and its signs as one character.

    Examples
    --------
    >>> print(typeset("K_U <= R^2 of T_{CNN}"))
    K<sub>U</sub> ≤ R<sup>2</sup> of T<sub>CNN</sub>
    >>> print(typeset("<macs_counted>"))
    &lt;macs_counted&gt;
    """
    page = str(escape(text))
    for written, sign in _SIGNS.items():
        page = page.replace(written, sign)
    page = _POWER.sub(lambda match: f"<sup>{match[1] or match[2]}</sup>", page)
    page = _INDEX.sub(lambda match: f"<sub>{match[1] or match[2]}</sub>", page)
    return Markup(page)  # escaped at the start; only the tags above were added

"""Superscripts and subscripts: Markdown has none, but Unicode has the digits and some letters."""

_RAISED = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_TABLES = {"sup": _RAISED, "sub": _LOWERED}


def raise_or_lower(text: str, script: str) -> tuple[str, bool]:
    """A text with characters that are raised ("sup") or lowered ("sub"), and whether all of it could be.

    What cannot be stays on the line. A number does not: 228 with a raised 1.1 must not become 2281.1, so it gets a ^.
    """
    if all(ord(c) in _TABLES[script] or c.isspace() for c in text):
        return text.translate(_TABLES[script]), True
    has_number = any(c.isdigit() for c in text[:1])
    return ("^" if script == "sup" and has_number else "") + text, False

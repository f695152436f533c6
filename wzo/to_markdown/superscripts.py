"""Superscripts and subscripts: Markdown has none, but Unicode has the digits and some letters."""

_RAISED = str.maketrans("0123456789+-−–=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_TABLES = {"sup": _RAISED, "sub": _LOWERED}


def raise_or_lower(text: str, script: str) -> tuple[str, bool]:
    """A text as a superscript ("sup") or subscript ("sub"), and whether Unicode has all of its characters.

    If not, it becomes ordinary text; a number gets a ^ first, since 228 with a raised 1.1 must not become 2281.1.
    """
    if all(ord(c) in _TABLES[script] or c.isspace() for c in text):
        return text.translate(_TABLES[script]), True
    has_number = any(c.isdigit() for c in text[:1])
    return ("^" if script == "sup" and has_number else "") + text, False

"""Codes that people type: short, and without letters that look alike."""

import secrets

# Crockford's base32: no letter that can be mistaken for another. Twelve letters hold 60 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# What people type instead: look-alikes in the Latin alphabet first, then those on a Russian keyboard.
LOOK_ALIKES = str.maketrans("OIL" + "АВСЕНКМРТХОУЗ", "011" + "ABCEHKMPTX0Y3")


def new_code() -> str:
    """Generate a code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def parse_code(text: str) -> str | None:
    """The code that somebody typed, however they wrote it; None if it cannot be one."""
    letters = "".join(c for c in text[:200].upper() if c.isalnum()).translate(LOOK_ALIKES)
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(ALPHABET) else None


def format_code(code: str) -> str:
    """A code in groups of four, which are easy to read out and to type."""
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))

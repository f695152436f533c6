"""Codes that people type: short, and without characters that look alike."""

import secrets

# Crockford's base32, which leaves out look-alikes. Twelve characters hold 60 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
# What people type instead: Latin look-alikes first, then Cyrillic letters that share a shape.
LOOK_ALIKES = str.maketrans("OIL" + "АВСЕНКМРТХОУЗ", "011" + "ABCEHKMPTX0Y3")


def generate_code() -> str:
    """Generate a random code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def parse_code(text: str) -> str | None:
    """Return the code that somebody typed, whatever its case and separators; None if it cannot be one."""
    code = "".join(c for c in text[:200].upper() if c.isalnum()).translate(LOOK_ALIKES)
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


def format_code(code: str) -> str:
    """Format a code in groups of four, which are easy to read out and to type."""
    return "-".join(code[i : i + 4] for i in range(0, CODE_LENGTH, 4))

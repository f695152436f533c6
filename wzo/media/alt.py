"""Whether a picture has an alternative text that deserves the name."""


def alt_is_missing(alt: str, name: str = "") -> bool:
    """Whether nobody has written what a picture shows."""
    return not alt.strip()

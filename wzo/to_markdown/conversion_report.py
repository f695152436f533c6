"""Reports to the editor what a conversion could not keep."""

from collections.abc import Callable

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext

_WORDS, _MAX_LENGTH, _MAX_NAMED = 4, 40, 12


def _count(kind: str, num: int) -> str:
    counts: dict[str, Callable[[], str]] = {
        "picture": lambda: ngettext("%(num)d picture", "%(num)d pictures", num),
        "video": lambda: ngettext("%(num)d video", "%(num)d videos", num),
        "embedded": lambda: ngettext("%(num)d embedded frame", "%(num)d embedded frames", num),
        "struck": lambda: ngettext("%(num)d struck-out passage", "%(num)d struck-out passages", num),
        "note": lambda: ngettext("%(num)d footnote without text", "%(num)d footnotes without text", num),
        "audio": lambda: ngettext("%(num)d recording", "%(num)d recordings", num),
        "formula": lambda: ngettext("%(num)d formula", "%(num)d formulas", num),
        "control": lambda: ngettext("%(num)d button or menu", "%(num)d buttons and menus", num),
    }
    return counts[kind]()


def _listed(items: list[str]) -> str:
    return format_list(items, locale=get_locale())


class ConversionReport:
    """Collects what is left out, with the words before it.

    `positions`: those words, by the kind of what is left out. `flattened`: superscripts and subscripts that are now
    ordinary text. `added`: how many pictures were stored. `animations`: of how many of them only the first frame was.
    """

    def __init__(self) -> None:
        self.positions: dict[str, list[str]] = {}
        self.flattened: list[str] = []
        self.added = 0
        self.animations = 0
        self._before = ""

    def record_text(self, text: str) -> None:
        """Record a text that was kept, so that the position of the next omission can be described."""
        self._before = (self._before + text)[-4 * _MAX_LENGTH :]

    def add(self, kind: str) -> None:
        """Record that something of a kind is left out here."""
        words = " ".join(self._before.split()[-_WORDS:])
        self.positions.setdefault(kind, []).append(words[-_MAX_LENGTH:])

    def count(self, kind: str) -> int:
        """The number of omissions of a kind."""
        return len(self.positions.get(kind, ()))

    def summary(self) -> str:
        """What was left out and where, as sentences in the language of the panel; empty if nothing was."""
        sentences = []
        if self.positions:
            left_out = _listed([self._describe(kind) for kind in self.positions])
            sentences.append(gettext("Left out: %(things)s.", things=left_out))
        if self.flattened:
            quoted = [gettext("“%(text)s”", text=text) for text in list(dict.fromkeys(self.flattened))[:_MAX_NAMED]]
            sentences.append(
                gettext("Superscripts and subscripts that could not be kept: %(texts)s.", texts=_listed(quoted))
            )
        if self.added:
            sentences.append(
                ngettext(
                    "%(num)d picture was added; describe it.", "%(num)d pictures were added; describe them.", self.added
                )
            )
        if self.animations:
            sentences.append(
                ngettext(
                    "%(num)d animation was reduced to its first frame.",
                    "%(num)d animations were reduced to their first frames.",
                    self.animations,
                )
            )
        return " ".join(sentences)

    def _describe(self, kind: str) -> str:
        positions = self.positions[kind]
        if kind == "control":
            # Pages have many, and nobody looks for them.
            return _count(kind, len(positions))
        named = [
            gettext("after “%(words)s”", words=words) if words else gettext("at the beginning")
            for words in dict.fromkeys(positions)
        ]
        shown = "; ".join(named[:_MAX_NAMED]) + (" …" if len(named) > _MAX_NAMED else "")
        return f"{_count(kind, len(positions))} ({shown})"

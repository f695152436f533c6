"""What a conversion could not keep, and the sentence that tells it to the editor."""

from collections.abc import Callable

from babel.lists import format_list
from flask_babel import get_locale, gettext, ngettext

_WORDS, _MAX_PLACE, _MAX_NAMED = 4, 40, 12


def _count(kind: str, num: int) -> str:
    counts: dict[str, Callable[[], str]] = {
        "picture": lambda: ngettext("%(num)d picture", "%(num)d pictures", num),
        "video": lambda: ngettext("%(num)d video", "%(num)d videos", num),
        "embedded": lambda: ngettext("%(num)d embedded frame", "%(num)d embedded frames", num),
        "struck": lambda: ngettext("%(num)d struck-out passage", "%(num)d struck-out passages", num),
        "note": lambda: ngettext(
            "%(num)d footnote whose text was not there", "%(num)d footnotes whose text was not there", num
        ),
        "audio": lambda: ngettext("%(num)d recording", "%(num)d recordings", num),
        "formula": lambda: ngettext("%(num)d formula", "%(num)d formulas", num),
        "control": lambda: ngettext("%(num)d button or menu of the page", "%(num)d buttons and menus of the page", num),
    }
    return counts[kind]()


def _listed(items: list[str]) -> str:
    return format_list(items, locale=get_locale())


class Losses:
    """Collects what is left out, with the words before it.

    `kept_flat`: texts that were raised or lowered and are in the line now; `added`: how many pictures were stored;
    `animations`: of how many of them only the first frame.
    """

    def __init__(self) -> None:
        self.places: dict[str, list[str]] = {}
        self.kept_flat: list[str] = []
        self.added = 0
        self.animations = 0
        self._before = ""

    def pass_text(self, text: str) -> None:
        """Note a text that was kept, so that the next loss can be located."""
        self._before = (self._before + text)[-4 * _MAX_PLACE :]

    def add(self, kind: str) -> None:
        """Note that something is left out at this place."""
        words = " ".join(self._before.split()[-_WORDS:])
        self.places.setdefault(kind, []).append(words[-_MAX_PLACE:])

    def count(self, kind: str) -> int:
        return len(self.places.get(kind, ()))

    def sentence(self) -> str:
        """What was left out and where, in the language of the panel; empty if nothing was."""
        sentences = []
        if self.places:
            left_out = _listed([self._describe(kind) for kind in self.places])
            sentences.append(gettext("Left out: %(things)s.", things=left_out))
        if self.kept_flat:
            quoted = [gettext("“%(text)s”", text=text) for text in list(dict.fromkeys(self.kept_flat))[:_MAX_NAMED]]
            sentences.append(
                gettext("Raised or lowered in the original, no longer here: %(texts)s.", texts=_listed(quoted))
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
        places = self.places[kind]
        if kind == "control":
            # Pages have many, and nobody looks for them.
            return _count(kind, len(places))
        named = [
            gettext("after “%(words)s”", words=words) if words else gettext("at the beginning")
            for words in dict.fromkeys(places)
        ]
        shown = "; ".join(named[:_MAX_NAMED]) + (" …" if len(named) > _MAX_NAMED else "")
        return f"{_count(kind, len(places))} ({shown})"

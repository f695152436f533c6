"""Footnotes of Markdown texts: the references to them, and the links back to these."""

from collections.abc import Sequence

from flask_babel import gettext
from markdown_it.token import Token

from wzo.markdown_tokens import element, inline, text_token


class Footnotes:
    """The footnotes of one text, whose ids contain `prefix`."""

    def __init__(self, prefix: str, tokens: Sequence[Token]) -> None:
        self.prefix = prefix
        self.references = {
            _reference_key(it) for token in tokens for it in token.children or () if it.type == "footnote_ref"
        }

    def item_id(self, token: Token) -> str:
        """The id of a footnote."""
        return f"note-{self.prefix}-{token.meta['id'] + 1}"

    def reference(self, token: Token) -> list[Token]:
        """A reference to a footnote: its number, raised."""
        number = str(token.meta["id"] + 1)
        attributes = {
            "href": f"#{self.item_id(token)}",
            "id": self._reference_id(token),
            "role": "doc-noteref",
            "aria-label": gettext("Note %(number)s", number=number),
        }
        return element("sup", element("a", [text_token(number)], attributes))

    def backlink(self, token: Token) -> list[Token]:
        """A link from a footnote to one of its references; nothing if that was not rendered."""
        footnote, occurrence = _reference_key(token)
        if (footnote, occurrence) not in self.references:
            return []
        number = footnote + 1
        label = gettext("Back to note %(number)s in the text", number=number)
        if occurrence:
            label = gettext("Back to note %(number)s in the text, place %(place)s", number=number, place=occurrence + 1)
        attributes = {"href": f"#{self._reference_id(token)}", "role": "doc-backlink", "aria-label": label}
        # U+FE0E selects the text style; phones show the bare arrow as an emoji.
        return [inline([text_token(" "), *element("a", [text_token("↩\ufe0e")], attributes)])]

    def _reference_id(self, token: Token) -> str:
        footnote, occurrence = _reference_key(token)
        return f"mark-{self.prefix}-{footnote + 1}" + (f"-{occurrence + 1}" if occurrence else "")


def _reference_key(token: Token) -> tuple[int, int]:
    """The footnote that a reference refers to, and which of its references this is, both from 0."""
    return token.meta["id"], token.meta.get("subId", 0)

"""Turns plain text, as from a phone or a messenger, into Markdown that shows it as it was written."""

import re

from wzo.to_markdown.inline import Run, escape_line, line_in_markdown, split_lines

_BULLET = re.compile(r"\s*[•◦▪▫‣●○∙·]\s+(?=\S)")
# Signs that nobody writes except for Markdown.
_MARKDOWN = re.compile(
    r"^#{2,6} \S|\[[^\[\]\n]+\]\((?:https?:|mailto:|/|term:)|^::: |\[\^\d+\]|(?<!\*)\*\*[^\s*][^*\n]*\*\*(?!\*)", re.M
)


def is_markdown(text: str) -> bool:
    """Whether a text is Markdown already, and must not be changed."""
    return _MARKDOWN.search(text) is not None


def plain_text_to_markdown(text: str, language: str) -> str:
    """A text with its lines and paragraphs kept, addresses as links, and nothing else taken for Markdown."""
    if is_markdown(text):
        return text
    parts = re.split(r"\n[^\S\n]*(?:\n[^\S\n]*)+", re.sub(r"\r\n?|[\u2028\u2029]", "\n", text).strip("\n"))
    return "\n\n".join(filter(None, (_paragraph(part, language) for part in parts)))


def _paragraph(part: str, language: str) -> str:
    text, was_item = "", False
    for line in part.split("\n"):
        bullet = _BULLET.match(line)
        is_item = bullet is not None
        words = line_in_markdown(split_lines([Run(line[bullet.end() :] if bullet else line)])[0]).strip()
        shown = f"- {words}" if is_item else escape_line(words, language)
        if shown:
            text += (
                "" if not text else "\n" if is_item and was_item else "\n\n" if is_item or was_item else "\\\n"
            ) + shown
            was_item = is_item
    return text

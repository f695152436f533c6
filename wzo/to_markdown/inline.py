"""Lines of Markdown from pieces of text with their emphasis and links, escaped so that the text means what it says."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from wzo.to_markdown.links import BARE_ADDRESS, clean_address


@dataclass(frozen=True, slots=True)
class Marks:
    """The format of a text: `script` is "sup", "sub" or empty; `is_preformatted`: line breaks and spaces count."""

    is_bold: bool = False
    is_italic: bool = False
    href: str = ""
    script: str = ""
    is_preformatted: bool = False
    quote_depth: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text, or a reference to a footnote by its number, or the end of a line."""

    text: str = ""
    marks: Marks = Marks()
    note: int = 0
    is_break: bool = False


BREAK = Run(is_break=True)
DASHES = {"ru": "—"}
_DASH = "–"

_SPECIAL = re.compile(r"[\\`*[\]]|(?<![^\W_])_|_(?![^\W_])|~(?=~)|<(?=[a-z/!?])|&(?=#?\w+;)", re.I)
_NUMBER_START = re.compile(r"\A(\d{1,9})([.)])(?=\s|\Z)")
_BLOCK_START = re.compile(r"#{1,6}(?=\s|\Z)|>|[-+](?=\s|\Z)|[-=|:][-=|: ]*\Z|:::|~~~")
_DIALOGUE = re.compile(r"\A-{1,2}[ \u00a0]+(?=[^\s\d-])")
_INVISIBLE = re.compile("[\u200b\ufeff\u00ad]")
_SPACES = re.compile(r"\s{2,}|[^\S\u00a0]")


def escape(text: str) -> str:
    """A text without characters that Markdown would understand."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def escape_line(line: str, language: str) -> str:
    """A line that does not begin a heading, list, quotation, table or code; a dialogue gets its dash."""
    line = _DIALOGUE.sub(f"{DASHES.get(language, _DASH)} ", line) if line.startswith("-") else line
    line = _NUMBER_START.sub(r"\1\\\2", line) if line[:1].isdigit() else line
    return rf"\{line}" if _BLOCK_START.match(line) else line


def split_lines(runs: Iterable[Run]) -> list[list[Run]]:
    """The lines of a paragraph, with its spaces collapsed."""
    lines: list[list[Run]] = [[]]
    has_space = True
    for run in runs:
        if run.is_break:
            lines.append([])
            has_space = True
        elif run.note:
            lines[-1].append(run)
            has_space = False
        else:
            pieces = re.split(r"\r\n?|\n", run.text) if run.marks.is_preformatted else [run.text]
            for index, piece in enumerate(pieces):
                if index:
                    lines.append([])
                    has_space = True
                text = _SPACES.sub(" ", _INVISIBLE.sub("", piece))
                if has_space and text[:1].isspace():
                    text = text[1:]
                if text:
                    lines[-1].append(replace(run, text=text))
                    has_space = text[-1].isspace()
    return lines


def line_in_markdown(runs: Sequence[Run]) -> str:
    """The Markdown of one line."""
    line, index = "", 0
    runs = _without_brackets([piece for run in runs for piece in _split_addresses(run)])
    while index < len(runs):
        first, start = runs[index], index
        if first.note:
            piece = f"[^{first.note}]"
            index += 1
        else:
            while index < len(runs) and not runs[index].note and runs[index].marks.href == first.marks.href:
                index += 1
            same = runs[start:index]
            piece = _emphasise([(run.text, _sign(run.marks)) for run in same])
            if first.marks.href:
                piece = _link(piece, "".join(run.text for run in same), first.marks.href)
        if piece.startswith("[") and line[-1:] == "!" and line[-2:] != "\\!":
            # An exclamation mark before a bracket would make a picture.
            line = line[:-1] + "\\!"
        line += piece
    return line


def _sign(marks: Marks) -> str:
    return "**" * marks.is_bold + "*" * marks.is_italic


def _split_addresses(run: Run) -> list[Run]:
    """A piece of text whose bare addresses are links."""
    if run.marks.href or run.note or not ("://" in run.text or "www." in run.text.lower()):
        return [run]
    parts, end = list[Run](), 0
    for match in BARE_ADDRESS.finditer(run.text):
        shown = match[0]
        href = clean_address(shown if "://" in shown else f"https://{shown}")
        if not href:
            continue
        parts += [
            replace(run, text=run.text[end : match.start()]),
            Run(href if "://" in shown else shown, replace(run.marks, href=href)),
        ]
        end = match.end()
    return [part for part in (*parts, replace(run, text=run.text[end:])) if part.text]


def _without_brackets(runs: list[Run]) -> list[Run]:
    """Without the brackets around references to footnotes, as in [1]."""
    for index in range(1, len(runs) - 1):
        before, after = runs[index - 1], runs[index + 1]
        if runs[index].note and before.text.endswith("[") and after.text.startswith("]"):
            runs[index - 1], runs[index + 1] = (
                replace(before, text=before.text[:-1]),
                replace(after, text=after.text[1:]),
            )
    return [run for run in runs if run.note or run.text]


def _link(words: str, shown: str, href: str) -> str:
    if not words.strip():
        return words
    start, inside, end = re.fullmatch(r"(\s*)(.*?)(\s*)", words, re.S).groups()  # type: ignore[union-attr]
    if _is_same_address(shown.strip(), href):
        return f"{start}<{href}>{end}"
    return f"{start}[{inside}]({f'<{href}>' if re.search(r'[()]', href) else href}){end}"


def _is_same_address(shown: str, href: str) -> bool:
    """Whether what a link shows is its address, perhaps with what was removed from that."""
    return shown == href or (shown.startswith(("http://", "https://")) and clean_address(shown) == href)


def _emphasise(parts: list[tuple[str, str]]) -> str:
    """The Markdown of texts with their sign of emphasis: "", "*", "**" or "***"."""
    joined = _join(parts)
    line = ""
    for index, (text, sign) in enumerate(joined):
        after = joined[index + 1][0][:1] if index + 1 < len(joined) else ""
        start, words, end = "", text, ""
        # Signs next to a space, or between a letter and punctuation, would be read as asterisks.
        while sign and words and _must_move_outside(words[0], start[-1:] or line[-1:]):
            start, words = start + words[0], words[1:]
        while sign and words and _must_move_outside(words[-1], end[:1] or after):
            words, end = words[:-1], words[-1] + end
        line += escape(start) + (f"{sign}{escape(words)}{sign}" if words else "") + escape(end)
    return line


def _join(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Spaces take the emphasis around them, and emphasis does not change within a word."""
    joined: list[tuple[str, str]] = []
    for index, (text, sign) in enumerate(parts):
        if not joined:
            joined.append((text, sign))
            continue
        last, last_sign = joined[-1]
        is_between = not text.strip() and index + 1 < len(parts) and last_sign == parts[index + 1][1]
        if is_between or last_sign == sign:
            joined[-1] = (last + text, last_sign)
        elif last_sign and sign and not last[-1:].isspace():
            head = re.match(r"\S*", text)[0]  # type: ignore[index]
            joined[-1] = (last + head, last_sign)
            if len(text) > len(head):
                joined.append((text[len(head) :], sign))
        else:
            joined.append((text, sign))
    return joined


def _must_move_outside(character: str, outside: str) -> bool:
    """Whether a character at the edge of an emphasis must move out of it, for CommonMark to recognise the signs."""
    return character.isspace() or (unicodedata.category(character)[0] in "PS" and outside.isalnum())

"""Long pages with everything that a text can have, made at test time in the ways of eight programs."""

import random
from dataclasses import dataclass, field
from itertools import count

WORDS = "изолятор письмо суд камера этап передача врач адвокат дочь срок".split()


@dataclass(frozen=True)
class Dialect:
    """How a program writes what has a meaning; `note` takes a number, `notes` the number and the text."""

    bold: str = "<b>{}</b>"
    italic: str = "<em>{}</em>"
    raised: str = "<sup>{}</sup>"
    struck: str = "<s>{}</s>"
    quote: str = "<blockquote><p>{}</p></blockquote>"
    line: str = "<br>"
    paragraph: str = "<p>{}</p>"
    heading: str = "<h2>{}</h2>"
    link: str = '<a href="https://example.org/{}?utm_source=x">{}</a>'
    note: str = '<sup><a id="r{0}" href="#n{0}">{0}</a></sup>'
    notes: str = '<li id="n{0}"><p>{1} <a href="#r{0}">↩</a></p></li>'
    nested: str = "<ul><li>{}<ul><li>{}</li></ul></li><li>{}</li></ul>"
    wrapper: str = "{}"


DIALECTS = {
    "Word": Dialect(
        raised="<span style='vertical-align:super'>{}</span>",
        struck="<span style='text-decoration:line-through'>{}</span>",
        quote="<p class=MsoQuote>{}</p>",
        paragraph="<p class=MsoNormal>{}<o:p></o:p></p>",
        note='<a href="#_ftn{0}" name="_ftnref{0}"><span class=MsoFootnoteReference>[{0}]</span></a>',
        notes='<div id=ftn{0}><p class=MsoFootnoteText><a href="#_ftnref{0}" name="_ftn{0}">[{0}]</a> {1}</p></div>',
        nested="<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>· </span>{}</p>"
        "<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o </span>{}</p>"
        "<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>· </span>{}</p>",
    ),
    "Word Online": Dialect(
        nested="<ul><li data-aria-level=1><p>{}</p></li></ul><div><ul><li data-aria-level=2><p>{}</p></li></ul></div>"
        "<ul><li data-aria-level=1><p>{}</p></li></ul>",
        heading='<p role="heading" aria-level="2">{}</p>',
    ),
    "Google Docs": Dialect(
        bold='<span style="font-weight:700">{}</span>',
        italic='<span style="font-style:italic">{}</span>',
        raised='<span style="vertical-align:super;font-size:0.6em">{}</span>',
        struck='<span style="text-decoration:line-through">{}</span>',
        quote='<p style="margin-left:36pt">{}</p>',
        note='<sup><a href="#ftnt{0}" id="ftnt_ref{0}">[{0}]</a></sup>',
        notes='<div><p><a href="#ftnt_ref{0}" id="ftnt{0}">[{0}]</a> {1}</p></div>',
        nested="<ul><li>{}</li><ul><li>{}</li></ul><li>{}</li></ul>",
        wrapper='<b style="font-weight:normal">{}</b>',
    ),
    "LibreOffice": Dialect(
        struck="<strike>{}</strike>",
        note='<a name="sdfootnote{0}anc" href="#sdfootnote{0}sym"><sup>{0}</sup></a>',
        notes='<div id="sdfootnote{0}"><p><a name="sdfootnote{0}sym" href="#sdfootnote{0}anc">{0}</a>\t{1}</p></div>',
    ),
    "Pages": Dialect(
        bold='<span class="s1">{}</span>',
        raised='<span class="s2">{}</span>',
        struck='<span class="s3">{}</span>',
        wrapper="<style>.s1 {{font-weight: bold}} .s2 {{vertical-align: super}} .s3 {{text-decoration: line-through}}"
        "</style>{}",
    ),
    "Telegram": Dialect(line="\n", paragraph='<div style="white-space: pre-wrap">{}</div>', heading="<h3>{}</h3>"),
    "Wikipedia": Dialect(
        note='<sup id="cite_ref-{0}"><a href="https://e.org/wiki/X#cite_note-{0}">[{0}]</a></sup>',
        notes='<li id="cite_note-{0}">↑ <a href="https://e.org/wiki/X#cite_ref-{0}">^</a> <span>{1}</span></li>',
        heading='<div><h2>{}</h2><span class="mw-editsection">[<a href="/edit">править</a>]</span></div>',
    ),
    "newspaper": Dialect(
        struck="<del>{}</del>",
        note='<a id="q{0}" href="#z{0}">[{0}]</a>',
        notes='<aside id="z{0}"><a href="#q{0}">{0}</a>. {1}</aside>',
        wrapper="<article><div>{}</div></article>",
    ),
}


@dataclass
class LongPage:
    """A page, and what must come of it: the words of the text and of the footnotes in order, and what may not come."""

    html: str = ""
    words: list[str] = field(default_factory=list)
    note_words: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    pictures: int = 0


def long_page(dialect: Dialect, characters: int, seed: int = 1) -> LongPage:
    """A page whose text has about this many characters."""
    chance, page, numbers = random.Random(seed), LongPage(), count(1)
    parts: list[str] = []
    notes: list[str] = []

    def words(into: list[str], number: int) -> str:
        new = [f"{chance.choice(WORDS)}{next(numbers)}" for _ in range(number)]
        into += new
        return " ".join(new)

    def some(number: int) -> str:
        return words(page.words, number)

    def sentence() -> str:
        text = f"{some(9)}, {dialect.bold.format(some(2))} {some(4)} {dialect.italic.format(some(1))}."
        kind = chance.randrange(5)
        if kind == 0:
            raised = str(chance.randint(1, 30))
            page.raised.append(raised)
            return f"{text} ст.{dialect.raised.format(raised)} {some(3)}."
        if kind == 1:
            return f"{text} {some(1)} {dialect.struck.format(words(page.struck, 2))} {some(1)}."
        if kind == 2:
            return f"{text} {dialect.link.format(next(numbers), some(2))}."
        if kind == 3:
            number = len(notes) + 1
            notes.append(dialect.notes.format(number, words(page.note_words, 6)))
            return f"{text} {some(2)}{dialect.note.format(number)}."
        return f"{text}{dialect.line}{some(5)}"

    while sum(map(len, page.words)) + len(page.words) < characters:
        if chance.random() < 0.15:
            parts.append(dialect.heading.format(some(3)))
        parts.append(dialect.paragraph.format(" ".join(sentence() for _ in range(chance.randint(2, 6)))))
        kind = chance.randrange(8)
        if kind == 0:
            parts.append(dialect.nested.format(some(3), some(2), some(3)))
        elif kind == 1:
            parts.append(dialect.quote.format(some(12)))
        elif kind == 2:
            cells = "".join(f"<tr><td>{some(2)}</td><td>{some(1)}</td></tr>" for _ in range(3))
            parts.append(f"<table>{cells}</table>")
        elif kind == 3:
            parts.append('<p><img src="https://example.org/a.jpg" width="300"></p>')
            page.pictures += 1
    page.html = dialect.wrapper.format(f"{''.join(parts)}<hr><div>{''.join(notes)}</div>")
    return page

"""Markdown becomes safe HTML with everything that a story needs, whatever is typed."""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.html import Html, parse
from wzo import create_app
from wzo.config import load_settings
from wzo.markdown import _CLEANER, absolute_urls, plain_text, reading_minutes, render_markdown
from wzo.typography import NBSP

COVER = "/static/covers/last-hope."
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
ALLOWED = {
    *HEADINGS,
    *("a", "blockquote", "br", "code", "div", "em", "figcaption", "figure", "hr", "img", "li", "ol", "p", "pre", "s"),
    *("section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ALLOWED_ATTRIBUTES = {
    *("alt", "aria-label", "class", "height", "href", "id", "loading", "rel", "role", "scope", "src", "start"),
    *("tabindex", "width"),
}


@pytest.fixture(scope="module", autouse=True)
def application(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The application with its icons and translations; the database is not used."""
    with create_app(load_settings({"INSTANCE_PATH": str(tmp_path_factory.mktemp("instance"))})).app_context():
        yield


def page_of(*parts: str) -> Html:
    """Texts inside a page, parsed strictly."""
    page = "".join(["<!doctype html><html lang=en><title>x</title><h1>x</h1><main id=main>", *parts, "</main>"])
    return parse(page.encode())


def find(text: str, tag: str, language: str = "en", **options: object) -> list[Element]:
    html = page_of(render_markdown(text, language, **options))
    assert not html.errors
    return list(html.all(lambda it: it.tag == tag))


def text_of(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def headings(text: str, **options: object) -> list[tuple[str, str]]:
    html = page_of(render_markdown(text, "ru", **options))
    return [(it.tag, it.get("id", "")) for it in html.all(lambda it: it.tag in HEADINGS)]


# Headings


def test_it_lowers_headings_in_steps() -> None:
    text = "# A\n\n#### B\n\n### C\n\n# D\n\n##### E\n\n###### F"
    assert [tag for tag, _ in headings(text)] == ["h2", "h3", "h3", "h2", "h3", "h4"]
    assert [tag for tag, _ in headings(text, level=3)] == ["h3", "h4", "h4", "h3", "h4", "h5"]
    assert [tag for tag, _ in headings("### A\n\n# B", level=2)] == ["h2", "h2"]


def test_it_gives_headings_unique_latin_ids() -> None:
    text = '## Суд «Надежды»: №\u00a05\n\n## Суд\n\n## Суд\n\n## Суд 2\n\n## 你好\n\n## Café *"x"* `y`'
    ids = ["sud-nadezhdy-5", "sud", "sud-2", "sud-2-2", "part", "cafe-x-y"]
    assert [name for _, name in headings(text)] == [f"text-{name}" for name in ids]
    assert [name for _, name in headings(text, prefix="part-3")] == [f"part-3-{name}" for name in ids]


def test_it_drops_an_empty_heading() -> None:
    assert headings("##\n\n#") == []


# Pictures


def test_it_offers_an_uploaded_picture_in_every_size_and_format() -> None:
    key = "0123456789abcdef" * 2
    text = f'![A window](/media/{key}.jpg#2400x1600 "Day")\n\nOne ![x](/media/{key}.jpg#300x200) in a line.'
    first, _ = find(text, "picture")
    avif, webp, img = first
    for source, kind in ((avif, "avif"), (webp, "webp")):
        assert source.get("type") == f"image/{kind}"
        sizes = (f"/media/{key}/{width}.{kind} {width}w" for width in (480, 960, 1600))
        assert source.get("srcset") == ", ".join(sizes)
        assert source.get("sizes")
    expected = {"src": f"/media/{key}/960.jpg", "width": "2400", "height": "1600", "loading": "lazy"}
    assert {name: img.get(name) for name in expected} == expected
    assert img.get("alt") == f"A{NBSP}window"
    # Readers elsewhere get the plain picture with its full URL.
    elsewhere = absolute_urls(render_markdown(text, "en"), "https://wps.example/en/stories/a/")
    assert f'src="https://wps.example/media/{key}/960.jpg"' in elsewhere
    assert "srcset" not in elsewhere


def test_it_shows_a_picture_without_a_size_plainly() -> None:
    key = "f" * 32
    for text in (f"![x](/media/{key}.jpg)", f"![x](/media/{key}.jpg#0x9)"):
        assert find(text, "picture") == []
        assert [it.get("src") for it in find(text, "img")] == [f"/media/{key}.jpg"]


def test_it_turns_a_picture_alone_into_a_figure() -> None:
    (figure,) = find('![A "boat"](cover:last-hope "Frame - 2019")', "figure")
    image, caption = figure
    assert image.get("src", "").startswith(COVER)
    assert (image.get("alt"), text_of(caption)) == ("A “boat”", "Frame – 2019")
    assert (image.get("width"), image.get("height"), image.get("loading")) == ("480", "320", "lazy")


def test_it_keeps_a_picture_inside_a_sentence() -> None:
    text = "See ![a boat](/media/boat.jpg#800x600) there"
    assert not find(text, "figure")
    (image,) = find(text, "img")
    assert [image.get(name) for name in ("src", "width", "height")] == ["/media/boat.jpg", "800", "600"]


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.example/x.png",
        "http://evil.example/x.png",
        "//evil.example/x.png",
        "/\\evil.example/x.png",
        "<//evil.example/x.png>",
        "</\t/evil.example/x.png>",
        "&#47;&#47;evil.example/x.png",
        "data:image/png;base64,AAAA",
        "cover:nobody",
        "cover:../js/site",
        "cover:https://evil.example/x",
        "x.png",
        "file:///etc/passwd",
        "blob:https://evil.example/x",
        "https://[evil",
    ],
)
def test_it_requests_no_picture_from_other_sites(source: str) -> None:
    for text in (f"![a boat]({source})", f"[![a boat]({source})](https://example.org)", f"# ![a boat]({source})"):
        html = page_of(render_markdown(text, "en"))
        asked = [it.get("src", "") for it in html.all(lambda it: "src" in it.attrib)]
        assert all(url.startswith(("/%5C", "/%09")) for url in asked)
        assert asked or "a boat" in text_of(html.root)
        assert not html.errors


def test_it_turns_an_external_picture_into_a_link() -> None:
    (link,) = find("![a boat](https://example.org/x.png)", "a")
    assert (link.get("href"), link.get("rel"), text_of(link)) == ("https://example.org/x.png", "noreferrer", "a boat")
    (link,) = find("[see ![a boat](https://example.org/x.png)](https://example.com)", "a")
    assert (link.get("href"), text_of(link)) == ("https://example.com", "see a boat")


# Videos


@pytest.mark.parametrize(("language", "label"), [("en", "Watch on youtube.com"), ("ru", "Смотреть на youtube.com")])
def test_it_turns_a_picture_with_an_external_link_into_a_video(language: str, label: str) -> None:
    text = '[![A boat](cover:last-hope "A film")](https://www.youtube.com/watch?v=1)'
    (figure,) = find(text, "figure", language)
    assert figure.get("class") == "video"
    link, caption = figure
    assert (link.get("href"), link.get("rel")) == ("https://www.youtube.com/watch?v=1", "noreferrer")
    assert (link[0].tag, text_of(link), text_of(caption)) == ("img", label, "A film")


@pytest.mark.parametrize("around", ["{}", "<{}>", "  {} \n"])
def test_it_turns_the_bare_url_of_a_video_into_a_video(around: str) -> None:
    (figure,) = find(around.format("https://youtu.be/a_b_c--d"), "figure")
    (link,) = figure
    assert (link.get("href"), text_of(figure)) == ("https://youtu.be/a_b_c--d", "Watch on youtu.be")


def test_it_turns_no_other_url_into_a_video() -> None:
    for text in ("https://example.org/youtu.be", "https://youtu.be/x and more", "youtu.be/x", "https://notyoutu.be/x"):
        assert not find(text, "figure")


def test_it_does_not_turn_a_picture_with_an_internal_link_into_a_video() -> None:
    (figure,) = find("[![A boat](cover:last-hope)](/en/projects/last-hope/)", "figure")
    assert figure.get("class") is None
    assert (figure[0].get("href"), figure[0].get("rel")) == ("/en/projects/last-hope/", None)


# Quotes and notices


@pytest.mark.parametrize("dash", ["—", "–", "--"])
@pytest.mark.parametrize("end", ["\n> ", "\n>\n> ", "  \n> "])
def test_it_reads_the_last_line_of_a_quote_as_its_source(dash: str, end: str) -> None:
    (figure,) = find(f"> It is *cold*.{end}{dash} Anna *P.*, [2019](/en/)", "figure")
    quote, name = figure
    assert (figure.get("class"), text_of(quote), text_of(name)) == ("quote", "It is cold.", "Anna P., 2019")
    assert [it.tag for it in name] == ["em", "a"]


@pytest.mark.parametrize(
    "text",
    [
        "> It is cold.",
        "> — Anna",
        "> — Who are you?\n> — Nobody.",
        "> She asked:\n> — Who are you?",
        "> *It is\n> — Anna*",
        "> Cold\n> — Anna\n>\n> - list",
    ],
)
def test_it_finds_no_source_in_other_quotes(text: str) -> None:
    assert not find(text, "figure")
    assert find(text, "blockquote")


@pytest.mark.parametrize("text", ["::: pull\nCold.\n— Anna\n:::", "::: pull\n> Cold.\n> — Anna\n:::"])
def test_it_sets_a_pull_quote_large(text: str) -> None:
    (figure,) = find(text, "figure")
    assert figure.get("class") == "pull"
    assert [(it.tag, text_of(it)) for it in figure] == [("blockquote", "Cold."), ("figcaption", "Anna")]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_it_quotes_a_post_and_says_where_it_is(gap: str) -> None:
    text = f"::: post\nCold.{gap}— [Anna, Telegram, 23 July 2019](https://t.me/example/1)\n:::"
    (figure,) = find(text, "figure")
    assert figure.get("class") == "post"
    quote, name = figure
    assert (quote.tag, text_of(quote)) == ("blockquote", "Cold.")
    assert (name.tag, text_of(name)) == ("figcaption", "Anna, Telegram, 23 July 2019")
    assert [(it.get("href"), it.get("rel")) for it in name.iter("a")] == [("https://t.me/example/1", "noreferrer")]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_it_shows_the_pictures_of_a_gallery_each_with_its_caption(gap: str) -> None:
    pictures = [f'![Picture {number}](cover:last-hope "Caption {number}")' for number in (1, 2)]
    (gallery,) = find(f"::: gallery\n{gap.join(pictures)}\n:::\n\nafter", "div")
    assert gallery.get("class") == "gallery"
    assert [(it.tag, text_of(it)) for it in gallery] == [("figure", "Caption 1"), ("figure", "Caption 2")]
    assert [it.get("alt") for it in gallery.iter("img")] == ["Picture 1", "Picture 2"]


def test_it_keeps_what_else_is_in_a_gallery() -> None:
    (gallery,) = find("::: gallery\nSome words\n\n![A boat](cover:last-hope) beside it\n:::", "div")
    assert [(it.tag, text_of(it)) for it in gallery] == [("p", "Some words"), ("p", "beside it")]


def test_it_sets_a_notice_apart() -> None:
    (notice,) = find("::: notice\n**Careful**\n\n- one\n:::\n\nafter", "div")
    assert (notice.get("class"), notice.get("role"), text_of(notice)) == ("notice", "note", "Careful one")


# Tables


TABLE = "| Year | *Women* | |\n|:--|--:|:-:|\n| 2016 | 3,500 | x |\n"


def test_it_makes_a_table_focusable_and_labelled() -> None:
    (region,) = find(TABLE, "div")
    assert region.attrib == {"class": "table", "role": "region", "aria-label": "Table 1: Year, Women", "tabindex": "0"}
    heads = find(TABLE, "th")
    assert [(it.get("scope"), it.get("class")) for it in heads] == [("col", None), ("col", "right")]
    assert [it.get("class") for it in find(TABLE, "td")] == ["center", None, "right", "center"]


def test_it_labels_tables_differently() -> None:
    names = [it.get("aria-label") for it in find(f"{TABLE}\n\n{TABLE}\n\n| |\n|-|\n| 1 |\n", "div", "ru")]
    assert names == ["Таблица 1: Year, Women", "Таблица 2: Year, Women", "Таблица 3"]


# Notes


NOTES = "One[^a], two^[inline], again[^a].\n\n[^a]: First *note*.\n"


def test_it_links_notes_both_ways() -> None:
    html = page_of(render_markdown(NOTES, "en", "story"))
    links = {it.get("id"): it for it in html.all(lambda it: it.get("role") == "doc-noteref")}
    assert [(it.get("href"), text_of(it), it.get("aria-label")) for it in links.values()] == [
        ("#note-story-1", "1", "Note 1"),
        ("#note-story-2", "2", "Note 2"),
        ("#note-story-1", "1", "Note 1"),
    ]
    notes = {it.get("id"): it for it in html.all(lambda it: it.tag == "li")}
    assert list(notes) == ["note-story-1", "note-story-2"]
    back = list(html.all(lambda it: it.get("role") == "doc-backlink"))
    assert [it.get("href", "")[1:] for it in back] == ["mark-story-1", "mark-story-1-2", "mark-story-2"]
    assert {it.get("href", "")[1:] for it in back} == set(links)
    assert [it.get("aria-label") for it in back] == [
        "Back to note 1 in the text",
        "Back to note 1 in the text, place 2",
        "Back to note 2 in the text",
    ]


def test_it_heads_notes_in_the_language_of_the_text() -> None:
    assert [text_of(it) for it in find(NOTES, "h2", "ru")] == ["Примечания"]
    assert [text_of(it) for it in find(NOTES, "h4", "en", level=4)] == ["Notes"]
    assert headings(f"# A\n\n### B\n\n{NOTES}\n    # In a note\n")[2:] == [("h2", ""), ("h3", "text-in-a-note")]


def test_it_moves_a_note_out_of_a_link() -> None:
    link, reference = find("[a ^[note]b](/en/) c", "a")[:2]
    assert (text_of(link), text_of(reference)) == ("a b", "1")


def test_it_links_back_to_visible_references_only() -> None:
    assert len(find("![x^[note]](cover:last-hope)", "a")) == 0
    assert len(find("[^a]: a [^b]\n\n[^b]: b\n\ntext", "a")) == 0


def test_it_keeps_the_ids_of_texts_on_one_page_apart() -> None:
    text = f"## Main\n\n## Note main 1\n\n{NOTES}\n{TABLE}"
    html = page_of(*(render_markdown(text, "en", prefix) for prefix in ("text", "credits", "main")))
    ids = [it.get("id") for it in html.all(lambda it: "id" in it.attrib)]
    assert len(ids) == len(set(ids)) > 20
    assert not html.errors


# Links and the rest


def test_it_sends_no_referrer_to_external_links() -> None:
    for url in ("https://example.org/a?b=1&c=2", "http://example.org", "//example.org/x"):
        (link,) = find(f"[x]({url})", "a")
        assert (link.get("href"), link.get("rel")) == (url, "noreferrer")
    for url in ("/en/stories/", "../x", "#text-main", "?q=1", "mailto:a@example.org"):
        (link,) = find(f"[x]({url})", "a")
        assert (link.get("href"), link.get("rel")) == (url, None)


def test_it_reduces_a_dangerous_link_to_its_text() -> None:
    assert not find("[x](javascript:alert(1)) [y](data:text/html,y) <vbscript:z>", "a")
    assert text_of(find("[x](javascript:alert(1))", "p")[0]) == "x"


def test_it_shows_the_url_of_a_link_without_text() -> None:
    (link,) = find("[](https://example.org)", "a")
    assert text_of(link) == "https://example.org"


def test_it_keeps_common_markup() -> None:
    html = page_of(render_markdown('~~a~~ **b** `c --"` \n\n3. d\n4. e\n\n---\n\n    code --"\n\n> q', "en"))
    shown = {it.tag: it for it in html.all(lambda it: True)}
    assert {"s", "strong", "code", "ol", "hr", "pre", "blockquote"} <= set(shown)
    assert shown["ol"].get("start") == "3"
    assert text_of(shown["pre"]) == 'code --"'
    assert text_of(shown["p"]) == "q"


def test_it_sets_each_languages_quotes_across_markup() -> None:
    assert text_of(find('Она: "*Фильм "Надежда"*" - и `"код"`', "p", "ru")[0]) == 'Она: «Фильм „Надежда“» — и "код"'
    assert text_of(find('He: "[Film "Hope"](/en/)" - \\"so\\" <https://x.org/a--b>', "p")[0]) == (
        'He: “Film ‘Hope’” – "so" https://x.org/a--b'
    )


def test_it_leaves_escaped_characters_as_typed() -> None:
    assert text_of(find('\\"раз "два" раз\\", три&nbsp;- четыре', "p", "ru")[0]) == '"раз «два» раз", три — четыре'


def test_it_keeps_a_short_word_with_the_next_typed_line() -> None:
    (paragraph,) = find("слово и\nв\nтюрьме", "p", "ru")
    assert paragraph.text == f"слово и{NBSP}в{NBSP}тюрьме"


# Plain text


def test_it_extracts_plain_text() -> None:
    text = (
        '# "Суд"\n\nОна *сказала*: `код`[^1],\nда. ![Лодка](/a.jpg "Кадр")\n\n- раз\n- два\n\n'
        f"::: pull\nЦитата\n:::\n\n{TABLE}\nhttps://youtu.be/x\n\n```\nкод\n```\n\n<b>\n\n[^1]: Примечание.\n"
    )
    assert plain_text(text).split("\n\n") == [
        *('"Суд"', "Она сказала: код, да. Лодка Кадр", "раз", "два", "Цитата"),
        *("Year", "Women", "2016", "3,500", "x", "код", "<b>", "Примечание."),
    ]
    assert plain_text("") == ""


@pytest.mark.parametrize(
    ("language", "count", "minutes"), [("ru", 0, 1), ("ru", 184, 1), ("ru", 1840, 10), ("en", 2280, 10)]
)
def test_it_estimates_the_reading_time(language: str, count: int, minutes: int) -> None:
    assert reading_minutes("какой-то, don’t\n\n" * (count // 2), language) == minutes


# Hostile input

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '<iframe src="https://evil.example"></iframe>',
    "<style>body{}</style>",
    "<!-- x --><![CDATA[x]]><?php ?>",
    "</main></div></html>",
    "<math><mtext></p><style><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#9;script:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#1;javascript:alert(1))",
    "[x](vbscript:x) [x](file:///etc/passwd) [x](data:text/html,x) [x](blob:x) [x](cover:last-hope)",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](data:text/html;base64,AAAA)",
    '[x](https://example.org "\\" onclick=\\"alert(1)")',
    '![x" onerror="alert(1)](cover:last-hope "\\" onload=\\"x")',
    '```"><script>\nx\n```',
    "::: pull onclick=x\n::: notice\n::: pull",
    "::: notice <script>",
    "| a |\n|-|\n| <b> | \n[^1]: > ::: pull\n\n[^1][^1]",
    '# <a id="main">\n\n# main\n\n# leave\n\n# "\n\n# note-text-1',
    "[^1\n\n[^1]: [^1]\n\n[^2]: [^2] [^1]\n\n^[[^2] ^[x]]",
    "**a *b ~~c `d [e ![f ^[g",
    "[![a](cover:last-hope)](javascript:x)\n\n[![a](javascript:x)](https://x.org)",
    "\x00\x01\x0b\x0c\x1f\x7f\x85\ufffe\uffff\ud800\U0001ffff &#0; &#xd800; &#1; &#x80; &#xfffe; \r\r\n",
    "a" * 10_000,
    "> " * 200 + "a",
    "*a " * 2_000 + "b* " * 2_000,
    "- " * 200 + "a",
    "[" * 500 + "]" * 500,
    "https://[x\n\n[x](https://[x) ![x](https://[x)\n\n<https://[x>",
]


def assert_harmless(text: str, language: str) -> None:
    """Assert that a text is strictly valid HTML with nothing but allowed elements and attributes."""
    rendered = render_markdown(text, language)
    html = page_of(rendered, render_markdown(text, language, "other", 4))
    assert not html.errors
    main = next(html.all(lambda it: it.get("id") == "main"))
    inside = [it for it in main.iter() if it is not main]
    assert len(inside) == len(list(html.all(lambda it: True))) - 6
    for element in inside:
        assert element.tag in ALLOWED
        assert set(element.attrib) <= ALLOWED_ATTRIBUTES
        assert element.get("src", "/x")[:1] == "/"
        assert element.get("src", "/x")[:2] not in ("//", "/\\")
        scheme, colon, _ = element.get("href", "").partition(":")
        assert not colon or scheme in ("http", "https", "mailto", "tel") or set(scheme) & set("/?#%")
        assert element.tag != "a" or not [it for it in element.iter("a") if it is not element]
    ids = [it.get("id", "") for it in html.all(lambda it: "id" in it.attrib)]
    assert len(ids) == len(set(ids))
    assert all(name.startswith(("text-", "other-", "note-", "mark-")) for name in ids if name != "main")
    for link in html.all(lambda it: it.get("role") in ("doc-noteref", "doc-backlink")):
        assert link.get("href", "")[1:] in ids
    alone = page_of(rendered).all(lambda it: it.tag in ("h1", *HEADINGS))
    levels = [int(it.tag[1]) for it in alone]
    assert all(other <= one + 1 for one, other in pairwise(levels))


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_it_renders_hostile_text_harmlessly(text: str) -> None:
    assert_harmless(text, "en")
    assert isinstance(plain_text(text), str)


def test_it_shows_html_as_typed() -> None:
    for text in ("<script>alert(1)</script>", "</main>", "a <b>c</b>"):
        assert text_of(page_of(render_markdown(text, "ru")).root).removeprefix("xx") == text


# The characters of Markdown and our own syntax, in any order.
SYNTAX = st.sampled_from(
    [
        *"#>*_`[]()!|:-^~<&\\\"' \nаx1\t\ufffc",
        *("\n\n", "\n> ", "\n- ", "\n1. ", "\n# ", "\n#### ", "\n    ", "[^1]", "\n[^1]: ", "^[", "```", "— ", "--"),
        *(
            "::: pull\n",
            "::: notice\n",
            "::: post\n",
            "::: gallery\n",
            "\n:::\n",
            "|-|-:|\n",
            "| a | b |\n",
            "![x](cover:last-hope)",
            "[x](",
            "![x](",
        ),
        *("https://youtu.be/x", "javascript:x", "//e.x", "/a", ' "t")', "<b>", "&#47;"),
    ]
)


@pytest.mark.slow
@settings(max_examples=300)
@example(">-\n> \n> ", "ru")
@given(st.lists(SYNTAX, max_size=40).map("".join), st.sampled_from(["ru", "en"]))
def test_it_renders_any_text_harmlessly(text: str, language: str) -> None:
    assert_harmless(text, language)
    plain_text(text)


@pytest.mark.parametrize("address", [":::", ":", "a b:c", "1:2", "-x:y", "%6aavascript:alert(1)", "é:x", "\n:::\n"])
def test_it_accepts_only_known_schemes(address: str) -> None:
    for text in (f"[x]({address})", f"[x](<{address.strip()}>)", f"![x]({address})"):
        assert_harmless(text, "en")
        assert find(text, "a") == []


@pytest.mark.parametrize("address", ["?a=b:c", "#a:b", "./a:b", "/a:b", "a/b:c"])
def test_it_accepts_colons_inside_a_url(address: str) -> None:
    assert [it.get("href") for it in find(f"[x]({address})", "a")] == [address]


# The sanitiser alone, with HTML that the parser would never produce.

ACTING = ("javascript:x", "JaVaScript:x", "java\tscript:x", "\x01javascript:x", "vbscript:x", "data:text/html,x")
ELSEWHERE = ("https://evil.example/x.png", "//evil.example/x.png", "/\\evil.example/x", "x.png", "data:image/png,x")
SOURCES = (
    *("https://evil.example/a.webp 480w", "//evil.example/a.webp 480w", "/media/a.webp 480w"),
    *(f"/media/{'a' * 32}/480.webp 480w, https://evil.example/a 960w", f"/media/{'a' * 32}/480.webp 480w,//evil 1w"),
)


def cleaned(html: str) -> list[Element]:
    """The elements that remain of some HTML; feeds contain no more than that."""
    left = page_of(_CLEANER.clean(html))
    elsewhere = absolute_urls(html, "https://wps.example/en/")
    for word in ("evil", "javascript", "vbscript", "onerror", "<script", "<style", "<iframe", "<form"):
        assert word not in elsewhere.lower()
    main = next(left.all(lambda it: it.get("id") == "main"))
    return [it for it in main.iter() if it is not main]


@pytest.mark.parametrize("address", [*ACTING, "file:///etc/passwd", "blob:x", "cover:last-hope", "ftp://evil.example"])
def test_it_removes_dangerous_links_in_the_sanitiser(address: str) -> None:
    (link,) = cleaned(f'<a href="{address}">x</a>')
    assert (link.tag, link.attrib) == ("a", {})


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://example.org", "mailto:a@example.org", "tel:1", "/en/"]
)
def test_it_keeps_safe_links_in_the_sanitiser(address: str) -> None:
    assert [it.attrib for it in cleaned(f'<a href="{address}">x</a>')] == [{"href": address}]


@pytest.mark.parametrize("source", [*ELSEWHERE, *ACTING])
def test_it_removes_external_pictures_in_the_sanitiser(source: str) -> None:
    assert [it.attrib for it in cleaned(f'<img alt="x" src="{source}">')] == [{"alt": "x"}]


@pytest.mark.parametrize("sources", SOURCES)
def test_it_removes_external_picture_sources_in_the_sanitiser(sources: str) -> None:
    picture = f'<picture><source type="image/webp" srcset="{sources}"><img src="/a.jpg" alt=""></picture>'
    assert [it.attrib for it in cleaned(picture)] == [{}, {"type": "image/webp"}, {"src": "/a.jpg", "alt": ""}]


@pytest.mark.parametrize(
    "html",
    [
        "<script>evil()</script>",
        "<style>@import '//evil.example'</style>",
        '<iframe src="https://evil.example"></iframe>',
        '<form action="https://evil.example"><input name="a"></form>',
        '<svg><a href="javascript:x"><text>x</text></a></svg>',
        '<object data="https://evil.example"></object><embed src="https://evil.example">',
        '<link rel="stylesheet" href="https://evil.example"><meta http-equiv="refresh" content="0;https://evil.example">',
    ],
)
def test_it_removes_active_elements_and_requests_in_the_sanitiser(html: str) -> None:
    assert [it.tag for it in cleaned(html) if it.tag not in ("a",)] == []
    assert [it for it in cleaned(html) if it.attrib] == []


@pytest.mark.parametrize("source", [*ELSEWHERE, *ACTING, "/media/a.mp4", f"/files/{'0' * 32}.mp4/../a"])
def test_it_removes_external_recordings_in_the_sanitiser(source: str) -> None:
    html = f'<video src="{source}" poster="{source}" autoplay><track src="{source}"></video><audio src="{source}" loop>'
    assert [it.attrib for it in cleaned(html)] == [{}, {}, {}]


@pytest.mark.parametrize("attribute", ["onclick", "onerror", "style", "formaction", "ping", "target", "background"])
def test_it_removes_active_attributes_in_the_sanitiser(attribute: str) -> None:
    for tag in ("a", "img", "div", "p", "td", "section", "h2"):
        for element in cleaned(f'<{tag} {attribute}="javascript:evil()">'):
            assert attribute not in element.attrib


def test_it_keeps_only_known_classes_and_roles_in_the_sanitiser() -> None:
    found = cleaned('<div class="notice evil leave" role="alert"></div><div class="table" role="region"></div>')
    assert [it.attrib for it in found] == [{"class": "notice"}, {"class": "table", "role": "region"}]

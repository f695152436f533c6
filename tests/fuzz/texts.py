"""Texts that people do not type, but programs send: each was a fault in some program."""

from hypothesis import strategies as st

# What the site must never send unescaped: no page of ours has an element of this name.
MARK = "<zyx"

CHARACTERS = [
    *(
        "",
        " ",
        "\t",
        "\0",
        "a\0b",
        "\r\nSet-Cookie: zyx=1",
        "a\nb",
        "a\rb",
        "\x1b[31m",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
    ),
    *("\ud800", "a\udfffb", "\udc00\ud800", "\ufffe", "\U0010ffff", "\u202eabc", "\u2066abc\u2069", "\u200b", "\u00ad"),
    *("é", "e\u0301", "İ", "ß", "ﷺ", "👩‍👩‍👧", "🇩🇪", "а́", "ё", "Ⅷ", "٣", "１２", "²", "½", "零"),
]
PLACES = [
    *("../../etc/passwd", "..", ".", "..%2f..%2f", "%2e%2e/", "//evil.example", "/\\evil.example", "/%5Cevil.example"),
    *(
        "https://evil.example/",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.c",
        "http://[::1",
        "http://\0/",
        "/admin/",
    ),
    *(
        "/admin/x.css",
        "?",
        "#",
        "&",
        ";",
        "=",
        "%",
        "%00",
        "%ff",
        "%zz",
        "%u0041",
        "+",
        "http://a:99999999/",
        "//",
        "/",
    ),
]
NUMBERS = [
    *(
        "0",
        "-1",
        "1",
        "007",
        "1e999",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "1.5",
        "1,5",
        "2147483647",
        "2147483648",
        "-2147483649",
    ),
    *("9223372036854775807", "9223372036854775808", "1" * 5000, "true", "null", "on", "y", "[]", "{}"),
    *(
        "2026-02-30",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "10000-01-01",
        "2026-11-01T25:00",
        "2026-11-01T12:00",
        "24:00",
    ),
]
MARKUP = [
    *(
        f"{MARK} on=1>",
        f'">{MARK}>',
        f"'>{MARK}>",
        f"</textarea>{MARK}>",
        f"</script>{MARK}>",
        f"<!--{MARK}>",
        f"{MARK}",
    ),
    *(
        "{{7*7}}",
        "${7*7}",
        "{% x %}",
        "%(name)s",
        "%s%n",
        "{0}",
        "' OR 1=1 --",
        '"',
        "'",
        "\\",
        "`",
        "a@b.example",
        "a@b",
        "@",
    ),
    *(
        "::: notice\n",
        "[^1]\n\n[^1]: x",
        "![](/media/x.jpg)",
        "[x](javascript:alert(1))",
        f"[x](<{MARK}>)",
        "| a | b |\n|--|--|\n",
    ),
]
# Repeated, these have made parsers slow.
REPEATED = [
    *(
        "a",
        "я",
        "\u0301",
        "\n",
        " ",
        "*",
        "_",
        "[",
        "![",
        "](",
        "> ",
        "- ",
        "`",
        "<",
        "&",
        "&amp;",
        "\\",
        "(",
        "«",
        '"',
        "'",
        "|",
    ),
    *(
        'a@b.c "x" -- ',
        "http://a.b/",
        "[^a]",
        "a, ",
        "1.",
        "::: a\n",
        "\t- ",
        "***a ",
        "а-",
        "@",
        "x@",
        ".",
        "/",
        "%41",
        "0",
    ),
]

_strange = st.sampled_from([*CHARACTERS, *PLACES, *NUMBERS, *MARKUP])
_long = st.builds(str.__mul__, st.sampled_from(REPEATED), st.sampled_from((2, 60, 300, 3_000, 20_000)))
_any = st.text(st.characters(exclude_categories=()), max_size=30)

texts = st.one_of(
    _strange,
    _strange,
    _any,
    st.builds(str.__add__, _any, _strange),
    _long,
)


def to_bytes(text: str) -> bytes:
    """A text as UTF-8; a lone surrogate becomes bytes that are not valid UTF-8."""
    return text.encode("utf-8", "surrogatepass")

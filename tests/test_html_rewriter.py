"""HTML that is parsed and written again."""

import pytest

from wzo.html_rewriter import HTMLRewriter


@pytest.mark.parametrize(
    "html",
    [
        "<p>a &amp; b &lt;i&gt; &#8470;&nbsp;1 «ё»</p>",
        '<a href="/x?a=1&amp;b=2" title="a &gt; b">x</a><br><img src="/p.png" alt="">',
        '<!doctype html><style>a > b::after { content: "<x>" }</style>',
        "<details open><summary>x</summary></details>",
    ],
)
def test_it_leaves_unchanged_html_as_it_is(html: str) -> None:
    assert HTMLRewriter().rewrite(html) == html


def test_it_escapes_attribute_values() -> None:
    html = '<a title="&quot;&gt;&lt;script&gt;">x</a>'
    assert HTMLRewriter().rewrite(html) == '<a title="&#34;&gt;&lt;script&gt;">x</a>'

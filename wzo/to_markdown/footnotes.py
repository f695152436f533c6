"""Footnotes in pasted HTML, found by their structure: a link points to a block, and a link in that points back.

Every program names them in its own way; this structure is common to all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from wzo.to_markdown.links import fragment_of
from wzo.to_markdown.tree import HEADINGS, Element

# What a reference to a footnote looks like: a number, a letter or a sign, perhaps in brackets.
_REFERENCE = re.compile(r"[\[({]?(?:(?:прим|note|сн)\.?\s*)?(?:\d{1,4}|[*†‡§¶]{1,4}|[ivxl]{1,6}|[a-zа-я])[\])}]?", re.I)
_ARROW = re.compile(r"[\s↑↩↵⤴^\ufe0e]+")
# What surrounds a link back in its footnote.
_AROUND_BACKLINK = re.compile(r"^(?:[\s↑↩↵⤴^.,:;)\]\ufe0e]|\[\s*\])+|[\s↩↑↵⤴\ufe0e]+$")
_WHOLE = ("li", "dd", "tr", "div", "aside")
_BLOCKS = (*_WHOLE, "p", "dt", "td", "section", "blockquote")


class _Pair(NamedTuple):
    """A reference, the link back to it, if there is one, and the element in the footnote that it points to."""

    reference: Element
    back: Element | None
    target: Element


@dataclass
class Footnotes:
    """The footnotes of a text, all by their elements.

    `numbers`: the number to which each reference refers; `blocks`: the footnotes with theirs; `labels`: what they were
    called in the original; `backlinks`: links to leave out; `lost`: references to footnotes that are not in the text;
    `ids`: the targets of links within the text.
    """

    numbers: dict[Element, int] = field(default_factory=dict)
    blocks: dict[Element, int] = field(default_factory=dict)
    labels: dict[Element, str] = field(default_factory=dict)
    backlinks: set[Element] = field(default_factory=set)
    lost: set[Element] = field(default_factory=set)
    ids: dict[str, Element] = field(default_factory=dict)


def find_footnotes(body: Element, first: int) -> Footnotes:
    """The footnotes of a text; the first gets the number `first`."""
    order = {element: index for index, element in enumerate(body.walk())}
    found = Footnotes()
    for element in order:
        names = (element.attributes.get("id"), element.tag == "a" and element.attributes.get("name"))
        for name in filter(None, names):
            found.ids.setdefault(str(name), element)
    links = [it for it in order if it.tag == "a" and fragment_of(it.attributes.get("href", ""))]
    targets = {link: found.ids[name] for link in links if (name := fragment_of(link.attributes["href"])) in found.ids}
    pairs = _pairs_by_target(targets, order) + _pairs_by_label([link for link in links if link not in targets])
    references, after_words = {pair.reference for pair in pairs}, _after_words(order)
    homes = {_home(pair.target) for pair in pairs}
    for pair in sorted(pairs, key=lambda pair: order[pair.reference]):
        block = _block_of(pair, references, homes)
        if block is not None:
            found.numbers[pair.reference] = found.blocks.setdefault(block, first + len(found.blocks))
            found.labels.setdefault(block, pair.reference.text().strip(" []()\n"))
    for link in links:
        label = link.text().strip()
        is_label = _REFERENCE.fullmatch(label) is not None
        if link in found.numbers:
            continue
        if (is_label or _ARROW.fullmatch(label)) and any(it in found.blocks for it in link.ancestors()):
            found.backlinks.add(link)
        elif is_label and link not in targets and (_is_raised(link) or link in after_words):
            found.lost.add(link)
    return found


def strip_label(text: str, label: str) -> str:
    """The Markdown of a footnote without its label, and the arrows and brackets that were around its link back."""
    text = _AROUND_BACKLINK.sub("", text)
    return re.sub(rf"^{re.escape(label)}\\?[.):]\s+", "", text) if label else text


def _pairs_by_target(targets: dict[Element, Element], order: dict[Element, int]) -> list[_Pair]:
    """References that point to a block further down, and that a link in this block points back to."""
    links_in: dict[Element, list[Element]] = {}
    for link in targets:
        for block in [it for it in link.ancestors() if it.tag in _BLOCKS][:4]:
            links_in.setdefault(block, []).append(link)
    pairs = []
    for link, target in targets.items():
        home = _home(target)
        if order[target] < order[link] or _in_heading(target):
            continue
        back = next((it for it in links_in.get(home, ()) if it is not link and _links_back(targets[it], link)), None)
        # Some pages have no link back. A raised number is a reference all the same.
        if back or (_REFERENCE.fullmatch(link.text().strip()) and _is_raised(link)):
            pairs.append(_Pair(link, back, target))
    return pairs


def _pairs_by_label(links: list[Element]) -> list[_Pair]:
    """Likewise where the anchors did not come along: a block further down begins with a link of the same label."""
    pairs, waiting = [], dict[str, Element]()
    for link in links:
        label = link.text().strip(" []()\n")
        home = _home(link)
        if not _REFERENCE.fullmatch(label) or _in_heading(link):
            continue
        begins = home.text().strip(" [(\n").startswith(label)
        if begins and label in waiting and _home(waiting[label]) is not home:
            pairs.append(_Pair(waiting.pop(label), link, link))
        else:
            waiting.setdefault(label, link)
    return pairs


def _links_back(target: Element, link: Element) -> bool:
    """Whether a target is where a reference is: around it, in it, or an empty anchor next to it."""
    is_reference = _REFERENCE.fullmatch(link.text().strip()) is not None
    if target in link.ancestors():
        return is_reference or len(target.text()) < 12
    return target in link.walk() or (is_reference and target.parent is link.parent and not target.text().strip())


def _home(element: Element) -> Element:
    """The smallest block around an element."""
    return next((it for it in element.ancestors() if it.tag in _BLOCKS), element)


def _in_heading(element: Element) -> bool:
    return any(it.tag in HEADINGS for it in element.ancestors())


def _is_raised(link: Element) -> bool:
    around = [*link.walk(), *link.ancestors()]
    is_raised = any(it.tag == "sup" or it.style.get("vertical-align", "").startswith("super") for it in around)
    return is_raised or link.text().strip()[:1] == "["


def _after_words(elements: Iterable[Element]) -> set[Element]:
    """The elements that follow a word without a space."""
    return {
        after
        for element in elements
        for before, after in pairwise(element.children)
        if isinstance(before, str) and isinstance(after, Element) and before[-1:].strip()
    }


def _block_of(pair: _Pair, references: set[Element], homes: set[Element]) -> Element | None:
    """The block that is the footnote: what is around it, as long as that holds nothing else."""

    def is_alone(element: Element) -> bool:
        others = 0
        for inside in element.walk():
            others += inside in homes
            if others > 1 or inside in references:
                return False
        return True

    blocks = [it for it in (pair.back or pair.target).ancestors() if it.tag in _BLOCKS]
    if not blocks or not is_alone(blocks[0]):
        return None
    block = blocks[0]
    for outer in blocks[1:3]:
        if outer.tag not in _WHOLE or not is_alone(outer) or any(outer.find("hr", "ol", "ul", "table", *HEADINGS)):
            break
        block = outer
    return block

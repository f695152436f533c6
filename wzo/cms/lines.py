"""Fields that refer to objects in an order, as editors see and type them: one a line.

A line is the address of a page, a title, or, as the form writes it, a title with its number: Title (№ 12).
"""

import re
from textwrap import shorten

from wzo.cms.content_types import ContentType, registry
from wzo.cms.fields import Field
from wzo.cms.lists import get_items
from wzo.cms.suggestions import find_by_address, find_by_title

NUMBER = re.compile(r"(?:.*\(№\s?(\d{1,9})\)|№\s?(\d{1,9})|(\d{1,9}))")
# The maximum number of characters of a title in a line.
MAX_TITLE = 120


def parse_lines(field: Field, text: str) -> str:
    """The value that lines mean: an id for each, or the line itself if nothing, or more than one, has this name."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return field.value(_parse(registry[field.to], line) for line in lines if line)


def format_lines(field: Field, value: str) -> str:
    """The lines of a value, as the form shows them."""
    ids = field.ids(value)
    content_type, numbers = registry[field.to], [int(one) for one in ids]
    found = [it for trash in (False, True) for it in get_items(content_type, ids=numbers, limit=None, trash=trash)]
    titles = {str(item.id): item.title for item in found} if ids else {}
    return "\n".join(line_of(titles.get(line, ""), line) if line in ids else line for line in value.splitlines())


def line_of(title: str, object_id: object) -> str:
    """The line for an object."""
    return f"{shorten(title, MAX_TITLE, placeholder='…')} (№ {object_id})" if title else f"№ {object_id}"


def _parse(content_type: ContentType, line: str) -> str:
    if number := NUMBER.fullmatch(line):
        return str(int(next(filter(None, number.groups()))))
    found = find_by_address(content_type, line) or find_by_title(content_type, line)
    return str(found) if found else line

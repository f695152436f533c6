"""Publishers put the sections of the home page in order, and hide them."""

from sqlalchemy import select

from wzo.audit import record
from wzo.content_version import bump_content_version
from wzo.extensions import db, write_transaction
from wzo.pages.models import SECTIONS, HomeBlock
from wzo.pages.queries import get_all_sections
from wzo.transaction_retries import retry_transaction


@retry_transaction
def move_section(*, key: str, step: int) -> None:
    """Move a section up (-1) or down (+1); at the ends nothing happens. The sections exchange their positions."""
    with write_transaction():
        bump_content_version()
        blocks = [*get_all_sections()]
        order = [block.key for block in blocks]
        if key not in order:
            return
        positions = sorted(block.position for block in blocks)
        place = order.index(key)
        order.insert(min(max(place + step, 0), len(order) - 1), order.pop(place))
        for block in blocks:
            block.position = positions[order.index(block.key)]
        record(action="move", object_type="home", object_id=next(block.id for block in blocks if block.key == key))


@retry_transaction
def set_hidden(*, key: str, hidden: bool) -> None:
    """Hide a section, or show it again; its texts stay as they are."""
    with write_transaction():
        bump_content_version()
        block = db.session.scalar(select(HomeBlock).where(HomeBlock.key == key, HomeBlock.key.in_(SECTIONS)))
        if block is not None and block.hidden != hidden:
            block.hidden = hidden
            record(action="hide-section" if hidden else "show-section", object_type="home", object_id=block.id)

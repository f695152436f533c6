"""The tour of a newcomer through the real pages: the argument `tour` of an address is the step, 1 to 5."""

from flask import request, url_for

# The page of each step. The third and the fourth are one: writing, then publishing.
PAGES = ("admin.index", "admin.editing.index", "admin.editing.edit", "admin.editing.edit", "admin.editing.history")
# Where a page is shown again, since something stops the publishing.
SHOWN_AGAIN = {"admin.editing.save": "admin.editing.edit", "admin.editing.publish": "admin.editing.edit"}


def tour_step() -> int:
    """The step that this page is, 0 where it is none."""
    asked = request.args.get("tour", "")
    endpoint = str(request.endpoint)
    steps = [str(number) for number, page in enumerate(PAGES, 1) if page == SHOWN_AGAIN.get(endpoint, endpoint)]
    return int(asked) if asked in steps else 0


def is_ending() -> bool:
    """Whether what was written is saved in order to end the tour."""
    return request.args.get("tour") == "end"


def path_after_saving(content_type: str, object_id: int) -> str:
    """Where one goes on from the page where one writes: to the next step, if the tour is being taken."""
    asked = request.args.get("tour")
    page = PAGES[4] if asked == "5" else PAGES[3]
    return url_for(
        page, content_type=content_type, object_id=object_id, tour=asked if asked in ("3", "4", "5") else None
    )

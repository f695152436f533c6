"""The tour of the panel for new editors. The URL argument `tour` is the step, 1 to 5, on the panel's real pages."""

from flask import request, url_for

# The page of each step. The third and the fourth share one: writing, then publishing.
PAGES = ("admin.index", "admin.editing.index", "admin.editing.edit", "admin.editing.edit", "admin.editing.history")
# Endpoints that show a page again, because it could not be published.
SHOW_PAGE_AGAIN = {"admin.editing.save": "admin.editing.edit", "admin.editing.publish": "admin.editing.edit"}


def tour_step() -> int:
    """The current step, or 0 if this page is not part of the tour."""
    step = request.args.get("tour", "")
    endpoint = str(request.endpoint)
    steps = [str(number) for number, page in enumerate(PAGES, 1) if page == SHOW_PAGE_AGAIN.get(endpoint, endpoint)]
    return int(step) if step in steps else 0


def is_ending() -> bool:
    """Whether the form was saved by the button that ends the tour."""
    return request.args.get("tour") == "end"


def path_after_saving(content_type: str, object_id: int) -> str:
    """The path to go to after saving: the edit page or, during the tour, the next step."""
    step = request.args.get("tour")
    page = PAGES[4] if step == "5" else PAGES[3]
    return url_for(page, content_type=content_type, object_id=object_id, tour=step if step in ("3", "4", "5") else None)

"""The picture chooser: a page of all pictures, newest first, or of those that match a search."""

from typing import NamedTuple

from flask import abort, request

from wzo.media.queries import PictureListItem, find_pictures

PAGE_SIZE = 24


class FoundPictures(NamedTuple):
    """A page of pictures; `total`: how many there are in all."""

    question: str
    pictures: list[PictureListItem]
    total: int
    page: int

    @property
    def more(self) -> bool:
        """Whether there are pages after this one."""
        return self.page * PAGE_SIZE < self.total


def find_page() -> FoundPictures:
    """The page that the URL names: `q` is the search, `page` its number."""
    question, page = request.args.get("q", ""), request.args.get("page", 1, type=int)
    if not 0 < page < 1_000_000:
        abort(404)
    found = find_pictures(question)
    return FoundPictures(question, found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(found), page)

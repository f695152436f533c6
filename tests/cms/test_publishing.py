"""Publishing and concurrent writes."""

import threading
import time

from flask import Flask

from tests.admin.editing.edit_page import EditPage, id_of
from wzo.cms import drafts, publishing
from wzo.cms.content_types import registry
from wzo.cms.models import SHARED
from wzo.cms.queries import get_draft


def test_it_serialises_creating_and_publishing(page: EditPage, app: Flask) -> None:
    object_id, content_type = id_of(page), registry["stories"]
    failures: list[Exception] = []

    def repeat(work: object) -> None:
        with app.app_context():
            for _ in range(8):
                try:
                    work()  # type: ignore[operator]
                except Exception as error:
                    failures.append(error)
                time.sleep(0.01)

    operations = (
        lambda: drafts.create(content_type=content_type, author_id=1),
        lambda: publishing.publish(content_type=content_type, object_id=object_id, languages=["ru", "en"], author_id=1),
        lambda: publishing.unpublish(content_type=content_type, object_id=object_id, languages=["en"]),
    )
    threads = [threading.Thread(target=repeat, args=(operation,)) for operation in operations]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert get_draft(content_type, object_id).fields[SHARED]["slug"] == "mothers-and-children"

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st

from wzo.stories.list_query import ListQuery

pytestmark = pytest.mark.one_database

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
QUERIES = st.builds(
    ListQuery,
    q=WORDS,
    chosen=st.lists(
        st.tuples(st.sampled_from(["theme", "format"]), st.lists(WORDS, max_size=3).map(tuple)), max_size=1
    ).map(tuple),
    after=WORDS,
)


def test_its_query_string_is_that_of_flask(app: Flask) -> None:
    with app.test_request_context("/en/", base_url="http://127.0.0.1:8000"):

        @given(QUERIES)
        def check(query: ListQuery) -> None:
            expected = url_for("stories.index", lang="en", **query.arguments())
            assert f"/en/stories/{query.query_string()}" == expected

        check()

"""Merging by paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wzo.cms.merging import merge

pytestmark = pytest.mark.one_database
BASE = "One.\n\nTwo.\n\nThree."
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", "e\nf", ""]), max_size=5).map("\n\n".join)


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("One!\n\nTwo.\n\nThree.", "One.\n\nTwo.\n\nThree!", "One!\n\nTwo.\n\nThree!"),
        # Neighbours.
        ("One!\n\nTwo.\n\nThree.", "One.\n\nTwo!\n\nThree.", "One!\n\nTwo!\n\nThree."),
        ("One!\n\nTwo!\n\nThree.", "One.\n\nTwo.\n\nThree!", "One!\n\nTwo!\n\nThree!"),
        # At the ends, and at the same place.
        (f"{BASE}\n\nMine.", "One.\n\nTwo.\n\nThree!", "One.\n\nTwo.\n\nThree!\n\nMine."),
        (f"Mine.\n\n{BASE}", "One!\n\nTwo.\n\nThree.", "Mine.\n\nOne!\n\nTwo.\n\nThree."),
        (f"{BASE}\n\nMine.", f"{BASE}\n\nTheirs.", f"{BASE}\n\nTheirs.\n\nMine."),
        (f"{BASE}\n\nSame.", f"{BASE}\n\nSame.", f"{BASE}\n\nSame."),
        ("Two.\n\nThree.", "One.\n\nTwo!\n\nThree.", "Two!\n\nThree."),
        ("Two.\n\nThree.", f"Theirs.\n\n{BASE}", "Theirs.\n\nTwo.\n\nThree."),
        # The line break at the end of what is being typed.
        (f"{BASE}\n\n", "One!\n\nTwo.\n\nThree.", "One!\n\nTwo.\n\nThree.\n\n"),
        ("One.\n\nThree.", "One.\n\nTwo.\n\nThree!", "One.\n\nThree!"),
    ],
)
def test_it_merges_changes_of_different_paragraphs(mine: str, theirs: str, merged: str) -> None:
    assert merge(BASE, mine, theirs) == (merged, merged, merged, False)


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (
            "One!\n\nTwo.\n\nThree.",
            "One?\n\nTwo.\n\nThree?",
            ("One!\n\nTwo.\n\nThree?", "One?\n\nTwo.\n\nThree?", "One.\n\nTwo.\n\nThree?"),
        ),
        ("One.\n\nThree.", "One.\n\nTwo!\n\nThree.", ("One.\n\nThree.", "One.\n\nTwo!\n\nThree.", BASE)),
    ],
)
def test_it_keeps_both_versions_of_a_paragraph(mine: str, theirs: str, merged: tuple[str, str, str]) -> None:
    assert merge(BASE, mine, theirs) == (*merged, True)


def test_it_does_not_join_two_beginnings() -> None:
    assert merge("", "Mine.", "Theirs.") == ("Mine.", "Theirs.", "", True)


@given(TEXTS, TEXTS, TEXTS)
def test_it_loses_no_paragraph_without_a_conflict(base: str, mine: str, theirs: str) -> None:
    def words(text: str) -> set[str]:
        return set(text.split())

    merged = merge(base, mine, theirs)
    if not merged.conflicts:
        assert merged.text == merged.with_theirs
        assert (words(mine) | words(theirs)) - words(base) <= words(merged.text)
    assert words(mine) - words(base) <= words(merged.text)
    assert words(theirs) - words(base) <= words(merged.with_theirs)


@given(TEXTS, TEXTS)
def test_it_changes_nothing_where_one_side_changed(base: str, changed: str) -> None:
    for mine, theirs in ((changed, base), (base, changed), (changed, changed)):
        assert merge(base, mine, theirs) == (changed, changed, changed, False)

"""Keyset pagination of ranked stories: a page begins after or before a story instead of at an offset."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from wzo.stories.facets import positions_in

PAGE_SIZE = 20


def get_page(tiers: Sequence[int], after: int | None, before: int | None) -> tuple[list[int], int]:
    """The positions on a page, best tier first, and how many come before it.

    Tiers are cumulative sets of positions: each contains those before it.
    """
    bands = [bits & ~better for better, bits in pairwise([0, *tiers])]
    key = before if after is None else after
    band = next((number for number, bits in enumerate(bands) if key is not None and bits >> key & 1), None)
    if key is None or band is None:
        return _take(map(positions_in, bands)), 0
    earlier = bands[band] & ((1 << key) - 1)
    rank = sum(bits.bit_count() for bits in bands[:band]) + earlier.bit_count()
    if after is not None:
        later = bands[band] >> (key + 1) << (key + 1)
        return _take(map(positions_in, [later, *bands[band + 1 :]])), rank + 1
    if rank < PAGE_SIZE:
        return _take(map(positions_in, bands)), 0
    return _take(map(_positions_backwards, [earlier, *reversed(bands[:band])]))[::-1], rank - PAGE_SIZE


def _take(bands: Iterable[Iterable[int]]) -> list[int]:
    return list(islice(chain.from_iterable(bands), PAGE_SIZE))


def _positions_backwards(bits: int) -> Iterator[int]:
    while bits:
        position = bits.bit_length() - 1
        yield position
        bits ^= 1 << position

"""The tests by which `make oracle` compares samples."""

import random

import pytest

from bench.oracle_statistics import holm, kolmogorov_smirnov, mann_whitney


@pytest.mark.parametrize("test", [mann_whitney, kolmogorov_smirnov])
def test_it_finds_a_shift_and_nothing_where_there_is_none(test: object) -> None:
    assert callable(test)
    chance = random.Random(3)
    same = [[chance.gauss(0, 1) for _ in range(300)] for _ in range(2)]
    shifted = [value + 0.5 for value in same[0]]
    assert test(*same) > 0.05
    assert test(same[0], shifted) < 1e-4
    assert test(same[0], same[0]) > 0.99


def test_it_finds_a_wider_distribution_by_kolmogorov_smirnov() -> None:
    chance = random.Random(4)
    narrow = [chance.gauss(0, 1) for _ in range(400)]
    wide = [chance.gauss(0, 3) for _ in range(400)]
    assert kolmogorov_smirnov(narrow, wide) < 1e-6


def test_it_raises_false_alarms_as_often_as_it_should() -> None:
    chance = random.Random(5)
    alarms = [
        test([chance.random() for _ in range(60)], [chance.random() for _ in range(60)]) < 0.05
        for _ in range(200)
        for test in (mann_whitney, kolmogorov_smirnov)
    ]
    assert 0.02 < sum(alarms) / len(alarms) < 0.09


def test_it_shares_the_ranks_of_equal_values() -> None:
    # By hand: U = 4.5, its mean 4.5.
    assert mann_whitney([1, 2, 3], [1, 2, 3]) == pytest.approx(1)
    assert mann_whitney([1] * 20, [1] * 20) == 1


def test_it_adjusts_p_values_by_holms_method() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]

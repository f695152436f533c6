"""Tests whether two samples come from the same distribution, by the usual approximations for large samples."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """The two-sided p-value of the Mann-Whitney U test, by the normal approximation with a correction for ties.

    It finds that one sample tends to be larger. Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18.
    """
    ranks, tied, position = {}, 0, 0
    for value, number in sorted(Counter([*first, *second]).items()):
        # Equal values share the mean of their ranks.
        ranks[value] = position + (number + 1) / 2
        position += number
        tied += number**3 - number
    m, n = len(first), len(second)
    u = sum(ranks[value] for value in first) - m * (m + 1) / 2
    variance = m * n / 12 * ((m + n + 1) - tied / ((m + n) * (m + n - 1)))
    if not variance:
        return 1.0
    z = max(0.0, abs(u - m * n / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> float:
    """The p-value of the two-sample Kolmogorov-Smirnov test, by its limiting distribution.

    It finds any difference between the distributions. Source: Smirnov (1948), Annals of Mathematical Statistics 19.
    """
    a, b = sorted(first), sorted(second)
    distance = max(abs(bisect_right(a, x) / len(a) - bisect_right(b, x) / len(b)) for x in {*a, *b})
    size = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    # With the correction of Stephens (1970) for samples that are not very large.
    x = (size + 0.12 + 0.11 / size) * distance
    # For small x the series converges slowly, and the p-value is 1 to many digits.
    if x < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust the p-values of several tests, so that 0.01 remains the chance of any false alarm (Holm 1979)."""
    order = sorted(range(len(p_values)), key=lambda index: p_values[index])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for position, index in enumerate(order):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - position)))
        adjusted[index] = highest
    return adjusted

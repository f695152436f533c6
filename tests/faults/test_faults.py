"""The drills that no other test makes on the running site, in a small size; `make faults` runs them all."""

from collections.abc import Iterator

import pytest

from tests.faults.__main__ import line
from tests.faults.drill import SIZES, Ground, Outcome, ground
from tests.faults.drills import DRILLS, Fault
from wzo.config import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site() -> Iterator[Ground]:
    with ground() as found:
        yield found


@pytest.mark.parametrize("fault", [it for it in DRILLS if not it.test], ids=lambda it: it.name)
def test_it_holds(site: Ground, fault: Fault) -> None:
    outcome = fault.drill(site, SIZES["small"])
    if not outcome.tries:
        pytest.skip(outcome.note)
    assert outcome.has_held, line(fault, outcome)


def test_it_has_a_drill_for_every_fault() -> None:
    assert [it.number for it in DRILLS] == list(range(1, 18))
    assert [it.test for it in DRILLS if not (ROOT / (it.test or "tests")).exists()] == []


def test_it_has_not_held_if_anything_was_lost_or_doubled() -> None:
    outcomes = (Outcome(2, 2), Outcome(2, 1), Outcome(2, 2, lost=1), Outcome(2, 2, doubled=1))
    assert [it.has_held for it in outcomes] == [True, False, False, False]

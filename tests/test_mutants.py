"""The list of faults that `make mutants` plants."""

from tests.mutants import problem_of, read_faults


def test_it_lists_faults_that_can_be_planted() -> None:
    """A change of code or of a test's name must not make a fault disappear unnoticed."""
    faults = read_faults()
    assert len(faults) > 100
    assert {fault.name: problem for fault in faults if (problem := problem_of(fault))} == {}

"""Both programs come to the same verdict, or one of them is wrong."""

from importlib import import_module
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

from tests.second_opinion import verdict
from utils.claims import CLAIMS

PROGRAMS = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if path.stem.upper() in CLAIMS
)


def test_at_least_fifteen_are_seen_twice():
    assert len(PROGRAMS) >= 15


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_second_program_agrees(program):
    with threadpool_limits(1):
        found = import_module(f"tests.second_opinion.{program}").derive()
    claim = program.upper()
    assert verdict(claim, found) == CLAIMS[claim]["verdict"], found

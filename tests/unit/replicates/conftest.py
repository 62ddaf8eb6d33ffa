"""What several test files of fit_replicates share."""

import gc

import pytest


@pytest.fixture
def interruptible():
    """Hypothesis times the garbage collector by a callback, which swallows interrupts.

    As Python does in all callbacks that nobody can catch an exception from.
    """
    callbacks = gc.callbacks[:]
    gc.callbacks.clear()
    yield
    gc.callbacks[:] = callbacks

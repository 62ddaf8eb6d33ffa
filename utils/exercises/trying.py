"""What it takes to run a function that somebody else wrote, or has yet to write."""

import _thread
import dis
import inspect
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TooLong(Exception):
    """Raised by ``time_limit``, with a sentence for the reader."""


def is_blank(function) -> bool:
    """Whether a function does nothing and returns nothing, as the blank cell's."""
    code = getattr(function, "__code__", None)
    if not inspect.iscode(code) or code.co_flags & inspect.CO_GENERATOR:
        return False
    steps = list(dis.get_instructions(code))
    returned = [step.argval for step in steps if "CONST" in step.opname]
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    nothing = [...] if code.co_name == "<lambda>" else [None]
    return returned == nothing and all(step.opname in idle for step in steps)


class Noticing:
    """A stream that passes everything on, and knows whether there was anything."""

    def __init__(self, stream):
        self.stream, self.printed = stream, False

    def write(self, text):
        self.printed = True
        return self.stream.write(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``TooLong`` if what is inside takes longer; in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield  # other threads cannot be interrupted
        return
    # Where interrupts are ignored, as in a shell's background job, ours would be too.
    before = signal.getsignal(signal.SIGINT) or signal.SIG_DFL
    signal.signal(signal.SIGINT, signal.default_int_handler)
    state, one_at_a_time = {"over": False, "late": False}, threading.Lock()

    def interrupt():
        with one_at_a_time:
            if not state["over"]:
                state["late"] = True
                _thread.interrupt_main()

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not state["late"]:
            raise
        raise TooLong(
            f"Trying your answer took longer than {seconds:g} seconds, so it was "
            "stopped. Does a loop in it never end?"
        ) from None
    finally:
        with one_at_a_time:
            state["over"] = True
        timer.cancel()
        signal.signal(signal.SIGINT, before)

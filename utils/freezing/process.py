"""Work in a fresh Python process, which ends when its caller does."""

import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator


def elsewhere(work: Callable[..., Iterator], *args) -> Iterator:
    """Let a new process run ``work(*args)``, and yield what it yields, as it comes.

    Close what is returned (``contextlib.closing``): that kills a process that is still
    at work, whatever interrupted its caller.

    Args:
        work: A function of a module; it, its arguments and results can be pickled.

    Raises:
        RuntimeError: If the process ends early; with what it wrote to stderr.
    """
    command = [sys.executable, "-c", f"from {__name__} import child; child()"]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=said) as process,
    ):
        try:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                pickle.dump((work, args), process.stdin)
            with contextlib.suppress(EOFError, pickle.UnpicklingError):
                while True:
                    yield pickle.load(process.stdout)
            code = process.wait()
        finally:
            process.kill()
        if code:
            said.seek(0)
            last = said.read()[-1000:].decode(errors="replace")
            raise RuntimeError(f"the process ended with code {code}: {last}")


def child() -> None:
    """The other side: do the work, and hand on what it yields."""
    with os.fdopen(os.dup(1), "wb") as results:
        os.dup2(2, 1)  # what readers print is none of it
        work, args = pickle.load(sys.stdin.buffer)
        for result in work(*args):
            pickle.dump(result, results)
            results.flush()

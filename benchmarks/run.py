"""Measure what the course claims about speed: one table, from one run.

    python -m benchmarks.run              # every module of this folder
    python -m benchmarks.run replicas     # only these

A module here has a function ``rows()`` that yields one dictionary for each row:

    what     what is measured, or the two things that are compared
    unit     "s", "MB", "times", ...
    target   what the project wants to reach, in words; "" for none
    values   repeated measurements, or ratios of two that were taken side by side
    note     optional: a value that is no number, such as why a row is missing

The table goes to the screen row by row, and with a description of the machine to
``benchmarks/results.md``. A run of some modules leaves that table alone, since a table
is of one run: its own goes to a file such as ``results_replicas.md``.
"""

import importlib
import os
import platform
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

FOLDER = Path(__file__).parent
HEADER = ["what", "median", "lowest to highest", "target"]


def main(names: list[str]) -> None:
    """Run the modules ``names``, or all, print their rows and write the results."""
    modules = sorted(
        path.stem
        for path in FOLDER.glob("*.py")
        if path.stem not in ("__init__", "run")
    )
    unknown = sorted(set(names) - set(modules))
    if unknown:
        raise SystemExit(
            f"no benchmark called {', '.join(unknown)}: there are {', '.join(modules)}"
        )
    before = _ticks()
    lines = [_line(HEADER), _line(["---"] * len(HEADER))]
    print("\n".join(lines), flush=True)
    for name in names or modules:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            lines.append(_line(_cells(row)))
            print(lines[-1], flush=True)
    results = FOLDER / f"{'_'.join(['results', *names])}.md"
    results.write_text("\n".join([*_heading(names, before), *lines]) + "\n")


def _cells(row: dict) -> list[str]:
    if row.get("note"):
        return [row["what"], row["note"], "", row["target"]]
    low, middle, high = np.quantile(row["values"], [0, 0.5, 1])
    unit = row["unit"]
    return [
        row["what"],
        f"{_number(middle)} {unit}",
        f"{_number(low)} to {_number(high)} ({len(row['values'])} measurements)",
        row["target"],
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _heading(names: list[str], before: tuple[int, int]) -> list[str]:
    packages = ", ".join(
        f"{name} {version(name.lower())}" for name in ("TensorFlow", "Keras", "NumPy")
    )
    worked, stolen = (now - then for now, then in zip(_ticks(), before, strict=True))
    share = stolen / max(worked + stolen, 1)
    return [
        f"# {': '.join(['Benchmarks', *names])}",
        "",
        f"Measured on {date.today()} by "
        f"`{' '.join(['python -m benchmarks.run', *names])}`: {os.cpu_count()} cores "
        f"({_processor()}), {platform.system()}, Python "
        f"{platform.python_version()}, {packages}. A ratio compares two things that "
        "were measured one right after the other."
        + (share >= 0.01)
        * (
            f" Of the time that this machine wanted its processors for, {share:.0%} "
            "went to others on the same host; the seconds hold this wait."
        ),
        "",
    ]


def _ticks() -> tuple[int, int]:
    """Return how long the processors worked, and were taken away by the host.

    In ticks since the start of the machine, from Linux; elsewhere zeros.
    """
    path = Path("/proc/stat")
    if not path.exists():
        return 0, 0
    user, nice, system, _, _, irq, soft, steal = path.read_text().split()[1:9]
    return sum(map(int, (user, nice, system, irq, soft))), int(steal)


def _processor() -> str:
    """Return the processor's name, as the system tells it."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main(sys.argv[1:])

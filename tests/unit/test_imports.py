"""What is cheap to import stays cheap: no TensorFlow, no Keras, until it is needed."""

import subprocess
import sys

import pytest

CHEAP = ("statistics", "style", "report", "checks", "data", "geometry")
CHEAP += ("claims", "exercises", "figures", "widgets", "color", "freezing")
PROGRAM = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(f"utils.{name}")
    if name == "figures":  # whose front door loads nothing
        for module in pkgutil.iter_modules(package.__path__, f"utils.{name}."):
            importlib.import_module(module.name)
    heavy = {"tensorflow", "keras", "jax", "torch"} & set(sys.modules)
    print(name, *sorted(heavy))
"""


@pytest.fixture(scope="module")
def loaded():
    """Package -> what was loaded when it had been imported, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *CHEAP],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: heavy for name, *heavy in lines}


@pytest.mark.parametrize("name", CHEAP)
def test_loads_neither_tensorflow_nor_keras(loaded, name):
    assert loaded[name] == []

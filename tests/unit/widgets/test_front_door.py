import json
import subprocess
import sys

import pytest

from utils import widgets

LOADED = """
import json, sys
import utils.widgets
first = set(sys.modules)
from utils.widgets import {name}
loaded = [sorted(m for m in found if m in {heavy} or m.startswith("utils."))
          for found in (first, sys.modules)]
print(json.dumps(loaded))
"""
HEAVY = ("keras", "tensorflow", "skimage", "anywidget", "matplotlib.pyplot")


def test_a_figure_loads_no_other_and_no_keras():
    code = LOADED.format(name="PenaltyExplorer", heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    first, then = json.loads(done.stdout)
    assert first == ["utils.widgets"]
    own = [name for name in then if name.startswith("utils.widgets")]
    assert own == [
        "utils.widgets",
        "utils.widgets.base",
        "utils.widgets.penalty_explorer",
    ]
    assert "utils.color" not in then
    assert not {"keras", "tensorflow", "skimage"} & set(then)


def test_names_are_found_when_asked_for():
    for name in widgets.__all__:
        assert hasattr(widgets, name) and name in dir(widgets)
    assert not hasattr(widgets, "Explorer")
    with pytest.raises(AttributeError, match=r"utils\.widgets' has no attribute 'X'"):
        _ = widgets.X

"""Checkers for the chapters' exercises: what is wrong, not only that it is."""

import importlib
import pkgutil

from utils.exercises.grading import check, grade

# The modules of the chapters register their checkers when they are imported.
for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)

__all__ = ["check", "grade"]

"""Checkers for the chapters' exercises: what is wrong, not only that it is."""

from utils.exercises import (  # noqa: F401  (they register)
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
)
from utils.exercises.grading import check, grade

__all__ = ["check", "grade"]

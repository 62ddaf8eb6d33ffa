"""Checkers for the chapters' exercises: what is wrong, not only that it is."""

from utils.exercises import chapter_01, chapter_05  # noqa: F401  (they register)
from utils.exercises.grading import check, grade

__all__ = ["check", "grade"]

"""Checkers for the chapters' exercises: what is wrong, not only that it is.

``check("keras_regularizers.1", answer)`` prints whether the answer is right, and
if not, which of the typical mistakes it is, or what to look at next. ``grade``
returns the same. A chapter's checkers are in the module of its name, which is
loaded when the first of them is asked for, so that importing this package loads
neither TensorFlow nor Keras nor Matplotlib.

While the dots stand, ``check`` invites. No answer breaks the cell: a function that
raises, exits, prints instead of returning or never ends (``grading.SECONDS``) is told
in a sentence, and where the cells above may be to blame, it names them. Refused by an
exception are an exercise that does not exist, and a call that leaves out what the
checker needs.
"""

from utils.exercises.grading import check, grade

__all__ = ["check", "grade"]

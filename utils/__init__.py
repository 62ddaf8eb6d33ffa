"""What chapters of Diamonds and Circles share, or what would drown the lesson."""

import os

# TensorFlow reads this once, when it is first imported; a value that the reader
# has set wins.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

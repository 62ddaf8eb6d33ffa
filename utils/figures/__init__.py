"""The figures: one file per chapter, by its name, and what they share in ``parts``."""

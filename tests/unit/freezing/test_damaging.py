"""Accidents to files: 500 truncations and 500 flipped bits for each format.

With the checksums, no reader may ever see a damaged file.
"""

import numpy as np
import pytest

from tests.unit.freezing.cases import READERS
from utils.freezing import damage, load_frozen, reading
from utils.freezing.damaging import KINDS

EACH = 500


@pytest.mark.parametrize("format", READERS)
def test_no_reader_sees_a_damaged_file(format, tiny, tmp_path, monkeypatch):
    original = tiny(format)
    opened = []
    monkeypatch.setattr(reading, "read", opened.append)
    load_frozen(original)
    assert opened == [original]
    for k in range(len(KINDS) * EACH):
        copy = tmp_path / f"{k}-{original.name}"
        damage(original, copy, KINDS[k % 2], np.random.default_rng([1, k]))
        if copy.is_file():
            line = original.with_name(f"{original.name}.sha256").read_text()
            place = copy.with_name(f"{copy.name}.sha256")
            place.write_text(line.replace(original.name, copy.name))
        with pytest.raises(
            ValueError, match=r"is damaged or was changed|holds neither"
        ):
            load_frozen(copy)
    assert opened == [original]


def test_accidents_that_are_not_known(exported, tmp_path):
    with pytest.raises(ValueError, match=r"truncated, flipped, empty, .* got 'burnt'"):
        damage(exported("graph"), tmp_path / "a.pb", "burnt", np.random.default_rng(0))

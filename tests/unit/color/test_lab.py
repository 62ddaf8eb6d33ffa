import numpy as np
import pytest

from utils.color import chroma, color_error, to_lab, to_rgb
from utils.data import photographs


def test_lab_and_back_is_the_photograph():
    for photo in photographs().values():
        lab = to_lab(photo[::4, ::4])
        assert lab.dtype == np.float32
        back = to_rgb(lab[..., 0], lab[..., 1:])
        assert np.abs(back.astype(int) - photo[::4, ::4]).max() <= 1


def test_colors_that_no_screen_has_are_clipped_in_silence(recwarn):
    found = to_rgb(np.array([0.0, 100, 50]), np.array([[110, 110], [-110, 0], [0, 0]]))
    assert found.dtype == np.uint8 and not recwarn.list
    assert np.ptp(found[2]) <= 1
    with pytest.raises(ValueError, match=r"ab must be of shape \(3, 2\), got \(2, 2\)"):
        to_rgb(np.zeros(3), np.zeros((2, 2)))


def test_chroma_and_color_error():
    ab, truth = np.array([[3.0, 4.0], [0, 0]]), np.array([[3.0, 0.0], [0, 2]])
    np.testing.assert_allclose(chroma(ab), [5, 0])
    np.testing.assert_allclose(color_error(ab, truth), [4, 2])

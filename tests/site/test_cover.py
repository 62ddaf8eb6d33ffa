import re

from tools import cover
from tools.notebooks import ROOT


def test_the_cover_is_what_its_script_draws(tmp_path, monkeypatch):
    committed = (ROOT / "book" / "_static" / "cover.svg").read_text("utf8")
    monkeypatch.setattr(cover, "__file__", str(tmp_path / "cover.py"))
    (tmp_path / "_static").mkdir()
    cover.main()
    drawn = (tmp_path / "_static" / "cover.svg").read_text("utf8")
    numbers = re.compile(r"-?\d+\.\d+")  # rounding differs between processors
    assert numbers.sub("0", drawn) == numbers.sub("0", committed), (
        "run: python tools/cover.py"
    )

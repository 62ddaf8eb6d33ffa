"""Where the other parts put the files that they make for the pages."""

from pathlib import Path


def folder(app) -> Path:
    """A folder beside the pages; what is in it ends up in ``_static``."""
    path = Path(app.outdir).parent / "assets"
    path.mkdir(parents=True, exist_ok=True)
    if str(path) not in app.config.html_static_path:
        app.config.html_static_path.append(str(path))
    return path

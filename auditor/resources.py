"""Where the files that travel with the program lie: in the wheel, or at the top of the checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `rules` or `templates`.

    A wheel carries them inside the package; an editable install reads the checkout's own.
    """
    packaged = _PACKAGE / name
    if packaged.is_dir():
        return packaged
    return _PACKAGE.parent / {"rules": "rules", "templates": "reports/templates"}[name]

"""The installed command `oob`: puts the program's folders on the path, then runs `bot.__main__`.

In the repository `bot/`, `handlers/` and `storage/` are top-level folders. Their names are too common for somebody's
site-packages, so the wheel holds them inside this package, in `app/` (docs/decisions/0020-packaging.md).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_APP = Path(__file__).parent / "app"


def main() -> int:
    """Run the command line; return its exit code.

    `PYTHONPATH` is set as well, so that the processes that `oob demo` starts find the same folders.
    """
    if _APP.is_dir():
        sys.path.insert(0, str(_APP))
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_APP), os.environ.get("PYTHONPATH"))))
    from bot.__main__ import main as run  # noqa: PLC0415 - found only now

    return run()

"""Which tests stay together when several processes share the work: those of a module that share its bot."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

_VARIANT = re.compile(r"\[[^\]]*?(socket on sqlite|http on postgresql)")
_SHARE_MORE = ("tests/storage/test_cost_of_lists.py", "tests/faults/test_letters.py")
"""Modules whose tests share something else that is slow to make."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist's base class has no types
    """Everything that uses a module's bot of one kind goes to one process; any other test goes wherever there is room."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        if found := _VARIANT.search(nodeid):
            return f"{path} {found[1]}"
        return path if path in _SHARE_MORE or path.startswith("tests/browser") else nodeid

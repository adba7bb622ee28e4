"""The app's manifest as it stands in `manifest.yml`, and the address at which Slack makes an app of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import yaml

_FILE = Path(__file__).parents[2] / "manifest.yml"
_NEW_APP = "https://api.slack.com/apps?new_app=1&manifest_yaml="


def text() -> str:
    """Return the manifest as it stands in its file."""
    return _FILE.read_text("utf-8")


def link() -> str:
    """An address that opens Slack with a new app made of the manifest (Slack: "App manifests", sharing)."""
    compact = yaml.safe_dump(yaml.safe_load(text()), sort_keys=False, allow_unicode=True, width=10_000)
    return _NEW_APP + quote(compact, safe="")


def scopes() -> frozenset[str]:
    """The scopes that the manifest asks for."""
    return frozenset(yaml.safe_load(text())["oauth_config"]["scopes"]["bot"])

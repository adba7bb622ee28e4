"""Slack's error words, read safely: an answer may be HTML, empty or cut (trust.md A2, A5)."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError


def word(error: SlackApiError) -> str:
    """Slack's word for the error; `HTTP 503` or the like where the answer was not Slack's JSON."""
    data = getattr(error.response, "data", error.response)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else f"HTTP {getattr(error.response, 'status_code', '?')}"

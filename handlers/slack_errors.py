"""Slack's error words, read safely: an answer may be HTML, empty or cut (trust.md A2, A5)."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError

TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"})
"""Words with which Slack refuses a token."""


def word(error: SlackApiError) -> str:
    """Slack's word for the error; `HTTP 503` or the like where the answer was not Slack's JSON."""
    data = getattr(error.response, "data", error.response)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else f"HTTP {getattr(error.response, 'status_code', '?')}"

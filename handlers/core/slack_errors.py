"""Slack's error codes and what each means for a call; every documented one has a class (docs/trust.md, Fault table A11).

The lists are Slack's of the methods that the bot calls (docs.slack.dev, Web API methods, "Errors"). An answer may be HTML, empty
or cut, so words are read safely. A word that nobody documented counts as "not done": Slack said no.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from http import HTTPStatus

from slack_sdk.errors import SlackApiError

_LONGEST_TOLD = 4
_UNTOLD = timedelta(seconds=10)


class Fate(Enum):
    """What a failed call means for what it was to do."""

    NOT_DONE = auto()
    """Certainly not: wait, and try again."""
    UNCERTAIN = auto()
    """It may have been done: look before it is tried again."""
    TOKEN = auto()
    """Slack refuses the bot: nothing can be sent to anybody."""
    DESTINATION = auto()
    """Slack takes nothing for this person or conversation."""
    OUR_BUG = auto()
    """Slack refuses how we said it: say it more plainly."""


REFUSED_TOKEN = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"}
)
"""Slack refuses the token itself."""
_TOKEN = frozenset(
    {
        *REFUSED_TOKEN,
        *("no_permission", "missing_scope", "two_factor_setup_required", "enterprise_is_restricted", "ekm_access_denied"),
        *("access_denied", "team_access_not_granted", "team_not_found", "messages_tab_disabled"),
        *("restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel"),
        "restricted_action_non_threadable_channel",
    }
)
"""Slack refuses the bot's token, or what it may do in this workspace at all: for an administrator to mend."""
_UNCERTAIN = ("internal_error", "fatal_error", "request_timeout", "service_unavailable")
_DESTINATION = (
    *("channel_not_found", "is_archived", "not_in_channel", "user_not_found", "user_not_visible", "user_disabled"),
    *("user_not_in_channel", "cannot_dm_bot", "method_not_supported_for_channel_type", "invalid_user_combination"),
    *("is_inactive", "invalid_channel", "slack_connect_file_link_sharing_blocked"),
)
_OUR_BUG = (
    *("msg_too_long", "msg_blocks_too_long", "no_text", "invalid_blocks", "invalid_blocks_format", "too_many_attachments"),
    *("invalid_metadata_format", "invalid_metadata_schema", "metadata_must_be_sent_from_app", "metadata_too_large"),
    *("markdown_text_conflict", "attachment_payload_limit_exceeded", "too_many_contact_cards", "as_user_not_supported"),
    *("cannot_reply_to_message", "duplicate_channel_not_found", "duplicate_message_not_found", "cant_update_message"),
    *("edit_window_closed", "message_not_found", "block_mismatch", "cant_broadcast_message"),
    *("slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked"),
)
NO_FILE = frozenset(
    {
        *("storage_limit_reached", "file_uploads_disabled", "file_upload_size_restricted", "snippet_too_large"),
        *("file_uploads_except_images_disabled", "slack_connect_blocked_file_type", "posting_to_channel_denied"),
        *("missing_scope", "unknown_snippet_type", "unknown_subtype", "alt_txt_too_large"),
    }
)
"""Slack takes this file from nobody, or not from us: trying again would not help."""
_NOT_DONE = (
    *("ratelimited", "rate_limited", "message_limit_exceeded", "update_failed", "accesslimited", "team_added_to_org"),
    *("org_login_required", "external_channel_migrating", "deprecated_endpoint", "method_deprecated", "unknown_method"),
    *("invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type"),
    *("missing_post_type", "missing_argument", "users_list_not_supplied", "not_enough_users", "too_many_users"),
    *("invalid_cursor", "invalid_limit", "invalid_ts_latest", "invalid_ts_oldest", "invalid_metadata_keys"),
    *("pagination_not_available", "file_not_found", "file_update_failed"),
    *(NO_FILE - _TOKEN),
)
FATES: dict[str, Fate] = {
    **dict.fromkeys(_NOT_DONE, Fate.NOT_DONE),
    **dict.fromkeys(_UNCERTAIN, Fate.UNCERTAIN),
    **dict.fromkeys(_DESTINATION, Fate.DESTINATION),
    **dict.fromkeys(_OUR_BUG, Fate.OUR_BUG),
    **dict.fromkeys(_TOKEN, Fate.TOKEN),
}
"""Slack's word → what it means."""


@dataclass(frozen=True)
class Failure:
    """Why a call failed, in a word for status and logs, and for how long Slack asks to wait."""

    fate: Fate
    problem: str
    wait: timedelta | None = None


def word(error: SlackApiError) -> str:
    """Slack's word for the error; `HTTP 503` or the like where the answer was not Slack's JSON."""
    data = getattr(error.response, "data", error.response)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else f"HTTP {getattr(error.response, 'status_code', '?')}"


def failure(error: SlackApiError) -> Failure:
    """What an answer of Slack's that is not "ok" means."""
    reason = word(error)[:64]
    status = getattr(error.response, "status_code", HTTPStatus.OK)
    if status == HTTPStatus.TOO_MANY_REQUESTS or reason in ("ratelimited", "rate_limited"):
        return Failure(Fate.NOT_DONE, "ratelimited", _told_to_wait(error))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure(Fate.UNCERTAIN, f"HTTP {status}")
    if reason.startswith("HTTP "):  # an answer that cannot be read, to a call that may have been handled
        return Failure(Fate.UNCERTAIN, "unreadable")
    return Failure(FATES.get(reason, Fate.NOT_DONE), reason)


def _told_to_wait(error: SlackApiError) -> timedelta:
    """Retry-After in whole seconds; ten where Slack says nothing that can be read."""
    headers = getattr(error.response, "headers", None) or {}
    told = str(headers.get("Retry-After", ""))
    readable = told.isascii() and told.isdigit() and len(told) <= _LONGEST_TOLD
    return timedelta(seconds=max(int(told), 1)) if readable else _UNTOLD

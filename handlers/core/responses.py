"""What a handler answers, and how that reaches the person for each kind of entry."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.context import RequestContext
from bot.core.settings import SLACK_API_URL
from bot.domain.shared.errors import Refusal
from handlers.core import slack_errors
from handlers.core.interaction import Interaction, JsonObject, Kind
from handlers.ui.blocks import Message, as_view

SLACK_HOOKS_HOST = "hooks.slack.com"


@dataclass(frozen=True)
class Answer:
    """What is shown: a message, a form, errors under inputs, options of a menu, the person's home, or nothing."""

    kind: Literal["message", "form", "errors", "options", "home", "nothing"]
    body: JsonObject

    @classmethod
    def message(cls, message: Message) -> Self:
        """Show a message; in a modal it takes the modal's place."""
        return cls("message", message.to_json())

    @classmethod
    def form(cls, view: View) -> Self:
        """Open a modal, or replace the one that was pressed."""
        return cls("form", view.to_dict())

    @classmethod
    def errors(cls, errors: dict[str, str]) -> Self:
        """Sentences under inputs, by block id."""
        return cls("errors", dict(errors))

    @classmethod
    def options(cls, options: list[JsonObject]) -> Self:
        """What an external select offers."""
        return cls("options", {"options": options})

    @classmethod
    def home(cls, view: View) -> Self:
        """The person's App Home."""
        return cls("home", view.to_dict())

    @classmethod
    def nothing(cls) -> Self:
        """An acknowledgement and no more."""
        return cls("nothing", {})

    def to_json(self) -> JsonObject:
        """As it is kept for a repeat of the same request."""
        return {"kind": self.kind, "body": self.body}

    @classmethod
    def from_json(cls, stored: JsonObject) -> Self:
        """The answer that was stored by `to_json`."""
        return cls(stored["kind"], stored["body"])


def refused(entry: Interaction, refusal: Refusal) -> Answer:
    """A refusal in the place where it is read: under its input in a form, else as a message."""
    if entry.kind is Kind.SUBMISSION:
        inputs = entry.input_ids
        if inputs:
            return Answer.errors({refusal.field if refusal.field and refusal.field in inputs else inputs[0]: refusal.sentence})
    if entry.kind is Kind.OPTIONS:
        return Answer.options([])
    if entry.kind is Kind.EVENT and entry.name == "app_home_opened":
        return Answer.home(View(type="home", blocks=list(Message.plain(refusal.sentence).blocks)))
    if entry.kind in (Kind.EVENT, Kind.CLOSE):
        return Answer.nothing()
    return Answer.message(Message.plain(refusal.sentence))


async def deliver(answer: Answer, entry: Interaction, ctx: RequestContext, ack: AsyncAck, client: AsyncWebClient) -> None:
    """Bring `answer` to the person, the acknowledgement last. Raises what Slack raised when it could not be shown."""
    if entry.kind is Kind.OPTIONS:
        await ack(options=answer.body.get("options", []))
    elif entry.kind is Kind.SUBMISSION and answer.kind == "errors":
        await ack(response_action="errors", errors=answer.body)
    elif entry.kind is Kind.SUBMISSION and answer.kind in ("message", "form"):
        await ack(response_action="update", view=_view(answer))
    elif entry.kind is Kind.COMMAND and answer.kind == "message":
        await ack(text=answer.body["text"], blocks=answer.body["blocks"], response_type="ephemeral")
    else:
        try:
            async with asyncio.timeout(max(ctx.patience, 0.2)):
                await _show(answer, entry, ctx, client)
        finally:
            await ack()


async def _show(answer: Answer, entry: Interaction, ctx: RequestContext, client: AsyncWebClient) -> None:
    place = entry.view.get("type")
    if answer.kind == "home":
        await client.views_publish(user_id=entry.user_id, view=answer.body)
    elif answer.kind in ("message", "form") and place == "modal":
        await client.views_update(view_id=entry.view.get("id", ""), hash=entry.view.get("hash"), view=_view(answer))
    elif answer.kind == "form" or (answer.kind == "message" and place == "home"):
        await _open(_view(answer), entry, client)
    elif answer.kind == "message":
        await tell(answer.body, entry, ctx, client, replace=entry.pressed_whisper)


async def _open(view: JsonObject, entry: Interaction, client: AsyncWebClient) -> None:
    try:
        await client.views_open(trigger_id=entry.trigger_id, view=view)
    except SlackApiError as error:
        if slack_errors.word(error) in ("expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"):
            raise Refusal(
                "trigger_expired",
                "That took too long, so Slack would not open the form. Please try again, or type your words behind the command.",
            ) from None
        raise


async def tell(message: JsonObject, entry: Interaction, ctx: RequestContext, client: AsyncWebClient, *, replace: bool) -> None:
    """Say something to the entry's person alone: through its `response_url`, or by direct message where that does not work.

    `replace`: in the place of the whisper that was pressed. A message of the post room's stays; what has changed in it is brought
    up to date by the post room.
    """
    if _is_slacks(entry.response_url, ctx):
        webhook = AsyncWebhookClient(entry.response_url, timeout=2, session=client.session, retry_handlers=[])
        said = await webhook.send(
            text=message["text"],
            blocks=message["blocks"],
            response_type="ephemeral",
            replace_original=replace,
            delete_original=False,
        )
        if said.status_code == HTTPStatus.OK:
            return
    await client.chat_postMessage(channel=entry.user_id, text=message["text"], blocks=message["blocks"], unfurl_links=False)


def _is_slacks(address: str, ctx: RequestContext) -> bool:
    """Whether a response URL leads to Slack, or to the Slack that the settings name; no other address is ever called."""
    url, api = urlsplit(address), urlsplit(ctx.settings.slack_api_url)
    own = ctx.settings.slack_api_url != SLACK_API_URL and (url.scheme, url.netloc) == (api.scheme, api.netloc)
    return own or (url.scheme, url.netloc) == ("https", SLACK_HOOKS_HOST)


def _view(answer: Answer) -> dict[str, Any]:
    return answer.body if answer.kind == "form" else as_view(answer.body)

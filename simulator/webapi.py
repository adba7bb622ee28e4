"""The Web API: the methods that chat bots use, with Slack's checks of token, scope, membership, blocks and triggers."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from simulator.blockkit import message_problems, view_problems
from simulator.faults import Faults, spoiled
from simulator.files import share, upload_address
from simulator.world import Channel, Json, World

Method = Callable[[World, Json], Json]


class SlackError(Exception):
    """An answer `{"ok": false, "error": …}`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **more}


def _auth_test(world: World, _args: Json) -> Json:
    return {
        "url": "https://simulated.slack.com/",
        "team": "Simulated",
        "user": "oob",
        "team_id": world.team_id,
        "user_id": world.bot_user_id,
        "bot_id": world.bot_id,
        "is_enterprise_install": False,
    }


def _users_info(world: World, args: Json) -> Json:
    return {"user": _user(world, args)}


def _users_list(world: World, _args: Json) -> Json:
    return {"members": list(world.users.values()), "response_metadata": {"next_cursor": ""}}


def _conversations_open(world: World, args: Json) -> Json:
    wanted = str(args.get("users") or "")
    if wanted not in world.users:
        raise SlackError("user_not_found")
    return {"channel": {"id": world.direct(wanted).id}}


def _conversations_info(world: World, args: Json) -> Json:
    channel = _channel(world, args)
    return {
        "channel": {
            "id": channel.id,
            "name": channel.name,
            "is_im": channel.is_im,
            "is_archived": channel.is_archived,
            "is_ext_shared": channel.is_ext_shared,
            "is_member": world.bot_user_id in channel.members,
        }
    }


def _conversations_members(world: World, args: Json) -> Json:
    return {"members": sorted(_channel(world, args).members), "response_metadata": {"next_cursor": ""}}


def _conversations_history(world: World, args: Json) -> Json:
    channel = _member_of(world, args)
    limit = int(args.get("limit") or 100)
    with_metadata = args.get("include_all_metadata") in (True, "true", "1")
    newest = list(reversed(channel.messages))[:limit]
    shown = [dict(message) if with_metadata else {k: v for k, v in message.items() if k != "metadata"} for message in newest]
    return {"messages": shown, "has_more": len(channel.messages) > limit}


def _chat_post(world: World, args: Json) -> Json:
    target = str(args.get("channel") or "")
    channel = world.direct(target) if target in world.users else _member_of(world, args)
    if channel.is_archived:
        raise SlackError("is_archived")
    message = _message(args)
    made = world.post(channel, message)
    return {"channel": channel.id, "ts": made["ts"], "message": made}


def _chat_ephemeral(world: World, args: Json) -> Json:
    channel = _member_of(world, args)
    user = str(args.get("user") or "")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    return {"message_ts": world.whisper(user, channel.id, _message(args))["ts"]}


def _chat_update(world: World, args: Json) -> Json:
    channel = _member_of(world, args)
    for message in channel.messages:
        if message["ts"] == args.get("ts"):
            if message.get("user") != world.bot_user_id:
                raise SlackError("cant_update_message")
            message.update(_message(args))
            return {"channel": channel.id, "ts": message["ts"], "text": message.get("text", "")}
    raise SlackError("message_not_found")


def _chat_delete(world: World, args: Json) -> Json:
    channel = _member_of(world, args)
    left = [message for message in channel.messages if message["ts"] != args.get("ts")]
    if len(left) == len(channel.messages):
        raise SlackError("message_not_found")
    channel.messages[:] = left
    return {"channel": channel.id, "ts": args.get("ts")}


def _views_open(world: World, args: Json) -> Json:
    view = _view(args, "modal")
    user, error = world.use_trigger(str(args.get("trigger_id") or ""))
    if user is None:
        raise SlackError(error or "invalid_trigger_id")
    world.modals[user] = []
    return {"view": world.push_view(user, view)}


def _views_push(world: World, args: Json) -> Json:
    view = _view(args, "modal")
    user, error = world.use_trigger(str(args.get("trigger_id") or ""))
    if user is None:
        raise SlackError(error or "invalid_trigger_id")
    if len(world.modals.get(user, [])) >= 3:
        raise SlackError("push_limit_reached")
    return {"view": world.push_view(user, view)}


def _views_update(world: World, args: Json) -> Json:
    old = world.views.get(str(args.get("view_id") or ""))
    if old is None or old["id"] not in world.modals.get(old["user"], []):
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != old["hash"]:
        raise SlackError("hash_conflict")
    return {"view": world.store_view(_view(args, "modal"), old["user"], old["id"])}


def _views_publish(world: World, args: Json) -> Json:
    user = str(args.get("user_id") or "")
    if user not in world.users:
        raise SlackError("user_not_found")
    view = world.store_view(_view(args, "home"), user, world.homes.get(user))
    world.homes[user] = view["id"]
    return {"view": view}


def _files_upload_address(world: World, args: Json) -> Json:
    answer = upload_address(world, str(args["_host"]), args)
    if answer is None:
        raise SlackError("invalid_arguments")
    return answer


def _files_complete(world: World, args: Json) -> Json:
    answer = share(world, _member_of(world, args | {"channel": args.get("channel_id")}).id, args)
    if isinstance(answer, str):
        raise SlackError(answer)
    return answer


def _blocks_validate(_world: World, args: Json) -> Json:
    given = [name for name in ("blocks", "message", "view") if args.get(name)]
    if len(given) != 1:
        raise SlackError("invalid_arguments")
    value = json.loads(args[given[0]]) if isinstance(args[given[0]], str) else args[given[0]]
    problems = view_problems(value) if given == ["view"] else message_problems({"blocks": value, "text": "x"})
    if problems:
        raise SlackError(f"invalid_{given[0]}", errors=[{"message": problem} for problem in problems])
    return {}


METHODS: dict[str, tuple[Method, str | None]] = {
    "auth.test": (_auth_test, None),
    "users.info": (_users_info, "users:read"),
    "users.list": (_users_list, "users:read"),
    "conversations.open": (_conversations_open, "im:write"),
    "conversations.info": (_conversations_info, "channels:read"),
    "conversations.members": (_conversations_members, "channels:read"),
    "conversations.history": (_conversations_history, "im:history"),
    "chat.postMessage": (_chat_post, "chat:write"),
    "chat.postEphemeral": (_chat_ephemeral, "chat:write"),
    "chat.update": (_chat_update, "chat:write"),
    "chat.delete": (_chat_delete, "chat:write"),
    "files.getUploadURLExternal": (_files_upload_address, "files:write"),
    "files.completeUploadExternal": (_files_complete, "files:write"),
    "blocks.validate": (_blocks_validate, None),
    "views.open": (_views_open, None),
    "views.push": (_views_push, None),
    "views.update": (_views_update, None),
    "views.publish": (_views_publish, None),
}
"""Method → what it does and the scope that it needs."""


async def handle(request: web.Request, world: World, faults: Faults) -> web.StreamResponse:
    """`POST /api/METHOD`."""
    name = request.match_info["method"]
    args = await _arguments(request)
    if (posts := name == "chat.postMessage") and faults.too_soon(str(args.get("channel"))):
        _note(world, name, args, {"ok": False, "error": "ratelimited"})
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "1"})
    if (fault := faults.take(name) or (faults.misfortune() if posts else None)) is not None:
        if (seconds := float(fault.get("seconds", 0))) > 0:
            await asyncio.sleep(seconds)
        if "status" in fault:
            return web.Response(status=int(fault["status"]), text=str(fault.get("body", "")), headers=fault.get("headers") or {})
        if "error" in fault:
            return web.json_response({"ok": False, "error": fault["error"]})
    try:
        answer = {"ok": True, **_call(request, world, name, args, faults.token)}
    except SlackError as error:
        answer = error.answer
    _note(world, name, args, answer)
    return await spoiled(request, answer, fault or {}, {"x-oauth-scopes": ",".join(sorted(world.scopes))})


def _note(world: World, name: str, args: Json, answer: Json) -> None:
    world.calls.append({"method": name, "args": args, "ok": answer["ok"], "error": answer.get("error"), "at": time.time()})
    world.note("call", name=name, payload=args, answer=answer, error=answer.get("error"))


def _call(request: web.Request, world: World, name: str, args: Json, refused: str | None) -> Json:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(args.get("token") or "")
    if not token:
        raise SlackError("not_authed")
    if name == "apps.connections.open":
        if token != world.app_token:
            raise SlackError("not_allowed_token_type" if token == world.bot_token else "invalid_auth")
        return {"url": f"ws://{request.host}/socket?ticket={world.ticket()}"}
    if refused is not None:
        raise SlackError(refused)
    if token != world.bot_token:
        raise SlackError("not_allowed_token_type" if token == world.app_token else "invalid_auth")
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    method, scope = METHODS[name]
    if scope is not None and scope not in world.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(world.scopes)))
    return method(world, args | {"_host": request.host})


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(await request.json())
    fields: Json = dict(await request.post())
    fields |= {key: value for key, value in request.query.items() if key not in fields}
    for name in ("blocks", "view", "metadata", "files"):
        if isinstance(fields.get(name), str):
            fields[name] = json.loads(fields[name])
    return fields


def _user(world: World, args: Json) -> Json:
    user = world.users.get(str(args.get("user") or ""))
    if user is None:
        raise SlackError("user_not_found")
    return user


def _channel(world: World, args: Json) -> Channel:
    channel = world.channels.get(str(args.get("channel") or ""))
    if channel is None:
        raise SlackError("channel_not_found")
    return channel


def _member_of(world: World, args: Json) -> Channel:
    channel = _channel(world, args)
    if world.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _message(args: Json) -> Json:
    message = {key: args[key] for key in ("text", "blocks", "metadata") if args.get(key)}
    if not message.get("text") and not message.get("blocks"):
        raise SlackError("no_text")
    if problems := message_problems(message):
        raise SlackError("msg_too_long" if "msg_too_long" in problems else "invalid_blocks", errors=problems)
    return message


def _view(args: Json, kind: str) -> Json:
    view = args.get("view")
    if not isinstance(view, dict) or view.get("type") != kind:
        raise SlackError("invalid_arguments")
    if problems := view_problems(view):
        raise SlackError("invalid_arguments", response_metadata={"messages": problems})
    return view

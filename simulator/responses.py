"""Response URLs: five posts in half an hour to the place where a person typed or pressed."""

from __future__ import annotations

import time

from aiohttp import web

from simulator.blockkit import message_problems
from simulator.world import RESPONSE_SECONDS, RESPONSE_USES, World


async def respond(request: web.Request, world: World) -> web.StreamResponse:
    """`POST /response/TOKEN`: five posts in half an hour, ephemeral unless said otherwise."""
    target = world.responses.get(request.match_info["token"])
    if target is None or time.monotonic() - target.made > RESPONSE_SECONDS or target.uses >= RESPONSE_USES:
        return web.json_response({"ok": False, "error": "expired_url" if target is None else "used_url"}, status=404)
    target.uses += 1
    body = await request.json()
    world.note("response", name="response_url", payload=body, answer="", error=None)
    if problems := message_problems(body):
        return web.json_response({"ok": False, "error": "invalid_blocks", "problems": problems}, status=400)
    shown = {key: body[key] for key in ("text", "blocks") if key in body}
    whispered = next((item for item in world.ephemerals if item["ts"] == target.message_ts), None)
    posted = world.channels[target.channel].messages if target.channel in world.channels else []
    original = whispered or next((item for item in posted if item["ts"] == target.message_ts), None)
    if body.get("delete_original") and whispered is not None:
        world.ephemerals.remove(whispered)
    elif body.get("replace_original") and original is not None:
        original.update(shown)
    elif body.get("response_type") == "in_channel":
        world.post(world.channels[target.channel], shown)
    else:
        world.whisper(target.user, target.channel, shown)
    return web.Response(text="ok")

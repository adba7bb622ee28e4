"""Files: an address to upload to, the upload, and the message with which a file appears (Slack: "Working with files")."""

from __future__ import annotations

from aiohttp import web

from simulator.world import Json, World


def upload_address(world: World, host: str, args: Json) -> Json | None:
    """`files.getUploadURLExternal`: a file id and where to put its bytes; None without a name or a length."""
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit() or int(length) < 1:
        return None
    file_id = f"F{world.number():08d}"
    world.files[file_id] = {"id": file_id, "name": name, "length": int(length), "body": None, "shared": False}
    return {"file_id": file_id, "upload_url": f"http://{host}/upload/{file_id}"}


async def upload(request: web.Request, world: World) -> web.StreamResponse:
    """`POST /upload/FILE`: the bytes, which have to be as many as were announced."""
    file = world.files.get(request.match_info["file"])
    body = await request.read()
    if file is None or file["body"] is not None:
        return web.Response(status=404)
    if len(body) != file["length"]:
        return web.Response(status=400, text="the length is not the one announced")
    file["body"] = body
    return web.Response(text=f"OK - {len(body)}")


def share(world: World, channel_id: str, args: Json) -> str | Json:
    """`files.completeUploadExternal`: put uploaded files into a conversation; Slack's word for what is wrong."""
    wanted = args.get("files") or []
    files = [world.files.get(str(item.get("id"))) for item in wanted if isinstance(item, dict)]
    if not files or any(file is None or file["body"] is None or file["shared"] for file in files):
        return "file_not_found"
    shown = []
    for file, item in zip(files, wanted, strict=True):
        if file is not None:
            file["shared"] = True
            shown.append({"id": file["id"], "name": file["name"], "title": item.get("title") or file["name"]})
    world.post(world.channels[channel_id], {"text": str(args.get("initial_comment") or ""), "files": shown})
    return {"files": shown}

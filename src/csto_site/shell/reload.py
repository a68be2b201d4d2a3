"""The preview's server: it rebuilds after every save and reloads the browsers that look on.

    watchfiles ──► changed ──► rebuild (in a thread) ──► stage ──► livereload's socket ──► browsers

Imported only by `serve`, since its libraries take their time.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from livereload.watcher import Watcher
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler, StaticFileHandler
from tornado.websocket import WebSocketHandler
from watchfiles import Change, awatch

from csto_site.model import Asset
from csto_site.permalinks import encoded
from csto_site.shell.errors import SiteError
from csto_site.shell.preview import Answer, Preview, after, answer, with_reload

HOST: Final = "127.0.0.1"
_STEP: Final = 20
"""Milliseconds: saves that follow each other within a step are one change."""
_DEBOUNCE: Final = 200
"""Milliseconds after which a change is told although saves go on."""
_GRACE: Final = 1.0
"""Seconds that a running rebuild is waited for when the server stops."""

Rebuild = Callable[[], Preview]


def serve(rebuild: Rebuild, *, watch: Sequence[Path], port: int, announce: Callable[[str], None]) -> None:
    """Serve what `rebuild` makes until Ctrl-C or SIGTERM; see `run`."""
    asyncio.run(_until_signal(rebuild, watch, port, announce))


async def _until_signal(rebuild: Rebuild, watch: Sequence[Path], port: int, announce: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(rebuild, watch=watch, port=port, announce=announce, stop=stop)


async def run(
    rebuild: Rebuild,
    *,
    watch: Sequence[Path],
    port: int,
    announce: Callable[[str], None],
    stop: asyncio.Event,
) -> None:
    """Serve on this machine alone until `stop` is set, and `announce` the address after the first build.

    `watch` names files and folders, there or not yet; whatever is saved in them leads to a rebuild that
    began after it. Port 0 takes a free one. Raises `SiteError` when the port is taken.
    """
    door = _door(port)
    stage, changed, moved = _Stage(), asyncio.Event(), asyncio.Event()
    server = HTTPServer(_application(stage))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_around(watch, moved, stop))
            tasks.create_task(_inside(watch, changed, moved, stop))
            ending = [
                tasks.create_task(_build(rebuild, stage, changed)),
                tasks.create_task(_open(server, door, stage, announce)),
            ]
            await stop.wait()
            moved.set()
            for each in ending:
                each.cancel()
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    finally:
        server.stop()
        door.close()
        await _close_browsers(server)


def _door(port: int) -> socket.socket:
    try:
        door = socket.create_server((HOST, port))
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SiteError(f"cannot serve at port {port}: {reason}: choose another, or 0 for a free one") from error
    door.settimeout(0)  # Tornado expects sockets that do not block
    return door


async def _open(server: HTTPServer, door: socket.socket, stage: _Stage, announce: Callable[[str], None]) -> None:
    """Answer from the first build on; who asked earlier waits for it."""
    await stage.ready.wait()
    server.add_socket(door)
    announce(f"http://{HOST}:{door.getsockname()[1]}{encoded(stage.shown.base)}")


async def _close_browsers(server: HTTPServer) -> None:
    for each in list(LiveReloadHandler.waiters):
        each.close()
    LiveReloadHandler.waiters.clear()
    await server.close_all_connections()


# -- watching --------------------------------------------------------------------------------------


async def _inside(watch: Sequence[Path], changed: asyncio.Event, moved: asyncio.Event, stop: asyncio.Event) -> None:
    """Set `changed` at each save below the watched folders; begin anew when one of them has come or gone."""
    while not stop.is_set():
        moved.clear()
        # The rebuild that this asks for starts when this task first waits: then the watching has begun.
        changed.set()
        folders = [path for path in watch if path.is_dir()]
        async for _ in awatch(*folders, watch_filter=_is_kept, stop_event=moved, step=_STEP, debounce=_DEBOUNCE):
            changed.set()


async def _around(watch: Sequence[Path], moved: asyncio.Event, stop: asyncio.Event) -> None:
    """Set `moved` when a watched path itself comes, goes or is replaced, as editors replace `site.yaml`.

    Watching a file directly ends with its first replacement, and a folder's with its removal.
    """
    names = {path.name for path in watch}
    parents = {path.absolute().parent for path in watch if path.absolute().parent.is_dir()}

    def is_ours(_: Change, path: str) -> bool:
        return Path(path).name in names

    async for _ in awatch(
        *parents, watch_filter=is_ours, recursive=False, stop_event=stop, step=_STEP, debounce=_DEBOUNCE
    ):
        moved.set()


_PASSING = re.compile(r".*(~|\.sw.|\.tmp)|\.#.*|4913").fullmatch


def _is_kept(_: Change, path: str) -> bool:
    """Leave out what editors write beside an open file."""
    return _PASSING(Path(path).name) is None


# -- building --------------------------------------------------------------------------------------


class _Stage:
    """What is shown now; `build` numbers it, also across restarts of the server."""

    def __init__(self) -> None:
        self.shown = Preview()
        self.build = time.time_ns() // 1_000_000
        self.ready = asyncio.Event()

    def show(self, built: Preview) -> bool:
        """Show a finished build, and tell whether a reader can see a difference."""
        before, self.shown = self.shown, after(self.shown, built)
        differs = before != self.shown
        self.build += differs
        self.ready.set()
        return differs


async def _build(rebuild: Rebuild, stage: _Stage, changed: asyncio.Event) -> None:
    """Rebuild whenever something changed; what changes during a rebuild leads to the next."""
    while True:
        await changed.wait()
        changed.clear()
        if stage.show(await _in_thread(rebuild)):
            _Reloads.reload_waiters("*")


async def _in_thread(rebuild: Rebuild) -> Preview:
    """Run a rebuild beside the server, which goes on answering.

    Not `asyncio.to_thread`: its threads keep the process from ending before a long rebuild has.
    """
    future: Future[Preview] = Future()
    thread = threading.Thread(target=_fulfil, args=(future, rebuild), daemon=True)
    thread.start()
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError:
        thread.join(_GRACE)
        raise


def _fulfil(future: Future[Preview], rebuild: Rebuild) -> None:
    future.set_running_or_notify_cancel()
    try:
        future.set_result(rebuild())
    except BaseException as error:  # noqa: BLE001 - whoever awaits the future gets it
        future.set_exception(error)


# -- answering -------------------------------------------------------------------------------------


def _application(stage: _Stage) -> Application:
    application = Application(log_function=lambda _: None)
    given = {"stage": stage}
    # Other host names would be those of foreign pages whose name was made to point here: drafts are not for them.
    application.add_handlers(
        r"localhost|127\.0\.0\.1",
        [
            (r"/livereload", _Reloads, given),
            (r"/livereload\.js", LiveReloadJSHandler),
            (r"/.*", _Answers, given),
        ],
    )
    return application


class _Answers(StaticFileHandler):
    """Answers from the stage; for assets, Tornado's own handler adds byte ranges, which films need."""

    def initialize(self, stage: _Stage) -> None:  # type: ignore[override] # what is served lies in no folder
        super().initialize(path="")
        self.stage = stage
        self.answer = Answer(404)

    async def get(self, path: str = "", include_body: bool = True) -> None:  # noqa: FBT001, FBT002 - Tornado's
        self.answer = answer(self.stage.shown, unquote(self.request.path))
        self.set_status(self.answer.status)
        if self.answer.location:
            self.redirect(self.answer.location + (f"?{self.request.query}" if self.request.query else ""))
        elif isinstance(self.answer.data, Asset):
            await super().get(path, include_body)
        else:
            self.set_headers()
            self.write(self._page(self.answer.data))

    def _page(self, data: bytes) -> bytes:
        return with_reload(data, self.request.host, self.stage.build) if self.answer.is_document else data

    async def head(self, path: str = "") -> None:
        await self.get(path, include_body=False)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:  # noqa: ARG002 - Tornado's signature
        asset = self.answer.data
        if not isinstance(asset, Asset) or not Path(asset.origin).is_file():
            raise HTTPError(404)  # it went away since the build; the next one is on its way
        return asset.origin

    def set_headers(self) -> None:
        self.set_header("Content-Type", self.answer.type)
        self.set_header("Cache-Control", "no-cache")
        if isinstance(self.answer.data, Asset):
            self.set_header("Accept-Ranges", "bytes")
            self.set_etag_header()

    def compute_etag(self) -> str | None:
        asset = self.answer.data
        return f'"{asset.digest}"' if isinstance(asset, Asset) else RequestHandler.compute_etag(self)


class _Reloads(LiveReloadHandler):  # type: ignore[misc] # livereload has no types
    """livereload's socket, which also catches up a page that was loaded while a rebuild ended.

    The open sockets are kept in a set of livereload's class: one server in a process. Its watcher, and with
    that its habit to drop a change within three seconds of the last, is never started.
    """

    watcher = Watcher()
    live_css = True

    def initialize(self, stage: _Stage) -> None:
        self.stage = stage
        self.build: int | None = None  # until the page says which one it shows

    def check_origin(self, origin: str) -> bool:
        # livereload lets every page of the web listen.
        return WebSocketHandler.check_origin(self, origin)

    def on_message(self, message: str) -> None:
        super().on_message(message)
        said: dict[str, Any] = json.loads(message)
        if said["command"] == "hello":
            self.build = said.get("snipver")
        elif self.build not in (None, self.stage.build):
            self.send_message({"command": "reload", "path": "*", "liveCSS": True, "liveImg": True})

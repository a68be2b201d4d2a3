"""Pagefind, which indexes a bundle: records in, files out, by a process of its own for each bundle.

    records ──base64 of JSON, a comma after each──► pagefind --service ──the same──► files

Its Python package speaks the same language, but sleeps a tenth of a second over each answer: ten records a second.
"""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, Any

import msgspec

from csto_site import indexes, jobs, permalinks, search, wording
from csto_site.model import OutPath, Output, Settings
from csto_site.shell.errors import SiteError

MISSING = (
    "the site has search, but Pagefind is not installed: pip install 'csto-site[search]', or build with --no-search"
)
_ENGINE = ("pagefind.js", "pagefind-worker.js")
"""What browsers run; with it comes the program for the language, `wasm.LANGUAGE.pagefind`."""
_INDEX = ("index/", "filter/", "fragment/", "pagefind.", indexes.ENTRY)
"""How the names of the files begin that say what is where; other files are interfaces that we do not use."""


def program() -> Path:
    """Find Pagefind; raises `SiteError` where the extra is not installed."""
    try:
        import pagefind_bin

        found: Path = pagefind_bin.get_executable()
    except (ImportError, FileNotFoundError):
        raise SiteError(MISSING) from None
    return found


def indexed(bundle: jobs.SearchBundle, fragments: Mapping[str, str], settings: Settings) -> Iterator[Output]:
    """Index a bundle and give its files; the engine's is that of the program that searches. Raises `SiteError`."""
    language = settings.language_of(bundle.language)
    folder = permalinks.search(language.prefix, f"{bundle.name}/").lstrip("/")
    for path, data in sorted(_files(bundle, fragments, language.dates).items()):
        yield Output(OutPath(folder + path), data)


def _files(bundle: jobs.SearchBundle, fragments: Mapping[str, str], dates: str) -> dict[str, bytes]:
    is_engine = bundle.name == search.ENGINE
    found = search.records(bundle, fragments, lambda moment: wording.date(moment, bundle.language, dates).text)
    nothing = msgspec.structs.replace(search.NOTHING, language=bundle.language)
    made = _answered(bundle.language, [nothing] if is_engine else found)
    try:
        files = indexes.ordered(made)
    except (indexes.StrangeIndexError, KeyError, ValueError, IndexError) as error:
        raise SiteError(f"Pagefind's index has a form that csto-site does not know: {error}") from error
    if is_engine:
        program = [f"wasm.{index['wasm'] or 'unknown'}.pagefind" for index in _languages(files)]
        return {path: files[path] for path in files if path in (*_ENGINE, *program) or _is_kept(path)}
    return {path: data for path, data in files.items() if _is_kept(path)}


def _is_kept(path: str) -> bool:
    return path.startswith(_INDEX) and path not in _ENGINE


def _languages(files: Mapping[str, bytes]) -> Iterable[Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = json.loads(files[indexes.ENTRY])["languages"]
    return found.values()


# -- the conversation ------------------------------------------------------------------------------


def _answered(language: str, records: Iterable[search.Record]) -> dict[str, bytes]:
    """Let a process index records, and give the files that it answers with."""
    command = [str(program()), "--service"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603 - the program of the extra
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        asking = Thread(target=_ask, args=(process.stdin, language, records), daemon=True)
        asking.start()  # while its answers are read: neither side waits for a full pipe
        try:
            for answer in _answers(process.stdout):
                if answer["type"] == "Error":
                    raise SiteError(f"Pagefind refused a record: {answer['message']}")
                if answer["type"] == "GetFiles":
                    return {file["path"]: b64decode(file["content"]) for file in answer["files"]}
        finally:
            process.kill()
            asking.join()
    raise SiteError(f"Pagefind ended before its work was done (exit status {process.returncode}): want of memory?")


def _ask(pipe: IO[bytes], language: str, records: Iterable[search.Record]) -> None:
    try:
        pipe.write(_message({"type": "NewIndex", "config": {"force_language": language}}))
        for record in records:
            pipe.write(_message({"type": "AddRecord", "index_id": 0, **msgspec.structs.asdict(record)}))
        pipe.write(_message({"type": "GetFiles", "index_id": 0}))
        pipe.flush()
    except BrokenPipeError:  # the reader of the answers learns that the process has ended
        with suppress(BrokenPipeError):
            pipe.close()  # here, with what it still holds, or it would fail once more where nobody expects it


def _message(payload: Mapping[str, object]) -> bytes:
    return b64encode(msgspec.json.encode({"message_id": 1, "payload": payload})) + b","


def _answers(pipe: IO[bytes]) -> Iterator[Mapping[str, Any]]:
    """Give answer after answer: each ends with a comma."""
    parts: list[bytes] = []
    while data := pipe.read1(1 << 20):  # type: ignore[attr-defined] # a pipe that Popen opened is buffered
        *whole, rest = data.split(b",")
        for each in whole:
            yield json.loads(b64decode(b"".join((*parts, each))))["payload"]
            parts.clear()
        parts.append(rest)

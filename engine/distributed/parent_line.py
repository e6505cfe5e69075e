"""The line from a process of a common training to the one that has started them all.

The starter hears who is there, what has failed and what a training tells; it sends stop, pause and rate. A line that is cut
tells either side that the other is gone: a process whose starter is gone ends itself, so a killed kernel leaves none behind.

Lines are JSON over a socket of this machine: a file in a folder of the user's own, or the loopback address where the system has
none; whoever connects must know the token that the starter has put into the environment.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .temporary import remove_if_abandoned

ADDRESS, TOKEN, STARTER = "ENGINE_STARTER_ADDRESS", "ENGINE_STARTER_TOKEN", "ENGINE_STARTER_PROCESS"
# Seconds between looks whether the starter lives, where a copy of its process keeps the line open.
_LOOK = 2.0
# Seconds that a process waits to be ended after it has told of a failure.
_PATIENCE = 10.0
_PIECE = 65536
# A process that is ended closes its files one after the other: the lock of its folder may go a moment after its connection.
_LETS_GO_WITHIN = 2.0
LONGEST_LINE = 2**24
_LOOPBACK = "127.0.0.1:"

Message = Mapping[str, Any]


class ParentLine:
    """This process's end of the line.

    Args:
        address: where the starter listens.
        token: what shows that this process is one of its own.
        starter: the starter's process.

    Attributes:
        hear: called with each message, in a thread of its own; messages that come before it is set are kept.
        folders: what is removed where the starter is gone and nobody else does it.
    """

    def __init__(self, address: str, token: str, starter: int) -> None:
        self._starter = starter
        self._socket = _connected(address)
        self._lock = threading.Lock()
        self._token = token
        self._over = threading.Event()
        self._hear: Callable[[Message], None] | None = None
        self._kept: list[Message] = []
        self.folders: list[Path] = [] if address.startswith(_LOOPBACK) else [Path(address).parent]

    def begin(self, rank: int, size: int) -> None:
        """Say who this is, and watch the line from here on."""
        self.send({"token": self._token, "rank": rank, "size": size, "pid": os.getpid(), "host": socket.gethostname()})
        threading.Thread(target=self._watch, name="engine-starter", daemon=True).start()

    def listen(self, hear: Callable[[Message], None]) -> None:
        """Have messages taken by a function, those first that have come already."""
        with self._lock:
            early, self._kept, self._hear = self._kept, [], hear
        for message in early:
            hear(message)

    def expect_end(self) -> None:
        """Take a cut line for an end as it should be from here on."""
        self._over.set()

    def send(self, message: Message) -> None:
        """Send a message; ends the process where the starter is gone."""
        content = json.dumps(message).encode("utf-8") + b"\n"
        try:
            with self._lock:
                self._socket.sendall(content)
        except OSError:
            _end(self.folders)

    def end(self) -> None:
        """Say that this process is about to end as it should."""
        self.send({"ends": True})
        self._over.set()

    def wait_for_end(self) -> None:
        """Give the starter time to end all processes."""
        self._over.wait(_PATIENCE)

    def _watch(self) -> None:
        self._socket.settimeout(_LOOK)
        rest = b""
        while True:
            try:
                piece = self._socket.recv(_PIECE)
            except TimeoutError:
                if not _lives(self._starter):
                    break
                continue
            except OSError:
                break
            if not piece:
                break
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                self._take(json.loads(line))
        if not self._over.is_set():
            _end(self.folders)

    def _take(self, message: Message) -> None:
        with self._lock:
            hear = self._hear
            if hear is None:
                self._kept.append(message)
        if hear is not None:
            hear(message)


def _connected(address: str) -> socket.socket:
    if address.startswith(_LOOPBACK):
        connected = socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))
    else:
        connected = socket.socket(socket.AF_UNIX)
        connected.connect(address)
    return connected


def _end(folders: Sequence[Path] = ()) -> None:
    """End this process now, whatever its threads are about: it may be in a message that nobody answers any more."""
    until = time.monotonic() + _LETS_GO_WITHIN
    for folder in folders:
        while folder.exists() and not remove_if_abandoned(folder) and time.monotonic() < until:
            time.sleep(0.02)
    os._exit(3)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's, so somebody has this number
        return True
    return True


class _State:
    line: ParentLine | None = None


_state = _State()


def forget_line() -> None:
    """Look into the environment again at the next `parent_line`."""
    _state.line = None


def parent_line() -> ParentLine | None:
    """The line to what has started this process; None where that was nobody of the engine's."""
    address, token = os.environ.get(ADDRESS), os.environ.get(TOKEN)
    if _state.line is None and address and token:
        try:
            _state.line = ParentLine(address, token, int(os.environ.get(STARTER, "0")))
        except OSError:
            _end()
    return _state.line

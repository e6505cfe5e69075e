"""Processes that are started together by `mpiexec` on this machine, and watched until they end."""

from __future__ import annotations

import hmac
import importlib.util
import json
import os
import re
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from ..errors import TrainingError
from .joining import OVERSUBSCRIBE, too_many
from .mpi import EXTRA
from .parent_line import ADDRESS, LONGEST_LINE, STARTER, TOKEN, Message
from .temporary import JOB, TemporaryFolder

# Seconds until all processes have to be there, and that they get to end by themselves.
_TO_START, _TO_END = 90.0, 5.0
_PIECE = 65536
# What MPICH's launcher says around the one thing that it knows: which signal it was.
_FRAME = ("=", "*", "This typically refers to a problem", "Please see the FAQ page")
_EXIT = "TERMINATED WITH THE EXIT STRING: "


@dataclass
class _Peer:
    """One connection."""

    socket: socket.socket
    rank: int | None = None
    pid: int = 0
    host: str = ""
    ended: bool = False
    rest: bytes = b""
    waiting: deque[Message] = field(default_factory=deque[Message])


class Started(Protocol):
    """What was started: all processes of a job, or the program that has started them."""

    def poll(self) -> int | None:
        """The exit status; None while it goes on."""
        ...

    def end(self, patience: float) -> None:
        """Wait so many seconds for its end, then end it."""
        ...

    def told(self) -> str:
        """What it has printed, as far as that is kept."""
        ...

    def first_lost(self) -> int | None:
        """The number of the process that it says was lost first; None where it says nothing."""
        ...


class Job:
    """A program that several processes run together.

    Args:
        start: the command line of each, or what starts them with these variables of the environment.
        processes: how many.
        oversubscribe: whether there may be more than cores.
        quiet: whether what they print is kept for messages rather than shown; False by default.

    Raises:
        TrainingError: there is no MPI, there are too few cores, or the processes do not start.
    """

    def __init__(
        self,
        start: Sequence[str] | Callable[[Mapping[str, str]], Started],
        processes: int,
        *,
        oversubscribe: bool = False,
        quiet: bool = False,
    ) -> None:
        oversubscribe = oversubscribe or os.environ.get(OVERSUBSCRIBE) == "1"
        problem = None if oversubscribe or callable(start) else too_many(processes)
        if problem is not None:
            raise TrainingError(where="processes", expected="a core for each process", actual=problem)
        begin = start if callable(start) else partial(Mpiexec, _launcher(), start, processes, quiet)
        self.processes = processes
        self._own = TemporaryFolder(JOB)
        self.folder = self._own.path
        self._selector = selectors.DefaultSelector()
        self._peers: dict[int, _Peer] = {}
        self._token = secrets.token_hex(16)
        self._started: Started | None = None
        try:
            self._listener, address = _listener(self.folder)
            self._selector.register(self._listener, selectors.EVENT_READ, None)
            variables = {ADDRESS: address, TOKEN: self._token, STARTER: str(os.getpid())}
            if oversubscribe:
                variables[OVERSUBSCRIBE] = "1"
            self._started = begin(variables)
            self._wait_until_all_are_there(self._started)
        except BaseException:
            self.close()
            raise

    @property
    def pids(self) -> list[int]:
        """The processes' numbers, by rank."""
        return [self._peers[rank].pid for rank in sorted(self._peers)]

    def _wait_until_all_are_there(self, started: Started) -> None:
        until = time.monotonic() + _TO_START
        while len(self._peers) < self.processes:
            for _ in self._ready(0.1):
                pass
            status = started.poll()
            if status is not None:
                self._raise_not_started(f"an end with status {status}", started)
            if time.monotonic() > until:
                self._raise_not_started(f"{len(self._peers)} of {self.processes} after {_TO_START:.0f} s", started)

    def _raise_not_started(self, actual: str, started: Started) -> None:
        last_words = started.told()
        raise TrainingError(
            where="processes",
            expected=f"{self.processes} processes to start",
            actual=f"{actual}{': ' if last_words else ''}{last_words}",
        )

    def send(self, message: Message, rank: int = 0) -> None:
        """Send a message to one of them; one that is gone is found by `messages`."""
        try:
            self._peers[rank].socket.sendall(json.dumps(message).encode("utf-8") + b"\n")
        except OSError:
            return

    def messages(self, timeout: float) -> Iterator[tuple[int, Message]]:
        """What has come from the processes; waits so many seconds where nothing has.

        Raises:
            TrainingError: a process is gone, or has told of a failure; the others are ended then.
        """
        for peer in self._ready(timeout):
            while peer.waiting:
                message = peer.waiting.popleft()
                rank = -1 if peer.rank is None else peer.rank
                if "failed" in message:
                    self.close()
                    sentence = str(message["failed"])
                    raise TrainingError(
                        sentence=sentence if message.get("told") else f"rank {rank} of {self.processes}: {sentence}",
                        where=f"rank {rank} of {self.processes}",
                        expected="a training without an exception",
                        actual=sentence,
                    )
                yield rank, message

    @property
    def is_over(self) -> bool:
        """Whether all processes have ended as they should."""
        return len(self._peers) == self.processes and all(peer.ended for peer in self._peers.values())

    def _ready(self, timeout: float) -> Iterator[_Peer]:
        for key, _ in self._selector.select(timeout):
            if key.data is None:
                connected, _ = self._listener.accept()
                self._selector.register(connected, selectors.EVENT_READ, _Peer(connected))
                continue
            peer: _Peer = key.data
            try:
                piece = peer.socket.recv(_PIECE)
            except OSError:
                piece = b""
            if not piece:
                self._forget(peer)
                if peer.rank is not None and not peer.ended:
                    self._raise_lost(peer)
                continue
            *lines, peer.rest = (peer.rest + piece).split(b"\n")
            if len(peer.rest) > LONGEST_LINE or (peer.rank is None and not self._admit(peer, lines)):
                self._forget(peer)
                continue
            for line in lines:
                message = json.loads(line)
                if message.get("ends"):
                    peer.ended = True
                elif "token" not in message:
                    peer.waiting.append(message)
            yield peer

    def _admit(self, peer: _Peer, lines: Sequence[bytes]) -> bool:
        """Whether a connection is one of the processes; nothing of another one is looked at."""
        try:
            first = json.loads(lines[0]) if lines else {}
        except ValueError:
            return False
        if not isinstance(first, dict) or not hmac.compare_digest(str(first.get("token", "")), self._token):
            return not lines
        peer.rank, peer.pid, peer.host = int(first["rank"]), int(first["pid"]), str(first["host"])
        self._peers[peer.rank] = peer
        return True

    def _forget(self, peer: _Peer) -> None:
        self._selector.unregister(peer.socket)
        peer.socket.close()

    def _raise_lost(self, peer: _Peer) -> None:
        started = self._started
        last_words = self.close()
        # The launcher ends the others at once: on a busy machine their lines may be found cut at the same time.
        first = None if started is None else started.first_lost()
        peer = next((one for one in self._peers.values() if one.pid == first), peer)
        rank, pid, host = peer.rank, peer.pid, peer.host
        raise TrainingError(
            where=f"rank {rank} of {self.processes}",
            expected="the process to go on",
            actual=f"process {pid} on {host} is gone{': ' if last_words else ', killed or out of memory'}{last_words}",
            hint="The others were ended. Go on from the last checkpoint, with as many processes as you like.",
        )

    def dismiss(self) -> None:
        """Have processes that wait for a training end as they should, and close."""
        for rank in self._peers:
            self.send({"close": True}, rank)
        until = time.monotonic() + _TO_END
        try:
            while not self.is_over and time.monotonic() < until:
                for _ in self._ready(0.1):
                    pass
        finally:
            self.close()

    def close(self) -> str:
        """End all processes, whatever they are about, and remove what they have left; gives their last words."""
        for key in list((self._selector.get_map() or {}).values()):
            if key.data is not None:
                self._forget(key.data)
        last_words, started, self._started = "", self._started, None
        if started is not None:
            started.end(_TO_END)
            last_words = started.told()
        self._selector.close()
        if hasattr(self, "_listener"):
            self._listener.close()
        self._own.remove()
        return last_words

    def __enter__(self) -> Job:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# On this machine, whatever a batch system has given besides: the processes and this one speak by a socket that no other
# machine reaches. Of MPICH's launcher, and of Open MPI's.
_HERE = {
    "HYDRA_LAUNCHER": "fork",
    "HYDRA_RMK": "user",
    "OMPI_MCA_plm": "isolated",
    "OMPI_MCA_ras": "^slurm,gridengine,alps,lsf,tm,loadleveler",
}
_MACHINES = "HYDRA_HOST_FILE"


class Mpiexec:
    """The launcher of MPI, which starts processes on this machine.

    Args:
        launcher: its path.
        program: the command line of each.
        processes: how many.
        quiet: whether what they print is kept rather than shown.
        variables: what the environment has besides.
    """

    def __init__(
        self, launcher: str, program: Sequence[str], processes: int, quiet: bool, variables: Mapping[str, str]
    ) -> None:
        self._said: list[str] = []
        self._output = tempfile.TemporaryFile() if quiet else None  # noqa: SIM115 - closed at the end
        # The library's own threads, where a plan does not use them, divide the cores likewise.
        environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, **_HERE, **variables}
        environment.pop(_MACHINES, None)
        self._process = subprocess.Popen(
            [launcher, "-n", str(processes), *program],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,  # Ctrl-C is for the starter, which tells all processes to stop
        )

    def poll(self) -> int | None:
        """The exit status; None while it goes on."""
        return self._process.poll()

    def end(self, patience: float) -> None:
        """Wait for processes whose lines are cut, and kill what has not ended then."""
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
            self._process.wait()
        self._said = self._lines()
        if self._output is not None:
            self._output.close()
            self._output = None

    def told(self) -> str:
        """The last lines that the processes have printed, without the frames that launchers draw."""
        shown = [line.strip() for line in self._lines() if line.strip() and not line.startswith(_FRAME)]
        return " ".join(line.rpartition(_EXIT)[2] for line in shown[-3:])[-400:]

    def first_lost(self) -> int | None:
        """The process that MPICH's launcher names in its frame ("=   PID 4711 RUNNING AT ...")."""
        matches = (re.match(r"=.*\bPID (\d+) RUNNING", line) for line in self._lines())
        return next((int(one[1]) for one in matches if one is not None), None)

    def _lines(self) -> list[str]:
        if self._output is None:
            return self._said
        self._output.seek(0)
        return self._output.read().decode("utf-8", "replace").splitlines()


def _listener(folder: Path) -> tuple[socket.socket, str]:
    """A socket that only this user can reach, and its address."""
    if hasattr(socket, "AF_UNIX"):
        listener, address = socket.socket(socket.AF_UNIX), str(folder / "line")
        listener.bind(address)
    else:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.listen(128)
    return listener, address


def _launcher() -> str:
    """The launcher of this environment, or of the site. Raises TrainingError where there is none."""
    if not _is_installed("mpi4py"):
        raise TrainingError(
            where="processes", expected="mpi4py and an MPI library", actual="no mpi4py", hint=f"Install them: {EXTRA}."
        )
    # The folder of an environment's programs is often not in the path of a notebook's kernel.
    beside = str(Path(sys.executable).parent)
    launcher = shutil.which("mpiexec", path=beside) or shutil.which("mpiexec") or shutil.which("mpirun")
    if launcher is None:
        raise TrainingError(
            where="processes",
            expected="mpiexec, which starts processes",
            actual="none in this environment or in the path",
            hint=f"Install an MPI library: {EXTRA}; or load the module of your site's.",
        )
    return launcher


def supervise(job: Job, stopped: Callable[[], bool] | None = None) -> int:
    """Wait until all processes of a job have ended; the exit status that rank 0 has told.

    Args:
        job: the processes.
        stopped: a function that says whether they are to stop after the present batch; None (the default): they are not.
    """
    status, asked = 0, False
    while not job.is_over:
        for rank, message in job.messages(0.05):
            if rank == 0 and "status" in message:
                status = int(message["status"])
        if stopped is not None and stopped() and not asked:
            asked = True
            job.send({"stop": "interrupted"})
    return status


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # a program has put something else in its place
        return False

"""Judges in a process of its own what reading a file does: what it raises, how long it takes, what memory, what it touches.

`judge(files)` starts the process; `python -m tests.safety.judge` is that process: a line {"reader", "path"} in, a line with
the verdict out. While a file is read every event that runs code, opens, or connects is noted by an audit hook.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kwidgets.workspace.home import home

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS = 1.0  # of the processor: a busy machine slows nothing down by this clock
MOST_BYTES = 100 * 2**20
MOST_CHARACTERS = 500
_ROOM = 2**30
_HANG = 30.0
_FORBIDDEN = ("exec", "compile", "import", "marshal.", "pickle.find_class", "subprocess.", "os.system", "os.exec", "os.fork",
              "os.posix_spawn", "os.spawn", "socket.", "urllib.", "ctypes.", "webbrowser.", "ftplib.", "http.client.")  # fmt: skip
_WRITERS = (
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.truncate",
    "shutil.",
)


@dataclass(frozen=True)
class Verdict:
    """What reading a file came to. outcome: "read", "refused", "raised" (another error), "hung" or "died"."""

    outcome: str
    error: str = ""
    message: str = ""
    seconds: float = 0.0
    nbytes: int = 0
    events: tuple[str, ...] = ()

    def faults(self, expected: str) -> list[str]:
        """What is wrong with it, in words. expected: "refused", "read", or "either"."""
        faults = []
        if self.outcome in ("hung", "died"):
            faults.append(self.outcome)
        elif self.outcome == "raised":
            faults.append(f"{self.error}: {self.message}")
        elif expected not in (self.outcome, "either"):
            faults.append(f"{self.outcome}: {self.message}")
        if self.seconds > MOST_SECONDS:
            faults.append(f"took {self.seconds:.1f} s")
        if self.nbytes > MOST_BYTES:
            faults.append(f"took {self.nbytes >> 20} MB")
        if self.outcome == "refused" and (len(self.message) > MOST_CHARACTERS or "\n" in self.message.strip()):
            faults.append(f"a message of {len(self.message)} characters, {self.message.count(chr(10)) + 1} lines")
        return [*faults, *self.events]


class Judge:
    """The process that reads, begun again where a file ended it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._home = tempfile.TemporaryDirectory()

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._home.cleanup()

    def verdict(self, reader: str, path: Path) -> Verdict:
        """Have a file read."""
        process = self._process or self._begin()
        assert process.stdin and process.stdout
        try:
            process.stdin.write(json.dumps({"reader": reader, "path": str(path)}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            status = process.wait()
            self._end()
            return Verdict("hung" if status == -14 else "died", message=f"status {status}")
        return Verdict(**{**json.loads(line), "events": tuple(json.loads(line)["events"])})

    def _begin(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        environment["KWIDGETS_HOME"] = self._home.name  # what a builder keeps is no part of the user's
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.safety.judge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    pipe.close()
            self._process = None


def judge(files: Iterable[tuple[str, str, bytes]]) -> Iterator[tuple[str, Verdict]]:
    """The verdict on each file (name, reader, content)."""
    with tempfile.TemporaryDirectory() as folder, Judge() as process:
        for name, reader, content in files:
            path = Path(folder, reader)
            path.write_bytes(content)
            yield name, process.verdict(reader, path)


class _Watch:
    """The audit hook: notes what no reading may do while `path` is read."""

    def __init__(self) -> None:
        self.path: str | None = None
        self.events: list[str] = []
        sys.addaudithook(self._hook)

    def _hook(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.path is None:
            return
        path, self.path = self.path, None  # what the hook itself does is nobody's fault
        try:
            if self._is_wrong(event, arguments, path):
                self.events.append(f"{event} {arguments!r:.120}")
        finally:
            self.path = path

    def _is_wrong(self, event: str, arguments: tuple[object, ...], path: str) -> bool:
        if event == "compile":  # `ast.parse` and `ast.literal_eval` run nothing; code that is run is noted as "exec"
            return arguments[1] not in ("<unknown>", b"<unknown>", "", b"") and not _is_source(str(arguments[1]))
        if event == "import":
            return arguments[0] not in sys.modules and not _is_ours(str(arguments[0]))
        if event == "marshal.loads" and sys._getframe(2).f_code.co_filename == "<frozen importlib._bootstrap_external>":
            return False  # a module that Python has compiled before; where it lies is noted as "open"
        if event == "exec":
            return not _is_module(arguments[0])
        if event == "open":
            return not isinstance(arguments[0], int) and not _may_open(str(arguments[0]), arguments[2], path)
        if event.startswith(_WRITERS):
            paths = [one for one in arguments if isinstance(one, str)]  # the last is what is written
            return bool(paths) and not paths[-1].startswith(tempfile.gettempdir())
        # The name of this machine: a document says where it is open.
        return event.startswith(_FORBIDDEN) and event != "socket.gethostname"


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in _TRUSTED


def _is_module(code: object) -> bool:
    """Whether code comes from a module of Python, of the libraries or of the project, first imported now."""
    return _is_source(str(getattr(code, "co_filename", "")))


def _is_source(name: str) -> bool:
    return name.startswith(("<frozen", sys.base_prefix, sys.prefix, str(ROOT))) and "/tmp/" not in name


_TRUSTED = {name.partition(".")[0] for name in sys.stdlib_module_names} | {
    "engine",
    "kwidgets",
    "numpy",
    "h5py",
    "yaml",
    "PIL",
}


def _may_open(opened: str, flags: object, path: str) -> bool:
    reading = isinstance(flags, int) and not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if opened == path or opened.startswith("/proc/") or opened.startswith("/sys/fs/cgroup"):
        return reading
    if not opened:  # Python's look for the line of a syntax error; no file has an empty name
        return True
    if opened.startswith(os.path.join(tempfile.gettempdir(), "tmp")):  # where an archive is unpacked
        return True
    if opened.startswith(str(home() / "documents")):  # where a builder saves what it shows
        return True
    return reading and opened.startswith((sys.base_prefix, sys.prefix, str(ROOT)))


def _peak() -> int:
    """The most memory since `_reset_peak`, in bytes."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _reset_peak() -> int:
    """Count the peak from now on; gives the memory that is taken now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _peak()


def _read(reader: str, path: str, watch: _Watch) -> dict[str, object]:
    from tests.safety.readers import READERS

    watch.events = []
    before, began = _reset_peak(), time.process_time()
    outcome, error, message = "read", "", ""
    watch.path = path
    try:
        READERS[reader].read(path)
    except BaseException as raised:
        watch.path = None
        families = [kind.__name__ for kind in type(raised).__mro__]
        documented = {"ValueError", "OSError", "EngineError", "Refused"} & set(families)
        outcome, error, message = "refused" if documented else "raised", type(raised).__name__, str(raised)
        if os.environ.get("SHOW"):
            traceback.print_exc()
    watch.path = None
    seconds, nbytes = time.process_time() - began, max(_peak() - before, 0)
    return {"outcome": outcome, "error": error, "message": message[:4000], "seconds": seconds, "nbytes": nbytes,
            "events": watch.events[:5]}  # fmt: skip


def main() -> None:
    """Warm up with an honest file of each reader, then answer each line."""
    import signal

    from tests.safety.readers import READERS

    answers, sys.stdout = sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as folder:
        for reader in READERS.values():
            path = Path(folder, reader.name)
            path.write_bytes(reader.honest())
            reader.read(str(path))
        used = int(Path("/proc/self/status").read_text("ascii").partition("VmSize:")[2].split()[0]) * 1024
        resource.setrlimit(resource.RLIMIT_AS, (used + _ROOM, resource.RLIM_INFINITY))
        watch = _Watch()
        for line in sys.stdin:
            request = json.loads(line)
            signal.setitimer(signal.ITIMER_REAL, _HANG)
            verdict = _read(request["reader"], request["path"], watch)
            signal.setitimer(signal.ITIMER_REAL, 0)
            print(json.dumps(verdict), file=answers, flush=True)


if __name__ == "__main__":
    main()

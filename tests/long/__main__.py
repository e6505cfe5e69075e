"""`python -m tests.long [COMMAND ...]`: checks too long for every change. Without a command: the list, and when each was run last.

A command is a module of this folder with a docstring, whose first line says what it does, and `main(arguments) -> int`.
`python -m tests.long --record COMMAND ...` also writes date, arguments, time and outcome to docs/long.md; `--table` writes
that file anew from the commands there are.
"""

from __future__ import annotations

import ast
import importlib
import io
import shlex
import sys
import time
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent
RECORD = FOLDER.parents[1] / "docs" / "long.md"
HEAD = """# Checks that are run by hand

Too long for every change, or in need of another library: `python -m tests.long COMMAND`; `--record` before the command's
name writes its row here (`tests/long/__main__.py`).

| command | what it does | last run | arguments | took | outcome |
|---|---|---|---|---|---|
"""
NEVER = ["never", "–", "–", "–"]


class Repeated(io.TextIOBase):
    """Writes on to another stream and remembers the last line that says something."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self.stream, self.last, self._line = stream, "", ""

    def write(self, text: str) -> int:
        """Pass the text on."""
        *lines, self._line = (self._line + text).split("\n")
        for line in [*lines, self._line]:
            self.last = line.strip() or self.last
        return self.stream.write(text)

    def flush(self) -> None:
        """Pass it on."""
        self.stream.flush()


def commands() -> dict[str, str]:
    """Name of each command and the first line of its docstring; nothing is imported."""
    modules = (path for path in sorted(FOLDER.glob("*.py")) if not path.stem.startswith("_"))
    texts = {path.stem: ast.parse(path.read_text("utf-8")) for path in modules}
    return {
        name: (ast.get_docstring(tree) or "").split("\n")[0]
        for name, tree in texts.items()
        if any(isinstance(node, ast.FunctionDef) and node.name == "main" for node in tree.body)
    }


def recorded() -> dict[str, list[str]]:
    """Of each command in docs/long.md: date, arguments, time and outcome of its last run."""
    rows = [
        line.strip("|\n ").split(" | ") for line in RECORD.read_text("utf-8").splitlines() if line.startswith("| `")
    ]
    return {row[0].strip("`"): [cell.strip() for cell in row[2:]] for row in rows}


def table(runs: dict[str, list[str]]) -> str:
    """The text of docs/long.md."""
    rows = ([f"`{name}`", text, *runs.get(name, NEVER)] for name, text in commands().items())
    return HEAD + "".join("| " + " | ".join(cell.replace("|", "/") for cell in row) + " |\n" for row in rows)


def show() -> None:
    """Print the commands."""
    for name, text in commands().items():
        when, arguments, took, outcome = recorded().get(name, NEVER)
        print(f"{name:<16} {text}")
        print(f"{'':<16} last run: {when}" + ("" if when == "never" else f", {arguments}, {took}, {outcome}"))


def run(name: str, arguments: list[str], record: bool) -> int:
    """Run a command; gives its exit status."""
    began, stream = time.monotonic(), sys.stdout
    sys.stdout = repeated = Repeated(stream)
    try:
        status = importlib.import_module(f"tests.long.{name}").main(arguments)
    finally:
        sys.stdout = stream
    minutes = (time.monotonic() - began) / 60
    outcome = ("passed: " if status == 0 else f"exit status {status}: ") + repeated.last
    print(f"{name}: {minutes:.1f} min, {outcome}")
    if record:
        written = f"`{shlex.join(arguments)}`" if arguments else "–"
        row = [date.today().isoformat(), written, f"{minutes:.1f} min", outcome]
        RECORD.write_text(table({**recorded(), name: row}), "utf-8")
    return status


def main(arguments: list[str]) -> int:
    """Run a command or list them all."""
    record = arguments[:1] == ["--record"]
    names = arguments[record:]
    if not names or names[0] in ("-h", "--help"):
        show()
        return 0
    if names[0] == "--table":
        RECORD.write_text(table(recorded()), "utf-8")
        return 0
    if names[0] not in commands():
        print(f"No command {names[0]!r}; there are {', '.join(commands())}.", file=sys.stderr)
        return 2
    return run(names[0], names[1:], record)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

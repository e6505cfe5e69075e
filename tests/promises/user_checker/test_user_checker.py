"""What type checkers tell a user: pyright and mypy take every right call and refuse every wrong one, line by line."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[2]
FILES = ("right.py", "wrong.py")
CALLS = "# Calls, one a line."
# What a refusal says, in the words of pyright's and of mypy's rules: that a call or an argument is wrong, nothing else.
REFUSALS = {
    "reportArgumentType",
    "reportCallIssue",
    "arg-type",
    "call-arg",
    "call-overload",
    "list-item",
    "typeddict-item",
}

Errors = dict[str, dict[int, str]]


def run(command: list[str], folder: Path, **environment: str) -> str:
    """What a checker prints. It ends with 1 where it has refused something."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def by_pyright(folder: Path) -> Errors:
    """Messages of pyright by file and line."""
    settings = {"include": ["."], "extraPaths": [str(ROOT)], "pythonVersion": "3.10", "typeCheckingMode": "standard"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--outputjson"]
    report = json.loads(run(command, folder))
    errors: Errors = {name: {} for name in FILES}
    for entry in report["generalDiagnostics"]:
        if entry["severity"] == "error":
            line = entry["range"]["start"]["line"] + 1
            errors[Path(entry["file"]).name][line] = f"{entry.get('rule', '')}: {entry['message']}"
    return errors


def by_mypy(folder: Path) -> Errors:
    """Messages of mypy by file and line."""
    command = [sys.executable, "-m", "mypy", "--follow-imports=silent", "--python-executable", sys.executable]
    command += ["--cache-dir", str(folder / "cache"), "--python-version", "3.10", "--no-error-summary", *FILES]
    errors: Errors = {name: {} for name in FILES}
    for row in run(command, folder, MYPYPATH=str(ROOT)).splitlines():
        parts = re.fullmatch(r"(\w+\.py):(\d+): error: (.*?)\s+\[([\w-]+)\]", row)
        if parts is not None:
            errors[parts[1]][int(parts[2])] = f"{parts[4]}: {parts[3]}"
    return errors


def calls(name: str) -> dict[int, str]:
    """The calls of a file by line."""
    text = (FOLDER / name).read_text("utf-8")
    first = text[: text.index(CALLS)].count("\n") + 1
    lines = text.splitlines()
    return {node.lineno: lines[node.lineno - 1] for node in ast.parse(text).body if node.lineno > first}


@pytest.fixture(scope="module", params=[by_pyright, by_mypy], ids=["pyright", "mypy"])
def errors(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Errors:
    """What a checker says of both files, which it finds in a folder of their own as a user's program would be."""
    folder = tmp_path_factory.mktemp("program")
    for name in FILES:
        (folder / name).write_text((FOLDER / name).read_text("utf-8"), "utf-8")
    return request.param(folder)


def test_the_files_hold_at_least_sixty_calls_each() -> None:
    assert all(len(calls(name)) >= 60 for name in FILES)


def test_every_right_call_is_taken(errors: Errors) -> None:
    lines = (FOLDER / "right.py").read_text("utf-8").splitlines()
    refused = [f"{lines[line - 1]}  <- {message}" for line, message in sorted(errors["right.py"].items())]
    assert not refused, "\n".join(refused)


def test_every_wrong_call_is_refused(errors: Errors) -> None:
    taken = [text for line, text in calls("wrong.py").items() if line not in errors["wrong.py"]]
    assert not taken, "\n".join(["these should be refused:", *taken])


def test_a_wrong_call_is_refused_for_what_is_wrong_with_it(errors: Errors) -> None:
    other = {
        line: message
        for line, message in errors["wrong.py"].items()
        if line not in calls("wrong.py") or message.partition(":")[0] not in REFUSALS
    }
    assert not other


def test_the_wheel_tells_type_checkers_to_read_both_packages() -> None:
    carried = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {"engine/py.typed", "kwidgets/py.typed", "engine/types.py"} <= carried

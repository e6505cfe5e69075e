"""Kill a process that edits a document, at a moment by chance, and see what comes back."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from kwidgets.autosave import Autosave
from kwidgets.document import Document, Refused
from kwidgets.document.commands import Message
from kwidgets.document.draft import Draft
from kwidgets.workspace.documents import DocumentStore
from kwidgets.workspace.owners import me

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"add": 12, "set": 5, "move": 5, "undo": 3, "redo": 2, "remove": 2, "train": 3, "note": 1, "template": 0.2}
CHILD = """
import pathlib, sys
from tests.kwidgets.killed_editing import edit_for_ever
edit_for_ever(pathlib.Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass(frozen=True)
class Outcome:
    """told: how many commands the process had answered. missing: of these; None if none of the latest states came back."""

    told: int
    missing: int | None
    undo_is_whole: bool


def random_command(document: Document, chance: random.Random) -> Message:
    """One command for the present state of a document."""
    nodes = list(document.draft.nodes())
    name = chance.choices(list(NAMES), list(NAMES.values()))[0]
    if name in ("add", "set", "move", "remove") and not nodes:
        return {"do": "add", "class_name": "Input", "settings": {"shape": [8]}}
    node = chance.choice(nodes) if nodes else ""
    field, amount = chance.choice(["units", "rate"]), chance.randint(1, 500)
    commands: dict[str, Message] = {
        "add": {"do": "add", "class_name": chance.choice(["Dense", "Dropout", "Activation"]), "after": node},
        "set": {"do": "set", "layers": [node.partition("@")[0]], "field": field, "value": amount},
        "move": {"do": "move", "positions": {node: [amount, 9]}},
        "remove": {"do": "remove", "nodes": [node], "heal": True},
        "train": {"do": "set_training", "epochs": amount},
        "note": {"do": "note", "text": f"note {amount}", "position": [5, 5]},
        "template": {"do": "template", "name": chance.choice(["residual", "digits_cnn"])},
    }
    return commands.get(name, {"do": name})


def edit_for_ever(folder: Path, seed: int) -> None:
    """Edit a document that saves itself, and print the version after each command that changed it."""
    document, chance, pauses = Document(), random.Random(seed), random.Random()
    # What is promised holds where the disk answers: here each edit waits for it, as slow as it may be.
    Autosave(document, "d", me(), store=DocumentStore(folder), patience=60.0).begin(with_model=False)
    print("ready", flush=True)
    while True:
        before = document.version
        with contextlib.suppress(Refused):
            document.do(random_command(document, chance))
        if document.version != before:
            print(document.version, flush=True)
            if pauses.random() < 0.1:
                time.sleep(pauses.random() * 0.05)


def killed_editing(folder: Path, seed: int) -> Outcome:
    """Start such a process, kill it, and open its document."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(folder), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    with process.stdout as output:
        assert output.readline() == "ready\n"
        time.sleep(random.Random(seed).uniform(0.02, 0.8))
        process.send_signal(signal.SIGKILL)
        lines = [line for line in output.read().splitlines(keepends=True) if line.endswith("\n")]
    process.wait()
    last = int(lines[-1]) if lines else 0
    document = Document()
    autosave = Autosave(document, "d", me(), store=DocumentStore(folder))
    autosave.begin(with_model=False)
    autosave.close()
    # The process may have carried out one command more than it could tell.
    for missing in range(-1, 20):
        then = _replayed(seed, last - missing)
        if missing <= last and then.draft == document.draft and _past(then) == _past(document):
            return Outcome(last, max(missing, 0), True)
    latest = [missing for missing in range(20) if _replayed(seed, last - missing).draft == document.draft]
    return Outcome(last, min(latest, default=None), False)


def _replayed(seed: int, version: int) -> Document:
    """The document of the process as it was in a version."""
    document, chance = Document(), random.Random(seed)
    while document.version < version:
        with contextlib.suppress(Refused):
            document.do(random_command(document, chance))
    return document


def _past(document: Document) -> list[tuple[str, Draft]]:
    return [(step.label, step.draft) for step in document.steps().undo]

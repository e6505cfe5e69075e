"""`python -m tests.training_table` writes the table of docs/experiment.md: the keys of `training` in an experiment's text."""

from __future__ import annotations

import json
from pathlib import Path

from engine.describe.classes import declared_fields
from engine.experiment import TrainingSettings

TARGET = Path(__file__).resolve().parents[1] / "docs" / "experiment.md"
MARK = "from `TrainingSettings` in engine/_training/settings.py. -->\n"
HEAD = "| key | what it does | what it may be | default |\n|---|---|---|---|\n"


def table() -> str:
    """The declared settings, one a line; defaults as YAML."""
    return HEAD + "".join(
        f"| `{name}` | {setting.help} | {_in_yaml(setting.rule.sentence)} | `{json.dumps(setting.default)}` |\n"
        for name, setting in declared_fields(TrainingSettings).items()
    )


def _in_yaml(sentence: str) -> str:
    for python, yaml in (("None", "null"), ("True", "true"), ("False", "false")):
        sentence = sentence.replace(python, f"`{yaml}`")
    return sentence


def text() -> str:
    """The whole file: what stands before the mark, and the table."""
    before, mark, _ = TARGET.read_text(encoding="utf-8").partition(MARK)
    return f"{before}{mark}\n{table()}"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")

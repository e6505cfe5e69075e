"""Notebooks of tf.keras and Keras 3 (2018-2026), run with `import engine.compat`. --mirror DIR [--held-back | --second | --third].

As `public_notebooks`, which runs them: `tests/long/public_later.txt` names them, data sets are random numbers, trainings one
short epoch. Those that the list marks "held back" are run with `--held-back` alone: nobody looks at them while names are added.
A second set, chosen when the first had been looked at, is run with `--second`; a third, drawn by chance from fourteen
repositories among notebooks that need neither files nor packages beside Keras's, with `--third`.
`--fetch DIR` clones what the list names, `--names DIR` writes the names that they use. docs/public.md tells what runs,
docs/compat_names.md which of their names are there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from engine._code.used_names import used_names

from .public_lists import content, read_list
from .public_notebooks import Kind, run_all, statements_of

LATER = Kind("public_later", "Notebooks of tf.keras and Keras 3", ".ipynb", json.loads, is_later=True)
HELD_BACK, SECOND, THIRD = "held back", "held back, second set", "held back, third set"


def fetch(mirror: Path) -> int:
    """Clone the repositories of the list that are not there yet."""
    for repository in dict.fromkeys(entry.repository for entry in read_list(LATER.list)):
        target = mirror / repository.replace("/", "+") / "repo"
        if not target.exists():
            command = ["git", "clone", "--quiet", "--bare", f"https://github.com/{repository}", str(target)]
            subprocess.run(command, check=True)
    return 0


def write_names(mirror: Path) -> int:
    """Write which names the notebooks use, and how many use each."""
    counts, held = Counter[str](), Counter[str]()
    for entry in read_list(LATER.list):
        notebook = json.loads(content(mirror, entry).decode("utf-8"))
        cells = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
        names = set(used_names([statement for cell in cells for statement in statements_of(cell)]))
        counts.update(names)
        held.update(names if entry.beside else ())
    lines = [f"{name}\t{count}\t{held[name]}\n" for name, count in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]
    about = "# name, notebooks that use it, those of them that are held back: python -m tests.long public_later --names DIR\n"
    (Path(__file__).parent / "public_later_names.txt").write_text(about + "".join(lines), "utf-8")
    return 0


def main(arguments: list[str]) -> int:
    """Run them; 1 where our code fails."""
    if arguments[:1] == ["--names"]:
        return write_names(Path(arguments[1]))
    if arguments[:1] == ["--fetch"]:
        return fetch(Path(arguments[1]))
    options = {"--held-back": HELD_BACK, "--second": SECOND, "--third": THIRD}
    mark = next((options[one] for one in arguments if one in options), "")
    rest = [one for one in arguments if one not in options]
    chosen = [entry for entry in read_list(LATER.list) if entry.beside == mark]
    return run_all(LATER, rest, __doc__, chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Files that Keras's examples fetch or want in their folder, made small: stories, texts, vectors of words, pictures."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

PEOPLE = ("Mary", "John", "Daniel", "Sandra")
ROOMS = ("bathroom", "hallway", "office", "garden")
TASKS = ("qa1_single-supporting-fact", "qa2_two-supporting-facts")
# What the scripts that take arguments are given.
ARGUMENTS: dict[str, list[str]] = {
    "deep_dream.py": ["picture.png", "dream"],
    "neural_doodle.py": [
        *("--nlabels", "2", "--style-image", "small.png", "--style-mask", "mask.png"),
        *("--target-mask", "mask.png", "--target-image-prefix", "doodle"),
    ],
    "neural_style_transfer.py": ["narrow.png", "narrow.png", "styled", "--iter", "1"],
}
# Numbers in scripts that go on for hours, and what stands in their place; a backend that one refuses by its name.
SHORTER: dict[str, list[tuple[str, str]]] = {
    "conv_filter_visualization.py": [("range(200)", "range(4)"), ("range(20)", "range(2)"), ("n = 8", "n = 1")],
    "conv_lstm.py": [("n_samples=1200)", "n_samples=12)"), ("[:1000]", "[:10]"), ("which = 1004", "which = 11")],
    "mnist_acgan.py": [
        ("epochs = 100", "epochs = 1"),
        ("mnist.load_data()", "[[one[:1000] for one in two] for two in mnist.load_data()]"),
    ],
    "mnist_swwae.py": [("K.backend() == 'tensorflow'", "False")],
    "neural_doodle.py": [("range(50)", "range(1)")],
}


def write(folder: Path, home: Path) -> None:
    """Make all files: those of the scripts' folder, and those that `get_file` finds in Keras's cache at `home`.

    Raises:
        ValueError: a script does not have the text that is to be another here.
    """
    for script, changes in SHORTER.items():
        text = (folder / script).read_text("utf-8")
        for old, new in changes:
            if old not in text:
                raise ValueError(
                    f"{script}: expected the text {old!r}, which is replaced by {new!r} to make it shorter"
                )
            text = text.replace(old, new)
        (folder / script).write_text(text, "utf-8")
    rng = np.random.default_rng(4)
    cache = home / "datasets"
    cache.mkdir(parents=True)
    _write_stories(cache / "babi-tasks-v1-2.tar.gz", rng)
    words = [f"word{index}" for index in range(300)]
    (cache / "nietzsche.txt").write_text(" ".join(rng.choice(words, 900)), "utf-8")
    (folder / "fra-eng").mkdir()
    pairs = (f"{' '.join(rng.choice(words, 3))}.\t{' '.join(rng.choice(words, 4))} !" for _ in range(200))
    (folder / "fra-eng" / "fra.txt").write_text("\n".join(pairs) + "\n", "utf-8")
    (folder / "glove.6B").mkdir()
    rows = (f"{word} {' '.join(map(str, rng.normal(size=100).round(3)))}\n" for word in words)
    (folder / "glove.6B" / "glove.6B.100d.txt").write_text("".join(rows), "utf-8")
    for group in range(4):
        (folder / "20_newsgroup" / f"group{group}").mkdir(parents=True)
        for number in range(30):
            text = "From: somebody\n\n" + " ".join(rng.choice(words, 80))
            (folder / "20_newsgroup" / f"group{group}" / str(number)).write_text(text, "utf-8")
    for name, size in (("picture", (160, 160)), ("small", (32, 32)), ("narrow", (400, 40))):
        Image.fromarray(rng.integers(0, 256, (*size, 3), "uint8")).save(folder / f"{name}.png")
    halves = np.zeros((32, 32, 3), "uint8")
    halves[:, 16:] = 255
    Image.fromarray(halves).save(folder / "mask.png")


def _write_stories(path: Path, rng: np.random.Generator) -> None:
    """An archive in the layout of the bAbI tasks."""
    with tarfile.open(path, "w:gz") as archive:
        for size in ("en", "en-10k"):
            for task in TASKS:
                for part in ("train", "test"):
                    data = "".join(_story(rng) for _ in range(60)).encode()
                    entry = tarfile.TarInfo(f"tasks_1-20_v1-2/{size}/{task}_{part}.txt")
                    entry.size = len(data)
                    archive.addfile(entry, io.BytesIO(data))


def _story(rng: np.random.Generator) -> str:
    lines, where = [], {}
    for number in range(1, 5):
        person, room = str(rng.choice(PEOPLE)), str(rng.choice(ROOMS))
        where[person] = room
        lines.append(f"{number} {person} went to the {room}.\n")
    return "".join(lines) + f"5 Where is {person}? \t{where[person]}\t4\n"

"""What becomes of models where the library is missing, damaged or for another processor, and what `engine.config.show` says."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from engine._native.library import LEVELS
from engine._native.location import checksum_path, library_path

from .programs import needs_library

TRAINING = """
import os, sys
if sys.argv[1:] == ["one core"]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
import numpy as np
from engine import config
from engine._native.library import library
from engine.layers import Dense
from engine.models import Sequential
rng = np.random.default_rng(0)
model = Sequential([Dense(300, activation="relu", input_dim=40), Dense(3, activation="softmax")])
model.set_weights([rng.normal(size=w.shape) * 0.1 for w in model.get_weights()])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
x, y = rng.normal(size=(90, 40)), np.eye(3)[rng.integers(0, 3, 90)]
losses = model.fit(x, y, epochs=5, batch_size=32, shuffle=False, verbose=0).history["loss"]
loaded, lines = library(), []
config.show(lines.append)
print(*(line for line in lines if line.startswith("Steps")), "none" if loaded is None else loaded.level, sep="\\n")
print(*(loss.hex() for loss in map(float, losses)))
"""


def _trained(*arguments: str, **environment: str) -> tuple[str, str, list[float]]:
    """What the engine says of steps, the level, and the losses of five epochs."""
    ran = subprocess.run(
        [sys.executable, "-c", TRAINING, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not ran.stderr
    said, level, losses = ran.stdout.splitlines()
    return said, level, [float.fromhex(loss) for loss in losses.split()]


@needs_library
def test_every_level_and_numpy_alone_train_alike():
    said, level, expected = _trained(ENGINE_NATIVE="0")
    assert (said, level) == ("Steps run op by op on NumPy: ENGINE_NATIVE=0.", "none")
    for wish in LEVELS:
        said, level, losses = _trained(ENGINE_NATIVE=wish)
        assert LEVELS.index(level) <= LEVELS.index(wish)
        assert said == f"Steps run compiled, as one call where each of their operations is known to it ({level})."
        np.testing.assert_allclose(losses, expected, rtol=1e-4)


@needs_library
def test_one_core_and_several_threads_train_to_the_same_bits():
    several = _trained()
    assert _trained(OMP_NUM_THREADS="1") == several
    if hasattr(os, "sched_setaffinity"):
        assert _trained("one core") == several


def _for_another_processor(content: bytes) -> bytes:
    """The file with another processor's number in the header of ELF: 183 for ARM, 62 for x86-64."""
    other = 62 if platform.machine() == "aarch64" else 183
    return content[:18] + other.to_bytes(2, "little") + content[20:]


DAMAGED = {
    "empty": lambda content: b"",
    "no library": lambda content: b"not a library" * 100,
    **({"for another processor": _for_another_processor} if sys.platform.startswith("linux") else {}),
}


@needs_library
@pytest.mark.parametrize("damage", DAMAGED)
def test_a_library_that_cannot_be_loaded_is_named_and_numpy_trains(tmp_path, damage):
    path = tmp_path / library_path().name
    path.write_bytes(DAMAGED[damage](library_path().read_bytes()))
    said, level, losses = _trained(ENGINE_NATIVE=str(path))
    assert said.startswith(f"Steps run op by op on NumPy: {path} cannot be loaded (")
    assert level == "none"
    assert losses == _trained(ENGINE_NATIVE="0")[2]


CHANGED = {
    "cut off": lambda content: content[: len(content) // 2],
    "changed": lambda content: content[:5000] + bytes(200) + content[5200:],
    "longer": lambda content: content + b"x",
    "of zeros": lambda content: bytes(len(content)),
}


@needs_library
@pytest.mark.parametrize("change", CHANGED)
def test_a_library_that_is_not_as_it_was_built_is_never_loaded(tmp_path, change):
    path = tmp_path / library_path().name
    path.write_bytes(CHANGED[change](library_path().read_bytes()))
    checksum_path(path).write_bytes(checksum_path(library_path()).read_bytes())
    said, level, losses = _trained(ENGINE_NATIVE=str(path))
    assert said.startswith(
        f"Steps run op by op on NumPy: {path} is not as it was built: it has {path.stat().st_size} bytes"
    )
    assert level == "none"
    assert losses == _trained(ENGINE_NATIVE="0")[2]


def test_a_library_that_is_missing_is_named_and_numpy_trains(tmp_path):
    said, level, losses = _trained(ENGINE_NATIVE=str(tmp_path / "none.so"))
    assert said == f"Steps run op by op on NumPy: there is no {tmp_path / 'none.so'}."
    assert level == "none"
    assert losses == _trained(ENGINE_NATIVE="0")[2]


@needs_library
def test_another_library_is_not_taken_for_ours(tmp_path):
    said, level, _ = _trained(ENGINE_NATIVE=_some_library())
    assert "cannot be loaded" in said
    assert level == "none"


def _some_library() -> str:
    """A shared library that has nothing to do with the engine: one of NumPy's modules."""
    return np.random._generator.__file__


@needs_library
def test_a_wish_that_is_no_level_is_said_and_the_best_is_taken():
    said, level, _ = _trained(ENGINE_NATIVE="avx9")
    assert level == _trained()[1]
    assert said.endswith(f"({level}; ENGINE_NATIVE=avx9 is none of 0, baseline, avx2, avx512, a path).")

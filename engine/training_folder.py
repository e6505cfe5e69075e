"""A folder that keeps one training: what was trained, on which data, and its last checkpoint.

experiment.yaml    what is trained, and how
data.json          the fingerprint of each array
checkpoint.h5      where it stands: a model file that `load_model` reads as well
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ._files import files
from ._files.text import read_any, write_yaml
from .errors import FileError, shorten
from .experiment import Experiment
from .types import Array, Config


class TrainingFolder:
    """The files of a training that is kept.

    Args:
        path: the folder; made where there is none.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.checkpoint = self.path / "checkpoint.h5"
        self._experiment, self._data = self.path / "experiment.yaml", self.path / "data.json"

    def prepare(self, experiment: Experiment, arrays: Mapping[str, Array], *, resume: bool) -> bool:
        """Write down what is trained, or see that it is the same; whether there is a checkpoint to go on from.

        Args:
            experiment: what is to be trained; another number of epochs makes a resumed training longer or shorter.
            arrays: all arrays of the data.
            resume: go on with the training that is there. One that was cut off before its first checkpoint begins anew.

        Raises:
            FileError: the folder holds a training and `resume` is False; or it holds none, another one, or one on other
                data, and `resume` is True.
        """
        if resume:
            self._check(experiment, arrays)
            return self.checkpoint.exists()
        if self.checkpoint.exists() or self._experiment.exists():
            raise FileError(
                file=str(self.path),
                expected="an empty folder",
                actual="a training that is kept there",
                hint="Add --resume to go on with it, or choose another folder.",
            )
        self.path.mkdir(parents=True, exist_ok=True)
        files.write_text(self._data, json.dumps(fingerprints(arrays), indent=1) + "\n")
        files.write_text(self._experiment, write_yaml(dict(experiment)))
        return False

    def _check(self, experiment: Experiment, arrays: Mapping[str, Array]) -> None:
        if not self._experiment.exists():
            raise FileError(
                file=str(self.path),
                expected="a training that was kept there",
                actual="no experiment.yaml",
                hint="Leave out --resume to begin one.",
            )
        known = read_any(files.read_text(self._experiment), str(self._experiment))
        differs = _difference(_comparable(known), _comparable(read_any(write_yaml(dict(experiment)), "")))
        if differs is not None:
            hint = "Resume with the experiment that is kept there, or choose another folder."
            raise FileError(file=str(self._experiment), expected=f"the same {differs}", actual="another", hint=hint)
        before, now = read_any(files.read_text(self._data), str(self._data)), fingerprints(arrays)
        for name in sorted(before.keys() | now.keys()):
            if before.get(name) != now.get(name):
                actual = "no such array" if name not in now else "other numbers, or another shape"
                hint = "Give the data that the training began with."
                raise FileError(
                    file=str(self._data), expected=f"array {shorten(name)} as it was", actual=actual, hint=hint
                )


_ROWS_AT_A_TIME = 4096


def fingerprints(arrays: Mapping[str, Array]) -> dict[str, str]:
    """SHA-256 of type, shape and bytes of each array; of one in a file that is larger than the memory, of its mark.

    >>> fingerprints({"x": np.zeros(3)})["x"][:8]
    '7e9aa208'
    """
    return {str(name): _fingerprint(array) for name, array in arrays.items()}


def _fingerprint(array: Array) -> str:
    """Of what is read while training goes on a piece at a time, or of its mark."""
    mark = getattr(array, "mark", None)
    if isinstance(mark, str):
        return hashlib.sha256(mark.encode()).hexdigest()
    if not hasattr(array, "dtype") or not array.ndim:
        array = np.asarray(array)
    digest = hashlib.sha256(f"{array.dtype.str}{tuple(array.shape)}".encode())
    pieces = (
        [array] if not array.ndim else (array[i : i + _ROWS_AT_A_TIME] for i in range(0, len(array), _ROWS_AT_A_TIME))
    )
    for piece in pieces:
        digest.update(np.ascontiguousarray(piece).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def _comparable(experiment: Config) -> Config:
    """Without what may change: how long it trains, and where the builder draws the layers."""
    training = {key: value for key, value in (experiment.get("training") or {}).items() if key != "epochs"}
    return {**{key: value for key, value in experiment.items() if key not in ("layout", "notes")}, "training": training}


def _difference(one: object, other: object, path: str = "") -> str | None:
    """Where two experiments differ first: "training.optimizer.class_name"; None for equal ones."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        keys = sorted(map(str, one.keys() | other.keys()))
        inner = (_difference(one.get(key), other.get(key), f"{path}.{key}".lstrip(".")) for key in keys)
        return next((place for place in inner if place is not None), None)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        inner = (_difference(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(one, other, strict=True)))
        return next((place for place in inner if place is not None), None)
    return None if one == other else path or "experiment"

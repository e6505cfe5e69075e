"""`tf.Module`, `tf.train.Checkpoint` and `tf.random.Generator`: what programs keep weights and random numbers in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .._files import npz
from .._graph.tensor import Variable
from .._machine.random import draw_seed
from ..errors import FileError
from ..layers.base import Layer
from ..optimizers import Optimizer
from ..types import Array
from .values import eager, value_of


class Module:
    """Holds variables, layers and modules in attributes, and finds them again.

    Args:
        name: its name, the class's by default.
    """

    def __init__(self, name: str | None = None) -> None:
        self._module_name = name or type(self).__name__.lower()

    @property
    def name(self) -> str:
        """Its name."""
        return self._module_name

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All variables inside."""
        return tuple(dict.fromkeys(w for value in vars(self).values() for w in _variables(value)))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those that training changes."""
        layers = {w for value in vars(self).values() for layer in _layers(value) for w in layer.non_trainable_weights}
        return tuple(w for w in self.variables if w.trainable and w not in layers)

    @property
    def submodules(self) -> tuple[Any, ...]:
        """Modules and layers inside."""
        modules: dict[Any, None] = {}
        for value in vars(self).values():
            for one in _parts(value):
                if isinstance(one, (Module, Layer)):
                    modules[one] = None
                    modules.update(dict.fromkeys(one.submodules if isinstance(one, Module) else one.sublayers))
        return tuple(modules)


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple, Mapping)):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _parts(one)
    else:
        yield value


def _layers(value: Any) -> Iterator[Layer]:
    return (one for one in _parts(value) if isinstance(one, Layer))


def _variables(value: Any) -> Iterator[Variable]:
    for one in _parts(value):
        if isinstance(one, Variable):
            yield one
        elif isinstance(one, Module):
            yield from one.variables
        elif isinstance(one, Layer):
            yield from one.weights


class Checkpoint:
    """Weights of models, optimizers, modules and variables in a file, by the names that they are given here.

    Args:
        root: one object whose weights are kept, without a name.
        **kwargs: objects by name.
    """

    def __init__(self, root: Any = None, **kwargs: Any) -> None:
        self._held = {**({} if root is None else {"root": root}), **kwargs}
        self.save_counter = Variable((), "int64", "save_counter", np.asarray(0), False)
        vars(self).update(kwargs)

    def save(self, file_prefix: Any) -> str:
        """Write a numbered file.

        Args:
            file_prefix: its name without number and ending.

        Returns:
            The name without ending, for `restore`.
        """
        self.save_counter.assign_add(1)
        return self.write(f"{file_prefix}-{int(self.save_counter.host())}")

    def write(self, file_prefix: Any) -> str:
        """Write a file: arrays as .npz.

        Args:
            file_prefix: its name without ending.

        Returns:
            The name without ending.
        """
        path = Path(f"{file_prefix}.npz")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            arrays: Any = {f"{n}/{i}": a for n, held in self._held.items() for i, a in enumerate(_arrays(held))}
            np.savez(file, **arrays)
        return str(file_prefix)

    def restore(self, save_path: Any) -> Checkpoint:
        """Take the weights of a file; None, as `latest_checkpoint` gives where there is none, changes nothing.

        Args:
            save_path: its name without ending.

        Returns:
            The checkpoint, whose `assert_consumed` and `expect_partial` do nothing more.

        Raises:
            FileError: the file has not the arrays of these objects.
        """
        if save_path is None:
            return self
        stored = npz.read(f"{save_path}.npz")
        for name, trackable in self._held.items():
            arrays = [stored[key] for key in sorted((k for k in stored if k.startswith(f"{name}/")), key=_number)]
            if not arrays and not _arrays(trackable):
                continue
            if not hasattr(trackable, "set_weights") and len(arrays) != len(_arrays(trackable)):
                expected = f"{len(_arrays(trackable))} arrays of {name!r}"
                raise FileError(file=str(save_path), expected=expected, actual=str(len(arrays)))
            if hasattr(trackable, "set_weights"):
                trackable.set_weights(arrays)
            else:
                for variable, array in zip(_variables(trackable), arrays, strict=True):
                    variable.assign(array)
        return self

    read = restore

    def assert_consumed(self) -> Checkpoint:
        """Nothing more to check: `restore` takes all arrays or raises."""
        return self

    def expect_partial(self) -> Checkpoint:
        """Nothing to keep quiet."""
        return self


def _number(key: str) -> int:
    return int(key.rpartition("/")[2])


def _arrays(trackable: Any) -> list[Array]:
    if isinstance(trackable, (Layer, Optimizer)):
        return [np.asarray(a) for a in trackable.get_weights()]
    return [np.array(w.host()) for w in _variables(trackable)]


class CheckpointManager:
    """Files of a checkpoint in a folder, the last ones of which are kept.

    Args:
        checkpoint: what is written.
        directory: the folder.
        max_to_keep: how many files; None: all.
        checkpoint_name: how their names begin.
        **_: accepted as in TensorFlow.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        directory: Any,
        max_to_keep: int | None,
        checkpoint_name: str = "ckpt",
        **_: object,
    ) -> None:
        self._checkpoint, self._folder = checkpoint, Path(directory)
        self._most, self._name = max_to_keep, checkpoint_name
        self.checkpoints = _files(self._folder)

    @property
    def latest_checkpoint(self) -> str | None:
        """The last file."""
        return self.checkpoints[-1] if self.checkpoints else None

    def save(self, checkpoint_number: Any = None, **_: object) -> str:
        """Write a file, and remove the oldest ones."""
        if checkpoint_number is None:
            path = self._checkpoint.save(self._folder / self._name)
        else:
            path = self._checkpoint.write(self._folder / f"{self._name}-{int(value_of(checkpoint_number))}")
        self.checkpoints = [*(one for one in self.checkpoints if one != path), path]
        while self._most and len(self.checkpoints) > self._most:
            Path(f"{self.checkpoints.pop(0)}.npz").unlink(missing_ok=True)
        return path


def _files(folder: Path) -> list[str]:
    paths = sorted(folder.glob("*.npz"), key=lambda path: path.stat().st_mtime)
    return [str(path.with_suffix("")) for path in paths]


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The last file of a `Checkpoint` in a folder; None where there is none."""
    files = _files(Path(checkpoint_dir))
    return files[-1] if files else None


class Generator:
    """Random numbers that go on from a seed, not those of TensorFlow.

    Args:
        seed: the seed; the engine's random numbers by default.
    """

    def __init__(self, seed: int | None = None) -> None:
        self._drawn = np.random.default_rng(draw_seed() if seed is None else seed)

    @classmethod
    def from_seed(cls, seed: int, alg: Any = None) -> Generator:
        """One that begins with a seed."""
        return cls(int(seed))

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """One that begins anywhere."""
        return cls(int(np.random.default_rng().integers(2**31)))

    def reset_from_seed(self, seed: int) -> None:
        """Begin anew with a seed."""
        self._drawn = np.random.default_rng(int(seed))

    def normal(
        self, shape: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", name: Any = None
    ) -> Any:
        """Numbers from a normal distribution."""
        return eager(self._drawn.normal(mean, stddev, _sizes(shape)).astype(dtype))

    def uniform(self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", name: Any = None) -> Any:
        """Numbers from minval (included) to maxval."""
        kind = np.dtype(dtype)
        if kind.kind in "iu":
            return eager(self._drawn.integers(int(minval), int(maxval), _sizes(shape)).astype(kind))
        return eager(self._drawn.uniform(minval, 1.0 if maxval is None else maxval, _sizes(shape)).astype(kind))

    def split(self, count: int = 1) -> list[Generator]:
        """Others that draw other numbers."""
        return [Generator(int(self._drawn.integers(2**31))) for _ in range(count)]

    def make_seeds(self, count: int = 1) -> Any:
        """Seeds, (2, count)."""
        return eager(self._drawn.integers(0, 2**31, (2, count)))


def _sizes(shape: Any) -> list[int]:
    return [int(n) for n in np.ravel(value_of(shape))]


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """The generator that programs share."""
    if not _global:
        _global.append(Generator())
    return _global[0]


def set_global_generator(generator: Generator) -> None:
    """Share another generator."""
    _global[:] = [generator]


def _stateless(shape: Any, seed: Any) -> tuple[list[int], np.random.Generator]:
    return _sizes(shape), np.random.default_rng([int(n) & 0xFFFFFFFF for n in np.ravel(value_of(seed))])


def stateless_normal(
    shape: Any, seed: Any, mean: float = 0.0, stddev: float = 1.0, dtype: Any = "float32", **_: Any
) -> Any:
    """Numbers from a normal distribution, the same for a seed each time."""
    sizes, drawn = _stateless(shape, seed)
    return eager(drawn.normal(mean, stddev, sizes).astype(dtype))


def stateless_uniform(
    shape: Any, seed: Any, minval: Any = 0, maxval: Any = None, dtype: Any = "float32", **_: Any
) -> Any:
    """Numbers from minval (included) to maxval, the same for a seed each time."""
    sizes, drawn = _stateless(shape, seed)
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        return eager(drawn.integers(int(minval), int(maxval), sizes).astype(kind))
    return eager(drawn.uniform(minval, 1.0 if maxval is None else maxval, sizes).astype(kind))


def categorical(logits: Any, num_samples: int, dtype: Any = "int64", seed: int | None = None, name: Any = None) -> Any:
    """Classes by chance, (N, samples), by the softmax of logits (N, C)."""
    x = np.asarray(value_of(logits), "float64")
    shares = np.exp(x - x.max(-1, keepdims=True))
    sums = (shares / shares.sum(-1, keepdims=True)).cumsum(-1)
    drawn = np.random.default_rng(draw_seed() if seed is None else seed).random((len(x), int(num_samples)))
    return eager(np.stack([np.searchsorted(row, one) for row, one in zip(sums, drawn, strict=True)]).astype(dtype))


RANDOM: dict[str, object] = {
    "Generator": Generator,
    "categorical": categorical,
    "get_global_generator": get_global_generator,
    "set_global_generator": set_global_generator,
    "stateless_normal": stateless_normal,
    "stateless_uniform": stateless_uniform,
}
TRAIN: dict[str, object] = {
    "Checkpoint": Checkpoint,
    "CheckpointManager": CheckpointManager,
    "latest_checkpoint": latest_checkpoint,
}

"""Two processes of which one does something else: `mpiexec -n 2 python -m tests.engine.distributed.misbehaving KIND`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine import layers
from engine._training.common import all_ready
from engine.callbacks import Callback
from engine.distributed import connect
from engine.experiment import read_npz
from engine.models import Sequential

from .accidents import small_data, small_model


class Raises(Callback):
    """A callback with a fault."""

    def on_batch_end(self, batch: int, logs: object = None) -> None:
        """Fail at the third batch."""
        if batch == 2:
            raise RuntimeError("a fault of the callback")


def other_data(rank: int) -> None:
    """Rank 1 has other numbers."""
    x, y = small_data()
    small_model().fit(x + rank, y, verbose=0)


def fewer_rows(rank: int) -> None:
    """Rank 1 has fewer rows, and so would end at another batch."""
    x, y = small_data(640 - 64 * rank)
    small_model().fit(x, y, verbose=0)


def other_model(rank: int) -> None:
    """Rank 1 has another layer."""
    model = Sequential([layers.Dense(16 + rank, input_dim=8), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(*small_data(), verbose=0)


def no_data(rank: int) -> None:
    """Rank 1 has data of a wrong shape."""
    x, y = small_data()
    small_model().fit(x[:, : 8 - rank], y, verbose=0)


def no_file(rank: int) -> None:
    """Rank 1 does not see the file of the data."""
    with all_ready("train"):
        read_npz("/nowhere/data.npz" if rank else _kept(small_data()))


def _kept(data: tuple[np.ndarray, np.ndarray]) -> str:
    path = str(Path(tempfile.mkdtemp()) / "data.npz")
    np.savez(path, x=data[0], y=data[1])
    return path


def raises(rank: int) -> None:
    """A callback fails, which rank 0 alone calls."""
    small_model().fit(*small_data(), verbose=0, callbacks=[Raises()])


def stateful(rank: int) -> None:
    """A layer keeps a state for each row."""
    model = Sequential([layers.LSTM(3, stateful=True, batch_input_shape=(4, 5, 2)), layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((8, 5, 2)), np.zeros((8, 1)), batch_size=4, verbose=0)


def generator(rank: int) -> None:
    """Batches come from a generator, which cannot be divided."""
    x, y = small_data()
    small_model().fit(((x[:8], y[:8]) for _ in range(9)), steps_per_epoch=4, verbose=0)


def own_step(rank: int) -> None:
    """A model writes its own step."""

    class Own(Sequential):
        def train_step(self, data: object) -> dict[str, float]:
            return {"loss": 0.0}

    model = Own([layers.Dense(1, input_dim=8)])
    model.compile("sgd", "mse")
    model.fit(*small_data(), verbose=0)


KINDS: dict[str, Callable[[int], None]] = {
    kind.__name__: kind
    for kind in (other_data, fewer_rows, other_model, no_data, no_file, raises, stateful, generator, own_step)
}

if __name__ == "__main__":
    with connect() as ranks:
        KINDS[sys.argv[1]](ranks.rank)

"""Methods of `Model` that take batches from a generator, by their names in Keras 2: `fit_generator` and its sisters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .._declared import keras1
from .._training.control import Control
from .._training.user_data import Generated, Validation
from ..callbacks import Callback, History
from ..events import Listener
from ..layers.node import single
from ..types import Array, Batches, ClassWeight, InputBatches, ValidationData
from .attributes import trainer_of
from .network import Network

if TYPE_CHECKING:
    from typing_extensions import Unpack


@keras1.accepts_old("fit_generator")
def fit_generator(
    self: Network,
    generator: Batches,
    steps_per_epoch: int | None = None,
    epochs: int = 1,
    verbose: int = 1,
    callbacks: Sequence[Callback] | None = None,
    validation_data: ValidationData | None = None,
    validation_steps: int | None = None,
    class_weight: ClassWeight | None = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    shuffle: bool = True,
    initial_epoch: int = 0,
    *,
    control: Control | None = None,
    listeners: Iterable[Listener] = (),
    **old: Unpack[keras1.OldFitGenerator],
) -> History:
    """Train on batches from a generator or a Sequence; an error in the generator passes through unchanged.

    Args:
        self: the model.
        generator: gives (x, y) or (x, y, sample_weight); it goes on from epoch to epoch, a Sequence is read whole.
        steps_per_epoch: batches in an epoch; needed for a generator.
        epochs: as in `fit`.
        verbose: as in `fit`.
        callbacks: as in `fit`.
        validation_data: arrays, a generator or a Sequence.
        validation_steps: batches of validation; needed for a generator.
        class_weight: as in `fit`.
        max_queue_size: batches that are made ahead at most, 10 by default.
        workers: threads that make batches ahead, 1 by default; 0 makes them in the calling thread.
        use_multiprocessing: accepted; threads are used.
        shuffle: whether a Sequence is read in another order each epoch, True by default.
        initial_epoch: as in `fit`.
        control: as in `fit`.
        listeners: as in `fit`.

    Raises:
        NotCompiled: compile has not been called.
        SettingError: the number of batches is not known.
        DataError: a batch does not fit the model.
    """
    return trainer_of(self).fit(
        Generated(generator, steps_per_epoch, class_weight, shuffle, workers, max_queue_size, "steps_per_epoch"),
        Validation(validation_data, validation_steps),
        epochs=epochs,
        initial_epoch=initial_epoch,
        verbose=verbose,
        callbacks=callbacks,
        control=control,
        listeners=listeners,
    )


@keras1.accepts_old("evaluate_generator")
def evaluate_generator(
    self: Network,
    generator: Batches,
    steps: int | None = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
    **old: Unpack[keras1.OldQueue],
) -> float | list[float]:
    """As `evaluate`, on batches from a generator (`steps` of them) or a Sequence; the rest as in `fit_generator`."""
    generated = Generated(generator, steps, workers=workers, queue=max_queue_size)
    return single(list(trainer_of(self).evaluate(generated, verbose).values()))


@keras1.accepts_old("predict_generator")
def predict_generator(
    self: Network,
    generator: InputBatches,
    steps: int | None = None,
    max_queue_size: int = 10,
    workers: int = 1,
    use_multiprocessing: bool = False,
    verbose: int = 0,
    **old: Unpack[keras1.OldQueue],
) -> Array | list[Array]:
    """As `predict`, on batches x, (x, y) or (x, y, sample_weight) from a generator (`steps`) or a Sequence."""
    generated = Generated(generator, steps, workers=workers, queue=max_queue_size)
    return single(trainer_of(self).predict(generated, verbose))

"""Compiled sets of tensors, for training and for predicting: data checks and step functions, made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .._graph.tensor import Placeholder, Tensor, Variable
from .._machine import config
from .._machine.device import to_host
from .._machine.random import Stream
from ..errors import DataError
from ..optimizers import Optimizer
from ..types import Array
from . import data, weights
from .data import Fed
from .objective import Goal, Objective
from .step import RecordedTrainStep, Step, TrainStep, Update
from .updater import FlatWeights, Updater

Function = Callable[[Sequence[Any]], list[Any]]


class Compiled:
    """What `compile` settled: it stays true whatever is changed in the layers afterwards.

    variables, updates, penalties, added_metrics: trainable weights, assignments after each step, extra losses, tensors
    shown by name, as of now.
    """

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        input_names: Sequence[str],
        goals: Sequence[Goal],
        optimizer: Optimizer,
        *,
        variables: Sequence[Variable],
        updates: Sequence[Update] = (),
        state_updates: Sequence[Update] = (),
        penalties: Sequence[Tensor] = (),
        added_metrics: Sequence[tuple[str, Tensor]] = (),
        random: Callable[[], Stream] | None = None,
    ) -> None:
        self.inputs = list(inputs)
        self.goals = list(goals)
        self.outputs = [goal.output for goal in self.goals]
        self.optimizer = optimizer
        self.variables = list(variables)
        self._updates, self._state_updates = list(updates), list(state_updates)
        self._penalties, self._added_metrics = list(penalties), list(added_metrics)
        self._random = random
        self._objectives: dict[tuple[str, ...], Objective] = {}
        self._train_steps: dict[tuple[str, ...], TrainStep | RecordedTrainStep] = {}
        self._test_steps: dict[tuple[str, ...], Step] = {}
        self._updater: Updater | None = None
        objective = self.objective(())
        self.names = objective.names
        self.stateful_names = objective.stateful_names
        self._trained = objective.goals
        self.input_places = [
            data.Place(name, x.shape, x.dtype) for name, x in zip(input_names, self.inputs, strict=True)
        ]
        self._fed_goals = [goal for goal in self._trained if goal.fed]
        self.target_places = [data.Place(g.name, g.target_shape, g.output.dtype, "output") for g in self._fed_goals]
        self._familiar: tuple[Any, ...] | None = None

    def objective(self, weighted: tuple[str, ...]) -> Objective:
        """The graph in which these outputs have sample weights."""
        found = self._objectives.get(weighted)
        if found is None:
            found = self._objectives[weighted] = Objective(self.goals, self._penalties, weighted, self._added_metrics)
        return found

    def updater(self) -> Updater:
        """The optimizer's accumulators; made at first use, when the weights move into flat memory."""
        if self._updater is None:
            self._updater = Updater(self.optimizer, FlatWeights(self.variables))
        return self._updater

    def train_step(self, weighted: tuple[str, ...] = ()) -> TrainStep | RecordedTrainStep:
        """The function that trains on one batch."""
        found = self._train_steps.get(weighted)
        if found is None:
            objective = self.objective(weighted)
            inputs, updates = [*self.inputs, *objective.inputs], [*self._updates, *objective.metric_updates]
            common: Any = {"variables": self.variables, "optimizer": self.optimizer, "updates": updates}
            if self.optimizer.records_updates:
                found = RecordedTrainStep(inputs, objective.values, random=self._random, **common)
            else:
                found = TrainStep(inputs, objective.values, random=self._random, updater=self.updater(), **common)
            self._train_steps[weighted] = found
        return found

    def test_step(self, weighted: tuple[str, ...] = ()) -> Step:
        """The function that measures one batch."""
        found = self._test_steps.get(weighted)
        if found is None:
            objective = self.objective(weighted)
            inputs = [*self.inputs, *objective.inputs]
            found = self._test_steps[weighted] = Step(
                inputs,
                objective.values,
                updates=[*self._state_updates, *objective.metric_updates],
                random=self._random,
            )
        return found

    def reset_metrics(self) -> None:
        """Let stateful metrics begin anew, as at the start of each epoch and evaluation."""
        for metric in self.objective(()).stateful_metrics:
            metric.reset_states()

    def feed(self, x: Any, y: Any, sample_weight: Any = None, class_weight: Any = None) -> Fed:
        """Check and order the user's arrays; raises DataError naming the array and the cure."""
        if sample_weight is None and class_weight is None and type(x) is np.ndarray and type(y) is np.ndarray:
            # Training batch by batch passes the same kind of arrays again and again: one comparison instead of all.
            kind = (x.shape, x.dtype, y.shape, y.dtype)
            if self._familiar is not None and self._familiar[0] == kind:
                return Fed([_shaped(x, self._familiar[1]), _shaped(y, self._familiar[2])], ())
            fed = self._feed(x, y, None, None)
            if len(self.inputs) == 1 and len(fed.arrays) == 2:
                self._familiar = (kind, fed.arrays[0].shape, fed.arrays[1].shape)
            return fed
        return self._feed(x, y, sample_weight, class_weight)

    def _feed(self, x: Any, y: Any, sample_weight: Any, class_weight: Any) -> Fed:
        inputs = data.fit_to_places(x, self.input_places)
        self._check_labels(y)
        targets = data.fit_to_places(y, self.target_places)
        places = [*self.input_places, *self.target_places]
        data.count_samples([*inputs, *targets], places)
        fed = {goal.name: target for goal, target in zip(self._fed_goals, targets, strict=True)}
        names = [goal.name for goal in self.goals]
        of_samples = dict(zip(names, weights.per_output(sample_weight, names, "sample_weight"), strict=True))
        of_classes = dict(zip(names, weights.per_output(class_weight, names, "class_weight"), strict=True))
        found = {
            goal.name: weights.sample_weights(
                fed.get(goal.name), of_samples[goal.name], of_classes[goal.name], name=goal.name, temporal=goal.temporal
            )
            for goal in self._trained
        }
        weighted = {name: array for name, array in found.items() if array is not None}
        return Fed([*inputs, *targets, *weighted.values()], tuple(weighted))

    def with_all_weights(self, fed: Fed) -> list[Array]:
        """Fed arrays with a weight of 1 for the samples of the outputs that were given none."""
        count = len(fed.arrays) - len(fed.weighted)
        given = dict(zip(fed.weighted, fed.arrays[count:], strict=True))
        ones = np.ones(fed.size, config.floatx())
        return [*fed.arrays[:count], *(given.get(goal.name, ones) for goal in self._trained)]

    @property
    def all_targets_fed(self) -> bool:
        """Whether all targets come with the data."""
        return len(self._fed_goals) == len(self._trained)

    # What Keras's code reads of a compiled model, in the graph where every trained output has sample weights

    @property
    def trained_names(self) -> tuple[str, ...]:
        """Names of the outputs that have a loss."""
        return tuple(goal.name for goal in self._trained)

    @property
    def total_loss(self) -> Tensor:
        """The tensor that training makes smaller."""
        return self.objective(self.trained_names).total

    @property
    def targets(self) -> list[Tensor]:
        """The targets, one for each trained output."""
        return list(self.objective(self.trained_names).targets)

    @property
    def sample_weights(self) -> list[Placeholder]:
        """Where sample weights are fed, one for each trained output."""
        return list(self.objective(self.trained_names).weights.values())

    @property
    def metrics_tensors(self) -> list[Tensor]:
        """Losses of the outputs, if several, and metrics, in the order of `names[1:]`."""
        return list(self.objective(self.trained_names).values[1:])

    @property
    def loss_functions(self) -> list[Any]:
        """The loss of each output, None where it is not trained."""
        return [goal.loss for goal in self.goals]

    @property
    def train_function(self) -> Function | None:
        """One update from [*inputs, *targets] (+ sample weights, + learning phase); None until it is first made."""
        return self._function(self.train_step) if self._train_steps else None

    @property
    def test_function(self) -> Function | None:
        """Loss and metrics from [*inputs, *targets] (+ sample weights); None until it is first made."""
        return self._function(self.test_step) if self._test_steps else None

    def _function(self, step_for: Callable[[tuple[str, ...]], Step]) -> Function:
        plain, weighted = len(self.inputs) + len(self.target_places), self.trained_names

        def function(arrays: Sequence[Any]) -> list[Any]:
            whole = plain + len(weighted)
            step = step_for(weighted if len(arrays) >= whole else ())
            return run_listed(step, arrays, [plain, whole])

        return function

    def _check_labels(self, y: Any) -> None:
        """Explain labels that do not suit their loss, before their shape is refused without a reason."""
        given = y
        if isinstance(y, dict):
            given = [y.get(place.name) for place in self.target_places]
        elif len(self.target_places) == 1 and not (isinstance(y, (list, tuple)) and len(y) == 1):
            given = [y]
        if not isinstance(given, (list, tuple)) or len(given) != len(self.target_places):
            return
        for target, goal, place in zip(given, self._fed_goals, self.target_places, strict=True):
            if hasattr(target, "shape"):
                data.check_labels(target, place, goal.output.shape, getattr(goal.loss, "__name__", ""))


class Predictor:
    """The function that gives a network's outputs, and the check of its inputs."""

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        input_names: Sequence[str],
        outputs: Sequence[Tensor],
        *,
        state_updates: Sequence[Update] = (),
        random: Callable[[], Stream] | None = None,
    ) -> None:
        self.step = Step(inputs, outputs, updates=state_updates, random=random)
        self.places = [data.Place(name, x.shape, x.dtype) for name, x in zip(input_names, inputs, strict=True)]

    def feed(self, x: Any) -> list[Array]:
        """Check and order the user's inputs; raises DataError naming the array and the cure."""
        arrays = data.fit_to_places(x, self.places)
        data.count_samples(arrays, self.places)
        return arrays

    def run(self, arrays: Sequence[Any]) -> list[Any]:
        """Outputs from a list of inputs (Keras's `predict_function`)."""
        return run_listed(self.step, arrays, [len(self.places)])


def run_listed(step: Step, arrays: Sequence[Any], counts: Sequence[int]) -> list[Any]:
    """Run a step on a list of arrays; a number after them is Keras's learning phase, which the step knows itself."""
    listed = [np.asarray(a) for a in arrays]
    if len(listed) - 1 in counts and listed[-1].ndim == 0:
        listed.pop()
    if len(listed) not in counts:
        raise DataError(
            where="function of a model",
            expected=f"a list of {' or '.join(map(str, sorted(set(counts))))} arrays",
            found=f"{len(listed)}",
        )
    with step.lock:
        return [np.array(value) for value in step.run(listed)]


def _shaped(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The array in a shape; itself where it has it already, as callbacks may compare."""
    return array if array.shape == shape else array.reshape(shape)


def floats(values: Sequence[Array]) -> list[float]:
    """Results of a step as Python numbers."""
    return [float(to_host(value)) for value in values]


def check_batch_size(batch_size: int | None, samples: int | None, stateful: bool) -> int:
    """The batch size, 32 by default; raises DataError where a stateful model gets a last batch of another size."""
    size = 32 if batch_size is None else int(batch_size)
    if size < 1:
        raise DataError(where="batch_size", expected="a whole number above 0", found=repr(batch_size))
    if stateful and samples is not None and samples > size and samples % size:
        raise DataError(
            where="batch_size",
            expected="batches of one size, as the model is stateful",
            found=f"{samples} samples in batches of {size}",
        )
    return size

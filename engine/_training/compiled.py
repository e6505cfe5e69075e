"""What `compile` makes: checks of the data and step functions for training and predicting, made when first needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import NamedTuple, TypeAlias, TypedDict

import numpy as np

from .._graph.graph import order
from .._graph.tensor import Constant, Placeholder, Tensor, Variable
from .._machine import config
from .._machine.device_base import Device
from .._machine.random import Stream
from .._machine.ranks import joined
from ..errors import DataError
from ..losses import LossFunction, usual_name
from ..metrics import Metric
from ..optimizers import LossScaleOptimizer, Optimizer
from ..types import Array, ArrayLike, ClassWeight, Data, DType, SampleWeight, Shape
from . import data, weights
from .array_rows import ArrayData
from .counts import whole
from .data import CheckedArrays
from .entry import Entry, read_now
from .exchange import Exchange
from .objective import Objective, OutputSpec
from .parallel import ParallelStep, train_step
from .part import Part
from .precision import lowered
from .step import RecordedTrainStep, Step, TrainStep, Update, check_fixed_batch
from .updater import FlatWeights, Updater

Function: TypeAlias = Callable[[Sequence[ArrayLike]], list[Array]]


class _Common(TypedDict):
    """What both kinds of training steps are made of."""

    variables: list[Variable]
    optimizer: Optimizer
    updates: list[Update]
    random: Callable[[], Stream] | None


class Compiled:
    """What training and measuring work with from one `compile` to the next, whatever is changed in the layers meanwhile."""

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        input_names: Sequence[str],
        output_specs: Sequence[OutputSpec],
        optimizer: Optimizer,
        *,
        variables: Sequence[Variable],
        updates: Sequence[Update] = (),
        state_updates: Sequence[Update] = (),
        penalties: Sequence[Tensor | float] = (),
        added_metrics: Sequence[tuple[str, Tensor]] = (),
        random: Callable[[], Stream] | None = None,
        devices: Sequence[Device] = (),
    ) -> None:
        self.output_specs = list(output_specs)
        self.outputs = [spec.output for spec in self.output_specs]
        self.entry = Entry(inputs, self.outputs)
        self.inputs = self.entry.fed
        self.optimizer = optimizer
        self.variables = list(variables)
        self._updates, self._state_updates = list(updates), list(state_updates)
        self._penalties, self._added_metrics = list(penalties), list(added_metrics)
        self._random = random
        self._devices = devices
        self.preparing: Sequence[Callable[[], None]] = ()  # what is called before each training step
        self._objectives: dict[tuple[str, ...], Objective] = {}
        self._train_steps: dict[tuple[str, ...], TrainStep | RecordedTrainStep] = {}
        self._test_steps: dict[tuple[str, ...], Step] = {}
        self._updater: Updater | None = None
        self.mixed = config.mixed_precision()
        self.ranks = joined()
        self._part = Part(config.floatx()) if self.ranks.size > 1 else None
        self._exchange: Exchange | None = None
        self.with_accuracy: Compiled | None = None
        """What measures accuracy too, for calls in Keras 0.x's way; made when one first asks."""
        self.in_other_precision: Compiled | None = None
        """The same in the precision of a training that chose another; made when one first does."""
        objective = self.objective(())
        self.names = objective.names
        self.stateful_names = objective.stateful_names
        self._trained = objective.output_specs
        self.input_specs = [data.ArraySpec(name, x.shape, x.dtype) for name, x in zip(input_names, inputs, strict=True)]
        self._fed_outputs = [spec for spec in self._trained if spec.fed]
        self.target_specs = [
            data.ArraySpec(g.name, g.target_shape, g.output.dtype, "output", _of_classes(g)) for g in self._fed_outputs
        ]
        self._familiar: _Familiar | None = None

    def objective(self, weighted: tuple[str, ...]) -> Objective:
        """The graph that takes sample weights for these outputs."""
        objective = self._objectives.get(weighted)
        if objective is None:
            objective = self._objectives[weighted] = Objective(
                self.output_specs, self._penalties, weighted, self._added_metrics, self._part
            )
        return objective

    def updater(self) -> Updater:
        """The optimizer's slots; made at first use, when the weights move into flat memory."""
        if self._updater is None:
            averages = [variable for variable, _ in self._updates]
            room = Exchange.room(len(self.names), averages) if self._part is not None else 0
            with self._devices[0].active() if self._devices else nullcontext():
                flat = FlatWeights(self.variables, room)
                self._updater = Updater(self._scaling(flat.device) or self.optimizer, flat)
            if self._part is not None and flat.tail is not None:
                self._exchange = Exchange(self.ranks, flat.messages, flat.tail, averages, self._part)
        return self._updater

    def _scaling(self, device: Device) -> LossScaleOptimizer | None:
        """The optimizer with a scale of the loss, where the device trains in mixed precision."""
        known = self.optimizer
        single = self._part is None and not self._devices and config.floatx() == "float32"
        multiplies = self.mixed is not None and not device.on_host and single and not known.records_updates
        if isinstance(known, LossScaleOptimizer):
            known.multiply_losses(multiplies)
            return known
        if not multiplies:
            return None
        scaling = LossScaleOptimizer(known)
        scaling.multiply_losses(True)
        return scaling

    @property
    def exchange(self) -> Exchange | None:
        """What sends gradients to the other processes of a common training; None where there is none."""
        self.updater()
        return self._exchange

    def end_fit(self) -> None:
        """What follows the last batch of a fit: running means take the place of the weights where the optimizer keeps some."""
        if self._updater is not None:
            self._updater.take_means()

    def share_updater(self, other: Compiled) -> None:
        """Train on with the slots of what the same weights were compiled for before."""
        self._updater = other.updater()

    def go_on_from(self, other: Compiled) -> None:
        """Train on with the weights and slots of the same network, compiled in another precision."""
        before = other._updater
        if before is None:
            return
        scaling = self._scaling(before.device)
        if self._updater is None:
            self._updater = Updater(scaling or self.optimizer, before.weights, before)
        else:
            self._updater.state = dict(before.state)

    @property
    def loss_scale(self) -> list[float] | None:
        """The scale of the loss and the updates since it changed, where the optimizer itself does not keep them."""
        gate = None if self._updater is None else self._updater.gate
        if not isinstance(gate, LossScaleOptimizer) or gate is self.optimizer:
            return None
        return [gate.loss_scale, float(gate.step_counter.host())]

    @loss_scale.setter
    def loss_scale(self, kept: Sequence[float] | None) -> None:
        """Go on with what a training had come to; nothing where this one has no such scale, or that one had none."""
        gate = self.updater().gate
        if kept is not None and isinstance(gate, LossScaleOptimizer) and gate is not self.optimizer:
            gate.dynamic_scale.assign(np.asarray(kept[0]))
            gate.step_counter.assign(np.asarray(int(kept[1])))

    def train_step(self, weighted: tuple[str, ...] = ()) -> TrainStep | RecordedTrainStep:
        """The function that trains on one batch."""
        step = self._train_steps.get(weighted)
        if step is None:
            objective = self.objective(weighted)
            inputs = [*self.inputs, *objective.inputs]
            common: _Common = {
                "variables": self.variables,
                "optimizer": self.optimizer,
                "updates": [*self._updates, *objective.metric_updates],
                "random": self._random,
            }
            if self.optimizer.records_updates:
                step = RecordedTrainStep(inputs, objective.values, **common)
            else:
                updater, values = self.updater(), objective.values
                if updater.gate is not None and updater.gate.scale_in_graph is not None:
                    common["optimizer"] = updater.gate
                    values, common["updates"] = self._lowered(values, common["updates"])
                step = train_step(self._devices, inputs, values, exchange=self._exchange, updater=updater, **common)
            self._train_steps[weighted] = step
        return step

    def _lowered(self, values: Sequence[Tensor], updates: Sequence[Update]) -> tuple[list[Tensor], list[Update]]:
        """Values and what is assigned after a step, with products in half precision."""
        assigned = [(v, t if isinstance(t, Tensor) else Constant(t)) for v, t in updates]
        lowered_tensors = lowered([*values, *(t for _, t in assigned)], np.dtype(self.mixed), self.outputs)
        own, others = lowered_tensors[: len(values)], lowered_tensors[len(values) :]
        return own, list(zip((v for v, _ in assigned), others, strict=True))

    @property
    def steps(self) -> list[Step]:
        """The steps for training and measuring that are made so far."""
        return [*self._train_steps.values(), *self._test_steps.values()]

    def test_step(self, weighted: tuple[str, ...] = ()) -> Step:
        """The function that measures one batch."""
        step = self._test_steps.get(weighted)
        if step is None:
            objective = self.objective(weighted)
            inputs = [*self.inputs, *objective.inputs]
            step = self._test_steps[weighted] = Step(
                inputs,
                objective.values,
                updates=[*self._state_updates, *objective.metric_updates],
                random=self._random,
            )
        return step

    @property
    def state_variables(self) -> list[Variable]:
        """What steps assign beside the trained weights: moving averages, states of layers and metrics."""
        pairs = (*self._updates, *self._state_updates, *self.objective(()).metric_updates)
        return list(dict.fromkeys(variable for variable, _ in pairs))

    @property
    def row_states(self) -> list[Variable]:
        """What layers keep of each row from one batch to the next."""
        return [variable for variable, _ in self._state_updates]

    @property
    def own_streams(self) -> list[Stream]:
        """The streams of layers that have a seed of their own."""
        streams = (call.op.own_stream for call in order(self.objective(()).values))
        return list(dict.fromkeys(stream for stream in streams if stream is not None))

    @property
    def learning_rate(self) -> float:
        """The optimizer's rate now."""
        return float(self.optimizer.learning_rate)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        """Train on with another rate."""
        self.optimizer.learning_rate = value

    def reset_metrics(self) -> None:
        """Set stateful metrics back, as at the start of each epoch and evaluation."""
        for metric in self.objective(()).stateful_metrics:
            metric.reset_states()

    def begin_batch(self, anew: bool) -> None:
        """Set metrics that are objects back before a batch of the user's own, unless they are to count on.

        Those of Keras 2.2.4, which are layers, count on until a training or evaluation begins, as they do there.
        """
        for metric in self.objective(()).stateful_metrics:
            if anew and isinstance(metric, Metric):
                metric.reset_states()

    def feed(
        self,
        x: Data | None,
        y: Data | None,
        sample_weight: SampleWeight | None = None,
        class_weight: ClassWeight | None = None,
    ) -> CheckedArrays:
        """Check and order the user's arrays.

        Raises:
            DataError: an array does not fit; the message names it and says what to do.
        """
        if sample_weight is None and class_weight is None and type(x) is np.ndarray and type(y) is np.ndarray:
            # Batch after batch has arrays of the same kind: one comparison then stands for all checks.
            kind = (x.shape, x.dtype, y.shape, y.dtype)
            if self._familiar is not None and self._familiar.kind == kind:
                return CheckedArrays([_shaped(x, self._familiar.x_shape), _shaped(y, self._familiar.y_shape)], ())
            checked = self._checked(x, y, None, None)
            if len(self.inputs) == 1 and len(checked.arrays) == 2 and self.entry.takes_as_given:
                self._familiar = _Familiar(kind, checked.arrays[0].shape, checked.arrays[1].shape)
            return checked
        return self._checked(x, y, sample_weight, class_weight)

    def _checked(
        self, x: Data | None, y: Data | None, sample_weight: SampleWeight | None, class_weight: ClassWeight | None
    ) -> CheckedArrays:
        inputs = data.fit_to_specs(x, self.input_specs)
        self._check_labels(y)
        targets = data.fit_to_specs(y, self.target_specs)
        names = [*data.called(x, self.input_specs), *data.called(y, self.target_specs)]
        data.count_samples([*inputs, *targets], [*self.input_specs, *self.target_specs], names)
        target_of = {spec.name: target for spec, target in zip(self._fed_outputs, targets, strict=True)}
        names = [spec.name for spec in self.output_specs]
        of_samples = dict(zip(names, weights.per_output(sample_weight, names, "sample_weight"), strict=True))
        of_classes = dict(zip(names, weights.per_output(class_weight, names, "class_weight"), strict=True))
        weights_of = {
            spec.name: weights.sample_weights(
                target_of.get(spec.name),
                of_samples[spec.name],
                of_classes[spec.name],
                name=spec.name,
                temporal=spec.temporal,
            )
            for spec in self._trained
        }
        used = {name: array for name, array in weights_of.items() if array is not None}
        return CheckedArrays([*self.entry.arrays(inputs), *targets, *used.values()], tuple(used))

    def with_all_weights(self, checked: CheckedArrays) -> list[ArrayData]:
        """Checked arrays, with weights of 1 added for outputs that were given none."""
        count = len(checked.arrays) - len(checked.weighted)
        weights_of = dict(zip(checked.weighted, checked.arrays[count:], strict=True))
        ones = np.ones(checked.size, config.floatx())
        return [*checked.arrays[:count], *(weights_of.get(spec.name, ones) for spec in self._trained)]

    @property
    def all_targets_fed(self) -> bool:
        """Whether all targets come with the data."""
        return len(self._fed_outputs) == len(self._trained)

    # What Keras's code reads of a compiled model, in the graph where every trained output has sample weights

    @property
    def trained_names(self) -> tuple[str, ...]:
        """Names of the outputs that have a loss."""
        return tuple(spec.name for spec in self._trained)

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
    def loss_functions(self) -> list[LossFunction | None]:
        """The loss of each output, None where it is not trained."""
        return [spec.loss for spec in self.output_specs]

    @property
    def train_function(self) -> Function | None:
        """One update from inputs, targets, sample weights and learning phase as one list; None until it is first made."""
        return self._function(self.train_step) if self._train_steps else None

    @property
    def test_function(self) -> Function | None:
        """Loss and metrics from inputs, targets and sample weights as one list; None until it is first made."""
        return self._function(self.test_step) if self._test_steps else None

    def _function(self, step_for: Callable[[tuple[str, ...]], Step]) -> Function:
        plain, weighted = len(self.input_specs) + len(self.target_specs), self.trained_names

        def function(arrays: Sequence[ArrayLike]) -> list[Array]:
            whole = plain + len(weighted)
            step = step_for(weighted if len(arrays) >= whole else ())
            return run_listed(step, arrays, [plain, whole], self.entry)

        return function

    def _check_labels(self, y: Data | None) -> None:
        """Say what is wrong with labels that do not suit their loss, before their shape alone is refused."""
        if isinstance(y, dict):
            targets = [y.get(spec.name) for spec in self.target_specs]
        elif len(self.target_specs) == 1 and not (isinstance(y, (list, tuple)) and len(y) == 1):
            targets = [y]
        else:
            targets = list(y) if isinstance(y, (list, tuple)) else []
        if len(targets) != len(self.target_specs):
            return
        names = data.called(y, self.target_specs)
        for target, output, spec, name in zip(targets, self._fed_outputs, self.target_specs, names, strict=True):
            data.check_labels(target, spec, output.output.shape, usual_name(output.loss), name)


def _of_classes(output: OutputSpec) -> Shape | None:
    """The shape of an output whose targets are numbers of classes; None of any other."""
    return output.output.shape if output.is_of_classes else None


class _Familiar(NamedTuple):
    """The kind of arrays that passed the checks last, and their shapes after them."""

    kind: tuple[tuple[int, ...], DType, tuple[int, ...], DType]
    x_shape: tuple[int, ...]
    y_shape: tuple[int, ...]


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
        devices: Sequence[Device] = (),
    ) -> None:
        self.entry = Entry(inputs, outputs)
        fed = self.entry.fed
        self.step: Step = (
            ParallelStep(devices, fed, outputs, updates=state_updates, random=random)
            if devices
            else Step(fed, outputs, updates=state_updates, random=random)
        )
        self.specs = [data.ArraySpec(name, x.shape, x.dtype) for name, x in zip(input_names, inputs, strict=True)]
        self.batch_size = check_batch_size(None, None, False, inputs)
        self._familiar: tuple[tuple[int, ...], DType] | None = None

    def feed(self, x: Data | None) -> list[ArrayData]:
        """Check and order the user's inputs.

        Raises:
            DataError: an array does not fit; the message names it and says what to do.
        """
        is_array = type(x) is np.ndarray
        if is_array and self._familiar == (x.shape, x.dtype):
            return [x]
        arrays = data.fit_to_specs(x, self.specs)
        data.count_samples(arrays, self.specs, data.called(x, self.specs))
        if is_array and len(arrays) == 1 and arrays[0] is x and self.entry.takes_as_given:
            self._familiar = x.shape, x.dtype
        return self.entry.arrays(arrays)

    def run(self, arrays: Sequence[ArrayLike]) -> list[Array]:
        """Outputs from a list of inputs (Keras's `predict_function`)."""
        return run_listed(self.step, arrays, [len(self.specs)], self.entry)


def run_listed(step: Step, arrays: Sequence[ArrayLike], counts: Sequence[int], entry: Entry) -> list[Array]:
    """Run a step on a list of arrays; a number behind them is Keras's learning phase, which the step has already."""
    listed = [np.asarray(a) for a in arrays]
    if len(listed) - 1 in counts and listed[-1].ndim == 0:
        listed.pop()
    if len(listed) not in counts:
        raise DataError(
            where="function of a model",
            expected=f"a list of {' or '.join(map(str, sorted(set(counts))))} arrays",
            actual=f"{len(listed)}",
        )
    count = len(entry.inputs)
    fed = read_now([*entry.arrays(listed[:count]), *listed[count:]])
    with step.lock:
        return [np.array(value) for value in step.run(fed)]


def _shaped(array: Array, shape: tuple[int, ...]) -> Array:
    """The array in a shape; the array itself where it has it, since callbacks may compare the two."""
    return array if array.shape == shape else array.reshape(shape)


def floats(values: Sequence[Array]) -> list[float]:
    """Results of a step as Python numbers."""
    return [float(value) for value in values]


def check_batch_size(batch_size: int | None, samples: int | None, stateful: bool, inputs: Sequence[Tensor] = ()) -> int:
    """The batch size: by default the one that the inputs are fixed to (`batch_shape`), else 32.

    Raises:
        SettingError: it is no whole number above 0.
        DataError: a stateful model would get a last batch of another size, or inputs of a fixed size another one.
    """
    fixed = next((x for x in inputs if x.shape and x.shape[0] is not None), None)
    default = int((fixed is not None and fixed.shape[0]) or 32)
    size = default if batch_size is None else whole(batch_size, "batch_size", 1)
    if stateful and samples is not None and samples > size and samples % size:
        raise DataError(
            where="batch_size",
            expected="batches of one size, as the model is stateful",
            actual=f"{samples} samples in batches of {size}",
        )
    if fixed is not None and samples is not None:
        for length in {min(size, samples), samples % size or size}:
            check_fixed_batch(fixed, length)
    return size

"""Step functions of a model, with a plan for each shape of batch; a training step updates the weights after it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from .. import _ops as ops
from .._graph.assignments import in_sequence
from .._graph.gradient import gradients
from .._graph.memory import Memory
from .._graph.native_updates import WeightUpdates
from .._graph.plan import Plan
from .._graph.recording import Recording
from .._graph.tensor import Constant, Placeholder, Tensor, Variable
from .._machine import ranks
from .._machine.devices import current
from .._machine.gpu import Gpu, cards_in_use
from .._machine.random import Stream
from ..errors import DataError, GraphError, TrainingError
from ..optimizers import Optimizer
from ..types import Array, ArrayLike
from .array_rows import ArrayData, Rows
from .card_memory import is_of_memory, too_large
from .card_update import CardUpdate
from .card_values import Ring
from .exchange import Exchange
from .updater import FlatWeights, Updater

Update: TypeAlias = "tuple[Variable, Tensor | ArrayLike]"
"""What is assigned to a weight after a step: a tensor of its graph, or numbers."""

# Batches of many lengths (text, videos) would otherwise keep one plan each for as long as the model lives.
_MOST_PLANS = 16


class Step:
    """Outputs computed from inputs, with a plan for each combination of input shapes; all plans share their memory.

    `run` holds a lock and returns arrays that the next run overwrites. Where several threads call it, hold `lock`
    around the run and the copies.
    """

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        outputs: Sequence[Tensor],
        *,
        training: bool = False,
        updates: Sequence[Update] = (),
        random: Stream | Callable[[], Stream] | None = None,
    ) -> None:
        self.inputs = list(inputs)
        self.outputs = list(outputs)
        self.training = training
        self.updates = in_sequence([(v, t if isinstance(t, Tensor) else Constant(t)) for v, t in updates], outputs)
        self.lock = threading.RLock()
        self.random = random
        self._memory = Memory()
        self._plans: OrderedDict[Hashable, Plan] = OrderedDict()

    @property
    def nbytes(self) -> int:
        """Bytes that its plans work in."""
        return self._memory.nbytes

    @property
    def held(self) -> int:
        """Bytes of the values that its largest plan needs at the same time, one call after the other."""
        return max((plan.held for plan in self._plans.values()), default=0)

    def streams(self, plan: Plan) -> list[Stream]:
        """The random streams that a run of a plan may draw from; a plan alone knows its own only once it has run."""
        random = self.random
        made = random if random is None or isinstance(random, Stream) else random() if self.training else None
        return list(dict.fromkeys((*plan.streams, *([] if made is None else [made]))))

    def run(self, arrays: Sequence[ArrayData | Rows]) -> list[Array]:
        """The outputs for one batch (arrays, or rows of arrays); they belong to the plan.

        Raises:
            TrainingError: memory runs out; of a card it says which batch fits.
        """
        try:
            if not cards_in_use or current().on_host:
                return self._filled(arrays).run()
            with current().turn:
                return self._filled(arrays).run()
        except (MemoryError, TrainingError) as error:
            out_of_memory = self._about_memory(error, arrays)
            if out_of_memory is None:
                raise
            raise out_of_memory from error

    def _about_memory(self, error: Exception, arrays: Sequence[ArrayData | Rows]) -> Exception | None:
        """What to say instead of an error about the memory of a card; None of any other."""
        device = next((plan.device for plan in self._plans.values()), current())
        if not isinstance(device, Gpu) or not is_of_memory(error):
            return None
        return too_large(self, [a.shape for a in arrays], device, error)

    def forget_plans(self) -> None:
        """Make plans, and their memory, anew when they are needed again."""
        self._plans.clear()
        self._memory = Memory()

    def run_for_later(self, arrays: Sequence[ArrayData | Rows]) -> Sequence[float]:
        """The outputs for one batch, which are numbers."""
        return [float(value) for value in self.run(arrays)]

    def _filled(self, arrays: Sequence[ArrayData | Rows]) -> Plan:
        """The plan for a batch, with the batch where it reads it."""
        plan = self.plan([a.shape for a in arrays])
        if not plan.device.on_host:
            _send_rows(plan, arrays)
            return plan
        for target, array in zip(plan.input_arrays, arrays, strict=True):
            if type(array) is Rows:
                array.copy_into(target)
            else:
                np.copyto(target, array, casting="unsafe")
        return plan

    def plan(self, shapes: Sequence[tuple[int, ...]]) -> Plan:
        """The plan for these input shapes on the present device, made at first use."""
        sizes = tuple(shapes)
        # Where no card has been asked for there is one device.
        key = (current(), sizes) if cards_in_use else sizes
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._make(sizes)
            if len(self._plans) > _MOST_PLANS:
                self._plans.popitem(last=False)
        return plan

    def _make(self, shapes: Sequence[tuple[int, ...]]) -> Plan:
        for x, shape in zip(self.inputs, shapes, strict=True):
            if shape and x.shape and x.shape[0] is not None:
                check_fixed_batch(x, shape[0])
        return Plan(
            self.outputs,
            self.inputs,
            dict(zip(self.inputs, shapes, strict=True)),
            training=self.training,
            updates=self.updates,
            memory=self._memory,
            random=self.random,
            into=self.gradients(),
            weight_updates=self._weight_updates(),
        )

    def gradients(self) -> dict[Tensor, Array] | None:
        """Where the plan writes the gradients of the loss; None where it computes none."""
        return None

    def _weight_updates(self) -> WeightUpdates | None:
        """What tells a plan how it may update the weights; None where it must not."""
        return None


def _send_rows(plan: Plan, arrays: Sequence[ArrayData | Rows]) -> None:
    """Write a batch where a card's plan takes it from; rows of what lies on the card are gathered there."""
    for number, (target, array) in enumerate(zip(plan.input_arrays, arrays, strict=True)):
        if type(array) is not Rows:
            np.copyto(target, array, casting="unsafe")
            continue
        source = array.on_card(plan.device, target.dtype) if plan.gathers(number) else None
        if source is None:
            array.copy_into(target)
        else:
            plan.gather(number, source, array.index)


def check_fixed_batch(x: Tensor, samples: int) -> None:
    """Raise DataError where an input that is fixed to one size of batch gets another, which would be stretched over it."""
    if samples != x.shape[0]:
        raise DataError(
            where=f"input '{x.name}'",
            expected=f"batches of {x.shape[0]} samples, as its batch axis is fixed: {x.shape}",
            actual=f"a batch of {samples}",
            hint=f"Give batch_size={x.shape[0]} and a number of samples that it divides, or leave the batch axis open "
            "(shape instead of batch_shape).",
        )


def _gradients(loss: Tensor, variables: Sequence[Variable], scale: Variable | None) -> list[Tensor | None]:
    """The gradients of a loss; taken of the loss times a scale, so that half precision holds them, where there is one."""
    wanted: list[Tensor] = list(variables)
    if scale is None:
        return gradients(loss, wanted)
    scaled = gradients(ops.multiply(loss, scale), wanted)
    return [None if gradient is None else ops.divide(gradient, scale) for gradient in scaled]


def _plan_and_update(plan: Plan, update: CardUpdate) -> None:
    plan.compute()
    update()


class RecordedTrainStep(Step):
    """One update by an optimizer that writes `get_updates` with K; one plan gives outputs and new values."""

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        outputs: Sequence[Tensor],
        *,
        variables: Sequence[Variable],
        optimizer: Optimizer,
        updates: Sequence[Update] = (),
        random: Stream | Callable[[], Stream] | None = None,
    ) -> None:
        self.updater = None  # the plan has computed the new values too
        # Updates that are written with K may have None among them.
        of_optimizer = filter(None, optimizer.get_updates(outputs[0], list(variables)))
        super().__init__(inputs, outputs, training=True, updates=[*of_optimizer, *updates], random=random)


class TrainStep(Step):
    """One update: a plan gives outputs and gradients, then the optimizer and the constraints change the weights.

    Weights change only after the whole plan has run, so an error in it (memory, shapes) leaves them as they were. Where several
    processes train together (`exchange`), gradients and values are those of all of them by then.
    """

    def __init__(
        self,
        inputs: Sequence[Placeholder],
        outputs: Sequence[Tensor],
        *,
        variables: Sequence[Variable],
        optimizer: Optimizer,
        updates: Sequence[Update] = (),
        random: Stream | Callable[[], Stream] | None = None,
        updater: Updater | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        super().__init__(inputs, outputs, training=True, updates=updates, random=random)
        self._exchange = exchange
        computed = _gradients(outputs[0], variables, optimizer.scale_in_graph)
        if variables and all(gradient is None for gradient in computed):
            raise GraphError(
                where="training",
                expected="a loss that depends on a trainable weight",
                actual="none of them has a gradient",
                hint="Functions such as argmax, round or equal have none.",
            )
        self.updater = updater or Updater(optimizer, FlatWeights(variables))
        self.lock = self.updater.lock
        into = self.updater.weights.gradients
        gradient_of = {v: g for v, g in zip(variables, computed, strict=True) if g is not None}
        self._into = {g: into[v] for v, g in gradient_of.items()}
        self._gradient_of = gradient_of
        self._assigned = [variable for variable, _ in self.updates]
        self._begins_first = self._weight_updates() is not None
        self._recordings: dict[Plan, Recording] = {}
        self._ring: Ring | None = None

    def gradients(self) -> dict[Tensor, Array]:
        return self._into

    def run(self, arrays: Sequence[ArrayData | Rows]) -> list[Array]:
        """The outputs for one batch, before the update that follows or is part of it."""
        updater = self.updater
        if updater.on_card is not None and updater.on_card.suits:
            with self.lock, updater.device.active():
                return self._on_card(arrays, updater.on_card).results()
        with self.lock:
            if not self._begins_first:
                values = super().run(arrays)
            else:
                updater.begin()
                try:
                    values = super().run(arrays)
                except BaseException:
                    updater.withdraw()
                    raise
            # Outside of a common training, as in a callback that trains on a batch of its own, nobody else is there.
            if self._exchange is not None and ranks.current().size > 1:
                values = self._exchange.step(values)
            updater.apply()
        return values

    def run_for_later(self, arrays: Sequence[ArrayData | Rows]) -> Sequence[float]:
        """The outputs for one batch, which are numbers; those of a card are fetched when they are asked for."""
        on_card = self.updater.on_card
        if on_card is None or not on_card.suits:
            return super().run_for_later(arrays)
        with self.lock, self.updater.device.active():
            scalars = self._on_card(arrays, on_card).scalars
            assert scalars is not None
            if self._ring is None:
                self._ring = Ring(self.updater.device, len(scalars))
            return self._ring.keep(scalars)

    def _on_card(self, arrays: Sequence[ArrayData | Rows], update: CardUpdate) -> Plan:
        try:
            with current().turn:
                return self._run_on_card(arrays, update)
        except (MemoryError, TrainingError) as error:
            out_of_memory = self._about_memory(error, arrays)
            if out_of_memory is None:
                raise
            raise out_of_memory from error

    def _run_on_card(self, arrays: Sequence[ArrayData | Rows], update: CardUpdate) -> Plan:
        """Plan and update as one recorded work; gives the plan, which has the outputs."""
        updater, plan = self.updater, self._filled(arrays)
        plan.send()
        updater.begin()
        try:
            update.send(updater.begun_numbers())
            recording = self._recordings.get(plan)
            if recording is None:
                recording = self._recordings[plan] = Recording(plan.device)
            recording.run((plan.key, update.key()), partial(_plan_and_update, plan, update))
        except BaseException:
            updater.withdraw()
            raise
        updater.end_on_card()
        return plan

    def forget_plans(self) -> None:
        """Make plans, and what is recorded of them, anew when they are needed again."""
        super().forget_plans()
        self._recordings.clear()

    def _weight_updates(self) -> WeightUpdates | None:
        return self.updater.within_plans(self._gradient_of, self._assigned)

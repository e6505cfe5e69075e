"""Weights, gradients and slots as flat arrays, and the update that walks over them.

Trainable variables move into one flat array when training first needs them. A variable that another model has moved
already stays where it is; neighbours there still form one segment, so that models that share weights lose little.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from .._graph.tensor import Tensor, Variable
from .._machine import device
from .._machine.device_base import Device
from .._machine.devices import current, of
from .._machine.room import check_free
from ..optimizers import Optimizer
from ..types import Array, DTypeLike
from .card_update import CardUpdate
from .native_update import NativeUpdate, native_update

# Smaller blocks fit the second-level cache, but in calls of under 10 µs two threads wait for each other: an Adam update
# of 2.7 million weights on two threads took 6.1, 4.1, 2.6 and 2.1 ms in blocks of 8, 16, 32 and 64 thousand.
BLOCK = 65536
# From this number of weights on a second thread pays; a smaller update is over before the thread has woken up.
_MANY = 8 * BLOCK
# Slots of a weight without gradient shrink by a factor each step and would become denormal numbers, which
# slow an update down up to a hundred times. Below this size they have no effect on any weight.
FLOOR = 1e-25
FLOOR_EVERY = 32


class Segment(NamedTuple):
    """Weights that lie side by side: flat views of values and gradients, equally long, and the variables in them."""

    weights: Array
    gradients: Array
    variables: tuple[Variable, ...]


class FlatWeights:
    """The trainable variables of a model as few flat segments, with a flat gradient for each.

    `gradients` maps each variable to its part of the flat gradient, in the variable's shape. `device`: where they lie: the
    one that was chosen when they were gathered.

    Args:
        variables: the variables.
        room: how many numbers are sent with the gradient where several processes train together; 0: there are none.

    Attributes:
        messages: what holds all gradients: the first segment's gradient with the `room` behind it, then the others.
        tail: that room; None where there is none.
    """

    def __init__(self, variables: Sequence[Variable], room: int = 0) -> None:
        self.variables = tuple(variables)
        self.messages: list[Array] = []
        self.tail: Array | None = None
        self._room = room
        self.gradients: dict[Variable, Array] = {}
        self.device: Device = next((of(v.array) for v in self.variables if v.bound), current())
        with self.device.active():
            self._make()

    def _make(self) -> None:
        for variable in self.variables:
            if variable.bound:
                variable.on(self.device)  # refused where it is kept elsewhere
        nbytes = sum(v.nbytes * (1 if v.materialised else 2) for v in self.variables)
        check_free(nbytes, "weights of the model", "room for all of them and their gradients")
        _gather([v for v in self.variables if not v.bound])
        self.segments = tuple(self._segment(run) for run in _runs(self.variables))

    def _segment(self, run: list[Variable]) -> Segment:
        size = sum(v.size for v in run)
        message = _flat(size + self._room, run[0].dtype)
        message.fill(0)
        gradients = message[:size]
        if self._room:
            self.tail, self._room = message[size:], 0
        self.messages.append(message)
        start = 0
        for variable in run:
            self.gradients[variable] = gradients[start : start + variable.size].reshape(variable.shape)
            start += variable.size
        return Segment(_joined(run, size), gradients, tuple(run))


def _flat(size: int, dtype: DTypeLike) -> Array:
    """A flat array at a cache-line boundary."""
    nbytes = size * np.dtype(dtype).itemsize
    raw = current().xp.empty(nbytes + 64, np.uint8)
    start = -_address(raw) % 64
    return raw[start : start + nbytes].view(dtype)


def _address(array: Array) -> int:
    if hasattr(array, "ctypes"):
        return array.ctypes.data
    return int(getattr(array.data, "ptr", 0))  # CuPy's


def _gather(variables: list[Variable]) -> None:
    """Move variables into one new flat array for each dtype."""
    for dtype in dict.fromkeys(v.dtype for v in variables):
        group = [v for v in variables if v.dtype == dtype]
        flat, start = _flat(sum(v.size for v in group), dtype), 0
        for variable in group:
            variable.bind(flat[start : start + variable.size].reshape(variable.shape))
            start += variable.size


def _runs(variables: Sequence[Variable]) -> Iterator[list[Variable]]:
    """Cut the list into runs of variables that follow each other in memory."""
    run: list[Variable] = []
    for variable in variables:
        if run and not _follows(run[-1].array, variable.array):
            yield run
            run = []
        run.append(variable)
    if run:
        yield run


def _follows(first: Array, second: Array) -> bool:
    touching = _address(first) + first.nbytes == _address(second)
    return touching and first.dtype == second.dtype and first.base is second.base and first.base is not None


def _joined(run: list[Variable], size: int) -> Array:
    """One flat view over the memory of a run."""
    first = run[0].array
    if len(run) == 1:
        return first.reshape(-1)
    assert first.base is not None
    raw = first.base.reshape(-1).view(np.uint8)
    start = _address(first) - _address(raw)
    return raw[start : start + size * first.dtype.itemsize].view(first.dtype)


class Updater:
    """The slots of one optimizer for one set of weights, and the update itself.

    `slots` maps a name ("m", "v" ...) to one flat array for each segment. `gate`: the optimizer that gives leave to each
    update, where there is one. `before`: another updater of these weights by the same formula, whose slots go on.
    """

    def __init__(self, optimizer: Optimizer, weights: FlatWeights, before: Updater | None = None) -> None:
        owner, optimizer = optimizer, optimizer.formula
        self.optimizer = optimizer
        self.gate = owner if owner.checks_gradients else None
        self.weights = weights
        self.device = weights.device
        self.state: dict[str, float] = {} if before is None else dict(before.state)
        with self.device.active():
            self._make(None if before is None else before.slots)
        # Gradients that wait for leave, and those that processes exchange, are looked at between plan and update.
        free = self.gate is None or self.gate.scale_in_graph is not None
        whole = not self.device.on_host and free and weights.tail is None
        self.on_card = CardUpdate(self) if whole else None
        owner.attach(self)

    @property
    def blocks(self) -> list[tuple[Array, ...]]:
        """All blocks of weights, gradients, slots and two scratch arrays, as `update` takes them."""
        return [block for share in self._shares for block in share]

    def _make(self, slots: dict[str, list[Array]] | None) -> None:
        """The slots, unless there are some already, and what one update takes."""
        xp, optimizer, weights = current().xp, self.optimizer, self.weights
        self.segments = weights.segments
        self.variables = weights.variables
        self._formula = optimizer.slot_names()
        self.slots = slots or {
            name: [xp.full_like(s.weights, optimizer.first_value(name)) for s in self.segments]
            for name in (*self._formula, *optimizer.kept_beside())
        }
        self.decayed = [v for v in self.variables if optimizer.decays(v)]
        self._sums = optimizer.gradient_accumulation_steps or 1
        self.lock = threading.RLock()
        many = sum(s.weights.size for s in self.segments) >= _MANY
        cut = self._cut_by_weight if optimizer.whole_weights else self._cut
        self._shares = [list(cut(i, n)) for n in (device.threads() if many else 1,) for i in range(n)]
        arrays = [
            [s.weights, s.gradients, *(self.slots[name][i] for name in self._formula)]
            for i, s in enumerate(self.segments)
        ]
        self._native = native_update(optimizer, arrays, list(self._parts()))
        self._begun: tuple[tuple[float, ...], bool] | None = None
        self._before: dict[str, float] = {}
        self._constrained = [v for v in self.variables if v.constraint is not None]

    def _cut(self, worker: int, workers: int) -> Iterator[tuple[Array, ...]]:
        """One worker's blocks of weights, gradients, slots and two scratch arrays, as `update` takes them."""
        xp, position = current().xp, 0
        # A card has no such cache, and each call there costs a launch.
        block = BLOCK if self.device.on_host else max([s.weights.size for s in self.segments], default=0)
        scratch = {
            dtype: (xp.empty(block, dtype), xp.empty(block, dtype))
            for dtype in {s.weights.dtype for s in self.segments}
        }
        for index, segment in enumerate(self.segments):
            first, second = scratch[segment.weights.dtype]
            for part in device.blocks(segment.weights.size, block):
                position += 1
                if position % workers == worker:
                    n = part.stop - part.start
                    slots = [self.slots[name][index][part] for name in self._formula]
                    yield (segment.weights[part], segment.gradients[part], *slots, first[:n], second[:n])

    def _cut_by_weight(self, worker: int, workers: int) -> Iterator[tuple[Array, ...]]:
        """One worker's weights with gradients, slots and two scratch arrays, each in the weight's shape."""
        xp = current().xp
        mine = list(self._parts())[worker::workers]
        scratch = {
            dtype: tuple(xp.empty(max(v.size for v, _ in mine if v.dtype == dtype), dtype) for _ in range(2))
            for dtype in {v.dtype for v, _ in mine}
        }
        for variable, arrays in mine:
            spare = [array[: variable.size] for array in scratch[variable.dtype]]
            yield tuple(array.reshape(variable.shape) for array in (*arrays, *spare))

    def _parts(self) -> Iterator[tuple[Variable, list[Array]]]:
        """For each variable, its flat parts of weights, gradients and slots."""
        for i, segment in enumerate(self.segments):
            arrays = [segment.weights, segment.gradients, *(self.slots[name][i] for name in self._formula)]
            start = 0
            for variable in segment.variables:
                yield variable, [array[start : start + variable.size] for array in arrays]
                start += variable.size

    def within_plans(self, gradient_of: Mapping[Variable, Tensor], assigned: Sequence[Variable]) -> NativeUpdate | None:
        """What plans that compute these gradients may update the weights with; None where the update is not theirs.

        Nor is it where they assign a weight, or a number of the optimizer's, which the update has to wait for.
        """
        native, of_optimizer = self._native, vars(self.optimizer)
        first = {*self.variables, *(of_optimizer.get(name) for name in (*self.optimizer.hyper, "_iterations"))}
        # Weights that are made smaller first, gradients that wait for others or for leave and those of several processes are
        # the updater's own.
        waits = self.gate is not None or self.decayed or self._sums > 1 or self.weights.tail is not None
        if native is None or not first.isdisjoint(assigned) or waits:
            return None
        native.follow(gradient_of)
        return native

    def begin(self) -> None:
        """Let a plan do the coming update itself; `apply` or `withdraw` ends it."""
        optimizer = self.optimizer
        self._before = dict(self.state)
        # The step is counted behind the plan, which may show how many there were.
        floors = (int(optimizer.iterations.host()) + 1) % FLOOR_EVERY == 0
        self._begun = optimizer.numbers(self.state), floors
        if self._native is not None:
            self._native.begin(optimizer, *self._begun)

    def begun_numbers(self) -> tuple[float, ...]:
        """The numbers of the update that `begin` announced."""
        assert self._begun is not None
        return self._begun[0]

    def end_on_card(self) -> None:
        """Count the update that `on_card` made."""
        self._begun = None
        self.optimizer.count_step()

    def withdraw(self) -> None:
        """Forget the update that `begin` announced."""
        self._begun, self.state = None, self._before
        if self._native is not None:
            self._native.give_back()

    def apply(self) -> None:
        """One update of all weights from the gradients as they stand; the gradients may be changed."""
        optimizer = self.optimizer
        if self._begun is None:
            self.begin()
        assert self._begun is not None
        if self.gate is not None:
            with self.device.active():
                admitted = self.gate.admits(s.gradients for s in self.segments)
            if not admitted:
                self.withdraw()
                return
        (numbers, floors), self._begun = self._begun, None
        done = optimizer.count_step()
        if self.device.on_host:
            self._apply(optimizer, numbers, floors, done)
            return
        with self.device.active():
            self._apply(optimizer, numbers, floors, done)

    def _apply(self, optimizer: Optimizer, numbers: tuple[float, ...], floors: bool, done: int) -> None:
        if self._sums > 1 and not self._is_whole(done):
            self.withdraw()
            return
        for variable in self.decayed:
            current().xp.multiply(
                variable.array, 1 - optimizer.rate_now * (optimizer.weight_decay or 0), out=variable.array
            )
        if self._native is not None:
            self._native.end(optimizer.longest_gradient)
        else:
            if optimizer.longest_gradient or optimizer.clipvalue:
                self._clip(optimizer.longest_gradient, optimizer.clipvalue)
            self._run(numbers, floors)
        limited = self.limited
        for variable in self._constrained:
            if variable not in limited:
                current().xp.copyto(variable.array, variable.constraint(variable.array))
        if "means" in self.slots:
            # The first means are the weights themselves, as in Keras 3.
            self._follow(optimizer.ema_momentum if done > self._sums else 0.0)
            frequency = optimizer.ema_overwrite_frequency
            if frequency and done // self._sums % frequency == 0:
                self.take_means()

    def _is_whole(self, done: int) -> bool:
        """Add this batch's gradients to those that wait; at the last one of an update the mean of all takes their place."""
        xp, last = current().xp, done % self._sums == 0
        for waiting, segment in zip(self.slots["waiting_gradients"], self.segments, strict=True):
            xp.add(waiting, segment.gradients, out=waiting)
            if last:
                xp.multiply(waiting, 1 / self._sums, out=segment.gradients)
                waiting.fill(0)
        return last

    def _follow(self, share: float) -> None:
        """means = share * means + (1 - share) * weights, block by block."""
        xp = current().xp
        for means, segment in zip(self.slots["means"], self.segments, strict=True):
            for part in device.blocks(means.size, BLOCK):
                step = segment.weights[part] - means[part]
                xp.multiply(step, 1 - share, out=step)
                xp.add(means[part], step, out=means[part])

    def take_means(self) -> None:
        """Put the running means in the place of the weights, once there are some."""
        if int(self.optimizer.iterations.host()) < self._sums:
            return
        for means, segment in zip(self.slots.get("means", []), self.segments, strict=False):
            self.device.put(segment.weights, means)

    @property
    def limited(self) -> set[Variable]:
        """The variables whose constraints the library applies."""
        return self._native.limited if self._native is not None else set()

    def _run(self, numbers: tuple[float, ...], floors: bool) -> None:
        """The optimizer's formula, block by block."""
        update, whole = self.optimizer.update, self.optimizer.whole_weights

        def run(share: list[tuple[Array, ...]]) -> None:
            for block in share:
                update(*block, *numbers)
                if floors and not whole:  # whose slots may have to be as small as they are
                    _floor(*block[2:])

        device.parallel(run, self._shares)

    def _clip(self, clipnorm: float | None, clipvalue: float | None) -> None:
        xp = current().xp
        if clipnorm:
            norm = math.sqrt(sum(float(xp.dot(s.gradients, s.gradients)) for s in self.segments))
            if norm >= clipnorm:
                for segment in self.segments:
                    xp.multiply(segment.gradients, clipnorm / norm, out=segment.gradients)
        if clipvalue:
            for segment in self.segments:
                xp.clip(segment.gradients, -clipvalue, clipvalue, out=segment.gradients)

    def slot_views(self, name: str) -> list[Array]:
        """The slot's part for each variable, in the variables' order and shape."""
        views: list[Array] = []
        for i, segment in enumerate(self.segments):
            start = 0
            for variable in segment.variables:
                views.append(self.slots[name][i][start : start + variable.size].reshape(variable.shape))
                start += variable.size
        return views


def _floor(*arrays: Array) -> None:
    """Set slots that are too small to matter to zero; the last two arrays are scratch."""
    xp = current().xp
    *slots, sizes, memory = arrays
    small = memory.view(bool)[: sizes.size]
    for slot in slots:
        xp.absolute(slot, out=sizes)
        xp.less(sizes, FLOOR, out=small)
        xp.copyto(slot, 0, where=small)

"""What Keras's code reads of a compiled model: its targets, losses and functions, under Keras 2.2.4's names."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core.errors import DataError
from ..core.tensor import Placeholder, Tensor, Variable
from ..training.compiled import Compiled
from ..training.objective import Objective
from ..training.step import Step
from .network import Network

Function = Callable[[Sequence[Any]], list[Any]]


class CompiledView(Network):
    """The attributes of a compiled model; those of the graph of training are empty or None before compile."""

    optimizer: Any
    _compiled: Compiled | None = None
    _predict_step: Step | None = None

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, **kwargs: Any) -> None:
        super().__init__(inputs, outputs, name, **kwargs)

    def _ready(self, x: Any = None) -> Compiled:
        raise NotImplementedError

    def _predict_function(self, x: Any = None) -> Step:
        raise NotImplementedError

    def _whole_objective(self) -> Objective | None:
        """The graph in which every trained output has sample weights, as Keras makes it."""
        if self._compiled is None:
            return None
        return self._compiled.objective(self._weighted(self._compiled))

    def _weighted(self, compiled: Compiled) -> tuple[str, ...]:
        return tuple(goal.name for goal in compiled.goals if goal.loss is not None)

    @property
    def total_loss(self) -> Tensor | None:
        """The tensor that training makes smaller."""
        objective = self._whole_objective()
        return objective.total if objective is not None else None

    @property
    def targets(self) -> list[Tensor]:
        """The targets, one for each trained output."""
        objective = self._whole_objective()
        return list(objective.targets) if objective is not None else []

    @property
    def sample_weights(self) -> list[Placeholder]:
        """Where sample weights are fed, one for each trained output."""
        objective = self._whole_objective()
        return list(objective.weights.values()) if objective is not None else []

    @property
    def metrics_tensors(self) -> list[Tensor]:
        """Losses of the outputs, if several, and metrics, in the order of `metrics_names[1:]`."""
        objective = self._whole_objective()
        return list(objective.values[1:]) if objective is not None else []

    @property
    def stateful_metric_names(self) -> list[str]:
        """Names of the metrics that count on from batch to batch."""
        return list(self._compiled.stateful_names) if self._compiled is not None else []

    @property
    def loss_functions(self) -> list[Any]:
        """The loss of each output, None where it is not trained."""
        return [goal.loss for goal in self._compiled.goals] if self._compiled is not None else []

    @property
    def _feed_inputs(self) -> list[Any]:
        return self.fed_inputs

    @property
    def _feed_input_names(self) -> list[str]:
        fed = set(self.fed_inputs)
        return [name for name, x in zip(self.input_names, self.inputs, strict=True) if x in fed]

    @property
    def _feed_output_names(self) -> list[str]:
        return list(self._weighted(self._compiled)) if self._compiled is not None else self.output_names

    @property
    def _collected_trainable_weights(self) -> list[Variable]:
        return list(self._compiled.variables) if self._compiled is not None else []

    def _check_trainable_weights_consistency(self) -> None:
        """Warn where `trainable` was changed after compile: the change waits for the next compile."""
        if self._compiled is not None and len(self.trainable_weights) != len(self._compiled.variables):
            warnings.warn(
                "Discrepancy between trainable weights and collected trainable weights: `trainable` was changed after "
                f"model '{self.name}' was compiled. Call compile again for the change to take effect.",
                stacklevel=3,
            )

    def summary(self, line_length: int | None = None, positions: Any = None, print_fn: Any = None) -> None:
        """Print a table of the layers; warns where `trainable` was changed after compile."""
        self._check_trainable_weights_consistency()
        super().summary(line_length, positions, print_fn)

    def _make_train_function(self) -> None:
        """Prepare training now: weights move into flat memory and the optimizer gets its accumulators."""
        compiled = self._ready()
        self._check_trainable_weights_consistency()
        compiled.train_step()

    def _make_test_function(self) -> None:
        self._ready().test_step()

    def _make_predict_function(self) -> None:
        self._predict_function()

    @property
    def train_function(self) -> Function | None:
        """One update from [*inputs, *targets] (+ sample weights, + learning phase); None until it is first made."""
        compiled = self._compiled
        return self._function(compiled.train_step) if compiled is not None and compiled._train_steps else None

    @property
    def test_function(self) -> Function | None:
        """Loss and metrics from [*inputs, *targets] (+ sample weights); None until it is first made."""
        compiled = self._compiled
        return self._function(compiled.test_step) if compiled is not None and compiled._test_steps else None

    @property
    def predict_function(self) -> Function | None:
        """Outputs from a list of inputs; None until it is first made."""
        if self._predict_step is None:
            return None
        return lambda arrays: _run(self._predict_function(), arrays, [len(self.fed_inputs)])

    def _function(self, step_for: Callable[[tuple[str, ...]], Step]) -> Function:
        compiled = self._ready()
        weighted = self._weighted(compiled)
        plain = len(self.fed_inputs) + len(compiled.target_places)

        def function(arrays: Sequence[Any]) -> list[Any]:
            whole = plain + len(weighted)
            step = step_for(weighted if len(arrays) >= whole else ())
            return _run(step, arrays, [plain, whole])

        return function


def _run(step: Step, arrays: Sequence[Any], counts: Sequence[int]) -> list[Any]:
    """Run a step on a list of arrays; a number after them is Keras's learning phase, which the step knows itself."""
    given = [np.asarray(a) for a in arrays]
    if len(given) - 1 in counts and given[-1].ndim == 0:
        given.pop()
    if len(given) not in counts:
        raise DataError(
            where="function of a model", expected=f"a list of {' or '.join(map(str, sorted(set(counts))))} arrays",
            found=f"{len(given)}",
        )  # fmt: skip
    with step.lock:
        return [np.array(value) for value in step.run(given)]

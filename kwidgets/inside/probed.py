"""A layer that is asked about the probe where nothing else is given."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.inspection import Gradients, LayerInspector, Of, Reader, Units, Values
from engine.types import Array, Data, SampleWeight

from ..refused import Refused
from ..words import inside as say
from .probe import Probe


class ProbedLayer(LayerInspector):
    """One layer of a builder's model: `b.inspect("conv2d_2").output(x)`; without `x` it is asked about the probe.

    Args:
        reader: of the model.
        name: the layer's name.
        probe: gives the samples that are looked at; raises Refused where there are none.
    """

    def __init__(self, reader: Reader, name: str, probe: Callable[[], Probe]) -> None:
        super().__init__(reader.model, name, reader)
        self._probe = probe

    def output(self, x: Data | None = None, batch_size: int | None = None) -> Values:
        """What the layer gives; see `LayerInspector.output`."""
        return super().output(self._x(x), batch_size)

    def gates(self, x: Data | None = None) -> dict[str, Array]:
        """Gates and states of a recurrent layer; see `LayerInspector.gates`."""
        return super().gates(self._x(x))

    def attention(self, x: Data | None = None) -> Array:
        """Attention scores; see `LayerInspector.attention`."""
        return super().attention(self._x(x))

    def gradients(
        self, x: Data | None = None, y: Data | None = None, sample_weight: SampleWeight | None = None
    ) -> Gradients:
        """The gradients of the loss; see `LayerInspector.gradients`."""
        if x is None and y is None:
            if not self._probe().y:
                raise Refused(say.NO_LABELS, say.CHOOSE_DATA)
            y = dict(self._probe().y)
        return super().gradients(self._x(x), y, sample_weight)

    def units(self, x: Data | None = None, batch_size: int | None = None, output: int = 0) -> Units:
        """Dead and saturated units; see `LayerInspector.units`."""
        return super().units(self._x(x), batch_size, output)

    def saliency(self, x: Data | None = None, of: Of = None, output: int = 0, input: int = 0) -> Array:
        """How much each number of the input moves a score; see `LayerInspector.saliency`."""
        return super().saliency(self._x(x), of, output, input)

    def grad_cam(self, x: Data | None = None, of: Of = None, output: int = 0) -> Array:
        """Where the layer's maps speak for a class; see `LayerInspector.grad_cam`."""
        return super().grad_cam(self._x(x), of, output)

    def occlusion(
        self,
        x: Array | None = None,
        of: Of = None,
        size: int | None = None,
        stride: int | None = None,
        value: float = 0.0,
        output: int = 0,
    ) -> Array:
        """How much a score falls where the sample is covered; see `LayerInspector.occlusion`."""
        covered = np.asarray(next(iter(self._probe().x.values()))) if x is None else x
        return super().occlusion(covered, of, size, stride, value, output)

    def _x(self, x: Data | None) -> Data:
        return dict(self._probe().x) if x is None else x

"""What code asks of a builder about the inside of its network: `b.inspect(name)` and `b.set_probe(rows)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from typing_extensions import Unpack

from engine.inspection import BadBatch, BatchSteps

from .inside.breaks import Conditions, PausesSession
from .inside.probe import Probe
from .inside.probed import ProbedLayer
from .looking import LookingInside
from .session.session import Session
from .stepping import SteppingThrough


class LooksInside:
    """What a builder has of the inside of its network."""

    inside: LookingInside
    stepping: SteppingThrough
    session: Session

    def inspect(self, name: str) -> ProbedLayer:
        """A layer of the present model, before, while and after it is trained.

        `b.inspect("conv2d_2").output(x)` gives what it gives for some samples, `.weights`, `.gradients(x, y)` and `.units(x)` the
        rest; without `x` each is asked about the probe, whose pictures the page shows. Nothing of the model changes.

        Args:
            name: the layer's name; "inner/dense_1" of a layer in a model inside, "dense_1:2" for the second call of a shared one.

        Returns:
            The layer, whose methods are those of `engine.inspection.LayerInspector`.

        Raises:
            Refused: the graph has problems.
            UnknownName: there is no layer of the name.

        Example:
            >>> import numpy as np
            >>> from kwidgets import Builder
            >>> from engine.layers import Dense
            >>> from engine.models import Sequential
            >>> b = Builder(Sequential([Dense(2, input_shape=(4,), name="out")]))
            >>> b.inspect("out").output(np.zeros((3, 4))).shape
            (3, 2)
            >>> b.close()
        """
        return self.inside.layer(name)

    def set_probe(self, rows: Sequence[int] | None = None) -> None:
        """Choose the samples that are looked at, so that what is seen of the network can be compared over time.

        Args:
            rows: numbers of samples of the chosen data, at most 256; None, the default: one of each class first, then the
                first ones.

        Raises:
            Refused: there is no such sample, or no data are chosen.

        Example:
            >>> import numpy as np
            >>> from kwidgets import Builder
            >>> from engine.layers import Dense
            >>> from engine.models import Sequential
            >>> b = Builder(Sequential([Dense(2, input_shape=(4,))]), arrays={"x": np.zeros((8, 4)), "y": np.zeros((8, 2))})
            >>> b.set_probe([5, 7])
            >>> b.probe.rows
            [5, 7]
            >>> b.close()
        """
        self.inside.choose_probe(rows)

    def break_when(self, **conditions: Unpack[Conditions]) -> PausesSession | None:
        """Pause each training that begins from now on right before the batches for which a condition holds.

        Resume trains on the batch, Stop ends without it; meanwhile weights are those before it, and the page shows them.

        Args:
            **conditions: `gradient_norm_above`, `loss_above`, `loss_is_nan=True`, `class_in_batch` or `when`, a function of the
                batch's arrays, as `engine.inspection.BreakWhen` takes them; without any the condition is taken away.

        Returns:
            The condition, whose `hit` says where it held last; None where it is taken away.

        Example:
            >>> import numpy as np
            >>> from kwidgets import Builder
            >>> b = Builder(keep=False)
            >>> b.break_when(gradient_norm_above=10.0).hit is None
            True
            >>> b.break_when()
            >>> b.close()
        """
        condition = PausesSession(self.session, **conditions) if conditions else None
        others = [one for one in self.session.callbacks if not isinstance(one, PausesSession)]
        self.session.callbacks[:] = others if condition is None else [*others, condition]
        return condition

    def keep_bad_batch(self, keeps: bool = True) -> None:
        """Keep the first bad batch of each training that begins from now on: `b.bad_batch`, to be gone through by `b.steps("bad")`.

        Weights and optimizer are copied before each batch for it, and are as before the batch when the training ends.

        Args:
            keeps: True, the default; False no longer keeps any.

        Example:
            >>> from kwidgets import Builder
            >>> b = Builder(keep=False)
            >>> b.keep_bad_batch()
            >>> b.bad_batch is None
            True
            >>> b.close()
        """
        self.stepping.keep_bad(keeps)

    @property
    def bad_batch(self) -> BadBatch | None:
        """The first bad batch of the last training: its place, its arrays, the weights before it; None where there is none."""
        return self.stepping.bad

    def steps(self, source: Literal["waiting", "bad", "probe"] | None = None) -> BatchSteps:
        """The step of one batch, layer by layer, forward and back; nothing of the model changes.

        Args:
            source: "waiting", the batch before which the training is paused; "bad", the first bad one that was kept; "probe", the
                probe as one batch; None, the default, the first of them that there is.

        Returns:
            The step, as `engine.inspection.BatchSteps` has it.

        Raises:
            Refused: there is no such batch, or it has no targets.

        Example:
            >>> import numpy as np
            >>> from kwidgets import Builder
            >>> from engine.layers import Dense
            >>> from engine.models import Sequential
            >>> model = Sequential([Dense(2, input_shape=(4,), name="out")])
            >>> model.compile("sgd", "mse")
            >>> b = Builder(model, arrays={"x": np.zeros((8, 4)), "y": np.zeros((8, 2))}, keep=False)
            >>> [(step.direction, step.name) for step in b.steps()][-2:]
            [('backward', 'out'), ('backward', 'out_input')]
            >>> b.close()
        """
        return self.stepping.steps(source)

    @property
    def probe(self) -> Probe:
        """The samples that are looked at: `x` by input, `y` by output, `rows`. Raises Refused where there are none."""
        return self.inside.probe

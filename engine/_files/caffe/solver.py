"""Caffe's solver files: how a net is trained there, as what `compile` and the layers get here.

Formulas and policies are facts of caffe.proto and of the documentation "Solver / Model Optimization". The files that a solver names
(its net, a snapshot) are not opened.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ...errors import FileError
from ...types import Config
from ..protobuf import Message, shown
from .graph import Graph
from .net import CaffeLayer

__all__ = ["apply_solver"]

_TYPES = {
    "SGD": "SGD", "Nesterov": "SGD", "AdaGrad": "Adagrad", "RMSProp": "RMSprop", "AdaDelta": "Adadelta", "Adam": "Adam",
}  # fmt: skip
_OLD_TYPES = ("SGD", "Nesterov", "AdaGrad", "RMSProp", "AdaDelta", "Adam")
# Penalties of the weights of a class, in the order of Caffe's.
_PENALTIES = {
    **dict.fromkeys(("Conv2D", "Conv2DTranspose", "Dense"), ("kernel_regularizer", "bias_regularizer")),
    "DepthwiseConv2D": ("depthwise_regularizer", "bias_regularizer"),
}
_MOST_STEPS = 10_000


def apply_solver(graph: Graph, layers: Sequence[CaffeLayer], training: Config | None, solver: Message) -> Config | None:
    """What `compile` gets by a solver; penalties go into the layers' configs, and what is left out is told.

    Args:
        graph: the model that is being made.
        layers: the layers of the net, with what their weights' rates and decays are multiplied by.
        training: what the net's losses come to; None where it has none, and the solver says nothing here then.
        solver: a SolverParameter.

    Returns:
        The same with the solver's optimizer.

    Raises:
        FileError: a type or a policy that Caffe does not have, or numbers that make none.
    """
    if training is None:
        graph.say("", "The net has no loss, so that the solver has nothing to say here.")
        return None
    _penalise(graph, layers, solver)
    _say_what_is_left(graph, layers, solver)
    return {**training, "optimizer_config": _optimizer(graph, solver)}


def _refused(solver: Message, expected: str, actual: object) -> FileError:
    return FileError(file=solver.file, expected=expected, actual=shown(str(actual)))


def _optimizer(graph: Graph, solver: Message) -> Config:
    kind = solver.text("type", solver.text("solver_type", "SGD"))
    kind = next((one for one in _OLD_TYPES if one.upper() == kind.upper()), kind)
    if kind not in _TYPES:
        raise _refused(solver, f"a type of solver ({', '.join(_TYPES)})", kind)
    momentum, delta = solver.number("momentum"), solver.number("delta", 1e-8)
    settings: dict[str, dict[str, object]] = {
        "SGD": {"momentum": momentum},
        "Nesterov": {"momentum": momentum, "nesterov": True},
        "AdaGrad": {"epsilon": delta},
        "RMSProp": {"rho": solver.number("rms_decay", 0.99), "epsilon": delta},
        "AdaDelta": {"rho": momentum, "epsilon": delta},
        "Adam": {"beta_1": momentum, "beta_2": solver.number("momentum2", 0.999), "epsilon": delta},
    }
    config: Config = {"lr": _rate(graph, solver), **settings[kind]}
    longest, batches = solver.number("clip_gradients", -1.0), solver.whole("iter_size", 1)
    config |= {"clipnorm": longest} if longest >= 0 else {}
    config |= {"gradient_accumulation_steps": batches} if batches > 1 else {}
    return {"class_name": _TYPES[kind], "config": config}


def _rate(graph: Graph, solver: Message) -> float | Config:
    """The rate, or the schedule that it follows."""
    policy, first = solver.text("lr_policy", "fixed"), solver.number("base_lr", 0.01)
    gamma, power, every = solver.number("gamma"), solver.number("power"), solver.whole("stepsize")
    if first <= 0 or not math.isfinite(first):
        raise _refused(solver, "a base_lr above 0", first)
    if policy == "fixed":
        return first
    named: Config = {"initial_learning_rate": first}
    if policy == "step" and every > 0:
        return _schedule("ExponentialDecay", named | {"decay_steps": every, "decay_rate": gamma, "staircase": True})
    if policy == "exp":
        return _schedule("ExponentialDecay", named | {"decay_steps": 1, "decay_rate": gamma})
    if policy == "inv":
        return _schedule("InverseTimeDecay", named | {"decay_steps": 1, "decay_rate": gamma, "power": power})
    if policy == "poly" and solver.whole("max_iter") > 0:
        settings = {"decay_steps": solver.whole("max_iter"), "end_learning_rate": 0.0, "power": power}
        return _schedule("PolynomialDecay", named | settings)
    if policy == "multistep":
        return _by_steps(solver, first, gamma)
    if policy == "sigmoid":
        graph.say(
            "",
            f"The rate stays {first}: it follows lr_policy sigmoid in Caffe, which LearningRateScheduler can do here.",
        )
        return first
    raise _refused(
        solver, "an lr_policy (fixed, step, exp, inv, multistep, poly, sigmoid) with what it needs", f"{policy}"
    )


def _by_steps(solver: Message, first: float, gamma: float) -> float | Config:
    steps = solver.wholes("stepvalue")
    if len(steps) > _MOST_STEPS or any(a >= b for a, b in zip([0, *steps], steps, strict=False)):
        raise _refused(solver, "rising stepvalues above 0", str(steps[:8]))
    if not steps:
        return first
    # Caffe takes the next rate at a stepvalue, Keras behind a boundary.
    values = [first * gamma**number for number in range(len(steps) + 1)]
    return _schedule("PiecewiseConstantDecay", {"boundaries": [step - 1 for step in steps], "values": values})


def _schedule(name: str, settings: Config) -> Config:
    return {"class_name": name, "config": settings}


def _penalise(graph: Graph, layers: Sequence[CaffeLayer], solver: Message) -> None:
    """weight_decay * w on each gradient is a penalty of weight_decay / 2 on squares; of L1 weight_decay on sizes."""
    decay, kind = solver.number("weight_decay"), solver.text("regularization_type", "L2")
    if kind not in ("L1", "L2"):
        raise _refused(solver, "a regularization_type of L1 or L2", kind)
    if decay == 0:
        return
    made = {str(one["name"]): one for one in graph.layers}
    without: list[str] = []
    for layer in layers:
        here: dict[str, Any] | None = made.get(layer.name)
        places = _PENALTIES.get(str(here["class_name"])) if here is not None else None
        if here is None or places is None:
            without += [layer.name] if layer.blobs and layer.type in ("PReLU", "Scale", "Bias") else []
            continue
        for number, place in enumerate(places):
            strength = decay * (layer.decays[number] if number < len(layer.decays) else 1.0)
            if strength and (number == 0 or here["config"].get("use_bias", True)):
                sizes = {"l1": strength, "l2": 0.0} if kind == "L1" else {"l1": 0.0, "l2": strength / 2}
                here["config"][place] = {"class_name": "L1L2", "config": sizes}
    if without:
        graph.say(
            "", f"weight_decay is for kernels and biases alone here: {', '.join(map(shown, without[:5]))} has none."
        )


def _say_what_is_left(graph: Graph, layers: Sequence[CaffeLayer], solver: Message) -> None:
    others = [layer.name for layer in layers if any(rate not in (0.0, 1.0) for rate in layer.rates)]
    if others:
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        named = ", ".join(map(shown, others[:3])) + more
        graph.say("", f"All weights have one rate here; in Caffe it is multiplied (lr_mult) for {named}.")
    limits = [
        f"{name} {solver.whole(name)}" for name in ("max_iter", "test_interval", "snapshot") if solver.whole(name)
    ]
    if limits:
        graph.say(
            "", f"{', '.join(limits)}: how long to train, when to measure and to keep weights is what fit is told."
        )

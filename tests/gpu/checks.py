"""What is checked of a card: each op, layer, optimizer, loss and metric, with numbers equal to NumPy's."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from engine import losses, metrics, optimizers
from engine._declared import registry
from engine._graph.gradient import gradients
from engine._graph.op import Op, record
from engine._graph.plan import Plan, evaluate
from engine._graph.tensor import Placeholder, Tensor, Variable
from engine._machine.device_base import Device
from engine._machine.devices import CPU
from engine._machine.random import set_seed
from engine._ops import negative
from engine._ops import sum as sum_
from engine._ops.conv_fused import ConvMax
from engine._training.updater import FlatWeights, Updater
from tests.promises import every_op_samples, test_every_layer, test_every_loss, test_every_metric, test_every_optimizer

RTOL, ATOL = 1e-5, 1e-6


class Check(NamedTuple):
    """Something to check: which kind it is of, its name, and a function of the card that raises where it is not as on NumPy."""

    kind: str
    name: str
    run: Callable[[Device], None]


def all_checks() -> Iterator[Check]:
    """All checks of single parts, in order."""
    yield from op_checks()
    yield from layer_checks()
    yield from optimizer_checks()
    yield from loss_checks()
    yield from metric_checks()


def _same(actual: Any, expected: Any, what: str = "") -> None:
    for one, other in zip(actual, expected, strict=True):
        assert isinstance(one, np.ndarray | np.generic | float), f"{what} {type(one)}"
        np.testing.assert_allclose(one, other, rtol=RTOL, atol=ATOL, err_msg=what)


# Ops


def op_checks() -> Iterator[Check]:
    """Forward and gradients of each sample of each op, by a plan."""
    for kind, samples in every_op_samples.SAMPLES.items():
        if kind is ConvMax:  # which a plan puts together on the processor only
            continue
        for number, (op, xs) in enumerate(samples):
            yield Check("op", f"{kind.__name__}-{number}", lambda card, op=op, xs=xs: _check_op(card, op, xs))


def _check_op(card: Device, op: Op, xs: list[Any]) -> None:
    for training in (True, False):
        feeds = {Placeholder(x.shape, x.dtype): x for x in xs if x is not None}
        symbols = iter(feeds)
        tensors = tuple(None if x is None else next(symbols) for x in xs)
        outputs = record(op, tensors) if feeds else op
        assert not isinstance(outputs, Op)
        results: list[Tensor] = list(outputs) if isinstance(outputs, tuple) else [outputs]
        asked = [t for i, t in enumerate(tensors) if t is not None and t.dtype.kind == "f" and i not in op.constants]
        floats = [y for y in results if y.dtype.kind == "f"]
        wanted = [*results]
        if op.differentiable and asked and floats and len(floats) == len(results):
            loss = sum((sum_(y * (0.5 + i)) for i, y in enumerate(results[1:])), sum_(results[0] * 2.0))
            assert isinstance(loss, Tensor)
            wanted += [g for g in gradients(loss, asked) if g is not None]
        on_cpu = _evaluated(CPU, wanted, feeds, training)
        on_card = _evaluated(card, wanted, feeds, training)
        draws = op.draws or _draws(op)
        for actual, expected in zip(on_card, on_cpu, strict=True):
            assert actual.shape == expected.shape
            assert actual.dtype == expected.dtype
            if not draws:
                np.testing.assert_allclose(actual, expected, rtol=RTOL, atol=ATOL)


def _draws(op: Op) -> bool:
    step = getattr(op, "step", None)
    return bool(getattr(step, "draws", False))


def _evaluated(device: Device, tensors: list[Tensor], feeds: Any, training: bool) -> list[np.ndarray]:
    with device.active():
        plan = Plan(tensors, list(feeds), {x: a.shape for x, a in feeds.items()}, training=training)
        assert plan.device is device
        return [np.array(y) for y in plan.run(list(feeds.values()))]


# Layers


def layer_checks() -> Iterator[Check]:
    """Outputs of each layer, and its weights after an update."""
    for name in test_every_layer.CALLED:
        yield Check("layer", name, lambda card, name=name: _check_layer(card, name))


def _check_layer(card: Device, name: str) -> None:
    outcomes: list[tuple[list[np.ndarray], list[np.ndarray]]] = []
    with registry.custom_object_scope({"negative": negative}):
        xs, first = test_every_layer.arrays(name), None
        for device in (CPU, card):
            set_seed(5)
            try:
                with device.active():
                    model = test_every_layer.network(name)
                    if first is not None:
                        model.set_weights(first)
                    first = model.get_weights()
                    outputs = model.predict(xs)
                    listed = outputs if isinstance(outputs, list) else [outputs]
                    model.compile("sgd", "mse")
                    if model.trainable_weights and not _is_random(model):
                        model.train_on_batch(xs, [y + 1 for y in listed] if len(listed) > 1 else listed[0] + 1)
                    outcomes.append((listed, model.get_weights()))
            finally:
                set_seed(None)
    _same(outcomes[1][0], outcomes[0][0], "outputs")
    _same(outcomes[1][1], outcomes[0][1], "weights")


def _is_random(model: Any) -> bool:
    from engine._graph.graph import order

    return any(call.op.draws or _draws(call.op) for call in order(list(model.outputs)))


# Optimizers, losses, metrics


def optimizer_checks() -> Iterator[Check]:
    """Weights and slots after forty updates of each optimizer."""
    for (name, settings, _), label in zip(test_every_optimizer.SAMPLES, test_every_optimizer.IDS, strict=True):
        yield Check("optimizer", label, lambda card, n=name, s=settings: _check_optimizer(card, n, s))
    for name in ("clipnorm", "clipvalue"):
        settings = {"lr": 0.05, name: 0.5}
        yield Check("optimizer", f"SGD-{name}", lambda card, s=settings: _check_optimizer(card, "SGD", s))


def _check_optimizer(card: Device, name: str, settings: dict[str, Any]) -> None:
    outcomes: list[list[np.ndarray]] = []
    for device in (CPU, card):
        rng = np.random.default_rng(5)
        with device.active():
            shapes = ((3, 4), (4,), (20, 20))
            variables = [Variable(shape, initializer=rng.normal(size=shape)) for shape in shapes]
            optimizer = optimizers.deserialize({"class_name": name, "config": settings})
            updater = Updater(optimizer, FlatWeights(variables))
        assert updater.device is device
        for _ in range(40):
            for variable in variables:
                device.put(updater.weights.gradients[variable], rng.normal(size=variable.shape).astype("float32"))
            updater.apply()
        outcomes.append([*(v.host() for v in variables), *optimizer.get_weights()])
    for one, other in zip(*outcomes, strict=True):
        # The library's updates round otherwise than NumPy's.
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def loss_checks() -> Iterator[Check]:
    """Values and gradients of each loss."""
    for name in test_every_loss.SAMPLES:
        yield Check("loss", name, lambda card, name=name: _check_loss(card, name))


def _check_loss(card: Device, name: str) -> None:
    y_true, y_pred = test_every_loss.SAMPLES[name]
    target, output = Placeholder(y_true.shape, "float64"), Placeholder(y_pred.shape, "float64")
    value = losses.get(name)(target, output)
    slopes = [g for g in gradients(value, [output]) if g is not None]
    feed = {target: y_true, output: y_pred}
    found = []
    for device in (CPU, card):
        with device.active():
            found.append(evaluate([value, *slopes], feed))
    _same(found[1], found[0])


def metric_checks() -> Iterator[Check]:
    """Values of each metric function."""
    for name in test_every_metric.SAMPLES:
        yield Check("metric", name, lambda card, name=name: _check_metric(card, name))


def _check_metric(card: Device, name: str) -> None:
    target, _, settings = test_every_metric.SAMPLES[name]
    outputs = test_every_metric.OUTPUTS
    y_true, y_pred = Placeholder((None, *target.shape[1:]), "float64"), Placeholder((None, 3), "float64")
    function = metrics.get(name)
    assert callable(function)
    known = inspect.signature(function).parameters
    value = function(y_true, y_pred, **{key: one for key, one in settings.items() if key in known})
    found = []
    for device in (CPU, card):
        with device.active():
            found.append(evaluate([value], {y_true: target, y_pred: outputs}))
    _same(found[1], found[0])

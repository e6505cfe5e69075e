"""The multilayer perceptron in JAX by itself, in the strongest forms that it has: one compiled step, or a whole epoch of them.

Weights and slots are donated, batches are gathered inside, and the loss is read once in many steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp

RATE, SHARE, EPSILON = 0.001, 0.9, 1e-7
# Steps between two looks at the loss where the data are one batch.
STEPS = 50


def _loss(weights: list[Any], x: Any, y: Any) -> tuple[Any, Any]:
    kernel, bias, last_kernel, last_bias = weights
    logits = jax.nn.relu(x @ kernel + bias) @ last_kernel + last_bias
    hits = jnp.mean(jnp.argmax(logits, -1) == jnp.argmax(y, -1))
    return -jnp.mean(jnp.sum(y * jax.nn.log_softmax(logits), -1)), hits


def _step(state: tuple[list[Any], list[Any]], x: Any, y: Any) -> tuple[tuple[list[Any], list[Any]], tuple[Any, Any]]:
    """RMSprop, as `workloads.dense` is compiled with."""
    weights, squares = state
    shown, gradients = jax.value_and_grad(_loss, has_aux=True)(weights, x, y)
    squares = [SHARE * a + (1 - SHARE) * g * g for a, g in zip(squares, gradients, strict=True)]
    weights = [w - RATE * g / (jnp.sqrt(a) + EPSILON) for w, g, a in zip(weights, gradients, squares, strict=True)]
    return (weights, squares), shown


def _state() -> tuple[list[Any], list[Any]]:
    rng = np.random.default_rng(0)
    kernels = [rng.uniform(-1, 1, size) * np.sqrt(6 / sum(size)) for size in ((784, 400), (400, 10))]
    weights = [jnp.asarray(w, "float32") for k in kernels for w in (k, np.zeros(k.shape[1]))]
    return weights, [jnp.zeros_like(w) for w in weights]


def steps(form: str, x: Any, y: Any, batch: int) -> tuple[Callable[[], object], Callable[[], tuple[int, float]]]:
    """The first batch alone, and a function that runs once and gives (batches, last loss).

    Args:
        form: "step", a call for each batch, or "scan", one call for all of them.
        x: all samples.
        y: their targets.
        batch: how many samples a step takes.
    """
    data = jnp.asarray(x), jnp.asarray(y)
    rng, state = np.random.default_rng(0), [_state()]
    whole = len(x) // batch

    def gathered(carried: Any, rows: Any) -> Any:
        return _step(carried, data[0][rows], data[1][rows])

    one = jax.jit(gathered, donate_argnums=0)
    epoch = jax.jit(lambda carried, order: jax.lax.scan(gathered, carried, order), donate_argnums=0)

    def order() -> np.ndarray:
        if whole == 1:
            return np.tile(np.arange(batch), (STEPS, 1))
        return rng.permutation(len(x))[: whole * batch].reshape(whole, batch)

    def run() -> tuple[int, float]:
        rows = order()
        if form == "scan":
            state[0], (losses, _) = epoch(state[0], rows)
            return len(rows), float(losses[-1])
        loss: Any = 0.0
        for part in rows:
            state[0], (loss, _) = one(state[0], part)
        return len(rows), float(loss)

    def first() -> None:
        state[0], (loss, _) = one(state[0], np.arange(batch))
        float(loss)

    return first, run

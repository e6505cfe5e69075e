"""What a card without memory for a batch says: how much there is, and the largest batch that fits."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Protocol

from .._graph.memory import Memory
from .._graph.plan import Plan
from .._graph.tensor import Placeholder, Tensor
from .._machine.gpu import Gpu
from .._machine.room import bytes_in_words
from ..errors import OutOfMemory, TrainingError
from ..types import Array


class Planned(Protocol):
    """What plans are made for: `Step`."""

    inputs: list[Placeholder]
    outputs: list[Tensor]
    training: bool

    def forget_plans(self) -> None:
        """Give up all plans, and their memory."""

    def gradients(self) -> dict[Tensor, Array] | None:
        """Where a plan writes the gradients of the loss."""


def is_of_memory(error: Exception) -> bool:
    """Whether memory ran out."""
    return isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError)


def too_large(step: Planned, shapes: Sequence[tuple[int, ...]], device: Gpu, error: Exception) -> OutOfMemory:
    """The error for a batch that a card has no memory for; the step's plans are given up, its weights stay.

    Args:
        step: what the batch is for.
        shapes: those of its inputs.
        device: the card.
        error: what said that memory ran out.
    """
    step.forget_plans()
    # Its frames hold memory that was taken before there was none left.
    for one in (error, error.__cause__):
        if one is not None:
            traceback.clear_frames(one.__traceback__)
    device.release()
    samples = shapes[0][0] if shapes and shapes[0] else 1
    info, fitting = device.info(), largest_batch(step, shapes, device)
    hint = (
        f"batch_size={fitting} fits." if fitting else "Not even one sample fits: use device 'cpu', or a smaller model."
    )
    return OutOfMemory(
        batch_size=fitting or None,
        where=f"a batch of {samples} on {device.name}",
        expected=f"values for which the {bytes_in_words(info.free)} suffice that are free of {bytes_in_words(info.memory)}",
        actual=f"more ({error})",
        hint=f"{hint} The weights are those of the last whole update.",
    )


def largest_batch(step: Planned, shapes: Sequence[tuple[int, ...]], device: Gpu) -> int:
    """About how many samples a card has memory for, tried; 0 where not even one fits.

    The number is halved until it fits; then what a sample takes tells how many more do.
    """
    asked = shapes[0][0]
    known, size = 0, asked // 2
    taken = 0
    while size and not known:
        taken = _bytes_of(step, shapes, size, device)
        known, size = (size, size) if taken else (0, size // 2)
    if not known:
        return 0
    # A little is left for what lies between blocks.
    guess = min(asked - 1, int(0.95 * device.info().free / (taken / known)))
    while guess > known and not _bytes_of(step, shapes, guess, device):
        guess = (guess + known) // 2
    return max(guess, known)


def _bytes_of(step: Planned, shapes: Sequence[tuple[int, ...]], samples: int, device: Gpu) -> int:
    """Bytes that the values of a batch take; 0 where the card does not have them. Nothing is updated."""
    memory = Memory()
    before = device.info().free
    feeds = {x: (samples, *shape[1:]) for x, shape in zip(step.inputs, shapes, strict=True)}
    try:
        with device.active():
            plan = Plan(step.outputs, step.inputs, feeds, training=step.training, memory=memory, into=step.gradients())
            plan.compute()
            device.wait()
        return max(before - device.info().free, memory.nbytes, 1)
    except (MemoryError, TrainingError) as error:
        if not is_of_memory(error):
            raise
        return 0
    finally:
        plan = None
        del memory
        device.release()

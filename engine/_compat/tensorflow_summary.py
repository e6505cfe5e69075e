"""`tf.summary`: event files that TensorBoard shows, written by the library tensorboardX as the callback `TensorBoard` does."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from ..callbacks.tensorboard import event_library
from ..errors import SettingError
from ..types import Array
from .values import TensorLike, value_of

__all__ = ["SUMMARY", "SummaryWriter"]


class _Now:
    """Which writer is the default, at which step, and whether anything is written."""

    def __init__(self) -> None:
        self.writer: SummaryWriter | None = None
        self.step: int | None = None
        self.is_written = True


_now = _Now()


class SummaryWriter:
    """Writes values into an event file of a folder.

    Args:
        logdir: the folder, made where it is missing.
        filename_suffix: what the file's name ends with, nothing by default.

    Raises:
        ImportError: tensorboardX is not installed; the message has the command.
    """

    def __init__(self, logdir: Any, filename_suffix: str | None = None) -> None:
        folder = os.fsdecode(logdir)
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.file: Any = event_library().SummaryWriter(folder, filename_suffix=filename_suffix or "")

    @contextmanager
    def as_default(self, step: TensorLike | None = None) -> Generator[SummaryWriter]:
        """In the block values go to this writer, at a step where one is given."""
        writer, before = _now.writer, _now.step
        _now.writer = self
        if step is not None:
            _now.step = int(np.asarray(value_of(step)))
        try:
            yield self
        finally:
            _now.writer, _now.step = writer, before
            self.flush()

    def set_as_default(self, step: TensorLike | None = None) -> None:
        """From now on values go to this writer."""
        _now.writer = self
        if step is not None:
            _now.step = int(np.asarray(value_of(step)))

    def init(self) -> None:
        """Nothing to prepare."""

    def flush(self) -> None:
        """Put everything into the file."""
        self.file.flush()

    def close(self) -> None:
        """Close the file."""
        self.file.close()


def _write(name: str, step: Any, add: Callable[[Any, int], None]) -> bool:
    """Whether something was written: there is a default writer. Raises SettingError without a step."""
    if _now.writer is None or not _now.is_written:
        return False
    at = _now.step if step is None else int(np.asarray(value_of(step)))
    if at is None:
        raise SettingError(
            where=f"tf.summary, {name!r}",
            expected="a step",
            actual="None",
            hint="Give it as step=, to as_default(step=...) or to tf.summary.experimental.set_step.",
        )
    add(_now.writer.file, at)
    return True


def scalar(name: str, data: TensorLike, step: TensorLike | None = None, description: str | None = None) -> bool:
    """Write a number.

    Args:
        name: its name.
        data: the number.
        step: where it stands; by default that of the writer or of `experimental.set_step`.
        description: accepted as in TensorFlow.

    Returns:
        Whether it was written: without a default writer it is not.

    Raises:
        SettingError: there is no step.
    """
    scalar_value = float(np.asarray(value_of(data)))
    return _write(name, step, lambda file, at: file.add_scalar(name, scalar_value, at))


def histogram(
    name: str,
    data: TensorLike,
    step: TensorLike | None = None,
    buckets: int | None = None,
    description: TensorLike | None = None,
) -> bool:
    """Write how numbers are spread; arguments and result as of `scalar`, `data` of any shape, `buckets` 30 by default."""
    flat = np.asarray(value_of(data), "float64").ravel()
    finite = flat[np.isfinite(flat)]
    return _write(name, step, lambda file, at: file.add_histogram(name, finite, at, bins=buckets or 30))


def image(
    name: str,
    data: TensorLike,
    step: TensorLike | None = None,
    max_outputs: int = 3,
    description: TensorLike | None = None,
) -> bool:
    """Write pictures (N, H, W, C): whole numbers to 255, or fractions to 1; arguments and result as of `scalar`."""
    pictures = _pictures(np.asarray(value_of(data)))[: int(max_outputs)]

    def add(file: Any, at: int) -> None:
        for number, picture in enumerate(pictures):
            file.add_image(f"{name}/{number}" if len(pictures) > 1 else name, picture, at, dataformats="HWC")

    return _write(name, step, add)


def _pictures(array: Array) -> Array:
    if array.dtype == np.uint8:
        return array
    return np.clip(np.nan_to_num(array.astype("float64")) * 255, 0, 255).astype("uint8")


def text(name: str, data: TensorLike, step: TensorLike | None = None, description: TensorLike | None = None) -> bool:
    """Write a text, or several as lines; arguments and result as of `scalar`."""
    lines = [
        x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x)
        for x in np.ravel(np.asarray(value_of(data), object))
    ]
    return _write(name, step, lambda file, at: file.add_text(name, "\n\n".join(lines), at))


def audio(
    name: str, data: TensorLike, sample_rate: int, step: TensorLike | None = None, max_outputs: int = 3, **_: object
) -> bool:
    """Write sounds (N, T, channels) with values from -1 to 1; arguments and result as of `scalar`."""
    sounds = np.asarray(value_of(data), "float32")[: int(max_outputs)]

    def add(file: Any, at: int) -> None:
        for number, sound in enumerate(sounds):
            file.add_audio(f"{name}/{number}" if len(sounds) > 1 else name, sound, at, sample_rate=int(sample_rate))

    return _write(name, step, add)


def create_file_writer(
    logdir: TensorLike,
    max_queue: object = None,
    flush_millis: object = None,
    filename_suffix: str | None = None,
    **_: object,
) -> SummaryWriter:
    """A writer of event files in a folder.

    Args:
        logdir: the folder.
        max_queue: accepted as in TensorFlow.
        flush_millis: likewise.
        filename_suffix: what the file's name ends with.
        **_: accepted as in TensorFlow.
    """
    return SummaryWriter(logdir, filename_suffix)


class _NoWriter(SummaryWriter):
    """Takes values and writes none."""

    def __init__(self) -> None:
        nothing = _nothing
        self.file = SimpleNamespace(
            add_scalar=nothing,
            add_histogram=nothing,
            add_image=nothing,
            add_text=nothing,
            add_audio=nothing,
            flush=nothing,
            close=nothing,
        )


def _nothing(*_: object, **__: object) -> None:
    """What is not done here: there is no graph to trace."""


@contextmanager
def record_if(condition: TensorLike) -> Generator[None]:
    """In the block values are written if a condition, or a function without arguments, says so."""
    before = _now.is_written
    _now.is_written = bool(np.asarray(value_of(condition() if callable(condition) else condition)))
    try:
        yield
    finally:
        _now.is_written = before


def should_record_summaries() -> bool:
    """Whether values are written: there is a default writer, and no `record_if` says otherwise."""
    return _now.writer is not None and _now.is_written


def set_step(step: Any) -> None:
    """The step of values that are written without one."""
    _now.step = None if step is None else int(np.asarray(value_of(step)))


def get_step() -> int | None:
    """The step of values that are written without one."""
    return _now.step


def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Put everything into the file of a writer, the default one where none is given."""
    (writer or _now.writer or _NoWriter()).flush()


SUMMARY: dict[str, object] = {
    "SummaryWriter": SummaryWriter,
    "audio": audio,
    "create_file_writer": create_file_writer,
    "create_noop_writer": _NoWriter,
    "flush": flush,
    "histogram": histogram,
    "image": image,
    "record_if": record_if,
    "scalar": scalar,
    "should_record_summaries": should_record_summaries,
    "text": text,
    "graph": _nothing,
    "trace_export": _nothing,
    "trace_off": _nothing,
    "trace_on": _nothing,
    "experimental": SimpleNamespace(set_step=set_step, get_step=get_step),
}

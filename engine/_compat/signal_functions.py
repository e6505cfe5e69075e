"""Fourier transforms of arrays, whole and by windows: those of `keras.ops` and `tf.signal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..errors import SettingError
from ..types import Array, DTypeLike
from .values import TensorLike, TensorValue, eager, value_of

_WINDOWS: dict[str, Callable[[int], Array]] = {"hann": np.hanning, "hamming": np.hamming}


def _array(x: Any) -> Array:
    return np.asarray(value_of(x))


def _complex(x: Any) -> Array:
    """The numbers of a real and an imaginary part."""
    real, imaginary = x
    return _array(real) + 1j * _array(imaginary)


def _parts(numbers: Array) -> tuple[Any, Any]:
    kind = "float64" if numbers.dtype == np.complex128 else "float32"
    return eager(np.real(numbers).astype(kind)), eager(np.imag(numbers).astype(kind))


def fft(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """The discrete Fourier transform along the last axis, of a real and an imaginary part."""
    return _parts(np.fft.fft(_complex(x)).astype("complex64"))


def fft2(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """That of the last two axes."""
    return _parts(np.fft.fft2(_complex(x)).astype("complex64"))


def ifft2(x: TensorLike) -> tuple[TensorValue, TensorValue]:
    """What `fft2` was made of."""
    return _parts(np.fft.ifft2(_complex(x)).astype("complex64"))


def rfft(x: TensorLike, fft_length: int | None = None) -> tuple[TensorValue, TensorValue]:
    """The Fourier transform of real numbers: real and imaginary part of the frequencies from 0."""
    return _parts(np.fft.rfft(_array(x), fft_length).astype("complex64"))


def irfft(x: TensorLike, fft_length: int | None = None) -> TensorValue:
    """What `rfft` was made of."""
    return eager(np.fft.irfft(_complex(x), fft_length).astype("float32"))


def extract_sequences(x: TensorLike, sequence_length: int, sequence_stride: int) -> TensorValue:
    """Windows of so many elements along the last axis, each so many behind the last one."""
    windows = np.lib.stride_tricks.sliding_window_view(_array(x), int(sequence_length), -1)
    return eager(np.array(windows[..., :: int(sequence_stride), :]))


def _window(window: Any, length: int, fft_length: int) -> Array:
    """A window by its name, or its values, in the middle of the transform."""
    if isinstance(window, str):
        if window not in _WINDOWS:
            raise SettingError(where="stft, window", expected=" or ".join(map(repr, _WINDOWS)), actual=repr(window))
        values = _WINDOWS[window](length + 1)[:-1]
    else:
        values = np.ones(length) if window is None else _array(window)
    left = (fft_length - length) // 2
    return np.pad(values, (left, fft_length - length - left))


def stft(
    x: TensorLike,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: TensorLike = "hann",
    center: bool = True,
) -> tuple[TensorValue, TensorValue]:
    """Fourier transforms of windows along the last axis: real and imaginary part, (..., windows, fft_length // 2 + 1)."""
    samples = _array(x)
    if center:
        around = [(0, 0)] * (samples.ndim - 1) + [(fft_length // 2, fft_length // 2)]
        samples = np.pad(samples, around, "reflect")
    frames = np.asarray(extract_sequences(samples, fft_length, sequence_stride))
    return _parts(np.fft.rfft(frames * _window(window, sequence_length, fft_length)).astype("complex64"))


def istft(
    x: TensorLike,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: TensorLike = "hann",
    center: bool = True,
) -> TensorValue:
    """What `stft` was made of: windows laid over each other, divided by what they let through."""
    frames = np.fft.irfft(_complex(x), fft_length)
    taper = _window(window, sequence_length, fft_length)
    count, step = frames.shape[-2], int(sequence_stride)
    total = np.zeros((*frames.shape[:-2], fft_length + step * (count - 1)))
    weight = np.zeros(total.shape[-1])
    for i in range(count):
        total[..., i * step : i * step + fft_length] += frames[..., i, :] * taper
        weight[i * step : i * step + fft_length] += taper**2
    total = np.where(weight > 1e-11, total / np.maximum(weight, 1e-11), total)
    begin = fft_length // 2 if center else 0
    end = total.shape[-1] - begin if length is None else begin + length
    return eager(total[..., begin:end].astype("float32"))


SIGNALS: dict[str, Any] = {f.__name__: f for f in (extract_sequences, fft, fft2, ifft2, irfft, istft, rfft, stft)}


def _complex_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """A transform with complex numbers, as TensorFlow has them."""

    def call(input: Any, fft_length: Any = None, name: str | None = None) -> Any:
        length = None if fft_length is None else int(np.ravel(value_of(fft_length))[0])
        arguments = () if length is None else (length,)
        made = function(_array(input), *arguments)
        return eager(made.astype("complex64" if np.iscomplexobj(made) else "float32"))

    call.__doc__ = f"NumPy's {function.__name__}, along the last axis."
    return call


def stft_of_tensorflow(
    signals: TensorLike,
    frame_length: int,
    frame_step: int,
    fft_length: int | None = None,
    window_fn: Callable[..., Any] | None = None,
    pad_end: bool = False,
    name: str | None = None,
) -> TensorValue:
    """Fourier transforms of windows along the last axis, as complex numbers; each window is tapered by `hann_window`.

    Args:
        signals: (..., samples).
        frame_length: samples of a window.
        frame_step: samples from one window to the next.
        fft_length: length of the transform; by default the next power of 2.
        window_fn: a function of the length that gives the taper; by default Hann's.
        pad_end: whether zeros follow the samples until all are in a window, False by default.
        name: accepted as in TensorFlow.
    """
    samples = _array(signals)
    length = int(fft_length or 1 << (int(frame_length) - 1).bit_length())
    if pad_end:
        missing = (
            int(frame_length) + int(frame_step) * (-(-samples.shape[-1] // int(frame_step)) - 1) - samples.shape[-1]
        )
        samples = np.pad(samples, [(0, 0)] * (samples.ndim - 1) + [(0, max(missing, 0))])
    frames = np.asarray(extract_sequences(samples, frame_length, frame_step))
    taper = hann_window(frame_length) if window_fn is None else window_fn(frame_length)
    return eager(np.fft.rfft(frames * np.asarray(value_of(taper)), length).astype("complex64"))


def hann_window(
    window_length: int, periodic: bool = True, dtype: DTypeLike = "float32", name: str | None = None
) -> TensorValue:
    """Hann's window: (1 - cos(2 pi n / N)) / 2; N is the length, one less where it is not periodic."""
    length = int(window_length)
    return eager((np.hanning(length + 1)[:-1] if periodic else np.hanning(length)).astype(np.dtype(dtype)))


def frame(signal: TensorLike, frame_length: int, frame_step: int, **_: object) -> TensorValue:
    """Windows along the last axis."""
    return extract_sequences(signal, frame_length, frame_step)


SIGNAL_OF_TENSORFLOW: dict[str, Any] = {
    **{name: _complex_of(getattr(np.fft, name)) for name in ("fft", "ifft", "irfft", "rfft")},
    "fft2d": _complex_of(np.fft.fft2),
    "ifft2d": _complex_of(np.fft.ifft2),
    "frame": frame,
    "hann_window": hann_window,
    "stft": stft_of_tensorflow,
}

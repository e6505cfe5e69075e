"""Steps of sounds: one length for all, and what is heard when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from .._declared import rules
from .._declared.fields import field
from ..errors import DataError, SettingError
from ..types import Array
from .columns import Column, ColumnKind
from .step import OneByOne, Step

_QUIET = 1e-6
# Rows of sounds that are transformed at once: so few that their pieces stay near the processor.
_AT_ONCE = 8


class Length(OneByOne):
    """Arrays of one length: longer ones are cut at their end, shorter ones filled up with zeros.

    Args:
        columns: their names.
        samples: the length along the first axis of a row.

    Example:
        >>> from engine.data import columns_of
        >>> columns = columns_of({"sound": np.ones((1, 2, 1), "float32")})
        >>> Length(["sound"], samples=3).apply(columns, {"sound": None})["sound"].values.ravel().tolist()
        [1.0, 1.0, 0.0]
    """

    kind: ClassVar[str] = "length"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("array",)
    samples: int = field(rules.positive_int, help="length of a row's first axis")

    @classmethod
    def begun(cls, columns: Sequence[Column], rows: Array) -> Step:
        """A step that changes nothing yet: as long as the longest of its columns."""
        del rows
        return cls(
            columns=[column.name for column in columns], samples=max(column.values.shape[1] for column in columns)
        )

    def apply_column(self, column: Column, fitted: None) -> Column:
        """The arrays, cut or filled up."""
        del fitted
        values = column.values[:, : self.samples]
        if values.shape[1] < self.samples:
            values = np.pad(values, ((0, 0), (0, self.samples - values.shape[1]), *[(0, 0)] * (values.ndim - 2)))
        return Column(column.name, "array", values, column.missing)


class Spectrogram(OneByOne):
    """Sounds as pictures of what is heard when: the logarithm of the power of each pitch in short, overlapping pieces.

    Of each piece, weighted by Hann's window, the squared size of the discrete Fourier transform is summed into `bands` of
    equal width on the mel scale, 2595 log10(1 + f / 700) (O'Shaughnessy 1987), by triangles that overlap by half; then
    log(power + 1e-6). Channels are averaged before. What comes out is an array (rows, pieces, bands), for recurrent layers
    and convolutions.

    Args:
        columns: their names: arrays (rows, samples) or (rows, samples, channels).
        rate: samples of a second, 16,000 by default.
        piece: samples of a piece, 512 by default.
        every: samples from the beginning of one piece to that of the next, 256 by default.
        bands: number of bands, 40 by default.

    Raises:
        DataError: a sound is shorter than a piece.

    Example:
        >>> from engine.data import columns_of
        >>> wave = np.sin(np.arange(4000) * 0.3).astype("float32")[None, :, None]
        >>> step = Spectrogram(["sound"], rate=8000)
        >>> step.apply(columns_of({"sound": wave}), {"sound": None})["sound"].values.shape
        (1, 14, 40)
    """

    kind: ClassVar[str] = "spectrogram"
    takes: ClassVar[tuple[ColumnKind, ...]] = ("array",)
    rate: int = field(rules.positive_int, default=16_000, help="samples of a second")
    piece: int = field(rules.whole(2, 2**20), default=512, help="samples that are heard at once")
    every: int = field(rules.positive_int, default=256, help="samples from one piece to the next")
    bands: int = field(rules.whole(1, 4096), default=40, help="number of pitches that are told apart")

    @classmethod
    def for_sounds(cls, column: str, rate: int, samples: int) -> list[Spectrogram]:
        """A step whose pieces are heard for about 32 ms and overlap by half.

        Args:
            column: the sounds.
            rate: samples of a second.
            samples: of each sound.

        Returns:
            The step; none where sounds are too short for it.
        """
        piece = 2 ** max(3, round(np.log2(rate * 0.032)))
        if samples < 2 * piece:
            return []
        return [cls(columns=[column], rate=rate, piece=piece, every=piece // 2, bands=min(40, piece // 4))]

    def prepare(self) -> None:
        """Refuse more bands than a piece can tell apart."""
        if self.bands > self.piece // 2:
            raise SettingError(
                where="step spectrogram, bands",
                expected=f"at most {self.piece // 2}, half a piece",
                actual=str(self.bands),
            )

    def apply_column(self, column: Column, fitted: None) -> Column:
        """Sounds as arrays (rows, pieces, bands)."""
        del fitted
        if column.values.ndim > 3:
            raise DataError(
                where=f"step spectrogram, column {column.name!r}",
                expected="sounds: arrays (rows, samples) or (rows, samples, channels)",
                actual=f"an array of {column.values.ndim} axes",
            )
        count, samples = column.values.shape[:2]
        if samples < self.piece:
            raise DataError(
                where=f"step spectrogram, column {column.name!r}",
                expected=f"sounds of {self.piece} samples or more",
                actual=f"{samples}",
                hint="Take shorter pieces, or add the step length before it.",
            )
        bands, window = self._triangles(), np.hanning(self.piece + 1)[:-1].astype(np.float32)
        made = np.empty((count, (samples - self.piece) // self.every + 1, self.bands), np.float32)
        for first in range(0, count, _AT_ONCE):
            sounds = column.values[first : first + _AT_ONCE].reshape(-1, samples, *column.values.shape[2:3])
            heard = sounds.mean(2) if sounds.ndim == 3 else sounds
            pieces = np.lib.stride_tricks.sliding_window_view(heard, self.piece, 1)[:, :: self.every]
            heard_at = np.fft.rfft(pieces * window)
            power = np.square(heard_at.real)
            power += np.square(heard_at.imag)
            made[first : first + _AT_ONCE] = np.log(power @ bands + _QUIET)
        return Column(column.name, "array", made, column.missing)

    def _triangles(self) -> Array:
        """How much of each frequency goes into each band (frequencies, bands)."""
        mel = np.linspace(0, 2595 * np.log10(1 + self.rate / 2 / 700), self.bands + 2)
        edges = 700 * (10 ** (mel / 2595) - 1)
        frequencies = np.fft.rfftfreq(self.piece, 1 / self.rate)[:, None]
        # A band narrower than what the piece tells apart would hear nothing.
        narrowest = self.rate / self.piece
        low = np.minimum(edges[:-2], edges[1:-1] - narrowest)
        high = np.maximum(edges[2:], edges[1:-1] + narrowest)
        rises = (frequencies - low) / (edges[1:-1] - low)
        falls = (high - frequencies) / (high - edges[1:-1])
        return np.maximum(0, np.minimum(rises, falls))

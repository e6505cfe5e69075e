"""Lists of unequal length -> arrays; windows over time series; word pairs for skip-gram models."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence as Items
from typing import TYPE_CHECKING, Any, Literal, Protocol, SupportsIndex, TypeAlias, overload

import numpy as np

from ..errors import DataError, SettingError, shorten
from ..types import Array, Config, DTypeLike, JsonOptions
from ..utils.data_utils import Sequence

if TYPE_CHECKING:
    from typing_extensions import Unpack

Side: TypeAlias = Literal["pre", "post"]
_SIDES = ("pre", "post")
_EULER_GAMMA = 0.577  # to the three digits that Keras takes, so that tables agree


def pad_sequences(
    sequences: Items[Items[object] | Array] | Array,
    maxlen: int | None = None,
    dtype: DTypeLike = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float | str = 0.0,
) -> Array:
    """Sequences of unequal length as one array (samples, maxlen, ...); the short are filled with `value`, the long cut.

    maxlen: the longest length by default. padding, truncating: at which end, "pre" or "post".
    Raises DataError for entries that are no sequences or whose later axes differ, SettingError for another end.

    >>> pad_sequences([[1], [2, 3, 4]], maxlen=2).tolist()
    [[0, 1], [3, 4]]
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in _SIDES:
            raise SettingError(where=f"pad_sequences, {name}", expected="'pre' or 'post'", actual=shorten(side))
    if not hasattr(sequences, "__len__"):
        raise DataError(where="pad_sequences", expected="a list of sequences", actual=type(sequences).__name__)
    for index, sequence in enumerate(sequences):
        if not hasattr(sequence, "__len__"):
            raise DataError(where=f"pad_sequences, entry {index}", expected="a sequence", actual=shorten(sequence))
    if isinstance(value, str) and not _holds_text(dtype):
        raise SettingError(
            where="pad_sequences, dtype", expected="dtype object or str for a text value", actual=str(dtype)
        )
    longest = max((len(sequence) for sequence in sequences), default=0) if maxlen is None else maxlen
    inner = next((np.asarray(sequence).shape[1:] for sequence in sequences if len(sequence)), ())
    padded = np.full((len(sequences), longest, *inner), value, dtype)
    for index, sequence in enumerate(sequences):
        if not len(sequence):
            continue
        # sequence[-0:] would be the whole sequence.
        cut = sequence[max(0, len(sequence) - longest) :] if truncating == "pre" else sequence[:longest]
        part = np.asarray(cut, dtype)
        if len(part) and part.shape[1:] != inner:
            expected, actual = f"entries of shape {inner}", f"shape {part.shape[1:]}"
            raise DataError(where=f"pad_sequences, entry {index}", expected=expected, actual=actual)
        where = slice(longest - len(part), longest) if padding == "pre" else slice(0, len(part))
        padded[index, where] = part
    return padded


def _holds_text(dtype: DTypeLike) -> bool:
    return np.dtype(dtype).kind in "OUS"


class Series(Protocol):
    """Steps in time: an array, a list, or a data set in a file."""

    def __len__(self) -> int: ...

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> object: ...

    @overload
    def __getitem__(self, index: slice, /) -> object: ...


class TimeseriesGenerator(Sequence):
    """Batches of windows over a series: sample (length // sampling_rate steps) before each target.

    data, targets: arrays of equal length, time first. stride: steps between successive samples. start_index,
    end_index: the part of the data that is used, both ends included. reverse: newest step first.
    shuffle: targets drawn at random, with repeats, from NumPy's global state as in Keras.
    Raises DataError where data and targets differ in length or no window fits.

    >>> x, y = TimeseriesGenerator(np.arange(5), np.arange(5), length=2, batch_size=2)[0]
    >>> x.tolist(), y.tolist()
    ([[0, 1], [1, 2]], [2, 3])
    """

    def __init__(
        self,
        data: Series,
        targets: Series,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
    ) -> None:
        if len(data) != len(targets):
            expected, actual = "as many targets as steps of data", f"{len(data)} steps and {len(targets)} targets"
            raise DataError(where="TimeseriesGenerator", expected=expected, actual=actual)
        # A series or frame is read by position: its index may begin anywhere, run backwards or be dates.
        self.data, self.targets = (np.asarray(one) if hasattr(one, "iloc") else one for one in (data, targets))
        self.length, self.sampling_rate, self.stride = length, sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            expected = f"a last step of at least start_index + length = {self.start_index}"
            actual, hint = f"end_index {self.end_index}", "Give a shorter length or more data."
            raise DataError(where="TimeseriesGenerator", expected=expected, actual=actual, hint=hint)

    def __len__(self) -> int:
        step = self.batch_size * self.stride
        return (self.end_index - self.start_index + step) // step

    def __getitem__(self, index: int) -> tuple[Array, Array]:
        if self.shuffle:
            rows = np.random.randint(self.start_index, self.end_index + 1, size=self.batch_size)
        else:
            first = self.start_index + self.batch_size * self.stride * index
            last = min(first + self.batch_size * self.stride, self.end_index + 1)
            rows = np.arange(first, last, self.stride)
        samples = np.array([self.data[row - self.length : row : self.sampling_rate] for row in rows])
        targets = np.array([self.targets[row] for row in rows])
        return (samples[:, ::-1] if self.reverse else samples), targets

    def get_config(self) -> Config:
        """Settings and data as plain lists; start_index counts from the first target, as in Keras."""
        settings = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle", "reverse", "batch_size")
        return {
            "data": np.asarray(self.data).tolist(),
            "targets": np.asarray(self.targets).tolist(),
            **{name: getattr(self, name) for name in settings},
        }

    def to_json(self, **kwargs: Unpack[JsonOptions]) -> str:
        """The generator as JSON text; `kwargs` go to json.dumps."""
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def timeseries_generator_from_json(json_string: str) -> TimeseriesGenerator:
    """The generator that `to_json` wrote, giving the same windows.

    >>> windows = TimeseriesGenerator([1, 2, 3], [1, 2, 3], length=2)
    >>> len(timeseries_generator_from_json(windows.to_json()))
    1
    """
    config = dict(json.loads(json_string)["config"])
    # The stored index is that of the first target; the argument counts from the first step.
    config["start_index"] -= config["length"]
    config["data"], config["targets"] = np.asarray(config["data"]), np.asarray(config["targets"])
    return TimeseriesGenerator(**config)


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Array:
    """Probability (size,) of keeping the word of each rank, frequencies taken from Zipf's law (word2vec's subsampling).

    >>> make_sampling_table(3).round(6).tolist()
    [0.003152, 0.003152, 0.005476]
    """
    rank = np.arange(size)
    rank[:1] = 1
    inverse_frequency = rank * (np.log(rank) + _EULER_GAMMA) + 0.5 - 1.0 / (12.0 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * inverse_frequency))


def skipgrams(
    sequence: Items[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Items[float] | Array | None = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[int] | list[list[int]]]:
    """Pairs of words (couples) and labels: 1 for words within the window, 0 for drawn ones; index 0 is skipped.

    negative_samples: drawn pairs for each true one. categorical: labels [0, 1] and [1, 0] instead of 1 and 0.
    seed: of the shuffling; words are drawn from Python's global `random`, as in Keras.

    >>> skipgrams([1, 2], 3, window_size=1, negative_samples=0, shuffle=False)
    ([[1, 2], [2, 1]], [1, 1])
    """
    true, false = ([0, 1], [1, 0]) if categorical else (1, 0)
    couples: list[list[int]] = []
    for index, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for other in range(max(0, index - window_size), min(len(sequence), index + window_size + 1)):
            if other != index and sequence[other]:
                couples.append([word, sequence[other]])
    labels: list[Any] = [true] * len(couples)
    if negative_samples > 0 and couples:
        drawn = int(len(couples) * negative_samples)
        words = [couple[0] for couple in couples]
        random.shuffle(words)
        couples += [[words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(drawn)]
        labels += [false] * drawn
    if shuffle:
        seed = random.randint(0, 10**7) if seed is None else seed
        random.Random(seed).shuffle(couples)
        random.Random(seed).shuffle(labels)
    return couples, labels

"""Lists of unequal length -> arrays; windows over time series; word pairs for skip-gram models."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence as Items
from collections.abc import Sized
from typing import TYPE_CHECKING, Any, Literal, Protocol, SupportsIndex, TypeAlias, TypeVar, overload

import numpy as np

from .._files.json_text import read_settings
from .._machine.arrays import as_array, refuse_masked
from .._training.counts import whole
from ..errors import DataError, FileError, SettingError, shorten
from ..types import Array, Config, DTypeLike, JsonOptions
from ..utils.data_utils import Sequence

if TYPE_CHECKING:
    from typing_extensions import Unpack

Side: TypeAlias = Literal["pre", "post"]
Text = TypeVar("Text", bound=Sized)
Label = TypeVar("Label")
_SIDES = ("pre", "post")
_EULER_GAMMA = 0.577  # three digits as in Keras, so that tables agree


def pad_sequences(
    sequences: Items[Items[object] | Array] | Array,
    maxlen: int | None = None,
    dtype: DTypeLike = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: float | str = 0.0,
) -> Array:
    """Sequences of unequal length as one array: the short ones are filled up, the long ones cut.

    Args:
        sequences: lists or arrays, one for each sample; their later axes agree.
        maxlen: the length of all; None (the default) takes the longest.
        dtype: the type of the array, "int32" by default.
        padding: the end at which the short are filled, "pre" (the default) or "post".
        truncating: the end at which the long are cut, "pre" (the default) or "post".
        value: what they are filled with, 0 by default.

    Returns:
        (samples, maxlen, ...).

    Raises:
        DataError: an entry is no sequence, or its later axes differ.
        SettingError: another end, or a text value in an array of numbers.

    Example:
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
    maxlen = None if maxlen is None else whole(maxlen, "pad_sequences, maxlen", 0)
    longest = max((len(sequence) for sequence in sequences), default=0) if maxlen is None else maxlen
    inner = next((np.asarray(sequence).shape[1:] for sequence in sequences if len(sequence)), ())
    padded = np.full((len(sequences), longest, *inner), value, dtype)
    for index, sequence in enumerate(sequences):
        if not len(sequence):
            continue
        # sequence[-0:] would be the whole sequence.
        cut = sequence[max(0, len(sequence) - longest) :] if truncating == "pre" else sequence[:longest]
        part = as_array(cut, f"pad_sequences, entry {index}", dtype)
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


# What stands in the JSON of a `TimeseriesGenerator`.
_WINDOW_NUMBERS = ("length", "sampling_rate", "stride", "start_index", "end_index", "batch_size")
_WINDOW_SETTINGS = (
    "data",
    "targets",
    "length",
    "sampling_rate",
    "stride",
    "start_index",
    "end_index",
    "shuffle",
    "reverse",
    "batch_size",
)


def without_long(maxlen: int, seq: Items[Text], label: Items[Label]) -> tuple[list[Text], list[Label]]:
    """The sequences shorter than `maxlen` and their labels.

    >>> without_long(2, [[1], [2, 3]], ["a", "b"])
    ([[1]], ['a'])
    """
    pairs = [(words, label_of) for words, label_of in zip(seq, label, strict=False) if len(words) < maxlen]
    return [words for words, _ in pairs], [label_of for _, label_of in pairs]


_remove_long_seq = without_long  # Keras's name for it


class TimeseriesGenerator(Sequence):
    """Batches of windows over a series, each with the target of the step behind it.

    Args:
        data: the steps, an array or a list, time first.
        targets: as many targets.
        length: how many steps of the data a window reaches back.
        sampling_rate: the distance between the steps that are taken, 1 by default: length // sampling_rate steps a window.
        stride: the distance between one window and the next, 1 by default.
        start_index: the first step that is used, 0 by default.
        end_index: the last step that is used; None (the default): the last one there is.
        shuffle: targets are drawn at random, with repeats, from NumPy's global state, as in Keras; False by default.
        reverse: windows have the newest step first; False by default.
        batch_size: how many windows make a batch, 128 by default.

    Raises:
        DataError: data and targets differ in length, or no window fits.

    Example:
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
        refuse_masked(data, "TimeseriesGenerator, data")
        refuse_masked(targets, "TimeseriesGenerator, targets")
        self.data, self.targets = (np.asarray(one) if hasattr(one, "iloc") else one for one in (data, targets))
        self.length = length = whole(length, "TimeseriesGenerator, length", 1)
        self.sampling_rate = whole(sampling_rate, "TimeseriesGenerator, sampling_rate", 1)
        self.stride = whole(stride, "TimeseriesGenerator, stride", 1)
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse = shuffle, reverse
        self.batch_size = whole(batch_size, "TimeseriesGenerator, batch_size", 1)
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
        """Settings and data as plain lists; `start_index` counts from the first target, as in Keras.

        Returns:
            A dict that JSON carries.
        """
        return {
            "data": np.asarray(self.data).tolist(),
            "targets": np.asarray(self.targets).tolist(),
            **{name: getattr(self, name) for name in _WINDOW_SETTINGS if name not in ("data", "targets")},
        }

    def to_json(self, **kwargs: Unpack[JsonOptions]) -> str:
        """The generator as JSON text, with its data.

        Args:
            **kwargs: options of `json.dumps`.

        Returns:
            The text, for `timeseries_generator_from_json`.
        """
        return json.dumps({"class_name": type(self).__name__, "config": self.get_config()}, **kwargs)


def timeseries_generator_from_json(json_string: str) -> TimeseriesGenerator:
    """The generator that `to_json` wrote, giving the same windows.

    Args:
        json_string: the text.

    Returns:
        A `TimeseriesGenerator`.

    Example:
        >>> windows = TimeseriesGenerator([1, 2, 3], [1, 2, 3], length=2)
        >>> len(timeseries_generator_from_json(windows.to_json()))
        1
    """
    where = "timeseries_generator_from_json"
    settings = read_settings(json_string, where, _WINDOW_SETTINGS)
    missing = [name for name in ("data", "targets", *_WINDOW_NUMBERS) if name not in settings]
    if missing:
        raise FileError(where=where, expected=", ".join(missing), actual="none")
    for name in _WINDOW_NUMBERS:
        if type(settings[name]) is not int:
            raise FileError(where=f"{where}, {name}", expected="a whole number", actual=shorten(settings[name]))
    # The stored index is that of the first target; the argument counts from the first step.
    settings["start_index"] -= settings["length"]
    if settings["start_index"] < 0:
        expected = f"a first target behind {settings['length']} steps"
        raise FileError(where=f"{where}, start_index", expected=expected, actual="one before that")
    for name in ("data", "targets"):
        settings[name] = np.asarray(settings[name])
        if settings[name].ndim == 0:
            raise FileError(where=f"{where}, {name}", expected="a list", actual="one value")
    return TimeseriesGenerator(**settings)


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> Array:
    """The probability of keeping the word of each rank, for `skipgrams` (Mikolov et al., 2013: subsampling).

    Frequencies follow Zipf's law: that of rank k is about 1 / (k * (ln k + 0.577) + 1/2 - 1 / (12 k)).

    Args:
        size: the number of ranks.
        sampling_factor: words more frequent than this are thinned out, 1e-5 by default.

    Returns:
        (size,), probabilities.

    Example:
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
    """Pairs of words with a label: 1 where both stand within a window, 0 where the second was drawn (Mikolov et al., 2013).

    Args:
        sequence: a text as the numbers of its words; 0 stands for no word and is skipped.
        vocabulary_size: words are drawn from 1 to one less.
        window_size: how many words to either side count, 4 by default.
        negative_samples: how many drawn pairs for each true one, 1 by default.
        shuffle: whether the pairs are shuffled, which is so by default.
        categorical: labels [0, 1] and [1, 0] instead of 1 and 0; False by default.
        sampling_table: the probability of keeping each word, from `make_sampling_table`; None (the default) keeps all.
        seed: of the shuffling; words are drawn from Python's global `random`, as in Keras.

    Returns:
        The pairs, and their labels.

    Example:
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

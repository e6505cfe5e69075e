"""Data: arrays, files, sets, and where they do not fit."""

from collections.abc import Mapping, Sequence
from typing import cast

# What does not fit.


def give_shape(input_name: str, shape: str) -> str:
    return f"Give '{input_name}' shape {shape}"


THE_SHAPE_OF_THE_CHOSEN_ARRAY = "the shape of the chosen array"


def use_array(key: str) -> str:
    return f"Use '{key}'"


def no_array_yet(name: str) -> str:
    return f"'{name}' has no array yet."


def array_is_missing(name: str, key: str) -> str:
    return f"'{name}' wants the array '{key}', which the source does not have."


ONE_COLUMN_A_CLASS = "one column a class"
AS_MANY_AS_COLUMNS = "as many as the target has columns"


def class_numbers_to(last: int, softmax_for: str | None) -> str:
    """softmax_for: the layer that gets softmax with it, if one does."""
    numbers = f"the target holds class numbers from 0 to {last}"
    return numbers if softmax_for is None else f"{numbers}, and '{softmax_for}' gets softmax"


def holds_one_number(measured: bool, loss: str) -> str:
    """measured: any number, not a yes or no."""
    return f"the target holds {'one number' if measured else '0 or 1'} a sample; loss {loss}"


def use_loss(loss: str) -> str:
    return f"Use {loss}"


def one_unit_with(activation: str) -> str:
    return f"Set units to 1 and {activation}"


def without_repeated(measured: Sequence[str], trained: Sequence[str] | None, together: Sequence[str]) -> str:
    """Code that takes rows out of arrays.

    measured: inputs whose rows are compared. trained: those that they are compared with; None: earlier rows of their own.
    together: all arrays that lose the rows.

    >>> print(without_repeated(["x_test"], ["x_train"], ["x_test", "y_test"]))
    import engine
    keep = ~engine.data.repeated(x_test, of=x_train)
    x_test, y_test = x_test[keep], y_test[keep]
    """
    one, other = (names and (names[0] if len(names) == 1 else f"[{', '.join(names)}]") for names in (measured, trained))
    compared = one if other is None else f"{one}, of={other}"
    taken = ", ".join(f"{name}[keep]" for name in together)
    return f"import engine\nkeep = ~engine.data.repeated({compared})\n{', '.join(together)} = {taken}"


MEASURE_A_SHARE = "Measure a share of the rows instead"


def nothing_validates(key: str) -> str:
    return f"No array is measured in place of '{key}'."


def validation_is_gone(array: str, key: str) -> str:
    return f"'{array}' is to be measured in place of '{key}', and the source does not have it."


def validates_otherwise(array: str, key: str, shape: Sequence[int], trained: Sequence[int]) -> str:
    """shape, trained: of a sample."""
    one, other = ("×".join(map(str, sizes)) or "one number" for sizes in (shape, trained))
    return f"Samples of '{array}' are {one}, and those of '{key}', in whose place they are measured, {other}."


def validation_of_unlike_lengths(counts: Mapping[str, int]) -> str:
    said = ", ".join(f"'{key}' {count:,}" for key, count in counts.items())
    return f"The arrays that are measured have different numbers of samples: {said}."


def in_a_cell(line: str) -> str:
    return f"In a cell: {line}"


_NEEDED = {"np.": "import numpy as np", "to_categorical(": "from engine.utils import to_categorical"}


def whole_cell(line: str) -> str:
    r"""A line that changes an array, behind what it needs.

    >>> whole_cell("y = np.squeeze(y, 1)")
    'import numpy as np\ny = np.squeeze(y, 1)'
    """
    return "\n".join([*(needed for name, needed in _NEEDED.items() if name in line), line])


def no_such_mend(mend: str) -> str:
    return f"There is no mend '{mend}'."


# Array files.


def one_of(names: str) -> str:
    return f"one of {names}"


def file_of_a_format(formats: str) -> str:
    return f"a file of one of the formats {formats}"


# The sets that come with it.
LINE = "points of a line with noise"
SPIRALS = "two classes of points in two spirals"
DIGITS = "1797 handwritten digits of 8×8 pixels"
MNIST = "70000 handwritten digits, from ~/.keras/datasets/mnist.npz"
FASHION_MNIST = "70000 pictures of clothes, from ~/.keras/datasets"
CIFAR10 = "60000 colour pictures of 10 kinds, from ~/.keras/datasets"
IMDB = "50000 film reviews, good or bad: their last 200 words, numbered up to 10000"
REUTERS = "11228 newswires of 46 topics: their last 200 words, numbered up to 10000"


def set_is_absent(name: str, size: int, addresses: Sequence[str]) -> str:
    """size: bytes."""
    files = addresses[0] if len(addresses) == 1 else f"{len(addresses)} files from {addresses[0].rpartition('/')[0]}/"
    return f"'{name}' is not on this machine: {size / 1e6:.0f} MB would be fetched, {files}."


def how_to_fetch(name: str) -> str:
    return f"Press Fetch on the Data page, or in a cell: engine.datasets.{name}.load_data()"


# Data sources.
GIVE_THE_PATH = (
    "Give the path of a file of arrays (.npz, .npy, HDF5) or of a table (CSV, Parquet), or of a folder of files."
)


def no_file(path: str) -> str:
    return f"There is no file '{path}'."


def paths_start_at(folder: str) -> str:
    return f"Paths start at {folder}."


def cannot_be_read(path: str, error: object) -> str:
    return f"'{path}' cannot be read: {error}"


GIVE_THE_PATH_OF_A_TABLE = "Give the path of a table (CSV, Parquet) that names the pictures."


def names_no_pictures(path: str) -> str:
    return f"No column of '{path}' names pictures."


def knows_nothing_of_the_pictures(path: str, files: str) -> str:
    return f"'{path}' has no column besides '{files}'."


def holds_no_arrays(path: str) -> str:
    return f"'{path}' holds no arrays of numbers."


def no_source_named(name: object) -> str:
    return f"There is no source of data named {name!r}."


CHOOSE_THE_ARRAYS_AGAIN = "Choose the arrays again."
THE_NOTEBOOK = "The notebook"


def has_no_array(where: str, key: str) -> str:
    return f"{where} has no array named '{key}'."


RUN_ITS_CELL = "Run the cell that makes it, then try again."


def source_has_no_array(name: str, key: str) -> str:
    return f"'{name}' has no array named '{key}'."


def no_frame_named(name: str) -> str:
    return f"The notebook has no frame named '{name}'."


def frame_is_empty(name: str) -> str:
    return f"The frame '{name}' has no rows."


WITHOUT_BROKEN = "Leave out what is broken"
LARGER_THAN_THE_MEMORY = "The table is larger than the memory: it is read in blocks."


def it_has(keys: str) -> str:
    return f"It has {keys}."


# Tables.

NO_FOLDS = "The rows are not divided into folds: set their number where the split says how."
NO_SUCH_FINDING = "The table has changed meanwhile: that is no longer said of it."
NO_TABLE_IS_CHOSEN = "No table is chosen."


def second_file_lacks_arrays(path: str, trained: str) -> str:
    return f"'{path}' has no array of the same form for each that is trained on ({trained or 'none'})."


_STEPS = {
    "unique": "without equal rows",
    "drop": "without rows that lack {columns}",
    "leave_out": "without rows whose {columns} is {values}",
    "balance": "each {columns} as often as another ({by} rows)",
    "numbers": "{columns} read as numbers",
    "dates": "{columns} read as dates",
    "finite": "infinite {columns} counted as missing",
    "missing": "{values} in {columns} counted as missing",
    "fill": "gaps in {columns} filled by {by}",
    "date_parts": "{columns} in parts",
    "one_hot": "{columns} as a column of each value",
    "ordinal": "{columns} as numbers of the values",
    "clip": "{columns} kept within limits",
    "log": "logarithm of {columns}",
    "tokens": "{parts} of {columns} as numbers",
    "windows": "the past of {columns} in windows",
    "length": "{columns} cut or filled up to {samples}",
    "spectrogram": "{columns} as what is heard when",
    "scale": "{columns} scaled ({by})",
    "layer": "{columns} through {layer}",
}
STEP_TITLES = {
    "unique": "Leave out equal rows",
    "drop": "Leave out rows with gaps",
    "leave_out": "Leave out rows with a value",
    "balance": "Each class as often",
    "numbers": "Read texts as numbers",
    "dates": "Read texts as dates",
    "finite": "Infinite counts as missing",
    "missing": "Count a value as missing",
    "fill": "Fill gaps",
    "date_parts": "Parts of dates",
    "one_hot": "A column of each value",
    "ordinal": "Number the values",
    "clip": "Keep within limits",
    "log": "Logarithm",
    "tokens": "Number the words",
    "length": "One length for all",
    "spectrogram": "Spectrogram",
    "scale": "Scale",
    "layer": "Through a layer",
    "windows": "Windows over time",
}
_PICTURE_STEPS = {
    "colors": "{mode}",
    "resize": "{rows}×{columns} ({by})",
    "leave_out": "without {count}",
    "flip": "mirrored by chance",
    "turn": "turned by chance, up to {degrees:g}°",
    "move": "moved by chance",
    "brightness": "lighter or darker by chance",
    "pixels": "{pixels}",
}
PICTURE_STEP_TITLES = {
    "colors": "Same channels",
    "resize": "Same size",
    "leave_out": "Leave out some pictures",
    "flip": "Mirror by chance",
    "turn": "Turn by chance",
    "move": "Move and enlarge by chance",
    "brightness": "Lighter or darker by chance",
    "pixels": "Small numbers",
}
_PIXELS = {"unit": "0 … 1", "signed": "-1 … 1"}
_MODES = {"rgb": "RGB", "grayscale": "grey", "rgba": "RGBA"}
THE_LAST_STEP_STAYS = "One step has to stay: without any they are proposed anew."
CHOOSE_COLUMNS = "Choose at least one column."
NO_SUCH_STEP = "The steps have changed meanwhile: there is none of this number."


def no_step_named(kind: object) -> str:
    return f"There is no step named {kind!r}."


def no_column_named(name: object) -> str:
    return f"There is no column {name!r} to take here."


def no_such_setting(of: str, name: object) -> str:
    return f"{of} has no setting {name!r}."


def no_place(to: object) -> str:
    return f"There is no place {to!r} among the steps."


def no_column_to_split_by(by: str) -> str:
    return f"The table has no column of {by}s besides the target."


_MOST_COLUMNS = 3


def step(config: Mapping[str, object]) -> str:
    """A step of a table's preparation.

    >>> step({"step": "scale", "columns": ["size", "rooms", "built", "rent"], "by": "standard"})
    'size, rooms, built and 1 more scaled (standard)'
    """
    columns = [str(column) for column in cast("Sequence[object]", config["columns"])]
    more = len(columns) - _MOST_COLUMNS
    named = ", ".join(columns[:_MOST_COLUMNS]) + (f" and {more} more" if more > 0 else "")
    return _STEPS[str(config["step"])].format(
        **{
            **config,
            "columns": named,
            "values": _named(config.get("values")),
            "layer": _layer(config),
            "parts": _parts(config),
        }
    )


def _parts(config: Mapping[str, object]) -> str:
    return "parts of words" if config.get("by") == "subwords" else "words"


def _layer(config: Mapping[str, object]) -> str:
    layer = config.get("layer")
    return str(layer.get("class_name")) if isinstance(layer, Mapping) else ""


def _named(values: object) -> str:
    """The first of some values in words.

    >>> _named(["a", "b", "c", "d"]), _named([])
    ('a, b, c or 1 more', '…')
    """
    texts = [str(value) for value in values] if isinstance(values, (list, tuple)) else []
    more = len(texts) - _MOST_COLUMNS
    return ", ".join(texts[:_MOST_COLUMNS]) + (f" or {more} more" if more > 0 else "") or "…"


def picture_step(config: Mapping[str, object]) -> str:
    """A step of pictures.

    >>> picture_step({"step": "resize", "size": [8, 8], "by": "crop"})
    '8×8 (crop)'
    """
    rows, columns = cast("Sequence[int]", config.get("size", (0, 0)))
    by = str(config.get("by", ""))
    settings = {"mode": _MODES.get(str(config.get("mode"))), "rows": rows, "columns": columns, "by": by}
    pixels = _PIXELS.get(by, by)
    files = len(cast("Sequence[object]", config.get("files", ())))
    count = "1 picture" if files == 1 else f"{files:,} pictures"
    degrees = config.get("degrees", 0)
    return _PICTURE_STEPS[str(config["step"])].format(**settings, pixels=pixels, degrees=degrees, count=count)

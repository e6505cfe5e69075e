"""What a file is, told from its content: from its first megabyte, never run, never unpacked.

A name tells little: weights are called `.model`, pickles `.h5`, and notebooks come as `.json`. A reader that is given
another kind of file than its own says what it is and what can be done with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import picture_text
from .caffe_beginnings import is_binary_net
from .files import open_regular
from .guards import written_once

_FIRST_BYTES = 2**20
_LAST_BYTES = 2**16
_LINES_OF_A_TABLE = 10


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Args:
        name: for programs.
        what: the kind in words, with its article.
        use: what can be done with such a file, as sentences.
        readable: whether it may be the text of a model, so that a parser should say what is wrong in it; False by default.

    Example:
        >>> Kind("wav", "a sound", "Read it with scipy.io.wavfile.").readable
        False
    """

    name: str
    what: str
    use: str
    readable: bool = False


_SAVE_AS_H5 = "Load it with the library that wrote it and save the model as HDF5: model.save('model.h5')."
_ARRAYS = "Arrays are data: numpy.load reads them, fit and the Data page take them."

HDF5 = Kind("hdf5", "an HDF5 file", "load_model reads the model in one, load_weights its weights.")
MODEL_JSON = Kind(
    "json", "the JSON of a model, without weights", "model_from_json(open(path).read()) builds the model.", True
)
MODEL_YAML = Kind(
    "yaml", "the YAML of a model, without weights", "model_from_yaml(open(path).read()) builds the model.", True
)
TEXT = Kind("text", "a text that describes no model", "A model's text has the keys class_name and config.", True)
JSON = Kind("other json", "JSON that describes no model", "A model's JSON has the keys class_name and config.", True)
NPZ = Kind("npz", "an .npz file of arrays", _ARRAYS)
NPY = Kind("npy", "an .npy file of one array", _ARRAYS)
TABLE = Kind(
    "table",
    "a table of values (CSV)",
    "A table is data: engine.data.open(path, target=...) reads it for fit, the Data page opens it by its path; "
    "numbers without names of columns: numpy.loadtxt.",
)
PYTHON = Kind(
    "python",
    "a Python program",
    "Builder(path) reads the model that it makes, without running it; or run it yourself, and go on with its model.",
)
NOTEBOOK = Kind(
    "notebook",
    "a Jupyter notebook",
    "Builder(path) reads the model that its cells make, without running them; or run it yourself, and go on with its model.",
)
CAFFE = Kind(
    "prototxt",
    "a net of Caffe's (.prototxt)",
    "load_model(path) and Builder(path) open the model that it describes; load_caffe(path, 'net.caffemodel') gives it weights.",
)
CAFFE_WEIGHTS = Kind(
    "caffemodel",
    "a net of Caffe's with its weights (.caffemodel)",
    "load_model(path) and Builder(path) open it; load_caffe('deploy.prototxt', path) gives its weights to the net of another file.",
)
PROTOBUF_TEXT = Kind(
    "pbtxt",
    "a graph of another program than Caffe in protobuf text",
    "Its layers are not read: build the model from layers, and convert the weights to HDF5.",
)
DARKNET = Kind("cfg", "a Darknet configuration", "Its layers are not read: convert it to Keras's HDF5 first.")
PICKLE = Kind(
    "pickle",
    "a pickle",
    "A pickle can run any program when it is opened, so it is not opened here. If you trust it, open it with "
    "pickle.load, and save arrays with numpy.savez and models with model.save('model.h5').",
)
KERAS_3 = Kind(
    "keras", "a model in Keras 3's format (.keras)", "load_model reads the model in one, load_weights its weights."
)
PYTORCH = Kind(
    "pytorch", "a model or weights of PyTorch", "They are not read here: build the model and set its weights."
)
SAVED_MODEL = Kind(
    "savedmodel", "a folder with TensorFlow's SavedModel", "load_model reads the model in one that tf.keras wrote."
)
FOLDER = Kind("folder", "a folder", "Give the path of one file in it.")
EMPTY = Kind("empty", "an empty file", "It may not have been written to its end: write it again.")
PICTURE = Kind(
    "picture",
    "a picture",
    "Pictures are data: read them with keras.preprocessing.image, and give them to fit as an array. Only a diagram that "
    "plot_model or a builder wrote carries a model.",
)
MODEL_PICTURE = Kind(
    "diagram",
    "a picture that carries a model",
    "Builder(path) opens the model in it, engine.experiment.read_picture gives the model's text.",
)
DRAWING = Kind(
    "drawing",
    "a drawing (SVG)",
    "A diagram that plot_model or a builder wrote carries its model; in this one there is none.",
)
PAGE = Kind(
    "markup", "a page or drawing of the web (HTML, XML or SVG)", "A download may have ended at a page: try again."
)
UTF_16 = Kind("utf-16", "a text in UTF-16", "Save the file as UTF-8.")
OTHER_LETTERS = Kind("other encoding", "a text that is not in UTF-8", "Save the file as UTF-8.")
MATLAB = Kind("matlab", "arrays of MATLAB (.mat)", "Arrays are data: scipy.io.loadmat reads them, fit takes them.")
PARQUET = Kind("parquet", "a table in Parquet", "A table is data: engine.data.open(path, target=...) reads it for fit.")
DATABASE = Kind(
    "database", "a database of SQLite", "Read its tables with pandas.read_sql, and give their columns to fit."
)
SOUND = Kind("sound", "a sound", "Sounds are data: read them with scipy.io.wavfile, and give them to fit as an array.")
BINARY = Kind("binary", "a binary file of an unknown kind", "Models are read from HDF5 (.h5), JSON and YAML.")
ARCHIVE = Kind("archive", "a packed archive", "Unpack it, and give the path of a file in it.")
DOCUMENT = Kind("document", "a document or table of an office program", "Save tables as CSV, and read them as arrays.")
PROTOBUF = Kind("protobuf", "a graph of TensorFlow's or ONNX's (protobuf)", _SAVE_AS_H5)

_BEGINNINGS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x89HDF\r\n\x1a\n", HDF5),
    (b"\x93NUMPY", NPY),
    (b"\x89PNG\r\n\x1a\n", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"BM", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"%PDF", DOCUMENT),
    (b"\xd0\xcf\x11\xe0", DOCUMENT),
    (b"\x1f\x8b", ARCHIVE),
    (b"BZh", ARCHIVE),
    (b"\xfd7zXZ", ARCHIVE),
    (b"7z\xbc\xaf", ARCHIVE),
    (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9", PYTORCH),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MATLAB 5.0 MAT-file", MATLAB),
    (b"PAR1", PARQUET),
    (b"SQLite format 3\x00", DATABASE),
    (b"\xff\xfe", UTF_16),
    (b"\xfe\xff", UTF_16),
)
# What the names in a zip archive say, in the order in which they are asked for.
_IN_ZIP: tuple[tuple[bytes, Kind], ...] = (
    (b"model.weights.h5", KERAS_3),
    (b"data.pkl", PYTORCH),
    (b"[Content_Types].xml", DOCUMENT),
    (b".npy", NPZ),
)
_SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt", "keras_metadata.pb")
_PROTOBUF_ENDINGS = (".pb", ".onnx", ".tflite")
_JSON_NOTEBOOK = re.compile(r'"(?:nbformat|cell_type)"\s*:')
_JSON_MODEL = re.compile(r'"class_name"\s*:')
_YAML_MODEL = re.compile(r"^(['\"]?)(?:class_name|config)\1\s*:", re.M)
_MARKUP = re.compile(r"<(?:\?xml|!doctype|html|svg|!--)", re.I)
_ELEMENT = re.compile(r"<([a-z][\w.:-]*)", re.I)
_PROTOTXT = re.compile(r"^[ \t]*(?:layers?|input_shape)[ \t]*:?\s*\{|^[ \t]*input_dim[ \t]*:", re.M)
_PROTOBUF_TEXT = re.compile(r"^[ \t]*(?:node|graph)[ \t]*\{", re.M)
_DARKNET = re.compile(r"^\[(?:net|network|convolutional|connected)\]", re.M)
_SECTION = re.compile(r"\[[A-Za-z_][\w .-]*\][ \t]*\r?\n")  # of a configuration in sections, as Darknet's and TOML
_CONTROLS = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_PYTHON = re.compile(
    r"^(?:import [\w.]+|from [\w.]+ import |(?:async )?def \w+\s*\(|class \w+.*:\s*$|if __name__|print\(|[A-Za-z_][\w.]* = )",
    re.M,
)
_OLD_PICKLE = re.compile(r"\A(?:\(?[dl]p?\d*\n|\([dlit]|c[\w.]+\n\w+\n)[\s\S]*\.\s*\Z")
_KEY_AND_VALUE = re.compile(r"^[ \t]*(?:- )?[\w\"']+:(?:[ \t]|$)", re.M)


def kind_of(path: str | os.PathLike[str]) -> Kind:
    """The kind of what lies at a path.

    Args:
        path: of a file or a folder.

    Returns:
        The kind, known by the content.

    Raises:
        OSError: there is nothing, or nothing that may be read.
        FileError: it is a device.

    Example:
        >>> kind_of(os.curdir).what
        'a folder'
    """
    name = os.fspath(path)
    if os.path.isdir(name):
        return SAVED_MODEL if any((Path(name) / file).exists() for file in _SAVED_MODELS) else FOLDER
    with open_regular(name) as file:
        start = file.read(_FIRST_BYTES)
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_BYTES))
        kind = kind_of_bytes(start, file.read())
    return PROTOBUF if kind is BINARY and name.lower().endswith(_PROTOBUF_ENDINGS) else kind


def kind_of_bytes(start: bytes, end: bytes = b"") -> Kind:
    r"""The kind of a file that begins and ends so.

    Args:
        start: its first megabyte, or all of it.
        end: its last bytes, none by default.

    Returns:
        The kind.

    Example:
        >>> kind_of_bytes(b"\x89PNG\r\n\x1a\n").what, kind_of_bytes(b"a,b\n1,2\n").name
        ('a picture', 'table')
    """
    if not start:
        return EMPTY
    for beginning, kind in _BEGINNINGS:
        if start.startswith(beginning):
            carries = kind is PICTURE and start.startswith(picture_text.PNG) and picture_text.KEYWORD in start
            return MODEL_PICTURE if carries else kind
    if start.startswith(b"RIFF"):
        return PICTURE if start[8:12] == b"WEBP" else SOUND
    if start[4:8] == b"TFL3":
        return PROTOBUF
    if start.startswith(b"PK\x05\x06"):
        return NPZ  # what numpy.savez writes of no arrays
    if start.startswith(b"PK\x03\x04"):
        return next((kind for name, kind in _IN_ZIP if name in start or name in end), ARCHIVE)
    if is_binary_net(start):
        return CAFFE_WEIGHTS
    if start[0] == 0x80 and len(start) > 1 and start[1] < 6:
        return PICKLE
    # A user's block may stand before HDF5's own beginning, at 512 bytes and its doubles.
    if any(start.startswith(_BEGINNINGS[0][0], 512 << power) for power in range(10)):
        return HDF5
    if b"\x00" in start:
        return ARCHIVE if start[257:262] == b"ustar" else BINARY
    try:
        text = start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Only a letter that was cut through at the end of what was read is no fault of the text.
        if len(start) < _FIRST_BYTES or error.start < len(start) - 4:
            return BINARY if _CONTROLS.search(start.decode("latin-1")) else OTHER_LETTERS
        text = start[: error.start].decode("utf-8-sig")
    kind = kind_of_text(text)
    return BINARY if kind is TEXT and _CONTROLS.search(text) else kind


def kind_of_text(text: str) -> Kind:
    """The kind of a text.

    Args:
        text: the content of a file, or what was pasted.

    Returns:
        The kind.

    Example:
        >>> kind_of_text("import numpy").name, kind_of_text("class_name: Sequential").name, kind_of_text("layer {").name
        ('python', 'yaml', 'prototxt')
    """
    text = written_once(text[:_FIRST_BYTES]).lstrip("\ufeff \t\r\n")
    if not text:
        return EMPTY
    if text[0] in "{[" and not _SECTION.match(text):
        return NOTEBOOK if _JSON_NOTEBOOK.search(text) else MODEL_JSON if _JSON_MODEL.search(text) else JSON
    tests: tuple[tuple[Callable[[str], object], Kind], ...] = (
        (_is_model_picture, MODEL_PICTURE),
        (_YAML_MODEL.search, MODEL_YAML),
        (_is_drawing, DRAWING),
        (_MARKUP.match, PAGE),
        (_PROTOBUF_TEXT.search, PROTOBUF_TEXT),
        (_PROTOTXT.search, CAFFE),
        (_DARKNET.search, DARKNET),
        (_PYTHON.search, PYTHON),
        (_OLD_PICKLE.match, PICKLE),
        (_is_table, TABLE),
    )
    return next((kind for holds, kind in tests if holds(text)), TEXT)


def _is_model_picture(text: str) -> bool:
    return picture_text.NAMESPACE in text and _MARKUP.match(text) is not None


def _is_drawing(text: str) -> bool:
    """Whether markup has `svg` as its outermost element."""
    element = _ELEMENT.search(text) if _MARKUP.match(text) else None
    return element is not None and element[1].lower().endswith("svg")


def _is_table(text: str) -> bool:
    """Whether the first lines have the same number of values, with commas, semicolons, tabs or (numbers) spaces between."""
    lines = [line for line in text.splitlines()[: _LINES_OF_A_TABLE + 1] if line.strip()]
    lines = lines[:-1] if len(lines) > _LINES_OF_A_TABLE else lines
    if len(lines) < 2 or _KEY_AND_VALUE.search(text[:2000]):
        return False
    if any(len({line.count(mark) for line in lines}) == 1 and mark in lines[0] for mark in ",;\t"):
        return True
    words = [line.split() for line in lines]
    return len({len(row) for row in words}) == 1 and all(_is_number(word) for row in words[1:] for word in row)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True

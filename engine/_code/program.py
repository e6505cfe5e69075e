"""A program or notebook as text -> the experiments in it, one for each model, and the notes on what was read otherwise or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .._files.guards import json_able
from .._files.hdf5 import BACKEND, KERAS_VERSION
from ..errors import FileError
from ..types import Config
from .graph import NoGraph, config_of, inputs_of, layers_of, outputs_of
from .neighbours import Neighbours
from .notebook import code_cells
from .notes import CodeNote, Lines, Notes
from .parsing import lines_of, parse
from .reader import Reader
from .state import MOST_LAYERS, State
from .values import LayerValue, ModelValue, Span

MOST_LETTERS = 2**20
MOST_LETTERS_OF_NOTEBOOK = 20 * 2**20


@dataclass(frozen=True)
class CodePlace:
    """Where a call of a program stands.

    Args:
        line: its first line in the file, or in the cell; from 1.
        column: the letter at which it begins, from 1.
        end_line: its last line.
        end_column: the letter behind its end, from 1.
        cell: the cell of a notebook, from 1; None in a program.
        file: a file that the program imports; "" for the program itself.

    Example:
        >>> model = read_python("model = Sequential([Dense(2, input_shape=(4,))])").models[0]
        >>> model.places["dense_1"].column
        21
    """

    line: int
    column: int
    end_line: int
    end_column: int
    cell: int | None = None
    file: str = ""


@dataclass(frozen=True)
class CodeModel:
    """One model of a program.

    Args:
        name: its variable in the program, or its own name where it has none.
        line: the line where it is made, in its cell.
        cell: the cell of a notebook, from 1; None in a program.
        file: the file beside the program in which it is made; "" for the program itself.
        layers: how many layers it has.
        is_compiled: whether the program compiles it.
        is_fitted: whether the program trains it.
        experiment: the model, and what the program says of its training, as an experiment.
        places: the call that makes each layer, by the layer's name; in a loop several layers have the same.
        calls: the call that makes it, as "make", and the last ones of "compile" and "fit".

    Example:
        >>> program = read_python("model = Sequential([Dense(2, input_shape=(4,))])")
        >>> program.models[0].name, program.models[0].layers
        ('model', 1)
    """

    name: str
    line: int
    cell: int | None
    file: str
    layers: int
    is_compiled: bool
    is_fitted: bool
    experiment: Config
    places: Mapping[str, CodePlace] = field(default_factory=dict[str, CodePlace])
    calls: Mapping[str, CodePlace] = field(default_factory=dict[str, CodePlace])


@dataclass(frozen=True)
class PythonProgram:
    """What a program says of models.

    Args:
        models: its models, in the order in which they are made; a model that is only a part of another is not among them.
        chosen: the index of the one that is trained last, else compiled last, else made last.
        notes: what was renamed, changed, left out or not understood, by line.

    Example:
        >>> program = read_python("model = Sequential([Convolution2D(8, 3, 3, input_shape=(9, 9, 1))])")
        >>> [note.kind for note in program.notes]
        ['renamed', 'renamed']
    """

    models: tuple[CodeModel, ...]
    chosen: int
    notes: tuple[CodeNote, ...]

    @property
    def experiment(self) -> Config:
        """The experiment of the chosen model."""
        return self.models[self.chosen].experiment


def read_python(source: str, where: str = "<text>", neighbours: Neighbours | None = None) -> PythonProgram:
    """The models of a program or notebook of Keras, told from its text. Nothing of it is run.

    Keras 1, Keras 2, tf.keras and Keras 3 are understood: stacks, graphs, loops and branches over literals, functions and
    classes of the program that make models, `compile`, and the settings of `fit`. What follows only from running the program,
    such as the shape of data, is said with its line.

    Args:
        source: the text of a program (.py) or of a notebook (.ipynb).
        where: how messages name it, "<text>" by default.
        neighbours: the files beside it that it imports, as `neighbours_of` finds them; None (the default): none is read.

    Returns:
        Its models as experiments, and the notes.

    Raises:
        FileError: there is no model in it, or it is too long; the message says what was found instead.

    Example:
        >>> program = read_python('''
        ... model = Sequential()
        ... for units in (32, 16):
        ...     model.add(Dense(units, activation="relu"))
        ... model.compile("sgd", "mse")
        ... ''')
        >>> [layer["config"]["units"] for layer in program.experiment["config"]["layers"]]
        [32, 16]
    """
    is_notebook = source.lstrip("\ufeff \t\r\n").startswith("{")
    most = MOST_LETTERS_OF_NOTEBOOK if is_notebook else MOST_LETTERS
    if len(source) > most:
        kind = "a notebook" if is_notebook else "a program"
        raise FileError(file=where, expected=f"{kind} of at most {most:,} letters", actual=f"{len(source):,}")
    state = _followed(source, where, neighbours or Neighbours(), is_notebook=is_notebook)
    models, chosen = _models(state)
    notes = state.notes.all()
    if not models:
        raise _without_model(where, notes, is_notebook=is_notebook)
    return PythonProgram(models, chosen, notes)


def _without_model(where: str, notes: tuple[CodeNote, ...], *, is_notebook: bool) -> FileError:
    unread = next((note for note in notes if note.kind == "not read"), None)
    ways = (
        "A model is made by Sequential(...) or by Model(inputs, outputs); or run it yourself, and go on with its model."
    )
    return FileError(
        file=where,
        line=None if unread is None or is_notebook or unread.file else unread.line,
        expected="a model of Keras: Sequential or Model",
        actual=f"{'a Jupyter notebook' if is_notebook else 'a Python program'} without one",
        hint=ways if unread is None else f"{unread!s:.200} {ways}",
    )


def _followed(source: str, where: str, neighbours: Neighbours, *, is_notebook: bool) -> State:
    """The state of a reader that has followed the whole program."""
    if not is_notebook:
        notes = Notes(lines_of(source))
        state = State(notes, neighbours)
        Reader(state).run(parse(source, notes, 0))
        return state
    lines = Lines()
    notes = Notes(lines)
    body = []
    letters = 0
    for cell, text in code_cells(source, where):
        letters += len(text)
        if letters > MOST_LETTERS:
            notes.add(
                "not read",
                f"From here on the cells are not read: together they have more than {MOST_LETTERS:,} letters.",
                1,
            )
            break
        body += parse(text, notes, lines.add(text, cell))
    state = State(notes, neighbours)
    Reader(state).run(body)
    return state


def _models(state: State) -> tuple[tuple[CodeModel, ...], int]:
    """The models that stand by themselves, and the index of the one that is meant first."""
    whole_models = [model for model in state.models if _stands_alone(model)]
    read: list[tuple[ModelValue, CodeModel]] = []
    for model in whole_models:
        try:
            read.append((model, _described(state, model)))
        except (NoGraph, RecursionError) as error:
            state.say("not read", f"A model cannot be written: {error}", model.line)
    order = sorted(range(len(read)), key=lambda index: (read[index][0].fitted, read[index][0].compiled, index))
    return tuple(described for _, described in read), order[-1] if order else 0


def _stands_alone(model: ModelValue) -> bool:
    has_layers = bool(model.layers) if model.sequential else bool(model.outputs)
    return has_layers and (not model.inside or bool(model.compiled) or bool(model.fitted))


def _described(state: State, model: ModelValue) -> CodeModel:
    file, cell, line = state.notes.lines.position(model.line)
    config = json_able(config_of(model))
    experiment: Config = {
        "class_name": model.class_name,
        "config": config,
        "keras_version": KERAS_VERSION,
        "backend": BACKEND,
    }
    data = _data_of(model)
    if data:
        experiment["data"] = data
    if model.training or state.seed is not None:
        experiment["training"] = {**model.training, **({} if state.seed is None else {"seed": state.seed})}
    return CodeModel(
        name=model.variable or model.name,
        line=line,
        cell=cell,
        file=file,
        layers=len(config["layers"]),
        is_compiled=bool(model.compiled),
        is_fitted=bool(model.fitted),
        experiment=experiment,
        places=_places(state.notes.lines, _spans(model)),
        calls=_places(state.notes.lines, {**({} if model.span is None else {"make": model.span}), **model.methods}),
    )


def _spans(model: ModelValue) -> dict[str, Span]:
    """The calls that make the layers of a model, those of models inside it too; a name outside is meant first."""
    spans: dict[str, Span] = {}
    waiting: list[LayerValue | ModelValue] = list(layers_of(model))
    while waiting:
        layer = waiting.pop(0)
        if layer.span is not None:
            spans.setdefault(layer.name, layer.span)
        if isinstance(layer, ModelValue) and len(spans) < MOST_LAYERS:
            waiting += layers_of(layer)
    return spans


def _places(lines: Lines, spans: Mapping[str, Span]) -> dict[str, CodePlace]:
    return {name: _place(lines, span) for name, span in spans.items()}


def _place(lines: Lines, span: Span) -> CodePlace:
    file, cell, line = lines.position(span.line)
    end_line = line + span.end_line - span.line
    ends = ((span.line, span.column), (span.end_line, span.end_column))
    column, end_column = (lines.letters(number, size) + 1 for number, size in ends)
    return CodePlace(line, column, end_line, end_column, cell, file)


def _data_of(model: ModelValue) -> Config:
    """Which arrays feed which inputs and outputs, where `fit` takes them out of a table: arrays["x"]."""
    if not model.data:
        return {}
    names = {
        "inputs": [tensor.node.layer.name for tensor in inputs_of(model)],
        "targets": [tensor.node.layer.name for tensor in outputs_of(model)],
    }
    data = {
        part: {name: key for name, key in zip(names[part], keys, strict=False) if key is not None}
        for part, keys in model.data.items()
    }
    # The names that a program has where nobody has chosen data, as the builder writes it.
    are_names = all(name == key for table in data.values() for name, key in table.items())
    return data if all(data.values()) and not are_names else {}

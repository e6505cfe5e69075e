"""Run by `public_notebooks`, one process for one notebook: its cells, with this engine as `keras`, without data or network.

python -m tests.long.notebook_cells NOTEBOOK CELL_SECONDS REPOSITORY FOLDER SEED: runs it in the folder, whose modules it may
import, as it may those of the repository; prints one JSON line a cell: {"cell", "error", "by_us" (our code raised it), "text",
"ran" (how many statements), "imports" (which of these failed)}. Data sets are random numbers of their shapes, trainings one
epoch of few steps. Whatever SEED is, a cell that does not hang on chance prints the same.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import functools
import glob
import importlib.util
import io
import json
import os
import random
import signal
import sys
import traceback
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

import engine
from engine import datasets, models
from engine._compat.dataset import Dataset
from engine._compat.installer import install_as_keras
from engine._machine.random import set_seed
from engine.applications import imagenet_utils

matplotlib.use("Agg")
ROOT = str(Path(engine.__file__).parent)
PYTHON2 = ("print", "except", "exec", "raise", "repr", "numliterals", "tuple_params", "ne", "xrange", "unicode", "dict")
FEW = 64  # samples that a training sees
MANY = 1000  # predictions of more rows are those of the first few, repeated
# Shape of a picture, classes, pictures for training and for testing: notebooks write these numbers into their reshapes.
PICTURES: dict[str, tuple[tuple[int, ...], int, tuple[int, int]]] = {
    "mnist": ((28, 28), 10, (60000, 10000)),
    "fashion_mnist": ((28, 28), 10, (60000, 10000)),
    "cifar10": ((32, 32, 3), 10, (50000, 10000)),
    "cifar100": ((32, 32, 3), 100, (50000, 10000)),
}


class _Chance:
    """What made-up data, first weights and whatever else is drawn begin from."""

    seed = 5


chance = _Chance()


class TooLong(BaseException):
    """A cell took longer than it may."""


def _pictures(shape: tuple[int, ...], classes: int, sizes: tuple[int, int]) -> Callable[..., Any]:
    def load_data(*_: object, **__: object) -> Any:
        rng = np.random.default_rng(chance.seed)
        sets: list[tuple[Any, Any]] = []
        for size in sizes:
            labels = rng.permutation(np.resize(np.arange(classes), size)).astype("uint8")
            labels = labels[:, None] if len(shape) == 3 else labels
            sets.append((rng.integers(0, 256, (size, *shape), "uint8"), labels))
        return tuple(sets)

    return load_data


def _texts(classes: int, sizes: tuple[int, int]) -> Callable[..., Any]:
    def load_data(*_: object, num_words: int | None = None, nb_words: int | None = None, **__: object) -> Any:
        rng = np.random.default_rng(chance.seed)
        words, sets = min(num_words or nb_words or 10000, 10000), []
        for size in sizes:
            rows = [rng.integers(1, words, n).tolist() for n in rng.integers(20, 120, size)]
            labels = rng.permutation(np.resize(np.arange(classes), size))
            sets.append((np.array([*rows, None], dtype=object)[:-1], labels))
        return tuple(sets)

    return load_data


def _houses(*_: object, **__: object) -> Any:
    rng = np.random.default_rng(chance.seed)
    return tuple((rng.random((size, 13)), rng.random(size) * 40) for size in (404, 102))


def _blocks(version: str = "large", *_: object, **__: object) -> Any:
    rng = np.random.default_rng(chance.seed)
    sizes = (480, 120) if version == "small" else (16512, 4128)
    return tuple((rng.random((size, 8)), rng.random(size) * 500_000) for size in sizes)


def without_network() -> None:
    """Put random numbers in place of the data sets, and fresh weights in place of those that would be fetched."""
    for name, about in PICTURES.items():
        getattr(datasets, name).load_data = _pictures(*about)
    for name, classes, sizes in (("imdb", 2, (25000, 25000)), ("reuters", 46, (8982, 2246))):
        module = getattr(datasets, name)
        module.load_data = _texts(classes, sizes)
        module.get_word_index = lambda *_, **__: {f"word{i}by{chance.seed}": i for i in range(1, 10001)}
    datasets.boston_housing.load_data = _houses
    datasets.california_housing.load_data = _blocks
    finish = imagenet_utils.finish

    def with_fresh_weights(image: Any, result: Any, name: str, weights: Any, *rest: Any) -> Any:
        return finish(image, result, name, None if weights == "imagenet" else weights, *rest)

    imagenet_utils.finish = with_fresh_weights


def names_of_2018() -> None:
    """Give NumPy the names of Python's types that it had until 1.24."""
    for name in ("bool", "float", "int", "object", "str"):
        setattr(np, name, getattr(builtins, name))


def missing_folders_are_said() -> None:
    """Refuse to walk through a folder that is not there: Python finds no files in it, and all that follows would be empty."""
    walk, find = os.walk, glob.glob

    @functools.wraps(walk)
    def walk_there(top: Any, *args: Any, **kwargs: Any) -> Any:
        os.stat(top)
        return walk(top, *args, **kwargs)

    @functools.wraps(find)
    def find_there(pathname: Any, *args: Any, **kwargs: Any) -> Any:
        names = find(pathname, *args, **kwargs)
        if not names:
            raise FileNotFoundError(f"No such file or directory: {pathname!r}")
        return names

    os.walk, glob.glob = walk_there, find_there


def shortened() -> None:
    """Cut trainings to an epoch of a few samples, and what measures or predicts to a few as well."""
    cls: Any = models.Model
    fit, fit_generator = cls.fit, cls.fit_generator

    @functools.wraps(fit)
    def short_fit(self: object, *args: Any, **kwargs: Any) -> Any:
        # Behind x, y and the size of the batch stand epochs, verbose ...: they are given anew by name.
        kwargs = {**kwargs, **dict(zip(("x", "y", "batch_size", "epochs"), args, strict=False))}
        epochs = kwargs.pop("nb_epoch", kwargs.get("epochs", 1))
        for name in ("steps_per_epoch", "validation_steps"):
            if kwargs.get(name) is not None:
                kwargs[name] = min(kwargs[name], 2)
        if kwargs.get("sample_weight") is None:
            for name in ("x", "y", "validation_data"):
                kwargs[name] = _few(kwargs.get(name), _rows(self, kwargs.get("batch_size")))
        return _lengthened(fit(self, **{**kwargs, "epochs": 1, "initial_epoch": 0, "verbose": 0}), epochs)

    @functools.wraps(fit_generator)
    def short_generator(self: object, generator: object, *args: Any, **kwargs: Any) -> Any:
        kwargs = {**kwargs, **dict(zip(("steps_per_epoch", "epochs"), args, strict=False))}
        epochs = kwargs.pop("nb_epoch", kwargs.get("epochs", 1))
        for name in ("samples_per_epoch", "nb_val_samples"):
            kwargs.pop(name, None)
        steps = {"validation_steps": 1} if kwargs.get("validation_data") is not None else {}
        short = {**kwargs, **steps, "steps_per_epoch": 1, "epochs": 1, "initial_epoch": 0, "verbose": 0}
        return _lengthened(fit_generator(self, generator, **short), epochs)

    cls.fit, cls.fit_generator = short_fit, short_generator
    cls.evaluate, cls.predict = _measured(cls.evaluate), _predicted(cls.predict)


def _lengthened(history: Any, epochs: int) -> Any:
    """A history with as many epochs as were asked for, all as the one that ran: notebooks draw and average them."""
    history.epoch = list(range(epochs))
    for name, values in history.history.items():
        history.history[name] = (list(values) * epochs)[:epochs]
    return history


def _measured(evaluate: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(evaluate)
    def short_evaluate(self: object, *args: Any, **kwargs: Any) -> Any:
        named = {**kwargs, **dict(zip(("x", "y", "batch_size", "verbose"), args, strict=False))}
        if named.get("sample_weight") is None:
            rows = _rows(self, named.get("batch_size"))
            named = {name: _few(value, rows) if name in ("x", "y") else value for name, value in named.items()}
        return evaluate(self, **named)

    return short_evaluate


def _predicted(predict: Callable[..., Any]) -> Callable[..., Any]:
    """A `predict` that computes the first rows and repeats what came out for as many as there are."""

    @functools.wraps(predict)
    def short_predict(self: object, x: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(x, np.ndarray) or len(x) <= MANY:
            return predict(self, x, *args, **kwargs)
        rows = _rows(self, kwargs.get("batch_size", args[0] if args else None))
        outputs = predict(self, x[:rows], *args, **kwargs)
        as_list = isinstance(outputs, list)
        repeated = [np.resize(one, (len(x), *one.shape[1:])) for one in (outputs if as_list else [outputs])]
        return repeated if as_list else repeated[0]

    return short_predict


def _rows(model: Any, batch_size: int | None) -> int:
    """How many samples are few: whole batches of a model that is stateful or has a fixed batch axis."""
    fixed = model.inputs[0].shape[0] if model.inputs else None
    size = fixed or (batch_size or 32 if getattr(model, "stateful", False) else 1)
    return max(FEW // size, 1) * size


def _few(data: Any, rows: int = FEW) -> Any:
    """The first rows of arrays, alone, in lists and by name; the first batches of a data set."""
    if isinstance(data, Dataset):
        return data.take(2)
    if isinstance(data, dict):
        return {name: _few(one, rows) for name, one in data.items()}
    if isinstance(data, (list, tuple)) and any(isinstance(one, (np.ndarray, list, tuple)) for one in data):
        return type(data)(_few(one, rows) for one in data)
    return data[:rows] if isinstance(data, (np.ndarray, list)) else data


def source_of(cell: dict[str, Any]) -> str:
    """The Python of a cell: without magics and shell commands."""
    text = "".join(cell["source"] if "source" in cell else cell.get("input", ""))
    if text.lstrip().startswith("%%") and not text.lstrip().startswith(("%%time", "%%capture")):
        return ""
    lines = [line for line in text.split("\n") if not line.lstrip().startswith(("%", "!", "?"))]
    return "\n".join(lines)


def translated(source: str) -> str:
    """A program of Python 2 in today's Python, where this Python has the means (until 3.12); every other one as it is."""
    with contextlib.suppress(SyntaxError, ValueError):
        ast.parse(source)
        return source
    if importlib.util.find_spec("lib2to3") is None:
        return source
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        refactor = importlib.import_module("lib2to3.refactor")
    tool = refactor.RefactoringTool([f"lib2to3.fixes.fix_{name}" for name in PYTHON2])
    try:
        return str(tool.refactor_string(f"{source}\n", "<cell>"))
    except SyntaxError:  # of no Python
        return source
    except Exception as error:  # lib2to3's parser raises classes of its own, which exist with it alone
        if "lib2to3" not in type(error).__module__:
            raise
        return source


class Shell:
    """In place of IPython's shell: whatever it is asked to do, it does nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


class Cell:
    """A cell being run: how many of its statements ran, and which of its imports failed."""

    def __init__(self, source: str) -> None:
        self.statements = ast.parse(translated(source)).body
        self._is_silent = source.rstrip().endswith(";")
        self.ran = 0
        self.failed_imports: list[int] = []

    def run(self, namespace: dict[str, Any]) -> str:
        """What the cell prints and gives; an import that fails ends the cell only when all else has run."""
        printed, missing = io.StringIO(), ""
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            for index, statement in enumerate(self.statements):
                try:
                    self._execute(statement, namespace)
                except ImportError as error:
                    if not isinstance(statement, (ast.Import, ast.ImportFrom)) or _by_us(error):
                        raise
                    missing = missing or str(error)
                    self.failed_imports.append(index)
                self.ran = index + 1
        if missing:
            raise ImportError(missing)
        return printed.getvalue()

    def _execute(self, statement: ast.stmt, namespace: dict[str, Any]) -> None:
        if statement is self.statements[-1] and isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), "<cell>", "eval"), namespace)
            if value is not None and not self._is_silent:
                print(repr(value)[:20000])
        else:
            exec(compile(ast.Module([statement], []), "<cell>", "exec"), namespace)


def _by_us(error: BaseException) -> bool:
    """Whether our code raised an error, or lacks what is asked of it; what a package raises counts for the one who called it."""
    if isinstance(error, ImportError) and (error.name or "").partition(".")[0] in ("keras", "engine"):
        return True
    if isinstance(error, AttributeError):
        owner = error.obj if isinstance(error.obj, (type, types.ModuleType)) else type(error.obj)
        if (getattr(owner, "__module__", None) or owner.__name__).partition(".")[0] == "engine":
            return True
    names = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    ours = [name.startswith(ROOT) for name in names if name.startswith((ROOT, "<cell>", os.getcwd()))]
    return bool(ours) and ours[-1]


def _stop(*_: object) -> None:
    raise TooLong("the cell took too long")


def main_of_one(path: str, seconds: int, repository: str, folder: str, seed: int = 5) -> None:
    """Run all cells of a notebook."""
    notebook = json.loads(Path(path).read_text("utf-8"))
    if notebook.get("later"):
        install_as_keras()
    else:
        sys.modules["keras"] = engine
    chance.seed = seed
    random.seed(seed)
    np.random.seed(seed)
    set_seed(seed)  # a notebook that seeds NumPy draws the same numbers from it, and yet not the same weights
    sys.path[:1] = [folder, repository]
    sys.argv[1:] = []
    os.chdir(folder)
    os.environ.setdefault("MPLBACKEND", "Agg")
    warnings.simplefilter("ignore")
    names_of_2018()
    without_network()
    shortened()
    missing_folders_are_said()
    cells = notebook.get("cells") or [cell for sheet in notebook.get("worksheets", []) for cell in sheet["cells"]]
    namespace: dict[str, Any] = {"__name__": "__main__", "get_ipython": Shell}
    signal.signal(signal.SIGPROF, _stop)
    for index, cell in enumerate(cells):
        if cell.get("cell_type") != "code":
            continue
        outcome: dict[str, Any] = {"cell": index, "error": "", "by_us": False, "text": "", "ran": 0, "imports": []}
        signal.setitimer(signal.ITIMER_PROF, seconds)  # seconds of computing: other work on the machine does not count
        running: Cell | None = None
        try:
            running = Cell(source_of(cell))
            outcome["text"] = running.run(namespace)
        except (Exception, TooLong, SystemExit) as error:  # whatever a cell raises is what is asked for
            outcome["error"], outcome["by_us"] = f"{type(error).__name__}: {error}"[:600], _by_us(error)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if running is not None:
            outcome["ran"], outcome["imports"] = running.ran, running.failed_imports
        sys.__stdout__.write(json.dumps(outcome) + "\n")
        sys.__stdout__.flush()
    os._exit(0)  # threads of a cell that was cut off may hold what the interpreter's end would wait for


if __name__ == "__main__":
    main_of_one(sys.argv[1], int(sys.argv[2]), *sys.argv[3:5], int(sys.argv[5]))

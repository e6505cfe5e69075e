"""The words of the interface: none stands outside of `kwidgets/words`, and there each has a use and gives text."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
import kwidgets
import kwidgets.words

PACKAGE = Path(kwidgets.__file__).parent
CATALOGUE = PACKAGE / "words"
SOURCES = sorted(
    path for path in PACKAGE.rglob("*.py") if CATALOGUE not in path.parents and "frontend" not in path.parts
)
SUBJECTS = [importlib.import_module(f"kwidgets.words.{one.name}") for one in pkgutil.iter_modules([str(CATALOGUE)])]

# Two words, or a word and a value (here "\0"), with a space between.
SENTENCE = re.compile(r"[A-Za-z][A-Za-z'.,;:)\]]*\s+[\w\0'(\[]|[\0'\])]\S?\s+[A-Za-z]{2,}")
CAPITALISED = re.compile(r"[A-Z][a-z]+[.!?]?")
WORD = re.compile(r"[A-Za-z]{2,}")
MARKUP = re.compile(r'\s*<\w|\s[\w-]+="')
# What takes words: positions of the arguments that are shown, and keys of what travels to the page.
TAKES_WORDS = {"Refused": (0, 1), "Done": (0,), "Change": (0,), "Fault": (1, 2), "Mistake": (1, 2), "DataMend": (0, 2)}
SHOWN_KEYS = {"details", "differs", "help", "hint", "label", "says", "sentence", "short", "title"}
# Exceptions that say to a programmer what their code did wrong.
FOR_PROGRAMMERS = {"AttributeError", "ImportError", "KeyError", "RuntimeError", "TypeError", "ValueError"}
# They look into names, they show nothing.
LOOKING = {"TypeVar", "cast", "endswith", "partition", "removeprefix", "replace", "startswith"}
# Keras's other names of Model.
OTHER_NAMES = {"Container", "Functional"}
PLACES = (builtins, engine.applications, engine.layers, engine.losses, engine.models, engine.optimizers, kwidgets)
NAMES = {name for place in PLACES for name in dir(place)}
LOGGING = {"debug", "error", "exception", "info", "warning"}
# Texts that are no words of a person's language: file -> what each of its literals may look like.
WRITTEN = {
    # The program that is exported is Python, its comment and docstring are the program's.
    "document/python_code.py": re.compile(
        r"import (sys|numpy)|from \0(\.\0)? import |numpy\.random\.seed|\0\(\0\)  # the same|def (train\(|\0\(x\))|"
        r"    \"\"\"Fit|    return (\0|ops\.clip)|if __name__|    train\("
    ),
    "document/program_edits.py": re.compile(r"from \0\.optimizers import "),
    # What stands around lines of Keras code so that they can be read.
    "document/code_pieces.py": re.compile(r"from keras.layers import |Input\(shape="),
    # Keys of the YAML text.
    "document/printing.py": re.compile(r"\n  layers:"),
    # CSS.
    "stored_runs.py": re.compile(r"padding:"),
    # A key of an SVG's metadata.
    "evaluation/pictures.py": re.compile(r"Date$"),
    # SQL, and what sqlite3 says.
    "workspace/database.py": re.compile(r"\n?(CREATE|BEGIN|PRAGMA) |(no such|already exists|duplicate column)$"),
    # A form of dates.
    "workspace/run_store.py": re.compile(r"%Y"),
    "workspace/run_rows.py": re.compile(r"(SELECT|INSERT|UPDATE|DELETE|WHERE|ORDER BY|ON CONFLICT) |\0? ?WHERE run"),
}


def spoken(node: ast.AST) -> str | None:
    r"""The text of a literal, "\0" for each value in it; None for what is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "\0" for part in node.values)
    return None


def called(node: ast.Call) -> str:
    """The last name of what a call calls."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def silent(node: ast.AST) -> Iterator[ast.AST | None]:
    """What in a node is not shown to anybody: docstrings, annotations, keys, patterns, logs, errors for programmers."""
    body = getattr(node, "body", None)
    if isinstance(body, list):
        yield from (line.value for line in body if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
    if isinstance(node, ast.FunctionDef):
        yield node.returns
    elif isinstance(node, ast.arg | ast.AnnAssign):
        yield node.annotation
        if isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias":
            yield getattr(node, "value", None)
    elif isinstance(node, ast.Subscript):
        yield node.slice
    elif isinstance(node, ast.Compare):
        yield node
    elif isinstance(node, ast.Assign) and any(
        isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets
    ):
        yield node.value
    elif isinstance(node, ast.Call):
        of = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called(node) in FOR_PROGRAMMERS | LOOKING or (of is not None and called(node) in LOGGING):
            yield node
        if isinstance(of, ast.Name) and of.id == "re":
            yield node.args[0]


def shown(node: ast.AST) -> Iterator[ast.AST]:
    """What in a node surely is shown, so that a single small word counts."""
    if isinstance(node, ast.Call):
        positions = TAKES_WORDS.get(called(node), ())
        yield from (value for index, value in enumerate(node.args) if index in positions)
        yield from (pair.value for pair in node.keywords if pair.arg in SHOWN_KEYS)
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value in SHOWN_KEYS:
                yield value


def is_name(text: str) -> bool:
    """Whether a capitalised word is the name of a class or a part of one, which no language translates."""
    return text in OTHER_NAMES or any(text in name for name in NAMES)


def stray_words(source: str, where: str) -> list[str]:
    """Literals of a file that read as words, with their lines."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    quiet = {id(part) for node in nodes for one in silent(node) if one is not None for part in ast.walk(one)}
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    certain = {id(value) for node in nodes for value in shown(node)}
    allowed = WRITTEN.get(where)
    stray: list[str] = []
    for node in nodes:
        text = spoken(node)
        if text is None or id(node) in quiet | inside or MARKUP.search(text):
            continue
        words = SENTENCE.search(text) or (CAPITALISED.fullmatch(text) and not is_name(text))
        if (words or (id(node) in certain and WORD.search(text))) and not (allowed and allowed.match(text)):
            stray.append(f"{where}:{getattr(node, 'lineno', 0)}: {text!r}")
    return stray


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_says_nothing_in_words_of_its_own(path: Path) -> None:
    stray = stray_words(path.read_text("utf-8"), path.relative_to(PACKAGE).as_posix())
    assert not stray, "\n".join(["put these words into kwidgets/words:", *stray])


@pytest.mark.parametrize(
    "source",
    [
        'raise Refused("Nothing is trained yet.")',
        'raise Refused(f"There is no {name}.")',
        'left = f" of {count} layers"',
        'text = f"{name} reaches {largest}"',
        'mark = {"kind": "best", "label": "best"}',
        'done = Done("undo", nodes)',
        'TITLE = "More"',
        'self.stream.say(f"epoch {number}")',
    ],
)
def test_words_are_seen_where_there_are_some(source: str) -> None:
    assert len(stray_words(source, "x.py")) == 1


@pytest.mark.parametrize(
    "source",
    [
        'def f(x: "int | None") -> "float | None":\n    """Says what it does."""',
        'raise TypeError(f"a model, not {kind}")',
        'logging.getLogger(__name__).exception("A listener failed.")',
        'layer = Part("Dense", {"units": 3, "activation": "relu"})',
        "dash = ' stroke-dasharray=\"5 3\"'",
        'line = f"{title} {shape} · {rest}"',
        'raise Refused(say.NOTHING_IS_TRAINED_YET, field="learning_rate")',
    ],
)
def test_what_is_no_word_of_the_interface_may_stand_anywhere(source: str) -> None:
    assert stray_words(source, "x.py") == []


def test_every_word_of_the_catalogue_is_used() -> None:
    paths = [path for path in PACKAGE.rglob("*.py") if "frontend" not in path.parts]
    uses = Counter(name for path in paths for name in re.findall(r"\w+", path.read_text("utf-8")))
    unused = [
        f"{subject.__name__}.{name}"
        for subject in SUBJECTS
        for name, value in vars(subject).items()
        if not name.startswith("_") and (not inspect.isfunction(value) or value.__module__ == subject.__name__)
        if not (inspect.isclass(value) or inspect.ismodule(value))
        if uses[name] < 2
    ]
    assert not unused

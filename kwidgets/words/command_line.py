"""`python -m kwidgets`."""

from os import PathLike


def quickstart_is_missing(places: str) -> str:
    return f"The quickstart notebook is missing; looked for {places}."


def where_notebooks_go(default: PathLike[str]) -> str:
    return f"where notebooks go (default: {default}), or a file with a model, which a notebook opens"


def cell_that_opens(path: str) -> str:
    return f"from kwidgets import Builder\n\nBuilder({path!r})"


PYTHON_KERNEL = "Python 3"


FURTHER_ARGUMENTS = "Further arguments go to JupyterLab, such as --no-browser or --port=9000."
JUPYTERLAB_IS_NOT_INSTALLED = "JupyterLab is not installed. Run: pip install 'kwidgets[lab]'"


def opening(notebook: PathLike[str]) -> str:
    return f"Opening {notebook}"


def failed(why: str) -> str:
    return f"kwidgets: {why}"


# `kwidgets export`.
EXPORT = "kwidgets export"
WHAT_EXPORT_DOES = "Write a model as a program in one of four dialects, as YAML or as JSON. Nothing of the file is run."
A_MODELS_FILE = (
    "file with a model: .h5, .keras, a SavedModel's folder, .prototxt, .caffemodel, .yaml, .json, or Keras code "
    "(.py, .ipynb; gan.py#name takes one of several)"
)
A_DIALECT_OR_A_TEXT = "engine, keras2, tf.keras or keras3: a program for that library; yaml or json: the experiment"
WHERE_IT_IS_WRITTEN = "file to write (default: standard output)"
WRITES_OVER = "write over a file that is there"


def is_there_already(path: str) -> str:
    return f"'{path}' is there already."


FORCE_WRITES_OVER_IT = "--force writes over it."


def wrote(path: str) -> str:
    return f"wrote {path}"


THE_COMMAND_EXPORT = (
    "`kwidgets export MODEL --to keras3` writes a model as a program; `kwidgets export --help` says more."
)

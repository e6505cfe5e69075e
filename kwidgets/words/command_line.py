"""`python -m kwidgets`."""

from os import PathLike


def quickstart_is_missing(places: str) -> str:
    return f"The quickstart notebook is missing; looked for {places}."


def where_notebooks_go(default: PathLike[str]) -> str:
    return f"where notebooks go (default: {default})"


FURTHER_ARGUMENTS = "Further arguments go to JupyterLab, such as --no-browser or --port=9000."
JUPYTERLAB_IS_NOT_INSTALLED = "JupyterLab is not installed. Run: pip install 'kwidgets[lab]'"


def opening(notebook: PathLike[str]) -> str:
    return f"Opening {notebook}"


def failed(why: str) -> str:
    return f"kwidgets: {why}"

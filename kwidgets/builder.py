"""Builder: a document, a run and the view of both, put together; and what they give to code."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from engine import experiment as experiments
from engine.saving import files

from . import beginning, exports
from .document.document import Document
from .document.refused import Refused
from .session.data_sources import DataSources, Suggestion, suggested
from .session.session import Mode, Session, What
from .session.stream import EpochHistory
from .widgets import notebook
from .widgets.base import Message, Reply
from .widgets.builder_view import EDITED, RUN, BuilderView

TRAINING_GOES_ON = "A training is going on."
LABEL_LOSS = "sparse_categorical_crossentropy"


class Builder:
    """Build a network by mouse, train it live, take it away.

    model: what to begin with: an engine model, the text of an experiment (YAML or JSON), or the path of one; nothing
    begins empty. template: name of a starting point instead. arrays: data by name, beside the notebook's variables.

    document: the graph under edit. session: the run. view: the widget. Errors: Refused says what a text or name lacks.

    >>> from kwidgets import Builder
    >>> b = Builder(template="digits_perceptron")  # doctest: +SKIP
    >>> b.start(); b.session.wait(); b.model.predict(x)  # doctest: +SKIP
    """

    def __init__(
        self, model: Any = None, template: str | None = None, *, arrays: Mapping[str, Any] | None = None
    ) -> None:
        self.session = Session()
        self.sources = DataSources(notebook.variables, arrays)
        self.document = Document()
        self._fresh: tuple[str, Any] | None = None
        self._offered: list[dict[str, Any]] = []
        if model is not None or template is not None:
            self.document.do({"do": "template", "name": template} if model is None else beginning.command_of(model))
            self.refresh_data()
            self._choose_data()
            # What a builder begins with is no step that could be undone.
            self.document, self._offered = Document(self.document.draft), []
        self.refresh_data()
        if beginning.is_model(model):
            self.session.adopt(model, self.experiment)
        self.view = BuilderView(self.document, self.session, self._gestures())
        self.session.listeners.append(self._run_changed)
        self._end_watching = notebook.after_each_cell(self.refresh_data)

    # What code asks for.

    @property
    def experiment(self) -> dict[str, Any]:
        """Model, layout, data and training as one plain dict; fresh each time."""
        return self.document.experiment()

    @property
    def model(self) -> Any:
        """The present graph as an ordinary compiled model, with the trained weights where it was trained.

        While a training goes on it is a copy, with weights of a whole number of updates.
        Errors: Refused with the problems of the graph.
        """
        experiment = self.experiment
        self._refuse_problems()
        if self.session.trained(experiment):
            if not self.session.alive:
                return self.session.model
            copy = experiments.build_model(experiment)
            copy.set_weights(self.session.weights())
            return copy
        text = self.to_yaml()
        if self._fresh is None or self._fresh[0] != text:
            self._fresh = (text, experiments.build_model(experiment))
        return self._fresh[1]

    @property
    def history(self) -> EpochHistory:
        """Epochs and metrics of the run, as Keras's History has them (`epoch`, `history`); a copy."""
        return self.session.history

    def to_yaml(self) -> str:
        """The whole experiment as YAML; `python -m engine train` runs it."""
        return self.document.text()["yaml"]

    def to_json(self) -> str:
        """The whole experiment as JSON."""
        return self.document.text()["json"]

    def to_python(self) -> str:
        """A Python program that builds and trains the same model."""
        return self.document.text()["python"]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, whole or not at all; the ending says what.

        .yaml .yml .json .py: the experiment. .svg .png .pdf: the diagram. .h5 .hdf5: the trained weights.
        """
        ending = os.path.splitext(os.fspath(path))[1].lower()
        kinds = {".yml": "yaml", ".py": "python", ".h5": "weights", ".hdf5": "weights"}
        what = kinds.get(ending, ending[1:])
        if what not in exports.KINDS or what == "history":
            why = f"'{os.fspath(path)}' has no ending that says what to write."
            raise Refused(why, "Use .yaml, .json, .py, .svg, .png, .pdf or .h5.")
        files.write_bytes(path, exports.export(self, what)[2])

    def start(self, mode: Mode | None = None, *, steps: int = 0) -> None:
        """Begin to train in the background, as the Start button does; see Session.start.

        Errors: Refused, in words, when graph and data are not ready, or a run is going on.
        """
        self._refuse_problems()
        state, experiment = self.document.data(), self.experiment
        if state["problems"]:
            raise Refused(" ".join(state["problems"]), "Choose the arrays under data.")
        chosen = experiment["data"]
        keys = [key for part in ("inputs", "targets") for key in chosen.get(part, {}).values()]
        self.session.start(experiment, self.sources.arrays(chosen.get("source"), keys), mode, steps)

    def set_data(self, **chosen: Any) -> None:
        """Choose data: source=, inputs={layer: array}, targets={layer: array}, validation_split=."""
        self._set_data(chosen)

    def refresh_data(self) -> None:
        """Look again at the notebook's variables."""
        offered = self.sources.offered()
        if offered != self._offered:
            self._offered = offered
            self.document.offer(offered)

    def close(self) -> None:
        """Stop a run and take the view away."""
        self._end_watching()
        if self.session.alive:
            self.session.stop()
        self.view.close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        shown = self.view._repr_mimebundle_
        # ipywidgets takes the method away from a closed widget.
        return shown(**kwargs) if shown is not None else None

    # What the view asks for.

    def _gestures(self) -> dict[str, Any]:
        return {
            "start": lambda message: self.start(message.get("mode")),
            "step": self._step,
            "set_data": self._gesture_data,
            "open_data": self._open_data,
            "refresh_data": lambda _: self.refresh_data(),
            "export": self._export,
        }

    def _step(self, message: Message) -> None:
        if self.session.alive:
            self.session.step()
        else:
            self.start(message.get("mode"), steps=1)

    def _open_data(self, message: Message) -> dict[str, Any]:
        path = message.get("path")
        source = self.sources.open(path if isinstance(path, str) else "")
        self.refresh_data()
        return self._set_data({"source": source})

    def _gesture_data(self, message: Message) -> dict[str, Any]:
        chosen = {key: value for key, value in message.items() if key not in ("id", "seen", "do")}
        return self._set_data(chosen, message.get("seen"))

    def _set_data(self, chosen: dict[str, Any], seen: int | None = None) -> dict[str, Any]:
        """`set_data` of the document; a new source brings arrays that fit where nothing is chosen."""
        found = Suggestion()
        if chosen.get("source") is not None:
            source = self.sources.source(chosen["source"])
            self.refresh_data()
            found = suggested(self.document.data(), self._arrays_of(source))
            chosen = {"inputs": found.inputs, "targets": found.targets, **chosen, "source": source}
        done = self.document.do({"do": "set_data", **chosen}, seen=seen)
        self._set_labels(found)
        return done

    def _set_labels(self, found: Suggestion) -> None:
        """Class numbers as targets want the loss for them."""
        names = [name for name in found.labels if self.document.data()["targets"].get(name) == found.targets[name]]
        if names:
            self.document.do({"do": "set_training", "loss": dict.fromkeys(names, LABEL_LOSS)})

    def _arrays_of(self, source: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        name = source["name"] if source else None
        return next((offer["arrays"] for offer in self._offered if offer["name"] == name), [])

    def _choose_data(self) -> None:
        """Begin with arrays that fit, the notebook's first: a template can then be started at once."""
        state = self.document.data()
        if state["source"] is not None or any({**state["inputs"], **state["targets"]}.values()):
            return
        for offer in self._offered:
            if suggested(state, offer["arrays"]).complete:
                self._set_data({"source": {"kind": offer["kind"], "name": offer["name"]}})
                return

    def _export(self, message: Message) -> Reply:
        filename, mime, content = exports.export(self, message.get("what"))
        return {"filename": filename, "mime": mime}, [content]

    def _refuse_problems(self) -> None:
        errors = [p for p in self.document.problems() if p.get("severity", "error") == "error"]
        if errors:
            hint = next((p["hint"] for p in errors if p["hint"]), None)
            raise Refused(" ".join(_said(problem) for problem in errors[:3]), hint)

    def _run_changed(self, what: What) -> None:
        if what == "state":
            self.document.locked = TRAINING_GOES_ON if self.session.alive else None
            self.view.changed(RUN, EDITED)
        else:
            self.view.changed(RUN, often=True)


def _said(problem: Mapping[str, Any]) -> str:
    node = problem.get("node")
    return f"{node.rpartition('@')[0]}: {problem['sentence']}" if node else str(problem["sentence"])

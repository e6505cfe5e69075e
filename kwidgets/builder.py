"""Builder: a document, a run and the view of both, put together; and what they give to code."""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping

from typing_extensions import Unpack

from engine import experiment as experiments
from engine.models import Model
from engine.types import ArrayLike

from . import beginning
from . import files as exports
from .beginning_with_data import file_of, from_path
from .builder_results import BuilderResults
from .chosen_data import ChosenData
from .document.commands import Change
from .document.document import Document
from .document.identity import GraphIdentity, identity_of
from .document.records import Experiment
from .inspecting import LooksInside
from .looking import LookingInside
from .messages import Dialect
from .readiness import has_errors, name_of, refuse_problems, refuse_unready
from .refused import Refused
from .renaming import rename_open
from .results import Results
from .run_actions import Chosen, Identified, RunActions, chosen_of
from .session.continuing import rate_of
from .session.data_sources import DataChoice, DataSources
from .session.forecast import Forecaster
from .session.session import Session
from .session.start import Mode
from .session.steering import What
from .session.stream import EpochHistory
from .stepping import SteppingThrough
from .widgets import notebook
from .widgets.base import Answer, Gesture, Message, MimeBundle, Reply
from .widgets.blocks_part import BlocksPart
from .widgets.builder_view import EDITED, FORECAST, NO_FORECAST, ROWS, RUN, BuilderView
from .widgets.documents_part import DocumentsPart, autosave_of
from .widgets.results_part import ResultsPart
from .words import builder as say
from .words import common
from .workspace import run_store
from .workspace.document_names import checked_name

# Of a file's name that messages say.
MOST_LETTERS = 100


class Builder(LooksInside):
    """Build a network by mouse, train it live, take it away as a model, a program or a file.

    The last line of a cell shows it. `document` is the graph under edit, `session` the run, `view` the widget.

    Args:
        model: what to begin with: an engine model, an experiment as a mapping or as text (YAML or JSON), or the path of a
            text, of a model with its weights (.h5, .keras, a SavedModel's folder), of a program or notebook, which is read and
            not run (.py, .ipynb, "gan.py#generator"), of a picture that carries a model (.svg, .png), or of data (.csv, .npz
            ...), for which a first model is made; None (the default) begins empty.
        template: the name of a starting point instead, such as "digits_perceptron".
        arrays: data by name, beside the notebook's variables, which they win over.
        name: under which the document is stored, and comes back in another kernel or notebook; None (the default) takes
            the notebook's file and the cell. Where `model` or `template` is given too, what is stored becomes a version.
        keep: whether its runs are recorded, which is so by default; `kwidgets.runs()` lists them.

    Raises:
        Refused: the text or the name says no model, or `name` cannot be one; the message has the reason.
        FileError: the file is no model.
        OSError: the file cannot be read.

    Example:
        >>> import numpy as np
        >>> from kwidgets import Builder
        >>> from engine.layers import Dense
        >>> from engine.models import Sequential
        >>> b = Builder(Sequential([Dense(2, input_shape=(4,))]), arrays={"x": np.zeros((8, 4)), "y": np.zeros((8, 2))})
        >>> b.start()
        >>> b.session.wait()
        True
        >>> b.model.predict(np.zeros((1, 4))).shape
        (1, 2)
        >>> print(b.to_yaml().splitlines()[0])
        class_name: Sequential
        >>> b.close()
    """

    def __init__(
        self,
        model: beginning.Beginning = None,
        template: str | None = None,
        *,
        arrays: Mapping[str, ArrayLike] | None = None,
        name: str | None = None,
        keep: bool = True,
    ) -> None:
        name = None if name is None else checked_name(name)
        self.session = Session(store=run_store.store if keep else None)
        self.session.document = lambda: self.name
        self.forecaster = Forecaster()
        sources = DataSources(notebook.variables, arrays)
        self.document = Document(beginning.new_draft(name))
        self._fresh: tuple[str, Model] | None = None
        path, model = model, from_path(model, sources)
        with_model = model is not None or template is not None
        if with_model:
            self.document.do({"do": "template", "name": template} if model is None else beginning.command_of(model))
            data = ChosenData(self.document, sources)
            data.refresh()
            data.choose_what_fits()
            # The beginning itself cannot be undone.
            self.document = Document(self.document.draft, template)
        position = notebook.next_place()
        self._before = notebook.made_at(position, self)
        if self._before is not None:
            # Its document is saved then, and no training goes on unseen.
            self._before.close()
        self._autosave = autosave_of(self.document, name, position)
        again = self._before is not None and self._before.name == self.name
        self._autosave.begin(with_model=with_model, again=again, at_once=name is not None)
        self._data = ChosenData(self.document, sources)
        self._data.refresh()
        if beginning.is_model(model):
            self.session.adopt(model, self.experiment, file_of(path), self._graph)
        self.session.on_rate = self.document.follow_rate
        self.session.on_batch_size = self.document.follow_batch_size
        self._blocks = BlocksPart(self.document)
        self._stored = DocumentsPart(self._autosave, rename_open)
        self._runs = RunActions(self.document, self.session, lambda: self.start("again"), self._chosen, sources)
        self.inside = LookingInside(self, self._data)
        self.stepping = SteppingThrough(self.inside, self.session)
        self._results = BuilderResults(self.document, self.session, self._data, lambda: self.model)
        asked = self._gestures()
        inside = (self.inside, self.stepping)
        parts = (self._runs, *inside, ResultsPart(self._results), self._data, self._blocks, self._stored)
        for part in parts:
            asked |= part.gestures()
        self.view = BuilderView(self.document, self.session, asked)
        self._blocks.show_in(self.view)
        self.view.show(before=self._take_over(with_model))
        self._stored.show_in(self.view)
        self.session.listeners.append(self._run_changed)
        self.document.listeners.append(self._document_changed)
        self.forecaster.listeners.append(lambda: self.view.changed(FORECAST))
        self.view.sends(FORECAST, self._forecast)
        self._end_watching = notebook.after_each_cell(weakref.WeakMethod(self.refresh_data))
        self.view.changed(FORECAST)

    # What code asks for.

    @property
    def name(self) -> str:
        """The name under which the document is stored."""
        return self._autosave.name

    @property
    def experiment(self) -> Experiment:
        """Model, layout, data and training as one plain dict; fresh each time."""
        return self.document.experiment()

    @property
    def model(self) -> Model:
        """The present graph as an ordinary compiled model, with the trained weights where it was trained.

        While a training goes on it is a copy, with weights of a whole number of updates.

        Raises:
            Refused: the graph has problems, which the message names.
        """
        experiment = self.experiment
        refuse_problems(self.document)
        trained = self.session.model
        if trained is not None and self.is_trained:
            if not self.session.alive:
                return trained
            copy = experiments.build_model(experiment)
            copy.set_weights(self.session.weights())
            return copy
        text = self.to_yaml()
        if self._fresh is None or self._fresh[0] != text:
            self._fresh = (text, experiments.build_model(experiment))
        return self._fresh[1]

    @property
    def is_trained(self) -> bool:
        """Whether the weights are those of the present graph."""
        return self.session.trained(self.experiment, self._graph)

    @property
    def history(self) -> EpochHistory:
        """Epochs and metrics of the run, as Keras's History has them (`epoch`, `history`); a copy."""
        return self.session.history

    @property
    def results(self) -> Results:
        """What the present model does with the test set, else with what validates or is trained on.

        Raises:
            Refused: nothing is trained yet.
        """
        return Results.of(self._results.now())

    def to_yaml(self) -> str:
        """The whole experiment as YAML; `python -m engine train` runs it.

        Returns:
            The text, which Builder takes as well.
        """
        return self.document.yaml()

    def to_json(self) -> str:
        """The whole experiment as JSON.

        Returns:
            The text, which Builder takes as well.
        """
        return self.document.text()["json"]

    def to_python(self, dialect: Dialect = "engine") -> str:
        """A Python program that builds and trains the same model.

        Args:
            dialect: whose Keras it is: "engine" (the default), "keras2", "tf.keras" or "keras3".

        Returns:
            The program's text; comments say what the dialect lacks.
        """
        return self.document.python(dialect).text

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a file, whole or not at all.

        Args:
            path: the file, whose ending says what it holds: .yaml, .yml, .json or .py the experiment, .svg, .png or .pdf the
                diagram, .h5 or .hdf5 the model with its trained weights.

        Raises:
            Refused: another ending, or a graph with problems where the weights are asked for.
            OSError: the file cannot be written.
        """
        exports.save(self, path)

    def load_weights(self, path: str | os.PathLike[str], by_name: bool = False) -> None:
        """Give the present graph the weights of a file that this library or Keras 2 wrote; a training goes on from them.

        Args:
            path: the HDF5 file.
            by_name: True gives weights only to layers whose names are in the file; False (the default) to all, in order.

        Raises:
            Refused: the graph has problems, a run is on, or no name is in the file; nothing has changed then.
            FileError: weights do not fit, with layer and shapes; nothing has changed then.
            OSError: the file cannot be read.
        """
        refuse_problems(self.document)
        model = beginning.with_weights_of(self.experiment, path, by_name)
        self.session.adopt(model, self.experiment, name_of(path), self._graph)
        self._judge()

    def start(self, mode: Mode | None = None, *, steps: int = 0) -> None:
        """Begin to train in the background, as the Start button does; returns at once.

        Args:
            mode: "continue" goes on from the present weights, after a change of the graph from those that still fit; "again"
                begins with new ones; None (the default) goes on where that makes sense. A paused training goes on with what
                was changed meanwhile.
            steps: train on so many batches, then pause; 0 (the default) does not pause.

        Raises:
            Refused: graph and data are not ready, or a run is on; the message says why.
        """
        refuse_unready(self.document)
        experiment, chosen = self.experiment, self._chosen()
        with self.forecaster.pausing(lambda: self.session.alive):
            self.session.start(experiment, chosen.arrays, mode, steps, chosen.test, self._graph, chosen.validates)

    def train_folds(self) -> None:
        """Train each fold of the cross-validation by which the chosen table is divided, as runs of their own; returns at once.

        Each begins with new weights; `session.status()["folds"]` holds what they came to, and the mean. Stop ends all of it.

        Raises:
            Refused: the rows are not divided into folds, graph and data are not ready, or a run is on.
        """
        refuse_unready(self.document)
        folds = self._data.folds(self.experiment, self._graph)
        with self.forecaster.pausing(lambda: self.session.alive):
            self.session.start_folds(folds)

    def resume(self, run: str | Identified) -> None:
        """Go on with a run of the store, as Resume on the Runs page does; returns at once.

        It is opened here, and goes on from its last checkpoint to the end that it would have had, as the same run.

        Args:
            run: one of `kwidgets.runs()`, or its id.

        Raises:
            Refused: it is going on, its data are not here, or it has no checkpoint; the message says which.
        """
        self._runs.resume(run if isinstance(run, str) else run.id)

    def _chosen(self) -> Chosen:
        return self._results.without_left_out(chosen_of(self.document, self._data))

    def set_data(self, **chosen: Unpack[DataChoice]) -> None:
        """Choose data; what is not named stays as it is.

        Args:
            **chosen: `source`, a name, a path or {kind, name}; `inputs` and `targets`, names of arrays by layer;
                `validation_split`, the share of the samples that is only measured on; `validation`, arrays that are measured in
                place of those trained on, by the names of these, such as {"x_train": "x_val", "y_train": "y_val"}.

        Raises:
            Refused: there is no such source or array, or it does not fit.
            TypeError: another keyword.
        """
        unknown = chosen.keys() - DataChoice.__annotations__.keys()
        if unknown:
            raise TypeError(f"set_data takes {', '.join(DataChoice.__annotations__)}, not {', '.join(sorted(unknown))}")
        self._data.choose(dict(chosen))

    def refresh_data(self) -> None:
        """Look again at the notebook's variables; each cell that ran has this done by itself."""
        self._data.refresh()

    def close(self) -> None:
        """Stop a run and take the view away; the document, which is saved a last time, and what was trained stay."""
        self._stored.close()
        self._blocks.close()
        self._end_watching()
        if self.session.alive:
            self.session.stop()
        self.forecaster.close()
        self.view.close()

    def _repr_mimebundle_(self, **kwargs: object) -> MimeBundle:
        return self.view.shown_as(**kwargs)

    # What the view asks for.

    def _gestures(self) -> dict[str, Gesture]:
        return {
            "start": lambda message: self.start(message.get("mode")),
            "train_folds": lambda _: self.train_folds(),
            "step": self._step,
            "resume": lambda _: self._resume(),
            "bring_back": lambda _: self._bring_back(),
            "open_model": self._open_model,
            "open_file": self._open_file,
            "load_weights": self._load_weights,
            "export": self._export,
        }

    def _step(self, message: Message) -> None:
        if self.session.alive and not self._is_behind:
            self._take_rate()
            self.session.step()
        else:
            self.start(message.get("mode"), steps=1)

    def _resume(self) -> None:
        if self._is_behind:
            self.start("continue")
        else:
            self._take_rate()
            self.session.resume()

    def _take_rate(self) -> None:
        """A learning rate that was set among the settings while a training waits holds from its next batch on."""
        rate = rate_of(self.experiment)
        if self.session.state == "paused" and rate not in (None, self.session.learning_rate):
            self.session.set_learning_rate(rate)

    @property
    def _is_behind(self) -> bool:
        """Whether a training waits that does not know yet what was changed meanwhile."""
        return self.session.is_behind(self.experiment, self._graph)

    @property
    def _graph(self) -> GraphIdentity:
        return identity_of(self.document.draft)

    def _open_model(self, message: Message) -> Answer:
        path = str(message.get("path"))
        return self._open(from_path(path, self._data.sources), name_of(path), message)

    def _open_file(self, message: Message) -> Answer:
        name = name_of(str(message.get("name")))[:MOST_LETTERS]
        buffers = message.get("buffers") or [b""]
        return self._open(beginning.from_bytes(bytes(buffers[0]), name), name, message)

    def _open(self, model: beginning.Beginning, name: str, message: Message) -> Answer:
        """Put a model into the document's place, as one step of undo; one with weights is what a training goes on from."""
        if beginning.is_model(model):
            self.session.refuse_second()
        done = self.document.do(beginning.command_of(model), seen=message.get("seen"))
        if beginning.is_model(model):
            self.session.adopt(model, self.experiment, name, self._graph)
            self._judge()
        return done

    def _load_weights(self, message: Message) -> None:
        self.load_weights(str(message.get("path")))

    # What the cell had made when it was run before.

    def _take_over(self, with_model: bool) -> str | None:
        """What of the builder that this cell made before can be brought back, in words.

        Where nobody had changed or trained that one, it is what was made before it that would be missed. A document that came
        back by itself goes on with what that one had learnt.
        """
        before = self._before
        if before is None:
            return None
        self._before = before if before._worth_keeping() else before._before
        before._before = None
        if self._before is None:
            return None
        if not with_model and self._before.document.draft == self.document.draft:
            self._learn_from(self._before)
            self._before = None
            return None
        self._autosave.close_notice()
        draft = self._before.document.draft
        count = len(draft.layers)
        return say.model_before(draft.name, common.layers(count))

    def _worth_keeping(self) -> bool:
        touched = self.document.state().head["undo"] is not None or bool(self.session.runs())
        return touched and bool(self.document.draft.layers)

    def _bring_back(self) -> Answer:
        """The model of the builder before, with what it has learnt."""
        self.session.refuse_second()
        before = self._before
        if before is None:
            raise Refused(say.THERE_IS_NOTHING_TO_BRING_BACK, say.CELL_RUN_FOR_THE_FIRST_TIME)
        done = self.document.do({"do": "paste", "format": "json", "text": before.to_json()})
        self._learn_from(before)
        self._before = None
        self.view.show(before=None)
        return done

    def _learn_from(self, before: Builder) -> None:
        if before.session.model is not None and before.session.wait(5.0):
            graph = before.session.graph or self._graph
            self.session.adopt(before.session.model, before.session.experiment or self.experiment, graph=graph)

    def _export(self, message: Message) -> Reply:
        filename, mime, content = exports.export(self, message.get("what"), message.get("dialect"))
        return {"filename": filename, "mime": mime}, [content]

    # What follows from a change.

    def _document_changed(self, change: Change) -> None:
        self.document.know(self._data.facts_of_chosen())
        self._judge()
        self.view.changed(FORECAST)

    def _judge(self) -> None:
        """Say whether what was trained is the present graph, and what going on with this one would keep."""
        session, experiment, graph = self.session, self.experiment, self._graph
        if session.model is None or (session.alive and session.state != "paused"):
            return
        session.recall(experiment, graph)
        if session.trained(experiment, graph):
            session.stale = None
            return
        keeps = None if has_errors(self.document) else session.foreseen(experiment, graph)
        session.stale = say.results_are_of_an_earlier_model(keeps)

    def _forecast(self) -> None:
        """What a training would take here; runs in the view's sending thread."""
        data = self.document.data()
        shapes = self._data.shapes()
        chosen = {**data["inputs"], **data["targets"]}
        lengths = {name: shapes[key] for name, key in chosen.items() if key in shapes}
        ask = self.forecaster.ask
        asked = NO_FORECAST if has_errors(self.document) else ask(self.experiment, data["samples"], lengths)
        self.view.show(forecast=asked)

    def _run_changed(self, what: What) -> None:
        if what == "state":
            # What the page waits for goes first; that the graph is locked or free again takes longer to send.
            self.view.changed(RUN)
            locked = say.A_TRAINING_IS_GOING_ON if self.session.alive and self.session.state != "paused" else None
            if locked != self.document.locked:
                self.document.locked = locked
                self.view.changed(EDITED)
            if not self.session.alive:
                self.forecaster.resume()
            self.view.changed(ROWS)
        else:
            self.view.changed(RUN, often=True)

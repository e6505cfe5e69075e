"""The data of a builder: what is offered, what its document has chosen of it, and what the page asks about both."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence

from engine.data import FROM_SECOND, Dataset, Pictures
from engine.types import Array, Config

from . import starting
from .document.commands import Change
from .document.document import Document
from .document.identity import GraphIdentity
from .document.records import Experiment
from .document.views import arrays_of, own_validation
from .messages import ArrayFacts, Source
from .refused import Refused
from .session import picture_edits, table_edits
from .session.conclusion import test_arrays
from .session.data_sources import NOTEBOOK, DataSources, Suggestion, suggested
from .session.folds import FoldRuns, Part, folds_of
from .session.open_table import arrays_of as table_arrays
from .session.picture_folders import PICTURES
from .session.picture_folders import arrays_of as pictures_arrays
from .session.shared_rows import split_of
from .session.tables import KINDS
from .widgets.base import Answer, Gesture, Message
from .words import data as say

LABEL_LOSS = "sparse_categorical_crossentropy"


class ChosenData:
    """Chooses data for a document among the sources that there are.

    offered: the sources and their arrays, as the document was told of them last.
    """

    def __init__(self, document: Document, sources: DataSources) -> None:
        self.sources = sources
        self.offered: list[Source] = []
        self._document = document
        document.offers.trials.rows = self.rows
        sources.validation_share = lambda: float(document.draft.training["validation_split"] or 0.0)
        self._asked: object = None
        document.listeners.append(self._changed)

    def gestures(self) -> dict[str, Gesture]:
        """What the page may ask of data."""
        return {
            "set_data": self._gesture_data,
            "open_data": self._open_data,
            "set_target": self._set_target,
            "mend_table": self._mend_table,
            "set_picture_table": self._set_picture_table,
            "set_validation_source": self._set_validation_source,
            "add_table_step": self._edit(
                lambda data, m: table_edits.added(data, m.get("step"), m.get("columns")),
                lambda data, m: picture_edits.added(data, m.get("step")),
            ),
            "set_table_step": self._edit(
                lambda data, m: table_edits.with_setting(data, m.get("step"), m.get("field"), m.get("value")),
                lambda data, m: picture_edits.with_setting(data, m.get("step"), m.get("field"), m.get("value")),
            ),
            "remove_table_step": self._edit(
                lambda data, m: table_edits.without_step(data, m.get("step")),
                lambda data, m: picture_edits.without_step(data, m.get("step")),
            ),
            "move_table_step": self._edit(
                lambda data, m: table_edits.moved(data, m.get("step"), m.get("to")),
                lambda data, m: picture_edits.moved(data, m.get("step"), m.get("to")),
            ),
            "use_column": self._edit(
                lambda data, m: table_edits.with_role(data, m.get("column"), m.get("used") is True)
            ),
            "set_table_split": self._edit(
                lambda data, m: table_edits.with_split(data, m.get("field"), m.get("value")),
                lambda data, m: picture_edits.with_split(data, m.get("field"), m.get("value")),
            ),
            "table_step": self._table_step,
            "table_look": self._table_look,
            "fetch_set": self._fetch_set,
            "refresh_data": lambda _: self.refresh(),
            "from_arrays": self._from_arrays,
            "template": self._template,
            "array_facts": self._array_facts,
            "split": self._split,
        }

    def _changed(self, _: Change) -> None:
        """A table's arrays depend on what the document says of it, which undo and texts change too."""
        source = self._document.draft.data.get("source")
        if isinstance(source, Mapping) and source.get("kind") in ("file", *KINDS, PICTURES):
            asked = dict(source), self.sources.validation_share()
            if asked != self._asked:
                self._asked = asked
                self.refresh()

    def refresh(self) -> None:
        """Look again at the sources, the notebook's variables among them, and for the file that the document names."""
        source = self._document.draft.data.get("source")
        if isinstance(source, Mapping) and source.get("kind") in ("file", *KINDS, PICTURES):
            with contextlib.suppress(Refused):  # it is not there now, which the problems of the data say
                self.sources.tables.recheck(source, large=False)
                self.sources.source(source)
        self._offer()

    def _offer(self) -> None:
        source = self._document.draft.data.get("source")
        chosen = source.get("name") if isinstance(source, Mapping) else source
        # What cannot be read any more is of no use to anybody but to who has chosen it.
        offered = [one for one in self.sources.offered() if "" not in one["trouble"] or one["name"] == chosen]
        if offered != self.offered:
            self.offered = offered
            self._document.offer(offered)

    def arrays(self, keys: list[str]) -> dict[str, Array]:
        """Arrays of the chosen source by name, to be trained on: a frame as it is now."""
        source = self._document.draft.data.get("source")
        if isinstance(source, Mapping):
            self.sources.tables.recheck(source)
        return self.sources.arrays(source, keys)

    def words(self, keys: list[str]) -> dict[str, list[str]]:
        """Of arrays that hold numbers of words: the word of each number; of those of a table, which knows them."""
        data = self._prepared()
        words = data.preparation.words if isinstance(data, Dataset) else {}
        if len(words) == 1 and len(keys) == 1:
            return {keys[0]: next(iter(words.values()))}
        return {key: words[key] for key in keys if key in words}

    def classes(self) -> list[str] | None:
        """Names of the target's classes; of a table or of a folder of pictures, which know them."""
        data = self._prepared()
        return None if data is None else data.classes

    def _prepared(self) -> Dataset | Pictures | None:
        """The chosen table or folder of pictures; None of arrays, and of a table that is larger than the memory."""
        chosen = self._document.draft.data.get("source")
        source = chosen if isinstance(chosen, Mapping) else {}
        kind, share = source.get("kind"), self.sources.validation_share()
        try:
            if kind in KINDS:
                return self.sources.tables.table(source, share).whole()
            return self.sources.pictures.dataset(source, share) if kind == PICTURES else None
        except MemoryError:
            return None

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of the arrays of the chosen source by name."""
        arrays = arrays_of(self.offered, self._document.draft.data.get("source"))
        return {array["key"]: tuple(array["shape"]) for array in arrays}

    def _open_data(self, message: Message) -> Answer:
        path = message.get("path")
        source = self.sources.open(path if isinstance(path, str) else "", message.get("mend") is True)
        self.refresh()
        return self.choose({"source": source})

    def _table(self) -> Config:
        """The chosen table or folder of pictures. Raises Refused where none is chosen."""
        source = self._document.draft.data.get("source")
        if not isinstance(source, Mapping) or source.get("kind") not in (*KINDS, PICTURES):
            raise Refused(say.NO_TABLE_IS_CHOSEN)
        return dict(source)

    def _set_target(self, message: Message) -> Answer:
        """Another column of the table as the target; what was said of roles and steps is forgotten with the one before."""
        chosen = self._table()
        keys = ("kind", "name", "split", "broken", "in_memory", "validation")
        if chosen["kind"] == PICTURES:
            keys = (*keys, "table", "inputs")
        source = {key: value for key, value in chosen.items() if key in keys}
        return self.choose({"source": {**source, "target": message.get("column")}}, message.get("seen"))

    def _set_picture_table(self, message: Message) -> Answer:
        """A table that knows more of the pictures than their folders do."""
        source = self._table()
        if source["kind"] != PICTURES:
            raise Refused(say.NO_TABLE_IS_CHOSEN)
        made = self.sources.pictures.with_table(source, message.get("path"))
        return self.choose({"source": made}, message.get("seen"))

    def _set_validation_source(self, message: Message) -> Answer:
        """A second file, folder or frame, whose rows are measured after each epoch; none: a share of the rows is."""
        chosen = self._document.draft.data.get("source")
        if not isinstance(chosen, Mapping) or chosen.get("kind") not in (*KINDS, PICTURES, "file"):
            raise Refused(say.NO_TABLE_IS_CHOSEN)
        source = {key: value for key, value in chosen.items() if key != "validation"}
        name = message.get("name")
        if not isinstance(name, str) or not name.strip():
            return self.choose({"source": source}, message.get("seen"))
        source["validation"] = name.strip()
        change: Config = {"source": source}
        if source["kind"] == "file":
            change["validation"] = self._in_second(source)
        return self.choose(change, message.get("seen"))

    def _in_second(self, source: Config) -> dict[str, str]:
        """For each array that is trained on the one of a second file that is measured. Raises Refused where there is none."""
        before = self._document.draft.data
        trained = list(dict.fromkeys([*before["inputs"].values(), *before["targets"].values()]))
        try:
            self.sources.source(source)
            there = arrays_of(self.sources.offered(), source)
            likely = own_validation({one["key"]: one for one in there}, trained)
            measured_by = {key: [one for one in names if one.startswith(FROM_SECOND)] for key, names in likely.items()}
            if not trained or not all(measured_by.values()) or not measured_by:
                raise Refused(say.second_file_lacks_arrays(str(source["validation"]), ", ".join(trained)), field="path")
        except Refused:
            self.sources.source(before.get("source"))
            raise
        return {
            key: FROM_SECOND + key if FROM_SECOND + key in names else names[0] for key, names in measured_by.items()
        }

    def _mend_table(self, message: Message) -> Answer:
        number, source, share = message.get("finding"), self._table(), self.sources.validation_share()
        of_kind = self.sources.pictures if source["kind"] == PICTURES else self.sources.tables
        made = of_kind.mended(source, number if isinstance(number, int) else -1, share)
        return self.choose({"source": made}, message.get("seen"))

    def _edit(
        self,
        change: Callable[[Dataset, Message], Dataset],
        of_pictures: Callable[[Pictures, Message], Pictures] | None = None,
    ) -> Gesture:
        """A gesture that changes steps, roles or split of the table, or of the folder of pictures: one step of undo."""

        def done(message: Message) -> Answer:
            source, share = self._table(), self.sources.validation_share()
            if source["kind"] != PICTURES:
                tables = self.sources.tables
                made = tables.plain(source, change(tables.dataset(source, share), message))
            elif of_pictures is None:
                raise Refused(say.NO_TABLE_IS_CHOSEN)
            else:
                folders = self.sources.pictures
                made = folders.plain(source, of_pictures(folders.dataset(source, share), message))
            return self.choose({"source": made}, message.get("seen"))

        return done

    def _table_step(self, message: Message) -> Answer:
        source = self._table()
        if source["kind"] == PICTURES:
            folders, share = self.sources.pictures, self.sources.validation_share()
            return dict(picture_edits.preview(folders.dataset(source, share), message.get("step")))
        data = self.sources.tables.dataset(source, self.sources.validation_share())
        return dict(table_edits.preview(data, message.get("step")))

    def _table_look(self, _: Message) -> Answer:
        source = self._table()
        if source["kind"] == PICTURES:
            raise Refused(say.NO_TABLE_IS_CHOSEN)
        look, news = self.sources.tables.look(source, self.sources.validation_share())
        if news:
            self._offer()
        return dict(look)

    def _fetch_set(self, message: Message) -> Answer:
        answer = self.sources.fetching.fetch(message.get("name"), message.get("begin") is True)
        if answer["state"] == "there":
            self._offer()
        return dict(answer)

    def _gesture_data(self, message: Message) -> Answer:
        chosen = {key: value for key, value in message.items() if key not in ("id", "seen", "do")}
        return self.choose(chosen, message.get("seen"))

    def choose(self, chosen: Config, seen: int | None = None) -> Answer:
        """`set_data` of the document; a new source brings arrays that fit where nothing is chosen."""
        suggestion = Suggestion()
        if chosen.get("source") is not None:
            source = self.sources.source(chosen["source"])
            self._offer()
            of_table = source is not None and source["kind"] in (*KINDS, PICTURES)
            trained = [one for one in arrays_of(self.offered, source) if not one["key"].startswith(FROM_SECOND)]
            suggestion = suggested(self._document.data(), trained, of_table)
            chosen = {"inputs": suggestion.inputs, "targets": suggestion.targets, **chosen, "source": source}
        done = self._document.do({"do": "set_data", **chosen}, seen=seen)
        self._set_labels(suggestion)
        return done

    def _set_labels(self, suggestion: Suggestion) -> None:
        """Class numbers as targets want the loss for them."""
        targets = self._document.data()["targets"]
        names = [name for name in suggestion.labels if targets.get(name) == suggestion.targets[name]]
        if names:
            self._document.do({"do": "set_training", "loss": dict.fromkeys(names, LABEL_LOSS)})

    def choose_what_fits(self) -> None:
        """Begin with arrays that fit, the notebook's first: a template can then be started at once."""
        state = self._document.data()
        if state["source"] is not None or any({**state["inputs"], **state["targets"]}.values()):
            return
        for offer in self.offered:
            if suggested(state, offer["arrays"]).complete:
                self.choose({"source": {"kind": offer["kind"], "name": offer["name"]}})
                return

    def _template(self, message: Message) -> Answer:
        """A template with the first arrays that fit it, so that it trains at once; one step of undo."""
        begun = Document()
        begun.do({"do": "template", "name": message.get("name")})
        command: Config = {"do": "template", "name": message.get("name")}
        for offer in self.offered:
            suggestion = suggested(begun.data(), offer["arrays"])
            if suggestion.complete:
                source = {"kind": offer["kind"], "name": offer["name"]}
                command["data"] = {"source": source, "inputs": suggestion.inputs, "targets": suggestion.targets}
                command["training"] = (
                    {"loss": dict.fromkeys(suggestion.labels, LABEL_LOSS)} if suggestion.labels else None
                )
                break
        return self._document.do(command, seen=message.get("seen"))

    def _from_arrays(self, message: Message) -> Answer:
        """A first model for the arrays of a source, the notebook's without one; one step of undo."""
        self.refresh()
        source = self._source_of(message)
        arrays = arrays_of(self.offered, source or {"kind": "notebook", "name": NOTEBOOK})
        named_pair = [[array for array in arrays if array["key"] == message.get(key)] for key in ("input", "target")]
        x, y = (named_pair[0][0], named_pair[1][0]) if all(named_pair) else starting.pair_of(arrays)
        facts = self.sources.facts(source, y["key"])
        experiment = starting.experiment_for(source, x, y, facts)
        return self._document.do({"do": "paste", "format": "json", "text": json.dumps(experiment)})

    def _source_of(self, message: Message) -> Config | None:
        """The source that a message names: as the document has it where it is chosen there, with its steps."""
        name, kind = message.get("source"), message.get("kind")
        chosen = self._document.draft.data.get("source")
        if isinstance(chosen, Mapping) and chosen.get("name") == name and kind in (None, chosen.get("kind")):
            return dict(chosen)
        if not isinstance(name, str):
            return None
        source = self.sources.source(name if kind is None else {"kind": kind, "name": name})
        self._offer()
        return None if source is None else dict(source)

    def _array_facts(self, message: Message) -> Answer:
        return {"facts": self.sources.facts(self._document.draft.data.get("source"), str(message.get("key")))}

    def folds(self, experiment: Experiment, graph: GraphIdentity) -> FoldRuns:
        """The runs of all folds of the chosen table or pictures. Raises Refused where they are not divided into folds."""
        source, share = self._table(), self.sources.validation_share()
        self.sources.tables.recheck(source)
        if source["kind"] == PICTURES:
            return folds_of(experiment, graph, self.sources.pictures.of_folds(source, share), _part_of)
        return folds_of(experiment, graph, self.sources.tables.of_folds(source, share), _part_of)

    def validates(self, exactly: bool = True) -> int | None:
        """How many of the last rows validate where a table's split says it; None: the share of the settings."""
        return self.sources.validates(self._document.draft.data.get("source"), exactly)

    def _split(self, _: Message) -> Answer:
        data = self._document.data()
        source = self._document.draft.data.get("source")
        rows = {array["key"]: array["shape"][0] for array in arrays_of(self.offered, source)}
        keys = [key for key in dict.fromkeys(data["inputs"].values()) if key in rows]
        targets = [key for key in data["targets"].values() if key in rows]
        share, validation = data["validation_split"], self._document.draft.data.get("validation")
        return dict(split_of(self.sources, source, keys, rows, share, self.validates(False), validation, targets))

    def test_arrays(self, keys: list[str]) -> dict[str, Array] | None:
        """The test set that belongs to training arrays of these names, if the source has one."""
        source = self._document.draft.data.get("source")
        there = {array["key"] for array in arrays_of(self.offered, source)}
        wanted = test_arrays(keys, {key: key for key in there})
        if wanted is None:
            return None
        arrays = self.sources.arrays(source, list(wanted.values()))
        return {key: arrays[name] for key, name in wanted.items()}

    def rows(self, keys: Sequence[str], count: int) -> dict[str, Array]:
        """The first rows of the notebook's arrays of these names; what lies in files is not read for this."""
        data = self._document.draft.data
        source = data.get("source")
        if isinstance(source, Mapping) and source.get("kind", "notebook") != "notebook":
            return {}
        there = {array["key"] for array in arrays_of(self.offered, source)}
        arrays = self.sources.arrays(source, [key for key in keys if key in there])
        return {key: array[:count] for key, array in arrays.items()}

    def facts_of_chosen(self) -> dict[str, ArrayFacts]:
        """What is in the notebook's arrays that are chosen; what lies in files is not read for this."""
        data = self._document.draft.data
        source = data.get("source")
        if isinstance(source, Mapping) and source.get("kind", "notebook") != "notebook":
            return {}
        there = {array["key"] for array in arrays_of(self.offered, source)}
        keys = sorted({key for key in [*data["inputs"].values(), *data["targets"].values()] if key in there})
        return {key: self.sources.facts(source, key) for key in keys}


def _part_of(data: Dataset | Pictures) -> Part:
    arrays = pictures_arrays(data) if isinstance(data, Pictures) else table_arrays(data)
    return Part(arrays, len(data.parts.validation))

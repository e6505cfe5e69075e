"""What does not fit between the chosen arrays and the model, in sentences, with mends that were tried on a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import result_in_words
from engine.experiment import fits
from engine.types import Shape

from .. import messages
from ..refused import Refused
from ..words import common
from ..words import data as say
from . import data_values
from .checks import Checker, Checkup
from .commands import CommandMessage, Done, Message, Surroundings, a_text, apply, carried_out, command
from .draft import Draft, node_id, split_node
from .problems import last_activation, loss_of
from .records import DataPart
from .trying import Trials
from .views import arrays_of, trouble_of

SPARSE = "sparse_categorical_crossentropy"
MOST_ARRAYS = 3
_GONE = ":gone"
Steps = list[CommandMessage]


@dataclass(frozen=True)
class DataMend:
    """commands: what is done, as one step of undo. details: what it means, in words. tried: how it was tried."""

    label: str
    commands: Steps
    details: str | None = None
    tried: messages.Tried = "shapes"


@dataclass(frozen=True)
class DataFault:
    """A sentence about the data, with its mends; id stays the same while the same thing is wrong.

    warning: whether training may begin all the same. hint: what to do in a cell. cell: the text of one that does.
    """

    id: str
    sentence: str
    mends: tuple[DataMend, ...] = ()
    warning: bool = False
    hint: str | None = None
    cell: str | None = None


def data_problems(
    draft: Draft,
    checkup: Checkup,
    sources: Sequence[messages.Source],
    facts: Mapping[str, messages.ArrayFacts] | None = None,
    trials: Trials | None = None,
) -> tuple[list[messages.DataProblem], list[messages.DataProblem]]:
    """Problems of the chosen data and warnings, with the offers of their mends; none while there is no source at all.

    facts: of arrays by key, where they are known. trials: trains what a mend changes; None: shapes alone decide.
    """
    faults = find(draft, checkup, sources, facts, trials)
    return _listed(fault for fault in faults if not fault.warning), _listed(fault for fault in faults if fault.warning)


def _listed(faults: Iterable[DataFault]) -> list[messages.DataProblem]:
    return [
        {
            "id": fault.id,
            "sentence": fault.sentence,
            "hint": fault.hint,
            "cell": fault.cell,
            "mends": [
                {"id": mend.label, "label": mend.label, "details": mend.details, "effect": "", "tried": mend.tried}
                for mend in fault.mends
            ],
        }
        for fault in faults
    ]


def mend_commands(
    draft: Draft,
    checkup: Checkup,
    sources: Sequence[messages.Source],
    problem: str,
    mend: str,
    facts: Mapping[str, messages.ArrayFacts] | None = None,
    trials: Trials | None = None,
) -> tuple[str, Steps]:
    """(label, commands) of an offered mend. Raises Refused when the problem is gone."""
    for fault in find(draft, checkup, sources, facts, trials):
        for offer in fault.mends:
            if (fault.id, offer.label) == (problem, mend):
                return offer.label, offer.commands
    raise Refused(common.PROBLEM_IS_GONE, common.LIST_IS_REFRESHED)


@command("mend_data")
def mend_data(draft: Draft, message: Message, around: Surroundings) -> Done:
    """Carries out what the button of a problem with the data offers {problem, mend}, as one step of undo."""
    label, steps = around.data_mend_commands(a_text(message, "problem"), a_text(message, "mend"))
    for step in steps:
        carried_out(draft, step, around)
    return Done(label, rewired=False)


def find(
    draft: Draft,
    checkup: Checkup,
    sources: Sequence[messages.Source],
    facts: Mapping[str, messages.ArrayFacts] | None = None,
    trials: Trials | None = None,
) -> list[DataFault]:
    """All that does not fit, inputs first, with the mends that were tried and go."""
    if not sources:
        return []
    arrays: dict[str, messages.ArrayEntry] = {
        array["key"]: array for array in arrays_of(sources, draft.data.get("source"))
    }

    def faults_of(draft: Draft, checkup: Checkup) -> list[DataFault]:
        return [*_of_shapes(draft, checkup, arrays, facts or {}), *_of_values(draft, checkup, arrays, facts or {})]

    faults = [
        replace(fault, mends=tuple(_tried(draft, checkup, fault, faults_of, trials)))
        for fault in faults_of(draft, checkup)
    ]
    return _with_reasons(draft, faults, sources)


def _with_reasons(draft: Draft, faults: list[DataFault], sources: Sequence[messages.Source]) -> list[DataFault]:
    """Faults whose arrays are missing with why they are, where that is known; one for all that have the same reason."""
    made: dict[str, DataFault] = {}
    source = draft.data.get("source")
    of_notebook = source is None or (isinstance(source, Mapping) and source.get("kind") == "notebook")
    for fault in faults:
        part, _, name = fault.id.removesuffix(_GONE).partition(":")
        key = draft.data[part].get(name) if fault.id.endswith(_GONE) and part in ("inputs", "targets") else None
        reason = None if key is None else trouble_of(sources, draft.data.get("source"), key)
        known = fault if reason is None else replace(fault, sentence=reason)
        if not of_notebook:
            known = replace(known, cell=None)
        made.setdefault(known.sentence, known)
    return list(made.values())


def _of_shapes(
    draft: Draft, checkup: Checkup, arrays: Mapping[str, messages.ArrayEntry], facts: Mapping[str, messages.ArrayFacts]
) -> Iterator[DataFault]:
    yield from _of_inputs(draft, checkup, arrays, facts)
    yield from _of_targets(draft, checkup, arrays, facts)
    yield from _of_lengths(draft, arrays)
    yield from _of_validation(draft, arrays)


def _of_values(
    draft: Draft, checkup: Checkup, arrays: Mapping[str, messages.ArrayEntry], facts: Mapping[str, messages.ArrayFacts]
) -> Iterator[DataFault]:
    for fault in data_values.of_values(draft, checkup, arrays, facts):
        mends = tuple(DataMend(mend.label, mend.commands) for mend in fault.mends)
        yield DataFault(fault.id, fault.sentence, mends, fault.warning, fault.hint, fault.cell)


def _of_inputs(
    draft: Draft, checkup: Checkup, arrays: Mapping[str, messages.ArrayEntry], facts: Mapping[str, messages.ArrayFacts]
) -> Iterator[DataFault]:
    chosen = draft.data["inputs"]
    for name in draft.input_names():
        checked = checkup.nodes.get(node_id(name, 0))
        shape = checked.shape if checked is not None else None
        missing = _missing(draft, "inputs", name, shape, arrays)
        if missing is not None:
            yield missing
            continue
        actual = list(arrays[chosen[name]]["shape"])
        if shape is not None and not fits(actual, shape):
            sizes = actual[1:] or [1]
            change: CommandMessage = {"do": "set", "layers": [name], "field": "shape", "value": [*sizes]}
            text = "×".join(map(str, sizes))
            mend = DataMend(say.give_shape(name, text), [change], say.THE_SHAPE_OF_THE_CHOSEN_ARRAY)
            values = data_values.known_values(arrays[chosen[name]], facts.get(chosen[name]))
            finding = data_values.for_shape(draft, f"inputs:{name}", data_values.of_input(draft, checkup, name, values))
            if finding is not None:
                mends = _each_once([*(DataMend(one.label, one.commands) for one in finding.mends), mend])
                yield DataFault(finding.id, finding.sentence, mends, hint=finding.hint, cell=finding.cell)


def _missing(
    draft: Draft,
    part: DataPart,
    name: str,
    shape: Sequence[int | None] | None,
    arrays: Mapping[str, messages.ArrayEntry],
) -> DataFault | None:
    """No array is chosen, or one that the source does not have."""
    key = draft.data[part].get(name)
    if key in arrays:
        return None
    taken = {*draft.data["inputs"].values(), *draft.data["targets"].values()}
    kind = "input" if part == "inputs" else "output"
    free = {k: array["shape"] for k, array in arrays.items() if k not in taken}
    fitting = [k for k, actual in free.items() if shape is not None and fits(actual, shape, kind)]
    fitting.sort(key=lambda k: not k.startswith("x" if part == "inputs" else "y"))
    mends = tuple(
        DataMend(say.use_array(k), [_choice(part, name, k)], result_in_words(arrays[k]["shape"]))
        for k in fitting[:MOST_ARRAYS]
    )
    if key is None:
        return DataFault(f"{part}:{name}:none", say.no_array_yet(name), mends)
    return DataFault(f"{part}:{name}{_GONE}", say.array_is_missing(name, key), mends)


def _choice(part: DataPart, name: str, key: str) -> CommandMessage:
    """The command that chooses an array for an input or output."""
    if part == "inputs":
        return {"do": "set_data", "inputs": {name: key}}
    return {"do": "set_data", "targets": {name: key}}


def _of_targets(
    draft: Draft, checkup: Checkup, arrays: Mapping[str, messages.ArrayEntry], facts: Mapping[str, messages.ArrayFacts]
) -> Iterator[DataFault]:
    chosen = draft.data["targets"]
    for node in draft.outputs:
        name, checked = split_node(node)[0], checkup.nodes.get(node)
        shape = list(checked.shape) if checked is not None and checked.shape else None
        sparse = loss_of(draft, name) == SPARSE
        expected = [*shape[:-1], 1] if shape and sparse else shape
        missing = _missing(draft, "targets", name, expected, arrays)
        if missing is not None:
            yield missing
            continue
        key = chosen[name]
        actual = list(arrays[key]["shape"])
        if shape is None or expected is None or fits(actual, expected, "output"):
            continue
        values = data_values.known_values(arrays[key], facts.get(key))
        finding = data_values.for_shape(draft, f"targets:{name}", data_values.of_target(draft, checkup, node, values))
        if finding is None:
            continue
        direct = list(_target_mends(draft, node, shape, arrays[key], facts.get(key)))
        of_classes = len(shape) == 2 and (shape[-1] or 0) > 1 and fits(actual, [*shape[:-1], 1], "output")
        others = [] if of_classes and direct else [DataMend(one.label, one.commands) for one in finding.mends]
        mends = _each_once([*others, *direct])
        yield DataFault(finding.id, finding.sentence, mends, hint=finding.hint, cell=finding.cell)


def _each_once(mends: Sequence[DataMend]) -> tuple[DataMend, ...]:
    """The first of those that have one label or do the same."""
    once: list[DataMend] = []
    for mend in mends:
        same = sorted(map(repr, mend.commands))
        if not any(mend.label == one.label or same == sorted(map(repr, one.commands)) for one in once):
            once.append(mend)
    return tuple(once)


def _target_mends(
    draft: Draft, node: str, shape: list[int | None], array: messages.ArrayEntry, facts: messages.ArrayFacts | None
) -> Iterator[DataMend]:
    name, actual = split_node(node)[0], list(array["shape"])
    units, (layer, activation) = shape[-1], last_activation(draft, node)
    column = fits(actual, [*shape[:-1], 1], "output")
    if column and (units or 0) > 1:
        one = _one_unit(draft, node, array, facts)
        labels = _class_numbers(name, layer, activation, units)
        single = _is_yes_or_no(facts) or _is_measured(array) or str(array["dtype"]) == "bool"
        many = not single and facts is not None and len(facts["classes"] or ()) > 2
        yield from (one, labels) if single else (labels,) if many else (labels, one)
    elif len(actual) == len(shape) and actual[:-1][1:] == shape[:-1][1:]:
        if loss_of(draft, name) == SPARSE and actual[-1] == units:
            other_loss: CommandMessage = {"do": "set_training", "loss": {name: "categorical_crossentropy"}}
            yield DataMend(common.USE_CATEGORICAL_CROSSENTROPY, [other_loss], say.ONE_COLUMN_A_CLASS)
        width = _width_field(draft, layer)
        if width is not None:
            wider: CommandMessage = {"do": "set", "layers": [layer], "field": width, "value": actual[-1]}
            yield DataMend(common.give(layer, width, actual[-1]), [wider], say.AS_MANY_AS_COLUMNS)


def _class_numbers(name: str, layer: str, activation: str, units: int | None) -> DataMend:
    """The target holds numbers of classes: the loss that takes them."""
    steps: Steps = [{"do": "set_training", "loss": {name: SPARSE}}]
    softmax_for = None
    if activation != "softmax":
        steps.insert(0, {"do": "set", "layers": [layer], "field": "activation", "value": "softmax"})
        softmax_for = layer
    return DataMend(say.use_loss(SPARSE), steps, say.class_numbers_to((units or 1) - 1, softmax_for))


def _one_unit(draft: Draft, node: str, array: messages.ArrayEntry, facts: messages.ArrayFacts | None) -> DataMend:
    """The target holds one number a sample: yes or no, or a measurement."""
    name, (layer, _) = split_node(node)[0], last_activation(draft, node)
    measured = _is_measured(array) and not _is_yes_or_no(facts)
    activation, loss = ("linear", "mean_squared_error") if measured else ("sigmoid", "binary_crossentropy")
    values = {_width_field(draft, layer) or "units": 1, "activation": activation}
    steps: Steps = [{"do": "set", "layers": [layer], "field": key, "value": value} for key, value in values.items()]
    steps.append({"do": "set_training", "loss": {name: loss}})
    details = say.holds_one_number(measured, loss)
    return DataMend(say.one_unit_with(activation), steps, details)


def _width_field(draft: Draft, layer: str) -> str | None:
    config = draft.layers[layer].config
    return next((key for key in ("units", "filters") if key in config), None)


def _is_measured(array: messages.ArrayEntry) -> bool:
    return str(array["dtype"]).lstrip("<>=|").startswith("f")


def _is_yes_or_no(facts: messages.ArrayFacts | None) -> bool:
    """Whether an array is known to hold two different values."""
    if facts is None:
        return False
    classes = facts.get("classes")
    return classes is not None and len(classes) == 2


def _of_lengths(draft: Draft, arrays: Mapping[str, messages.ArrayEntry]) -> Iterator[DataFault]:
    chosen = [*draft.data["inputs"].values(), *draft.data["targets"].values()]
    lengths = {key: arrays[key]["shape"][0] if arrays[key]["shape"] else 0 for key in chosen if key in arrays}
    for fault in data_values.of_lengths(lengths):
        yield DataFault(fault.id, fault.sentence, hint=fault.hint, cell=fault.cell)


def _of_validation(draft: Draft, arrays: Mapping[str, messages.ArrayEntry]) -> Iterator[DataFault]:
    """What is wrong with arrays that are measured in place of those trained on."""
    validation = draft.data.get("validation")
    if validation is None:
        return
    trained = [*dict.fromkeys([*draft.data["inputs"].values(), *draft.data["targets"].values()])]
    by_share = DataMend(say.MEASURE_A_SHARE, [{"do": "set_data", "validation": {}}])
    there = {key: arrays[name]["shape"] for key, name in validation.items() if name in arrays}
    for key in trained:
        if key not in validation:
            yield DataFault(f"validation:{key}:none", say.nothing_validates(key), (by_share,))
        elif key not in there:
            yield DataFault(f"validation:{key}:gone", say.validation_is_gone(validation[key], key), (by_share,))
        elif key in arrays and there[key][1:] != arrays[key]["shape"][1:]:
            sentence = say.validates_otherwise(validation[key], key, there[key][1:], arrays[key]["shape"][1:])
            yield DataFault(f"validation:{key}:shape", sentence, (by_share,))
    counts = {validation[key]: shape[0] for key, shape in there.items() if key in trained and shape}
    if len(set(counts.values())) > 1:
        yield DataFault("validation:lengths", say.validation_of_unlike_lengths(counts), (by_share,))


def _tried(
    draft: Draft,
    checkup: Checkup,
    fault: DataFault,
    faults_of: Callable[[Draft, Checkup], list[DataFault]],
    trials: Trials | None,
) -> Iterator[DataMend]:
    """The first mends that can be carried out, take the fault away, make no node wrong that was right, and train."""
    good = 0
    for mend in fault.mends:
        trial = draft.copy()
        try:
            for step in mend.commands:
                trial, _ = apply(trial, step, _NOTHING_AROUND)
        except Refused:
            continue
        after = Checker().check(trial)
        if any(after.nodes[node].state != "ok" for node, checked in checkup.nodes.items() if checked.state == "ok"):
            continue
        if any(other.id == fault.id for other in faults_of(trial, after)):
            continue
        verdict = "shapes" if trials is None else trials.of(trial, after)
        if verdict == "failed":
            continue
        yield replace(mend, tried=verdict)
        good += 1
        if good == MOST_ARRAYS:
            return


class _NothingAround:
    """For commands that ask nothing of the document."""

    def shape_of(self, node: str) -> Shape | None:
        """No shape is known."""
        return None

    def array_shape(self, input_name: str | None) -> tuple[int, ...] | None:
        """There are no arrays."""
        return None

    def mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        raise Refused(say.no_such_mend(mend))

    def data_mend_commands(self, problem: str, mend: str) -> tuple[str, Sequence[Message]]:
        raise Refused(say.no_such_mend(mend))


_NOTHING_AROUND: Surroundings = _NothingAround()

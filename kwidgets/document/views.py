"""Plain states for the page, made from a draft and its checkup: problems, and data beside what the model expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy

from engine.types import Shape

from .. import messages
from .canvas_state import title_of
from .checks import Checkup
from .draft import Draft, bare, node_id, split_node
from .mends import Mend
from .problems import Problem
from .settings import TEXTS


def problem_list(
    draft: Draft, problems: Sequence[Problem], offers: Mapping[str, Sequence[Mend]]
) -> list[messages.Problem]:
    """Problems in words, each with the layer that it belongs to."""
    return [
        {
            "id": problem.id,
            "node": problem.node,
            "layer": None if problem.node is None else bare(split_node(problem.node)[0]),
            "title": None if problem.node is None else title_of(draft, problem.node),
            "sentence": problem.fault.sentence,
            "hint": problem.fault.hint,
            "severity": "error" if problem.severity == "error" else "warning",
            "mends": [
                {
                    "id": mend.id,
                    "label": mend.label,
                    "details": mend.details,
                    "effect": mend.effect,
                    "tried": mend.tried,
                }
                for mend in offers.get(problem.id, ())
            ],
        }
        for problem in problems
    ]


def _shape(shape: Shape | None) -> messages.Shape | None:
    return None if shape is None else [None if n is None else int(n) for n in shape]


def arrays_of(sources: Sequence[messages.Source], chosen: object) -> list[messages.ArrayEntry]:
    """Arrays of the chosen source (by name, or a table with a name); while none is chosen, what the person brought."""
    return [array for source in _meant(sources, chosen) for array in source["arrays"]]


def trouble_of(sources: Sequence[messages.Source], chosen: object, key: str) -> str | None:
    """Why an array of the chosen source cannot be read now; None where nothing is known of that."""
    for source in _meant(sources, chosen):
        if (said := source["trouble"].get(key, source["trouble"].get(""))) is not None:
            return said
    return None


def _meant(sources: Sequence[messages.Source], chosen: object) -> list[messages.Source]:
    """The chosen source; while none is chosen, all that the person brought."""
    name = chosen.get("name") if isinstance(chosen, Mapping) else chosen
    kind = chosen.get("kind") if isinstance(chosen, Mapping) else None
    if name is None:
        return [source for source in sources if source["kind"] != "built_in"]
    # A frame or a folder may have the name of a ready set.
    return [source for source in sources if source["name"] == name and kind in (None, source["kind"])]


def array_shape(draft: Draft, sources: Sequence[messages.Source], input_name: str | None) -> tuple[int, ...] | None:
    """Shape of the array chosen for an input; for a new input (None) the first array that no input uses yet."""
    arrays = {array["key"]: array["shape"] for array in arrays_of(sources, draft.data.get("source"))}
    chosen = draft.data["inputs"]
    if input_name in chosen:
        shape = arrays.get(chosen[input_name])
        return tuple(shape) if shape else None
    if input_name is None and not draft.input_names() and arrays:
        first = arrays.get("x", arrays.get("x_train", next(iter(arrays.values()))))
        return tuple(first) if len(first) > 1 else None
    return None


def data(
    draft: Draft,
    checkup: Checkup,
    sources: Sequence[messages.Source],
    problems: list[messages.DataProblem],
    warnings: list[messages.DataProblem],
) -> messages.Data:
    """What was chosen, what the model expects, what does not fit of it, and how many samples there are."""
    inputs, targets, source = draft.data["inputs"], draft.data["targets"], draft.data.get("source")
    name = source.get("name") if isinstance(source, Mapping) else source
    expected: dict[str, messages.Shape | None] = {}
    for layer in draft.input_names():
        expected[layer] = _shape(checkup.nodes[node_id(layer, 0)].shape)
    for node in draft.outputs:
        output = split_node(node)[0]
        expected[output] = _target_shape(draft, output, _shape(checkup.nodes[node].shape))
    arrays = {array["key"]: array for array in arrays_of(sources, source)}
    trained = [key for key in dict.fromkeys([*inputs.values(), *targets.values()]) if key in arrays]
    return {
        "sources": deepcopy(list(sources)),
        "source": None if name is None else str(name),
        "source_kind": str(source["kind"]) if isinstance(source, Mapping) and "kind" in source else None,
        "inputs": {layer: inputs.get(layer) for layer in draft.input_names()},
        "targets": {layer: targets.get(layer) for layer in draft.output_names()},
        "problems": problems,
        "warnings": warnings,
        "validation_split": draft.training["validation_split"],
        "second": str(source["validation"]) if isinstance(source, Mapping) and source.get("validation") else None,
        "validation": draft.data.get("validation"),
        "own_validation": own_validation(arrays, trained),
        "expected": expected,
        "texts": [layer for layer in draft.input_names() if draft.layers[layer].config.get("dtype") == TEXTS],
        "samples": next((arrays[key]["shape"][0] for key in inputs.values() if key in arrays), None),
    }


def own_validation(arrays: Mapping[str, messages.ArrayEntry], trained: Sequence[str]) -> dict[str, list[str]]:
    """For each array that is trained on those that could be measured in its place, the likeliest by its name first.

    {} where one of them has none.

    >>> x, y = {"key": "x_train", "shape": [9, 2], "dtype": "float32"}, {"key": "x_val", "shape": [3, 2], "dtype": "float32"}
    >>> own_validation({"x_train": x, "x_val": y}, ["x_train"])
    {'x_train': ['x_val']}
    """
    made: dict[str, list[str]] = {}
    for key in trained:
        alike = [
            one
            for one, array in arrays.items()
            if one not in trained and array["shape"][1:] == arrays[key]["shape"][1:] and not _has_word(one, ("test",))
        ]
        made[key] = sorted(alike, key=lambda one, key=key: (not _validates(one, key), not is_validation(one)))
    return made if all(made.values()) else {}


_VALIDATION = ("validation", "valid", "val", "dev")


def is_validation(name: str) -> bool:
    """Whether an array is named as one that is measured after each epoch.

    >>> is_validation("x_val"), is_validation("X_valid"), is_validation("x_test"), is_validation("values")
    (True, True, False, False)
    """
    return _has_word(name, _VALIDATION)


def _has_word(name: str, words: Sequence[str]) -> bool:
    return any(part in words for part in name.lower().replace("/", "_").split("_"))


def _validates(name: str, trained: str) -> bool:
    """Whether an array is named as the one that is measured in the place of another: x_val for x_train or x."""
    low = trained.lower()
    return any(name.lower() in (low.replace("train", word), f"{low}_{word}", f"{word}_{low}") for word in _VALIDATION)


def _target_shape(draft: Draft, name: str, shape: messages.Shape | None) -> messages.Shape | None:
    loss = draft.training.get("loss")
    chosen = loss.get(name) if isinstance(loss, dict) else loss
    return [*shape[:-1], 1] if shape and chosen == "sparse_categorical_crossentropy" else shape

"""Plain states for the page, made from a draft and its checkup: problems, and data beside what the model expects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.types import Shape

from .. import messages
from .canvas_state import title_of
from .checks import Checkup
from .draft import Draft, bare, node_id, split_node
from .mends import Mend
from .printing import copied
from .problems import Problem

MOST_MENDED = 12


def problem_list(
    draft: Draft, found: Sequence[Problem], offers: Mapping[str, Sequence[Mend]]
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
                {"id": mend.id, "label": mend.label, "details": mend.details} for mend in offers.get(problem.id, ())
            ],
        }
        for problem in found
    ]


def _shape(shape: Shape | None) -> list[int | None] | None:
    return None if shape is None else [None if n is None else int(n) for n in shape]


def arrays_of(sources: Sequence[messages.Source], chosen: object) -> list[messages.ArrayEntry]:
    """Arrays of the chosen source (by name, or a table with a name); while none is chosen, what the person brought."""
    name = chosen.get("name") if isinstance(chosen, Mapping) else chosen

    def meant(source: messages.Source) -> bool:
        return source["name"] == name if name is not None else source["kind"] != "built_in"

    return [array for source in sources if meant(source) for array in source["arrays"]]


def data(draft: Draft, checkup: Checkup, sources: Sequence[messages.Source]) -> dict[str, Any]:
    """What was chosen, what the model expects, and how many samples there are."""
    inputs, targets = draft.data.get("inputs", {}), draft.data.get("targets", {})
    expected: dict[str, Any] = {}
    for name in draft.input_names():
        expected[name] = _shape(checkup.nodes[node_id(name, 0)].shape)
    for node in draft.outputs:
        name = split_node(node)[0]
        expected[name] = _target_shape(draft, name, _shape(checkup.nodes[node].shape))
    arrays = {array["key"]: array for array in arrays_of(sources, draft.data.get("source"))}
    return {
        "sources": copied(list(sources)),
        "source": copied(draft.data.get("source")),
        "inputs": {name: inputs.get(name) for name in draft.input_names()},
        "targets": {name: targets.get(name) for name in draft.output_names()},
        "validation_split": draft.training["validation_split"],
        "expected": expected,
        "samples": next((arrays[key]["shape"][0] for key in inputs.values() if key in arrays), None),
    }


def _target_shape(draft: Draft, name: str, shape: list[int | None] | None) -> list[int | None] | None:
    loss = draft.training.get("loss")
    chosen = loss.get(name) if isinstance(loss, dict) else loss
    return [*shape[:-1], 1] if shape and chosen == "sparse_categorical_crossentropy" else shape

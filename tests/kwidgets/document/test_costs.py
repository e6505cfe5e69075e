"""Work and memory of nodes: right through edits, free for what is wrong, and cheap to ask again."""

from __future__ import annotations

from kwidgets.document import Document
from kwidgets.document.checks import Checker, Checkup
from kwidgets.document.commands import apply
from kwidgets.document.costs import Cost, cost_of, total_cost
from tests.counting import calls_of

from .documents import document


def checked(made: Document) -> Checkup:
    return Checker().check(made.draft)


def set_field(layer: str, field: str, value: object) -> dict[str, object]:
    return {"do": "set", "layers": [layer], "field": field, "value": value}


def test_a_dense_layer_is_two_operations_a_weight_and_one_a_bias() -> None:
    made = document("Dense", shape=(10,))
    made.do(set_field("dense_1", "units", 20))
    assert cost_of(made.draft, checked(made), "dense_1@0") == Cost(work=2 * 10 * 20 + 20, memory=80)
    assert cost_of(made.draft, checked(made), "input_1@0") == Cost()


def test_what_is_wrong_or_waits_costs_nothing() -> None:
    made = document("Conv2D", "Flatten", shape=(20,))
    checkup = checked(made)
    assert {checkup.nodes[node].state for node in ("conv2d_1@0", "flatten_1@0")} == {"wrong", "waiting"}
    assert cost_of(made.draft, checkup, "conv2d_1@0") == cost_of(made.draft, checkup, "flatten_1@0") == Cost()


def test_a_check_that_stays_is_costed_by_the_tensors_it_was_made_with() -> None:
    made = document("Dense", "Dense", shape=(10,))
    checker = Checker()
    before = checker.check(made.draft)
    changed, _ = apply(made.draft, set_field("dense_1", "activation", "relu"), made)
    after = checker.check(changed)
    # Only the first layer was called again, so the second one's tensors know nothing of the new ones.
    assert after.computed == 1
    fresh = Checker().check(changed)
    assert cost_of(changed, after, "dense_2@0") == cost_of(changed, fresh, "dense_2@0")
    assert cost_of(changed, after, "dense_1@0").work == cost_of(made.draft, before, "dense_1@0").work
    total = total_cost(changed, after)
    assert total == total_cost(changed, fresh)
    assert total.work == 2 * (10 * 10 * 2 + 10)


def test_a_bypassed_layer_costs_nothing() -> None:
    made = document("Dense", "Dense", "Dense", shape=(10,))
    draft = made.draft.copy()
    draft.bypassed = frozenset({"dense_2"})
    checkup = Checker().check(draft)
    assert cost_of(draft, checkup, "dense_2@0") == Cost()
    assert cost_of(draft, checkup, "dense_1@0").work == 210


def test_a_layer_called_twice_costs_each_time() -> None:
    made = document("Dense", shape=(10,))
    draft = made.draft.copy()
    part = draft.layers["dense_1"]
    draft.layers["dense_1"] = type(part)(part.class_name, part.config, (*part.calls, part.calls[0]))
    checkup = Checker().check(draft)
    assert cost_of(draft, checkup, "dense_1@1") == cost_of(draft, checkup, "dense_1@0") != Cost()


def test_asking_again_about_a_thousand_nodes_counts_nothing_anew() -> None:
    made = document(shape=(10,))
    made.do({"do": "add", "class_name": "Dense"})
    draft = made.draft.copy()
    part = draft.layers["dense_1"]
    draft.layers["dense_1"] = type(part)(part.class_name, part.config, part.calls * 1000)
    checkup = Checker().check(draft)
    totals = []
    first, again = (calls_of(lambda: totals.append(total_cost(draft, checkup))) for _ in range(2))
    assert totals[0] == totals[1]
    assert again < first / 2

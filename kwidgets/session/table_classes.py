"""Classes of a table's target under the names that the table has for them."""

from __future__ import annotations

from collections.abc import Sequence

from ..messages import ArrayFacts, ClassCount


def with_classes(facts: ArrayFacts, names: Sequence[str] | None) -> ArrayFacts:
    """The facts of an array of class numbers, with the classes' names for the numbers; others as they are."""
    if names is None or facts["kind"] != "classes" or facts["classes"] is None:
        return facts

    def named(class_number: object) -> str:
        index = int(str(class_number)) if str(class_number).isdigit() else len(names)
        return names[index] if index < len(names) else str(class_number)

    classes: list[ClassCount] = [{"name": named(one["name"]), "count": one["count"]} for one in facts["classes"]]
    return {**facts, "classes": classes, "samples": [named(one) for one in facts["samples"]]}

"""What is known while a program is read: its models, its notes, where the reading stands and how much it has done."""

from __future__ import annotations

from collections import Counter

from .._declared.naming import snake_case
from ..errors import EngineError
from .neighbours import Neighbours
from .notes import NoteKind, Notes
from .values import ModelValue, ModuleValue, Span

MOST_STEPS = 200_000
MOST_LAYERS = 5_000
MOST_MODELS = 60


class TooMuch(EngineError):
    """The program asks for more than is read."""


class State:
    """Shared by all parts of the reading of one program."""

    def __init__(self, notes: Notes, neighbours: Neighbours) -> None:
        self.notes = notes
        self.neighbours = neighbours
        self.modules: dict[str, ModuleValue] = {}
        self.line = 1
        self.call: Span | None = None
        """The call that is followed, from the moment when its arguments are known."""
        self.steps = 0
        self.layers_made = 0
        self.changes = 0
        self.models: list[ModelValue] = []
        self.seed: int | None = None
        self.data_format: str | None = None
        self._counts: Counter[str] = Counter()

    def step(self) -> None:
        """Count a statement or an expression. Raises TooMuch where the program goes on for too long."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch(where=f"line {self.line}", expected=f"at most {MOST_STEPS} steps", actual="more")

    def say(self, kind: NoteKind, sentence: str, line: int | None = None) -> None:
        """Make a note of the present line, or of another."""
        self.notes.add(kind, sentence, self.line if line is None else line)

    def count_layer(self) -> None:
        """Count a layer that was made. Raises TooMuch where there are too many."""
        self.layers_made += 1
        self.changes += 1
        if self.layers_made > MOST_LAYERS:
            raise TooMuch(where=f"line {self.line}", expected=f"at most {MOST_LAYERS} layers", actual="more")

    def add_model(self, model: ModelValue) -> ModelValue:
        """Remember a model of the program. Raises TooMuch where there are too many."""
        self.models.append(model)
        self.changes += 1
        if len(self.models) > MOST_MODELS:
            raise TooMuch(where=f"line {self.line}", expected=f"at most {MOST_MODELS} models", actual="more")
        return model

    def automatic_name(self, class_name: str) -> str:
        """The name that a layer or model gets where the program gives none: dense_1, dense_2 ..."""
        snake = snake_case(class_name)
        self._counts[snake] += 1
        return f"{snake}_{self._counts[snake]}"

    def forget_names(self) -> None:
        """Count automatic names from 1 again, as K.clear_session does."""
        self._counts.clear()

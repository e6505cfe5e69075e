"""The one table of what travels between Python and the page, a file a subject.

Python builds these dicts, the page reads them as the TypeScript types of `frontend/src/shared/messages.ts`, which
`python -m tests.messages` writes from this package; a test fails while the two differ. Nothing is computed here, and no
other module of ours is imported, but for the name of plain data in `engine.types`.
"""

from .answers import (
    Done,
    FactsAnswer,
    File,
    ForecastAnswer,
    FormAnswer,
    Fragment,
    Join,
    JoinsAnswer,
    Nothing,
    Refusal,
    TextAnswer,
    WhyAnswer,
    YamlAnswer,
)
from .canvas import Card, Fold, Frame, GraphChange, Head, MendOffer, Note, Problem, Totals, Wire
from .common import Family, Json, Kind, Point, Severity, Shape, State
from .data import ArrayEntry, ArrayFacts, ClassCount, Data, DataProblem, Source
from .forecast import Forecast
from .forms import Control, Field, Form, Section, Use, Weight, Why
from .palette import BlockEntry, Catalogue, LayerEntry, LayerGroup, TemplateEntry
from .run import (
    Best,
    Conclusion,
    Mark,
    Phase,
    PiecesHead,
    Points,
    Run,
    RunRow,
    RunSeries,
    RunState,
    Trouble,
    TroubleKind,
)
from .search import Consequences, FoldedRows, LayerChange, NewLayer, SearchAnswer, SearchRow
from .states import States
from .texts import Texts
from .training import Optimizer, Training

__all__ = [
    "ArrayEntry",
    "ArrayFacts",
    "Best",
    "BlockEntry",
    "Card",
    "Catalogue",
    "ClassCount",
    "Conclusion",
    "Consequences",
    "Control",
    "Data",
    "DataProblem",
    "Done",
    "FactsAnswer",
    "Family",
    "Field",
    "File",
    "Fold",
    "FoldedRows",
    "Forecast",
    "ForecastAnswer",
    "Form",
    "FormAnswer",
    "Fragment",
    "Frame",
    "GraphChange",
    "Head",
    "Join",
    "JoinsAnswer",
    "Json",
    "Kind",
    "LayerChange",
    "LayerEntry",
    "LayerGroup",
    "Mark",
    "MendOffer",
    "NewLayer",
    "Note",
    "Nothing",
    "Optimizer",
    "Phase",
    "PiecesHead",
    "Point",
    "Points",
    "Problem",
    "Refusal",
    "Run",
    "RunRow",
    "RunSeries",
    "RunState",
    "SearchAnswer",
    "SearchRow",
    "Section",
    "Severity",
    "Shape",
    "Source",
    "State",
    "States",
    "TemplateEntry",
    "TextAnswer",
    "Texts",
    "Totals",
    "Training",
    "Trouble",
    "TroubleKind",
    "Use",
    "Weight",
    "Why",
    "WhyAnswer",
    "Wire",
    "YamlAnswer",
]

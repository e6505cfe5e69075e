"""Looking inside models: what layers give, their weights, gradients and units, and what an output depends on.

`model.inspect(x)` gives the outputs of all layers as a dict; a `LayerInspector` looks at one layer. Nothing here changes the
model, and all of it may be asked while another thread trains it.
"""

from .bad import BadBatch, BadPlace, FirstBadBatch, first_bad, first_bad_of
from .breaking import BreakWhen, Hit
from .explaining import Of
from .figures import Summary, histogram, largest, rms, summary
from .gradients import Gradients, WeightGradient
from .layer import LayerInspector, layer_names, nearest_rows
from .picture import Row, coloured, png, rows_as_svg, scale_of, shrunk
from .places import Looked, Place
from .reading import Reader
from .signals import Signal, signals, troubles
from .stepping import BatchSteps, LayerStep
from .units import Units
from .values import Inspection, Values, inspect

__all__ = [
    "BadBatch",
    "BadPlace",
    "BatchSteps",
    "BreakWhen",
    "FirstBadBatch",
    "Gradients",
    "Hit",
    "Inspection",
    "LayerInspector",
    "LayerStep",
    "Looked",
    "Of",
    "Place",
    "Reader",
    "Row",
    "Signal",
    "Summary",
    "Units",
    "Values",
    "WeightGradient",
    "coloured",
    "first_bad",
    "first_bad_of",
    "histogram",
    "inspect",
    "largest",
    "layer_names",
    "nearest_rows",
    "png",
    "rms",
    "rows_as_svg",
    "scale_of",
    "shrunk",
    "signals",
    "summary",
    "troubles",
]

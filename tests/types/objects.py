"""Losses and metrics as objects, as users write them: read by the type checker alone."""

from engine import losses, metrics
from engine.layers import Dense
from engine.models import Sequential

model = Sequential([Dense(2, input_shape=(3,))])
model.compile(
    "sgd", losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1), metrics=[metrics.AUC(), "accuracy"]
)
model.compile(
    "sgd", loss=losses.Huber(0.5, reduction="sum"), weighted_metrics=[metrics.Precision(thresholds=[0.3, 0.6])]
)
model.compile(
    "sgd", {"dense_1": losses.CosineSimilarity()}, metrics={"dense_1": [metrics.MeanIoU(3), metrics.R2Score()]}
)
model.reset_metrics()
value: float = float(losses.MeanSquaredError()([[0.0]], [[1.0]], sample_weight=[2.0]))
metric = metrics.TopKCategoricalAccuracy(k=3, name="top")
metric.update_state([[0, 1]], [[0.2, 0.8]])
share: float = float(metric.result().numpy())

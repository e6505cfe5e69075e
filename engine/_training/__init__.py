"""The machinery of training: tensors, arrays and events; it knows no layer and no model."""

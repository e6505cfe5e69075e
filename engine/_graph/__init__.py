"""The machinery under the ops: tensors, calls, gradients, plans, declared fields, registry, errors."""

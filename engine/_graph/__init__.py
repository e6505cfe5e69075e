"""The machinery under the ops: tensors and calls, the base of ops, gradients, plans and the memory that they run in."""

"""What outlives the kernel: documents, runs with their checkpoints, one's own blocks, in one folder of the user's."""

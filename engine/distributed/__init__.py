"""Several processes that train one model together: data parallel, by MPI.

`model.fit(..., processes=4)` and `python -m engine train e.yaml --processes 4` start them on this machine;
`mpirun -n 8 python -m engine train e.yaml --data d.npz` and `srun` start them anywhere, and a program of one's own shares each
`fit` in a block `with engine.distributed.connect():`. See docs/distributed.md.
"""

from .cluster import Cluster
from .joining import connect

__all__ = ["Cluster", "connect"]

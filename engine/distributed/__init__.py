"""Several processes that train one model together: data parallel, by MPI.

`model.fit(..., processes=4)` and `python -m engine train e.yaml --processes 4` start them on this machine;
`mpirun -n 8 python -m engine train e.yaml --data d.npz` and `srun` start them anywhere, and a program of one's own shares each
`fit` in a block `with engine.distributed.connect():`. See docs/distributed.md.
"""

from .._training.common import all_ready
from .cluster import Cluster
from .job import Job, supervise
from .joining import connect
from .mpi import was_launched
from .parent_line import parent_line
from .steering import of_rank_0, steer

__all__ = ["Cluster", "Job", "all_ready", "connect", "of_rank_0", "parent_line", "steer", "supervise", "was_launched"]

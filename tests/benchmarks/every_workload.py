"""All that `compare` can measure, by key: what it measures unless told otherwise, and further convolutional networks."""

from __future__ import annotations

from .picture_nets import PICTURES
from .workloads import WORKLOADS, Workload

EVERY_WORKLOAD: dict[str, Workload] = {**WORKLOADS, **PICTURES}

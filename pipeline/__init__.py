"""Singing style investigation by residual siamese convolutional neural networks.

Each stage of ``dvc.yaml`` is a module of this package by the same name, run as ``python -m pipeline.<stage>``.
The science stands in the subpackages and knows nothing of stages, of ``params.yaml`` or of where files lie.
"""

import os

# The process that started this one. Taken before a stage loads its libraries, which lasts seconds: a parent that dies
# meanwhile is noticed too (`pipeline.runtime.interruption`).
PARENT = os.getppid()

# Threads of OpenMP that wait for work sleep instead of spinning, so that a busy machine loses no more than was taken
# from it. Read when torch loads the library, hence here; whoever sets them otherwise is heard.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

"""Singing style investigation by residual siamese convolutional neural networks.

Each stage of ``dvc.yaml`` is a module of this package by the same name, run as ``python -m pipeline.<stage>``.
The science stands in the subpackages. It imports neither the stages nor the parameters, and is told where files lie;
its messages may name a parameter.
"""

import os

# The process that started this one. Taken before a stage loads its libraries, which lasts seconds: a parent that dies
# meanwhile is noticed too (`pipeline.runtime.interruption`).
PARENT = os.getppid()

# Threads of OpenMP sleep while they wait for work instead of spinning, which would slow down whatever else runs. Torch
# reads this when it loads the library, hence here; what is set already stays.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

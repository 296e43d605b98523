"""Compile our kernels once for all workers of a test run.

Processes that compile into one cache at once have crashed one another. Each worker has a cache of its own, therefore,
and begins it with a copy of what one of them compiled while the others waited.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

ROOT = Path(__file__).parents[1]
LOCATOR = {
    "NUMBA_CACHE_LOCATOR_CLASSES": "tests.kernel_cache.ByContent, InTreeCacheLocator",
    "PYTHONPATH": str(ROOT),
}
PROGRAM = """
import torch
from pipeline.nn.networks.residual import StyleNetwork
clips = 60 * torch.rand(2, 1, 16, 16)
for precision in (torch.float64, torch.float32, torch.bfloat16):
    exact = torch.float64 if precision is torch.float64 else torch.float32
    network = StyleNetwork(frames=16, bins=16, attention=True, channels=8, bottleneck=4, cardinality=2, hidden=4,
                           dropout=0.0, embedding=2).to(exact)
    with torch.autocast("cpu", torch.bfloat16, enabled=precision is torch.bfloat16):
        network(clips.to(exact)).sum().backward()
        with torch.inference_mode():
            network.eval()(clips.to(exact))
"""


def cache_of(worker: str) -> Path:
    """Return the cache of a worker, compiling ahead what no worker has compiled of these sources before."""
    folder = ROOT / ".pytest_cache" / f"numba-{_sources()}"
    folder.mkdir(parents=True, exist_ok=True)
    own = folder / worker
    for compiled in _compile_once(folder).iterdir():
        if not (own / compiled.name).exists():
            shutil.copytree(compiled, own / compiled.name)
    return own


def _sources() -> str:
    """Compute a digest of our kernels and of the versions of all packages."""
    sources = [ROOT / "requirements.lock", *sorted((ROOT / "pipeline/nn/fast").glob("*.py"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _compile_once(folder: Path) -> Path:
    """Run the program with an empty cache, unless it ran to the end before; return the cache."""
    compiled, whole = folder / "kernels", folder / "kernels.whole"
    with FileLock(folder / "kernels.lock"):
        if not whole.exists():
            environment = os.environ | LOCATOR | {"NUMBA_CACHE_DIR": str(compiled)}
            subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, check=True)
            whole.touch()
    return compiled

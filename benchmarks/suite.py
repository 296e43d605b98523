"""The benchmarks by name; what one needs is imported where it runs, so that another's libraries take no memory."""

from importlib import import_module
from typing import Any

from benchmarks.row import Row

BENCHMARKS = (
    "training",
    "preprocessing",
    "shards",
    "embedding",
    "first_answer",
    "evaluation",
    "pipeline",
    "growth",
    "load",
)


def measure(name: str, quick: bool) -> list[Row]:
    """Run one benchmark."""
    rows: list[Row] = import_module(f"benchmarks.{name}").measure(quick)
    return rows


def describe() -> dict[str, Any]:
    """Describe the machine."""
    machine: dict[str, Any] = import_module("benchmarks.machine").describe_machine()
    return machine

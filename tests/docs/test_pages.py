"""What is taken over into the site as it lies."""

from pathlib import Path

from docs.hooks.pages import UNMEASURED, bench_results


def test_results_of_benchmarks_are_taken_over_or_said_to_be_missing(tmp_path: Path) -> None:
    assert bench_results(tmp_path) == UNMEASURED
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/RESULTS.md").write_text("# How fast\n")
    assert bench_results(tmp_path) == "# How fast\n"

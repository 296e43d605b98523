"""Measure everything, each against the plain alternative, and write results.json, RESULTS.md and growth.svg (and .png).

Run from the top folder: ``make bench`` or ``python -m benchmarks``. Some of it takes long: the results are written
after each benchmark, and ``--only`` measures some anew beside the others. A busy machine slows both sides of a ratio;
an idle one gives steadier numbers.
"""

import argparse
from pathlib import Path

from tqdm import tqdm

from benchmarks.alone import alone
from benchmarks.results import Results
from benchmarks.suite import BENCHMARKS, describe, measure

FOLDER = Path(__file__).parent


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS, help="some of them (default: all)")
    parser.add_argument("--quick", action="store_true", help="tiny inputs: whether all of it runs, in about a minute")
    parser.add_argument("--out", type=Path, help="folder of the results (default: benchmarks, or benchmarks/quick)")
    chosen = parser.parse_args(arguments)
    out = chosen.out or (FOLDER / "quick" if chosen.quick else FOLDER)
    out.mkdir(parents=True, exist_ok=True)
    results = Results.begin(out, alone(describe), chosen.quick)
    for name in tqdm(chosen.only, desc="benchmarks", unit=" benchmarks"):
        results.rows[name] = alone(measure, name, chosen.quick)
        results.write(out)
        for row in results.rows[name]:
            tqdm.write(str(row))


if __name__ == "__main__":
    main()

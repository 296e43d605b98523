"""Copy a folder of recordings into data/raw, as DVC can hold it (`make corpus`).

Links are followed, to files and to folders, so that the corpus holds the recordings themselves. What cannot be copied
is passed over by name: links that lead nowhere or back into a folder above, pipes, files without permission. Names that
are not UTF-8, which DVC cannot hold, are escaped. The folder appears whole or not at all.
"""

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import BadInputError, printable
from pipeline.runtime.program import one_line_faults, parser
from pipeline.runtime.stage import RAW

NAMED = 5


def main() -> None:
    """Run from the command line."""
    options = parser("pipeline.studies.bring_in", __doc__)
    options.add_argument("source", type=Path, metavar="FROM", help="the folder of recordings")
    options.add_argument("name", help="the corpus: its folder in data/raw")
    arguments = options.parse_args()
    with one_line_faults("make corpus"):
        passed = bring_in(arguments.source, RAW / arguments.name)
        for line in passed[:NAMED]:
            print(f"passed over: {printable(line)}", file=sys.stderr)
        if more := passed[NAMED:]:
            print(f"passed over: {len(more)} more", file=sys.stderr)


def bring_in(source: Path, target: Path) -> list[str]:
    """Copy a folder.

    Parameters
    ----------
    source : Path
    target : Path
        The copy; it must not be there yet.

    Returns
    -------
    list of str
        What was passed over, and why.

    Raises
    ------
    BadInputError
        The source is no folder or holds nothing to copy, or the target is there already, or is inside the source.
    """
    if not source.is_dir():
        raise BadInputError(f"FROM={source}: not a folder; check the path")
    if os.path.lexists(target):
        raise BadInputError(f"{target}: there already; remove it first: rm -r {target} && dvc remove {target}.dvc")
    if target.resolve().is_relative_to(source.resolve()):
        raise BadInputError(f"FROM={source}: holds {target}, to which it would be copied; name the recordings' folder")
    begun = target.with_name(f".{target.name}.part")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    passed: list[str] = []
    copied = 0
    try:
        for file in _files(source, (source.resolve(),), passed):
            copied += _copy(file, begun / _as_utf8(file.relative_to(source)), passed)
        if not copied:
            raise BadInputError(f"FROM={source}: holds no files; name the folder with the recordings")
        begun.rename(target)
    finally:
        shutil.rmtree(begun, ignore_errors=True)
    return passed


def _files(folder: Path, above: tuple[Path, ...], passed: list[str]) -> Iterator[Path]:
    """List the files below a folder, and below those that links lead to, unless these lead back to one above."""
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir():
            yield entry
        elif (real := entry.resolve()) in above:
            passed.append(f"{entry}: a link to a folder above it")
        elif not os.access(entry, os.R_OK | os.X_OK):
            passed.append(f"{entry}: no permission to read the folder")
        else:
            yield from _files(entry, (*above, real), passed)


def _copy(file: Path, target: Path, passed: list[str]) -> bool:
    """Copy a file that can be copied, and return whether it was; else note why not."""
    fault = _why_not(file) or ("another file has this name, with escapes" if target.exists() else "")
    if fault:
        passed.append(f"{file}: {fault}")
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, target)
    return True


def _why_not(file: Path) -> str:
    try:
        mode = file.stat().st_mode
    except OSError as fault:
        return f"a link that leads nowhere ({fault.strerror})"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return "" if os.access(file, os.R_OK) else "no permission to read it"


def _as_utf8(path: Path) -> Path:
    """Return a path as UTF-8 can hold it."""
    return Path(printable(str(path), lambda letter: not 0xD800 <= ord(letter) <= 0xDFFF))


if __name__ == "__main__":
    main()

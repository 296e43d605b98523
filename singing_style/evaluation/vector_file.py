"""Vectors from files: those that this program writes, its indices, and plain NPZ and CSV files of anybody."""

import csv
import io
import tokenize
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.analysis.collection import DAMAGED
from pipeline.errors import BadInputError
from pipeline.runtime.counting import counted
from singing_style.evaluation.labels import SEX, Label
from singing_style.evaluation.named_vectors import NamedVectors, some
from singing_style.recognise import recognise
from singing_style.voice_index import VoiceIndex

# What NumPy raises of an array whose header is not Python's notation of one.
BROKEN_HEADER = (tokenize.TokenError, SyntaxError, TypeError, AttributeError)
# The column that names the recording, in the order in which they are looked for; else it is the first one.
NAMES = ("name", "file", "filename", "utterance", "id")
# Columns of `singing-style embed` and of tables that are neither a name, nor a label, nor part of a vector.
OTHERS = ("kind", "start_s", "end_s", "voiced_s", "model", "split")
LABELS = ("singer", "song", "recording", *SEX)
FORMS = (
    "an NPZ with names (n,) and vectors (n, d), or with one vector under each name; or a CSV with a name and the "
    "numbers of its vector in each row"
)


def read_vectors(path: Path | str) -> NamedVectors:
    """Read vectors and their names.

    Parameters
    ----------
    path : path
        ``.npz`` or ``.csv`` as `singing_style.write_vectors` writes it, of which performances are read and not clips;
        an index of `singing-style index`; an NPZ that holds one array of names (n,) and one of numbers (n, d), or an
        array (d,) under each name; or a CSV with a name in each row, in the first column or in one called ``name``,
        and numbers. A header is optional; its columns singer, song, recording and sex are labels.

    Raises
    ------
    BadInputError
        The file is missing or of another kind; vectors differ in dimension, or hold NaN or
        infinity; a name is there twice.
    """
    source = Path(path)
    if not source.exists():
        raise BadInputError(f"{source}: no such file or folder; check the path")
    if source.is_dir():
        raise BadInputError(f"{source}: a folder, where a file of vectors is needed")
    if zipfile.is_zipfile(source):
        return _read_npz(source)
    if source.suffix.lower() not in (".csv", ".tsv", ".txt"):
        raise BadInputError(f"{source}: {recognise(source)}, where vectors are needed: {FORMS}")
    return _read_csv(source)


def _read_npz(source: Path) -> NamedVectors:
    try:
        with np.load(source, allow_pickle=False) as content:
            kinds = set(content.files)
            if "kind" in kinds:
                return NamedVectors.of_index(VoiceIndex.load(source), str(source))
            arrays = {name: np.asarray(content[name]) for name in _wanted(content.files)}
    except (*DAMAGED, *BROKEN_HEADER) as fault:
        reason = " ".join(str(fault).split())[:120]
        objects = "; names must be text: np.array(names, dtype=str)" if "allow_pickle" in reason else ""
        raise BadInputError(f"{source}: no vectors can be read ({reason}){objects}; wanted is {FORMS}") from None
    ours = {"clip_vectors", "model"} <= kinds or {"vectors", "recording", "singer", "song", "start"} == kinds
    names, vectors, labels = _unpack(source, arrays)
    return NamedVectors(str(source), names, vectors, "euclidean" if ours else "cosine", labels)


def _wanted(names: Sequence[str]) -> Sequence[str]:
    """Of our own arrays only those of performances: the others are as many as there are clips."""
    return ("names", "vectors") if {"names", "vectors", "clip_vectors"} <= set(names) else names


def _unpack(
    source: Path, arrays: dict[str, NDArray[Any]]
) -> tuple[tuple[str, ...], NDArray[np.float64], dict[str, Label]]:
    """Find the names, the vectors and the labels among arrays."""
    texts = {
        name.casefold().removesuffix("s"): _as_text(source, array) for name, array in arrays.items() if _is_text(array)
    }
    tables = {name: array for name, array in arrays.items() if array.dtype.kind in "fiu" and array.ndim == 2}
    named = next((name for name in (*NAMES, "path", "recording") if name in texts), next(iter(texts), None))
    if named is None or len(tables) != 1:
        return *_one_by_one(source, arrays), {}
    ((_, vectors),) = tables.items()
    names = texts.pop(named)
    known = {"sex" if name in SEX else name: texts[name] for name in reversed(LABELS) if name in texts}
    if unequal := {len(names), *map(len, known.values())} - {len(vectors)}:
        raise BadInputError(
            f"{source}: {counted(len(vectors), 'vector')}, and names or labels of {unequal.pop()}; each vector needs "
            "its own"
        )
    labels = {name: Label(**{key: its[row] for key, its in known.items()}) for row, name in enumerate(names) if known}
    return tuple(names), vectors.astype(np.float64), labels


def _is_text(array: NDArray[Any]) -> bool:
    return array.dtype.kind in "US" and array.ndim == 1


def _as_text(source: Path, array: NDArray[Any]) -> list[str]:
    try:
        return [str(name) for name in (array if array.dtype.kind == "U" else np.char.decode(array, "utf-8"))]
    except (UnicodeDecodeError, SystemError):  # bytes in another encoding; damaged characters
        raise BadInputError(
            f"{source}: names that are not text in UTF-8; save them as np.array(names, dtype=str)"
        ) from None


def _one_by_one(source: Path, arrays: dict[str, NDArray[Any]]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return each array as the vector of the recording that it is named after."""
    single = {name: array.ravel() for name, array in arrays.items() if array.dtype.kind in "fiu" and array.ndim}
    if not single or len(single) != len(arrays) or any(array.size != max(array.shape) for array in arrays.values()):
        held = ", ".join(f"{name} {array.shape}" for name, array in list(arrays.items())[:4])
        raise BadInputError(f"{source}: holds {counted(len(arrays), 'array')} ({held or 'none'}); wanted is {FORMS}")
    _check_lengths(source, list(single), [len(array) for array in single.values()])
    return tuple(single), np.stack([array.astype(np.float64) for array in single.values()])


def _check_lengths(source: Path, names: Sequence[str], lengths: Sequence[int]) -> None:
    usual = Counter(lengths).most_common(1)[0][0]
    other = [f"{name}: {length}" for name, length in zip(names, lengths, strict=True) if length != usual]
    if other:
        raise BadInputError(
            f"{source}: {some(other)} of {len(names)} vectors have another dimension than {usual}; vectors of one "
            "model have one"
        )


@dataclass(frozen=True)
class _Columns:
    """Which column holds what."""

    name: int
    vector: list[int]
    labels: dict[str, int]
    kind: int | None = None
    ours: bool = False


def _read_csv(source: Path) -> NamedVectors:
    rows = _records(source)
    columns, header = _columns(source, rows[0][1])
    numbered = rows[header:]
    if columns.kind is not None:
        numbered = [(line, cells) for line, cells in numbered if cells[columns.kind : columns.kind + 1] != ["clip"]]
    if not numbered:
        raise BadInputError(f"{source}: a header and no vectors; write one a row")
    width = len(rows[0][1])
    shorts = [f"line {line}: {len(cells)}" for line, cells in numbered if len(cells) != width]
    if shorts:
        raise BadInputError(
            f"{source}: another number of cells than the first row's, {width}, in {some(shorts)} of "
            f"{counted(len(numbered), 'row')}; vectors of one model have one dimension"
        )
    vectors = np.empty((len(numbered), len(columns.vector)))
    for row, (line, cells) in enumerate(numbered):
        try:
            vectors[row] = [float(cells[at]) for at in columns.vector]
        except ValueError:
            wrong = next(cells[at] for at in columns.vector if not _is_number(cells[at]))
            raise BadInputError(
                f"{source}: line {line}: {wrong!r} is not a number; each row is a name and the numbers of its vector "
                f"({', '.join(LABELS)} may be columns of a header)"
            ) from None
    names = tuple(cells[columns.name].strip() for _, cells in numbered)
    labels = {
        name: Label(**{key: cells[at].strip() for key, at in columns.labels.items()})
        for name, (_, cells) in zip(names, numbered, strict=True)
        if columns.labels
    }
    return NamedVectors(str(source), names, vectors, "euclidean" if columns.ours else "cosine", labels)


def _records(source: Path) -> list[tuple[int, list[str]]]:
    """Return the cells of each row that has any, with the number of its line."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadInputError(f"{source}: not UTF-8 (byte {fault.start}); save it as CSV UTF-8") from None
    first = text.partition("\n")[0]
    separator = next((one for one in ",;\t" if one in first), " ")
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True, skipinitialspace=True)
    try:
        rows = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as fault:
        raise BadInputError(f"{source}: line {reader.line_num}: not CSV: {fault}; check the double quotes") from None
    if not rows:
        raise BadInputError(f"{source}: the file is empty; write a name and the numbers of its vector in each row")
    return rows


def _columns(source: Path, first: list[str]) -> tuple[_Columns, int]:
    """Find out from the first row which column holds what, and whether that row is a header."""
    header = [name.strip().casefold() for name in first]
    numbers = list(map(_is_number, first[1:]))
    if not set(header) & {*NAMES, *LABELS, *OTHERS} and any(numbers):
        if not all(numbers):
            raise BadInputError(f"{source}: line 1: {first[1 + numbers.index(False)]!r} is not a number")
        return _Columns(0, list(range(1, len(first))), {}), 0
    place = next((header.index(name) for name in NAMES if name in header), 0)
    labels = {"sex" if name in SEX else name: at for at, name in reversed(list(enumerate(header))) if name in LABELS}
    apart = {place, *(at for at, name in enumerate(header) if name in (*OTHERS, *LABELS))}
    vector = [at for at in range(len(header)) if at not in apart]
    if not vector:
        raise BadInputError(
            f"{source}: no column holds numbers of a vector ({', '.join(first[:6])}); wanted is {FORMS}"
        )
    kind = header.index("kind") if "kind" in header else None
    return _Columns(place, vector, labels, kind, ours={"kind", "model", "voiced_s"} <= set(header)), 1


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True

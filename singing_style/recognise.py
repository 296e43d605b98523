"""What a file is, in words, for the message to whoever passed another one than was asked for."""

import zipfile
from pathlib import Path

# How formats of sound, pictures and others begin. WAV is told by its bytes 8 to 11, since AVI begins alike.
BEGINNINGS = {
    b"fLaC": "a sound file (FLAC)",
    b"OggS": "a sound file (Ogg)",
    b"FORM": "a sound file (AIFF)",
    b"ID3": "a sound file (MP3)",
    b"\xff\xfb": "a sound file (MP3)",
    b"RF64": "a sound file (RF64)",
    b"caff": "a sound file (CAF)",
    b".snd": "a sound file (AU)",
    b"wvpk": "a sound file (WavPack)",
    b"\x30\x26\xb2\x75": "a sound or video file (WMA, WMV)",
    b"\x1a\x45\xdf\xa3": "a sound or video file (Matroska)",
    b"\x89PNG": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"%PDF": "a PDF",
    b"\x93NUMPY": "a single NumPy array (.npy)",
    b"\x89HDF": "an HDF5 file",
    b"PAR1": "a Parquet table",
}
# Arrays that only `singing-style embed` writes together.
OF_EMBED = {"names", "clip_performances", "clip_ends"}
# Bytes to judge a file by.
HEAD = 4096


def recognise(path: Path) -> str:
    """Return what a file or folder is, as "a ..." or "an ...", judged by its content.

    Parameters
    ----------
    path : Path
        Exists.

    Raises
    ------
    OSError
        It cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     recognise(Path(folder))
    'a folder'
    """
    if path.is_dir():
        return "a folder"
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        return "an empty file"
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "a sound file (WAV)"
    if head[4:8] == b"ftyp":
        return "a sound or video file (MP4)"
    if head[8:9] == b"{" and b"singing_style" in head:
        return "a model"
    if head[8:9] == b"{" and b"dtype" in head:
        return "a safetensors file"
    known = [name for beginning, name in BEGINNINGS.items() if head.startswith(beginning)]
    return known[0] if known else _text(head)


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return "an archive (npz or zip) that was cut short or altered"
    arrays = {name.removesuffix(".npy") for name in names if name.endswith(".npy")}
    if "kind" in arrays:
        return "an index"
    if arrays >= OF_EMBED:
        return "a file of vectors, as `singing-style embed` writes"
    return f"an npz of other arrays ({', '.join(sorted(arrays)[:3])})" if arrays else "a zip archive"


def _text(head: bytes) -> str:
    try:
        text = head.decode()
    except UnicodeDecodeError as fault:
        # the last character may be cut in two where the head ends
        if len(head) < HEAD or fault.start < len(head) - 3:
            return "a file of an unknown kind"
        text = head[: fault.start].decode()
    if "\0" in text:
        return "a file of an unknown kind"
    first = text.split("\n", 1)[0]
    return "a table (CSV)" if "," in first else "a text file"

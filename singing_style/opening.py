"""Opening a recording, with a word about what a file is that is none."""

from collections.abc import Iterator
from pathlib import Path

from pipeline.audio.decode import Samples, check_file, decode_blocks
from pipeline.errors import BadRecordingError
from singing_style.recognise import recognise
from singing_style.sounds import explain_pattern

# What `recognise` says of files that may be sound, damaged or of a format it does not know.
MAYBE_SOUND = ("a sound", "a file of an unknown kind")


def open_recording(path: Path) -> tuple[int, Iterator[Samples]]:
    """Decode a sound file a few seconds at a time, as `pipeline.audio.decode.decode_blocks` does.

    Raises
    ------
    BadRecordingError
        As there; but of a file that is plainly something else, such as an index or a text, the message says what.
    """
    try:
        return decode_blocks(path)
    except BadRecordingError:
        if hint := explain_pattern(path):
            raise BadRecordingError(f"no such file; {hint}") from None
        check_file(path)  # which says by itself that a file is empty, or a web page
        what = recognise(path)
        if what.startswith(MAYBE_SOUND):
            raise
    raise BadRecordingError(f"{what}, where a recording is needed")

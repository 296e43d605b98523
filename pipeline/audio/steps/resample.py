"""One recording, brought to one channel and one sampling rate (paper 3.2)."""

from pathlib import Path

import soundfile

from pipeline.audio.decode import decode_blocks
from pipeline.audio.resample import check_long_enough, limit_peak, resample, to_mono
from pipeline.audio.spool import Spool


def resample_recording(source: Path, target: Path, rate: int, quality: str, shortest: int) -> float:
    """Decode, mix to mono, resample and write one recording.

    Parameters
    ----------
    source, target : Path
        The recording, in any format, and the FLAC file to write (24 bits).
    rate : int
        Sampling rate in Hz.
    quality : {"MQ", "HQ", "VHQ"}
        See `pipeline.audio.resample.resample`.
    shortest : int
        Samples of an analysis frame: a shorter recording cannot be used.

    Returns
    -------
    float
        Its length in seconds.

    Raises
    ------
    BadRecordingError
        It cannot be decoded, is silent or too short.
    """
    source_rate, blocks = decode_blocks(source)
    with Spool(target.parent) as resampled:
        for block in resample(to_mono(blocks, target.parent), source_rate, rate, quality):
            resampled.append(block)
        check_long_enough(len(resampled), rate, shortest)
        with soundfile.SoundFile(target, "w", rate, 1, format="FLAC", subtype="PCM_24") as file:
            for block in limit_peak(resampled):
                file.write(block)
        return round(len(resampled) / rate, 6)

"""Frames of MPEG audio, layer III (MP3, ISO 11172-3 and 13818-3), and of AAC in ADTS (ISO 13818-7)."""

import mmap

HEADER, SYNC = 6, b"\xff"
# Kilobits a second by the index in the header, of MPEG-1 and of its successors with half the rates.
KILOBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
# Sampling rates in Hz by version, 3 of MPEG-1, 2 of MPEG-2 and 0 of MPEG-2.5.
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LAYER_III = 1
# Bytes in which the last frames of a file are looked for, and those of the longest frame.
LAST_BYTES, LONGEST = 32768, 8191


def frames_begin(whole: mmap.mmap, at: int, frames: int = 3) -> bool:
    """Return whether so many frames follow one another from a byte on, which other bytes hardly ever do."""
    for _ in range(frames):
        length = frame_length(whole[at : at + HEADER])
        if not length:
            return False
        at += length
    return True


def last_frames(whole: mmap.mmap, start: int, end: int, frames: int) -> int:
    """Find frames of one kind that follow one another to an end; the last of them may be cut.

    Parameters
    ----------
    whole : mmap.mmap
    start, end : int
        Where they may begin, and must end.
    frames : int
        How many there must be at least.

    Returns
    -------
    int
        The first byte of the first of them; -1 where there are none.
    """
    at = whole.find(SYNC, max(start, end - LAST_BYTES), end)
    while at >= 0:
        if _count_frames(whole, at, end) >= frames:
            return _first_frame(whole, start, at)
        at = whole.find(SYNC, at + 1, end)
    return -1


def _count_frames(whole: mmap.mmap, at: int, end: int) -> int:
    """Count the frames from a byte to the end; 0 where something else comes in between."""
    count, kind = 0, is_adts(whole, at)
    while at < end and is_adts(whole, at) == kind and (length := frame_length(whole[at : at + HEADER])):
        at, count = at + length, count + 1
    return count if at + HEADER > end else 0


def _first_frame(whole: mmap.mmap, start: int, at: int) -> int:
    """Go back from frame to frame."""
    before, kind = at, is_adts(whole, at)
    while (before := whole.rfind(SYNC, max(start, at - LONGEST), before)) >= 0:
        if is_adts(whole, before) == kind and before + frame_length(whole[before : before + HEADER]) == at:
            at = before
    return at


def is_adts(whole: mmap.mmap, at: int) -> bool:
    """Return whether a frame, if one begins at a byte, is one of AAC: its layer is 0."""
    return at + 1 < len(whole) and whole[at + 1] & 6 == 0


def is_frame(whole: mmap.mmap, at: int) -> bool:
    """Return whether a frame may begin at a byte: eleven bits are set."""
    return at + 1 < len(whole) and whole[at] == 0xFF and whole[at + 1] >= 0xE0


def frame_length(header: bytes) -> int:
    """Return the bytes that a frame takes by its header; 0 for what begins no frame."""
    if len(header) < HEADER or header[0] != 0xFF:
        return 0
    if header[1] & 0xF6 == 0xF0:
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        return length if length > HEADER else 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate = header[2] >> 2 & 3
    if header[1] < 0xE0 or layer != LAYER_III or version not in RATES or rate == 3:
        return 0
    kilobits = KILOBITS[3 if version == 3 else 2][header[2] >> 4]
    samples = 1152 if version == 3 else 576
    return samples // 8 * 1000 * kilobits // RATES[version][rate] + (header[2] >> 1 & 1) if kilobits else 0

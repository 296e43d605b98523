"""Frames that follow one another with no header of a file before them, each of which says how long it is.

Those of MPEG audio, layers II and III (MP2 and MP3, ISO 11172-3 and 13818-3), of AAC in ADTS (ISO 13818-7), of AC-3 and
its successor (ETSI TS 102 366), and the packets of MPEG-TS (ISO 13818-1). Layer I is left out: hardly a file holds it,
and soft samples of 24 bits look like its frames.
"""

import mmap
import re

HEADER = 6
# How frames begin: those of MPEG audio and AAC, of AC-3, and packets.
SYNC = re.compile(rb"\xff(?=[\xe0-\xff])|\x0b(?=w)|G")
MPEG_TS, AC3, AAC, MP2, MP3 = "MPEG-TS", "AC-3", "AAC", "MP2", "MP3"
# The two bits of a header that tell these.
LAYERS = {0: AAC, 1: MP3, 2: MP2}
# Kilobits a second by the index in the header, of MPEG-1 and of its successors with half the rates.
KILOBITS = {
    (MP3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    (MP2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0),
    (MP3, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
    (MP2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
# Sampling rates in Hz by version, 3 of MPEG-1, 2 of MPEG-2 and 0 of MPEG-2.5.
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# The same of AC-3, where each rate of bits has two indices; at 44.1 kHz the second is that of frames a word longer.
AC3_KILOBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
AC3_RATES, AC3_SAMPLES = (48000, 44100, 32000), 1536
# The last version of AC-3 that has this table, and the last of all: the successor states the length itself.
AC3_WITH_TABLE, AC3_LAST = 10, 16
# The length of a packet; three flags of its header: an error, and that it is scrambled or holds nothing at all.
PACKET, FAULTY, SCRAMBLED, HOLDS = 188, 0x80, 0xC0, 0x30
# Bytes in which the last frames of a file are looked for, and those of the longest frame.
LAST_BYTES, LONGEST = 32768, 8191


def frames_begin(whole: mmap.mmap, at: int, frames: int = 3) -> bool:
    """Return whether so many frames of one kind follow one another from a byte on, as other bytes hardly ever do."""
    kind = frame_kind(whole, at)
    if _are_equal_packets(whole, at):
        return False
    for _ in range(frames):
        length = frame_length(whole[at : at + HEADER])
        if not length or frame_kind(whole, at) != kind:
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
    for sync in SYNC.finditer(whole, max(start, end - LAST_BYTES), end):
        if _count_frames(whole, sync.start(), end) >= frames:
            return _first_frame(whole, start, sync.start())
    return -1


def _count_frames(whole: mmap.mmap, at: int, end: int) -> int:
    """Count the frames from a byte to the end; 0 where something else comes in between."""
    count, kind = 0, frame_kind(whole, at)
    if _are_equal_packets(whole, at):
        return 0
    while at < end and frame_kind(whole, at) == kind and (length := frame_length(whole[at : at + HEADER])):
        at, count = at + length, count + 1
    return count if at + HEADER > end else 0


def _are_equal_packets(whole: mmap.mmap, at: int) -> bool:
    """Return whether a packet and the next are the same, as silent samples with a constant offset may look."""
    first, second = (whole[start : start + PACKET] for start in (at, at + PACKET))
    return frame_kind(whole, at) == MPEG_TS and first == second


def _first_frame(whole: mmap.mmap, start: int, at: int) -> int:
    """Go back from frame to frame."""
    before, kind, sync = at, frame_kind(whole, at), whole[at : at + 1]
    while (before := whole.rfind(sync, max(start, at - LONGEST), before)) >= 0:
        if frame_kind(whole, before) == kind and before + frame_length(whole[before : before + HEADER]) == at:
            at = before
    return at


def frame_kind(whole: mmap.mmap, at: int) -> str:
    """Return what a frame, if one begins at a byte, is one of; nothing where none can."""
    if is_frame(whole, at):
        return LAYERS.get(whole[at + 1] >> 1 & 3, "")
    first = whole[at : at + 2]
    return AC3 if first == b"\x0bw" else MPEG_TS if first[:1] == b"G" else ""


def is_frame(whole: mmap.mmap, at: int) -> bool:
    """Return whether a frame of MPEG audio or AAC may begin at a byte: eleven bits are set."""
    return at + 1 < len(whole) and whole[at] == 0xFF and whole[at + 1] >= 0xE0


def frame_length(header: bytes) -> int:
    """Return the bytes that a frame takes by its header; 0 for what begins no frame."""
    if len(header) < HEADER:
        return 0
    if header[0] == 0x47:
        return PACKET if header[1] < FAULTY and not header[3] & SCRAMBLED and header[3] & HOLDS else 0
    if header[:2] == b"\x0bw":
        return _length_of_ac3(header)
    if header[0] != 0xFF:
        return 0
    if header[1] & 0xF6 == 0xF0:
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        return length if length > HEADER else 0
    version, layer, rate = header[1] >> 3 & 3, LAYERS.get(header[1] >> 1 & 3), header[2] >> 2 & 3
    if header[1] < 0xE0 or layer not in (MP2, MP3) or version not in RATES or rate == 3:
        return 0
    kilobits = KILOBITS[layer, 1 if version == 3 else 2][header[2] >> 4]
    samples = 576 if layer == MP3 and version != 3 else 1152
    return samples // 8 * 1000 * kilobits // RATES[version][rate] + (header[2] >> 1 & 1) if kilobits else 0


def _length_of_ac3(header: bytes) -> int:
    version, rate, index = header[5] >> 3, header[4] >> 6, header[4] & 0x3F
    if AC3_WITH_TABLE < version <= AC3_LAST:
        words = ((header[2] & 7) << 8 | header[3]) + 1
        return 2 * words if 2 * words > HEADER else 0
    if version > AC3_LAST or rate == len(AC3_RATES) or index >= 2 * len(AC3_KILOBITS):
        return 0
    words = AC3_SAMPLES // 16 * 1000 * AC3_KILOBITS[index // 2] // AC3_RATES[rate]
    return 2 * (words + (index % 2 if AC3_RATES[rate] == 44100 else 0))

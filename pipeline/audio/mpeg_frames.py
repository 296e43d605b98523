"""Frames of MPEG audio, layer III (MP3, ISO 11172-3 and 13818-3), and of AAC in ADTS (ISO 13818-7)."""

import mmap

HEADER = 6
# Kilobits a second by the index in the header, of MPEG-1 and of its successors with half the rates.
KILOBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
# Sampling rates in Hz by version, 3 of MPEG-1, 2 of MPEG-2 and 0 of MPEG-2.5.
RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
LAYER_III = 1


def frames_begin(whole: mmap.mmap, at: int, frames: int = 3) -> bool:
    """Return whether so many frames follow one another from a byte on, which other bytes hardly ever do."""
    for _ in range(frames):
        length = frame_length(whole[at : at + HEADER])
        if not length:
            return False
        at += length
    return True


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

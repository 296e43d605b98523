"""Singing as Opus in an Ogg container, small enough to travel inside a page (RFC 6716, RFC 7845)."""

import io

import av
import numpy as np
from numpy.typing import NDArray

from pipeline.audio.resample import resample

RATE = 24_000
"""Opus knows 8, 12, 16, 24 and 48 kHz."""

EXACT = {"fflags": "+bitexact"}
"""Else the container gets a random serial number, and the page differs from run to run."""


def encode_opus(samples: NDArray[np.float32], rate: int, kilobits: int) -> bytes:
    """Encode a recording, the same way every time.

    Parameters
    ----------
    samples : ndarray of float32, shape (samples,)
        Mono, -1 to 1.
    rate : int
        Sampling rate in Hz; changed to 24 kHz where it is another.
    kilobits : int
        Bit rate in kbit/s.

    Returns
    -------
    bytes
        An Ogg file as long as the recording.
    """
    audible = samples if rate == RATE else np.concatenate(list(resample([samples], rate, RATE, "HQ")))
    file = io.BytesIO()
    with av.open(file, "w", format="ogg", container_options=EXACT) as container:
        stream = container.add_stream("libopus", rate=RATE, options={"vbr": "constrained", "flags": "+bitexact"})
        stream.bit_rate = 1000 * kilobits
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(audible[None]), format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.pts = 0
        for part in (frame, None):
            for packet in stream.encode(part):
                container.mux(packet)
    return file.getvalue()

import io

import numpy as np
import pytest
import soundfile

from pipeline.page.sound import RATE, encode_opus

TONE = (0.4 * np.sin(2 * np.pi * 440 * np.arange(22_050 * 3) / 22_050)).astype(np.float32)


@pytest.mark.parametrize("rate", [22_050, RATE])
def test_a_tone_keeps_its_pitch_length_and_level(rate: int) -> None:
    decoded, decoded_rate = soundfile.read(io.BytesIO(encode_opus(TONE, rate, 24)))
    seconds = len(TONE) / rate
    assert decoded_rate == RATE
    assert len(decoded) / RATE == pytest.approx(seconds, abs=0.02)
    spectrum = np.abs(np.fft.rfft(decoded))
    assert spectrum.argmax() * RATE / len(decoded) == pytest.approx(440 * rate / 22_050, abs=1)
    assert np.std(decoded) == pytest.approx(0.4 / np.sqrt(2), rel=0.1)


def test_the_same_sound_gives_the_same_bytes_and_the_bit_rate_is_kept() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, RATE * 5).astype(np.float32)
    once, again = encode_opus(noise, RATE, 24), encode_opus(noise, RATE, 24)
    assert once == again
    assert len(once) * 8 / 5 / 1000 == pytest.approx(24, rel=0.35)
    assert len(encode_opus(noise, RATE, 48)) > 1.5 * len(once)

import pytest
from pydantic import ValidationError

from pipeline.audio.settings import SpectrogramSettings, VoiceSettings
from pipeline.model.listening import Listening


def test_seconds_by_hand(listening: Listening) -> None:
    paper = listening.model_copy(update={"clip_frames": 256})
    assert paper.frame_seconds == pytest.approx(0.0232, abs=1e-4)  # 512 / 22 050
    assert paper.clip_seconds == pytest.approx(5.944, abs=1e-3)


def test_spectrogram_and_voice_detection_get_all_that_they_ask(listening: Listening) -> None:
    assert listening.spectrogram_settings() == SpectrogramSettings(2048, 512, 16, 4, 65.5, 60.0)
    assert listening.voice_settings() == VoiceSettings(2048, 512, 65.0, 1000.0, 32, 16, 16, True, 0, "kmeans")
    by_periodicity = listening.model_copy(update={"voice_method": "periodicity"})
    assert by_periodicity.voice_settings().method == "periodicity"


def test_the_papers_voice_detection_is_left_out_and_read_from_its_absence(listening: Listening) -> None:
    """Files from before there was another keep their bytes, and so does a model's identity."""
    assert "voice_method" not in listening.model_dump()
    assert "voice_method" not in listening.model_dump_json()
    assert Listening.model_validate(listening.model_dump()).voice_method == "kmeans"
    other = listening.model_copy(update={"voice_method": "periodicity"})
    assert other.model_dump() == listening.model_dump() | {"voice_method": "periodicity"}
    assert Listening.model_validate(other.model_dump()) == other


@pytest.mark.parametrize(
    "change",
    [
        {"feature": "mfcc"},
        {"rate": "22050"},
        {"rate": 10**9},
        {"frame_length": 2047},
        {"clip_frames": 10**9},
        {"min_voiced": 32},
        {"pitch_min_hz": 1000.0},
        {"floor_db": float("nan")},
        {"window": "hann"},
        {"voice_method": "energy"},
    ],
)
def test_settings_that_cannot_be_are_refused(listening: Listening, change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Listening.model_validate(listening.model_dump() | change)

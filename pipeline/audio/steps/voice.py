"""One recording, in which the sung frames and the clips are found (paper 3.3)."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.audio.settings import VoiceSettings
from pipeline.audio.stored import StoredRecording
from pipeline.audio.unsung import explain_refusal
from pipeline.audio.voice_detection import detect
from pipeline.errors import BadRecordingError
from pipeline.runtime.counting import counted


@dataclass(frozen=True)
class Detected:
    """What the manifest holds about a recording.

    Attributes
    ----------
    frames : int
    voiced_share : float
        Share of the frames that are voiced.
    clips : int
    energy_rule : bool
        Whether energy alone decided; see `pipeline.audio.voicing.detect_voice`.
    """

    frames: int
    voiced_share: float
    clips: int
    energy_rule: bool


def detect_recording(source: Path, target: Path, settings: VoiceSettings) -> Detected:
    """Detect the voice in one recording, and write its frames and clips.

    Parameters
    ----------
    source, target : Path
        The resampled recording, and the file to write; see `pipeline.audio.voicing.Voiced.save`.
    settings : VoiceSettings

    Raises
    ------
    BadRecordingError
        It cannot be decoded, or holds no clip.
    """
    with StoredRecording(source) as samples:
        detection = detect(samples, samples.rate, settings)
        voiced = detection.voiced
        if not len(voiced.clip_starts):
            reason = _no_clip(len(voiced.frames), settings)
            instead = explain_refusal(samples, samples.rate, settings, pitch_floor="voice.min_hz")
            raise BadRecordingError("; ".join(filter(None, (reason, instead))))
    voiced.save(target)
    share = round(float(voiced.frames.mean()), 6)
    return Detected(len(voiced.frames), share, len(voiced.clip_starts), detection.energy_rule)


def _no_clip(frames: int, settings: VoiceSettings) -> str:
    if frames < settings.clip_frames and not settings.pad_short:
        return f"{counted(frames, 'frame')}, shorter than a clip of {settings.clip_frames}"
    return f"no clip with more than {settings.min_voiced} of {settings.clip_frames} frames voiced"

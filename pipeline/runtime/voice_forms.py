"""What the files of metrics/ hold that score the finding of the voice; see `pipeline.runtime.metric_forms`."""

import math

from pydantic import Field

from pipeline.runtime.metric_forms import Form


class VoiceFound(Form):
    """Which frames a method of voice detection found, and took wrongly."""

    left_out: int = 0
    found: float = math.nan
    found_least: float = math.nan
    taken: float = math.nan
    taken_most: float = math.nan


class VoiceDetection(Form):
    """metrics/voice_detection.json."""

    kinds: dict[str, dict[str, VoiceFound]] = Field(default_factory=dict)


class TakesHeard(Form):
    """How many takes of a voice there are, and how many of them are doubted."""

    takes: int = 0
    doubted: int = 0


class Voice(Form):
    """A voice, and its takes by their length in seconds."""

    voice: str = ""
    kind: str = ""
    takes: dict[str, TakesHeard] = Field(default_factory=dict)


class SpeechDetection(Form):
    """metrics/speech_detection.json."""

    voices: list[Voice] = Field(default_factory=list)

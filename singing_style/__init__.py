"""Who sings like whom, on your own recordings."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.errors import BadInputError, BadRecordingError
    from singing_style.calibration import Calibration
    from singing_style.embedded import Embedded
    from singing_style.listening import Listening
    from singing_style.model import StyleModel
    from singing_style.performance import Performance, TooLittleSinging

_PLACES = {
    "BadInputError": "pipeline.errors",
    "BadRecordingError": "pipeline.errors",
    "Calibration": "singing_style.calibration",
    "Embedded": "singing_style.embedded",
    "Listening": "singing_style.listening",
    "Performance": "singing_style.performance",
    "StyleModel": "singing_style.model",
    "TooLittleSinging": "singing_style.performance",
}

__all__ = [
    "BadInputError",
    "BadRecordingError",
    "Calibration",
    "Embedded",
    "Listening",
    "Performance",
    "StyleModel",
    "TooLittleSinging",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: PyTorch takes a second, and not every command needs it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__

"""Who sings like whom, on your own recordings.

>>> from singing_style import StyleModel
>>> model = StyleModel.load()
>>> ann, ben = model.embed("ann.wav"), model.embed("ben.wav")
>>> probability = model.calibration.probability(ann.distance(ben))
>>> 0 < probability < 1
True

Many files at once; those that cannot be used are named, and the rest is done:

>>> embedded = model.embed_many(["ann.wav", "ben.wav", "silence.wav"], workers=1)
>>> [performance.name for performance in embedded.performances]
['ann.wav', 'ben.wav']
>>> for path, reason in embedded.failed.items():
...     print(f"{path}: {reason}")
silence.wav: silent

Samples that are in memory already, from -1 to 1, and when in the recording each vector was heard:

>>> import soundfile
>>> samples, rate = soundfile.read("ann.wav")
>>> performance = model.embed(samples, rate, name="Ann")
>>> len(performance.starts) == len(performance.clips)
True

Takes of one performance, each perhaps too short to be judged alone, are heard one after the other:

>>> model.embed(["ann.wav", "ben.wav"]).name
'ann.wav and 1 more take'

A collection of known singers, and who of them sings most like a recording:

>>> from pathlib import Path
>>> from singing_style import find_similar, index_voices, read_roster
>>> roster = read_roster(Path("."), singer_from="(?P<singer>[a-z]+)[.]wav")
>>> index = index_voices(model, roster, workers=1).index
>>> find_similar(ann, index, model.calibration).likenesses[0].voice.singer
'ann'

As a step of a scikit-learn pipeline:

>>> from singing_style import StyleTransformer
>>> StyleTransformer(workers=1).fit().transform(["ann.wav", "ben.wav"]).shape[0]
2
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.errors import BadInputError, BadRecordingError
    from pipeline.model.calibration import Calibration
    from pipeline.model.listening import Listening
    from singing_style.calibration import calibrate
    from singing_style.choir_map import draw_map
    from singing_style.comparison import compare
    from singing_style.disagreement import find_disagreements
    from singing_style.embedded import Embedded
    from singing_style.estimator import StyleTransformer
    from singing_style.evaluation import evaluate, read_labels, read_trials, read_vectors
    from singing_style.export import export_onnx
    from singing_style.indexing import index_voices
    from singing_style.likeness import find_similar
    from singing_style.model import StyleModel
    from singing_style.performance import Performance, TooLittleSinging
    from singing_style.roster import read_roster
    from singing_style.sounds import find_sounds
    from singing_style.takes import Takes
    from singing_style.validation import validate
    from singing_style.vectors import write_vectors
    from singing_style.voice_index import VoiceIndex
    from singing_style.whereabouts import find_recordings

_PLACES = {
    "BadInputError": "pipeline.errors",
    "BadRecordingError": "pipeline.errors",
    "Calibration": "pipeline.model.calibration",
    "Embedded": "singing_style.embedded",
    "Listening": "pipeline.model.listening",
    "StyleTransformer": "singing_style.estimator",
    "export_onnx": "singing_style.export",
    "Performance": "singing_style.performance",
    "StyleModel": "singing_style.model",
    "Takes": "singing_style.takes",
    "TooLittleSinging": "singing_style.performance",
    "VoiceIndex": "singing_style.voice_index",
    "calibrate": "singing_style.calibration",
    "compare": "singing_style.comparison",
    "draw_map": "singing_style.choir_map",
    "evaluate": "singing_style.evaluation",
    "find_disagreements": "singing_style.disagreement",
    "find_recordings": "singing_style.whereabouts",
    "find_similar": "singing_style.likeness",
    "find_sounds": "singing_style.sounds",
    "index_voices": "singing_style.indexing",
    "read_labels": "singing_style.evaluation",
    "read_roster": "singing_style.roster",
    "read_trials": "singing_style.evaluation",
    "read_vectors": "singing_style.evaluation",
    "validate": "singing_style.validation",
    "write_vectors": "singing_style.vectors",
}

__all__ = [
    "BadInputError",
    "BadRecordingError",
    "Calibration",
    "Embedded",
    "Listening",
    "Performance",
    "StyleModel",
    "StyleTransformer",
    "Takes",
    "TooLittleSinging",
    "VoiceIndex",
    "calibrate",
    "compare",
    "draw_map",
    "evaluate",
    "export_onnx",
    "find_disagreements",
    "find_recordings",
    "find_similar",
    "find_sounds",
    "index_voices",
    "read_labels",
    "read_roster",
    "read_trials",
    "read_vectors",
    "validate",
    "write_vectors",
]


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: PyTorch takes a second, and not every command needs it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from singing_style.extras import naming_extra

    with naming_extra("export" if name == "export_onnx" else ""):
        return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return __all__

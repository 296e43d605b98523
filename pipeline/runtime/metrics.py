"""Metrics: figures rounded, written and read in one way, as JSON that Git can compare line by line."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.errors import BadInputError
from pipeline.runtime import metric_forms, voice_forms
from pipeline.runtime.metric_forms import Form

DECIMALS = 4
# Of whole numbers: more do not fit where they are computed with.
MOST_DIGITS = 18
# By folder and name: training.json of metrics/ is another file than that of models/style.
FORMS: dict[tuple[str, str], type[BaseModel]] = {
    ("metrics", "ablation.json"): metric_forms.Ablation,
    ("metrics", "answers.json"): metric_forms.Answers,
    ("metrics", "judge.json"): metric_forms.Judge,
    ("metrics", "knn.json"): metric_forms.Knn,
    ("metrics", "paper.json"): metric_forms.Paper,
    ("metrics", "probe.json"): metric_forms.Probe,
    ("metrics", "seeds.json"): metric_forms.Seeds,
    ("metrics", "speech_detection.json"): voice_forms.SpeechDetection,
    ("metrics", "statistics.json"): metric_forms.Statistics,
    ("metrics", "summary.json"): metric_forms.Summary,
    ("metrics", "training.json"): metric_forms.Training,
    ("metrics", "voice_detection.json"): voice_forms.VoiceDetection,
    ("style", "environment.json"): metric_forms.Environment,
    ("style", "training.json"): metric_forms.Trained,
}


class Fields(dict[str, Any]):
    """An object in a file of metrics; reading a field that it lacks is a `BadInputError` that names it.

    Parameters
    ----------
    fields : mapping of str to object
    place : str
        The file, and where in it the object stands.
    advice : str
        What to do where a field is missing.
    """

    def __init__(self, fields: Mapping[str, Any], place: str, advice: str) -> None:
        super().__init__(fields)
        self.place, self.advice = place, advice

    def __missing__(self, name: str) -> Any:
        raise BadInputError(f"{self.place}{name}: missing; {self.advice}")


def rounded(tree: Any, decimals: int = DECIMALS) -> Any:
    """Round every floating-point number in nested mappings and lists; leave the rest as it is."""
    if isinstance(tree, Mapping):
        return {name: rounded(branch, decimals) for name, branch in tree.items()}
    if isinstance(tree, list | tuple):
        return [rounded(branch, decimals) for branch in tree]
    return round(float(tree), decimals) if isinstance(tree, float) else tree


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write an indented JSON file, creating its folder where necessary."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n")


def read_json(path: Path, remedy: str) -> Fields:
    """Read what `write_json` wrote.

    Parameters
    ----------
    path : Path
    remedy : str
        The command that makes the file anew, such as ``dvc repro train``.

    Raises
    ------
    BadInputError
        The file is missing or damaged; see `parse_fields`.
    """
    return read_fields(path, f"run `{remedy}`")


def read_fields(path: Path, advice: str) -> Fields:
    """Read a file as `read_json` does, with other advice than to run a command."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise BadInputError(f"{path}: no such file; {advice}") from None
    except ValueError as fault:
        raise BadInputError(f"{path}: not JSON ({fault}); {advice}") from None
    return parse_fields(text, path, str(path), advice)


def parse_fields(text: str, path: Path, source: str, advice: str) -> Fields:
    """Parse the text of a file of metrics.

    Parameters
    ----------
    text : str
    path : Path
        Where the file stands in the repository: it decides which types are expected.
    source, advice : str
        What to call the file, and what to do where it is faulty, for the message.

    Returns
    -------
    Fields
        A field that is missing is named when it is read: not every program reads all of them.

    Raises
    ------
    BadInputError
        The text is not a JSON object with anything in it, or a field is of another type than programs expect.
    """
    try:
        content = json.loads(text, parse_int=_whole_number)
    except ValueError as fault:
        raise BadInputError(f"{source}: not JSON ({fault}); {advice}") from None
    if not isinstance(content, dict):
        raise BadInputError(f"{source}: not a JSON object; {advice}")
    if not content:
        raise BadInputError(f"{source}: holds nothing; {advice}")
    form = FORMS.get((path.absolute().parent.name, path.name), Form)
    try:
        form.model_validate_json(text)
    except ValidationError as faults:
        raise BadInputError(f"{source}: {_explain(faults)}; {advice}") from None
    named: Fields = _named(content, f"{source}: ", advice)
    return named


def _whole_number(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def _explain(faults: ValidationError) -> str:
    """Name the first faulty field, and say what is wrong with it."""
    fault = faults.errors(include_url=False)[0]
    said = "missing" if fault["type"] == "missing" else fault["msg"]
    said = said.removeprefix("Value error, ").removeprefix("Input ")
    return f"{'.'.join(map(str, fault['loc']))}: {said[0].lower()}{said[1:]}"


def _named(content: Any, place: str, advice: str) -> Any:
    """Let every object within a value know where it stands."""
    if isinstance(content, dict):
        return Fields(
            {name: _named(value, f"{place}{name}.", advice) for name, value in content.items()}, place, advice
        )
    if isinstance(content, list):
        return [_named(value, f"{place}{number}.", advice) for number, value in enumerate(content)]
    return content

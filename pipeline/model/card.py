"""The card of a model: where it comes from, what it was measured to do, its licence and its limits, for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.model.calibration import Calibration
from pipeline.model.listening import Listening

# The embedded choir: its sound is made by the code, so no third party has rights in the weights.
SYNTHETIC = "demo"
LIMITS = (
    "It compares how two recordings are sung. It does not name a singer, and a small distance is no proof of identity.",
    "Speech is voiced as singing is, and so is many an instrument: a recording of either is embedded, and its vector "
    "means nothing.",
    "It hears one voice at a time: accompaniment or a second singer becomes part of the style.",
    "Microphone, room and processing become part of the style as far as the training recordings did not vary in them.",
    "Probabilities hold for recordings like those of the calibration, at even odds beforehand.",
)
SYNTHETIC_LIMIT = (
    "It learned from synthetic singers, a source-filter model: it shows that the method works, and on real voices "
    "neither its distances nor its probabilities were calibrated."
)

RECALIBRATED_LIMIT = (
    "It learned from synthetic singers, a source-filter model. Its probabilities were calibrated on other recordings, "
    "named below; its distances were not learned there."
)
RECALIBRATION = "recalibration"


def compose_card(
    *,
    corpora: Sequence[str],
    parameters: Mapping[str, Any],
    training: Mapping[str, Any],
    metrics: Mapping[str, Any],
    versions: Mapping[str, Any],
) -> dict[str, Any]:
    """Compose the card that goes into the model file.

    Parameters
    ----------
    corpora : sequence of str
        Names of the corpora that the network learned from.
    parameters, training, metrics, versions : mapping
        Settings of the training, how it went, what was measured on the test part, and with what software.
    """
    others = [name for name in corpora if name != SYNTHETIC]
    own = not others
    return {
        "corpus": ", ".join(corpora),
        "licence": "Apache-2.0" if own else _terms(others),
        "parameters": dict(parameters),
        "training": dict(training),
        "metrics": dict(metrics),
        "limits": [*([SYNTHETIC_LIMIT] if own else []), *LIMITS],
        "versions": dict(versions),
    }


def recalibrate_card(
    card: Mapping[str, Any], calibration: Calibration, before: Calibration, recordings: int, measured: Mapping[str, Any]
) -> dict[str, Any]:
    """Compose the card of a model whose calibration was replaced: what was measured of the former one goes.

    Parameters
    ----------
    card : mapping
        Of the model before.
    calibration, before : Calibration
        The new one, and the former one.
    recordings : int
        To how many recordings it was fitted.
    measured : mapping
        What it is worth on singers who were not in the fit.
    """
    limits = [RECALIBRATED_LIMIT if limit == SYNTHETIC_LIMIT else limit for limit in card["limits"]]
    return dict(card) | {
        "metrics": {name: value for name, value in card["metrics"].items() if name != "calibration"},
        "limits": limits,
        RECALIBRATION: {
            "recordings_of": calibration.corpus,
            "recordings": recordings,
            "singers": calibration.singers,
            "pairs": calibration.pairs,
            "unseen_singers": dict(measured),
            "former": before.model_dump(exclude_none=True),
        },
    }


def _terms(corpora: Sequence[str]) -> str:
    if len(corpora) == 1:
        return f"the terms of the corpus {corpora[0]} decide; see where it was obtained"
    return f"the terms of the corpora {', '.join(corpora)} decide; see where they were obtained"


def write_card(card: Mapping[str, Any], listening: Listening, calibration: Calibration, identity: str) -> str:
    """Write the card as Markdown.

    Parameters
    ----------
    card : mapping
        From `compose_card` or `recalibrate_card`.
    listening, calibration
        Of the model.
    identity : str
        The model's.
    """
    sections = {
        "What it expects": listening.model_dump(),
        "Network and training": {**card["parameters"], **card["training"]},
        "Measured on singers and songs not heard in training": card["metrics"],
        "Probability of the same singer": calibration.model_dump(exclude_none=True),
        **({"Calibrated anew, judged on singers not in the fit": card[RECALIBRATION]} if RECALIBRATION in card else {}),
        "Software": card["versions"],
    }
    lines = [
        "# A model of singing style",
        "",
        "From about six seconds of unaccompanied singing to a vector; the nearer two vectors, the more alike the "
        "singing. After Wang and Tzanetakis, *Singing Style Investigation by Residual Siamese Convolutional Neural "
        "Networks*, ICASSP 2018.",
        "",
        f"- Identity: `{identity}`",
        f"- Trained on: {card['corpus']}",
        f"- Licence of the weights: {card['licence']}. Corpora keep their own licences.",
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in card["limits"]),
    ]
    for title, content in sections.items():
        lines += ["", f"## {title}", "", "| | |", "| --- | --- |", *_rows(content)]
    return "\n".join(lines) + "\n"


def _rows(content: Mapping[str, Any], prefix: str = "") -> list[str]:
    rows = []
    for name, value in content.items():
        if isinstance(value, Mapping):
            rows += _rows(value, f"{prefix}{name}.")
        else:
            rows.append(
                f"| {prefix}{name} | {value:.6g} |" if isinstance(value, float) else f"| {prefix}{name} | {value} |"
            )
    return rows

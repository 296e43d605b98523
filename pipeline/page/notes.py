"""What a page cannot show of a corpus, in sentences."""

from pipeline.analysis.collection import Collection


def corpus_notes(performances: Collection, style_columns: int) -> list[str]:
    """Say what one singer, one song or a corpus without style columns leaves out."""
    notes = []
    if len(set(performances.singer)) == 1:
        notes.append("All performances are by one singer: nothing here can show whether voices are told apart.")
    if len(set(performances.song)) == 1:
        notes.append(
            "All performances are of one song: the neighbours listed are other performances of it, "
            "and nothing here can show whether style is heard through other songs."
        )
    if not style_columns:
        notes.append("The corpus says nothing of style (no style_ columns): points can be coloured by names alone.")
    return notes


def sampling_notes(kind: str, shown: int, there: int) -> list[str]:
    """Say that only some points are shown, where that is so."""
    if shown == there:
        return []
    return [f"{shown} of {there} {kind} are on the maps, drawn at random (report.max_points)."]


def silence_notes(audible: int, performances: int, megabytes: float) -> list[str]:
    """Say which share can be heard, where it is not all."""
    if audible == performances:
        return []
    return [
        f"{audible} of {performances} performances ({audible / performances:.0%}), drawn at random, can be heard and "
        f"have a spectrogram: all of them would make this file larger than {megabytes:g} MB (report.max_megabytes)."
    ]

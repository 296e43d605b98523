import pandas as pd

from pipeline.page.colouring import Colouring, colourings


def test_names_get_places_and_numbers_stay() -> None:
    table = pd.DataFrame(
        {
            "singer": ["b", "a", "b"],
            "song": ["1", "1", "1"],
            "split": ["test"] * 3,
            "seconds": [1.0, 2.0, 3.0],
            "style_vibrato_hz": [5.123456, None, 6.0],
            "style_school": ["opera", None, "pop"],
        }
    )
    assert colourings(table) == [
        Colouring("singer", ["a", "b"], [1, 0, 1]),
        Colouring("song", ["1"], [0, 0, 0]),
        Colouring("split", ["test"], [0, 0, 0]),
        Colouring("vibrato", None, [5.1235, None, 6.0], "Hz"),
        Colouring("school", ["not known", "opera", "pop"], [1, 0, 2]),
    ]


def test_singers_named_by_numbers_are_names() -> None:
    singer = colourings(pd.DataFrame({"singer": [2, 1], "song": ["s", "s"], "split": ["test", "test"]}))[0]
    assert singer == Colouring("singer", ["1", "2"], [1, 0])


def test_of_several_corpora_points_are_coloured_by_corpus_too() -> None:
    table = pd.DataFrame(
        {
            "singer": ["demo::a", "real::b"],
            "song": ["demo::x", "real::x"],
            "split": ["test"] * 2,
            "corpus": ["demo", "real"],
            "style_school": ["", "opera"],
        }
    )
    assert colourings(table)[3:] == [
        Colouring("corpus", ["demo", "real"], [0, 1]),
        Colouring("school", ["not known", "opera"], [0, 1]),
    ]


def test_names_are_sorted_as_people_count() -> None:
    singers = ["Singer 10", "singer 2", "Singer 1", "Ann"]
    found = colourings(pd.DataFrame({"singer": singers, "song": ["s"] * 4}))[0]
    assert found.names == ["Ann", "Singer 1", "singer 2", "Singer 10"]


def test_units_are_read_off_the_names() -> None:
    names = ("tilt_db_per_octave", "jitter_cents", "attack_s", "tract_length_cm", "singers_formant_db", "warmth")
    implied = ("register", "formant_1_shift", "bandwidth_factor")
    table = pd.DataFrame({"singer": ["a"], "song": ["s"]} | {f"style_{name}": [1.5] for name in (*names, *implied)})
    assert [(one.label, one.unit) for one in colourings(table)[2:]] == [
        ("tilt", "dB/octave"),
        ("jitter", "cents"),
        ("attack", "s"),
        ("tract length", "cm"),
        ("singer's formant", "dB"),
        ("warmth", ""),
        ("register", "MIDI"),
        ("formant 1 shift", "×"),
        ("bandwidth factor", "×"),
    ]

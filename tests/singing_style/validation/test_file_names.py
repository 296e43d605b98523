import pandas as pd

from singing_style.validation.file_names import check_file_names


def table(*paths: str) -> pd.DataFrame:
    return pd.DataFrame({"recording": paths, "path": paths, "singer": [path.split("/")[0] for path in paths]})


def scheme(singers: int, songs: str) -> list[str]:
    return [f"male{number}/m{number}_{song}.wav" for number in range(1, singers + 1) for song in songs.split()]


def test_a_file_whose_name_says_another_singer_than_its_folder_is_named() -> None:
    (found,) = check_file_names(table(*scheme(9, "caro dona row lied"), "male8/m9_caro_vibrato.wav"))
    assert found.recordings == ("male8/m9_caro_vibrato.wav",)
    assert "1 file begins as those of another singer do (male8/m9_caro_vibrato.wav: male8, though m9 is male9)" in (
        found.text
    )


def test_names_that_agree_or_follow_no_scheme_say_nothing() -> None:
    assert check_file_names(table(*scheme(4, "ode air"), "male1/take.wav", "male2/ode.wav")) == []
    songs = [f"{singer}/{song}{take}.wav" for singer in "ABC" for song in ("ode-", "air-") for take in range(3)]
    assert check_file_names(table(*songs)) == []
    by_song = table("A/ode_1.wav", "A/ode_2.wav", "A/ode_3.wav", "B/ode_1.wav", "B/air.wav", "C/air.wav", "C/lay.wav")
    assert check_file_names(by_song) == []
    assert check_file_names(table("A/x.wav")) == []

"""Made-up folders of every corpus that is read by its layout, with tiny sound files."""

from pathlib import Path

import numpy as np
import soundfile

SINGERS = [f"{at:02d}" for at in range(1, 11)]
SONGS = "123456"
VOICES = ["Alto", "Bass", "Soprano", "Tenor"]
CODES = [f"{first}BCD" for first in "ABCDEFGHIJ"]
VOCALSET_SONGS = ["arpeggios/belt/arpeggios_belt", "scales/belt/scales_belt", "long_tones/belt/long_belt"]
VOCALSET_EXCERPTS = [f"excerpts/vibrato/{excerpt}_vibrato" for excerpt in ("caro", "dona", "row")]
# A made-up folder of each corpus that is read by its layout.
FOLDERS: dict[str, list[str]] = {
    "acapella": [f"song{song}/song{song} ({singer}).wav" for song in SONGS for singer in range(1, 11)],
    "damp-perfs": [f"audio/{at}_{song}.m4a" for at in SINGERS for song in "12"],
    "ikala": [f"Wavfile/1{at}{song}_verse.wav" for at in SINGERS for song in "12"],
    "jvs-music": [f"jvs0{at}/song_{song}/wav/raw.wav" for at in SINGERS for song in ("common", "unique")],
    "m4singer": [
        f"{voice}-{at}#{at}{song}/000{take}.wav" for voice in VOICES for at in "123" for song in "ab" for take in "01"
    ],
    "mir-1k": [f"Wavfile/{code}_{song}_0{clip}.wav" for code in CODES for song in "12" for clip in "12"],
    "mir-qbsh": [f"waveFile/year2003/person000{at}/0001{song}.wav" for at in SINGERS for song in "123456789"],
    "nus-48e": [f"{code}/sing/{at // 2}{song}.wav" for at, code in enumerate(CODES) for song in "1234"],
    "opensinger": [
        f"{sex}Raw/{at}_{at}{song}/{at}_{at}{song}_0.wav" for sex in ("Man", "Woman") for at in "12345" for song in "ab"
    ],
    "vocadito": [f"Audio/vocadito_{at}{song}.wav" for at in SINGERS for song in "12"],
    "vocalset": [
        *(f"FULL/female{at}/{song}_{vowel}.wav" for at in range(1, 10) for song in VOCALSET_SONGS for vowel in "aeiou"),
        *(f"FULL/female{at}/{song}.wav" for at in range(1, 10) for song in VOCALSET_EXCERPTS),
    ],
}
MARKS = "pitch,rhythm,vocal_range,timbre,pronunciation,vibrato,dynamic,breath_control,overall_performance"
# Tables that stand beside the recordings: name, header, and a row for each of two songs of ten singers.
TABLES = {
    "damp-perfs": ("DAMPperfs.csv", "perf_key,plyrid,songid\n", "{0}_{1},{0},_Song_{0}_{1}\n"),
    "ikala": ("id_mapping.txt", "singer\tsong\n", "{0}\t1{0}{1}\n"),
    "vocadito": ("vocadito_metadata.csv", "track_id,singer_id,language\n", "{0}{1},S{0},Tagalog\n"),
}
STEREO = {"ikala", "mir-1k"}


def write_folder(raw: Path, name: str) -> None:
    """Write the made-up folder of a corpus, with sounds of 0.1 s."""
    for path in FOLDERS[name]:
        (raw / path).parent.mkdir(parents=True, exist_ok=True)
        samples = np.tile(np.linspace(-0.5, 0.5, 800)[:, None], 2 if name in STEREO else 1)
        soundfile.write(raw / path, samples, 8000, format="WAV")
    if name in TABLES:
        table, header, row = TABLES[name]
        (raw / table).write_text(header + "".join(row.format(at, song) for at in SINGERS for song in "12"))
    if name == "acapella":
        for song in SONGS:
            rows = "".join(f"singer{singer}{f',{singer / 4}' * 9}\n" for singer in range(1, 11))
            (raw / f"song{song}.csv").write_text(f"singer_id,{MARKS}\n{rows}")

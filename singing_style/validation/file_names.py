"""Whether the names of files agree with the labels: ``male8/m9_caro.wav`` says two singers."""

import re
from collections import Counter
from pathlib import PurePosixPath

import pandas as pd

from pipeline.runtime.counting import counted
from singing_style.validation.finding import Finding, Severity, name_some

# Share of a word's files that one singer must have for it to be theirs, and of singers who must have such a word.
OWNED, FOLLOWED = 0.75, 0.75
# Share of a singer's files that must begin with a word for it to be theirs.
USUAL = 0.5
LEAST_FILES = 2


def check_file_names(table: pd.DataFrame) -> list[Finding]:
    """Report the files whose names begin with the word that another singer's files begin with.

    Only where names of files follow such a scheme: most singers have a word of their own, such as m8 and m9.

    Parameters
    ----------
    table : DataFrame
        Columns recording, path and singer.
    """
    words = [_first_word(path) for path in table["path"]]
    owners = _owners(words, list(table["singer"]))
    if len(set(owners.values())) < FOLLOWED * table["singer"].nunique():
        return []
    astray = [
        (recording, f"{path}: {singer}, though {word} is {owners[word]}")
        for recording, path, singer, word in zip(table["recording"], table["path"], table["singer"], words, strict=True)
        if owners.get(word, singer) != singer
    ]
    if not astray:
        return []
    begin = counted(len(astray), "file begins", "files begin")
    named = name_some([said for _, said in astray])
    text = f"{begin} as those of another singer do ({named}); one of the two is wrong"
    return [Finding(Severity.WARNING, "singers", text, tuple(recording for recording, _ in astray))]


def _first_word(path: str) -> str:
    return re.split(r"[\W_]+", PurePosixPath(path).stem.casefold(), maxsplit=1)[0]


def _owners(words: list[str], singers: list[str]) -> dict[str, str]:
    """Return the singer of each word that stands for one."""
    files, of_singer = Counter(words), Counter(singers)
    return {
        word: singer
        for (word, singer), count in Counter(zip(words, singers, strict=True)).items()
        if word and count >= max(LEAST_FILES, OWNED * files[word], USUAL * of_singer[singer])
    }

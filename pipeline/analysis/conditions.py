"""Which pairs of performances a verification counts, by whether they share the song."""

# Pairs of two songs, so that nobody is recognised by the song.
ACROSS_SONGS = "across_songs"
# Whether targets, and whether nontargets, share the song; None admits both. In the hardest condition a singer must be
# recognised in different songs, against impostor pairs that sing the same song.
CONDITIONS: dict[str, tuple[bool | None, bool | None]] = {
    "all": (None, None),
    ACROSS_SONGS: (False, False),
    "hardest": (False, True),
    "within_song": (True, True),
    "easiest": (True, False),
}

from pathlib import Path

import xxhash

from pipeline.content import content_hash, hash_files, link_or_copy


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "a").write_bytes(content)
    assert content_hash(tmp_path / "a") == xxhash.xxh3_128(content).hexdigest()


def test_files_are_hashed_by_name_and_content_but_not_by_folder(tmp_path: Path) -> None:
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.py").write_text("x")
        (tmp_path / folder / "b.py").write_text("y")
    one, other = ([tmp_path / folder / name for name in ("a.py", "b.py")] for folder in ("one", "other"))
    assert hash_files(one) == hash_files(other)
    assert hash_files(one) != hash_files(one[::-1])
    other[1].write_text("z")
    assert hash_files(one) != hash_files(other)
    assert hash_files(one[:1]) != hash_files([one[0].rename(tmp_path / "one/c.py")])


def test_a_link_replaces_what_was_there_without_writing_into_it(tmp_path: Path) -> None:
    source, target, elsewhere = (tmp_path / name for name in ("source", "target", "elsewhere"))
    source.write_text("new")
    target.write_text("old")
    elsewhere.hardlink_to(target)
    link_or_copy(source, target)
    assert (target.read_text(), elsewhere.read_text()) == ("new", "old")

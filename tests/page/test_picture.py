import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser

from pipeline.errors import BadInputError
from pipeline.studies import page_picture
from pipeline.studies.page_picture import HEIGHT, WIDTH, chromium, take_picture


@pytest.mark.slow
def test_the_picture_shows_the_page_with_a_performance_chosen(
    browser: Browser, write_page: Callable[..., tuple[Path, str]], tmp_path: Path
) -> None:
    page, _ = write_page()
    take_picture(browser, page, tmp_path / "page.png")
    with Image.open(tmp_path / "page.png") as picture:
        assert picture.size == (WIDTH, HEIGHT)
        assert len(picture.convert("RGB").getcolors(2**24) or []) > 20


def test_without_a_page_it_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["page_picture"])
    with pytest.raises(SystemExit):
        page_picture.main()
    assert "no such page; run `dvc repro report`" in capsys.readouterr().err


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BadInputError, match="install Chromium"), chromium():
        pass

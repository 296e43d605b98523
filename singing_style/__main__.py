"""``python -m singing_style``: the command ``singing-style`` where it is not installed, as in a clone."""

from singing_style.cli import app

app(prog_name="singing-style")

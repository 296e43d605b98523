"""Write the page template of `dvc plots show` with Vega embedded rather than fetched, so that it works offline."""

import sys
from pathlib import Path

import vl_convert

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{refresh_tag}
<title>Singing style: plots</title>
<script>(() => {
__VEGA__
})();</script>
<style>body { font-family: sans-serif; margin: 2em; } img { max-width: 100%; }</style>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def write_offline_page(path: Path) -> None:
    """Write DVC's page template with Vega, Vega-Lite and vega-embed inlined (BSD 3-clause, from vl-convert)."""
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").replace("</script", "<\\/script")
    path.write_text(PAGE.replace("__VEGA__", bundle), encoding="utf-8")


if __name__ == "__main__":
    write_offline_page(Path(sys.argv[1]))

"""A command that shows how it is typed where something is missing: by an example of its help."""

import re
from typing import Any

import typer
from typer.core import TyperCommand


class CommandWithExamples(TyperCommand):
    """A subcommand whose help holds examples, each a line that begins with ``singing-style`` and its name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; where one is missing, add an example that has it to the message."""
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as fault:
            if not fault.message:  # a wrong value has one
                fault.message = self._show(fault.param.opts if fault.param else [])
            raise

    def _show(self, names: list[str]) -> str:
        examples = re.findall(rf"^ +(singing-style {self.name} .*?)(?: {{2,}}.*)?$", self.help or "", re.MULTILINE)
        fitting = [example for example in examples if set(names) & set(example.split())]
        return f"For example: {(fitting or examples)[0]}" if examples else ""

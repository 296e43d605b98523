"""A command as it was typed, with an option more, for a message that says what to type instead."""

import shlex

import typer


def typed_again(context: typer.Context, option: str) -> str:
    """Return the command that is running, quoted for a shell: what was typed, and an option more at the end.

    Each option is named as its help names it last, such as ``-o``; options that were not typed are left out.

    Parameters
    ----------
    context : typer.Context
        Of the command.
    option : str
        Such as ``--join``.
    """
    words = ["singing-style", str(context.info_name)]
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if source is None or source.name != "COMMANDLINE":
            continue
        value = str(context.params[str(parameter.name)])
        if parameter.param_type_name == "argument":
            words.append(value)
        else:
            words += [parameter.opts[-1]] if getattr(parameter, "is_flag", False) else [parameter.opts[-1], value]
    return shlex.join([*words, option])

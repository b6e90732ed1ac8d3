"""Numbers as messages say them. It imports nothing: the command line needs it before anything else is loaded."""


def counted(number: int, noun: str) -> str:
    """So many of something: "1 claim", "2,000 claims"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

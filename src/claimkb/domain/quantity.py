"""How is a number of things written? One day, two days."""


def counted(number: float, thing: str) -> str:
    """Write a number of things of one sort: with 1 the word as it is given, else its plural."""
    whole = int(number)
    return f"{whole if whole == number else number} {thing}{'' if number == 1 else 's'}"

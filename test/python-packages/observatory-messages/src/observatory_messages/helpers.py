"""Functions that accessors call; no message class is here."""

LIMIT = 4


def truncate(text, limit=LIMIT):
    """Shorten a text."""
    if len(text) > limit:
        text = text[:limit] + "…"
    return text


def describe(star):
    """Describe a star."""
    name = star["name"]
    text = f"{truncate(name)} ({truncate(name, 2)})"
    for other in star.get("others", []):
        text += "\n" + describe(other)
    return text


def longest(names):
    """The longest of the names."""
    best = ""
    for name in names:
        if len(name) > len(best):
            best = name
    return best

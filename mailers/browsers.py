"""Programs and systems, told by what they say of themselves in `User-Agent`.

Nothing else of it is repeated: whoever signs in could write to the member by it.
"""

# In this order, for most claim to be several of the others, too.
_PROGRAMS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Mac OS X": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def named_in(user_agent: str) -> str:
    """Program and system such as “Firefox, Windows”, or the one that is known; empty if none is."""
    found = [_first(_PROGRAMS, user_agent), _first(_SYSTEMS, user_agent)]
    return ", ".join(it for it in found if it)


def _first(names: dict[str, str], user_agent: str) -> str | None:
    return next((name for mark, name in names.items() if mark in user_agent), None)

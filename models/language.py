"""Languages: how their tags are written, and what they are called in sentences."""

import re

LONGEST = 35  # characters of a tag for which there has to be room (RFC 5646, section 4.4.1)

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_CASES = {2: str.upper, 4: str.title}  # by the length of a part: regions and scripts

# By the first part of their BCP 47 tags. Others are called by their tag.
_NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English",
    "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "ga": "Irish", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ms": "Malay", "nb": "Norwegian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def normal(tag: str) -> str:
    """The BCP 47 tag in its usual case, such as `pt-BR` or `zh-Hant`. Raises ValueError."""
    if len(tag) > LONGEST or not _TAG.fullmatch(tag):
        raise ValueError("this is no BCP 47 language tag")
    first, *others = tag.lower().split("-")
    return "-".join([first, *(_CASES.get(len(it), str)(it) for it in others)])


def name(tag: str) -> str:
    """`pt-BR` → `Portuguese`; a tag that is not known stays as it is."""
    return _NAMES.get(tag.partition("-")[0].lower(), tag)
